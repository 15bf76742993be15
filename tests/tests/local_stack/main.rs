//! The deployed template with the real functions, real queues, real table: what a delivery over
//! HTTP comes to. One stack for all of these tests; each has calls of its own.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what a test cannot have, it fails on"
)]

mod operators;

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use ops::inspect::Story;
use ops::redrive::{Redriven, redrive};
use ops::review::{self, Given};
use serde_json::{Value, json};
use shared::ids::CallId;
use shared::ledger::{State, Verdict, binding, suite};
use tests::stack::{Stack, eventually};
use tokio::runtime::Runtime;

const PATIENCE: Duration = Duration::from_secs(200);

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static STACK: LazyLock<Stack> = LazyLock::new(|| {
    let stack = Stack::start();
    let records = std::fs::read_to_string("../events/dialnexa/sandbox-records.json").unwrap();
    let records: Value = serde_json::from_str(&records).unwrap();
    RUNTIME.block_on(stack.order(reqwest::Method::POST, "seed", &records));
    stack
});

fn on_the_stack<F: Future<Output = ()>>(test: impl FnOnce(&'static Stack) -> F) {
    let stack = &*STACK;
    RUNTIME.block_on(test(stack));
}

async fn at_rest(stack: &Stack, call: &CallId) -> Story {
    eventually("the end of the call", PATIENCE, || async {
        Story::read(&stack.place, call)
            .await
            .unwrap()
            .filter(Story::is_settled)
    })
    .await
}

/// The requests at a vendor that had an effect of that name and speak of `mark`.
fn effects(log: &Value, vendor: &str, effect: &str, mark: &str) -> usize {
    log[vendor]["requests"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|request| {
            request["effects"]
                .as_array()
                .unwrap()
                .iter()
                .any(|it| it["effect"] == effect)
                && request.to_string().contains(mark)
        })
        .count()
}

/// The sample payment request, as a call of its own with a customer of its own.
fn payment_request(file: &str, call: &str, who: &str) -> Vec<u8> {
    String::from_utf8(Stack::sample(file, call))
        .unwrap()
        .replace("ada.obi@", &format!("{who}@"))
        .replace(
            "ada dot obi at",
            &format!("{} at", who.replace('.', " dot ")),
        )
        .replace(
            "A, D, A, dot, O, B, I, at",
            &format!("{} at", who.replace('.', " dot ")),
        )
        .into_bytes()
}

#[test]
fn the_table_on_the_stack_keeps_to_the_suite() {
    on_the_stack(async |stack| {
        let table: Arc<dyn shared::ledger::Table> = Arc::new(stack.place.table());
        suite::run(table, "suite").await;
    });
}

#[test]
fn one_call_delivered_fifty_times_in_every_shape_is_one_payment_request() {
    on_the_stack(async |stack| {
        // Given a call that was announced,
        let call = CallId::new("call_fifty").unwrap();
        let who = "bisi.ade";
        let begun = payment_request("payment-request-initiated.json", call.as_str(), who);
        assert_eq!(stack.deliver(begun).await.0 / 100, 2);
        // when its end is delivered fifty times at once, in both shapes, and again with a fresh link,
        let ended = payment_request("payment-request.json", call.as_str(), who);
        let flat = payment_request("payment-request-flat.json", call.as_str(), who);
        let deliveries = (0..50).map(|number| {
            stack.deliver(if number % 5 == 4 {
                flat.clone()
            } else {
                ended.clone()
            })
        });
        for (status, answer) in futures::future::join_all(deliveries).await {
            assert_eq!(status / 100, 2, "{answer}");
        }
        let fresh = payment_request("payment-request-fresh-link.json", call.as_str(), who);
        assert_eq!(stack.deliver(fresh).await.0 / 100, 2);
        let story = at_rest(stack, &call).await;
        // then there is one of everything.
        assert!(
            story
                .actions
                .iter()
                .all(|action| action.state == State::Succeeded)
        );
        eventually("the queues' end", PATIENCE, || async {
            (stack.messages_in_flight().await == 0).then_some(())
        })
        .await;
        let log = stack.log().await;
        let mark = call.as_str();
        assert_eq!(effects(&log, "paystack", "customer_created", mark), 1);
        assert_eq!(
            effects(&log, "paystack", "payment_request_created", mark),
            1
        );
        assert_eq!(
            effects(
                &log,
                "paystack",
                "email_sent",
                &format!("{who}@example.com")
            ),
            1
        );
        // Finance is not alerted of what went well: the ticket says so, once.
        assert_eq!(effects(&log, "slack", "message_posted", mark), 0);
        assert_eq!(effects(&log, "zendesk", "ticket_created", mark), 1);
        assert_eq!(story.trail_fault, None);
    });
}

#[test]
fn two_calls_about_one_payment_request_at_once_notify_once() {
    on_the_stack(async |stack| {
        let calls = ["call_kwame_1", "call_kwame_2"].map(|call| CallId::new(call).unwrap());
        let deliveries = calls.iter().map(|call| {
            let body = String::from_utf8(Stack::sample("notify-again.json", call.as_str()));
            // The merchant's own words for it, so that the workflow is beyond doubt.
            let body = body
                .unwrap()
                .replace("\"Payment request\"", "\"Resend invoice\"");
            stack.deliver(body.into_bytes())
        });
        for (status, answer) in futures::future::join_all(deliveries).await {
            assert_eq!(status / 100, 2, "{answer}");
        }
        let mut states = Vec::new();
        for call in &calls {
            let story = at_rest(stack, call).await;
            states.extend(story.actions.iter().map(|action| action.state));
        }
        states.sort_unstable();
        assert_eq!(states, [State::AwaitingApproval, State::Succeeded]);
        let log = stack.log().await;
        assert_eq!(effects(&log, "paystack", "email_sent", "PRQ_k4m3n5s4h1"), 1);
    });
}

#[test]
fn a_call_that_failed_waits_in_its_dead_letter_queue_and_a_redrive_completes_it() {
    on_the_stack(async |stack| {
        // Given a Paystack that cannot be read, and a queue that gives up soon,
        let who = "tunde.bello";
        stack.give_up_after("cases", 2).await;
        let rule = json!({
            "vendor": "paystack", "method": "GET", "path": format!("/customer/{who}%40example.com"),
            "count": 0, "fault": "server_error",
        });
        stack.order(reqwest::Method::POST, "faults", &rule).await;
        let call = CallId::new("call_dead_letter").unwrap();
        let body = payment_request("payment-request.json", call.as_str(), who);
        assert_eq!(stack.deliver(body).await.0 / 100, 2);
        // when its message has failed as often as it may,
        eventually("the dead letter", Duration::from_mins(4), || async {
            let there = redrive(&stack.place, "cases", true).await.unwrap();
            (there != Redriven::WouldMove(0)).then_some(())
        })
        .await;
        let log = stack.log().await;
        assert_eq!(
            effects(&log, "paystack", "customer_created", call.as_str()),
            0
        );
        // then a redrive, once Paystack answers, completes it, once.
        stack
            .order(reqwest::Method::DELETE, "faults", &Value::Null)
            .await;
        let moved = redrive(&stack.place, "cases", false).await.unwrap();
        assert!(
            matches!(moved, Redriven::Moved(_) | Redriven::Started(_)),
            "{moved:?}"
        );
        let story = at_rest(stack, &call).await;
        assert!(
            story
                .actions
                .iter()
                .all(|action| action.state == State::Succeeded)
        );
        let log = stack.log().await;
        assert_eq!(
            effects(&log, "paystack", "payment_request_created", call.as_str()),
            1
        );
    });
}

#[test]
fn a_review_is_decided_once_and_only_as_it_was_shown() {
    on_the_stack(async |stack| {
        let call = CallId::new("call_twice_charged").unwrap();
        assert_eq!(
            stack
                .deliver(Stack::sample("charged-twice.json", call.as_str()))
                .await
                .0
                / 100,
            2
        );
        let story = at_rest(stack, &call).await;
        let action = story
            .actions
            .iter()
            .find(|action| action.state == State::AwaitingApproval)
            .expect("money needs a person");
        let given = |binding: &str| Given {
            call: call.clone(),
            action: action.id.to_string(),
            by: "ngozi@example.com".to_owned(),
            binding: binding.to_owned(),
            reason: String::new(),
        };
        let stale = review::decide(&stack.place, given("0000"), Verdict::Decline).await;
        assert!(
            stale.unwrap_err().to_string().contains("has changed"),
            "a stale decision"
        );
        let shown = binding(action);
        let declined = review::decide(&stack.place, given(&shown), Verdict::Decline)
            .await
            .unwrap();
        assert_eq!(declined.state, State::Declined);
        let again = review::decide(&stack.place, given(&shown), Verdict::Approve).await;
        assert!(
            again.unwrap_err().to_string().contains("no longer waits"),
            "a second decision"
        );
    });
}

#[test]
fn a_delivery_that_dialnexa_did_not_sign_is_refused_and_leaves_nothing() {
    on_the_stack(async |stack| {
        let body = Stack::sample("payment-request.json", "call_forged");
        let answer = stack
            .client
            .post(&stack.about.webhook_url)
            .header("x-dialnexa-signature", "0".repeat(64))
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 401);
        let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let keys: BTreeSet<&str> = answer
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(keys, BTreeSet::from(["code", "request_id"]));
        let forged = CallId::new("call_forged").unwrap();
        assert!(Story::read(&stack.place, &forged).await.unwrap().is_none());
    });
}

