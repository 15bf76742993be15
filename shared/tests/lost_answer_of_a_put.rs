//! A conditional put commits and its answer is lost. The client repeats it, the condition now fails
//! against our own write, and it must not be taken for a rival's: a call would be lost.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use std::sync::Arc;

use shared::ledger::faults::Fault;
use shared::ledger::{Claim, Destination};
use support::{World, call, case};

#[tokio::test(start_paused = true)]
async fn a_claim_whose_answer_was_lost_is_still_ours() {
    for fault in [Fault::AnswerLost, Fault::Repeated] {
        for nth in 1..=6 {
            // Given a claim of which one operation goes wrong after it was made,
            let world = World::with_one(|_| {});
            let one = call("call_1");
            world.faults.plan(nth, fault);
            // when it is claimed, or where the fault fell on a read, claimed again,
            let claim = match world.ledger.claim(&case(&one), "facts", None).await {
                Ok(claim) => claim,
                Err(_) => world
                    .ledger
                    .claim(&case(&one), "facts", None)
                    .await
                    .unwrap(),
            };
            // then it is ours, once, and its message is owed once and sent.
            assert_eq!(claim, Claim::New, "{fault:?} at {nth}");
            world.faults.heal();
            let sent = world
                .ledger
                .flush(&one, Destination::Cases, &*world.queue)
                .await
                .unwrap();
            assert_eq!(sent, 1, "{fault:?} at {nth}");
            assert!(world.queue.take().is_some());
            assert!(world.queue.take().is_none());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_rivals_claim_is_not_ours() {
    let world = World::with_one(|_| {});
    let one = call("call_1");
    assert_eq!(
        world
            .ledger
            .claim(&case(&one), "facts", None)
            .await
            .unwrap(),
        Claim::New
    );
    assert_eq!(
        world
            .ledger
            .claim(&case(&one), "facts", None)
            .await
            .unwrap(),
        Claim::Same
    );
}

#[tokio::test(start_paused = true)]
async fn fifty_deliveries_at_once_are_one_call() {
    for seed in 0..20 {
        // Given fifty deliveries that come between each other's operations,
        let world = Arc::new(World::with_one(|_| {}));
        world.faults.shuffle(seed);
        let one = call("call_1");
        let deliveries: Vec<_> = (0..50)
            .map(|_| {
                let (world, one) = (Arc::clone(&world), one.clone());
                tokio::spawn(async move { world.classify(&one).await })
            })
            .collect();
        for delivery in deliveries {
            delivery.await.unwrap().unwrap();
        }
        // when everything they caused is carried out,
        world.deliver().await;
        world.settle(50).await;
        // then one action was done, and one person told.
        world
            .check_oracles(std::slice::from_ref(&one), &format!("seed {seed}"))
            .await;
        assert_eq!(
            (world.vendor.deeds().len(), world.people.deeds().len()),
            (1, 1)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_sending_was_not_answered_is_sent_again() {
    // Given a queue that takes the message and does not say so,
    let world = World::with_one(|_| {});
    let one = call("call_1");
    world
        .ledger
        .claim(&case(&one), "facts", None)
        .await
        .unwrap();
    world.faults.plan(2, Fault::AnswerLost);
    assert!(
        world
            .ledger
            .flush(&one, Destination::Cases, &*world.queue)
            .await
            .is_err()
    );
    // when the delivery is repeated,
    world.classify(&one).await.unwrap();
    // then the message is there twice, its reader does once what it says.
    world.deliver().await;
    world.settle(50).await;
    world.check_oracles(std::slice::from_ref(&one), "").await;
    assert_eq!(world.vendor.requests(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_message_is_marked_after_the_queue_took_it_and_not_before() {
    for fault in [Fault::Throttled, Fault::DiesBefore] {
        for nth in 2..=3 {
            // Given a message of which the sending fails, or after it the mark,
            let world = World::with_one(|_| {});
            let one = call("call_1");
            let case = case(&one);
            world.ledger.claim(&case, "facts", None).await.unwrap();
            world.faults.plan(nth, fault);
            let flushed = world.ledger.flush(&one, Destination::Cases, &*world.queue);
            assert!(flushed.await.is_err());
            world.faults.heal();
            // when somebody comes by again, then it is sent, if need be a second time.
            let flushed = world.ledger.flush(&one, Destination::Cases, &*world.queue);
            assert_eq!(flushed.await.unwrap(), 1, "{fault:?} at {nth}");
            assert!(world.queue.take().is_some());
        }
    }
}
