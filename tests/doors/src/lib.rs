//! Our own HTTP doors, as `docs/openapi.yaml` describes them. Tests that send real requests hold each
//! answer against it, so that the file says what the code does.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "for tests: what they cannot have, they fail on"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::Value;

const DESCRIPTION: &str = include_str!("../../../docs/openapi.yaml");

/// What the file says.
#[derive(Debug, Clone)]
pub struct Doors {
    operations: BTreeMap<(String, String), BTreeSet<u16>>,
}

/// Read once: a test may send thousands of requests at a time.
static DOORS: LazyLock<Doors> = LazyLock::new(Doors::parse);

impl Doors {
    /// What the file says.
    ///
    /// # Panics
    /// Where it is no description of doors.
    #[must_use]
    pub fn read() -> &'static Self {
        &DOORS
    }

    fn parse() -> Self {
        let description: Value = serde_saphyr::from_str(DESCRIPTION).unwrap();
        let mut operations = BTreeMap::new();
        for (path, methods) in description.get("paths").unwrap().as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let answers = operation.get("responses").unwrap().as_object().unwrap();
                let statuses = answers.keys().map(|status| status.parse().unwrap());
                operations.insert((method.to_uppercase(), path.clone()), statuses.collect());
            }
        }
        Self { operations }
    }

    /// The doors: method, and path with its `{parameters}`.
    #[must_use]
    pub fn routes(&self) -> BTreeSet<(String, String)> {
        self.operations.keys().cloned().collect()
    }

    /// The statuses that a door answers with, nothing where there is no such door. A path without
    /// parameters goes before one with them.
    #[must_use]
    pub fn statuses(&self, method: &str, target: &str) -> Option<&BTreeSet<u16>> {
        let path = target.split('?').next().unwrap_or_default();
        let fits = |template: &str| {
            let (ours, theirs) = (template.split('/'), path.split('/'));
            ours.clone().count() == theirs.clone().count()
                && ours
                    .zip(theirs)
                    .all(|(our, their)| our == their || (our.starts_with('{') && !their.is_empty()))
        };
        self.operations
            .iter()
            .filter(|((known, template), _)| known == method && fits(template))
            .min_by_key(|((_, template), _)| template.matches('{').count())
            .map(|(_, statuses)| statuses)
    }

    /// Holds an answer against the file.
    ///
    /// # Panics
    /// Where the file does not know the door, or not that it answers so.
    pub fn check(&self, method: &str, target: &str, status: u16) {
        let Some(statuses) = self.statuses(method, target) else {
            assert_eq!(
                status, 404,
                "{method} {target} is no door of docs/openapi.yaml"
            );
            return;
        };
        assert!(
            statuses.contains(&status),
            "{method} {target} answers {status}, and docs/openapi.yaml knows only {statuses:?}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_the_file_does_not_know_is_found() {
        let doors = Doors::read();
        assert!(
            doors
                .statuses("GET", "/calls/call_a1/case?action=x")
                .is_some()
        );
        assert!(doors.statuses("GET", "/calls//case").is_none());
        assert!(doors.statuses("DELETE", "/queue").is_none());
        let teapot = std::panic::catch_unwind(|| Doors::read().check("GET", "/queue", 418));
        assert!(teapot.is_err());
    }

    #[test]
    fn the_routes_that_the_template_names_are_in_the_file_and_the_webhooks_of_the_file_in_the_template()
     {
        let template: Value =
            serde_saphyr::from_str(include_str!("../../../infra/template.yaml")).unwrap();
        let resources = template.get("Resources").unwrap().as_object().unwrap();
        let named: BTreeSet<(String, String)> = resources
            .values()
            .filter_map(|resource| resource.pointer("/Properties/RouteKey")?.as_str())
            .filter_map(|route| route.split_once(' '))
            .map(|(method, path)| (method.to_owned(), path.to_owned()))
            .collect();
        let webhooks: BTreeSet<(String, String)> = Doors::read()
            .routes()
            .into_iter()
            .filter(|(_, path)| path.starts_with("/webhooks/"))
            .collect();
        // All else goes to the desk, by the route `$default`.
        assert_eq!(named, webhooks);
    }
}
