//! `docs/workflows.md` says what every workflow asks of Paystack. It is held against what they do ask,
//! in the calls of `scenarios`, and against the golden files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use shared::ledger::{Action, Anchor};

use super::scenarios::{Scenario, scenarios};

/// The cells of every row of the table under `heading`.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/workflows.md");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, rest) = text.split_once(&format!("\n## {heading}\n")).unwrap();
    let part = rest.split("\n## ").next().unwrap_or_default();
    let lines = part.lines().filter(|line| line.starts_with("| `"));
    lines
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect()
}

/// What stands in backticks.
fn ticked(cell: &str) -> Vec<String> {
    let parts = cell.split('`').skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

fn first(cell: &str) -> String {
    ticked(cell).into_iter().next().unwrap()
}

/// Whether `path` is of the shape of `route`, such as `/refund/{id}`.
fn fits(route: &str, path: &str) -> bool {
    let (route, path): (Vec<&str>, Vec<&str>) =
        (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len()
        && route
            .iter()
            .zip(&path)
            .all(|(shape, own)| shape.starts_with('{') || shape == own)
}

/// The call, as the documentation writes it: the route with the fewest blanks that fits.
fn call(known: &BTreeSet<String>, method: &str, path: &str) -> String {
    let fitting = known.iter().filter(|call| {
        let (own, route) = call.split_once(' ').unwrap();
        own == method && fits(route, path)
    });
    fitting
        .min_by_key(|call| call.matches('{').count())
        .unwrap_or_else(|| panic!("{method} {path} is not in docs/workflows.md"))
        .clone()
}

/// What the scenarios ask: by workflow the writes, and by call the workflows that read.
struct Asked {
    writes: BTreeSet<(String, String)>,
    reads: BTreeMap<String, BTreeSet<String>>,
    sent: BTreeSet<(String, String, &'static str)>,
}

impl Asked {
    async fn add(&mut self, known: &BTreeSet<String>, scenario: &Scenario) {
        let workflow = scenario.case.workflow.to_string();
        let ending = scenario.play(|_| {}).await;
        for (method, path) in ending.world.requests() {
            let call = call(known, method.as_str(), &path);
            if method.as_str() == "GET" {
                self.reads.entry(call).or_default().insert(workflow.clone());
            } else {
                self.writes.insert((workflow.clone(), call));
            }
        }
        // A document that is let go is a notice's mail, and no request of Paystack's.
        let to_paystack = |action: &&Action| action.sends > 0 && action.id.name != "send_document";
        for action in ending.actions.iter().filter(to_paystack) {
            let anchor = match action.anchor {
                Anchor::ByKey => "by key",
                Anchor::ByState => "by state",
                Anchor::None => "none",
            };
            let sent = (workflow.clone(), action.id.name.clone(), anchor);
            self.sent.insert(sent);
        }
    }
}

async fn asked(known: &BTreeSet<String>) -> Asked {
    let mut asked = Asked {
        writes: BTreeSet::new(),
        reads: BTreeMap::new(),
        sent: BTreeSet::new(),
    };
    // A call with two wishes asks what each of them asks.
    let alone = scenarios().into_iter().filter(|it| it.case.also.is_empty());
    for mut scenario in alone {
        asked.add(known, &scenario).await;
        // The same where the call does not name the payment.
        if scenario.case.fields.payment_reference.take().is_some() {
            asked.add(known, &scenario).await;
        }
    }
    asked
}

#[tokio::test]
async fn the_tables_say_what_the_workflows_ask_of_paystack() {
    let (writes, reads) = (rows("What is written"), rows("What is read"));
    let known: BTreeSet<String> = writes
        .iter()
        .map(|row| first(&row[2]))
        .chain(reads.iter().map(|row| first(&row[0])))
        .collect();
    let asked = asked(&known).await;
    let written: BTreeSet<(String, String)> = writes
        .iter()
        .map(|row| (first(&row[0]), first(&row[2])))
        .collect();
    assert_eq!(written, asked.writes);
    let anchors: BTreeSet<(String, String, String)> = writes
        .iter()
        .map(|row| {
            let anchor = row[3].split(':').next().unwrap_or_default();
            (first(&row[0]), first(&row[1]), anchor.to_owned())
        })
        .collect();
    let sent = asked.sent.into_iter();
    let sent: BTreeSet<_> = sent
        .map(|(one, two, three)| (one, two, three.to_owned()))
        .collect();
    assert_eq!(anchors, sent);
    let read: BTreeMap<String, BTreeSet<String>> = reads
        .iter()
        .map(|row| (first(&row[0]), ticked(&row[1]).into_iter().collect()))
        .collect();
    assert_eq!(read, asked.reads);
}

#[test]
fn every_golden_file_is_named_and_every_file_that_is_named_is_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/paystack");
    let there: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let named: BTreeSet<String> = ["What is written", "What is read", "What no workflow asks"]
        .into_iter()
        .flat_map(rows)
        .flat_map(|row| row.iter().flat_map(|cell| ticked(cell)).collect::<Vec<_>>())
        .filter(|name| {
            Path::new(name)
                .extension()
                .is_some_and(|ending| ending == "json")
        })
        .collect();
    assert_eq!(named, there);
}

#[test]
fn every_workflow_has_its_review_path() {
    let told: BTreeSet<String> = rows("When a person is asked")
        .iter()
        .map(|row| first(&row[0]))
        .collect();
    let all: BTreeSet<String> = shared::case::Workflow::ALL
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(told, all);
}
