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
        &[("Workflow", workflow), ("Decision", decision)],
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
