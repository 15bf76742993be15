//! What we ask of Slack and Gmail and what the sandbox answers, held against what the two publish; and
//! our corrections, held against whether anything needs them.

use std::collections::BTreeSet;
use std::path::Path;

use sandbox::fault::Fault;
use sandbox::log::Entry;
use sandbox::wire::Method;
use serde_json::{Value, json};
use shared::case::Workflow;
use shared::ledger::Verdict;
use tests::openapi::{Sent, Specification, Violation};

use crate::calls::call_that_waits;
use crate::world::{Told, World};

/// A request that arrived, and the answer.
struct Exchange {
    sent: Sent,
    status: u16,
    answer: Value,
}

impl Exchange {
    fn of<E>(entry: &Entry<E>) -> Option<Self> {
        let sent = Sent {
            method: entry.method.as_str().to_owned(),
            path: entry.path.clone(),
            query: entry.query.iter().cloned().collect(),
            body: entry.body.clone(),
        };
        // Slack refuses with 200; what the file says of a refusal stands under 400.
        let is_refused = entry.answer.get("ok") == Some(&json!(false));
        Some(Self {
            sent,
            status: if is_refused { 400 } else { entry.status? },
            answer: entry.answer.clone(),
        })
    }

    fn violations(&self, specification: &Specification) -> Vec<Violation> {
        let Self {
            sent,
            status,
            answer,
        } = self;
        let mut violations = specification.check_request(sent);
        violations.extend(specification.check_answer(&sent.method, &sent.path, *status, answer));
        violations
    }
}

/// An alert is posted and changed and a message is mailed, with answers that are lost on the way, so
/// that both are looked for as well.
async fn exchanges() -> (Vec<Exchange>, Vec<Exchange>) {
    let (mut slack, mut gmail) = (Vec::new(), Vec::new());
    for lost in [
        None,
        Some(Fault::DropAnswer),
        Some(Fault::ResetBeforeCommit),
    ] {
        for workflow in [Workflow::DuplicateCharge, Workflow::DocumentResend] {
            let world = World::new().await;
            for (system, path) in [
                (Told::Slack, "/chat.postMessage"),
                (Told::Gmail, "/gmail/v1/users/me/drafts"),
                (Told::Gmail, "/gmail/v1/users/me/drafts/send"),
            ] {
                if let Some(fault) = &lost {
                    world.fault(system, Method::Post, path, fault.clone(), 1);
                }
            }
            let case = call_that_waits(workflow, &world);
            world.call(&case).await;
            world.tell_all(&case).await;
            world.clock.advance(jiff::SignedDuration::from_mins(20));
            world.decide(&case, Verdict::Approve).await;
            world.tell_all(&case).await;
            let at_slack = world.slack.lock();
            slack.extend(at_slack.log().entries().iter().filter_map(Exchange::of));
            let at_gmail = world.gmail.lock();
            gmail.extend(at_gmail.log().entries().iter().filter_map(Exchange::of));
        }
    }
    (slack, gmail)
}

fn specification(vendor: &str) -> Specification {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("specs")
        .join(vendor);
    Specification::load(&folder).unwrap()
}

/// The requests of our client in its golden files.
fn golden(vendor: &str) -> Vec<Sent> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(vendor);
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .map(|text| serde_json::from_str(&text).unwrap())
        .collect()
}

fn check(vendor: &str, exchanges: &[Exchange]) {
    let specification = specification(vendor);
    let golden = golden(vendor);
    let violations_of = |specification: &Specification| -> BTreeSet<String> {
        let asked = golden.iter().flat_map(|it| specification.check_request(it));
        let answered = exchanges.iter().flat_map(|it| it.violations(specification));
        asked.chain(answered).map(|it| it.to_string()).collect()
    };
    let violations: Vec<String> = violations_of(&specification).into_iter().collect();
    assert!(violations.is_empty(), "\n{}", violations.join("\n"));
    // Every request that our client makes was made.
    let name = |sent: &Sent| specification.operation(&sent.method, &sent.path).unwrap();
    let made: BTreeSet<String> = exchanges.iter().map(|it| name(&it.sent)).collect();
    for sent in &golden {
        assert!(made.contains(&name(sent)), "{} was not made", sent.path);
    }
    for (index, correction) in specification.corrections().iter().enumerate() {
        let without = specification.without(index).unwrap();
        assert!(
            !violations_of(&without).is_empty(),
            "nothing needs {} ({})",
            correction.target,
            correction.because
        );
    }
}

#[tokio::test]
async fn slack_and_gmail_are_asked_and_answer_as_they_publish() {
    let (slack, gmail) = exchanges().await;
    check("slack", &slack);
    check("gmail", &gmail);
}
