//! A worker is slow, or its clock is: what it holds passes to another, and it must notice before it
//! sends; an answer that it has in hand is not lost for it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::SignedDuration;
use shared::clock::ManualClock;
use shared::ids::CountingTokens;
use shared::ledger::faults::{Moment, Play};
use shared::ledger::observed::{ObservedTable, Observer};
use shared::ledger::{Driver, Ledger, Pace, State, Write};
use support::{LEASE, TIME_OUT, World, call};

#[tokio::test(start_paused = true)]
async fn a_worker_that_was_overtaken_in_its_check_sends_nothing() {
    // Given a worker held in its check past its lease,
    let world = Arc::new(World::with_one(|_| {}));
    let one = call("call_1");
    world.classify(&one).await.unwrap();
    let gate = world.vendor.gate(Moment::Check);
    let slow = tokio::spawn({
        let (world, one) = (Arc::clone(&world), one.clone());
        async move { world.execute(&one).await }
    });
    gate.reached().await;
    // when another one is asked before the lease is over, it waits,
    world.execute(&one).await.unwrap();
    assert_eq!(world.action(&one).await.state, State::Claimed);
    // and afterwards does it,
    world.clock.advance(LEASE);
    world.execute(&one).await.unwrap();
    assert_eq!(world.action(&one).await.state, State::Succeeded);
    // then the first finds that it is no longer its own.
    gate.open();
    slow.await.unwrap().unwrap();
    world.settle(20).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(world.vendor.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_answer_in_hand_survives_another_worker_who_gave_it_up() {
    for anchor in [shared::ledger::Anchor::ByKey, shared::ledger::Anchor::None] {
        // Given a worker whose answer takes longer than its lease, with lists that lag,
        let world = Arc::new(World::with_one(move |action| action.anchor = anchor));
        let one = call("call_1");
        world.vendor.lag(SignedDuration::from_mins(10));
        world.classify(&one).await.unwrap();
        let gate = world.vendor.gate(Moment::Send);
        let slow = tokio::spawn({
            let (world, one) = (Arc::clone(&world), one.clone());
            async move { world.execute(&one).await }
        });
        gate.reached().await;
        world.clock.advance(LEASE);
        // when another one counts it as lost, and cannot see it,
        world.execute(&one).await.unwrap();
        let lost = world.action(&one).await.state;
        assert!(
            matches!(lost, State::Unknown | State::NeedsPerson),
            "{lost:?}"
        );
        // then the answer, when it comes, is what counts.
        gate.open();
        slow.await.unwrap().unwrap();
        let action = world.action(&one).await;
        assert_eq!(action.state, State::Succeeded);
        assert!(action.receipt.is_some());
        world.settle(50).await;
        world.check_oracles(std::slice::from_ref(&one), "").await;
        assert_eq!(world.vendor.requests(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_ahead_takes_over_and_nothing_is_sent_twice() {
    for moment in [Moment::Check, Moment::Send] {
        // Given a worker in mid-check, or in mid-request,
        let world = Arc::new(World::with_one(|_| {}));
        let one = call("call_1");
        world.classify(&one).await.unwrap();
        let gate = world.vendor.gate(moment);
        let slow = tokio::spawn({
            let (world, one) = (Arc::clone(&world), one.clone());
            async move { world.execute(&one).await }
        });
        gate.reached().await;
        // when another, whose clock is ten minutes ahead, takes it for dead,
        let ahead = Arc::new(ManualClock::at(world.now() + SignedDuration::from_mins(10)));
        let tokens = Arc::new(CountingTokens::from(1_000_000));
        let ledger = Ledger::new(world.memory.clone(), ahead, tokens);
        let pace = Pace {
            lease: LEASE,
            time_out: TIME_OUT,
        };
        let (action, revision) = ledger.actions(&one).await.unwrap().remove(0);
        let driver = Driver::new(ledger, pace, "ahead");
        driver.run(action, revision, &*world.vendor).await.unwrap();
        gate.open();
        let _outcome = slow.await.unwrap();
        // then one request was sent, and it is known to be done.
        world.settle(100).await;
        world.check_oracles(std::slice::from_ref(&one), "").await;
        assert_eq!(
            world.action(&one).await.state,
            State::Succeeded,
            "{moment:?}"
        );
        assert_eq!(world.vendor.requests(), 1, "{moment:?}");
    }
}

/// The write of `sent` takes long.
struct SlowAtSend {
    clock: Arc<ManualClock>,
    takes: SignedDuration,
}

#[async_trait]
impl Observer for SlowAtSend {
    async fn after_write(&self, writes: &[Write]) {
        let is_send = writes
            .iter()
            .any(|write| matches!(write, Write::Put { item, .. } if item.body["state"] == "sent"));
        if is_send {
            self.clock.advance(self.takes);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_has_no_time_left_does_not_send() {
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.classify(&one).await.unwrap();
    // Given an action that is planned, and a table that is slow with the write before the request,
    let gate = world.vendor.gate(Moment::Check);
    let _parked = tokio::time::timeout(std::time::Duration::from_secs(1), async {
        tokio::join!(world.execute(&one), gate.reached())
    })
    .await;
    world.clock.advance(LEASE);
    for (takes, sends) in [(LEASE, false), (LEASE - TIME_OUT, true)] {
        let slow = SlowAtSend {
            clock: world.clock.clone(),
            takes,
        };
        let table = ObservedTable::new(world.memory.clone(), slow);
        let tokens = Arc::new(CountingTokens::from(1_000_000));
        let ledger = Ledger::new(Arc::new(table), world.clock.clone(), tokens);
        let driver = Driver::new(
            ledger,
            Pace {
                lease: LEASE,
                time_out: TIME_OUT,
            },
            "slow",
        );
        let (action, revision) = world.peek.actions(&one).await.unwrap().remove(0);
        // when the request could not end within the lease,
        driver.run(action, revision, &*world.vendor).await.unwrap();
        // then it does not leave, and is tried again later; otherwise it leaves.
        let action = world.action(&one).await;
        let expected = if sends {
            (State::Succeeded, 1, 1)
        } else {
            (State::Deferred, 0, 0)
        };
        assert_eq!(
            (action.state, action.sends, world.vendor.requests()),
            expected
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_died_after_sent_is_known_to_have_perhaps_sent() {
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world.vendor.play([Play::Does]);
    world.classify(&one).await.unwrap();
    let gate = world.vendor.gate(Moment::Send);
    let _dead = tokio::time::timeout(std::time::Duration::from_secs(1), async {
        tokio::join!(world.execute(&one), gate.reached())
    })
    .await;
    assert_eq!(world.action(&one).await.state, State::Sent);
    world.queue.lose_all();
    world.settle(50).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(world.action(&one).await.state, State::Succeeded);
    assert_eq!(world.vendor.requests(), 1);
}
