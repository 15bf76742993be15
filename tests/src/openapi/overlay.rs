//! Our corrections of a specification, each with the reason for it.

use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::SpecificationError;

/// A correction of one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// Where: a JSON pointer; `/-` at its end adds to a list.
    pub target: String,
    /// What stands there instead; nothing where the place is removed.
    pub set: Option<Value>,
    /// Why: the section of the contract page, and its words.
    pub because: String,
}

/// An entry of the file: one reason for one or more places.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    because: String,
    targets: Vec<String>,
    #[serde(default)]
    set: Option<Value>,
    #[serde(default)]
    remove: bool,
}

impl Correction {
    /// Applies the correction to a document.
    pub(super) fn apply(&self, document: &mut Value) -> Result<(), SpecificationError> {
        self.try_apply(document)
            .ok_or_else(|| SpecificationError::NoTarget {
                target: self.target.clone(),
            })
    }

    fn try_apply(&self, document: &mut Value) -> Option<()> {
        let (parent, name) = self.target.rsplit_once('/')?;
        let name = name.replace("~1", "/").replace("~0", "~");
        match (document.pointer_mut(parent)?, &self.set) {
            (Value::Object(members), Some(value)) => {
                members.insert(name, value.clone());
            }
            (Value::Object(members), None) => {
                members.remove(&name)?;
            }
            (Value::Array(items), Some(value)) if name == "-" => items.push(value.clone()),
            (Value::Array(items), Some(value)) => {
                *items.get_mut(name.parse::<usize>().ok()?)? = value.clone();
            }
            (Value::Array(items), None) => {
                // By its value: a place in a list moves when another is removed.
                let index = items.iter().position(|item| item.as_str() == Some(&name))?;
                items.remove(index);
            }
            _ => return None,
        }
        Some(())
    }
}

/// Reads the corrections of a file.
pub(super) fn corrections(path: &Path) -> Result<Vec<Correction>, SpecificationError> {
    let entries: Vec<Entry> = read(path)?;
    let mut corrections = Vec::new();
    for entry in entries {
        if entry.remove == entry.set.is_some() {
            return Err(SpecificationError::Yaml {
                path: path.to_owned(),
                message: format!("an entry either sets or removes: {}", entry.because),
            });
        }
        for target in entry.targets {
            corrections.push(Correction {
                target,
                set: entry.set.clone(),
                because: entry.because.clone(),
            });
        }
    }
    Ok(corrections)
}

/// Reads a YAML file.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<T, SpecificationError> {
    let text = fs::read_to_string(path).map_err(|source| SpecificationError::Read {
        path: path.to_owned(),
        source,
    })?;
    serde_saphyr::from_str(&text).map_err(|error| SpecificationError::Yaml {
        path: path.to_owned(),
        message: error.to_string(),
    })
}
