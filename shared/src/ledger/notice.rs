//! Notices: people are told of what something came to, one notice for each destination that settings
//! route it to, so that no system waits for another.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::record::{Action, ActionId, Anchor};
use crate::clock::later;
use crate::config::{NoticeSettings, System, Told};

/// For how long a notice that cannot be delivered is tried.
pub(super) const NOTICE_LASTS: SignedDuration = SignedDuration::from_hours(72);

/// The notices of what `told` came to. Their `place` is the same whenever the same is told, so that
/// each is written once. `base` gives the planned action of a notice, its parameters saying what it
/// is about; nothing where that system is not told of it.
pub fn notices(
    told: &Told<'_>,
    routes: &NoticeSettings,
    place: &str,
    base: impl Fn(System, ActionId) -> Option<Action>,
) -> Vec<Action> {
    let to = routes.routes_of(told).into_iter();
    to.filter_map(|(destination, template)| {
        let system = routes.destinations.get(destination)?.system;
        let mut notice = base(system, ActionId::notice(destination, place))?;
        notice.anchor = Anchor::ByKey;
        notice.not_after = later(notice.created_at, NOTICE_LASTS);
        notice.settle_seconds = system.settle_seconds();
        // What goes into one place goes there one after the other.
        if system.has_one_place_a_call() {
            notice.resource = format!("notice-{}-{destination}", notice.call);
        }
        if let Value::Object(parameters) = &mut notice.parameters {
            let alert = system == System::Slack && told.is_finance_alert();
            parameters.insert("template".to_owned(), json!(template));
            parameters.insert("alert".to_owned(), json!(alert));
        }
        Some(notice)
    })
    .collect()
}
