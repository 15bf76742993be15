//! What is wrong with the policies, found before a deployment: each policy against the schema, and
//! the schema against what the program asks. Nothing of it is needed to decide, so that no function
//! reads the schema when it starts.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;

use cedar_policy::{Schema, ValidationMode, Validator};
use shared::case::Workflow;

use super::engine::vocabulary;
use super::files::{Files, POLICY_FOLDER, located, text_of};
use super::request::Vocabulary;
use super::{Deed, Facts, Policy, PolicyError};

/// The file that says what a policy may ask about.
const SCHEMA_FILE: &str = "schema.cedarschema";

impl Policy {
    /// Checks the policies of `config` against their schema, that each has an id, a reason and a
    /// comment, that every question we put is one that the schema knows, and that it groups deeds
    /// as the program does.
    ///
    /// # Errors
    /// [`PolicyError`] with everything that is wrong.
    pub fn check(config: &Path) -> Result<(), PolicyError> {
        let path = config.join(POLICY_FOLDER).join(SCHEMA_FILE);
        let text = text_of(&path)?;
        let schema = Schema::from_str(&text)
            .map_err(|error| PolicyError::one(located(SCHEMA_FILE, &text, &error)))?;
        let files = Files::read(config)?;
        let vocabulary = vocabulary()?;
        let mut problems = against_schema(&files, &schema);
        problems.extend(unexplained(&files));
        problems.extend(unknown_questions(&vocabulary, &schema));
        problems.extend(other_groups(&vocabulary, &schema)?);
        if problems.is_empty() {
            Ok(())
        } else {
            Err(PolicyError { problems })
        }
    }
}

/// Everything in the policies that the schema does not allow.
fn against_schema(files: &Files, schema: &Schema) -> Vec<String> {
    let outcome = Validator::new(schema.clone()).validate(&files.policies, ValidationMode::Strict);
    let errors = outcome
        .validation_errors()
        .map(|it| (it.policy_id(), it.to_string()));
    let warnings = outcome
        .validation_warnings()
        .map(|it| (it.policy_id(), it.to_string()));
    // The same mistake is found once for every action that the policy concerns: the first tells.
    let mut first = BTreeMap::new();
    for (id, problem) in errors.chain(warnings) {
        first.entry(id.to_string()).or_insert(problem);
    }
    first
        .into_iter()
        .map(|(id, problem)| {
            let rule = files.rules.iter().find(|rule| rule.id == id);
            format!("{}: {problem}", rule.map_or("", |rule| rule.file.as_str()))
        })
        .collect()
}

/// Every policy that a person could not read.
fn unexplained(files: &Files) -> impl Iterator<Item = String> {
    let silent = files.rules.iter().filter(|rule| rule.comment.is_empty());
    silent.map(|rule| {
        format!(
            "{}: there is no comment above @id(\"{}\")",
            rule.file, rule.id
        )
    })
}

/// Every question of ours that the schema does not know.
fn unknown_questions(vocabulary: &Vocabulary, schema: &Schema) -> Vec<String> {
    let asked = Deed::ALL
        .into_iter()
        .flat_map(|deed| Workflow::ALL.map(|workflow| (deed, workflow)));
    asked
        .filter_map(|(deed, workflow)| {
            let facts = Facts::cautious(deed, workflow);
            let error = vocabulary.request(&facts, 0, Some(schema)).err()?;
            Some(format!("{} on {workflow}: {error}", deed.as_str()))
        })
        .collect()
}

/// Every deed that the schema puts into other groups than the program does.
fn other_groups(vocabulary: &Vocabulary, schema: &Schema) -> Result<Vec<String>, PolicyError> {
    let theirs = schema
        .action_entities()
        .map_err(|error| PolicyError::one(format!("{SCHEMA_FILE}: {error}")))?;
    let differing = Deed::ALL.into_iter().filter_map(|deed| {
        let theirs: BTreeSet<String> = theirs
            .ancestors(&vocabulary.action(deed.as_str()))?
            .map(|group| group.id().unescaped().to_owned())
            .collect();
        let ours: BTreeSet<String> = deed.groups().iter().map(|&name| name.to_owned()).collect();
        (ours != theirs).then(|| {
            format!(
                "{SCHEMA_FILE}: {} is in the groups {theirs:?}, and the program knows it in {ours:?}",
                deed.as_str()
            )
        })
    });
    Ok(differing.collect())
}
