//! A worker is throttled, loses an answer, or dies, at every single operation it makes: between any
//! two writes, between a write and its message, between `sent` and the request, between the request
//! and its answer. Whatever happens, nothing is done twice and nothing is forgotten.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod support;

use jiff::SignedDuration;
use shared::ledger::faults::{Fault, Play};
use shared::ledger::{Anchor, State};
use support::{World, call};

/// How the vendor takes the requests, and what must then come of them when only one thing goes
/// wrong and the action has an anchor.
struct Scenario {
    name: &'static str,
    plays: fn() -> Vec<Play>,
    lag: SignedDuration,
    ends: &'static [State],
    /// Whether two things go wrong as well.
    has_pairs: bool,
}

const SCENARIOS: [Scenario; 7] = [
    Scenario {
        name: "does it",
        plays: Vec::new,
        lag: SignedDuration::ZERO,
        ends: &[State::Succeeded],
        has_pairs: false,
    },
    Scenario {
        name: "does it and its lists lag",
        plays: Vec::new,
        lag: SignedDuration::from_mins(14),
        ends: &[State::Succeeded],
        has_pairs: true,
    },
    Scenario {
        name: "does it after the time-out, says nothing, and its lists lag",
        plays: || {
            vec![Play::DoesSilently {
                after: SignedDuration::from_mins(14),
            }]
        },
        lag: SignedDuration::from_mins(14),
        ends: &[State::Succeeded],
        has_pairs: false,
    },
    Scenario {
        name: "loses the first request",
        plays: || vec![Play::Silent],
        lag: SignedDuration::from_mins(14),
        ends: &[State::Succeeded, State::NeedsPerson],
        has_pairs: true,
    },
    Scenario {
        name: "loses every request",
        plays: || vec![Play::Silent; 50],
        lag: SignedDuration::ZERO,
        ends: &[State::NeedsPerson],
        has_pairs: false,
    },
    Scenario {
        name: "refuses",
        plays: || vec![Play::Refuses; 50],
        lag: SignedDuration::ZERO,
        ends: &[State::Rejected, State::NeedsPerson],
        has_pairs: false,
    },
    Scenario {
        name: "is not reached twice",
        plays: || vec![Play::NotReached; 2],
        lag: SignedDuration::ZERO,
        ends: &[State::Succeeded],
        has_pairs: false,
    },
];

async fn play(
    scenario: &Scenario,
    anchor: Anchor,
    faults: &[(u64, Fault)],
    loses_messages: bool,
) -> u64 {
    let told = format!(
        "{} / {anchor:?} / {faults:?} / {loses_messages}",
        scenario.name
    );
    let world = World::with_one(move |action| action.anchor = anchor);
    world.vendor.play((scenario.plays)());
    world.vendor.lag(scenario.lag);
    let one = call("call_1");
    for (nth, fault) in faults {
        world.faults.plan(*nth, *fault);
    }
    // A delivery that fails is delivered again: by then another worker lives.
    while world.classify(&one).await.is_err() {
        world.faults.revive();
    }
    for _ in 0..3 {
        world.deliver().await;
        world.faults.revive();
    }
    let operations = world.faults.operations();
    world.faults.heal();
    if loses_messages {
        world.queue.lose_all();
    }
    world.settle(400).await;
    world.check_oracles(std::slice::from_ref(&one), &told).await;
    let action = world.action(&one).await;
    if anchor == Anchor::ByKey && faults.len() <= 1 {
        assert!(
            scenario.ends.contains(&action.state),
            "{told}: {:?}",
            action.state
        );
    }
    if anchor == Anchor::None {
        assert!(
            world.vendor.requests() <= 1 || action.state == State::Succeeded,
            "{told}"
        );
    }
    assert!(
        world.vendor.requests() <= 2,
        "{told}: sent {} times",
        world.vendor.requests()
    );
    operations
}

#[tokio::test(start_paused = true)]
async fn one_fault_at_every_operation() {
    for scenario in &SCENARIOS {
        for anchor in [Anchor::ByKey, Anchor::None] {
            // Given how many operations it takes when nothing goes wrong,
            let operations = play(scenario, anchor, &[], false).await;
            assert!(operations > 20, "there is something to go wrong");
            // when each of them goes wrong in each way, with and without the messages,
            for nth in 1..=operations {
                for fault in Fault::ALL {
                    for loses_messages in [false, true] {
                        // then `play` says what must hold.
                        play(scenario, anchor, &[(nth, fault)], loses_messages).await;
                    }
                }
            }
        }
    }
}

/// Two things go wrong: every pair for the first, and every third one that may follow it.
#[tokio::test(start_paused = true)]
async fn two_faults_at_pairs_of_operations() {
    for scenario in SCENARIOS.iter().filter(|scenario| scenario.has_pairs) {
        let operations = play(scenario, Anchor::ByKey, &[], false).await;
        for first in 1..=operations {
            for second in (first + 1..=operations + 10).step_by(3) {
                for faults in [
                    [Fault::DiesAfter, Fault::DiesAfter],
                    [Fault::DiesBefore, Fault::AnswerLost],
                    [Fault::AnswerLost, Fault::DiesAfter],
                ] {
                    let faults = [(first, faults[0]), (second, faults[1])];
                    play(scenario, Anchor::ByKey, &faults, true).await;
                }
            }
        }
    }
}
