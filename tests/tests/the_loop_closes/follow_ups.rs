//! What is still owed is looked after without a single webhook.

use jiff::civil::date;
use sandbox::paystack::{Happening, RefundStatus};
use serde_json::json;
use shared::case::{PromiseToPay, Workflow};
use shared::ids::RequestCode;
use shared::ledger::{Stage, State, Subject};
use shared::money::{Currency, Money};

use crate::world::{World, ada, said};

#[tokio::test]
async fn a_refund_that_needs_an_account_leaves_a_task_and_no_account_number() {
    let world = World::new(json!({})).await;
    let refund = world.refund("call-1").await;
    world.refund_moves(refund, RefundStatus::NeedsAttention);
    world.sweep_after(2).await;
    world.sweep_after(2).await;
    assert_eq!(
        world.told("call-1").await,
        [format!("refund.{refund}.needs_attention")]
    );
    let reviews = world.ledger().reviews(10).await.unwrap();
    assert_eq!(reviews.len(), 1);
    let reason = reviews[0].reason.as_ref().unwrap();
    assert_eq!(reason.code, "refund_needs_attention");
    assert_eq!(reviews[0].state, State::AwaitingApproval);
}

#[tokio::test]
async fn a_refund_that_stays_pending_is_asked_about_once() {
    let world = World::new(json!({})).await;
    let refund = world.refund("call-1").await;
    for _ in 0..30 {
        world.sweep_after(24).await;
    }
    let follow_up = world.follow_up("call-1", Subject::Refund).await;
    assert_eq!(follow_up.stage, Stage::Open);
    assert_eq!(
        world.told("call-1").await,
        [format!("refund.{refund}.reminder")]
    );
    assert!(
        follow_up.looks > 20,
        "it is still looked at: {}",
        follow_up.looks
    );
}

/// A world with Ada's open request, and her promise to pay it by 27 November.
async fn promised() -> World {
    let world = World::new(json!({
        "payment_requests": [
            { "request_code": "PRQ_ada1", "customer": "ada.obi@example.com", "amount": 850_000,
              "created_at": "2026-11-10T09:00:00Z" },
        ],
    }))
    .await;
    let mut case = ada("call-1", Workflow::Collections);
    case.fields.request_code = Some(said(RequestCode::new("PRQ_ada1").unwrap()));
    case.fields.promise_to_pay = Some(said(PromiseToPay {
        amount: Some(Money {
            subunits: 850_000,
            currency: Currency::Ngn,
        }),
        by: Some(date(2026, 11, 27)),
    }));
    world.call(&case).await;
    world
}

#[tokio::test]
async fn a_promise_that_is_kept_is_told_once() {
    let world = promised().await;
    world.sweep_after(24).await;
    assert!(world.told("call-1").await.is_empty());
    let paid = Happening::PaymentRequestPaid {
        request: "PRQ_ada1".to_owned(),
    };
    let now = shared::clock::Clock::now(&*world.clock);
    world.paystack.lock().happen(&paid, now).unwrap();
    for event in world.events() {
        world.post(&event).await;
    }
    for _ in 0..10 {
        world.sweep_after(24).await;
    }
    let told = world.told("call-1").await;
    assert!(
        told.contains(&"promise.PRQ_ada1.done".to_owned()),
        "{told:?}"
    );
    assert_eq!(
        told.iter().filter(|it| it.starts_with("promise")).count(),
        1
    );
}

#[tokio::test]
async fn a_promise_that_is_broken_is_told_once_after_the_day_that_was_named() {
    let world = promised().await;
    // In Lagos the day ends at 23:00 UTC; it is 10:00 UTC on the 24th.
    world.sweep_after(84).await;
    assert!(
        !world
            .told("call-1")
            .await
            .iter()
            .any(|it| it.starts_with("promise"))
    );
    for _ in 0..10 {
        world.sweep_after(2).await;
    }
    let told = world.told("call-1").await;
    assert!(
        told.contains(&"promise.PRQ_ada1.missed".to_owned()),
        "{told:?}"
    );
    assert_eq!(
        told.iter().filter(|it| it.starts_with("promise")).count(),
        1
    );
    assert_eq!(
        world.follow_up("call-1", Subject::Promise).await.stage,
        Stage::Missed
    );
}

#[tokio::test]
async fn what_the_agent_promised_is_missed_while_something_is_open_and_kept_otherwise() {
    for (is_decided, stage) in [(false, Stage::Missed), (true, Stage::Done)] {
        let world = World::new(json!({})).await;
        let mut case = ada("call-1", Workflow::PaymentStatus);
        case.fields.follow_up_deadline = Some(said(date(2026, 11, 24)));
        let actions = world.call(&case).await;
        assert_eq!(actions[0].state, State::AwaitingApproval);
        if is_decided {
            let decision = shared::ledger::Decision {
                by: "ngozi@example.com".to_owned(),
                verdict: shared::ledger::Verdict::Approve,
                binding: shared::ledger::binding(&actions[0]),
                reason: "told the caller".to_owned(),
            };
            let (call, id) = (&case.call, &actions[0].id);
            world.ledger().decide(call, id, &decision).await.unwrap();
            world.work(call).await;
        }
        world.sweep_after(14).await;
        let follow_up = world.follow_up("call-1", Subject::Deadline).await;
        assert_eq!(follow_up.stage, stage, "decided: {is_decided}");
    }
}

#[tokio::test]
async fn whoever_has_to_decide_is_reminded_once_before_the_time_runs_out() {
    let world = World::new(json!({})).await;
    let case = ada("call-1", Workflow::PaymentStatus);
    let actions = world.call(&case).await;
    let lasts = actions[0].not_after.duration_since(actions[0].created_at);
    world.sweep_after(lasts.as_hours() / 2).await;
    assert!(world.told("call-1").await.is_empty());
    for _ in 0..8 {
        world.sweep_after(lasts.as_hours() / 16).await;
    }
    let told = world.told("call-1").await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("decision.") && told[0].ends_with(".reminder"),
        "{told:?}"
    );
}
