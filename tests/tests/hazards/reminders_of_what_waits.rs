//! What waits behind something that waits for a person is not asked for every hour.

use std::time::Duration;

use sandbox::fault::{Fault, Rule};
use sandbox::wire::Method;
use shared::ledger::State;
use simulator::calls::Call;

use crate::support::{in_a_world, state};

#[test]
fn what_waits_behind_a_person_is_reminded_of_once_a_day() {
    in_a_world(async |world| {
        // Given a customer of whom nobody knows whether they were opened, so that the payment
        // request behind it waits with them
        let rule = Rule::new(
            Method::Get,
            "/paymentrequest",
            Fault::ServerError { committed: false },
        );
        {
            let mut paystack = world.paystack.lock();
            let lost = Rule::new(Method::Post, "/paymentrequest", Fault::DropAnswer);
            paystack.faults_mut().add(lost);
            paystack.faults_mut().add(rule.from_match(3).times(0));
        }
        world.deliver(Call::new("call_waits").ended("one"));
        world.settle(Duration::from_hours(20)).await;
        let draft = state(&world, "call_waits", "draft_payment_request");
        assert_eq!(draft, Some(State::NeedsPerson));
        // When three days go by
        let told = world.cases.ever_sent().len();
        world.settle(Duration::from_hours(72)).await;
        // Then nobody was woken for it, nor did the sweep come by more than daily
        assert_eq!(world.cases.ever_sent().len(), told);
        let finalise = state(&world, "call_waits", "finalise_payment_request");
        assert_eq!(finalise, Some(State::Planned));
    });
}
