//! One call, delivered again and again, in every shape and order: done once.

use std::time::Duration;

use simulator::calls::Call;
use simulator::{Event, Function};

use crate::support::{DAYS, ONCE, assert_sound, in_a_world, sum};

#[test]
fn r1_one_call_comes_to_one_customer_one_payment_request_and_one_message() {
    in_a_world(async |world| {
        let call = Call::new("call_once");
        world.deliver(call.ended("one"));
        assert!(world.settle(DAYS).await);
        assert_eq!(sum(&world), ONCE);
        assert_sound(&world, &[call], "one delivery").await;
    });
}

#[test]
fn r1_the_same_event_fifty_times_at_once_with_everything_else_about_the_call() {
    in_a_world(async |world| {
        // Given a call of which we are told in every way at once
        let call = Call::new("call_many");
        for _ in 0..50 {
            world.deliver(call.ended("one"));
            world.deliver(call.flat("two"));
            world.deliver(call.initiated());
        }
        // and whose recording gets a fresh link later on
        let later = Duration::from_hours(1);
        world.schedule(later, Event::Deliver(call.ended("three"), 0));
        world.schedule(later, Event::Deliver(call.flat("four"), 0));
        // When all of it has been worked off
        assert!(world.settle(DAYS).await);
        // Then it was done once
        assert_eq!(world.counts.accepted.get(), 152);
        assert_eq!(sum(&world), ONCE);
        assert_sound(&world, &[call], "fifty times").await;
    });
}

#[test]
fn every_message_of_every_queue_comes_again() {
    in_a_world(async |world| {
        let call = Call::new("call_again");
        world.deliver(call.ended("one"));
        assert!(world.settle(DAYS).await);
        for _ in 0..3 {
            for queue in [&world.calls, &world.cases, &world.notices] {
                for message in queue.ever_sent() {
                    queue.put(message);
                }
            }
            assert!(world.settle(DAYS).await);
        }
        assert_eq!(sum(&world), ONCE);
        assert_sound(&world, &[call], "redelivered").await;
    });
}

#[test]
fn every_message_on_its_way_is_lost() {
    in_a_world(async |world| {
        // Given a call that was claimed, and whose message vanishes
        let call = Call::new("call_lost");
        world.pause(Function::Execute);
        world.pause(Function::Notify);
        world.deliver(call.ended("one"));
        world.settle(Duration::from_secs(10)).await;
        assert_eq!(world.cases.depth(), 1);
        world.cases.lose_all();
        // and which is then worked on, and whose notice vanishes
        world.resume(Function::Execute);
        world.settle(Duration::from_hours(2)).await;
        assert!(world.notices.depth() > 0);
        world.notices.lose_all();
        // When the sweep has come by
        world.resume(Function::Notify);
        assert!(world.settle(DAYS).await);
        // Then nothing was lost
        assert_eq!(sum(&world), ONCE);
        assert_sound(&world, &[call], "lost").await;
    });
}
