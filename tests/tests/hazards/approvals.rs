//! What waits for a person is done exactly as approved, or not at all.

use std::time::Duration;

use shared::ledger::{Action, Decision, DecisionError, State, Verdict, binding};
use simulator::World;
use simulator::calls::Call;

use crate::support::{DAYS, action, assert_sound, in_a_world, state, sum};

const DRAFT: &str = "draft_payment_request";
const FINALISE: &str = "finalise_payment_request";

fn large() -> Call {
    Call {
        amount: 600_000,
        ..Call::new("call_large")
    }
}

fn decision(action: &Action, verdict: Verdict) -> Decision {
    Decision {
        by: "ngozi@example.com".to_owned(),
        verdict,
        binding: binding(action),
        reason: "as discussed".to_owned(),
    }
}

async fn waiting(world: &std::rc::Rc<World>, name: &str) -> Action {
    world.settle(Duration::from_mins(10)).await;
    let waiting = action(world, "call_large", name).unwrap();
    assert_eq!(waiting.state, State::AwaitingApproval, "{name}");
    waiting
}

#[test]
fn an_approved_amount_is_asked_for_once_and_exactly() {
    in_a_world(async |world| {
        world.deliver(large().ended("one"));
        for name in [DRAFT, FINALISE] {
            let draft = waiting(&world, name).await;
            let approve = decision(&draft, Verdict::Approve);
            // Two clicks at once
            let (one, two) = tokio::join!(
                world.decide(&draft, &approve),
                world.decide(&draft, &approve),
            );
            assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1);
        }
        assert!(world.settle(DAYS).await);
        let sum = sum(&world);
        assert_eq!((sum.customers, sum.requests, sum.mails), (1, 1, 1));
        assert_eq!(
            state(&world, "call_large", FINALISE),
            Some(State::Succeeded)
        );
        assert_sound(&world, &[large()], "approved").await;
    });
}

#[test]
fn what_is_declined_is_not_done_and_is_told() {
    in_a_world(async |world| {
        world.deliver(large().ended("one"));
        let draft = waiting(&world, DRAFT).await;
        let decline = decision(&draft, Verdict::Decline);
        world
            .ledger()
            .decide(&draft.call, &draft.id, &decline)
            .await
            .unwrap();
        assert!(world.settle(DAYS).await);
        assert_eq!(sum(&world).requests, 0);
        assert_eq!(state(&world, "call_large", DRAFT), Some(State::Declined));
        assert_eq!(state(&world, "call_large", FINALISE), Some(State::Declined));
        assert_sound(&world, &[large()], "declined").await;
    });
}

#[test]
fn an_approval_of_another_amount_is_refused() {
    in_a_world(async |world| {
        world.deliver(large().ended("one"));
        let draft = waiting(&world, DRAFT).await;
        let shown = Action {
            amount: draft.amount.map(|mut amount| {
                amount.subunits = 100;
                amount
            }),
            ..draft.clone()
        };
        let approve = decision(&shown, Verdict::Approve);
        let refused = world
            .ledger()
            .decide(&draft.call, &draft.id, &approve)
            .await;
        assert!(
            matches!(refused, Err(DecisionError::Changed)),
            "{refused:?}"
        );
        assert!(world.settle(DAYS).await);
        assert_eq!(sum(&world).requests, 0);
    });
}

#[test]
fn what_nobody_decides_expires_and_cannot_be_approved_afterwards() {
    in_a_world(async |world| {
        world.deliver(large().ended("one"));
        let draft = waiting(&world, DRAFT).await;
        assert!(world.settle(DAYS).await);
        let late = world
            .ledger()
            .decide(&draft.call, &draft.id, &decision(&draft, Verdict::Approve))
            .await;
        assert!(
            matches!(late, Err(DecisionError::Settled(State::Expired))),
            "{late:?}"
        );
        assert!(world.settle(DAYS).await);
        assert_eq!(sum(&world).requests, 0);
        assert_sound(&world, &[large()], "expired").await;
    });
}

#[test]
fn what_two_people_have_to_approve_is_asked_of_two_at_its_own_turn() {
    in_a_world(async |world| {
        // Given an amount that two people have to approve
        let call = Call {
            amount: 1_200_000,
            ..Call::new("call_large")
        };
        world.deliver(call.ended("one"));
        for name in [DRAFT, FINALISE] {
            let shown = waiting(&world, name).await;
            assert_eq!(shown.approvals_needed, 2, "{name}");
            // When one has approved, then it goes on waiting for another
            let mut approve = decision(&shown, Verdict::Approve);
            let after_one = world.decide(&shown, &approve).await.unwrap();
            assert_eq!(after_one.state, State::AwaitingApproval, "{name}");
            tokio::time::sleep(Duration::from_secs(1)).await;
            "kofi@example.com".clone_into(&mut approve.by);
            let after_two = world.decide(&shown, &approve).await.unwrap();
            assert_eq!(after_two.state, State::Approved, "{name}");
        }
        assert!(world.settle(DAYS).await);
        assert_eq!(
            state(&world, "call_large", FINALISE),
            Some(State::Succeeded)
        );
        assert_sound(&world, &[call], "two people").await;
    });
}
