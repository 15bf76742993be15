//! Nothing is sent a second time but after two complete look-ups, a settle time apart, the first no
//! sooner than the request's time-out and a settle time after it was sent; and at most once.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use jiff::SignedDuration;
use shared::ledger::faults::Play;
use shared::ledger::{Anchor, Failure, State, Verdict};
use support::{SETTLE, TIME_OUT, World, call, start};

/// A world in which the first request went into silence.
async fn unanswered() -> World {
    let world = World::with_one(|_| {});
    world.vendor.play([Play::Silent]);
    world.classify(&call("call_1")).await.unwrap();
    world.deliver().await;
    assert_eq!(world.action(&call("call_1")).await.state, State::Unknown);
    world
}

async fn run_at(world: &World, after_start: SignedDuration) -> State {
    world.clock.set(start() + after_start);
    world.run(&call("call_1")).await.unwrap();
    world.action(&call("call_1")).await.state
}

#[tokio::test(start_paused = true)]
async fn the_second_request_leaves_after_the_second_look_that_counts() {
    let world = unanswered().await;
    let first = TIME_OUT + SETTLE;
    let second = first + SETTLE;
    let moment = SignedDuration::from_millis(1);
    // However often it is run before, the first look that counts is not made early,
    for early in [moment, TIME_OUT, SETTLE, first - moment] {
        assert_eq!(run_at(&world, early).await, State::Unknown);
        assert_eq!(
            world.action(&call("call_1")).await.absent_since,
            None,
            "{early}"
        );
    }
    assert_eq!(run_at(&world, first).await, State::Unknown);
    assert_eq!(
        world.action(&call("call_1")).await.absent_since,
        Some(start() + first)
    );
    // nor the second sooner than a settle time after the first.
    for early in [first + moment, second - moment] {
        assert_eq!(run_at(&world, early).await, State::Unknown);
        assert_eq!(world.vendor.requests(), 1, "{early}");
    }
    assert_eq!(run_at(&world, second).await, State::Succeeded);
    assert_eq!(
        (world.vendor.requests(), world.vendor.deeds().len()),
        (2, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn a_look_up_that_failed_is_no_look_up() {
    // Given a vendor that cannot be asked from the first look that counts on,
    let world = unanswered().await;
    world.vendor.blind(true);
    for _ in 0..10 {
        let next = world.next_due().unwrap();
        world.clock.set(next);
        world.run(&call("call_1")).await.unwrap();
    }
    // when it can be asked again, much later,
    assert!(world.now() > start() + SETTLE * 3);
    world.vendor.blind(false);
    let next = world.next_due().unwrap();
    world.clock.set(next);
    world.run(&call("call_1")).await.unwrap();
    // then that look is the first, and nothing is sent before the second.
    let action = world.action(&call("call_1")).await;
    assert_eq!(
        (action.state, action.absent_since),
        (State::Unknown, Some(next))
    );
    assert_eq!(world.vendor.requests(), 1);
    world.settle(50).await;
    assert_eq!(world.vendor.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_can_never_be_asked_is_left_to_a_person() {
    let world = unanswered().await;
    world.vendor.blind(true);
    world.settle(200).await;
    let action = world.action(&call("call_1")).await;
    assert_eq!(action.state, State::NeedsPerson);
    assert_eq!(action.reason.unwrap().code, "cannot_look");
    assert_eq!(world.vendor.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn only_one_request_is_sent_again_without_a_person() {
    // Given a vendor that swallows everything,
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.vendor.play([Play::Silent; 10]);
    world.classify(&one).await.unwrap();
    world.deliver().await;
    world.settle(100).await;
    // then two requests were sent, and a person has to look.
    let action = world.action(&one).await;
    assert_eq!(
        (action.state, action.sends, world.vendor.requests()),
        (State::NeedsPerson, 2, 2)
    );
    assert_eq!(world.peek.reviews(10).await.unwrap(), [action]);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_looked_up_is_never_sent_again() {
    let world = World::with_one(|action| action.anchor = Anchor::None);
    let one = call("call_1");
    world.vendor.play([Play::Silent]);
    world.classify(&one).await.unwrap();
    world.deliver().await;
    world.settle(100).await;
    let action = world.action(&one).await;
    assert_eq!((action.state, action.sends), (State::NeedsPerson, 1));
    assert_eq!((world.vendor.requests(), world.vendor.look_ups()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn even_a_person_who_says_send_it_again_is_looked_after() {
    // Given a request that shows only after a person was asked about it,
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.vendor.play([
        Play::Silent,
        Play::DoesSilently {
            after: SignedDuration::from_hours(2),
        },
    ]);
    world.classify(&one).await.unwrap();
    world.deliver().await;
    world.settle(100).await;
    let action = world.action(&one).await;
    assert_eq!(action.state, State::NeedsPerson);
    // when they say that it did not happen, an hour after it did,
    world
        .clock
        .set(action.sent_at.unwrap() + SignedDuration::from_hours(3));
    world.decide(&action, Verdict::Approve).await;
    world.settle(100).await;
    // then it is found, and not sent a third time.
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(world.action(&one).await.state, State::Succeeded);
    assert_eq!(world.vendor.requests(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_re_send_that_had_to_wait_is_preceded_by_another_look() {
    // Given two looks that found nothing, and a check that then fails,
    let world = unanswered().await;
    world.vendor.check_comes_to([Err(Failure::new(
        shared::error::Class::RetryLater,
        "busy",
        "try again",
    ))]);
    run_at(&world, TIME_OUT + SETTLE).await;
    assert_eq!(run_at(&world, TIME_OUT + SETTLE * 2).await, State::Deferred);
    let looks = world.vendor.look_ups();
    // when it is tried again a day later,
    assert_eq!(
        run_at(&world, SignedDuration::from_hours(24)).await,
        State::Succeeded
    );
    // then somebody has looked first.
    assert_eq!(
        (world.vendor.look_ups(), world.vendor.requests()),
        (looks + 1, 2)
    );
}
