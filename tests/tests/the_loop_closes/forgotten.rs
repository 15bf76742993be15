//! A caller who is forgotten: nothing of them is left, what money did is, and nothing new is kept.

use serde_json::json;
use shared::call::{Delivery, read, scrub};
use shared::ledger::{Stage, Subject, verify_audit};

use crate::world::World;

/// What may not be found any more: the caller's name, address, number and words.
const TRACES: [&str; 5] = [
    "Ada",
    "ada.obi",
    "2348012345678",
    "asks about a payment",
    "said on the phone",
];

fn delivered(words: &str) -> shared::call::CallEvent {
    let body = json!({
        "event_type": "call_ended",
        "payload": { "call": { "id": "call-1", "status": "completed", "summary": words } },
    });
    let body = body.to_string();
    let Ok(Delivery::Call(raw)) = read(body.as_bytes()) else {
        panic!("a call")
    };
    let at = "2026-11-24T10:00:00Z".parse().unwrap();
    scrub(&raw, at, &shared::redact::Settings::default())
}

#[tokio::test]
async fn nothing_of_a_forgotten_caller_is_left_and_the_trail_verifies() {
    let world = World::new(json!({})).await;
    let event = delivered("What was said on the phone.");
    world.ledger().hear(&event, "first", None).await.unwrap();
    let refund = world.refund("call-1").await;
    assert!(world.holds(&TRACES).len() > 2, "something to forget");
    let erased = world.ledger().erase(&event.call).await.unwrap();
    assert!(
        erased >= 4,
        "transcript, case and two index entries: {erased}"
    );
    assert_eq!(world.holds(&TRACES), Vec::<String>::new());
    let (trail, sequence, hash) = world.ledger().audit(&event.call).await.unwrap();
    assert_eq!(verify_audit(&trail, sequence, &hash), Ok(()));
    // What money did is still known, and still followed.
    world.refund_moves(refund, sandbox::paystack::RefundStatus::Processed);
    world.sweep_after(2).await;
    let follow_up = world.follow_up("call-1", Subject::Refund).await;
    assert_eq!(follow_up.stage, Stage::Done);
    assert_eq!(world.ledger().erase(&event.call).await.unwrap(), 0, "again");
}

#[tokio::test]
async fn what_is_delivered_after_the_caller_was_forgotten_is_not_kept() {
    let world = World::new(json!({})).await;
    world.refund("call-1").await;
    let again = delivered("What was said on the phone, once more.");
    world.ledger().erase(&again.call).await.unwrap();
    world.ledger().hear(&again, "second", None).await.unwrap();
    assert_eq!(world.holds(&TRACES), Vec::<String>::new());
    assert!(world.ledger().events(&again.call).await.unwrap().is_empty());
}
