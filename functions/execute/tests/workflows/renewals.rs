//! Failed renewals: the link to change the card leaves at most once, for active ones only.

use sandbox::fault::Fault;
use sandbox::wire::Method;
use serde_json::{Value, json};
use shared::case::Workflow;
use shared::ledger::{Anchor, State};

use super::world::{World, ada, code};

fn subscription(status: &str) -> Value {
    json!({ "subscriptions": [
        { "subscription_code": "SUB_ada1", "customer": "ada.obi@example.com", "amount": 500_000,
          "status": status,
          "most_recent_invoice": { "invoice_code": "INV_1", "status": "failed", "paid": 0,
                                   "amount": 500_000 } },
    ]})
}

#[tokio::test]
async fn the_card_update_link_is_mailed_once_in_a_day() {
    let world = World::new(subscription("attention")).await;
    let actions = world.call(&ada("call_1", Workflow::FailedRenewal)).await;
    assert_eq!(
        actions[0].state,
        State::Succeeded,
        "{:?}",
        actions[0].reason
    );
    assert_eq!(
        (actions[0].id.name.as_str(), actions[0].anchor),
        ("send_card_update_link", Anchor::None)
    );
    let actions = world.call(&ada("call_2", Workflow::FailedRenewal)).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::AwaitingApproval, "velocity")
    );
    assert_eq!(world.mails(), 1);
}

#[tokio::test]
async fn an_unknown_outcome_is_a_persons_and_never_a_second_mail() {
    let world = World::new(subscription("active")).await;
    world.fault(
        Method::Post,
        "/subscription/SUB_ada1/manage/email",
        Fault::DropAnswer,
    );
    let case = ada("call_1", Workflow::FailedRenewal);
    world.call(&case).await;
    let actions = world.wait(&case, 3).await;
    assert_eq!(
        (actions[0].state, actions[0].sends),
        (State::NeedsPerson, 1)
    );
    assert_eq!(world.mails(), 1);
}

#[tokio::test]
async fn what_is_not_active_is_a_review_that_says_how_it_stands() {
    for (status, reason) in [
        ("non-renewing", "non_renewing"),
        ("cancelled", "no_subscription"),
        ("completed", "no_subscription"),
    ] {
        let world = World::new(subscription(status)).await;
        let actions = world.call(&ada("call_1", Workflow::FailedRenewal)).await;
        assert_eq!(
            (actions[0].id.name.as_str(), code(&actions[0])),
            ("review", reason)
        );
        assert_eq!(world.mails(), 0);
    }
    let world = World::new(subscription("cancelled")).await;
    let mut named = ada("call_1", Workflow::FailedRenewal);
    named.fields.subscription = Some(super::world::said("SUB_ada1".parse().unwrap()));
    let actions = world.call(&named).await;
    assert_eq!(code(&actions[0]), "subscription_cancelled");
}

#[tokio::test]
async fn whoever_did_not_agree_to_be_written_to_is_not() {
    let world = World::new(subscription("attention")).await;
    let mut case = ada("call_1", Workflow::FailedRenewal);
    case.fields.consent = None;
    let actions = world.call(&case).await;
    assert_eq!(actions[0].state, State::AwaitingApproval);
    let mut refused = ada("call_2", Workflow::FailedRenewal);
    refused.fields.consent = Some(super::world::said(false));
    assert_eq!(code(&world.call(&refused).await[0]), "consent_refused");
    assert_eq!(world.mails(), 0);
}
