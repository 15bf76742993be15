//! A limit on how often something is done holds between workers that check it at the same moment,
//! counts an action once however often it is sent, and counts nothing that did not happen.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use std::sync::Arc;

use jiff::SignedDuration;
use shared::ledger::faults::Play;
use shared::ledger::{Action, Reservation, State, Verdict};
use support::{World, call, planned, start};

fn limited(limit: i64) -> impl Fn(&mut Action) + Send + Sync + 'static {
    move |action| {
        action.reservations = vec![Reservation {
            counter: "notify#CUS_1#2026-11-24".to_owned(),
            limit,
            take: 1,
            expires_at: start() + SignedDuration::from_hours(48),
        }];
    }
}

/// A world in which every call has an action on a record of its own, all counted together.
fn world(limit: i64) -> World {
    let change = limited(limit);
    World::new(move |call, at| {
        let mut action = planned(call, "notify", call.as_str(), at);
        change(&mut action);
        vec![action]
    })
}

#[tokio::test(start_paused = true)]
async fn workers_that_check_together_stay_within_the_limit_together() {
    for seed in 0..100 {
        let world = Arc::new(world(2));
        world.faults.shuffle(seed);
        let calls = ["call_1", "call_2", "call_3", "call_4", "call_5"].map(call);
        let workers: Vec<_> = calls
            .iter()
            .map(|call| {
                let (world, call) = (Arc::clone(&world), call.clone());
                tokio::spawn(async move {
                    world.classify(&call).await.unwrap();
                    let _comes_again = world.execute(&call).await;
                })
            })
            .collect();
        for worker in workers {
            worker.await.unwrap();
        }
        world.settle_until_asked().await;
        let mut states = Vec::new();
        for call in &calls {
            states.push(world.action(call).await.state);
        }
        let done = states
            .iter()
            .filter(|state| **state == State::Succeeded)
            .count();
        let asked = states
            .iter()
            .filter(|state| **state == State::AwaitingApproval)
            .count();
        assert_eq!(
            (done, asked, world.vendor.requests()),
            (2, 3, 2),
            "seed {seed}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_twice_is_counted_once() {
    let world = world(1);
    let one = call("call_1");
    world.vendor.play([Play::Silent]);
    world.classify(&one).await.unwrap();
    world.deliver().await;
    world.settle(50).await;
    let action = world.action(&one).await;
    assert_eq!((action.state, action.sends), (State::Succeeded, 2));
}

#[tokio::test(start_paused = true)]
async fn what_did_not_happen_is_not_counted() {
    for play in [Play::Refuses, Play::NotReached] {
        // Given a limit of one, and an action that was refused or not reached,
        let world = world(1);
        let (first, second) = (call("call_1"), call("call_2"));
        world.vendor.play([play]);
        world.classify(&first).await.unwrap();
        let _comes_again = world.execute(&first).await;
        // when a second one comes, then there is room for it.
        world.classify(&second).await.unwrap();
        world.execute(&second).await.unwrap();
        assert_eq!(
            world.action(&second).await.state,
            State::Succeeded,
            "{play:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_have_happened_is_counted() {
    let world = world(1);
    let (first, second) = (call("call_1"), call("call_2"));
    world.vendor.play([Play::Silent]);
    world.classify(&first).await.unwrap();
    world.execute(&first).await.unwrap();
    world.classify(&second).await.unwrap();
    world.execute(&second).await.unwrap();
    let action = world.action(&second).await;
    assert_eq!(action.state, State::AwaitingApproval);
    assert_eq!(action.reason.unwrap().code, "velocity");
}

#[tokio::test(start_paused = true)]
async fn whoever_approves_going_past_the_limit_is_not_asked_for_ever() {
    let world = world(1);
    let calls = ["call_1", "call_2"].map(call);
    for call in &calls {
        world.classify(call).await.unwrap();
        world.execute(call).await.unwrap();
    }
    assert_eq!(world.action(&calls[1]).await.state, State::AwaitingApproval);
    world
        .decide(&world.action(&calls[1]).await, Verdict::Approve)
        .await;
    world.settle(20).await;
    world.check_oracles(&calls, "").await;
    assert_eq!(world.action(&calls[1]).await.state, State::Succeeded);
}

#[tokio::test(start_paused = true)]
async fn an_approval_for_another_reason_does_not_lift_the_limit() {
    // Given an action that was approved before anybody knew that the limit is reached,
    let change = limited(1);
    let world = World::new(move |call, at| {
        let mut action = planned(call, "notify", call.as_str(), at);
        change(&mut action);
        if call.as_str() == "call_2" {
            action.state = State::AwaitingApproval;
        }
        vec![action]
    });
    let calls = ["call_1", "call_2"].map(call);
    for call in &calls {
        world.classify(call).await.unwrap();
        world.execute(call).await.unwrap();
    }
    world
        .decide(&world.action(&calls[1]).await, Verdict::Approve)
        .await;
    world.execute(&calls[1]).await.unwrap();
    // then a person is asked about the limit itself.
    let action = world.action(&calls[1]).await;
    assert_eq!(action.state, State::AwaitingApproval);
    assert_eq!(action.reason.unwrap().code, "velocity");
    assert_eq!(world.vendor.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_count_named_twice_is_taken_once_in_a_transaction() {
    let change = limited(2);
    let world = World::new(move |call, at| {
        let mut action = planned(call, "notify", call.as_str(), at);
        change(&mut action);
        action.reservations.extend(action.reservations.clone());
        vec![action]
    });
    let calls = ["call_1", "call_2"].map(call);
    for call in &calls {
        world.classify(call).await.unwrap();
        world.execute(call).await.unwrap();
    }
    // Each takes two of the two there are.
    assert_eq!(world.action(&calls[0]).await.state, State::Succeeded);
    assert_eq!(world.action(&calls[1]).await.state, State::AwaitingApproval);
}

#[tokio::test(start_paused = true)]
async fn an_approval_past_the_limit_outlives_an_answer_that_was_lost() {
    for play in [Play::Silent, Play::NotReached] {
        // Given an action that a person lets go past the limit,
        let world = world(1);
        let calls = ["call_1", "call_2"].map(call);
        for call in &calls {
            world.classify(call).await.unwrap();
            world.execute(call).await.unwrap();
        }
        world
            .decide(&world.action(&calls[1]).await, Verdict::Approve)
            .await;
        // when it has to be sent a second time,
        world.vendor.play([play]);
        let _comes_again = world.execute(&calls[1]).await;
        world.settle_until_asked().await;
        // then nobody is asked about the limit once more.
        let action = world.action(&calls[1]).await;
        assert_eq!(action.state, State::Succeeded, "{play:?}");
    }
}
