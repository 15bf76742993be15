//! Whoever was told that something waits is told what was decided, or who deals with it now, in the same
//! place: a notice written in the transaction of the decision.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::notice::NOTICE_LASTS;
use super::record::{Action, ActionId};
use super::state::State;
use crate::clock::later;

/// The notices by which the alerts about an action are changed, once it is `decided`: one for each
/// destination that was alerted.
pub(super) fn changed_alerts(notices: &[Action], decided: &Action, now: Timestamp) -> Vec<Action> {
    let is_alert = |notice: &Action| notice.parameters.get("alert") == Some(&json!(true));
    followed(notices, decided, "decided", now, is_alert)
}

/// The notices by which the places that an action has in other systems, its alert and its ticket, say
/// that `by` has given it to its new owner.
pub(super) fn told_of_owner(
    notices: &[Action],
    assigned: &Action,
    by: &str,
    now: Timestamp,
) -> Vec<Action> {
    let place = format!("notice-{}-", assigned.call);
    let own = format!("notice-{}-notice#", assigned.call);
    let has_place =
        |notice: &Action| notice.resource.starts_with(&place) && !notice.resource.starts_with(&own);
    let mut told = followed(notices, assigned, "assigned", now, has_place);
    for notice in &mut told {
        if let Value::Object(parameters) = &mut notice.parameters {
            parameters.insert("assigned_by".to_owned(), json!(by));
        }
    }
    told
}

/// One notice for each destination that was told about `about` by a notice that `wanted` lets through.
fn followed(
    notices: &[Action],
    about: &Action,
    what: &str,
    now: Timestamp,
    wanted: impl Fn(&Action) -> bool,
) -> Vec<Action> {
    let key = about.id.sort_key();
    let is_about = |notice: &&Action| {
        notice.parameters.get("about").and_then(Value::as_str) == Some(&key) && wanted(notice)
    };
    let mut followed: Vec<Action> = Vec::new();
    for notice in notices.iter().filter(is_about) {
        if followed.iter().any(|known| known.id.name == notice.id.name) {
            continue;
        }
        let moment = now.as_millisecond();
        let target = format!("{}.{}.{what}.{moment}", about.id.name, about.id.target);
        let id = ActionId::notice(&notice.id.name, &target);
        // Two people at the same moment: the alert is brought to how things stand once.
        if notices.iter().any(|known| known.id == id) {
            continue;
        }
        let mut next = notice.clone();
        next.id = id;
        next.key = format!("{}-{moment}", notice.key);
        next.owner.clone_from(&about.owner);
        next.state = State::Planned;
        if let Value::Object(parameters) = &mut next.parameters {
            parameters.insert("state".to_owned(), json!(about.state));
            parameters.remove("assigned_by");
        }
        next.lease = None;
        next.sends = 0;
        next.sent_at = None;
        next.absent_since = None;
        next.look_ups = 0;
        next.not_before = None;
        next.not_after = later(now, NOTICE_LASTS);
        next.receipt = None;
        next.reason = None;
        next.created_at = now;
        next.updated_at = now;
        followed.push(next);
    }
    followed
}
