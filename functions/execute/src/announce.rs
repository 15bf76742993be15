//! Who is told what, written in the same transaction as what they are told about.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::ledger::{Action, ActionId, Anchor, State};

/// The reason of an action that was declined because the one before it was not done: whoever was
/// told about that one knows.
pub const BEFORE_FAILED: &str = "before_failed";

/// For how long a notice that cannot be delivered is tried.
const NOTICE_LASTS: SignedDuration = SignedDuration::from_hours(72);

/// How long Slack's history may lag before "not there" counts.
const NOTICE_SETTLE_SECONDS: i64 = 30;

/// The notices about the state that an action has come to: when a person has to look, when it
/// ended otherwise than well, and when the last of a call's actions is done.
#[must_use]
pub fn notices(action: &Action) -> Vec<Action> {
    let is_last = action
        .parameters
        .get("last")
        .is_some_and(|last| last == &json!(true));
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
        vec![notice(action)]
    } else {
        Vec::new()
    }
}

/// The notice about an action's state. Its place is the state's own, so that it is written once.
#[must_use]
pub fn notice(about: &Action) -> Action {
    let at = about.updated_at;
    let target = format!(
        "{}.{}.{}",
        about.id.name,
        about.state.as_str(),
        at.as_millisecond()
    );
    let id = ActionId::notice("case", &target);
    Action {
        key: format!(
            "{}-{}-{}",
            about.key,
            about.state.as_str(),
            at.as_millisecond()
        ),
        call: about.call.clone(),
        state: State::Planned,
        anchor: Anchor::ByKey,
        resource: format!("notice-{}-{id}", about.call),
        id,
        after: None,
        amount: None,
        parameters: json!({ "about": about.id.sort_key(), "state": about.state }),
        workflow: about.workflow,
        urgency: about.urgency,
        owner: about.owner.clone(),
        lease: None,
        sends: 0,
        sent_at: None,
        absent_since: None,
        look_ups: 0,
        not_before: None,
        not_after: at.saturating_add(NOTICE_LASTS).unwrap_or(Timestamp::MAX),
        settle_seconds: NOTICE_SETTLE_SECONDS,
        reservations: Vec::new(),
        receipt: None,
        reason: None,
        approvals_needed: 1,
        approvals: Vec::new(),
        created_at: at,
        updated_at: at,
    }
}
