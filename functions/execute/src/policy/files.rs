//! The policy files: read, and given their ids.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use cedar_policy::{Effect, PolicyId, PolicySet};
use miette::Diagnostic;
use serde::Serialize;
use shared::error::Class;
use thiserror::Error;

/// The folder of the policies, beside the settings.
pub(super) const POLICY_FOLDER: &str = "policy";

/// What is wrong with the policies: every problem, not only the first.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct PolicyError {
    /// The problems, each with where it is.
    pub problems: Vec<String>,
}

impl PolicyError {
    pub(super) fn one(problem: impl Into<String>) -> Self {
        Self {
            problems: vec![problem.into()],
        }
    }

    /// What the error means for what happens next: nobody can go on until the files are mended.
    #[must_use]
    pub const fn class(&self) -> Class {
        Class::Bug
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.problems.len() == 1 {
            "problem"
        } else {
            "problems"
        };
        write!(
            formatter,
            "the policies have {} {noun}:",
            self.problems.len()
        )?;
        for problem in &self.problems {
            write!(formatter, "\n  - {problem}")?;
        }
        Ok(())
    }
}

/// One policy, as people know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its id, the `@id` in the file.
    pub id: String,
    /// The file it stands in.
    pub file: String,
    /// Why it decides as it does, its `@reason`: words that stand after "because".
    pub reason: String,
    /// The comment above it: the rule in plain words.
    pub comment: String,
    /// Whether it allows; otherwise it forbids.
    pub allows: bool,
}

/// The policy files of a folder, parsed.
#[derive(Debug, Clone)]
pub(super) struct Files {
    pub(super) policies: PolicySet,
    /// In the order of the files and of the policies in them, which is the order of reasons.
    pub(super) rules: Vec<Rule>,
}

impl Files {
    pub(super) fn read(config: &Path) -> Result<Self, PolicyError> {
        let folder = config.join(POLICY_FOLDER);
        let mut texts = BTreeMap::new();
        let entries = std::fs::read_dir(&folder).map_err(|error| unreadable(&folder, &error))?;
        for entry in entries {
            let path = entry.map_err(|error| unreadable(&folder, &error))?.path();
            let is_policy = path
                .extension()
                .is_some_and(|extension| extension == "cedar");
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            if let Some(name) = name.filter(|_| is_policy) {
                texts.insert(name, text_of(&path)?);
            }
        }
        Self::parse(
            texts
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str())),
        )
    }

    pub(super) fn parse<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, PolicyError> {
        let mut problems = Vec::new();
        let mut policies = PolicySet::new();
        let mut rules = Vec::new();
        for (file, text) in files {
            match PolicySet::from_str(text) {
                Ok(parsed) => {
                    let mut found = take(file, text, &parsed, &mut policies, &mut problems);
                    found.sort_by_key(|rule| text.find(&id_line(&rule.id)));
                    rules.extend(found);
                }
                Err(errors) => {
                    problems.extend(errors.iter().map(|error| located(file, text, error)));
                }
            }
        }
        if rules.is_empty() && problems.is_empty() {
            problems.push("there is no policy at all".to_owned());
        }
        if problems.is_empty() {
            Ok(Self { policies, rules })
        } else {
            Err(PolicyError { problems })
        }
    }
}

/// The text of a file.
pub(super) fn text_of(path: &Path) -> Result<String, PolicyError> {
    std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> PolicyError {
    PolicyError::one(format!("{}: {error}", path.display()))
}

/// Moves a file's policies into `all` under their own ids.
fn take(
    file: &str,
    text: &str,
    parsed: &PolicySet,
    all: &mut PolicySet,
    problems: &mut Vec<String>,
) -> Vec<Rule> {
    if parsed.templates().next().is_some() {
        problems.push(format!(
            "{file}: a policy with a slot (?principal) is not supported"
        ));
    }
    let mut rules = Vec::new();
    for policy in parsed.policies() {
        let (Some(id), Some(reason)) = (annotation(policy, "id"), annotation(policy, "reason"))
        else {
            problems.push(format!(
                "{file}: every policy needs @id(\"…\") and @reason(\"…\"): {policy}"
            ));
            continue;
        };
        if all.add(policy.new_id(PolicyId::new(id))).is_err() {
            problems.push(format!("{file}: there are two policies with the id {id}"));
            continue;
        }
        rules.push(Rule {
            id: id.to_owned(),
            file: file.to_owned(),
            reason: reason.to_owned(),
            comment: comment_above(text, &id_line(id)),
            allows: policy.effect() == Effect::Permit,
        });
    }
    rules
}

fn annotation<'a>(policy: &'a cedar_policy::Policy, key: &str) -> Option<&'a str> {
    // Looked through, since Cedar parses the key of a look-up each time.
    policy
        .annotations()
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value.trim())
        .filter(|value| !value.is_empty())
}

fn id_line(id: &str) -> String {
    format!("@id(\"{id}\")")
}

/// The comment that ends right above the line that begins with `line`.
fn comment_above(text: &str, line: &str) -> String {
    let mut comment = Vec::new();
    for written in text.lines() {
        if written.starts_with(line) {
            return comment.join(" ");
        }
        match written.strip_prefix("//") {
            Some(words) => comment.push(words.trim()),
            None => comment.clear(),
        }
    }
    String::new()
}

/// An error with the line it is on, where Cedar says so.
pub(super) fn located(file: &str, text: &str, error: &dyn Diagnostic) -> String {
    let offset = error
        .labels()
        .and_then(|mut labels| labels.next())
        .map(|label| label.offset());
    let before = offset.and_then(|offset| text.get(..offset));
    match before {
        Some(before) => {
            let line = before.matches('\n').count() + 1;
            format!("{file}, line {line}: {error}")
        }
        None => format!("{file}: {error}"),
    }
}
