//! Facts by name, from which cases and questions differ.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use shared::case::Workflow;
use shared::config::Limits;
use thiserror::Error;

use super::files::POLICY_FOLDER;
use super::{Deed, Facts};

/// The folder of the cases, in the folder of the policies.
const CASES_FOLDER: &str = "cases";

/// The file of the bases, in the folder of the cases.
pub(super) const BASES_FILE: &str = "bases.toml";

/// Why the cases could not be read.
#[derive(Debug, Error)]
pub enum CasesError {
    /// A file or folder cannot be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{} is not a table of cases", path.display())]
    Malformed {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: toml::de::Error,
    },
    /// A case names a base that there is not.
    #[error("there is no base {0:?} in {BASES_FILE}")]
    UnknownBase(String),
    /// The facts of a case are not facts.
    #[error("these are not facts that policy can be asked about")]
    NotFacts(#[source] serde_json::Error),
}

/// A question as a person writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Differences {
    base: String,
    #[serde(default)]
    with: Map<String, Value>,
    #[serde(default)]
    without: Vec<String>,
}

/// What every question has to say when it has no base.
#[derive(Debug, Deserialize)]
struct AtLeast {
    deed: Deed,
    workflow: Workflow,
}

/// Facts that have a name, for cases and questions to differ from.
#[derive(Debug, Clone)]
pub struct Bases(BTreeMap<String, Map<String, Value>>);

impl Bases {
    /// Reads the bases of the policies in `config`, the folder of the settings.
    ///
    /// # Errors
    /// [`CasesError`] where there are none.
    pub fn load(config: &Path) -> Result<Self, CasesError> {
        read(&cases_folder(config).join(BASES_FILE)).map(Self)
    }

    /// Facts as a person writes them, in JSON: those that matter, or, with a base, the differences
    /// from it: `{"base": "refund", "with": {"amount": 1}}`.
    ///
    /// What is not given is not known, and limits that are not given are those of `limits`.
    ///
    /// # Errors
    /// [`CasesError`] where the base is unknown or they are no facts.
    pub fn question(&self, json: &Value, limits: &Limits) -> Result<Facts, CasesError> {
        let (facts, given) = if json.get("base").is_some() {
            let told = Differences::deserialize(json).map_err(CasesError::NotFacts)?;
            (
                self.facts(&told.base, &told.with, &told.without)?,
                told.with,
            )
        } else {
            let least = AtLeast::deserialize(json).map_err(CasesError::NotFacts)?;
            let given = Map::deserialize(json).map_err(CasesError::NotFacts)?;
            let cautious = Facts::cautious(least.deed, least.workflow);
            (with_differences(object(&cautious)?, &given)?, given)
        };
        let mut limited = facts;
        limited.set_limits(limits);
        with_differences(object(&limited)?, &given)
    }

    /// The facts of a case.
    pub(super) fn facts(
        &self,
        base: &str,
        with: &Map<String, Value>,
        without: &[String],
    ) -> Result<Facts, CasesError> {
        let mut facts = self
            .0
            .get(base)
            .cloned()
            .ok_or_else(|| CasesError::UnknownBase(base.to_owned()))?;
        facts.retain(|name, _| !without.contains(name));
        with_differences(facts, with)
    }
}

fn with_differences(
    mut facts: Map<String, Value>,
    given: &Map<String, Value>,
) -> Result<Facts, CasesError> {
    facts.extend(given.clone());
    Facts::deserialize(Value::Object(facts)).map_err(CasesError::NotFacts)
}

fn object(facts: &Facts) -> Result<Map<String, Value>, CasesError> {
    serde_json::to_value(facts)
        .and_then(Map::deserialize)
        .map_err(CasesError::NotFacts)
}

/// The folder of the cases of the policies in `config`.
pub(super) fn cases_folder(config: &Path) -> PathBuf {
    config.join(POLICY_FOLDER).join(CASES_FOLDER)
}

/// Reads a file written in TOML.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, CasesError> {
    let text = std::fs::read_to_string(path).map_err(|source| CasesError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    toml::from_str(&text).map_err(|source| CasesError::Malformed {
        path: path.to_owned(),
        source,
    })
}
