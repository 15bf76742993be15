//! Hearing of a call, and claiming it: one call, one key.
//!
//! ```text
//!   50 deliveries of one call ──▶ 50 × put `call` if absent ── one wins ──▶ its case goes on
//!                                        └ 49 read the winner: same facts ─▶ nothing to do
//! ```
//!
//! Whoever comes later adds facts until the call's actions were planned. After that, facts about
//! money that contradict make the call contested: a person decides, and no second action starts.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::audit::AuditNote;
use super::commit::{Change, Ledger, LedgerError, action_item};
use super::outbox::Destination;
use super::private::private_writes;
use super::record::{CallRecord, partition};
use super::table::{Item, Key, TableError, Write};
use crate::call::{CallEvent, Kept, Shape};
use crate::case::Case;
use crate::ids::CallId;

/// The name of the private record that holds a call's case.
const CASE: &str = "case";

/// That an event was heard; its content is private.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    /// The event's name, as far as it is one.
    pub name: String,
    /// The shape it came in.
    pub shape: Shape,
    /// The hash of its content.
    pub content: String,
    /// When it reached us.
    pub received_at: Timestamp,
}

/// What a claim came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The call is ours: this was its first actionable event.
    New,
    /// The same facts again.
    Same,
    /// Facts were added before anything was planned.
    Added,
    /// Nothing new that matters, after the actions were planned.
    Settled,
    /// The facts contradict what was planned: a person decides.
    Contested,
}

impl Ledger {
    /// Keeps an event and its private content. The same event again changes nothing.
    ///
    /// # Errors
    /// [`LedgerError`] where it cannot be written.
    pub async fn hear(
        &self,
        event: &CallEvent,
        content: &str,
        forget_at: Option<Timestamp>,
    ) -> Result<(), LedgerError> {
        if self.is_erased(&event.call).await? {
            return Ok(());
        }
        let name = short_name(&event.name);
        let heard = Heard {
            name: name.clone(),
            shape: event.shape,
            content: content.to_owned(),
            received_at: event.received_at,
        };
        let key = Key::new(partition(&event.call), format!("event#{name}#{content}"));
        let mut change = Change::default();
        change.write(Write::create(Item::new(key.clone(), &heard)?));
        for write in private_writes(
            &event.call,
            &private_event(&name, content),
            event,
            forget_at,
        )? {
            change.write(write);
        }
        change.note(AuditNote {
            what: format!("heard {name}"),
            ..AuditNote::default()
        });
        match self.commit(&event.call, change).await {
            Err(TableError::ConditionFailed { key: failed, .. }) if failed == key => Ok(()),
            outcome => Ok(outcome?),
        }
    }

    /// Keeps a delivery of unknown shape for an operator: once, under the day it came.
    ///
    /// # Errors
    /// [`LedgerError`] where it cannot be written.
    pub async fn keep(&self, kept: &Kept, forget_at: Option<Timestamp>) -> Result<(), LedgerError> {
        let day = kept.received_at.strftime("%Y-%m-%d");
        let mut item = Item::new(Key::new(format!("kept#{day}"), kept.digest.clone()), kept)?;
        item.expires_at = forget_at.map(Timestamp::as_second);
        item.written_by = Some(self.tokens.token());
        match self.table.write(&[Write::create(item)]).await {
            Err(TableError::ConditionFailed { .. }) => Ok(()),
            outcome => Ok(outcome?),
        }
    }

    /// Every event heard of a call, in the order of their names, as far as they are not erased.
    ///
    /// # Errors
    /// [`LedgerError`] where they cannot be read.
    pub async fn events(&self, call: &CallId) -> Result<Vec<CallEvent>, LedgerError> {
        let mut events = Vec::new();
        for item in self.table.query(&partition(call), "event#").await? {
            let heard: Heard = item.read()?;
            if let Some(event) = self
                .private(call, &private_event(&heard.name, &heard.content))
                .await?
            {
                events.push(event);
            }
        }
        Ok(events)
    }

