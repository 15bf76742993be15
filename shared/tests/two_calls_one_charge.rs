//! Two calls about one charge, or two workers on one action, at the same moment: one request.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use std::sync::Arc;

use jiff::SignedDuration;
use shared::ids::{CallId, CountingTokens};
use shared::ledger::faults::{HappensBefore, Moment, Play};
use shared::ledger::{Driver, Ledger, Pace, Progress, State, Verdict};
use support::{LEASE, TIME_OUT, World, call};

async fn states(world: &World, calls: &[CallId]) -> Vec<State> {
    let mut states = Vec::new();
    for call in calls {
        states.push(world.action(call).await.state);
    }
    states
}

#[tokio::test(start_paused = true)]
async fn calls_that_come_together_act_once() {
    for seed in 0..200 {
        // Given three calls about one charge, whose workers come between each other's operations,
        let world = Arc::new(World::with_one(|_| {}));
        world.faults.shuffle(seed);
        let calls = ["call_1", "call_2", "call_3"].map(call);
        let workers: Vec<_> = calls
            .iter()
            .map(|call| {
                let (world, call) = (Arc::clone(&world), call.clone());
                tokio::spawn(async move {
                    world.classify(&call).await.unwrap();
                    // A lost race is a delivery that comes again.
                    while world.execute(&call).await.is_err() {}
                })
            })
            .collect();
        for worker in workers {
            worker.await.unwrap();
        }
        // when everything has been carried out,
        world.settle(100).await;
        // then one of them acted, and the others saw that it had been done.
        world.check_oracles(&calls, &format!("seed {seed}")).await;
        assert_eq!(world.vendor.requests(), 1, "seed {seed}");
        let mut states = states(&world, &calls).await;
        states.sort_unstable();
        assert_eq!(
            states,
            [State::Succeeded, State::Rejected, State::Rejected],
            "seed {seed}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn workers_on_one_action_act_once() {
    for seed in 0..200 {
        let world = Arc::new(World::with_one(|_| {}));
        let one = call("call_1");
        world.classify(&one).await.unwrap();
        world.faults.shuffle(seed);
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let (world, one) = (Arc::clone(&world), one.clone());
                tokio::spawn(async move { world.execute(&one).await })
            })
            .collect();
        for worker in workers {
            // Who loses a race says so, and comes again.
            let _outcome = worker.await.unwrap();
        }
        world.settle(50).await;
        world
            .check_oracles(std::slice::from_ref(&one), &format!("seed {seed}"))
            .await;
        assert_eq!(
            (world.vendor.requests(), world.people.requests()),
            (1, 1),
            "seed {seed}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn who_finds_the_record_taken_and_then_free_does_not_wait() {
    // Given a first call whose worker holds the record, and a second that is planned,
    let world = Arc::new(World::with_one(|_| {}));
    let calls = ["call_1", "call_2"].map(call);
    for call in &calls {
        world.classify(call).await.unwrap();
    }
    let gate = world.vendor.gate(Moment::Check);
    let first = tokio::spawn({
        let (world, one) = (Arc::clone(&world), calls[0].clone());
        async move { world.execute(&one).await }
    });
    gate.reached().await;
    world.execute(&calls[1]).await.unwrap();
    assert_eq!(world.action(&calls[1]).await.state, State::Planned);
    world.clock.advance(SignedDuration::from_secs(1));
    // when the first ends between the second's look at the record and its note that it waits,
    let table = HappensBefore::first_write(world.memory.clone(), async move {
        gate.open();
        first.await.unwrap().unwrap();
    });
    let tokens = Arc::new(CountingTokens::from(1_000_000));
    let ledger = Ledger::new(Arc::new(table), world.clock.clone(), tokens);
    let pace = Pace {
        lease: LEASE,
        time_out: TIME_OUT,
    };
    let driver = Driver::new(ledger, pace, "second");
    let (action, revision) = world.peek.actions(&calls[1]).await.unwrap().remove(0);
    let progress = driver
        .run_after_neighbour(action, revision, &*world.vendor)
        .await
        .unwrap();
    // then the second goes on at once, and sees that it has been done.
    assert!(matches!(progress, Progress::Rests(_)));
    world.settle(50).await;
    world.check_oracles(&calls, "").await;
    assert_eq!(
        states(&world, &calls).await,
        [State::Succeeded, State::Rejected]
    );
    assert_eq!(world.vendor.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_second_call_waits_while_the_first_may_have_acted() {
    // Given a first call whose request went into silence and will show after a while,
    let world = World::with_one(|_| {});
    let calls = ["call_1", "call_2"].map(call);
    let after = SignedDuration::from_mins(10);
    world.vendor.play([Play::DoesSilently { after }]);
    for call in &calls {
        world.classify(call).await.unwrap();
    }
    world.deliver().await;
    // when the second comes, then it waits, however often it is tried,
    assert_eq!(
        states(&world, &calls).await,
        [State::Unknown, State::Planned]
    );
    for _ in 0..3 {
        assert!(matches!(
            world.run(&calls[1]).await,
            Ok(Progress::Waits(_, Some(_)))
        ));
        world.clock.advance(LEASE + SignedDuration::from_secs(1));
    }
    assert_eq!(world.vendor.requests(), 1);
    // and once the first is known to be done, there is nothing left for it to do.
    world.settle(100).await;
    world.check_oracles(&calls, "").await;
    assert_eq!(
        states(&world, &calls).await,
        [State::Succeeded, State::Rejected]
    );
    assert_eq!(world.vendor.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn while_a_person_has_to_find_out_nobody_else_acts() {
    // Given a first call that nobody but a person can find out about,
    let world = World::with_one(|action| action.anchor = shared::ledger::Anchor::None);
    let calls = ["call_1", "call_2"].map(call);
    world.vendor.play([Play::Silent]);
    for call in &calls {
        world.classify(call).await.unwrap();
    }
    world.deliver().await;
    // when time goes by, then the second ends with a person too, and has sent nothing.
    world.settle(400).await;
    world.check_oracles(&calls, "").await;
    assert_eq!(states(&world, &calls).await, [State::NeedsPerson; 2]);
    assert_eq!(
        world.action(&calls[1]).await.reason.unwrap().code,
        "too_late"
    );
    assert_eq!(world.vendor.requests(), 1);
    // When the person says that the first did not happen and shall not, the record is free.
    world
        .decide(&world.action(&calls[0]).await, Verdict::Decline)
        .await;
    world
        .decide(&world.action(&calls[1]).await, Verdict::Approve)
        .await;
    world.settle(100).await;
    world.check_oracles(&calls, "").await;
    assert_eq!(
        states(&world, &calls).await,
        [State::Declined, State::Succeeded]
    );
}

#[tokio::test(start_paused = true)]
async fn a_worker_whose_record_went_to_another_while_it_checked_sends_nothing() {
    // Given a worker that is held in its check until its lease is over,
    let world = Arc::new(World::with_one(|_| {}));
    let calls = ["call_1", "call_2", "call_3"].map(call);
    for call in &calls {
        world.classify(call).await.unwrap();
    }
    let gate = world.vendor.gate(Moment::Check);
    let held = tokio::spawn({
        let (world, call) = (Arc::clone(&world), calls[0].clone());
        async move { world.execute(&call).await }
    });
    gate.reached().await;
    world.clock.advance(LEASE + SignedDuration::from_secs(1));
    // when a second call acts on the record meanwhile, and a third takes its lock, dies and leaves
    // it to run out, so that the lock looks as it did at first,
    world.execute(&calls[1]).await.unwrap();
    assert_eq!(world.vendor.requests(), 1);
    let third = world.vendor.gate(Moment::Check);
    let dead = tokio::spawn({
        let (world, call) = (Arc::clone(&world), calls[2].clone());
        async move { world.execute(&call).await }
    });
    third.reached().await;
    dead.abort();
    world.clock.advance(LEASE + SignedDuration::from_secs(1));
    // and the first goes on with what it read long ago,
    gate.open();
    held.await.unwrap().unwrap();
    // then it has sent nothing.
    assert_eq!(world.vendor.requests(), 1);
    world.queue.lose_all();
    world.settle(100).await;
    world.check_oracles(&calls, "").await;
    assert_eq!(
        states(&world, &calls).await,
        [State::Rejected, State::Succeeded, State::Rejected]
    );
}
