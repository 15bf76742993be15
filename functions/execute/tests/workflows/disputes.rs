//! Disputed charges and chargebacks: never a refund beside a bank's dispute, and its own deadline.

use serde_json::json;
use shared::case::{Urgency, Workflow};
use shared::ledger::State;

use super::world::{World, ada_about_payment, code};

const DUE: &str = "2026-11-25T02:00:00Z";

fn dispute() -> serde_json::Value {
    json!({ "disputes": [{ "transaction": "T-ada-1", "category": "chargeback", "due_at": DUE }] })
}

#[tokio::test]
async fn r5_an_open_dispute_is_a_review_that_is_due_when_the_bank_says() {
    for workflow in [
        Workflow::DisputedCharge,
        Workflow::Chargeback,
        Workflow::RefundRequest,
    ] {
        let world = World::new(dispute()).await;
        let case = ada_about_payment("call_1", workflow);
        let actions = world.call(&case).await;
        assert_eq!(actions.len(), 1, "{workflow}");
        let review = &actions[0];
        assert_eq!(
            (review.id.name.as_str(), code(review)),
            ("review", "dispute_open")
        );
        assert_eq!(
            (review.state, review.urgency),
            (State::AwaitingApproval, Urgency::Critical)
        );
        assert_eq!(review.not_after, DUE.parse().unwrap());
        assert_eq!(review.parameters["transaction"], json!("5001"));
        assert_eq!(review.parameters["category"], json!("chargeback"));
        // R7: finance is told.
        assert_eq!(world.notices(&case).await, 1);
        assert_eq!(world.refunds(), []);
    }
}

#[tokio::test]
async fn a_dispute_that_comes_between_the_approval_and_the_refund_stops_it() {
    // Given a disputed charge whose refund waits for a person
    let world = World::new(json!({})).await;
    let case = ada_about_payment("call_1", Workflow::DisputedCharge);
    let actions = world.call(&case).await;
    assert_eq!(
        (actions[0].id.name.as_str(), actions[0].state),
        ("refund", State::AwaitingApproval)
    );
    // When the bank opens a dispute, and the person says yes
    world.seed(dispute());
    let actions = world.approve(&case, &actions[0], "ngozi@example.com").await;
    // Then nothing is given back beside it, approval or not
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::Declined, "refund_beside_dispute")
    );
    assert_eq!(world.refunds(), []);
}

#[tokio::test]
async fn a_disputed_charge_without_a_dispute_is_refunded_once_a_person_agrees() {
    let world = World::new(json!({})).await;
    let case = ada_about_payment("call_1", Workflow::DisputedCharge);
    let actions = world.call(&case).await;
    assert_eq!(world.refunds(), []);
    world.approve(&case, &actions[0], "ngozi@example.com").await;
    assert_eq!(world.refunds(), [("T-ada-1".to_owned(), 1_500_000)]);
}

#[tokio::test]
async fn a_chargeback_call_without_a_dispute_proposes_no_refund() {
    let world = World::new(json!({})).await;
    let actions = world
        .call(&ada_about_payment("call_1", Workflow::Chargeback))
        .await;
    assert_eq!(
        (actions[0].id.name.as_str(), code(&actions[0])),
        ("review", "no_bank_dispute")
    );
    let world = World::new(json!({ "disputes": [
        { "transaction": "T-ada-1", "status": "resolved" }
    ]}))
    .await;
    let actions = world
        .call(&ada_about_payment("call_1", Workflow::Chargeback))
        .await;
    assert_eq!(code(&actions[0]), "dispute_over");
}
