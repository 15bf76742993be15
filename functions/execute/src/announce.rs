//! Who is told what, written in the same transaction as what they are told about: one notice for
//! each destination, so that no system waits for another.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::case::{Case, Workflow};
use shared::config::{NoticeSettings, System, Told};
use shared::ledger::{Action, ActionId, Anchor, State};

use crate::workflows::short_hash;

/// The reason of an action that was declined because the one before it was not done: whoever was
/// told about that one knows.
pub const BEFORE_FAILED: &str = "before_failed";

/// The reason of a refund that waits because the merchant's balance does not cover it.
const INSUFFICIENT_BALANCE: &str = "insufficient_balance";

/// For how long a notice that cannot be delivered is tried.
const NOTICE_LASTS: SignedDuration = SignedDuration::from_hours(72);

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
    audience
        .routes
        .routes_of(&told)
        .into_iter()
        .filter_map(|(name, template)| {
            let system = audience.routes.destinations.get(name)?.system;
            Some(notice_to(about, place, name, template, system, &told))
        })
        .collect()
}

fn notice_to(
    about: &Action,
    place: &str,
    destination: &str,
    template: &str,
    system: System,
    told: &Told<'_>,
) -> Action {
    let at = about.updated_at;
    let what = (&about.id.name, &about.id.target);
    let target = format!("{}.{}.{}.{place}", what.0, what.1, about.state.as_str());
    let id = ActionId::notice(destination, &target);
    // What goes into one place goes there one after the other.
    let resource = if system.has_one_place_a_call() {
        format!("notice-{}-{destination}", about.call)
    } else {
        format!("notice-{}-{id}", about.call)
    };
    Action {
        key: format!(
            "ll-{}",
            short_hash(&format!("{}/{}/{id}", about.key, about.call))
        ),
        call: about.call.clone(),
        state: State::Planned,
        anchor: Anchor::ByKey,
        resource,
        id,
        after: None,
        amount: None,
        parameters: json!({
            "about": about.id.sort_key(),
            "state": about.state,
            "template": template,
            "alert": system == System::Slack && told.is_finance_alert(),
        }),
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
        settle_seconds: system.settle_seconds(),
        reservations: Vec::new(),
        receipt: None,
        reason: None,
        approvals_needed: 1,
        approvals: Vec::new(),
        contested: false,
        created_at: at,
        updated_at: at,
    }
}
