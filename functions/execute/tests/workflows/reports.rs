//! Payment status, collections and blocked VIPs: facts for a person, and nothing done.

use serde_json::json;
use shared::case::{PromiseToPay, Urgency, Workflow};
use shared::ledger::State;
use shared::money::{Currency, Money};

use super::world::{World, ada, ada_about_payment, code, reference, said};

#[tokio::test]
async fn a_payments_status_is_what_paystack_says_it_is() {
    let world = World::new(json!({ "transactions": [
        { "id": 5002, "reference": "T-failed", "amount": 200_000, "status": "failed",
          "customer": "ada.obi@example.com" },
    ]}))
    .await;
    for (call, payment, words) in [
        ("call_1", "T-ada-1", "the payment arrived"),
        ("call_2", "T-failed", "the payment failed: nothing came in"),
    ] {
        let mut case = ada_about_payment(call, Workflow::PaymentStatus);
        case.fields.payment_reference = Some(said(reference(payment)));
        let actions = world.call(&case).await;
        assert_eq!(actions[0].state, State::AwaitingApproval);
        assert_eq!(actions[0].reason.as_ref().unwrap().words, words);
        assert_eq!(actions[0].parameters["reference"], json!(payment));
    }
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn r8_a_promise_stands_beside_the_balance_and_is_checked_on_its_day() {
    let world = World::new(json!({ "payment_requests": [
        { "request_code": "PRQ_ada1", "customer": "ada.obi@example.com", "amount": 1_500_000 },
    ]}))
    .await;
    let mut case = ada("call_1", Workflow::Collections);
    case.fields.promise_to_pay = Some(said(PromiseToPay {
        amount: Some(Money::new(500_000, Currency::Ngn)),
        by: Some("2026-12-04".parse().unwrap()),
    }));
    let actions = world.call(&case).await;
    assert_eq!(code(&actions[0]), "promise_to_pay");
    assert_eq!(actions[0].parameters["request"], json!("PRQ_ada1"));
    assert_eq!(
        actions[0].parameters["balance"]["subunits"],
        json!(1_500_000)
    );
    assert_eq!(
        actions[0].parameters["promised"]["subunits"],
        json!(500_000)
    );
    assert_eq!(actions[0].parameters["promised_by"], json!("2026-12-04"));
    // The end of that day in Lagos, and the workflow's three days.
    assert_eq!(
        actions[0].not_after,
        "2026-12-07T23:00:00Z".parse().unwrap()
    );
    // Nobody is written to on a collections call.
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn r7_a_blocked_vip_is_critical_and_due_within_the_hours_of_the_settings() {
    let world = World::new(json!({})).await;
    let case = ada_about_payment("call_1", Workflow::VipPaymentBlocker);
    let actions = world.call(&case).await;
    assert_eq!(actions[0].urgency, Urgency::Critical);
    assert_eq!(
        actions[0].not_after,
        "2026-11-24T12:00:00Z".parse().unwrap()
    );
    assert_eq!(actions[0].parameters["customer"], json!("CUS_ada1"));
    assert_eq!(world.notices(&case).await, 1);
    assert_eq!(world.effects(), []);
}
