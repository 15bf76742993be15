//! Every fault, in process: what the client sees and what was done.

use std::time::Duration;

use crate::support::{Account, TIME_OUT};
use sandbox::fault::{Fault, Rule};
use sandbox::paystack::Effect;
use sandbox::vendor::Answer;
use sandbox::wire::{Method, Request};
use serde_json::json;

fn create(account: &mut Account, fault: Fault) -> sandbox::vendor::Outcome {
    account.fault(Method::Post, "/customer", fault);
    account.outcome(Request::post(
        "/customer",
        &json!({ "email": "ada@example.com" }),
    ))
}

fn made(account: &Account) -> usize {
    account.count(|effect| matches!(effect, Effect::CustomerCreated { .. }))
}

#[test]
fn what_was_carried_out_may_go_unanswered() {
    for (fault, answer) in [
        (Fault::DropAnswer, Answer::Closed),
        (Fault::NeverAnswer, Answer::Never),
    ] {
        let mut account = Account::new();
        let outcome = create(&mut account, fault);
        assert_eq!(outcome.answer, answer);
        assert_eq!(outcome.carried_out, Some(account.now));
        assert_eq!(made(&account), 1);
    }
}

#[test]
fn a_reset_before_the_commit_does_nothing() {
    let mut account = Account::new();
    let outcome = create(&mut account, Fault::ResetBeforeCommit);
    assert_eq!(
        (outcome.answer, outcome.carried_out),
        (Answer::Closed, None)
    );
    assert_eq!(made(&account), 0);
    // The rule hit once; the next request passes.
    assert_eq!(
        account
            .post("/customer", json!({ "email": "ada@example.com" }))
            .0,
        200
    );
}

#[test]
fn an_answer_may_be_late_for_what_was_done_at_once() {
    let mut account = Account::new();
    let outcome = create(&mut account, Fault::AnswerLate { after_ms: 40_000 });
    assert_eq!(outcome.within(Duration::from_secs(30)), None);
    assert_eq!(outcome.within(Duration::from_mins(1)).unwrap().status, 200);
    assert_eq!(made(&account), 1);
}

#[test]
fn a_commit_may_come_after_the_client_gave_up_and_looked() {
    let mut account = Account::new();
    let outcome = create(&mut account, Fault::CommitLate { after_ms: 45_000 });
    assert_eq!(outcome.within(Duration::MAX), None);
    // The client looks after its time-out and finds nothing.
    account.pass(TIME_OUT);
    assert_eq!(account.get("/customer/ada%40example.com").0, 404);
    assert_eq!(account.paystack.delayed(), 1);
    // Then it is there, made at its own instant and not at that of the look.
    account.pass(Duration::from_secs(20));
    assert_eq!(account.get("/customer/ada%40example.com").0, 200);
    let log = account.paystack.log();
    let entry = log.requests(Method::Post, "/customer").next().unwrap();
    assert_eq!(entry.carried_out, outcome.carried_out);
    assert_eq!(entry.operation, Some("customer.create"));
    assert_eq!(made(&account), 1);
}

#[test]
fn late_commits_happen_in_the_order_of_their_time() {
    let mut account = Account::new();
    let path = "/paymentrequest/finalize/*";
    let code = account.draft();
    let finalize = format!("/paymentrequest/finalize/{code}");
    account.fault(Method::Post, path, Fault::CommitLate { after_ms: 5_000 });
    account.outcome(Request::post(&finalize, &json!({})));
    let archive = Fault::CommitLate { after_ms: 1_000 };
    account.fault(Method::Post, "/paymentrequest/archive/*", archive);
    account.outcome(Request::post(
        &format!("/paymentrequest/archive/{code}"),
        &json!({}),
    ));
    account.pass(Duration::from_secs(10));
    let now = account.now;
    account.paystack.settle(now);
    let entries = account.paystack.log().entries();
    let at = |path: &str| {
        entries
            .iter()
            .find(|entry| entry.path.contains(path))
            .unwrap()
            .carried_out
            .unwrap()
    };
    assert!(at("archive") < at("finalize"));
    assert_eq!(account.paystack.delayed(), 0);
}

#[test]
fn an_answer_that_says_no_may_hide_a_commit() {
    for committed in [false, true] {
        for (fault, status) in [
            (
                Fault::TooManyRequests {
                    reset: 3,
                    committed,
                },
                429,
            ),
            (Fault::ServerError { committed }, 500),
            (Fault::BadGateway { committed }, 502),
            (Fault::StatusFalse { committed }, 200),
            (
                Fault::Answer {
                    status: 403,
                    body: json!({ "status": false }),
                    committed,
                },
                403,
            ),
        ] {
            let mut account = Account::new();
            let outcome = create(&mut account, fault);
            let response = outcome.within(TIME_OUT).unwrap();
            assert_eq!(response.status, status);
            assert_ne!(response.body_value()["status"], json!(true));
            assert_eq!(made(&account), usize::from(committed));
            assert_eq!(outcome.carried_out.is_some(), committed);
        }
    }
}

#[test]
fn a_429_carries_the_headers_and_a_502_no_json() {
    let mut account = Account::new();
    let outcome = create(
        &mut account,
        Fault::TooManyRequests {
            reset: 3,
            committed: false,
        },
    );
    let response = outcome.within(TIME_OUT).unwrap();
    assert_eq!(response.header_value("x-ratelimit-reset"), Some("3"));
    let outcome = create(&mut account, Fault::BadGateway { committed: false });
    let response = outcome.within(TIME_OUT).unwrap();
    assert!(response.body_value().is_string());
    let outcome = create(&mut account, Fault::StatusFalse { committed: false });
    assert_eq!(
        outcome.within(TIME_OUT).unwrap().body_value()["status"],
        json!(false)
    );
}

#[test]
fn faults_hit_the_third_finalisation_of_one_record_only() {
    let mut account = Account::new();
    let (first, second) = (account.draft(), account.draft());
    let target = |code: &str| format!("/paymentrequest/finalize/{code}");
    let rule = Rule::new(Method::Post, &target(&first), Fault::DropAnswer).from_match(3);
    account.paystack.faults_mut().add(rule);
    let mut answered = Vec::new();
    for code in [&first, &second, &first, &first, &first] {
        let outcome = account.outcome(Request::post(&target(code), &json!({})));
        answered.push(outcome.within(TIME_OUT).is_some());
    }
    assert_eq!(answered, [true, true, true, false, true]);
}
