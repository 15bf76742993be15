//! A call that asks for more than one thing: each is handled, none is lost, and only the main one
//! does anything without a person.

use serde_json::json;
use shared::case::{Case, Workflow};
use shared::ledger::{Action, State};
use shared::money::{Currency, Money};

use super::world::{World, ada_about_payment, code, said};

fn open() -> serde_json::Value {
    json!({ "payment_requests": [
        { "request_code": "PRQ_ada1", "customer": "ada.obi@example.com", "amount": 700_000 },
    ]})
}

fn with(call: &str, main: Workflow, also: &[Workflow]) -> Case {
    Case {
        also: also.to_vec(),
        ..ada_about_payment(call, main)
    }
}

fn named<'a>(actions: &'a [Action], name: &str) -> &'a Action {
    actions
        .iter()
        .find(|action| action.id.name == name)
        .unwrap_or_else(|| panic!("no {name} among {actions:?}"))
}

#[tokio::test]
async fn r4_the_main_wish_is_done_and_the_other_one_waits_in_full() {
    let world = World::new(open()).await;
    let case = with(
        "call_1",
        Workflow::RefundRequest,
        &[Workflow::DocumentResend],
    );
    let actions = world.call(&case).await;
    assert_eq!(actions.len(), 2);
    assert_eq!(named(&actions, "refund").state, State::Succeeded);
    let notify = named(&actions, "notify_payment_request");
    assert_eq!(
        (notify.state, code(notify)),
        (State::AwaitingApproval, "unclear_call")
    );
    // Each belongs to its own workflow, with that one's owner, and each is told.
    assert_eq!(notify.workflow, Workflow::DocumentResend);
    assert_eq!(notify.owner, "billing@example.com");
    assert_eq!(world.notices(&case).await, 2);
    // Paystack writes to the customer about the refund, and about nothing else.
    assert_eq!((world.refunds().len(), world.mails()), (1, 1));
    world
        .approve(&case, &notify.clone(), "ngozi@example.com")
        .await;
    assert_eq!(world.mails(), 2);
}

#[tokio::test]
async fn one_refund_that_two_wishes_ask_for_is_one_and_as_strict_as_the_stricter() {
    let world = World::new(json!({})).await;
    let case = with(
        "call_1",
        Workflow::RefundRequest,
        &[Workflow::DisputedCharge],
    );
    let actions = world.call(&case).await;
    assert_eq!(actions.len(), 1);
    assert_eq!(actions[0].state, State::AwaitingApproval);
    assert_eq!(world.refunds(), []);
    world.approve(&case, &actions[0], "ngozi@example.com").await;
    assert_eq!(world.refunds(), [("T-ada-1".to_owned(), 1_500_000)]);
}

#[tokio::test]
async fn a_wish_that_is_part_of_another_is_said_and_not_planned_again() {
    let world = World::new(json!({})).await;
    let case = with(
        "call_1",
        Workflow::Chargeback,
        &[Workflow::RefundRequest, Workflow::PaymentStatus],
    );
    let actions = world.call(&case).await;
    assert_eq!(actions.len(), 1);
    assert_eq!(
        actions[0].parameters["also"],
        json!(["refund_request", "payment_status"])
    );
}

#[tokio::test]
async fn no_wish_is_lost_whatever_else_the_call_asks_for() {
    for main in Workflow::ALL {
        for also in Workflow::ALL.into_iter().filter(|also| *also != main) {
            let world = World::new(open()).await;
            let mut case = with("call_1", main, &[also]);
            case.fields.amount = Some(said(Money::new(700_000, Currency::Ngn)));
            case.fields.purpose = Some(said("Invoice 1042".to_owned()));
            let actions = world.call(&case).await;
            assert!(
                actions.iter().any(|action| action.workflow == main),
                "{main} {also}: {actions:?}"
            );
            let is_said = actions
                .iter()
                .any(|action| action.parameters["also"] == json!([also]));
            assert!(is_said, "{main} {also}: {actions:?}");
            // Whatever is planned for it waits for a person.
            for action in actions.iter().filter(|action| action.workflow == also) {
                assert!(
                    action.state.waits_for_person() || action.after.is_some(),
                    "{main} {also}: {action:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_call_of_which_the_main_wish_is_unsure_is_one_review_that_names_the_others() {
    let world = World::new(open()).await;
    let mut case = with(
        "call_1",
        Workflow::RefundRequest,
        &[Workflow::DocumentResend],
    );
    case.confidence = shared::case::Confidence::from_thousandths(500);
    let actions = world.call(&case).await;
    assert_eq!((actions.len(), code(&actions[0])), (1, "low_confidence"));
    assert_eq!(actions[0].parameters["also"], json!(["document_resend"]));
    assert_eq!(world.effects(), []);
}
