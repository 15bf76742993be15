//! A later report of a call that says something else: a person decides, and nothing starts twice.

use std::time::Duration;

use shared::ledger::{Decision, DecisionError, State, Verdict, binding};
use simulator::calls::Call;

use crate::support::{DAYS, ONCE, action, assert_sound, in_a_world, sum};

#[test]
fn another_amount_after_it_was_done_makes_a_review_and_no_second_request() {
    in_a_world(async |world| {
        let call = Call::new("call_contested");
        world.deliver(call.ended("one"));
        world.settle(Duration::from_mins(10)).await;
        assert_eq!(sum(&world), ONCE);
        let other = Call {
            amount: 25_000,
            ..call.clone()
        };
        world.deliver(other.ended("two"));
        assert!(world.settle(DAYS).await);
        let sum = sum(&world);
        assert_eq!((sum.requests, sum.mails), (1, 1));
        let review = action(&world, "call_contested", "review").unwrap();
        assert_eq!(
            review.reason.unwrap().code,
            if review.state == State::Expired {
                "expired"
            } else {
                "contested"
            }
        );
        assert_sound(&world, &[call], "contested").await;
    });
}

#[test]
fn an_approval_given_before_the_contradiction_does_not_count_after_it() {
    in_a_world(async |world| {
        // Given a large amount that waits for approval
        let call = Call {
            amount: 600_000,
            ..Call::new("call_contested")
        };
        world.deliver(call.ended("one"));
        world.settle(Duration::from_mins(10)).await;
        let draft = action(&world, "call_contested", "draft_payment_request").unwrap();
        assert_eq!(draft.state, State::AwaitingApproval);
        // and is approved while `execute` stands still, and is contradicted before it acts
        world.pause(simulator::Function::Execute);
        let decision = Decision {
            by: "ngozi@example.com".to_owned(),
            verdict: Verdict::Approve,
            binding: binding(&draft),
            reason: "fine".to_owned(),
        };
        world
            .ledger()
            .decide(&draft.call, &draft.id, &decision)
            .await
            .unwrap();
        let other = Call {
            amount: 60_000,
            ..call.clone()
        };
        world.deliver(other.ended("two"));
        world.settle(Duration::from_mins(1)).await;
        world.resume(simulator::Function::Execute);
        assert!(world.settle(DAYS).await);
        // Then nothing left
        let sum = sum(&world);
        assert_eq!((sum.requests, sum.mails), (0, 0));
        assert_sound(&world, &[call], "approved before").await;
    });
}

#[test]
fn what_was_shown_before_the_contradiction_can_no_longer_be_approved() {
    in_a_world(async |world| {
        // Given a person who looks at what waits
        let call = Call {
            amount: 600_000,
            ..Call::new("call_contested")
        };
        world.deliver(call.ended("one"));
        world.settle(Duration::from_mins(10)).await;
        let shown = action(&world, "call_contested", "draft_payment_request").unwrap();
        // When the call contradicts itself before they decide
        let other = Call {
            amount: 60_000,
            ..call.clone()
        };
        world.deliver(other.ended("two"));
        world.settle(Duration::from_mins(1)).await;
        let approve = Decision {
            by: "ngozi@example.com".to_owned(),
            verdict: Verdict::Approve,
            binding: binding(&shown),
            reason: "fine".to_owned(),
        };
        // Then they have to look again
        let late = world.decide(&shown, &approve).await;
        assert!(matches!(late, Err(DecisionError::Changed)), "{late:?}");
        assert!(world.settle(DAYS).await);
        assert_eq!(sum(&world).requests, 0);
    });
}