    /// Claims a call with what is known of it, or adds what is new.
    ///
    /// # Errors
    /// [`LedgerError`] where the table fails; asking again is safe.
    pub async fn claim(
        &self,
        case: &Case,
        facts_hash: &str,
        forget_at: Option<Timestamp>,
    ) -> Result<Claim, LedgerError> {
        loop {
            let known = self.call(&case.call).await?;
            let (change, claim) = match known {
                None => (self.first_claim(case, facts_hash, forget_at)?, Claim::New),
                Some((record, _)) if record.facts_hash == facts_hash => return Ok(Claim::Same),
                Some((record, _)) if record.erased_at.is_some() => return Ok(Claim::Settled),
                Some((record, revision)) if !record.planned => {
                    let record = CallRecord {
                        facts_hash: facts_hash.to_owned(),
                        workflow: case.workflow,
                        confidence: case.confidence,
                        removed: case.removed.clone(),
                        ..record
                    };
                    let mut change = Change::default();
                    change.write(Write::replace(record.item()?, revision));
                    for write in private_writes(&case.call, CASE, case, forget_at)? {
                        change.write(write);
                    }
                    change.note(AuditNote {
                        what: "facts added".to_owned(),
                        ..Default::default()
                    });
                    (change, Claim::Added)
                }
                Some((record, revision)) => {
                    let planned_on: Option<Case> = self.case(&case.call).await?;
                    let contradicts =
                        planned_on.is_some_and(|old| !old.contradictions(case).is_empty());
                    if !contradicts || record.contested {
                        return Ok(Claim::Settled);
                    }
                    let record = CallRecord {
                        contested: true,
                        contested_at: Some(self.now()),
                        ..record
                    };
                    let mut change = Change::default();
                    change.write(Write::replace(record.item()?, revision));
                    change.note(AuditNote {
                        what: "contested".to_owned(),
                        ..Default::default()
                    });
                    for write in self.contest_what_waits(&case.call).await? {
                        change.write(write);
                    }
                    change.message(Destination::Cases, None);
                    (change, Claim::Contested)
                }
            };
            match self.commit(&case.call, change).await {
                // Somebody else claimed or changed the call meanwhile: look again.
                Err(TableError::ConditionFailed { .. }) => {}
                outcome => {
                    outcome?;
                    return Ok(claim);
                }
            }
        }
    }

    /// What waits for a person is no longer what they were shown, and approvals of it are void:
    /// whoever decides now has to know of the contradiction.
    async fn contest_what_waits(&self, call: &CallId) -> Result<Vec<Write>, LedgerError> {
        let actions = self.actions(call).await?.into_iter();
        actions
            .filter(|(action, _)| action.state.waits_for_person())
            .map(|(mut action, revision)| {
                action.contested = true;
                action.approvals.clear();
                Ok(Write::replace(action_item(&action)?, revision))
            })
            .collect()
    }

    fn first_claim(
        &self,
        case: &Case,
        facts_hash: &str,
        forget_at: Option<Timestamp>,
    ) -> Result<Change, LedgerError> {
        let record = CallRecord {
            call: case.call.clone(),
            claim_token: self.tokens.token(),
            facts_hash: facts_hash.to_owned(),
            at: case.at,
            created_at: self.now(),
            workflow: case.workflow,
            confidence: case.confidence,
            removed: case.removed.clone(),
            planned: false,
            contested: false,
            contested_at: None,
            contest_answered: false,
            erased_at: None,
        };
        let mut change = Change::default();
        change.write(Write::create(record.item()?));
        for write in private_writes(&case.call, CASE, case, forget_at)? {
            change.write(write);
        }
        change.note(AuditNote {
            what: "claimed".to_owned(),
            ..AuditNote::default()
        });
        change.message(Destination::Cases, None);
        Ok(change)
    }

    /// What a call is about, or nothing where it was erased.
    ///
    /// # Errors
    /// [`LedgerError`] where it cannot be read.
    pub async fn case(&self, call: &CallId) -> Result<Option<Case>, LedgerError> {
        self.private(call, CASE).await
    }
}

/// An event's name as it stands in keys and in the trail: somebody else chose it, so that it may be
/// of any length and hold anything.
fn short_name(name: &str) -> String {
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || "._-".contains(*letter);
    name.chars().filter(is_plain).take(64).collect()
}

fn private_event(name: &str, content: &str) -> String {
    format!("event-{name}-{content}")
}
