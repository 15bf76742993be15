//! A person approves exactly what they were shown. Whatever changes it voids what was approved; a
//! decision is carried out as it was taken, or not at all.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::json;
use shared::ledger::{
    Action, Change, Check, Decision, DecisionError, Progress, Reason, State, Verdict, Write,
    binding,
};
use shared::money::{Currency, Money};
use support::{World, call};

fn by(who: &str, verdict: Verdict, action: &Action) -> Decision {
    Decision {
        by: who.to_owned(),
        verdict,
        binding: binding(action),
        reason: "it is right".to_owned(),
    }
}

/// A world in which a refund waits for `people` to approve it.
async fn asked(people: u32) -> World {
    let world = World::with_one(move |action| {
        action.amount = Some(Money::new(500_000, Currency::Ngn));
        action.state = State::AwaitingApproval;
        action.approvals_needed = people;
    });
    let one = call("call_1");
    world.classify(&one).await.unwrap();
    world.deliver().await;
    world
}

async fn decide(world: &World, decision: &Decision) -> Result<Action, DecisionError> {
    let one = call("call_1");
    let id = world.action(&one).await.id;
    world.peek.decide(&one, &id, decision).await
}

/// Changes what stands in the ledger, as no code of ours does.
async fn tamper(world: &World, change: impl FnOnce(&mut Action)) {
    let one = call("call_1");
    let (action, _) = world.peek.actions(&one).await.unwrap().remove(0);
    let mut item = world
        .peek
        .table()
        .get(&action.table_key())
        .await
        .unwrap()
        .unwrap();
    let mut changed = action;
    change(&mut changed);
    item.body = Arc::new(serde_json::to_value(&changed).unwrap());
    let read = item.revision;
    let mut transaction = Change::default();
    transaction.write(Write::replace(item, read));
    world.peek.commit(&one, transaction).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_approved_action_is_carried_out() {
    let world = asked(1).await;
    let one = call("call_1");
    assert_eq!(world.vendor.requests(), 0);
    let shown = world.peek.reviews(10).await.unwrap().remove(0);
    decide(&world, &by("ada", Verdict::Approve, &shown))
        .await
        .unwrap();
    world.settle(20).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(world.action(&one).await.state, State::Succeeded);
    assert!(world.peek.reviews(10).await.unwrap().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_decision_on_what_was_shown_before_a_change_is_refused() {
    let world = asked(1).await;
    let shown = world.action(&call("call_1")).await;
    for change in [
        (|action: &mut Action| action.amount = Some(Money::new(500_001, Currency::Ngn)))
            as fn(&mut Action),
        |action| action.amount = Some(Money::new(500_000, Currency::Usd)),
        |action| action.resource = "trx-2".to_owned(),
        |action| action.key = "another".to_owned(),
        |action| action.parameters = json!({ "customer": "CUS_other" }),
        |action| action.not_after += SignedDuration::from_hours(1),
    ] {
        tamper(&world, change).await;
        for verdict in [Verdict::Approve, Verdict::Decline, Verdict::Confirm] {
            let outcome = decide(&world, &by("ada", verdict, &shown)).await;
            assert!(
                matches!(outcome, Err(DecisionError::Changed)),
                "{outcome:?}"
            );
        }
        tamper(&world, |action| *action = shown.clone()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_changed_after_it_was_approved_is_asked_about_again() {
    // Given an approval, and an amount that is another by the time it is carried out,
    let world = asked(1).await;
    let one = call("call_1");
    let shown = world.action(&one).await;
    decide(&world, &by("ada", Verdict::Approve, &shown))
        .await
        .unwrap();
    tamper(&world, |action| {
        action.amount = Some(Money::new(900_000, Currency::Ngn));
    })
    .await;
    world.run(&one).await.unwrap();
    // then nothing is sent; a person is asked, and the approval is void.
    let action = world.action(&one).await;
    assert_eq!(action.state, State::AwaitingApproval);
    assert_eq!(action.reason.as_ref().unwrap().code, "changed");
    assert!(action.approvals.is_empty());
    assert_eq!(world.vendor.requests(), 0);
    // When they approve what it is now, it is done.
    decide(&world, &by("ada", Verdict::Approve, &action))
        .await
        .unwrap();
    world.settle(20).await;
    assert_eq!(world.action(&one).await.state, State::Succeeded);
}

#[tokio::test(start_paused = true)]
async fn two_people_are_two_people() {
    let world = asked(2).await;
    let one = call("call_1");
    let shown = world.action(&one).await;
    assert_eq!(
        decide(&world, &by("ada", Verdict::Approve, &shown))
            .await
            .unwrap()
            .state,
        State::AwaitingApproval
    );
    let again = decide(&world, &by("ada", Verdict::Approve, &shown)).await;
    assert!(matches!(again, Err(DecisionError::SamePerson)));
    // A change in between voids the first one's approval as well.
    tamper(&world, |action| {
        action.amount = Some(Money::new(900_000, Currency::Ngn));
    })
    .await;
    let changed = world.action(&one).await;
    assert_eq!(
        decide(&world, &by("bola", Verdict::Approve, &changed))
            .await
            .unwrap()
            .state,
        State::AwaitingApproval
    );
    assert_eq!(
        decide(&world, &by("ada", Verdict::Approve, &changed))
            .await
            .unwrap()
            .state,
        State::Approved
    );
    let late = decide(&world, &by("chidi", Verdict::Decline, &changed)).await;
    assert!(matches!(late, Err(DecisionError::Settled(State::Approved))));
}

#[tokio::test(start_paused = true)]
async fn two_decisions_at_once_are_one_decision() {
    for seed in 0..100 {
        let world = std::sync::Arc::new(asked(1).await);
        let one = call("call_1");
        let shown = world.action(&one).await;
        world.faults.shuffle(seed);
        let deciders: Vec<_> = [("ada", Verdict::Approve), ("bola", Verdict::Decline)]
            .into_iter()
            .map(|(who, verdict)| {
                let (world, one) = (std::sync::Arc::clone(&world), one.clone());
                let decision = by(who, verdict, &shown);
                let id = shown.id.clone();
                tokio::spawn(async move { world.ledger.decide(&one, &id, &decision).await.is_ok() })
            })
            .collect();
        let mut taken = 0;
        for decider in deciders {
            taken += u32::from(decider.await.unwrap());
        }
        assert_eq!(taken, 1, "seed {seed}");
        world.settle(20).await;
        world
            .check_oracles(std::slice::from_ref(&one), &format!("seed {seed}"))
            .await;
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_decides_after_the_time_is_up() {
    let world = asked(1).await;
    let one = call("call_1");
    let shown = world.action(&one).await;
    world
        .clock
        .set(shown.not_after + SignedDuration::from_secs(1));
    let late = decide(&world, &by("ada", Verdict::Approve, &shown)).await;
    assert!(matches!(late, Err(DecisionError::TooLate)));
    world.settle(20).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(world.action(&one).await.state, State::Expired);
    let late = decide(&world, &by("ada", Verdict::Approve, &shown)).await;
    assert!(matches!(late, Err(DecisionError::Settled(State::Expired))));
    assert_eq!(world.vendor.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_an_end_and_confirms_nothing() {
    let world = asked(1).await;
    let one = call("call_1");
    let shown = world.action(&one).await;
    let confirmed = decide(&world, &by("ada", Verdict::Confirm, &shown)).await;
    assert!(matches!(confirmed, Err(DecisionError::NothingSent)));
    decide(&world, &by("ada", Verdict::Decline, &shown))
        .await
        .unwrap();
    world.settle(20).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(world.action(&one).await.state, State::Declined);
    assert_eq!(world.vendor.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn whoever_approved_may_decide_again_on_what_came_back() {
    // Given an approved action that comes back to a person before anything was sent,
    let world = asked(1).await;
    let one = call("call_1");
    let shown = world.action(&one).await;
    decide(&world, &by("ada", Verdict::Approve, &shown))
        .await
        .unwrap();
    world
        .vendor
        .check_comes_to([Ok(Check::AskPerson(Reason::new("vip", "a VIP")))]);
    assert!(matches!(world.run(&one).await, Ok(Progress::Rests(_))));
    // when the same person approves it again, then their word counts anew.
    let again = world.action(&one).await;
    assert_eq!(
        (again.state, again.approvals.len()),
        (State::AwaitingApproval, 0)
    );
    decide(&world, &by("ada", Verdict::Approve, &again))
        .await
        .unwrap();
    world.settle(20).await;
    assert_eq!(world.action(&one).await.state, State::Succeeded);
}

#[tokio::test(start_paused = true)]
async fn an_approval_outlives_the_request_whose_answer_was_lost() {
    // Given an approved refund whose request went into silence,
    let world = asked(1).await;
    let one = call("call_1");
    world.vendor.play([shared::ledger::faults::Play::Silent]);
    let shown = world.action(&one).await;
    decide(&world, &by("ada", Verdict::Approve, &shown))
        .await
        .unwrap();
    world.settle(50).await;
    // then it is sent again on the same approval: it is the same refund.
    world.check_oracles(std::slice::from_ref(&one), "").await;
    let action = world.action(&one).await;
    assert_eq!((action.state, action.sends), (State::Succeeded, 2));
    assert_eq!(action.standing_approvals(), 1);
}

#[test]
fn the_order_of_parameters_binds_nothing() {
    let at = support::start();
    let mut left = support::planned(&call("call_1"), "refund", "trx-1", at);
    left.parameters = json!({ "a": [1, { "x": null, "y": "é" }], "b": true });
    let mut right = left.clone();
    right.parameters = json!({ "b": true, "a": [1, { "y": "é", "x": null }] });
    assert_eq!(binding(&left), binding(&right));
    right.parameters = json!({ "b": true, "a": [{ "y": "é", "x": null }, 1] });
    assert_ne!(binding(&left), binding(&right));
}
