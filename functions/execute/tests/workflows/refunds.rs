//! Refunds: who gets one without a person, that none is made twice, and what stands in its way.

use jiff::SignedDuration;
use sandbox::fault::Fault;
use sandbox::paystack::{Happening, RefundStatus};
use sandbox::wire::Method;
use serde_json::json;
use shared::case::{Source, Workflow};
use shared::ledger::{Anchor, State};
use shared::money::{Currency, Money};

use super::world::{World, ada_about_payment, code, said, settings};

fn refund(call: &str) -> shared::case::Case {
    ada_about_payment(call, Workflow::RefundRequest)
}

#[tokio::test]
async fn r10_a_clear_refund_runs_by_itself_once_with_its_amount_and_our_note() {
    // Given a verified caller, a payment in the window, an amount under the limit
    let world = World::new(json!({})).await;
    let case = refund("call_1");
    // When the call is worked off, and its message comes twice more
    let actions = world.call(&case).await;
    world.work(&case).await;
    world.work(&case).await;
    // Then one refund of all of it was made, found again by its key
    assert_eq!(
        actions[0].state,
        State::Succeeded,
        "{:?}",
        actions[0].reason
    );
    assert_eq!(actions[0].anchor, Anchor::ByKey);
    assert_eq!(world.refunds(), [("T-ada-1".to_owned(), 1_500_000)]);
    // R2: the note says what it is for, and where the call can be read.
    let sent = &world.bodies(Method::Post, "/refund")[0];
    assert_eq!(sent["amount"], json!(1_500_000));
    assert_eq!(sent["currency"], json!("NGN"));
    let note = sent["merchant_note"].as_str().unwrap();
    assert!(note.contains(&actions[0].key), "{note}");
    assert!(
        note.contains("https://calls.example.com/calls/call_1"),
        "{note}"
    );
}

#[tokio::test]
async fn what_the_caller_says_narrows_and_never_widens() {
    let world = World::new(json!({})).await;
    let mut part = refund("call_part");
    part.fields.amount = Some(said(Money::new(400_000, Currency::Ngn)));
    world.call(&part).await;
    assert_eq!(world.refunds(), [("T-ada-1".to_owned(), 400_000)]);

    let world = World::new(json!({})).await;
    for (call, amount, reason) in [
        (
            "call_more",
            Money::new(9_000_000, Currency::Ngn),
            "other_amount",
        ),
        ("call_zero", Money::new(0, Currency::Ngn), "other_amount"),
        (
            "call_other",
            Money::new(400_000, Currency::Ghs),
            "other_currency",
        ),
    ] {
        let mut case = refund(call);
        case.fields.amount = Some(said(amount));
        let actions = world.call(&case).await;
        assert_eq!(
            (actions[0].id.name.as_str(), code(&actions[0])),
            ("review", reason)
        );
    }
    assert_eq!(world.refunds(), []);
}

#[tokio::test]
async fn r4_a_caller_known_by_number_only_waits_with_the_very_amount() {
    let world = World::new(json!({})).await;
    let mut case = refund("call_1");
    case.fields.email.as_mut().unwrap().source = Source::Analysis;
    let actions = world.call(&case).await;
    assert_eq!(
        (actions[0].id.name.as_str(), actions[0].state),
        ("refund", State::AwaitingApproval)
    );
    assert_eq!(
        actions[0].amount,
        Some(Money::new(1_500_000, Currency::Ngn))
    );
    assert_eq!(world.refunds(), []);
    // A person says yes: it is done as it was shown.
    let actions = world.approve(&case, &actions[0], "ngozi@example.com").await;
    assert_eq!(
        actions[0].state,
        State::Succeeded,
        "{:?}",
        actions[0].reason
    );
    assert_eq!(world.refunds(), [("T-ada-1".to_owned(), 1_500_000)]);
}

#[tokio::test]
async fn r10_a_large_or_an_old_payment_waits() {
    let world = World::new(json!({ "transactions": [
        { "id": 5002, "reference": "T-large", "amount": 3_000_000,
          "customer": "ada.obi@example.com", "created_at": "2026-11-20T09:00:00Z" },
        { "id": 5003, "reference": "T-old", "amount": 100_000,
          "customer": "ada.obi@example.com", "created_at": "2026-08-20T09:00:00Z" },
    ]}))
    .await;
    for (call, payment) in [("call_large", "T-large"), ("call_old", "T-old")] {
        let mut case = refund(call);
        case.fields.payment_reference = Some(said(super::world::reference(payment)));
        let actions = world.call(&case).await;
        assert_eq!(actions[0].state, State::AwaitingApproval, "{payment}");
    }
    assert_eq!(world.refunds(), []);
}

