//! A person's decision: exactly what was shown, a smaller amount only as another thing to decide on,
//! two people where two are needed, and an end where nobody says yes.

use serde_json::json;
use shared::case::{Case, Workflow};
use shared::ledger::{Action, Amendment, Decision, DecisionError, State, Verdict, binding};
use shared::money::{Currency, Money};

use super::world::{World, ada, ada_about_payment, code, said, settings};

const NGOZI: &str = "ngozi@example.com";
const KOFI: &str = "kofi@example.com";

fn naira(subunits: i64) -> Money {
    Money::new(subunits, Currency::Ngn)
}

fn less(subunits: i64) -> Amendment {
    Amendment {
        amount: Some(naira(subunits)),
        ..Amendment::default()
    }
}

/// A refund of NGN 15,000 that waits for a person.
async fn waiting() -> (World, Case, Action) {
    let world = World::new(json!({})).await;
    let case = ada_about_payment("call_1", Workflow::DisputedCharge);
    let refund = world.call(&case).await.remove(0);
    assert_eq!(refund.state, State::AwaitingApproval);
    (world, case, refund)
}

async fn decide(
    world: &World,
    action: &Action,
    by: &str,
    verdict: Verdict,
) -> Result<Action, DecisionError> {
    let decision = Decision {
        by: by.to_owned(),
        verdict,
        binding: binding(action),
        reason: "looked at it".to_owned(),
    };
    let ledger = &world.executor.ledger;
    ledger.decide(&action.call, &action.id, &decision).await
}

#[tokio::test]
async fn a_smaller_amount_is_another_thing_to_decide_on_and_is_carried_out_exactly() {
    let (world, case, refund) = waiting().await;
    let amended = world.amend(&case, &refund, less(400_000)).await.unwrap();
    assert_eq!(amended.state, State::AwaitingApproval);
    assert_ne!(binding(&amended), binding(&refund));
    // The key at Paystack stays: it never depends on the amount.
    assert_eq!(amended.key, refund.key);
    let stale = decide(&world, &refund, NGOZI, Verdict::Approve).await;
    assert!(matches!(stale, Err(DecisionError::Changed)), "{stale:?}");
    assert_eq!(world.refunds(), []);
    world.approve(&case, &amended, NGOZI).await;
    assert_eq!(world.refunds(), [("T-ada-1".to_owned(), 400_000)]);
}

#[tokio::test]
async fn an_amount_is_never_raised_kept_or_put_into_another_currency() {
    let (world, case, refund) = waiting().await;
    for amount in [
        naira(1_500_000),
        naira(1_500_001),
        naira(0),
        naira(-1),
        Money::new(400_000, Currency::Ghs),
    ] {
        let amendment = Amendment {
            amount: Some(amount),
            ..Amendment::default()
        };
        let refused = world.amend(&case, &refund, amendment).await;
        assert!(
            matches!(refused, Err(DecisionError::NotLess)),
            "{amount} {refused:?}"
        );
    }
    let words = Amendment {
        answers: [("transaction".to_owned(), "5002".to_owned())].into(),
        ..Amendment::default()
    };
    let refused = world.amend(&case, &refund, words).await;
    assert!(
        matches!(refused, Err(DecisionError::NotOpen(_))),
        "{refused:?}"
    );
    assert_eq!(world.work(&case).await[0], refund);
}

#[tokio::test]
async fn what_was_sent_or_settled_can_no_longer_be_amended() {
    let (world, case, refund) = waiting().await;
    world.approve(&case, &refund, NGOZI).await;
    let late = world.amend(&case, &refund, less(400_000)).await;
    assert!(
        matches!(late, Err(DecisionError::Settled(State::Succeeded))),
        "{late:?}"
    );
    assert_eq!(world.refunds(), [("T-ada-1".to_owned(), 1_500_000)]);
}

