//! Payment requests: everything that the customer reads is said outright, and one customer is not
//! asked for money all day long.

use sandbox::wire::Method;
use serde_json::json;
use shared::case::{Case, Workflow};
use shared::ledger::State;
use shared::money::{Currency, Money};

use super::world::{World, ada, code, said, settings};

fn request(call: &str, purpose: &str) -> Case {
    let mut case = ada(call, Workflow::PaymentRequest);
    case.fields.amount = Some(said(Money::new(1_500_000, Currency::Ngn)));
    case.fields.purpose = Some(said(purpose.to_owned()));
    case
}

#[tokio::test]
async fn r2_line_currency_due_date_summary_and_page_are_always_sent() {
    let world = World::new(json!({})).await;
    let actions = world.call(&request("call_1", "Invoice 1042")).await;
    assert!(
        actions
            .iter()
            .all(|action| action.state == State::Succeeded),
        "{actions:?}"
    );
    let sent = &world.bodies(Method::Post, "/paymentrequest")[0];
    assert_eq!(
        sent["line_items"],
        json!([{ "name": "Invoice 1042", "amount": 1_500_000, "quantity": 1 }])
    );
    assert_eq!(sent["currency"], json!("NGN"));
    assert_eq!(sent["draft"], json!(true));
    // A week after the call, where it agreed on no day.
    assert_eq!(sent["due_date"], json!("2026-12-01"));
    assert_eq!(
        sent["metadata"]["call_page"],
        json!("https://calls.example.com/calls/call_1")
    );
    assert_eq!(
        sent["metadata"]["summary"],
        json!("Caller asks about a payment.")
    );
    assert_eq!(sent["metadata"]["dialnexa_call_id"], json!("call_1"));
}

#[tokio::test]
async fn the_day_that_was_agreed_is_kept_and_one_that_is_over_is_not() {
    for (agreed, sent) in [
        ("2026-12-24", "2026-12-24"),
        ("2026-11-24", "2026-11-24"),
        ("2026-11-23", "2026-12-01"),
    ] {
        let world = World::new(json!({})).await;
        let mut case = request("call_1", "Invoice 1042");
        case.fields.due_date = Some(said(agreed.parse().unwrap()));
        world.call(&case).await;
        let body = &world.bodies(Method::Post, "/paymentrequest")[0];
        assert_eq!(body["due_date"], json!(sent), "{agreed}");
    }
}

#[tokio::test]
async fn one_customer_is_asked_for_money_so_often_a_day_and_then_a_person_decides() {
    let mut settings = settings();
    settings.limits.payment_requests_per_customer_per_day = 2;
    let world = World::with(json!({}), settings).await;
    for (call, purpose) in [("call_1", "Invoice 1"), ("call_2", "Invoice 2")] {
        let actions = world.call(&request(call, purpose)).await;
        assert_eq!(actions[0].state, State::Succeeded, "{purpose}");
    }
    let third = request("call_3", "Invoice 3");
    let actions = world.call(&third).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::AwaitingApproval, "velocity")
    );
    assert_eq!(world.mails(), 2);
    // The next day is another day.
    world.clock.advance(jiff::SignedDuration::from_hours(24));
    let actions = world.call(&request("call_4", "Invoice 4")).await;
    assert_eq!(actions[0].state, State::Succeeded);
}
