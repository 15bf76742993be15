//! One line in the log and one in the metrics for what was decided, and for what came of it: ids,
//! states, codes and amounts, nobody's data.

use shared::ledger::{Action, State};
use shared::telemetry::Metrics;

use crate::policy::Deed;

/// The actions that move money when they succeed.
const MOVES_MONEY: [&str; 2] = [Deed::Refund.as_str(), Deed::ChargeAuthorization.as_str()];

/// Says what was decided on an action when its call was planned.
pub fn decided(action: &Action, metrics: &Metrics) {
    log("decided", action);
    let decision = match action.state {
        State::AwaitingApproval | State::NeedsPerson => "review",
        State::Declined | State::Expired | State::Rejected => "declined",
        State::Observed => "observed",
        State::Planned
        | State::Approved
        | State::Claimed
        | State::Sent
        | State::Deferred
        | State::Unknown
        | State::Succeeded => "automatic",
    };
    let workflow = action.workflow.as_str();
    metrics.metric(
        "Decision",
        1,
        &[("Workflow", workflow), ("Decided", decision)],
    );
}

/// Says how far an action came that was worked on.
pub fn came_to(action: &Action, metrics: &Metrics) {
    log("came to", action);
    let name = action.id.name.as_str();
    match (action.state, action.amount) {
        (State::Succeeded, Some(amount)) if MOVES_MONEY.contains(&name) => {
            let subunits = u64::try_from(amount.subunits).unwrap_or_default();
            let currency = amount.currency.to_string();
            metrics.metric(
                "MoneyMoved",
                subunits,
                &[("Action", name), ("Currency", &currency)],
            );
        }
        (State::Unknown, _) => metrics.metric("UnknownOutcome", 1, &[("Action", name)]),
        _ => {}
    }
}

fn log(what: &'static str, action: &Action) {
    tracing::info!(
        action = %action.id,
        state = action.state.as_str(),
        reason = action.reason.as_ref().map(|reason| reason.code.as_str()),
        policies = action.reason.as_ref().map(|reason| reason.policies.join(" ")),
        workflow = action.workflow.as_str(),
        amount = action.amount.map(|amount| amount.to_string()),
        sends = action.sends,
        "{what}"
    );
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;
    use shared::case::{Urgency, Workflow};
    use shared::clock::ManualClock;
    use shared::ids::CallId;
    use shared::ledger::ActionId;
    use shared::money::{Currency, Money};

    use super::*;

    fn metrics() -> Metrics {
        Metrics::in_memory("execute", Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH)))
    }

    fn refund(state: State) -> Action {
        let call = CallId::new("call_a1").unwrap();
        let id = ActionId::action(Deed::Refund.as_str(), "4099");
        let (workflow, urgency) = (Workflow::RefundRequest, Urgency::Normal);
        Action {
            state,
            amount: Some(Money::new(450_000, Currency::Kes)),
            ..Action::planned(
                call,
                id,
                workflow,
                urgency,
                String::new(),
                Timestamp::UNIX_EPOCH,
            )
        }
    }

    #[test]
    fn a_decision_is_counted_by_workflow_and_by_who_takes_it() {
        let metrics = metrics();
        for state in [
            State::Planned,
            State::AwaitingApproval,
            State::Declined,
            State::Observed,
        ] {
            decided(&refund(state), &metrics);
        }
        let written = metrics.written();
        for (line, decision) in written
            .iter()
            .zip(["automatic", "review", "declined", "observed"])
        {
            assert!(
                line.contains(&format!("\"Decided\":\"{decision}\"")),
                "{line}"
            );
            assert!(line.contains("\"Workflow\":\"refund_request\""), "{line}");
            assert!(line.contains("\"Decision\":1"), "{line}");
            assert!(
                !line.contains("call_a1"),
                "a metric says nothing of a call: {line}"
            );
        }
    }

    #[test]
    fn money_is_counted_once_it_has_moved_and_an_unknown_outcome_as_such() {
        let metrics = metrics();
        for state in [State::Sent, State::Deferred, State::Rejected] {
            came_to(&refund(state), &metrics);
        }
        assert_eq!(metrics.written(), Vec::<String>::new());
        came_to(&refund(State::Succeeded), &metrics);
        came_to(&refund(State::Unknown), &metrics);
        // A payment request asks for money, and moves none.
        let id = ActionId::action(Deed::FinalisePaymentRequest.as_str(), "PRQ_a1");
        came_to(
            &Action {
                id,
                ..refund(State::Succeeded)
            },
            &metrics,
        );
        let written = metrics.written();
        assert_eq!(written.len(), 2, "{written:?}");
        assert!(written[0].contains("\"MoneyMoved\":450000"), "{written:?}");
        assert!(written[0].contains("\"Currency\":\"KES\""), "{written:?}");
        assert!(written[1].contains("\"UnknownOutcome\":1"), "{written:?}");
    }
}
