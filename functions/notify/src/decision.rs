//! A decision on an alert: the buttons that ask for it, and who has taken it.

use jiff::Timestamp;
use shared::config::{Destination, Detail, Settings};
use shared::ledger::{State, binding};
use shared::vendors::slack::ButtonToken;

use crate::story::Story;

/// A decision that may be taken by a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The action, and the binding of what the message shows of it.
    pub token: ButtonToken,
    /// What is asked again before it counts.
    pub words: String,
}

/// Who has given it to whom, and who has approved it as it is, and when.
#[must_use]
pub fn decided(story: &Story, settings: &Settings) -> Vec<String> {
    let Some(about) = &story.about else {
        return Vec::new();
    };
    let moment = |at: Timestamp| {
        let at = at.to_zoned_datetime(settings.merchant.time_zone.clone());
        at.strftime("%-d %b %Y, %H:%M %Z").to_string()
    };
    let given = story
        .assigned
        .iter()
        .map(|(by, at)| format!("Given to {} by {by} on {}", story.owner, moment(*at)));
    let waits = about.state.waits_for_person();
    let now = binding(about);
    let approved = about
        .approvals
        .iter()
        .filter(|given| !waits || given.binding == now)
        .map(|given| format!("Approved by {} on {}", given.by, moment(given.at)));
    given.chain(approved).collect()
}

/// What may be decided by a button: what waits for an approval and nothing else, and only where
/// everything is shown that is decided on.
#[must_use]
pub fn question(story: &Story, destination: &Destination, settings: &Settings) -> Option<Question> {
    let about = story.about.as_ref()?;
    let shows_all = about.amount.is_none() || destination.may_hold(Detail::Amount);
    let clicks_count = settings.people.slack_team.is_some();
    if about.state != State::AwaitingApproval || !shows_all || !clicks_count {
        return None;
    }
    let deed = about.id.name.replace('_', " ");
    let words = match about.amount {
        Some(amount) => format!("Approve: {deed}, {amount}?"),
        None => format!("Approve: {deed}?"),
    };
    Some(Question {
        token: ButtonToken {
            call: about.call.clone(),
            action: about.id.to_string(),
            binding: binding(about),
        },
        words,
    })
}
