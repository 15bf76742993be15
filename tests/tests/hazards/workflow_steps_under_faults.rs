//! Every request of the workflow, and everything a vendor can do to it: never two, never lost.

use std::time::Duration;

use sandbox::fault::{Fault, Rule};
use sandbox::wire::Method;
use shared::ledger::State;
use simulator::calls::Call;
use simulator::{Function, Kill};

use crate::support::{
    DAYS, ONCE, Sum, action, assert_sound, in_a_world, known_request, reminder_call, state, sum,
};

const PAYSTACK_STEPS: [(Method, &str); 7] = [
    (Method::Get, "/customer/*"),
    (Method::Post, "/customer"),
    (Method::Get, "/paymentrequest"),
    (Method::Post, "/paymentrequest"),
    (Method::Get, "/paymentrequest/*"),
    (Method::Post, "/paymentrequest/finalize/*"),
    (Method::Post, "/paymentrequest/notify/*"),
];

const ZENDESK_STEPS: [(Method, &str); 3] = [
    (Method::Post, "/api/v2/tickets"),
    (Method::Get, "/api/v2/tickets.json"),
    (Method::Get, "/api/v2/tickets/*/comments"),
];

fn faults() -> Vec<Fault> {
    let mut faults = vec![
        Fault::DropAnswer,
        Fault::NeverAnswer,
        Fault::CommitLate { after_ms: 25_000 },
        Fault::CommitLate { after_ms: 100_000 },
        Fault::AnswerLate { after_ms: 3_000 },
        Fault::AnswerLate { after_ms: 25_000 },
        Fault::ResetBeforeCommit,
    ];
    for committed in [false, true] {
        faults.extend([
            Fault::TooManyRequests {
                reset: 7,
                committed,
            },
            Fault::ServerError { committed },
            Fault::BadGateway { committed },
            Fault::StatusFalse { committed },
        ]);
    }
    faults
}

/// Lists that lag a little less than the settle time of two minutes.
fn lag() -> Rule {
    Rule::new(Method::Get, "/**", Fault::ListsLag { by_ms: 110_000 })
}

#[test]
fn every_step_under_every_fault_comes_to_one_payment_request() {
    for (method, path) in PAYSTACK_STEPS {
        for fault in faults() {
            for lags in [false, true] {
                for nth in [1, 2] {
                    let context = format!("{method} {path} #{nth}: {fault:?}, lag {lags}");
                    in_a_world(async |world| {
                        let call = Call::new("call_fault");
                        let rule = Rule::new(method, path, fault.clone()).from_match(nth);
                        world.paystack.lock().faults_mut().add(rule);
                        if lags {
                            world.paystack.lock().faults_mut().add(lag());
                        }
                        world.deliver(call.ended("one"));
                        assert!(world.settle(DAYS).await, "{context}");
                        assert_eq!(sum(&world), ONCE, "{context}");
                        assert_sound(&world, &[call], &context).await;
                    });
                }
            }
        }
    }
}

#[test]
fn a_ticket_under_every_fault_is_made_once() {
    for (method, path) in ZENDESK_STEPS {
        for fault in faults() {
            // Zendesk says of its 429 that nothing was done.
            if matches!(
                fault,
                Fault::TooManyRequests {
                    committed: true,
                    ..
                }
            ) {
                continue;
            }
            let context = format!("{method} {path}: {fault:?}");
            in_a_world(async |world| {
                let call = Call::new("call_ticket");
                let within = match fault {
                    Fault::CommitLate { after_ms } => Fault::CommitLate {
                        after_ms: after_ms / 4,
                    },
                    ref other => other.clone(),
                };
                world
                    .zendesk
                    .lock()
                    .faults_mut()
                    .add(Rule::new(method, path, within));
                world.deliver(call.ended("one"));
                assert!(world.settle(DAYS).await, "{context}");
                let sum = sum(&world);
                assert_eq!(sum, ONCE, "{context}");
                assert_sound(&world, &[call], &context).await;
            });
        }
    }
}

