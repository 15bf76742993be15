//! Who is told what, written in the same transaction as what they are told about.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::ledger::{Action, ActionId, Anchor, State};

/// The reason of an action that was declined because the one before it was not done: whoever was
/// told about that one knows.
pub const BEFORE_FAILED: &str = "before_failed";

/// The reason of a refund that waits because the merchant's balance does not cover it.
const INSUFFICIENT_BALANCE: &str = "insufficient_balance";

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
    if let Some(code) = waits_for_money(action) {
        // Told once, however often it is tried again.
        return vec![notice_at(action, code)];
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
        vec![notice(action)]
    } else {
        Vec::new()
    }
}

/// Whether the merchant's balance is too low for it: only a top-up changes that.
fn waits_for_money(action: &Action) -> Option<&str> {
    let code = action.reason.as_ref().map(|reason| reason.code.as_str())?;
    (action.state == State::Deferred && code == INSUFFICIENT_BALANCE).then_some(code)
}

/// The notice about an action's state. Its place is the state's own, so that it is written once.
#[must_use]
pub fn notice(about: &Action) -> Action {
    notice_at(about, &about.updated_at.as_millisecond().to_string())
}

fn notice_at(about: &Action, place: &str) -> Action {
    let at = about.updated_at;
    let target = format!("{}.{}.{place}", about.id.name, about.state.as_str());
    let id = ActionId::notice("case", &target);
    Action {
        key: format!("{}-{}-{place}", about.key, about.state.as_str()),
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
