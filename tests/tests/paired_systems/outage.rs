//! A system that is down holds up its own notices, no other system's, and never money.

use sandbox::fault::Fault;
use sandbox::wire::Method;
use serde_json::json;
use shared::case::Workflow;
use shared::clock::Clock as _;
use shared::ledger::{State, Verdict};

use crate::calls::call_about;
use crate::world::{Told, World};

#[tokio::test]
async fn with_every_paired_system_down_money_moves_and_people_hear_of_it_later() {
    // Given that nobody can be told, and nobody knows anything of the customer,
    let world = World::new().await;
    for system in Told::ALL {
        world.break_down(system);
    }
    world.break_down_context();
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

#[tokio::test]
async fn a_day_that_is_used_up_at_hubspot_is_waited_out_and_holds_up_no_other_system() {
    let world = World::new().await;
    let used_up = Fault::Answer {
        status: 429,
        body: json!({ "status": "error", "errorType": "RATE_LIMIT", "policyName": "DAILY" }),
        committed: false,
    };
    world.fault(
        Told::Hubspot,
        Method::Post,
        "/crm/v3/objects/notes",
        used_up,
        1,
    );
    let case = call_about(Workflow::Chargeback, &world);
    world.call(&case).await;
    world.tell(&case).await;
    assert_eq!(
        world.counts()[..3],
        [1, 1, 0],
        "the others are told at once"
    );
    let asked = || world.hubspot.lock().log().entries().len();
    let before = asked();
    // HubSpot is left alone until midnight in Lagos.
    world.clock.advance(jiff::SignedDuration::from_hours(12));
    world.tell(&case).await;
    assert_eq!(asked(), before, "it is {}", world.clock.now());
    world.tell_all(&case).await;
    let midnight: jiff::Timestamp = "2026-11-24T23:00:00Z".parse().unwrap();
    let waited = world.clock.now().duration_since(midnight);
    assert!((0..=120).contains(&waited.as_secs()), "{waited:?}");
    assert_eq!(world.counts()[..3], [1, 1, 1]);
}