#[tokio::test]
async fn a_payment_that_nobody_named_is_proposed_and_not_refunded() {
    let world = World::new(json!({})).await;
    let mut case = refund("call_1");
    case.fields.payment_reference = None;
    let actions = world.call(&case).await;
    assert_eq!(
        (actions[0].id.name.as_str(), actions[0].state),
        ("refund", State::AwaitingApproval)
    );
    assert_eq!(actions[0].id.target, "5001");
    assert_eq!(world.refunds(), []);
}

#[tokio::test]
async fn several_payments_that_may_be_meant_are_shown_by_their_numbers() {
    let world = World::new(json!({ "transactions": [
        { "id": 5002, "reference": "T-ada-2", "amount": 200_000,
          "customer": "ada.obi@example.com", "created_at": "2026-11-21T09:00:00Z" },
    ]}))
    .await;
    let mut case = refund("call_1");
    case.fields.payment_reference = None;
    let actions = world.call(&case).await;
    assert_eq!(code(&actions[0]), "several_records");
    let words = &actions[0].reason.as_ref().unwrap().words;
    assert!(words.contains("5001") && words.contains("5002"), "{words}");
}

#[tokio::test]
async fn an_answer_lost_after_the_commit_is_found_and_not_sent_again() {
    for fault in [Fault::DropAnswer, Fault::NeverAnswer] {
        let world = World::new(json!({})).await;
        world.fault(Method::Post, "/refund", fault);
        let case = refund("call_1");
        world.call(&case).await;
        let actions = world.wait(&case, 2).await;
        assert_eq!(
            actions[0].state,
            State::Succeeded,
            "{:?}",
            actions[0].reason
        );
        assert_eq!(actions[0].sends, 1);
        assert_eq!(world.refunds().len(), 1);
    }
}

#[tokio::test]
async fn a_request_that_never_arrived_is_sent_again_only_after_two_looks_a_quarter_of_an_hour_apart()
 {
    let world = World::new(json!({})).await;
    world.fault(Method::Post, "/refund", Fault::ResetBeforeCommit);
    let case = refund("call_1");
    let actions = world.call(&case).await;
    assert_eq!(
        (actions[0].state, actions[0].settle_seconds),
        (State::Unknown, 900)
    );
    // Half an hour: time-out, settle time, first look; the second is not due yet.
    for _ in 0..5 {
        world.clock.advance(SignedDuration::from_mins(5));
        world.work(&case).await;
    }
    assert_eq!(world.refunds(), []);
    let actions = world.wait(&case, 2).await;
    assert_eq!((actions[0].state, actions[0].sends), (State::Succeeded, 2));
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test]
async fn two_equal_partial_refunds_are_told_apart_by_their_keys() {
    let world = World::new(json!({})).await;
    let part = |call: &str| {
        let mut case = refund(call);
        case.fields.amount = Some(said(Money::new(400_000, Currency::Ngn)));
        case
    };
    world.call(&part("call_1")).await;
    // The second one is a person's to decide: it looks like the first.
    let second = part("call_2");
    let actions = world.call(&second).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::AwaitingApproval, "velocity")
    );
    assert_eq!(world.refunds().len(), 1);
    // It was meant. Its request is lost on the way: the first one is not taken for it.
    world.fault(Method::Post, "/refund", Fault::ResetBeforeCommit);
    world
        .approve(&second, &actions[0], "ngozi@example.com")
        .await;
    let actions = world.wait(&second, 2).await;
    // Whoever let it go past the limit is not asked about that again.
    assert_eq!((actions[0].state, actions[0].sends), (State::Succeeded, 2));
    let both = [
        ("T-ada-1".to_owned(), 400_000),
        ("T-ada-1".to_owned(), 400_000),
    ];
    assert_eq!(world.refunds(), both);
}

#[tokio::test]
async fn what_is_on_its_way_back_counts_as_given_back() {
    let world = World::new(json!({})).await;
    let mut first = refund("call_1");
    first.fields.amount = Some(said(Money::new(1_400_000, Currency::Ngn)));
    world.call(&first).await;
    // The rest is less than the caller asks for: no more than it is proposed.
    let mut second = refund("call_2");
    second.fields.amount = Some(said(Money::new(1_400_000, Currency::Ngn)));
    let actions = world.call(&second).await;
    assert_eq!(actions[0].amount, Some(Money::new(100_000, Currency::Ngn)));
    world
        .approve(&second, &actions[0], "ngozi@example.com")
        .await;
    // Then nothing is left.
    let actions = world.call(&refund("call_3")).await;
    assert_eq!(
        (actions[0].id.name.as_str(), code(&actions[0])),
        ("review", "already_refunded")
    );
    let total: i64 = world.refunds().iter().map(|(_, amount)| amount).sum();
    assert_eq!(total, 1_500_000);
}

