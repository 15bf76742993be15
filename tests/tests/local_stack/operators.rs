//! What the person on call types, as the program that they type it into: its answers and exit codes.

use std::process::{Command, Output};

use serde_json::Value;
use shared::ids::CallId;
use shared::ledger::State;
use tests::stack::Stack;

use super::{at_rest, effects, on_the_stack, payment_request};

/// Runs `ledgerline` on the stack, from the root of the checkout.
fn ledgerline(stack: &Stack, words: &[&str]) -> Output {
    let tests = std::env::current_exe().unwrap();
    let program = tests.parent().unwrap().with_file_name("ledgerline");
    assert!(program.exists(), "run `make build` first");
    Command::new(program)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .arg("--stack")
        .arg(stack.description())
        .args(words)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let told = String::from_utf8_lossy(&output.stderr);
    let answer: Option<Value> = serde_json::from_str(&text).ok();
    assert!(answer.is_some(), "no JSON: {text} {told}");
    answer.unwrap_or_default()
}

#[test]
fn what_waits_is_listed_and_a_replayed_call_is_not_done_again() {
    on_the_stack(async |stack| {
        // Given a call that is done and one that waits for a person,
        let done = CallId::new("call_replayed").unwrap();
        let body = payment_request("payment-request.json", done.as_str(), "kemi.ojo");
        assert_eq!(stack.deliver(body).await.0 / 100, 2);
        let waits = CallId::new("call_pending").unwrap();
        let body = Stack::sample("charged-twice.json", waits.as_str());
        assert_eq!(stack.deliver(body).await.0 / 100, 2);
        let before = at_rest(stack, &done).await;
        at_rest(stack, &waits).await;
        // when somebody asks what waits,
        let pending = json(&ledgerline(
            stack,
            &["pending", "--json", "--hours", "9000"],
        ));
        let calls = |kind: &str| -> Vec<String> {
            let rows = pending[kind].as_array().unwrap().iter();
            rows.map(|row| row["call"].as_str().unwrap_or_default().to_owned())
                .collect()
        };
        // then the one waits for a person, and whether the other's request is paid is followed up.
        assert!(calls("reviews").contains(&waits.to_string()), "{pending}");
        assert!(calls("follow_ups").contains(&done.to_string()), "{pending}");
        assert!(!calls("reviews").contains(&done.to_string()));
        assert!(pending["dead_letters"]["cases"].is_u64());
        let story = ledgerline(stack, &["inspect", done.as_str()]);
        let story = String::from_utf8(story.stdout).unwrap();
        assert!(
            story.contains("followed  whether the payment request is paid"),
            "{story}"
        );
        // And when the one that is done is put back on its queues, a dry run first,
        let dry = json(&ledgerline(
            stack,
            &["replay", done.as_str(), "--dry-run", "--json"],
        ));
        assert_eq!(dry["is_dry"], true);
        let replayed = ledgerline(stack, &["replay", done.as_str(), "--json"]);
        assert!(replayed.status.success());
        assert_eq!(json(&replayed)["open_actions"], 0);
        tests::stack::eventually("the queues' end", super::PATIENCE, || async {
            (stack.messages_in_flight().await == 0).then_some(())
        })
        .await;
        // then it is not done again.
        let after = at_rest(stack, &done).await;
        assert_eq!(after.actions, before.actions);
        let log = stack.log().await;
        let mark = done.as_str();
        assert_eq!(
            effects(&log, "paystack", "payment_request_created", mark),
            1
        );
        assert_eq!(effects(&log, "zendesk", "ticket_created", mark), 1);
        assert!(
            after
                .actions
                .iter()
                .all(|action| action.state == State::Succeeded)
        );
        // A call that nobody knows is no reason to put anything on a queue.
        let unknown = ledgerline(stack, &["replay", "call_nobody_knows"]);
        assert!(!unknown.status.success());
        let told = String::from_utf8_lossy(&unknown.stderr).into_owned();
        assert!(told.contains("does not know the call"), "{told}");
    });
}

