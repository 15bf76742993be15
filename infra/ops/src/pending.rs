//! What waits, and for what: the first thing that the person on call asks.

use std::collections::BTreeMap;
use std::io::Write;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use shared::clock::later;
use shared::ledger::{Action, Due, Family, FollowUp, SHARDS, State};

use crate::error::OpsError;
use crate::inspect::deed;
use crate::place::{Place, QUEUES};
use crate::redrive;
use crate::style;

/// The most that is read of one shard.
const PER_SHARD: usize = 200;

/// The most that are printed of one kind.
const MOST_PRINTED: usize = 20;

/// Something that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// The call it belongs to; an event of Paystack's has none.
    pub call: Option<String>,
    /// What it is, in words.
    pub what: String,
    /// How it stands.
    pub state: String,
    /// Who owns it, where somebody does.
    pub owner: Option<String>,
    /// Since when it stands so.
    pub since: Option<Timestamp>,
    /// When it is gone on with by itself, or must be decided.
    pub until: Option<Timestamp>,
}

/// All that waits, by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Pending {
    /// Requests that left, and nobody knows what came of them.
    pub unknown_outcomes: Vec<Waiting>,
    /// What waits for a person.
    pub reviews: Vec<Waiting>,
    /// What is still owed, and looked at in the time asked about.
    pub follow_ups: Vec<Waiting>,
    /// Notices that were not delivered yet.
    pub notices: Vec<Waiting>,
    /// Actions that go on by themselves.
    pub actions: Vec<Waiting>,
    /// Calls that nobody has planned yet.
    pub calls: Vec<Waiting>,
    /// Messages that the ledger owes a queue, and Paystack's events that are not worked off.
    pub messages: Vec<Waiting>,
    /// How many messages lie in each dead-letter queue.
    pub dead_letters: BTreeMap<String, usize>,
}

impl Pending {
    /// Reads what waits: what is due within `horizon`, whatever waits for a person, and what failed.
    ///
    /// # Errors
    /// [`OpsError`] where the ledger or a queue cannot be read.
    pub async fn read(place: &Place, horizon: SignedDuration) -> Result<Self, OpsError> {
        let until = later(place.ledger.now(), horizon);
        let mut pending = Self::default();
        for action in crate::review::waiting(place).await? {
            pending.see_review(&action);
        }
        for shard in 0..SHARDS {
            for due in place.ledger.due(shard, until, PER_SHARD).await? {
                pending.see(&due);
            }
        }
        for queue in QUEUES {
            let count = redrive::dead_letters(place, queue).await?;
            pending.dead_letters.insert(queue.to_owned(), count);
        }
        Ok(pending)
    }

    fn see_review(&mut self, action: &Action) {
        // Sent, and no look-up could say what came of it: that a person must find out.
        let is_unknown = action.state == State::NeedsPerson && action.sent_at.is_some();
        let kind = if is_unknown {
            &mut self.unknown_outcomes
        } else {
            &mut self.reviews
        };
        kind.push(of_action(action, Some(action.not_after)));
    }

    fn see(&mut self, due: &Due) {
        match due {
            // In the list of reviews already.
            Due::Action(action) if action.state.waits_for_person() => {}
            Due::Action(action) => {
                let kind = match (action.family(), action.state) {
                    (Family::Notice, _) => &mut self.notices,
                    (Family::Action, State::Unknown) => &mut self.unknown_outcomes,
                    (Family::Action, _) => &mut self.actions,
                };
                kind.push(of_action(action, action.not_before));
            }
            Due::FollowUp(follow_up) => self.follow_ups.push(of_follow_up(follow_up)),
            Due::Call(record) => self.calls.push(Waiting {
                call: Some(record.call.to_string()),
                what: record.workflow.title().to_owned(),
                state: if record.planned {
                    "contested"
                } else {
                    "not planned"
                }
                .to_owned(),
                owner: None,
                since: Some(record.created_at),
                until: None,
            }),
            Due::Outbox(record) => self.messages.push(Waiting {
                call: Some(record.call.to_string()),
                what: "a message that was not marked as sent".to_owned(),
                state: "not sent".to_owned(),
                owner: None,
                since: Some(record.created_at),
                until: None,
            }),
            Due::Other(item) => self.messages.push(Waiting {
                call: None,
                what: item.key.pk.replace('#', " "),
                state: "not worked off".to_owned(),
                owner: None,
                since: None,
                until: None,
            }),
        }
    }

    /// Whether somebody has to do something: an outcome that is not known, or a message that failed.
    #[must_use]
    pub fn needs_somebody(&self) -> bool {
        !self.unknown_outcomes.is_empty() || self.dead_letters.values().any(|count| *count > 0)
    }

