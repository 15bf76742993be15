//! Two calls about one thing: done once, and the second is put before a person.

use sandbox::fault::{Fault, Rule};
use sandbox::wire::Method;
use shared::ledger::State;
use simulator::calls::Call;

use crate::support::{
    DAYS, action, assert_sound, in_a_world, known_request, reminder_call, state, sum,
};

#[test]
fn two_calls_about_one_payment_request_at_once_send_one_reminder() {
    in_a_world(async |world| {
        // Given two calls about one payment request at the same time
        known_request(&world, "PRQ_known1");
        let calls = [
            reminder_call("call_one", "PRQ_known1"),
            reminder_call("call_two", "PRQ_known1"),
        ];
        for call in &calls {
            world.deliver(call.ended("one"));
            world.deliver(call.ended("two"));
        }
        // When both were worked off
        assert!(world.settle(DAYS).await);
        // Then one reminder left, and a person was asked about the other
        assert_eq!(sum(&world).reminders, 1);
        let states = ["call_one", "call_two"].map(|call| {
            let notify = action(&world, call, "notify_payment_request").unwrap();
            (notify.state, notify.reason.map(|reason| reason.code))
        });
        let done = states
            .iter()
            .filter(|(state, _)| *state == State::Succeeded)
            .count();
        assert_eq!(done, 1, "{states:?}");
        assert_sound(&world, &calls, "two reminders").await;
    });
}

#[test]
fn two_calls_for_one_purpose_at_once_make_one_payment_request() {
    for lag in [0, 110_000] {
        in_a_world(async |world| {
            let rule = Rule::new(Method::Get, "/**", Fault::ListsLag { by_ms: lag });
            world.paystack.lock().faults_mut().add(rule);
            let calls = [Call::new("call_one"), Call::new("call_two")];
            for call in &calls {
                world.deliver(call.ended("one"));
            }
            assert!(world.settle(DAYS).await);
            let sum = sum(&world);
            assert_eq!(
                (sum.customers, sum.requests, sum.mails),
                (1, 1, 1),
                "lag {lag}"
            );
            let states = ["call_one", "call_two"]
                .map(|call| state(&world, call, "draft_payment_request").unwrap());
            let done = states
                .iter()
                .filter(|state| **state == State::Succeeded)
                .count();
            assert_eq!(done, 1, "lag {lag}: {states:?}");
            assert_sound(&world, &calls, &format!("one purpose, lag {lag}")).await;
        });
    }
}
