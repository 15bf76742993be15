//! The table of policy cases: facts, and what is to be decided on them.
//!
//! A case is written as its differences from a named base, so that it shows what it is about:
//!
//! ```toml
//! [[case]]
//! name = "one kobo above the limit"
//! base = "refund"
//! with = { amount = 2_500_001 }
//! decision = "ask_person"
//! policies = ["refund_above_limit"]
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::bases::{BASES_FILE, Bases, CasesError, cases_folder, read};
use super::{Decision, Policy};

/// What is expected of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Expected {
    Run,
    AskPerson,
    Forbid,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    base: String,
    #[serde(default)]
    with: Map<String, Value>,
    #[serde(default)]
    without: Vec<String>,
    decision: Expected,
    #[serde(default = "one")]
    approvals_needed: u32,
    policies: Vec<String>,
}

const fn one() -> u32 {
    1
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    case: Vec<Case>,
}

/// A case that was decided otherwise than the table says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFailure {
    /// The file of the case.
    pub file: String,
    /// The case's name.
    pub case: String,
    /// What the table says.
    pub expected: String,
    /// What was decided, or why nothing could be.
    pub found: String,
}

/// What came of the table of cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseReport {
    /// How many cases there are.
    pub ran: usize,
    /// Those that were decided otherwise.
    pub failures: Vec<CaseFailure>,
    /// Policies whose yes or no no case shows, and which of the two.
    pub unexercised: Vec<String>,
}

impl CaseReport {
    /// Whether every case was decided as the table says, and every policy is exercised both ways.
    #[must_use]
    pub const fn passed(&self) -> bool {
        self.failures.is_empty() && self.unexercised.is_empty()
    }
}

impl fmt::Display for CaseReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for failure in &self.failures {
            writeln!(formatter, "{}: {}", failure.file, failure.case)?;
            writeln!(formatter, "  the table says  {}", failure.expected)?;
            writeln!(formatter, "  decided         {}", failure.found)?;
        }
        for policy in &self.unexercised {
            writeln!(formatter, "{policy}")?;
        }
        let right = self.ran - self.failures.len();
        write!(
            formatter,
            "{right} of {} policy cases decided as the table says",
            self.ran
        )
    }
}

/// Runs every case of the table of the policies in `config`, the folder of the settings.
///
/// A policy is exercised both ways when, from one base, one case has it decide and another does
/// not: its yes, and a no that differs only in the facts that matter.
///
/// # Errors
/// [`CasesError`] where the table cannot be read.
pub fn test_cases(policy: &Policy, config: &Path) -> Result<CaseReport, CasesError> {
    let bases = Bases::load(config)?;
    let mut report = CaseReport::default();
    let mut decided_by_base: BTreeMap<String, Vec<BTreeSet<String>>> = BTreeMap::new();
    for path in case_files(&cases_folder(config))? {
        let file: CaseFile = read(&path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for case in file.case {
            report.ran += 1;
            match bases.facts(&case.base, &case.with, &case.without) {
                Ok(facts) => {
                    let decision = policy.decide(&facts);
                    report.failures.extend(compare(&name, &case, &decision));
                    let decided = decision.policies().iter().cloned().collect();
                    decided_by_base.entry(case.base).or_default().push(decided);
                }
                Err(error) => report.failures.push(CaseFailure {
                    file: name.clone().into_owned(),
                    expected: expected(&case),
                    case: case.name,
                    found: in_full(&error),
                }),
            }
        }
    }
    for rule in policy.rules() {
        let shows = |decided: &[BTreeSet<String>], wanted: bool| {
            decided.iter().any(|ids| ids.contains(&rule.id) == wanted)
        };
        let yes: Vec<_> = decided_by_base
            .values()
            .filter(|it| shows(it, true))
            .collect();
        if yes.is_empty() {
            report
                .unexercised
                .push(format!("{}: no case has it decide", rule.id));
        } else if !yes.iter().any(|it| shows(it, false)) {
            report.unexercised.push(format!(
                "{}: no case from the same base has it not decide",
                rule.id
            ));
        }
    }
    Ok(report)
}

fn compare(file: &str, case: &Case, decision: &Decision) -> Option<CaseFailure> {
    let (kind, approvals) = match decision {
        Decision::Run { .. } => (Expected::Run, 1),
        Decision::AskPerson {
            approvals_needed, ..
        } => (Expected::AskPerson, *approvals_needed),
        Decision::Forbid { .. } => (Expected::Forbid, 1),
    };
    let wanted: BTreeSet<&str> = case.policies.iter().map(String::as_str).collect();
    let found: BTreeSet<&str> = decision.policies().iter().map(String::as_str).collect();
    let as_expected =
        kind == case.decision && approvals == case.approvals_needed && wanted == found;
    (!as_expected).then(|| CaseFailure {
        file: file.to_owned(),
        case: case.name.clone(),
        expected: expected(case),
        found: in_words(kind, approvals, decision.policies()),
    })
}

fn expected(case: &Case) -> String {
    in_words(case.decision, case.approvals_needed, &case.policies)
}

fn in_words(kind: Expected, approvals: u32, policies: &[String]) -> String {
    let kind = match kind {
        Expected::Run => "run".to_owned(),
        Expected::AskPerson => format!("ask_person ({approvals})"),
        Expected::Forbid => "forbid".to_owned(),
    };
    let by = if policies.is_empty() {
        "no policy".to_owned()
    } else {
        policies.join(", ")
    };
    format!("{kind}, by {by}")
}

fn case_files(folder: &Path) -> Result<Vec<PathBuf>, CasesError> {
    let unreadable = |source| CasesError::Unreadable {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let is_table = path
            .extension()
            .is_some_and(|extension| extension == "toml");
        if is_table && !path.ends_with(BASES_FILE) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn in_full(error: &CasesError) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
