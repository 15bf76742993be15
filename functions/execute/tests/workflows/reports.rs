//! Payment status, collections, blocked VIPs and calls about something else: facts, and no money.

use sandbox::wire::Method;
use serde_json::{Value, json};
use shared::case::{Case, Confidence, PromiseToPay, Tone, Urgency, Workflow};
use shared::ledger::{State, Subject};
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
        assert_eq!(
            (actions[0].id.name.as_str(), actions[0].state),
            ("record_call", State::Succeeded)
        );
        assert_eq!(actions[0].parameters["says"], json!(words));
        assert_eq!(actions[0].parameters["reference"], json!(payment));
        // Its owner hears of it.
        assert_eq!(world.notices(&case).await, 1);
    }
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn whoever_was_promised_an_answer_gets_it_from_a_person_by_that_day() {
    let world = World::new(json!({})).await;
    for (call, workflow, reason) in [
        ("call_1", Workflow::PaymentStatus, "payment_status"),
        ("call_2", Workflow::Other, "answer_promised"),
    ] {
        let mut case = ada_about_payment(call, workflow);
        case.fields.callback_expected = Some(said(true));
        case.fields.follow_up_deadline = Some(said("2026-11-26".parse().unwrap()));
        let actions = world.call(&case).await;
        assert_eq!(
            (actions[0].id.name.as_str(), code(&actions[0])),
            ("review", reason)
        );
        // The end of that day in Lagos.
        assert_eq!(
            actions[0].not_after,
            "2026-11-26T23:00:00Z".parse().unwrap()
        );
    }
}

#[tokio::test]
async fn r4_a_strangers_question_where_a_payment_stands_goes_to_a_person() {
    let world = World::new(json!({})).await;
    let mut case = ada_about_payment("call_1", Workflow::PaymentStatus);
    case.fields.email = None;
    case.caller = None;
    let actions = world.call(&case).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::AwaitingApproval, "unmatched_caller")
    );
}

#[tokio::test]
async fn r4_what_is_about_something_else_is_recorded_unless_it_is_sensitive_or_unsure() {
    let world = World::new(json!({})).await;
    let mut plain = ada("call_1", Workflow::Other);
    plain.fields.email = None;
    plain.caller = None;
    let actions = world.call(&plain).await;
    assert_eq!(
        (actions[0].id.name.as_str(), actions[0].state),
        ("record_call", State::Succeeded)
    );
    let mut formal = ada("call_2", Workflow::Other);
    formal.fields.tone = Some(said(Tone::Formal));
    let actions = world.call(&formal).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::AwaitingApproval, "sensitive_request")
    );
    let mut unsure = ada("call_3", Workflow::Other);
    unsure.confidence = Confidence::from_thousandths(799);
    let actions = world.call(&unsure).await;
    assert_eq!(
        (actions[0].id.name.as_str(), code(&actions[0])),
        ("review", "low_confidence")
    );
    assert_eq!(world.effects(), []);
}

fn open() -> Value {
    json!({ "payment_requests": [
        { "request_code": "PRQ_ada1", "customer": "ada.obi@example.com", "amount": 1_500_000,
          "metadata": { "order": "42" } },
    ]})
}

fn promise(call: &str) -> Case {
    let mut case = ada(call, Workflow::Collections);
    case.fields.promise_to_pay = Some(said(PromiseToPay {
        amount: Some(Money::new(500_000, Currency::Ngn)),
        by: Some("2026-11-26".parse().unwrap()),
    }));
    case
}

#[tokio::test]
async fn r8_a_promise_is_noted_beside_the_balance_in_figures_and_nobody_is_written_to() {
    let world = World::new(open()).await;
    let case = promise("call_1");
    let actions = world.call(&case).await;
    let [note] = actions.as_slice() else {
        panic!("{actions:?}")
    };
    assert_eq!(
        (note.id.name.as_str(), note.state),
        ("note_payment_request", State::Succeeded)
    );
    assert_eq!(note.parameters["balance"]["subunits"], json!(1_500_000));
    let sent = &world.bodies(Method::Put, "/paymentrequest/PRQ_ada1")[0];
    // What stood there stands there still, and what we add is figures and the call's page.
    assert_eq!(sent["metadata"]["order"], json!("42"));
    assert_eq!(sent["metadata"]["promised"], json!("NGN 5,000.00"));
    assert_eq!(sent["metadata"]["promised_by"], json!("2026-11-26"));
    assert_eq!(
        sent["metadata"]["call_page"],
        json!("https://calls.example.com/calls/call_1")
    );
    assert_eq!(sent.get("amount"), None);
    // It is followed up at the end of that day in Lagos.
    let ledger = &world.executor.ledger;
    let followed = ledger.follow_ups(&case.call).await.unwrap();
    assert_eq!(followed.len(), 1);
    let (promise, _) = &followed[0];
    assert_eq!(
        (promise.subject, promise.record.as_str(), promise.deadline),
        (
            Subject::Promise,
            "PRQ_ada1",
            Some("2026-11-26T23:00:00Z".parse().unwrap())
        )
    );
    assert_eq!(world.mails(), 0);
}

#[tokio::test]
async fn a_promise_without_an_open_payment_request_is_a_review_of_that_day() {
    let world = World::new(json!({})).await;
    let actions = world.call(&promise("call_1")).await;
    assert_eq!(
        (actions[0].id.name.as_str(), code(&actions[0])),
        ("review", "promise_to_pay")
    );
    // The end of that day in Lagos, and the workflow's three days.
    assert_eq!(
        actions[0].not_after,
        "2026-11-29T23:00:00Z".parse().unwrap()
    );
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
