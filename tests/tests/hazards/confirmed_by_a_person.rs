//! Nobody could find out whether a draft was made, until a person looked and said that it was: what
//! follows from it goes on, with the draft that Paystack shows.

use std::time::Duration;

use sandbox::fault::{Fault, Rule};
use sandbox::wire::Method;
use shared::ledger::{Decision, State, Verdict, binding};
use simulator::calls::Call;

use crate::support::{DAYS, ONCE, action, assert_sound, in_a_world, state, sum};

#[test]
fn a_draft_that_a_person_confirms_is_sent_to_the_customer() {
    in_a_world(async |world| {
        // Given a draft whose answer was lost, and lists that cannot be read any more
        let call = Call::new("call_confirmed");
        let unreadable = Rule::new(
            Method::Get,
            "/paymentrequest",
            Fault::ServerError { committed: false },
        );
        {
            let mut paystack = world.paystack.lock();
            let lost = Rule::new(Method::Post, "/paymentrequest", Fault::DropAnswer);
            paystack.faults_mut().add(lost);
            paystack.faults_mut().add(unreadable.from_match(3).times(0));
        }
        world.deliver(call.ended("one"));
        world.settle(Duration::from_hours(20)).await;
        let draft = action(&world, "call_confirmed", "draft_payment_request").unwrap();
        assert_eq!(draft.state, State::NeedsPerson);
        assert_eq!(sum(&world).requests, 1);
        // When a person has looked at Paystack's own pages, and the lists can be read again
        world.paystack.lock().faults_mut().clear();
        let confirm = Decision {
            by: "ngozi@example.com".to_owned(),
            verdict: Verdict::Confirm,
            binding: binding(&draft),
            reason: "I see it".to_owned(),
        };
        world.decide(&draft, &confirm).await.unwrap();
        assert!(world.settle(DAYS).await);
        // Then the customer is written to, once
        let finalised = state(&world, "call_confirmed", "finalise_payment_request");
        assert_eq!(finalised, Some(State::Succeeded));
        let sum = sum(&world);
        assert_eq!((sum.requests, sum.mails), (ONCE.requests, ONCE.mails));
        assert_sound(&world, &[call], "confirmed").await;
    });
}
