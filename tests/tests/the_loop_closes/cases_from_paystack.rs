//! Disputes and failed renewals that nobody rang about.

use serde_json::json;
use shared::case::{Urgency, Workflow};
use shared::ids::CallId;
use shared::ledger::{Action, State, Subject};

use crate::world::World;

#[tokio::test]
async fn a_dispute_without_a_call_becomes_one_review_due_when_the_bank_wants_its_answer() {
    let world = World::new(json!({})).await;
    let seeded = world.seed(json!({
        "disputes": [{ "transaction": "T-ada-1", "due_at": "2026-11-26T12:00:00Z" }],
    }));
    let id = seeded["disputes"][0]["id"].as_u64().unwrap();
    for event in ["charge.dispute.create", "charge.dispute.remind"] {
        world
            .post(&json!({ "event": event, "data": { "id": id, "status": "resolved" } }))
            .await;
    }
    let call = CallId::new(format!("paystack-dispute-{id}")).unwrap();
    let (record, _) = world.ledger().call(&call).await.unwrap().unwrap();
    assert_eq!(record.workflow, Workflow::Chargeback);
    let actions = world.work(&call).await;
    let waits = |action: &&Action| action.state == State::AwaitingApproval;
    let waiting: Vec<&Action> = actions.iter().filter(waits).collect();
    assert_eq!(waiting.len(), 1, "{actions:?}");
    assert_eq!(waiting[0].urgency, Urgency::Critical);
    assert_eq!(
        waiting[0].not_after,
        "2026-11-26T12:00:00Z".parse().unwrap()
    );
    let follow_up = world.follow_up(call.as_str(), Subject::Dispute).await;
    assert_eq!(follow_up.record, id.to_string());
    world.sweep_after(30).await;
    let told = world.told(call.as_str()).await;
    assert!(told.contains(&format!("dispute.{id}.reminder")), "{told:?}");
}

#[tokio::test]
async fn a_renewal_that_failed_without_a_call_waits_for_a_person() {
    let world = World::new(json!({
        "subscriptions": [
            { "subscription_code": "SUB_ada1", "customer": "ada.obi@example.com",
              "amount": 500_000, "status": "attention" },
        ],
    }))
    .await;
    let event = json!({
        "event": "invoice.payment_failed",
        "data": { "invoice_code": "INV_1", "paid": false, "status": "pending",
                  "subscription": { "subscription_code": "SUB_ada1" } },
    });
    world.post(&event).await;
    world.post(&event).await;
    let call = CallId::new("paystack-renewal-INV_1").unwrap();
    let (record, _) = world.ledger().call(&call).await.unwrap().unwrap();
    assert_eq!(record.workflow, Workflow::FailedRenewal);
    let actions = world.work(&call).await;
    assert!(
        actions
            .iter()
            .all(|action| action.state == State::AwaitingApproval),
        "nobody was on the line to agree to it: {actions:?}"
    );
}

#[tokio::test]
async fn a_renewal_that_was_paid_meanwhile_starts_nothing() {
    let world = World::new(json!({
        "subscriptions": [
            { "subscription_code": "SUB_ada1", "customer": "ada.obi@example.com",
              "amount": 500_000, "status": "active" },
        ],
    }))
    .await;
    let event = json!({
        "event": "invoice.payment_failed",
        "data": { "invoice_code": "INV_1", "subscription": { "subscription_code": "SUB_ada1" } },
    });
    world.post(&event).await;
    let call = CallId::new("paystack-renewal-INV_1").unwrap();
    assert!(world.ledger().call(&call).await.unwrap().is_none());
}

#[tokio::test]
async fn a_renewal_whose_webhook_never_came_is_found_in_paystacks_list_and_opens_one_case() {
    // Given a renewal that failed, and a webhook about it that Paystack gave up on,
    let world = World::new(json!({
        "subscriptions": [
            { "subscription_code": "SUB_ada1", "customer": "ada.obi@example.com",
              "amount": 500_000, "status": "active" },
        ],
    }))
    .await;
    world.renewal_fails("SUB_ada1");
    let (event, invoice) = world.give_up_on_the_last_webhook();
    // when the sweep reads what it missed, twice,
    world.sweep_after(2).await;
    world.sweep_after(2).await;
    // then there is one case, about the invoice that the webhook's body names.
    let call = CallId::new(format!("paystack-renewal-{invoice}")).unwrap();
    let (record, _) = world.ledger().call(&call).await.unwrap().unwrap();
    assert_eq!(record.workflow, Workflow::FailedRenewal);
    assert_eq!(event, "invoice.payment_failed");
    // And the webhook itself, should it come after all, is known.
    let body = world.last_webhook();
    world.post(&body).await;
    let actions = world.work(&call).await;
    assert!(!actions.is_empty());
    assert!(
        actions
            .iter()
            .all(|action| action.state == State::AwaitingApproval),
        "{actions:?}"
    );
}