#[test]
fn a_fault_and_a_death_together_come_to_one_payment_request() {
    let writes = ["/customer", "/paymentrequest", "/paymentrequest/finalize/*"];
    for path in writes {
        for fault in [
            Fault::DropAnswer,
            Fault::CommitLate { after_ms: 90_000 },
            Fault::TooManyRequests {
                reset: 7,
                committed: true,
            },
            Fault::ServerError { committed: false },
        ] {
            let mut after = 0;
            loop {
                let mut died = false;
                let context = format!("{path}: {fault:?}, killed after {after}");
                in_a_world(async |world| {
                    let call = Call::new("call_both");
                    let rule = Rule::new(Method::Post, path, fault.clone());
                    world.paystack.lock().faults_mut().add(rule);
                    world.paystack.lock().faults_mut().add(lag());
                    world.kill(Kill {
                        function: Function::Execute,
                        nth: 1,
                        after,
                    });
                    world.deliver(call.ended("one"));
                    world.settle(DAYS).await;
                    // Twice under way and twice in vain: then a person is asked.
                    let in_vain = ["draft_payment_request", "finalise_payment_request"]
                        .iter()
                        .filter_map(|name| action(&world, "call_both", name))
                        .find(|action| action.state == State::NeedsPerson);
                    let sum = sum(&world);
                    if let Some(action) = in_vain {
                        assert_eq!(action.sends, 2, "{context}");
                        assert!(sum.requests <= 1 && sum.mails == 0, "{context}: {sum:?}");
                    } else {
                        assert_eq!(sum, ONCE, "{context}");
                    }
                    assert_sound(&world, &[call], &context).await;
                    died = world.counts.deaths.get() > 0;
                });
                if !died {
                    break;
                }
                // Every third place is enough here: each is covered alone elsewhere.
                after += 3;
            }
        }
    }
}

#[test]
fn a_reminder_whose_outcome_is_unknown_goes_to_a_person_with_the_reason() {
    for fault in faults() {
        let context = format!("{fault:?}");
        in_a_world(async |world| {
            known_request(&world, "PRQ_known1");
            let call = reminder_call("call_reminder", "PRQ_known1");
            let rule = Rule::new(Method::Post, "/paymentrequest/notify/*", fault.clone());
            world.paystack.lock().faults_mut().add(rule);
            world.deliver(call.ended("one"));
            assert!(world.settle(DAYS).await, "{context}");
            let Sum {
                reminders,
                messages,
                ..
            } = sum(&world);
            assert!(reminders <= 1, "{context}");
            assert_eq!(messages, 1, "{context}");
            let notify = action(&world, "call_reminder", "notify_payment_request").unwrap();
            match notify.state {
                State::Succeeded => assert_eq!(reminders, 1, "{context}"),
                State::NeedsPerson => {
                    let reason = notify.reason.unwrap();
                    assert!(
                        !reason.code.is_empty() && !reason.words.is_empty(),
                        "{context}"
                    );
                    let told = crate::support::messages(&world);
                    assert!(told[0].contains("outcome unknown"), "{context}: {told:?}");
                }
                other => panic!("{context}: {other:?}"),
            }
            assert_sound(&world, &[call], &context).await;
        });
    }
}

#[test]
fn a_draft_that_never_shows_ends_as_a_review_after_one_more_send() {
    in_a_world(async |world| {
        // Given a Paystack that never makes the draft and never says so
        let call = Call::new("call_silent");
        let rule = Rule::new(Method::Post, "/paymentrequest", Fault::NeverAnswer).times(0);
        let late = Fault::CommitLate {
            after_ms: 100 * 24 * 3600 * 1000,
        };
        let rule = Rule {
            fault: late,
            ..rule
        };
        world.paystack.lock().faults_mut().add(rule);
        world.deliver(call.ended("one"));
        // When days have passed
        world.settle(DAYS).await;
        // Then it was sent twice at most, and a person is asked
        let draft = action(&world, "call_silent", "draft_payment_request").unwrap();
        assert_eq!(draft.state, State::NeedsPerson);
        assert_eq!(draft.sends, 2);
        assert_eq!(draft.reason.unwrap().code, "not_seen");
        assert_eq!(
            state(&world, "call_silent", "finalise_payment_request"),
            Some(State::Planned)
        );
        assert_eq!(sum(&world).requests, 0);
    });
}

#[test]
fn lists_that_lag_longer_than_the_settle_time_are_outside_the_promise() {
    in_a_world(async |world| {
        // Given lists that lag twice as long as we wait, and a draft whose answer is lost
        let call = Call::new("call_lag");
        let rules = [
            Rule::new(Method::Post, "/paymentrequest", Fault::DropAnswer),
            Rule::new(Method::Get, "/**", Fault::ListsLag { by_ms: 600_000 }),
        ];
        for rule in rules {
            world.paystack.lock().faults_mut().add(rule);
        }
        world.deliver(call.ended("one"));
        world.settle(Duration::from_hours(24)).await;
        // Then a second draft is made: it is what the documentation says, and no second mail
        // leaves, for a draft is seen by nobody
        let sum = sum(&world);
        assert_eq!((sum.requests, sum.mails), (2, 1));
    });
}
