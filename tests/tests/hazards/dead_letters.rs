//! What fails for long lies in the dead-letter queue until somebody brings it back.

use std::time::Duration;

use sandbox::fault::{Fault, Rule};
use sandbox::wire::Method;
use simulator::calls::Call;

use crate::support::{DAYS, ONCE, assert_sound, in_a_world, sum};

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

#[test]
fn a_message_that_comes_back_after_ten_days_acts_on_nothing_stale() {
    in_a_world(async |world| {
        let call = Call::new("call_old");
        let down = Fault::ServerError { committed: false };
        let rule = Rule::new(Method::Get, "/**", down).times(0);
        world.paystack.lock().faults_mut().add(rule);
        world.pause(simulator::Function::Reconcile);
        world.deliver(call.ended("one"));
        // Given a case whose customer was on record all along, in the dead-letter queue for ten
        // days, in which the customer was given another payment request by hand
        world.settle(Duration::from_hours(10 * 24)).await;
        world.paystack.lock().faults_mut().clear();
        tokio::time::sleep(Duration::from_hours(10 * 24)).await;
        // When it is redriven
        world.resume(simulator::Function::Reconcile);
        world.redrive();
        assert!(world.settle(DAYS).await);
        // Then it is planned on what Paystack says now, and done at most once
        let sum = sum(&world);
        assert!(sum.requests <= 1 && sum.mails <= 1, "{sum:?}");
        assert_sound(&world, &[call], "ten days").await;
    });
}
