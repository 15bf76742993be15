//! Documents sent again: to the address on record only, and not ten times.

use serde_json::json;
use shared::case::{Case, DocumentKind, Workflow};
use shared::ids::{Email, RequestCode};
use shared::ledger::{Anchor, State};

use super::world::{World, ada, ada_about_payment, code, said, settings};

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

fn wants(call: &str, kind: DocumentKind) -> Case {
    let mut case = ada_about_payment(call, Workflow::DocumentResend);
    case.fields.document = Some(said(kind));
    case
}

#[tokio::test]
async fn j3_a_receipt_and_a_statement_are_let_go_to_the_address_on_record_and_counted() {
    let world = World::new(open()).await;
    for (call, kind) in [
        ("call_1", DocumentKind::Receipt),
        ("call_2", DocumentKind::Statement),
    ] {
        let actions = world.call(&wants(call, kind)).await;
        assert_eq!(
            (actions[0].id.name.as_str(), actions[0].state),
            ("send_document", State::Succeeded)
        );
        assert_eq!(actions[0].parameters["customer"], json!("CUS_ada1"));
    }
    // Two in a day are as many as go by themselves.
    let actions = world.call(&wants("call_3", DocumentKind::Receipt)).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::AwaitingApproval, "velocity")
    );
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn r6_a_tax_form_or_a_receipt_of_no_payment_is_sent_by_a_person() {
    let world = World::new(open()).await;
    let mut unnamed = wants("call_2", DocumentKind::Receipt);
    unnamed.fields.payment_reference = None;
    for (case, reason) in [
        (wants("call_1", DocumentKind::TaxForm), "tax_form"),
        (unnamed, "receipt"),
    ] {
        let actions = world.call(&case).await;
        assert_eq!(
            (
                actions[0].id.name.as_str(),
                actions[0].state,
                code(&actions[0])
            ),
            ("send_document", State::AwaitingApproval, reason)
        );
        // Once they have, it is done.
        let actions = world.approve(&case, &actions[0], "ngozi@example.com").await;
        assert_eq!(
            actions[0].state,
            State::Succeeded,
            "{:?}",
            actions[0].reason
        );
    }
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn without_a_way_to_send_mail_a_person_sends_the_receipt() {
    let mut settings = settings();
    settings.notices.routes.clear();
    let world = World::with(open(), settings).await;
    let actions = world.call(&wants("call_1", DocumentKind::Receipt)).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::AwaitingApproval, "receipt")
    );
}

#[tokio::test]
async fn a_receipt_for_an_unconfirmed_recipient_says_so_first() {
    let world = World::new(open()).await;
    let mut case = ada("call_1", Workflow::DocumentResend);
    case.fields.document = Some(said(DocumentKind::Receipt));
    case.fields.recipient_confirmed = None;
    let actions = world.call(&case).await;
    assert_eq!(code(&actions[0]), "recipient_not_confirmed");
    assert_eq!(actions[0].state, State::AwaitingApproval);
}
