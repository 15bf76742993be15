//! Who is told what, written in the same transaction as what they are told about: one notice for
//! each destination, so that no system waits for another.

use serde_json::json;
use shared::case::{Case, Workflow};
use shared::config::{NoticeSettings, Told};
use shared::ledger::{self, Action, State};

use crate::workflows::short_hash;

/// The reason of an action that was declined because the one before it was not done: whoever was
/// told about that one knows.
pub const BEFORE_FAILED: &str = "before_failed";

/// The reason of a refund that waits because the merchant's balance does not cover it.
const INSUFFICIENT_BALANCE: &str = "insufficient_balance";

/// By what it is decided who is told.
#[derive(Debug, Clone, Copy)]
pub struct Audience<'a> {
    /// Where notices go.
    pub routes: &'a NoticeSettings,
    /// What the call asks for; nothing once the caller was erased.
    pub case: Option<&'a Case>,
}

/// The notices about the state that an action has come to: when a person has to look, when it
/// ended otherwise than well, and when the last of a call's actions is done.
#[must_use]
pub fn notices(action: &Action, audience: Audience<'_>) -> Vec<Action> {
    let is_last = action
        .parameters
        .get("last")
        .is_some_and(|last| last == &json!(true));
    if let Some(code) = waits_for_money(action) {
        // Told once, however often it is tried again.
        return notices_at(action, code, audience);
    }
    let tell = match action.state {
        State::AwaitingApproval | State::NeedsPerson | State::Expired | State::Rejected => true,
        State::Succeeded => is_last,
        State::Declined => action
            .reason
            .as_ref()
            .is_none_or(|reason| reason.code != BEFORE_FAILED),
        State::Planned
        | State::Approved
        | State::Observed
        | State::Claimed
        | State::Sent
        | State::Deferred
        | State::Unknown => false,
    };
    if tell {
        of_state(action, audience)
    } else {
        Vec::new()
    }
}

/// Whether the merchant's balance is too low for it: only a top-up changes that.
fn waits_for_money(action: &Action) -> Option<&str> {
    let code = action.reason.as_ref().map(|reason| reason.code.as_str())?;
    (action.state == State::Deferred && code == INSUFFICIENT_BALANCE).then_some(code)
}

/// The notices about an action's state. Their place is the state's own, so that each is written once.
#[must_use]
pub fn of_state(about: &Action, audience: Audience<'_>) -> Vec<Action> {
    let place = about.updated_at.as_millisecond().to_string();
    notices_at(about, &place, audience)
}

/// One notice for each destination that settings route it to.
fn notices_at(about: &Action, place: &str, audience: Audience<'_>) -> Vec<Action> {
    let document = audience
        .case
        .filter(|case| case.workflow == Workflow::DocumentResend)
        .and_then(|case| case.fields.document.as_ref());
    let told = Told {
        workflow: about.workflow,
        urgency: about.urgency,
        state: about.state,
        action: &about.id.name,
        is_approved: !about.approvals.is_empty(),
        document: document.map(|document| document.value),
    };
    let what = (&about.id.name, &about.id.target);
    let place = format!("{}.{}.{}.{place}", what.0, what.1, about.state.as_str());
    ledger::notices(&told, audience.routes, &place, |_, id| {
        let key = short_hash(&format!("{}/{}/{id}", about.key, about.call));
        Some(Action {
            key: format!("ll-{key}"),
            parameters: json!({ "about": about.id.sort_key(), "state": about.state }),
            ..Action::planned(
                about.call.clone(),
                id,
                about.workflow,
                about.urgency,
                about.owner.clone(),
                about.updated_at,
            )
        })
    })
}
