//! A system that is down holds up its own notices, no other system's, and never money.

use shared::case::Workflow;
use shared::ledger::{State, Verdict};

use crate::calls::call_about;
use crate::world::{Told, World};

#[tokio::test]
async fn with_every_paired_system_down_money_moves_and_people_hear_of_it_later() {
    // Given that nobody can be told,
    let world = World::new().await;
    for system in Told::ALL {
        world.break_down(system);
    }
    // when a payment request is asked for, and a duplicate charge refunded on approval,
    let request = call_about(Workflow::PaymentRequest, &world);
    world.call(&request).await;
    let twice = call_about(Workflow::DuplicateCharge, &world);
    world.call(&twice).await;
    world.tell(&twice).await;
    world.clock.advance(jiff::SignedDuration::from_mins(20));
    world.decide(&twice, Verdict::Approve).await;
    // then both are done at Paystack,
    for case in [&request, &twice] {
        for action in world.actions(case).await {
            assert_eq!(action.state, State::Succeeded, "{}", action.id);
        }
        world.tell(case).await;
    }
    assert_eq!(world.counts(), [0, 0, 0, 0]);
    // and when the systems are back, everybody hears of it, once.
    world.clock.advance(jiff::SignedDuration::from_mins(45));
    world.mend();
    for case in [&request, &twice] {
        world.tell_all(case).await;
        for notice in world.notices(case).await {
            assert_eq!(notice.state, State::Succeeded, "{}", notice.id);
        }
    }
    assert_eq!(world.alerts().len(), 1);
    assert_eq!(world.mails().len(), 1);
    assert_eq!(world.zendesk.lock().model().tickets().len(), 2);
}

#[tokio::test]
async fn one_system_that_is_down_holds_up_no_other() {
    for down in Told::ALL {
        let world = World::new().await;
        world.break_down(down);
        let case = call_about(Workflow::Chargeback, &world);
        world.call(&case).await;
        world.tell(&case).await;
        let [alerts, tickets, notes, _] = world.counts();
        assert_eq!(alerts, usize::from(down != Told::Slack), "{down:?}");
        assert_eq!(tickets, usize::from(down != Told::Zendesk), "{down:?}");
        assert_eq!(notes, usize::from(down != Told::Hubspot), "{down:?}");
        world.mend();
        world.tell_all(&case).await;
        let [alerts, tickets, notes, _] = world.counts();
        assert_eq!([alerts, tickets, notes], [1, 1, 1], "{down:?}");
    }
}
