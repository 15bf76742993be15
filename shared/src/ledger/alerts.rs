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
            // A reminder may stand for it, which says only that it waits; what is said now is new.
            for said in ["assigned_by", "subject", "event"] {
                parameters.remove(said);
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{Urgency, Workflow};
    use crate::ids::CallId;

    fn action(id: ActionId, parameters: Value) -> Action {
        let call = CallId::new("call_a1").unwrap();
        let owner = "finance@example.com".to_owned();
        Action {
            parameters,
            ..Action::planned(
                call,
                id,
                Workflow::DuplicateCharge,
                Urgency::High,
                owner,
                Timestamp::UNIX_EPOCH,
            )
        }
    }

    fn notice(destination: &str, place: &str, parameters: Value) -> Action {
        Action {
            resource: format!("notice-call_a1-{destination}"),
            ..action(ActionId::notice(destination, place), parameters)
        }
    }

    #[test]
    fn what_was_decided_is_not_told_in_the_words_of_a_reminder() {
        let mut decided = action(ActionId::action("refund", "101"), json!({}));
        decided.state = State::Approved;
        let about = decided.id.sort_key();
        let asked = json!({ "about": about, "alert": true, "state": "awaiting_approval" });
        let reminder = json!({ "about": about, "alert": true, "subject": "decision",
                               "event": "reminder", "state": "needs_person" });
        // Reminders come first in the order of their names.
        let notices = [
            notice("finance_alerts", "decision.101.reminder", reminder),
            notice("finance_alerts", "refund.101.awaiting_approval.0", asked),
        ];
        let changed = changed_alerts(&notices, &decided, Timestamp::UNIX_EPOCH);
        let [changed] = changed.as_slice() else {
            panic!("{changed:?}");
        };
        assert_eq!(changed.parameters.get("subject"), None);
        assert_eq!(changed.parameters["state"], json!("approved"));
    }

    #[test]
    fn a_new_owner_is_told_where_the_case_has_its_place_and_nowhere_else() {
        let mut assigned = action(ActionId::action("refund", "101"), json!({}));
        assigned.owner = "kofi@example.com".to_owned();
        let told = json!({ "about": assigned.id.sort_key(), "alert": false });
        let mut note = notice("crm", "refund.101.awaiting_approval.0", told.clone());
        note.resource = format!("notice-call_a1-{}", note.id);
        let notices = [
            note,
            notice("billing_tickets", "refund.101.awaiting_approval.0", told),
        ];
        let at = Timestamp::UNIX_EPOCH;
        let told = told_of_owner(&notices, &assigned, "ngozi@example.com", at);
        let [told] = told.as_slice() else {
            panic!("{told:?}");
        };
        assert_eq!(
            (told.id.name.as_str(), told.owner.as_str()),
            ("billing_tickets", "kofi@example.com")
        );
        assert_eq!(told.parameters["assigned_by"], json!("ngozi@example.com"));
    }
}
