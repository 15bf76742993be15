//! Charged twice: both are shown, and only a person has the later one refunded.

use serde_json::{Value, json};
use shared::case::Workflow;
use shared::ledger::State;

use super::world::{World, ada, ada_about_payment, code};

fn again(id: u64, reference: &str, at: &str, metadata: &Value) -> Value {
    json!({ "id": id, "reference": reference, "amount": 1_500_000,
            "customer": "ada.obi@example.com", "created_at": at, "metadata": metadata })
}

#[tokio::test]
async fn r7_the_later_of_two_equal_charges_is_proposed_and_finance_is_told() {
    for named in [true, false] {
        let twin = again(5002, "T-ada-2", "2026-11-20T09:04:00Z", &json!(""));
        let world = World::new(json!({ "transactions": [twin] })).await;
        let case = if named {
            ada_about_payment("call_1", Workflow::DuplicateCharge)
        } else {
            ada("call_1", Workflow::DuplicateCharge)
        };
        let actions = world.call(&case).await;
        let refund = &actions[0];
        assert_eq!(
            (refund.id.name.as_str(), refund.state),
            ("refund", State::AwaitingApproval)
        );
        assert_eq!(refund.id.target, "5002");
        assert_eq!(refund.parameters["earlier"], json!("5001"));
        assert_eq!(world.notices(&case).await, 1);
        assert_eq!(world.refunds(), []);
        let actions = world.approve(&case, refund, "ngozi@example.com").await;
        assert_eq!(
            actions[0].state,
            State::Succeeded,
            "{:?}",
            actions[0].reason
        );
        assert_eq!(world.refunds(), [("T-ada-2".to_owned(), 1_500_000)]);
    }
}

#[tokio::test]
async fn another_purpose_or_a_week_between_them_is_no_duplicate() {
    for twin in [
        again(5002, "T-ada-2", "2026-11-13T09:04:00Z", &json!("")),
        json!({ "id": 5002, "reference": "T-ada-2", "amount": 1_500_001,
                "customer": "ada.obi@example.com", "created_at": "2026-11-20T09:04:00Z" }),
        json!({ "id": 5002, "reference": "T-ada-2", "amount": 1_500_000, "status": "failed",
                "customer": "ada.obi@example.com", "created_at": "2026-11-20T09:04:00Z" }),
        json!({ "id": 5002, "reference": "T-bola-2", "amount": 1_500_000,
                "customer": "bola@example.com", "created_at": "2026-11-20T09:04:00Z" }),
    ] {
        let world = World::new(json!({ "transactions": [twin] })).await;
        let actions = world.call(&ada("call_1", Workflow::DuplicateCharge)).await;
        assert_eq!(
            (actions[0].id.name.as_str(), code(&actions[0])),
            ("review", "no_duplicate")
        );
    }
    let world = World::new(json!({ "transactions": [
        again(5002, "T-ada-2", "2026-11-22T09:00:00Z", &json!({ "order_id": "41" })),
        again(5003, "T-ada-3", "2026-11-24T09:00:00Z", &json!({ "order_id": "42" })),
        again(5001, "T-ada-1", "2026-11-10T09:00:00Z", &json!("")),
    ]}))
    .await;
    let actions = world.call(&ada("call_1", Workflow::DuplicateCharge)).await;
    assert_eq!(code(&actions[0]), "no_duplicate");
}

#[tokio::test]
async fn three_equal_charges_are_all_shown() {
    let world = World::new(json!({ "transactions": [
        again(5002, "T-ada-2", "2026-11-20T09:04:00Z", &json!("")),
        again(5003, "T-ada-3", "2026-11-20T09:08:00Z", &json!("")),
    ]}))
    .await;
    let actions = world.call(&ada("call_1", Workflow::DuplicateCharge)).await;
    assert_eq!(code(&actions[0]), "several_records");
    let words = &actions[0].reason.as_ref().unwrap().words;
    assert!(
        ["5001", "5002", "5003"].iter().all(|id| words.contains(id)),
        "{words}"
    );
}