    /// Prints it, the worst first.
    ///
    /// # Errors
    /// Where the output cannot be written.
    pub fn print(&self, out: &mut dyn Write) -> std::io::Result<()> {
        for (queue, count) in self.dead_letters.iter().filter(|(_, count)| **count > 0) {
            writeln!(
                out,
                "{}  `ledgerline redrive {queue}` brings them back once the cause is mended",
                style::bad(&format!("{count} dead letters of {queue}"))
            )?;
        }
        let kinds: [(&str, &[Waiting]); 7] = [
            ("Outcomes that nobody knows", &self.unknown_outcomes),
            ("For a person", &self.reviews),
            ("Notices not delivered", &self.notices),
            ("Calls not planned", &self.calls),
            ("Messages and events", &self.messages),
            ("Under way by itself", &self.actions),
            ("Followed up", &self.follow_ups),
        ];
        for (title, waiting) in kinds {
            section(title, waiting, out)?;
        }
        let is_empty = kinds.iter().all(|(_, waiting)| waiting.is_empty());
        if is_empty && !self.needs_somebody() {
            writeln!(out, "{}", style::good("Nothing waits."))?;
        }
        Ok(())
    }
}

fn section(title: &str, waiting: &[Waiting], out: &mut dyn Write) -> std::io::Result<()> {
    if waiting.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "{} {}",
        style::strong(title),
        style::faint(&waiting.len().to_string())
    )?;
    for one in waiting.iter().take(MOST_PRINTED) {
        write!(
            out,
            "  {}  {}: {}",
            one.call.as_deref().unwrap_or("–"),
            one.what,
            one.state
        )?;
        if let Some(owner) = &one.owner {
            write!(out, ", {owner}")?;
        }
        if let Some(until) = one.until.filter(|until| *until < Timestamp::MAX) {
            let until = until.strftime("%Y-%m-%d %H:%M UTC");
            write!(out, ", {}", style::faint(&format!("until {until}")))?;
        }
        writeln!(out)?;
    }
    match waiting.len().saturating_sub(MOST_PRINTED) {
        0 => Ok(()),
        more => writeln!(out, "  {}", style::faint(&format!("and {more} more"))),
    }
}

fn of_action(action: &Action, until: Option<Timestamp>) -> Waiting {
    let what = match action.family() {
        Family::Action => deed(action),
        Family::Notice => format!("tell {}", action.id.name.replace('_', " ")),
    };
    Waiting {
        call: Some(action.call.to_string()),
        what,
        state: action.state.as_str().replace('_', " "),
        owner: Some(action.owner.clone()).filter(|owner| !owner.is_empty()),
        since: Some(action.updated_at),
        until,
    }
}

fn of_follow_up(follow_up: &FollowUp) -> Waiting {
    Waiting {
        call: Some(follow_up.call.to_string()),
        what: crate::inspect::owed(follow_up),
        state: follow_up.stage.as_str().replace('_', " "),
        owner: Some(follow_up.owner.clone()),
        since: Some(follow_up.updated_at),
        until: Some(follow_up.look_at),
    }
}

#[cfg(test)]
mod tests {
    use shared::case::{Urgency, Workflow};
    use shared::ids::CallId;
    use shared::ledger::ActionId;

    use super::*;

    fn action(id: ActionId, state: State) -> Action {
        let call = CallId::new("call_a1").unwrap();
        let (urgency, at) = (Urgency::Normal, Timestamp::UNIX_EPOCH);
        let owner = "finance@example.com".to_owned();
        Action {
            state,
            ..Action::planned(call, id, Workflow::RefundRequest, urgency, owner, at)
        }
    }

    #[test]
    fn an_outcome_that_nobody_knows_is_told_apart_from_what_merely_waits() {
        let refund = || ActionId::action("refund", "4099");
        let mut pending = Pending::default();
        pending.see(&Due::Action(action(refund(), State::Unknown)));
        pending.see(&Due::Action(action(refund(), State::Deferred)));
        pending.see(&Due::Action(action(
            ActionId::notice("finance_alerts", "x"),
            State::Unknown,
        )));
        pending.see_review(&action(refund(), State::AwaitingApproval));
        // Looked up twice and not found: still nobody knows, and now a person must find out.
        let sent_at = Some(Timestamp::UNIX_EPOCH);
        pending.see_review(&Action {
            sent_at,
            ..action(refund(), State::NeedsPerson)
        });
        pending.see_review(&action(refund(), State::NeedsPerson));
        // What the index of reviews gave already is not counted again.
        pending.see(&Due::Action(action(refund(), State::AwaitingApproval)));
        let counts = [
            pending.unknown_outcomes.len(),
            pending.actions.len(),
            pending.notices.len(),
            pending.reviews.len(),
        ];
        assert_eq!(counts, [2, 1, 1, 2]);
        assert!(pending.needs_somebody());
        let mut printed = Vec::new();
        pending.print(&mut printed).unwrap();
        assert!(
            String::from_utf8(printed)
                .unwrap()
                .contains("Outcomes that nobody knows")
        );
    }

    #[test]
    fn a_dead_letter_is_told_first_and_nothing_at_all_is_told_as_such() {
        let mut pending = Pending::default();
        let mut printed = Vec::new();
        pending.print(&mut printed).unwrap();
        assert!(
            String::from_utf8(printed)
                .unwrap()
                .contains("Nothing waits.")
        );
        pending.dead_letters.insert("cases".to_owned(), 2);
        let mut printed = Vec::new();
        pending.print(&mut printed).unwrap();
        let printed = String::from_utf8(printed).unwrap();
        assert!(printed.contains("2 dead letters of cases"), "{printed}");
        assert!(printed.contains("ledgerline redrive cases"), "{printed}");
    }
}
