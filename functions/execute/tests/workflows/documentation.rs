//! `docs/workflows.md` says what every workflow asks of Paystack and of `QuickBooks`. It is held against what they do ask,
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
    sent: BTreeSet<(String, String, String)>,
}

/// What is done in `QuickBooks`.
const IN_BOOKS: [&str; 2] = ["send_books_invoice", "correct_books_address"];

/// Workflow, name and anchor of an action.
fn how(action: &Action) -> (String, String, String) {
    let anchor = match action.anchor {
        Anchor::ByKey => "by key",
        Anchor::ByState => "by state",
        Anchor::None => "none",
    };
    let workflow = action.workflow.to_string();
    (workflow, action.id.name.clone(), anchor.to_owned())
}

/// The same, as a table says it.
fn told(rows: &[Vec<String>]) -> BTreeSet<(String, String, String)> {
    let told = rows.iter().map(|row| {
        let anchor = row[3].split(':').next().unwrap_or_default();
        (first(&row[0]), first(&row[1]), anchor.to_owned())
    });
    told.collect()
}

impl Asked {
    async fn add(&mut self, known: &BTreeSet<String>, scenario: &Scenario) {
        let workflow = scenario.case.workflow.to_string();
        let ending = Box::pin(scenario.play(|_| {})).await;
        for (method, path) in ending.world.requests() {
            let call = call(known, method.as_str(), &path);
            if method.as_str() == "GET" {
                self.reads.entry(call).or_default().insert(workflow.clone());
            } else {
                self.writes.insert((workflow.clone(), call));
            }
        }
        // A document that is let go is a notice's mail, and no request of Paystack's.
        let to_paystack = |action: &&Action| {
            let name = action.id.name.as_str();
            action.sends > 0 && name != "send_document" && !IN_BOOKS.contains(&name)
        };
        for action in ending.actions.iter().filter(to_paystack) {
            self.sent.insert(how(action));
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
    let asked = Box::pin(asked(&known)).await;
    let written: BTreeSet<(String, String)> = writes
        .iter()
        .map(|row| (first(&row[0]), first(&row[2])))
        .collect();
    assert_eq!(written, asked.writes);
    assert_eq!(told(&writes), asked.sent);
    let read: BTreeMap<String, BTreeSet<String>> = reads
        .iter()
        .map(|row| (first(&row[0]), ticked(&row[1]).into_iter().collect()))
        .collect();
    assert_eq!(read, asked.reads);
}

#[tokio::test]
async fn the_table_says_what_is_written_into_quickbooks() {
    let rows = rows("What is written into QuickBooks");
    let known: BTreeSet<String> = rows.iter().map(|row| first(&row[2])).collect();
    let mut written = BTreeSet::new();
    let mut sent = BTreeSet::new();
    for scenario in scenarios() {
        let ending = Box::pin(scenario.play(|_| {})).await;
        for (method, path) in ending.world.writes_in_books() {
            let workflow = scenario.case.workflow.to_string();
            written.insert((workflow, call(&known, method.as_str(), &path)));
        }
        let in_books = |action: &&Action| IN_BOOKS.contains(&action.id.name.as_str());
        sent.extend(ending.actions.iter().filter(in_books).map(how));
    }
    let rows_written: BTreeSet<_> = rows
        .iter()
        .map(|row| (first(&row[0]), first(&row[2])))
        .collect();
    assert_eq!(rows_written, written);
    assert_eq!(told(&rows), sent);
}

#[test]
fn every_golden_file_is_named_and_every_file_that_is_named_is_there() {
    let there: BTreeSet<String> = ["paystack", "quickbooks"]
        .into_iter()
        .map(|vendor| format!("{}/../../tests/golden/{vendor}", env!("CARGO_MANIFEST_DIR")))
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|file| file.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/workflows.md");
    let named: BTreeSet<String> = std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .flat_map(ticked)
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
