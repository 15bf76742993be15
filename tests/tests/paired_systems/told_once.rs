//! Whatever a system does to a request of ours: at most one message, ticket, comment, note and
//! e-mail for each notice, and every one of them told in the end.

use sandbox::fault::Fault;
use sandbox::wire::Method;
use shared::case::Workflow;
use shared::ledger::{Action, State, Verdict};

use crate::calls::{call_about, call_that_waits};
use crate::world::{Told, World};

/// Every request that a notice makes, by system.
const STEPS: [(Told, Method, &str); 15] = [
    (Told::Slack, Method::Post, "/chat.postMessage"),
    (Told::Slack, Method::Post, "/chat.update"),
    (Told::Slack, Method::Get, "/conversations.history"),
    (Told::Zendesk, Method::Get, "/api/v2/tickets.json"),
    (Told::Zendesk, Method::Post, "/api/v2/tickets"),
    (Told::Zendesk, Method::Put, "/api/v2/tickets/*"),
    (Told::Zendesk, Method::Get, "/api/v2/tickets/*/comments"),
    (Told::Hubspot, Method::Get, "/crm/v3/objects/contacts/*"),
    (Told::Hubspot, Method::Post, "/crm/v3/objects/notes"),
    (
        Told::Hubspot,
        Method::Get,
        "/crm/v4/objects/contacts/*/associations/notes",
    ),
    (
        Told::Hubspot,
        Method::Post,
        "/crm/v3/objects/notes/batch/read",
    ),
    (Told::Gmail, Method::Get, "/gmail/v1/users/me/drafts"),
    (Told::Gmail, Method::Post, "/gmail/v1/users/me/drafts"),
    (Told::Gmail, Method::Post, "/gmail/v1/users/me/drafts/send"),
    (Told::Gmail, Method::Get, "/gmail/v1/users/me/messages"),
];

fn faults() -> Vec<Fault> {
    let mut faults = vec![
        Fault::DropAnswer,
        Fault::NeverAnswer,
        Fault::CommitLate { after_ms: 20_000 },
        Fault::AnswerLate { after_ms: 3_000 },
        Fault::AnswerLate { after_ms: 20_000 },
        Fault::ResetBeforeCommit,
        Fault::TooManyRequests {
            reset: 7,
            committed: false,
        },
    ];
    for committed in [false, true] {
        faults.push(Fault::ServerError { committed });
        faults.push(Fault::BadGateway { committed });
        faults.push(Fault::StatusFalse { committed });
    }
    faults
}

/// A receipt is asked for, a person approves it, and it leaves by e-mail; the alert of a duplicate
/// charge is posted and then changed.
async fn play(world: &World, workflow: Workflow) -> Vec<Action> {
    let case = call_that_waits(workflow, world);
    world.call(&case).await;
    world.tell_all(&case).await;
    world.clock.advance(jiff::SignedDuration::from_mins(20));
    world.decide(&case, Verdict::Approve).await;
    world.tell_all(&case).await;
    world.notices(&case).await
}

#[tokio::test]
async fn every_system_under_every_fault_is_told_once() {
    for workflow in [Workflow::DuplicateCharge, Workflow::DocumentResend] {
        let quiet = World::new().await;
        play(&quiet, workflow).await;
        let expected = quiet.counts();
        for (system, method, path) in STEPS {
            for fault in faults() {
                let context = format!("{workflow}, {method} {path}: {fault:?}");
                let world = World::new().await;
                world.fault(system, method, path, fault.clone(), 1);
                let notices = play(&world, workflow).await;
                assert_eq!(world.counts(), expected, "{context}");
                for notice in notices {
                    assert_eq!(notice.state, State::Succeeded, "{context}: {}", notice.id);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_worker_that_dies_after_each_request_tells_nobody_twice() {
    // A death is an answer that nobody hears, twice in a row.
    for workflow in [Workflow::DuplicateCharge, Workflow::DocumentResend] {
        let quiet = World::new().await;
        play(&quiet, workflow).await;
        for (system, method, path) in STEPS {
            let world = World::new().await;
            world.fault(system, method, path, Fault::DropAnswer, 2);
            play(&world, workflow).await;
            assert_eq!(
                world.counts(),
                quiet.counts(),
                "{workflow}, {method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn a_busy_system_is_left_alone_for_as_long_as_it_asks_within_bounds() {
    for (asked, at_least, at_most) in [(30, 30, 120), (86_400, 300, 420)] {
        let world = World::new().await;
        let case = call_about(Workflow::Chargeback, &world);
        let fault = Fault::TooManyRequests {
            reset: asked,
            committed: false,
        };
        world.fault(Told::Slack, Method::Post, "/chat.postMessage", fault, 1);
        world.call(&case).await;
        let began = shared::clock::Clock::now(&*world.clock);
        world.tell_all(&case).await;
        let waited = shared::clock::Clock::now(&*world.clock).duration_since(began);
        let waited = waited.as_secs();
        assert!(
            (at_least..=at_most).contains(&waited),
            "asked for {asked} s, waited {waited} s"
        );
        assert_eq!(world.alerts().len(), 1);
    }
}