#[test]
fn no_card_number_no_secret_and_no_word_of_the_caller_stands_where_it_must_not() {
    on_the_stack(async |stack| {
        // Given a caller who speaks a card number across two turns,
        let call = CallId::new("call_card").unwrap();
        let body = payment_request("payment-request.json", call.as_str(), "chika.eze");
        assert_eq!(stack.deliver(body).await.0 / 100, 2);
        at_rest(stack, &call).await;
        let table = stack.whole_table().await;
        let queues = stack.whole_queues().await;
        let logs = stack.function_logs();
        let log = stack.log().await.to_string();
        // then its digits stand nowhere, however they are written,
        for (place, text) in [
            ("table", &table.everything),
            ("queues", &queues),
            ("logs", &logs),
            ("vendors", &log),
        ] {
            let lower = text.to_lowercase();
            for piece in [
                "4084084084084081",
                "4084 0840",
                "four zero eight four",
                "zero eight four zero",
            ] {
                assert!(!lower.contains(piece), "{piece} stands in the {place}");
            }
            for secret in stack.secret_values() {
                assert!(
                    !text.contains(&secret),
                    "a secret that begins with {:?} stands in the {place}",
                    secret.get(..4)
                );
            }
        }
        // and outside the call's private record not one of the caller's words.
        for words in [
            "Surulere",
            "Ankara",
            "Balogun",
            "God bless",
            "salary",
            "chika",
        ] {
            for (place, text) in [
                ("table", &table.not_private),
                ("queues", &queues),
                ("logs", &logs),
            ] {
                assert!(
                    !text.to_lowercase().contains(&words.to_lowercase()),
                    "{words:?} stands in the {place}"
                );
            }
            assert!(
                table
                    .everything
                    .to_lowercase()
                    .contains(&words.to_lowercase())
                    || words == "chika",
                "{words:?} is not even in the private record: the test looks at nothing"
            );
        }
    });
}
