//! Documents sent again: to the address on record only, and not ten times.

use serde_json::json;
use shared::case::{DocumentKind, Workflow};
use shared::ids::{Email, RequestCode};
use shared::ledger::{Anchor, State};

use super::world::{World, ada, code, said};

fn open() -> serde_json::Value {
    json!({ "payment_requests": [
        { "request_code": "PRQ_ada1", "customer": "ada.obi@example.com", "amount": 1_500_000 },
    ]})
}

#[tokio::test]
async fn the_only_open_request_is_sent_again_once_a_day() {
    let world = World::new(open()).await;
    let actions = world.call(&ada("call_1", Workflow::DocumentResend)).await;
    assert_eq!(
        actions[0].state,
        State::Succeeded,
        "{:?}",
        actions[0].reason
    );
    assert_eq!(
        (actions[0].id.target.as_str(), actions[0].anchor),
        ("PRQ_ada1", Anchor::None)
    );
    assert_eq!(world.mails(), 1);
    for call in ["call_2", "call_3", "call_4"] {
        let actions = world.call(&ada(call, Workflow::DocumentResend)).await;
        assert_eq!(
            (actions[0].state, code(&actions[0])),
            (State::AwaitingApproval, "velocity")
        );
    }
    assert_eq!(world.mails(), 1);
}

#[tokio::test]
async fn several_open_requests_are_shown_and_a_named_one_is_sent() {
    let world = World::new(json!({ "payment_requests": [
        { "request_code": "PRQ_ada1", "customer": "ada.obi@example.com", "amount": 1_500_000 },
        { "request_code": "PRQ_ada2", "customer": "ada.obi@example.com", "amount": 700_000 },
    ]}))
    .await;
    let actions = world.call(&ada("call_1", Workflow::DocumentResend)).await;
    assert_eq!((code(&actions[0]), world.mails()), ("several_records", 0));
    let mut named = ada("call_2", Workflow::DocumentResend);
    named.fields.request_code = Some(said(RequestCode::new("PRQ_ada2").unwrap()));
    let actions = world.call(&named).await;
    assert_eq!((actions[0].state, world.mails()), (State::Succeeded, 1));
}

#[tokio::test]
async fn an_unconfirmed_or_another_address_gets_nothing_by_itself() {
    let world = World::new(open()).await;
    let mut unconfirmed = ada("call_1", Workflow::DocumentResend);
    unconfirmed.fields.recipient_confirmed = None;
    let actions = world.call(&unconfirmed).await;
    assert_eq!(actions[0].state, State::AwaitingApproval);
    let mut elsewhere = ada("call_2", Workflow::DocumentResend);
    elsewhere.fields.email = Some(said(Email::new("ada.new@example.com").unwrap()));
    elsewhere.fields.request_code = Some(said(RequestCode::new("PRQ_ada1").unwrap()));
    let actions = world.call(&elsewhere).await;
    assert_eq!(actions[0].state, State::AwaitingApproval);
    assert_eq!(world.mails(), 0);
}

#[tokio::test]
async fn what_paystack_does_not_send_says_what_a_person_is_to_send() {
    let world = World::new(open()).await;
    for (call, kind, reason) in [
        ("call_1", DocumentKind::Receipt, "receipt"),
        ("call_2", DocumentKind::Statement, "statement"),
        ("call_3", DocumentKind::TaxForm, "tax_form"),
    ] {
        let mut case = ada(call, Workflow::DocumentResend);
        case.fields.document = Some(said(kind));
        let actions = world.call(&case).await;
        assert_eq!(
            (actions[0].id.name.as_str(), code(&actions[0])),
            ("review", reason)
        );
    }
    assert_eq!(world.mails(), 0);
}
