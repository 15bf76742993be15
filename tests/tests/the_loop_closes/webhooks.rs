//! Paystack's webhooks as they come: late, twice, out of order, odd, and from somebody else.

use std::collections::BTreeSet;

use doors::Doors;
use reconcile::Answer;
use sandbox::paystack::RefundStatus;
use serde_json::json;
use shared::ledger::{Stage, Subject};

use crate::world::World;

#[tokio::test]
async fn a_refund_that_is_paid_out_closes_its_follow_up_and_is_told_once() {
    let world = World::new(json!({})).await;
    let refund = world.refund("call-1").await;
    assert_eq!(
        world.follow_up("call-1", Subject::Refund).await.stage,
        Stage::Open
    );
    world.refund_moves(refund, RefundStatus::Processed);
    let event = world.events().pop().unwrap();
    for _ in 0..3 {
        assert_eq!(world.post(&event).await, Answer::Received);
    }
    let follow_up = world.follow_up("call-1", Subject::Refund).await;
    assert_eq!((follow_up.stage, follow_up.looks), (Stage::Done, 1));
    assert_eq!(
        world.told("call-1").await,
        [format!("refund.{refund}.done")]
    );
}

#[tokio::test]
async fn events_in_the_wrong_order_never_move_a_refund_back() {
    let world = World::new(json!({})).await;
    let refund = world.refund("call-1").await;
    world.refund_moves(refund, RefundStatus::Processing);
    world.refund_moves(refund, RefundStatus::Processed);
    let mut events = world.events();
    events.reverse();
    assert!(events.len() >= 3, "pending, processing, processed");
    for event in &events {
        assert_eq!(world.post(event).await, Answer::Received);
        let stage = world.follow_up("call-1", Subject::Refund).await.stage;
        assert_eq!(stage, Stage::Done, "after {}", event["event"]);
    }
    assert_eq!(world.told("call-1").await.len(), 1);
}

#[tokio::test]
async fn what_a_webhook_claims_is_not_believed() {
    let world = World::new(json!({})).await;
    let refund = world.refund("call-1").await;
    let claim = json!({
        "event": "refund.processed",
        "data": { "id": refund.to_string(), "status": "processed", "amount": "1500000" },
    });
    assert_eq!(world.post(&claim).await, Answer::Received);
    let follow_up = world.follow_up("call-1", Subject::Refund).await;
    assert_eq!(
        follow_up.stage,
        Stage::Open,
        "Paystack's record says pending"
    );
    assert!(world.told("call-1").await.is_empty());
}

#[tokio::test]
async fn a_refund_without_its_number_is_found_by_the_payment() {
    let world = World::new(json!({})).await;
    let refund = world.refund("call-1").await;
    world.refund_moves(refund, RefundStatus::Processed);
    // As in the documents' own samples, where the amount is a string and the number is missing.
    let event = json!({
        "event": "refund.processed",
        "data": { "status": "processed", "transaction_reference": "T-ada-1", "amount": "1500000" },
    });
    assert_eq!(world.post(&event).await, Answer::Received);
    let follow_up = world.follow_up("call-1", Subject::Refund).await;
    assert_eq!(follow_up.stage, Stage::Done);
}

#[tokio::test]
async fn a_forged_or_unsigned_event_changes_nothing() {
    let world = World::new(json!({})).await;
    let refund = world.refund("call-1").await;
    world.refund_moves(refund, RefundStatus::Processed);
    let event = world.events().pop().unwrap().to_string();
    let forged = "ab".repeat(64);
    for signature in [None, Some(""), Some("sha512=1"), Some(forged.as_str())] {
        let answer = world.post_signed(&event, signature).await;
        assert_eq!(answer, Answer::NotSigned, "{signature:?}");
    }
    assert_eq!(
        world.follow_up("call-1", Subject::Refund).await.stage,
        Stage::Open
    );
}

#[tokio::test]
async fn unknown_events_and_states_are_taken_in_and_change_nothing() {
    let world = World::new(json!({})).await;
    let refund = world.refund("call-1").await;
    for body in [
        json!({ "event": "refund.teleported", "data": { "id": refund, "status": "teleported" } }),
        json!({ "event": "transfer.success", "data": { "id": 1 } }),
        json!({ "event": "subscription.expiring_cards", "data": [{ "expiry_date": "12/2026" }] }),
        json!({ "event": "charge.dispute.create", "data": { "id": 424_242 } }),
        json!({ "event": "invoice.payment_failed", "data": { "invoice_code": "INV_none",
                "subscription": { "subscription_code": "SUB_none" } } }),
    ] {
        assert_eq!(world.post(&body).await, Answer::Received, "{body}");
    }
    assert_eq!(world.post(&json!({ "hello": 1 })).await, Answer::Ignored);
    assert_eq!(
        world.follow_up("call-1", Subject::Refund).await.stage,
        Stage::Open
    );
}

#[tokio::test]
async fn a_webhook_whose_look_fails_is_worked_off_by_the_sweep() {
    use sandbox::fault::{Fault, Rule};
    use sandbox::wire::Method;
    let world = World::new(json!({})).await;
    let refund = world.refund("call-1").await;
    world.refund_moves(refund, RefundStatus::NeedsAttention);
    let event = world.events().pop().unwrap();
    let path = format!("/refund/{refund}");
    let down = Rule::new(Method::Get, &path, Fault::ServerError { committed: false });
    world.paystack.lock().faults_mut().add(down);
    assert_eq!(world.post(&event).await, Answer::Received);
    let follow_up = world.follow_up("call-1", Subject::Refund).await;
    assert_eq!(follow_up.stage, Stage::Open, "Paystack was down");
    world.paystack.lock().faults_mut().clear();
    world.sweep_after(1).await;
    let follow_up = world.follow_up("call-1", Subject::Refund).await;
    assert_eq!(follow_up.stage, Stage::NeedsAttention);
}

#[test]
fn the_statuses_that_paystack_is_answered_are_the_ones_described() {
    let ours: BTreeSet<u16> = [
        Answer::Received,
        Answer::Ignored,
        Answer::NotSigned,
        Answer::Malformed,
        Answer::TooLarge,
        Answer::Unavailable,
    ]
    .map(Answer::status)
    .into();
    let doors = Doors::read();
    assert_eq!(doors.statuses("POST", "/webhooks/paystack"), Some(&ours));
}
