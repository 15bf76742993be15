//! An old message comes back from a dead-letter queue. What was decided then is not done now:
//! `not_after` bounds every action, in whatever state it was left, and past it a person decides.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use jiff::SignedDuration;
use shared::ledger::faults::{Fault, Moment, Play};
use shared::ledger::{Progress, State, Verdict};
use support::{World, call};

const TEN_DAYS: SignedDuration = SignedDuration::from_hours(240);

async fn ends_with_a_person(world: &World, told: &str) {
    let one = call("call_1");
    let requests = world.vendor.requests();
    // When ten days have gone by and the old message comes,
    world.clock.advance(TEN_DAYS);
    let _comes_again = world.execute(&one).await;
    world.settle(50).await;
    // then nothing more was sent, and a person has it.
    world.check_oracles(std::slice::from_ref(&one), told).await;
    assert_eq!(world.action(&one).await.state, State::NeedsPerson, "{told}");
    assert_eq!(world.vendor.requests(), requests, "{told}");
}

#[tokio::test(start_paused = true)]
async fn whatever_was_left_undone_is_left_to_a_person() {
    // Given an action left as it was planned,
    let one = call("call_1");
    let world = World::with_one(|_| {});
    world.classify(&one).await.unwrap();
    let gate = world.vendor.gate(Moment::Check);
    let _dead = tokio::time::timeout(std::time::Duration::from_secs(1), async {
        tokio::join!(world.execute(&one), gate.reached())
    })
    .await;
    assert_eq!(world.action(&one).await.state, State::Claimed);
    ends_with_a_person(&world, "claimed").await;

    // deferred,
    let world = World::with_one(|_| {});
    world.vendor.play([Play::NotReached]);
    world.classify(&one).await.unwrap();
    world.execute(&one).await.unwrap_err();
    assert_eq!(world.action(&one).await.state, State::Deferred);
    ends_with_a_person(&world, "deferred").await;

    // sent by a worker that died,
    let world = World::with_one(|_| {});
    world.vendor.play([Play::Silent]);
    world.classify(&one).await.unwrap();
    let gate = world.vendor.gate(Moment::Send);
    let _dead = tokio::time::timeout(std::time::Duration::from_secs(1), async {
        tokio::join!(world.execute(&one), gate.reached())
    })
    .await;
    assert_eq!(world.action(&one).await.state, State::Sent);
    ends_with_a_person(&world, "sent").await;

    // or unknown, after one look that found nothing.
    let world = World::with_one(|_| {});
    world.vendor.play([Play::Silent]);
    world.classify(&one).await.unwrap();
    world.execute(&one).await.unwrap();
    world.clock.advance(SignedDuration::from_mins(20));
    world.execute(&one).await.unwrap();
    assert_eq!(world.action(&one).await.state, State::Unknown);
    ends_with_a_person(&world, "unknown").await;
}

#[tokio::test(start_paused = true)]
async fn a_check_that_takes_past_the_time_sends_nothing() {
    // Given an action whose time runs out while it is being checked,
    let world = World::with_one(|action| {
        action.not_after = action.created_at + SignedDuration::from_secs(30);
    });
    let one = call("call_1");
    world.classify(&one).await.unwrap();
    let gate = world.vendor.gate(Moment::Check);
    let (outcome, ()) = tokio::join!(world.execute(&one), async {
        gate.reached().await;
        world.clock.advance(SignedDuration::from_secs(31));
        gate.open();
    });
    outcome.unwrap();
    assert_eq!(world.action(&one).await.state, State::NeedsPerson);
    assert_eq!(world.vendor.requests(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_a_person_approves_late_is_done_within_a_day_or_not_at_all() {
    for (waits, ends) in [(23, State::Succeeded), (25, State::NeedsPerson)] {
        let world = World::with_one(|_| {});
        let one = call("call_1");
        world.vendor.play([Play::NotReached]);
        world.classify(&one).await.unwrap();
        world.execute(&one).await.unwrap_err();
        ends_with_a_person(&world, "").await;
        let action = world.action(&one).await;
        world.decide(&action, Verdict::Approve).await;
        world.clock.advance(SignedDuration::from_hours(waits));
        world.execute(&one).await.unwrap();
        assert_eq!(world.action(&one).await.state, ends, "{waits}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_that_is_put_after_its_time_does_not_expire_unread() {
    // Given a late action that was approved, and about which policy asks again,
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.vendor.play([Play::NotReached]);
    world.classify(&one).await.unwrap();
    world.execute(&one).await.unwrap_err();
    ends_with_a_person(&world, "").await;
    let action = world.action(&one).await;
    world.decide(&action, Verdict::Approve).await;
    let reason = shared::ledger::Reason::new("vip", "a VIP");
    world
        .vendor
        .check_comes_to([Ok(shared::ledger::Check::AskPerson(reason))]);
    assert!(matches!(world.run(&one).await, Ok(Progress::Rests(_))));
    // then it waits for a person without end, and does not expire in the same moment.
    world.settle(50).await;
    assert_eq!(world.action(&one).await.state, State::NeedsPerson);
}

#[tokio::test(start_paused = true)]
async fn what_is_done_stays_done() {
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.classify(&one).await.unwrap();
    world.deliver().await;
    world.settle(20).await;
    world.clock.advance(TEN_DAYS);
    world.faults.plan(1, Fault::Repeated);
    world.classify(&one).await.unwrap();
    world.execute(&one).await.unwrap();
    world.settle(20).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!((world.vendor.requests(), world.people.requests()), (1, 1));
}