#[test]
fn the_doctor_finds_what_differs_from_the_template_and_fails_for_it() {
    on_the_stack(async |stack| {
        let examined = ledgerline(stack, &["doctor", "--json"]);
        let checks = json(&examined);
        let verdict = |checks: &Value, what: &str| -> Value {
            let mut all = checks.as_array().unwrap().iter();
            let found = all.find(|check| check["what"] == what).cloned();
            assert!(found.is_some(), "nobody looks at {what}: {checks}");
            found.unwrap_or_default()
        };
        for what in [
            "settings in infra/local, and policies",
            "the ledger",
            "credentials of paystack",
            "credentials of dialnexa",
            "credentials of the desk",
            "DialNexa's webhook is reached",
            "DialNexa's webhook refuses what DialNexa did not sign",
            "Paystack's webhook refuses what Paystack did not sign",
            "the desk is reached",
        ] {
            assert_eq!(verdict(&checks, what)["verdict"], "well", "{checks}");
        }
        // Somebody changed by hand how often a notice is tried.
        stack.give_up_after("notices", 7).await;
        let examined = ledgerline(stack, &["doctor", "--json"]);
        assert!(!examined.status.success(), "a fault is no success");
        let drift = verdict(&json(&examined), "queues and table against the template");
        assert_eq!(drift["verdict"], "fault");
        let told = drift["words"].to_string();
        assert!(
            told.contains("NoticesQueue: maxReceiveCount is 7, and 8 in the template"),
            "{told}"
        );
        assert!(told.contains("make deploy"), "{told}");
        stack.give_up_after("notices", 8).await;
    });
}

#[test]
fn the_doctor_says_in_words_that_a_webhook_is_not_reached() {
    on_the_stack(async |stack| {
        let nowhere = "http://127.0.0.1:9/webhooks/dialnexa";
        let examined = ledgerline(stack, &["doctor", "--webhook-url", nowhere]);
        assert!(!examined.status.success());
        let told = String::from_utf8(examined.stdout).unwrap();
        assert!(
            told.contains("127.0.0.1:9/webhooks/dialnexa is not reached"),
            "{told}"
        );
    });
}

#[test]
fn dialnexa_is_set_up_once_at_the_sandbox() {
    on_the_stack(async |stack| {
        let words = ["setup", "dialnexa", "--agent", "agent_sandbox", "--json"];
        let dry = json(&ledgerline(stack, &[&words[..], &["--dry-run"]].concat()));
        assert_eq!(dry[0]["came"], "would_be_done", "{dry}");
        let first = json(&ledgerline(stack, &words));
        assert_eq!(first[0]["came"], "done", "{first}");
        let second = ledgerline(stack, &words);
        assert!(second.status.success());
        for part in json(&second).as_array().unwrap() {
            assert_eq!(part["came"], "already_so");
        }
    });
}

#[test]
fn nothing_of_a_forgotten_caller_stands_in_table_queues_or_logs_and_the_trail_verifies() {
    on_the_stack(async |stack| {
        // Given a caller with a name, an address, a number and words of their own,
        let call = CallId::new("call_forgotten").unwrap();
        let who = "zainab.okonjo";
        let body = String::from_utf8(payment_request("payment-request.json", call.as_str(), who));
        let body = body
            .unwrap()
            .replace("Ada Obi", "Zainab Okonjo")
            .replace("2348031234567", "2348099887766")
            .replace("Surulere", "Ikorodu Garage");
        assert_eq!(stack.deliver(body.into_bytes()).await.0 / 100, 2);
        at_rest(stack, &call).await;
        tests::stack::eventually("the queues' end", super::PATIENCE, || async {
            (stack.messages_in_flight().await == 0).then_some(())
        })
        .await;
        let pieces = ["zainab", "okonjo", "2348099887766", "8099887766", "ikorodu"];
        let before = stack.whole_table().await.everything.to_lowercase();
        for piece in pieces {
            assert!(
                before.contains(piece),
                "{piece:?} was never there: the test looks at nothing"
            );
        }
        // when they are forgotten,
        let address = format!("{who}@example.com");
        let forgotten = json(&ledgerline(stack, &["forget", &address, "--yes", "--json"]));
        assert_eq!(forgotten["found"]["calls"][0], call.as_str(), "{forgotten}");
        assert!(
            forgotten["found"]["remains"]
                .to_string()
                .contains("Paystack"),
            "{forgotten}"
        );
        // then no byte of it is left, whatever money did,
        let table = stack.whole_table().await.everything.to_lowercase();
        let queues = stack.whole_queues().await.to_lowercase();
        let logs = stack.function_logs().to_lowercase();
        for piece in pieces {
            for (place, text) in [("table", &table), ("queues", &queues), ("logs", &logs)] {
                assert!(!text.contains(piece), "{piece:?} stands in the {place}");
            }
        }
        // and the trail of what was done still holds together.
        let verified = ledgerline(stack, &["audit", "verify", call.as_str(), "--json"]);
        assert!(verified.status.success());
        assert!(json(&verified)["entries"].as_u64().unwrap() > 3);
    });
}