#[tokio::test]
async fn r4_above_the_second_limit_two_different_people_approve() {
    let mut settings = settings();
    settings.limits.refund_subunits.clear();
    settings.limits.payment_request_subunits.clear();
    settings
        .limits
        .second_approval_subunits
        .insert(Currency::Ngn, 1_000_000);
    let world = World::with(json!({}), settings).await;
    let case = ada_about_payment("call_1", Workflow::RefundRequest);
    let refund = world.call(&case).await.remove(0);
    assert_eq!(refund.approvals_needed, 2);
    world.approve(&case, &refund, NGOZI).await;
    let again = decide(&world, &refund, NGOZI, Verdict::Approve).await;
    assert!(matches!(again, Err(DecisionError::SamePerson)), "{again:?}");
    assert_eq!(world.refunds(), []);
    // Amended in between, the first approval is void: both approve the new amount.
    let amended = world.amend(&case, &refund, less(1_400_000)).await.unwrap();
    assert_eq!((amended.approvals.len(), amended.approvals_needed), (0, 2));
    world.approve(&case, &amended, KOFI).await;
    assert_eq!(world.refunds(), []);
    world.approve(&case, &amended, NGOZI).await;
    assert_eq!(world.refunds(), [("T-ada-1".to_owned(), 1_400_000)]);
}

#[tokio::test]
async fn one_person_of_two_can_refuse() {
    let mut settings = settings();
    settings.limits.second_approval_subunits.clear();
    settings.limits.refund_subunits.clear();
    settings.limits.payment_request_subunits.clear();
    let world = World::with(json!({}), settings).await;
    let case = ada_about_payment("call_1", Workflow::RefundRequest);
    let refund = world.call(&case).await.remove(0);
    world.approve(&case, &refund, NGOZI).await;
    let actions = world.decline(&case, &refund, KOFI).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::Declined, "declined")
    );
    assert_eq!(world.refunds(), []);
}

#[tokio::test]
async fn a_refusal_and_an_expiry_are_ends_and_are_told() {
    let (world, case, refund) = waiting().await;
    let told = world.notices(&case).await;
    let actions = world.decline(&case, &refund, NGOZI).await;
    assert_eq!(actions[0].state, State::Declined);
    assert_eq!(world.notices(&case).await, told + 1);

    let (world, case, refund) = waiting().await;
    let told = world.notices(&case).await;
    let actions = world.wait(&case, 17).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::Expired, "expired")
    );
    assert_eq!(world.notices(&case).await, told + 1);
    let late = decide(&world, &refund, NGOZI, Verdict::Approve).await;
    assert!(
        matches!(late, Err(DecisionError::Settled(State::Expired))),
        "{late:?}"
    );
    assert_eq!(world.refunds(), []);
}

#[tokio::test]
async fn a_smaller_payment_request_is_drafted_and_sent_for_the_smaller_amount() {
    let world = World::new(json!({})).await;
    let mut case = ada("call_1", Workflow::PaymentRequest);
    case.fields.amount = Some(said(naira(60_000_000)));
    case.fields.purpose = Some(said("Invoice 1042".to_owned()));
    let draft = world.call(&case).await.remove(0);
    assert_eq!(draft.state, State::AwaitingApproval);
    let amended = world.amend(&case, &draft, less(55_000_000)).await.unwrap();
    let actions = world.approve(&case, &amended, NGOZI).await;
    // What follows is about the same, smaller amount, and is asked about as itself.
    let finalise = &actions[1];
    assert_eq!(
        (finalise.state, finalise.amount),
        (State::AwaitingApproval, Some(naira(55_000_000)))
    );
    let actions = world.approve(&case, finalise, NGOZI).await;
    assert_eq!(actions[1].state, State::Succeeded);
    assert_eq!(world.mails(), 1);
}

#[tokio::test]
async fn an_amendment_stands_in_the_audit_trail() {
    let (world, case, refund) = waiting().await;
    world.amend(&case, &refund, less(400_000)).await.unwrap();
    let ledger = &world.executor.ledger;
    let (trail, sequence, hash) = ledger.audit(&case.call).await.unwrap();
    shared::ledger::verify_audit(&trail, sequence, &hash).unwrap();
    // What is written after it tells people of it.
    let entry = trail
        .iter()
        .find(|entry| entry.note.what.contains("amended"));
    let written = serde_json::to_string(entry.unwrap()).unwrap();
    assert!(
        written.contains(NGOZI) && written.contains("400000"),
        "{written}"
    );
}
