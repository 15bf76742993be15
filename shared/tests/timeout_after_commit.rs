//! The vendor does what it was asked, and its answer comes too late or never. That is not a failure:
//! we look, and find it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use jiff::SignedDuration;
use shared::ledger::faults::Play;
use shared::ledger::{Progress, State};
use support::{SETTLE, TIME_OUT, World, call};

async fn after_silence(after: SignedDuration, lag: SignedDuration) -> (World, State) {
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.vendor.play([Play::DoesSilently { after }]);
    world.vendor.lag(lag);
    world.classify(&one).await.unwrap();
    world.deliver().await;
    world.settle(100).await;
    let state = world.action(&one).await.state;
    (world, state)
}

#[tokio::test(start_paused = true)]
async fn what_was_done_without_an_answer_is_found_at_once() {
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.vendor.play([Play::DoesSilently {
        after: SignedDuration::ZERO,
    }]);
    world.classify(&one).await.unwrap();
    world.deliver().await;
    // The first look follows the silence directly: nobody has to wait for what shows already.
    let action = world.action(&one).await;
    assert_eq!((action.state, action.sends), (State::Succeeded, 1));
    assert!(action.receipt.is_some());
}

#[tokio::test(start_paused = true)]
async fn what_shows_late_is_found_as_long_as_it_shows_within_the_settle_time() {
    // Done up to Q after the request, shown up to Q after that: always found, never sent again.
    for minutes in [0, 1, 5, 10, 14] {
        for lag in [0, 1, 5, 10, 14] {
            let (after, lag) = (
                SignedDuration::from_mins(minutes),
                SignedDuration::from_mins(lag),
            );
            let (world, state) = after_silence(after, lag).await;
            assert_eq!(state, State::Succeeded, "{after} {lag}");
            assert_eq!(world.vendor.requests(), 1, "{after} {lag}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_claim_of_no_doubles_ends_where_the_lists_lag_longer_than_promised() {
    // This is the limit that the documents state: a list that lags longer than both waits together
    // hides what was done, and the one re-send that is allowed doubles it.
    let (world, _) = after_silence(SignedDuration::ZERO, TIME_OUT + SETTLE + SETTLE * 2).await;
    assert_eq!(world.vendor.requests(), 2);
    assert_eq!(world.vendor.deeds().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_never_left_is_not_unknown() {
    // Given a vendor that cannot be reached,
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.vendor.play([Play::NotReached]);
    world.classify(&one).await.unwrap();
    world.deliver().await;
    // then the message stays on the queue, nothing is looked up, nothing counts as sent,
    let action = world.action(&one).await;
    assert_eq!((action.state, action.sends), (State::Deferred, 0));
    assert_eq!(world.vendor.look_ups(), 0);
    // and the next delivery does it.
    world.deliver().await;
    assert_eq!(world.action(&one).await.state, State::Succeeded);
}

#[tokio::test(start_paused = true)]
async fn an_unanswered_notice_goes_by_the_same_rules() {
    // Given people who are told, and do not say that they were,
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.people.play([Play::DoesSilently {
        after: SignedDuration::from_mins(1),
    }]);
    world.classify(&one).await.unwrap();
    world.deliver().await;
    // then the message is not posted a second time, but looked for.
    world.settle(50).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(world.people.requests(), 1);
    let (notice, revision) = world.peek.notices(&one).await.unwrap().remove(0);
    assert_eq!(notice.state, State::Succeeded);
    let again = world
        .driver
        .run(notice.clone(), revision, &*world.people)
        .await
        .unwrap();
    assert_eq!(again, Progress::Rests(notice));
}