#[tokio::test]
async fn two_calls_at_once_about_one_charge_give_it_back_once() {
    let world = World::new(json!({})).await;
    let (one, other) = (refund("call_1"), refund("call_2"));
    world.fault(Method::Post, "/refund", Fault::NeverAnswer);
    world.call(&one).await;
    world.call(&other).await;
    world.wait(&one, 1).await;
    world.wait(&other, 2).await;
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test]
async fn a_balance_that_is_too_low_is_told_once_and_tried_again() {
    let world = World::new(json!({ "balances": { "NGN": 0 } })).await;
    let case = refund("call_1");
    let actions = world.call(&case).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::Deferred, "insufficient_balance")
    );
    world.wait(&case, 1).await;
    assert_eq!((world.refunds().len(), world.notices(&case).await), (0, 1));
    // Finance tops it up.
    world.seed(json!({ "balances": { "NGN": 100_000_000 } }));
    let actions = world.wait(&case, 1).await;
    assert_eq!(actions[0].state, State::Succeeded);
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test]
async fn what_must_not_be_refunded_by_a_machine_is_a_review_that_says_why() {
    let seed = json!({ "transactions": [
        { "id": 5002, "reference": "T-failed", "amount": 200_000, "status": "failed",
          "customer": "ada.obi@example.com" },
        { "id": 5003, "reference": "T-pending", "amount": 200_000, "status": "reversal-pending",
          "customer": "ada.obi@example.com" },
        { "id": 5004, "reference": "T-reversed", "amount": 200_000, "status": "reversed",
          "customer": "ada.obi@example.com" },
    ]});
    let world = World::new(seed).await;
    for (payment, reason) in [
        ("T-failed", "payment_not_successful"),
        ("T-pending", "reversal_pending"),
        ("T-reversed", "already_refunded"),
        ("T-nowhere", "payment_not_found"),
    ] {
        let mut case = refund(&format!("call_{payment}"));
        case.fields.payment_reference = Some(said(super::world::reference(payment)));
        let actions = world.call(&case).await;
        let shown = (
            actions[0].id.name.as_str(),
            actions[0].state,
            code(&actions[0]),
        );
        assert_eq!(shown, ("review", State::AwaitingApproval, reason));
    }
    let mut credit = refund("call_credit");
    credit.fields.credit_request = Some(said(true));
    let actions = world.call(&credit).await;
    assert_eq!(code(&actions[0]), "credit_request");
    // It has the owner and the deadline that a refund would have.
    assert_eq!(actions[0].owner, "finance@example.com");
    assert_eq!(
        actions[0].not_after,
        "2026-11-26T10:00:00Z".parse().unwrap()
    );
    assert_eq!(world.refunds(), []);
}

#[tokio::test]
async fn a_refund_beside_one_that_needs_attention_is_asked_about() {
    // Given a payment whose first refund waits for the customer's account
    let world = World::new(json!({})).await;
    let part = |call: &str| {
        let mut case = refund(call);
        case.fields.amount = Some(said(Money::new(50_000, Currency::Ngn)));
        case
    };
    world.call(&part("call_1")).await;
    world.happen(&Happening::RefundMoves {
        refund: world.refund_of(5001),
        status: RefundStatus::NeedsAttention,
    });
    // When another part is asked for
    let actions = world.call(&part("call_2")).await;
    // Then a person finishes the first one, or decides
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::AwaitingApproval, "earlier_refund_unfinished")
    );
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test]
async fn a_refund_that_failed_at_the_bank_is_never_taken_for_one_that_arrived() {
    // Given a refund whose answer is lost, and that fails at the bank meanwhile
    let world = World::new(json!({})).await;
    world.fault(Method::Post, "/refund", Fault::NeverAnswer);
    world.lists_lag(300_000);
    let case = refund("call_1");
    world.call(&case).await;
    world.happen(&Happening::RefundMoves {
        refund: world.refund_of(5001),
        status: RefundStatus::Failed,
    });
    // When it is found by its key only after that
    let actions = world.wait(&case, 2).await;
    // Then it is refused, its money is back, and nothing is sent again
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::Rejected, "refund_failed")
    );
    assert_eq!(world.refunds().len(), 1);
}

#[tokio::test]
async fn a_vip_is_looked_after_by_a_person() {
    let mut settings = settings();
    settings.people.vip_customers.insert("CUS_ada1".to_owned());
    let world = World::with(json!({}), settings).await;
    let actions = world.call(&refund("call_1")).await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::AwaitingApproval, "vip_customer")
    );
}

#[tokio::test]
async fn a_changed_limit_changes_the_decision() {
    let mut settings = settings();
    settings
        .limits
        .refund_subunits
        .insert(Currency::Ngn, 1_499_999);
    let world = World::with(json!({}), settings).await;
    let actions = world.call(&refund("call_1")).await;
    assert_eq!(actions[0].state, State::AwaitingApproval);
    assert_eq!(world.refunds(), []);
}
