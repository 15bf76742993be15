//! A later report of a call contradicts what was planned. A person decides; no second action starts,
//! and the first goes no further without them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use std::sync::Arc;

use jiff::SignedDuration;
use shared::case::{Captured, Case, Confidence, Source};
use shared::ids::CallId;
use shared::ledger::faults::{Moment, Play};
use shared::ledger::{Claim, State, Verdict};
use shared::money::{Currency, Money};
use support::{World, call, case};

fn case_of(call: &CallId, subunits: i64) -> Case {
    let mut case = case(call);
    case.fields.amount = Some(Captured {
        value: Money::new(subunits, Currency::Ngn),
        source: Source::Caller,
        confidence: Confidence::CERTAIN,
        turn: None,
        corroborated: false,
    });
    case
}

async fn claim(world: &World, subunits: i64) -> Claim {
    let case = case_of(&call("call_1"), subunits);
    world
        .ledger
        .claim(&case, &format!("facts of {subunits}"), None)
        .await
        .unwrap()
}

#[tokio::test(start_paused = true)]
async fn until_it_is_planned_a_later_report_adds_to_it() {
    let world = World::with_one(|_| {});
    let one = call("call_1");
    assert_eq!(claim(&world, 100).await, Claim::New);
    assert_eq!(claim(&world, 100).await, Claim::Same);
    assert_eq!(claim(&world, 200).await, Claim::Added);
    let known: Case = world.peek.case(&one).await.unwrap().unwrap();
    assert_eq!(known.fields.amount.unwrap().value.subunits, 200);
    world.settle(20).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(world.vendor.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn facts_that_change_while_it_is_planned_stop_the_plan() {
    for seed in 0..50 {
        // Given a report that comes while the first is being planned,
        let world = Arc::new(World::with_one(|_| {}));
        let one = call("call_1");
        claim(&world, 100).await;
        world.faults.shuffle(seed);
        let planner = tokio::spawn({
            let (world, one) = (Arc::clone(&world), one.clone());
            async move { world.execute(&one).await }
        });
        let later = claim(&world, 200).await;
        let outcome = planner.await.unwrap();
        // then it was in time to be planned on, or the call is contested; nothing in between.
        match later {
            Claim::Added => {}
            Claim::Contested => assert!(outcome.is_ok() || world.vendor.requests() == 0),
            other => panic!("{other:?}"),
        }
        world.settle(400).await;
        world
            .check_oracles(std::slice::from_ref(&one), &format!("seed {seed}"))
            .await;
        assert!(world.vendor.requests() <= 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_contradiction_stops_what_was_not_sent() {
    // Given an action that was planned and could not be sent yet,
    let world = World::with_one(|_| {});
    let one = call("call_1");
    claim(&world, 100).await;
    world.vendor.play([Play::NotReached]);
    world.execute(&one).await.unwrap_err();
    // when a report of another amount comes, and the same again, and more of them,
    assert_eq!(claim(&world, 200).await, Claim::Contested);
    assert_eq!(claim(&world, 200).await, Claim::Settled);
    assert_eq!(claim(&world, 300).await, Claim::Settled);
    // then nothing is sent, and a person is asked,
    world.sweep().await;
    world.execute(&one).await.unwrap();
    let action = world.action(&one).await;
    assert_eq!(action.state, State::AwaitingApproval);
    assert_eq!(action.reason.unwrap().code, "contested");
    assert_eq!(world.vendor.requests(), 0);
    // and what they approve, knowing it, is done.
    world.clock.advance(SignedDuration::from_mins(1));
    world
        .decide(&world.action(&one).await, Verdict::Approve)
        .await;
    world.settle(20).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(world.action(&one).await.state, State::Succeeded);
}

#[tokio::test(start_paused = true)]
async fn an_approval_given_before_the_contradiction_does_not_count() {
    // Given an action that was approved, and then contradicted before it was carried out,
    let world = World::with_one(|action| action.state = State::AwaitingApproval);
    let one = call("call_1");
    claim(&world, 100).await;
    world.execute(&one).await.unwrap();
    world
        .decide(&world.action(&one).await, Verdict::Approve)
        .await;
    world.clock.advance(SignedDuration::from_mins(1));
    assert_eq!(claim(&world, 200).await, Claim::Contested);
    // then whoever approved it is asked again.
    world.execute(&one).await.unwrap();
    let action = world.action(&one).await;
    assert_eq!(
        (action.state, action.approvals.len()),
        (State::AwaitingApproval, 0)
    );
    assert_eq!(world.vendor.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_contradiction_that_comes_while_policy_is_asked_is_in_time() {
    // Given an action in mid-check,
    let world = Arc::new(World::with_one(|_| {}));
    let one = call("call_1");
    claim(&world, 100).await;
    let gate = world.vendor.gate(Moment::Check);
    let worker = tokio::spawn({
        let (world, one) = (Arc::clone(&world), one.clone());
        async move { world.execute(&one).await }
    });
    gate.reached().await;
    // when the contradiction comes, then `sent` is not written on the facts as they were.
    assert_eq!(claim(&world, 200).await, Claim::Contested);
    gate.open();
    assert!(worker.await.unwrap().is_err());
    assert_eq!(world.vendor.requests(), 0);
    world.clock.advance(support::LEASE);
    world.execute(&one).await.unwrap();
    assert_eq!(world.action(&one).await.state, State::AwaitingApproval);
}

#[tokio::test(start_paused = true)]
async fn a_contradiction_is_answered_even_when_every_message_of_it_is_lost() {
    let world = World::with_one(|_| {});
    let one = call("call_1");
    claim(&world, 100).await;
    world.settle(20).await;
    assert_eq!(claim(&world, 200).await, Claim::Contested);
    // Given that its message was sent, and lost on the way,
    world
        .ledger
        .flush(&one, shared::ledger::Destination::Cases, &*world.queue)
        .await
        .unwrap();
    world.queue.lose_all();
    // when time goes by, then the sweep finds the call, and somebody answers it.
    world.settle(20).await;
    let (record, _) = world.peek.call(&one).await.unwrap().unwrap();
    assert!(record.contest_answered);
}
