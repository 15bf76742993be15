//! Whoever was alerted that something waits is told what was decided, in the same place: a notice to
//! change the alert, written in the transaction of the decision.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::notice::NOTICE_LASTS;
use super::record::{Action, ActionId};
use super::state::State;
use crate::clock::later;

/// The notices by which the alerts about an action are changed, once it is `decided`: one for each
/// destination that was alerted.
pub(super) fn changed_alerts(notices: &[Action], decided: &Action, now: Timestamp) -> Vec<Action> {
    let about = decided.id.sort_key();
    let is_alert = |notice: &&Action| {
        let parameter = |name: &str| notice.parameters.get(name);
        parameter("alert") == Some(&json!(true))
            && parameter("about").and_then(Value::as_str) == Some(&about)
    };
    let mut followed: Vec<Action> = Vec::new();
    for notice in notices.iter().filter(is_alert) {
        if followed.iter().any(|known| known.id.name == notice.id.name) {
            continue;
        }
        let moment = now.as_millisecond();
        let target = format!("{}.{}.decided.{moment}", decided.id.name, decided.id.target);
        let id = ActionId::notice(&notice.id.name, &target);
        // Two people at the same moment: the alert is brought to how things stand once.
        if notices.iter().any(|known| known.id == id) {
            continue;
        }
        let mut next = notice.clone();
        next.id = id;
        next.key = format!("{}-{moment}", notice.key);
        next.state = State::Planned;
        if let Value::Object(parameters) = &mut next.parameters {
            parameters.insert("state".to_owned(), json!(decided.state));
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
