//! What fails for long lies in the dead-letter queue until somebody brings it back.

use std::cell::Cell;
use std::time::Duration;

use sandbox::fault::{Fault, Rule};
use sandbox::paystack::Effect;
use sandbox::wire::Method;
use simulator::calls::{Call, Wish};
use simulator::{Event, Function, World};

use crate::support::{DAYS, ONCE, assert_sound, in_a_world, known_request, reminder_call, sum};

#[test]
fn a_failed_action_lies_in_the_dead_letter_queue_and_a_redrive_completes_it() {
    in_a_world(async |world| {
        // Given a Paystack that is down for hours
        let call = Call::new("call_dead");
        let down = Fault::ServerError { committed: false };
        let rule = Rule::new(Method::Get, "/**", down).times(0);
        world.paystack.lock().faults_mut().add(rule);
        world.deliver(call.ended("one"));
        world
            .settle_unless(Duration::from_hours(12), || world.cases.dead_letters() > 0)
            .await;
        assert!(world.cases.dead_letters() > 0);
        assert_eq!(sum(&world).requests, 0);
        // When it is up again and the operator brings the message back
        world.paystack.lock().faults_mut().clear();
        world.redrive();
        assert!(world.settle(Duration::from_mins(1)).await || sum(&world) == ONCE);
        // Then it is done, once
        assert_eq!(sum(&world), ONCE);
        assert!(world.settle(DAYS).await);
        assert_eq!(sum(&world), ONCE);
        assert_sound(&world, &[call], "redriven").await;
    });
}

/// A refund that policy lets go by itself comes into the dead-letter queue, and is redriven ten days
/// later. Gives back how many refunds of ours there are then.
fn refunds_after_ten_days(meanwhile: impl Fn(&World)) -> usize {
    let count = Cell::new(0);
    in_a_world(async |world| {
        let call = Call {
            wish: Wish::Refund {
                reference: "T-old".to_owned(),
                partly: false,
            },
            amount: 20_000,
            is_known: true,
            ..reminder_call("call_old", "PRQ_old")
        };
        known_request(&world, "PRQ_old");
        let seed = serde_json::json!({ "transactions": [
            { "id": 5001, "reference": "T-old", "amount": 2_000_000,
              "customer": "kwame.mensah@example.com", "created_at": "2026-11-20T09:00:00Z" },
        ]});
        let seed = serde_json::from_value(seed).unwrap();
        let now = world.now();
        world.paystack.lock().model_mut().seed(seed, now).unwrap();
        let down = Fault::ServerError { committed: false };
        let rule = Rule::new(Method::Get, "/**", down).times(0);
        world.paystack.lock().faults_mut().add(rule);
        world.pause(Function::Reconcile);
        world.deliver(call.flat("one"));
        world.settle(Duration::from_hours(10 * 24)).await;
        tokio::time::sleep(Duration::from_hours(10 * 24)).await;
        assert_eq!(world.cases.dead_letters(), 1);
        world.paystack.lock().faults_mut().clear();
        meanwhile(&world);
        world.resume(Function::Reconcile);
        world.redrive();
        assert!(world.settle(DAYS).await);
        let is_whole = |effect: &Effect| matches!(effect, Effect::RefundCreated { amount, .. } if *amount == 2_000_000);
        count.set(world.paystack.lock().log().count(is_whole));
        assert_sound(&world, &[call], "ten days").await;
    });
    count.get()
}

#[test]
fn a_case_redriven_after_ten_days_acts_on_nothing_stale() {
    // Given nothing happened meanwhile, the case is worked off as it is now
    assert_eq!(refunds_after_ten_days(|_| {}), 1);
    // Given the bank took the payment up meanwhile, nothing is refunded beside it
    let disputed = |world: &World| {
        world.schedule(Duration::ZERO, Event::BankDisputes("T-old".to_owned()));
    };
    assert_eq!(refunds_after_ten_days(disputed), 0);
    // Given the merchant gave half of it back by hand, the other half is not taken for the whole
    let given_back = |world: &World| {
        let half = Event::RefundedByHand("T-old".to_owned(), 1_000_000);
        world.schedule(Duration::ZERO, half);
    };
    assert_eq!(refunds_after_ten_days(given_back), 0);
}
