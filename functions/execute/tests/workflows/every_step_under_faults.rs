//! Every workflow's every step: failed in turn, repeated, its answer lost, and its worker killed
//! before and after it. What is done at Paystack and in `QuickBooks` is what a call without faults does,
//! or less, never more; and less only where a person was asked.

use std::collections::BTreeMap;

use shared::ledger::faults::Fault;
use shared::ledger::{State, verify_audit};

use super::scenarios::{Ending, Scenario, scenarios};

/// How often each kind of thing was done, with its amount where there is one.
fn done(ending: &Ending) -> BTreeMap<String, usize> {
    let at_paystack = ending.world.effects();
    let in_books = ending.world.done_in_books();
    let at_paystack = at_paystack.iter().map(serde_json::to_value);
    let all = at_paystack.chain(in_books.iter().map(serde_json::to_value));
    let mut done = BTreeMap::new();
    for effect in all {
        let effect = effect.unwrap();
        let what = format!("{} {}", effect["effect"], effect["amount"]);
        *done.entry(what).or_insert(0) += 1;
    }
    done
}

/// Whether a person was asked for want of an answer: about an action of which nobody knows what became,
/// or, where `QuickBooks` could not be asked, in the place of one.
fn was_asked(clean: &Ending, faulty: &Ending) -> bool {
    let has_review = |ending: &Ending| ending.actions.iter().any(|it| it.id.name == "review");
    let mut actions = faulty.actions.iter();
    actions.any(|action| action.state == State::NeedsPerson)
        || (has_review(faulty) && !has_review(clean))
}

async fn check(scenario: &Scenario, clean: &Ending, faulty: &Ending, context: &str) {
    let (wanted, got) = (done(clean), done(faulty));
    for (what, count) in &got {
        assert!(
            count <= wanted.get(what).unwrap_or(&0),
            "{context}: {what} {count} times: {got:?}"
        );
    }
    let open: Vec<_> = faulty
        .actions
        .iter()
        .filter(|action| action.state != State::Succeeded)
        .map(|action| (action.id.to_string(), action.state))
        .collect();
    let is_asked = was_asked(clean, faulty);
    if open.is_empty() && !is_asked {
        assert_eq!(got, wanted, "{context}");
    } else {
        // Only what nobody can know the outcome of is left to a person, with what waits for it.
        assert!(is_asked, "{context}: {open:?}");
    }
    let ledger = &faulty.world.executor.ledger;
    let (trail, sequence, hash) = ledger.audit(&scenario.case.call).await.unwrap();
    verify_audit(&trail, sequence, &hash).unwrap();
}

async fn under_every_fault(scenario: &Scenario) {
    let clean = scenario.play(|_| {}).await;
    for action in &clean.actions {
        assert_eq!(
            action.state,
            State::Succeeded,
            "{}: {} {:?}",
            scenario.name,
            action.id,
            action.reason
        );
    }
    let operations = clean.world.faults.operations();
    for nth in 1..=operations {
        let kinds = if clean.world.faults.is_read(nth) {
            &[Fault::Throttled][..]
        } else {
            &Fault::ALL
        };
        for fault in kinds.iter().copied() {
            let faulty = scenario.play(|world| world.faults.plan(nth, fault)).await;
            let context = format!("{}, {fault:?} at {nth} of {operations}", scenario.name);
            check(scenario, &clean, &faulty, &context).await;
        }
    }
}

/// A message that comes again when everything is done does nothing.
async fn again(scenario: &Scenario) {
    let ending = scenario.play(|_| {}).await;
    let before = done(&ending);
    for _ in 0..2 {
        let actions = ending.world.work(&scenario.case).await;
        assert_eq!(actions, ending.actions, "{}", scenario.name);
    }
    assert_eq!(done(&ending), before, "{}", scenario.name);
}

/// One test for each part of the scenarios, so that they run beside each other.
macro_rules! parts {
    ($($name:ident: $part:literal),+ $(,)?) => {
        $(
            #[tokio::test]
            async fn $name() {
                for (number, scenario) in scenarios().iter().enumerate() {
                    if number % 4 == $part {
                        again(scenario).await;
                        under_every_fault(scenario).await;
                    }
                }
            }
        )+
    };
}

parts! {
    every_step_of_the_first_quarter_of_plans_is_done_once: 0,
    every_step_of_the_second_quarter_of_plans_is_done_once: 1,
    every_step_of_the_third_quarter_of_plans_is_done_once: 2,
    every_step_of_the_last_quarter_of_plans_is_done_once: 3,
}
