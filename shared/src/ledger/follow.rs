//! What is still owed once something was done: a refund that Paystack queued, a request to pay, a
//! promise, a deadline, a decision. A follow-up is looked at when its time comes, or when Paystack
//! says that its record moved, and it only ever moves forward:
//!
//! ```text
//!   open ─▶ underway ─▶ needs attention ─▶ done | failed | missed
//!     └─────────┴───────────────┴──────────────▲  closed: nothing moves it any more
//! ```

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::audit::AuditNote;
use super::commit::{Change, Ledger};
use super::notice;
use super::record::{Action, ActionId, partition};
use super::schedule;
use super::state::State;
use super::table::{Entry, Index, Item, Key, TableError, Write};
use crate::case::{Urgency, Workflow};
use crate::config::{NoticeSettings, System, Told};
use crate::ids::CallId;
use crate::money::Money;

/// What is followed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A refund that Paystack accepted, until the money is paid out.
    Refund,
    /// A bank's dispute, until it is decided.
    Dispute,
    /// A payment request that was sent, until it is paid.
    PaymentRequest,
    /// What the caller promised to pay, by the day they named.
    Promise,
    /// What the agent promised the caller, by the day named on the call.
    Deadline,
    /// What waits for a person, before its time runs out.
    Decision,
}

impl Subject {
    /// The name as it is written in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::Dispute => "dispute",
            Self::PaymentRequest => "payment_request",
            Self::Promise => "promise",
            Self::Deadline => "deadline",
            Self::Decision => "decision",
        }
    }

    /// Whether Paystack's webhooks speak of its record.
    #[must_use]
    pub const fn is_at_paystack(self) -> bool {
        match self {
            Self::Refund | Self::Dispute | Self::PaymentRequest | Self::Promise => true,
            Self::Deadline | Self::Decision => false,
        }
    }
}

/// How far it has come. The order is the only direction in which it moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nothing has happened yet.
    Open,
    /// Somebody works on it.
    Underway,
    /// It stands still until a person does something.
    NeedsAttention,
    /// It came about.
    Done,
    /// It was refused or undone.
    Failed,
    /// Its time ran out.
    Missed,
}

impl Stage {
    /// The name as it is written in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Underway => "underway",
            Self::NeedsAttention => "needs_attention",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Missed => "missed",
        }
    }

    /// Whether nothing moves it any more.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        match self {
            Self::Done | Self::Failed | Self::Missed => true,
            Self::Open | Self::Underway | Self::NeedsAttention => false,
        }
    }
}

/// Something that is still owed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FollowUp {
    /// The call it came from.
    pub call: CallId,
    /// What is followed up.
    pub subject: Subject,
    /// The record: Paystack's id or code, or the action that waits.
    pub record: String,
    /// The place of the action that it follows, where it follows one.
    #[serde(default)]
    pub about: Option<String>,
    /// How far it has come.
    pub stage: Stage,
    /// What is to move, where money is.
    #[serde(default)]
    pub amount: Option<Money>,
    /// The workflow it serves.
    pub workflow: Workflow,
    /// How soon a person must look, where one must.
    pub urgency: Urgency,
    /// Who owns it.
    pub owner: String,
    /// When its owner is reminded that it is still open.
    #[serde(default)]
    pub remind_at: Option<Timestamp>,
    /// By when it should have come about; past it, it is missed.
    #[serde(default)]
    pub deadline: Option<Timestamp>,
    /// When somebody looks again.
    pub look_at: Timestamp,
    /// How often somebody has looked.
    #[serde(default)]
    pub looks: u32,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl FollowUp {
    /// The place of the follow-up of `record` in its call's partition.
    #[must_use]
    pub fn sort_key(subject: Subject, record: &str) -> String {
        format!("follow#{}#{record}", subject.as_str())
    }

    /// Where it lives.
    #[must_use]
    pub fn table_key(&self) -> Key {
        Key::new(
            partition(&self.call),
            Self::sort_key(self.subject, &self.record),
        )
    }

    fn item(&self) -> Result<Item, TableError> {
        let mut item = Item::new(self.table_key(), self)?;
        if !self.stage.is_closed() {
            item.entries.push(schedule::due(&self.call, self.look_at));
        }
        if self.subject.is_at_paystack() {
            item.entries.push(Entry {
                index: Index::Paystack,
                bucket: self.record.clone(),
                sort: schedule::sortable(self.created_at),
            });
        }
        Ok(item)
    }

    /// The notices that it has come to `event`, one of its stages or `reminder`, one for each
    /// destination that settings route it to. Their place is the event's own, so that each is told
    /// once.
    #[must_use]
    pub fn notices(&self, event: &str, routes: &NoticeSettings) -> Vec<Action> {
        let state = if self.stage == Stage::Done {
            State::Succeeded
        } else {
            State::NeedsPerson
        };
        let told = Told {
            workflow: self.workflow,
            urgency: self.urgency,
            state,
            action: self.subject.as_str(),
            is_approved: false,
            document: None,
        };
        let place = format!(
            "{}.{}.{event}",
            self.subject.as_str(),
            self.record.replace('#', ".")
        );
        notice::notices(&told, routes, &place, |system, id| {
            // The customer is written to about what was done, not about what is owed.
            (system != System::Gmail).then(|| Action {
                parameters: json!({
                    "about": self.about,
                    "subject": self.subject,
                    "event": event,
                    "state": state,
                }),
                ..self.action(id)
            })
        })
    }

    /// The task that it leaves a person, until `not_after`.
    #[must_use]
    pub fn review(&self, reason: super::record::Reason, not_after: Timestamp) -> Action {
        let id = ActionId::action("review", &format!("{}-{}", reason.code, self.record));
        Action {
            state: State::AwaitingApproval,
            resource: format!("review-{}-{id}", self.call),
            parameters: json!({ "record": self.record, "stage": self.stage }),
            urgency: self.urgency.max(Urgency::High),
            reason: Some(reason),
            not_after,
            ..self.action(id)
        }
    }

    fn action(&self, id: ActionId) -> Action {
        Action {
            amount: self.amount,
            ..Action::planned(
                self.call.clone(),
                id,
                self.workflow,
                self.urgency,
                self.owner.clone(),
                self.updated_at,
            )
        }
    }
}

impl Change {
    /// Adds a new follow-up.
    ///
    /// # Errors
    /// [`TableError::Unreadable`] where it cannot be written as JSON.
    pub fn create_follow_up(&mut self, follow_up: &FollowUp) -> Result<&mut Self, TableError> {
        self.write(Write::create(follow_up.item()?));
        Ok(self.note(note(follow_up, "followed_up")))
    }
}

impl Ledger {
    /// A call's follow-ups, in the order of their places.
    ///
    /// # Errors
    /// [`TableError`] where the table cannot be read.
    pub async fn follow_ups(&self, call: &CallId) -> Result<Vec<(FollowUp, u64)>, TableError> {
        self.read_all(call, "follow#").await
    }

    /// A follow-up as it is now, with its revision.
    ///
    /// # Errors
    /// [`TableError`] where the table cannot be read.
    pub async fn follow_up(&self, key: &Key) -> Result<Option<(FollowUp, u64)>, TableError> {
        self.read(key).await
    }

    /// At most `limit` follow-ups of Paystack's record of that id or code, of whatever calls.
    ///
    /// # Errors
    /// [`TableError`] where the table cannot be read.
    pub async fn follow_ups_of_record(
        &self,
        record: &str,
        limit: usize,
    ) -> Result<Vec<(FollowUp, u64)>, TableError> {
        let places = self
            .table
            .query_index(Index::Paystack, record, None, limit)
            .await?;
        let mut found = Vec::new();
        for place in places
            .iter()
            .filter(|place| place.key.sk.starts_with("follow#"))
        {
            found.extend(self.read(&place.key).await?);
        }
        Ok(found)
    }

    /// Writes what a look at a follow-up came to, with whom to tell and what is left to a person,
    /// in one transaction. What is told or left already is not told or left again.
    ///
    /// # Errors
    /// [`TableError::ConditionFailed`] where somebody else moved it meanwhile.
    pub async fn move_follow_up(
        &self,
        now_is: &FollowUp,
        revision: u64,
        was: Stage,
        mut left: Vec<Action>,
    ) -> Result<(), TableError> {
        loop {
            let mut change = Change::default();
            change.write(Write::replace(now_is.item()?, revision));
            if now_is.stage != was || !left.is_empty() {
                change.note(note(now_is, now_is.stage.as_str()));
            }
            for action in &left {
                match action.family() {
                    super::record::Family::Action => change.create_action(action)?,
                    super::record::Family::Notice => change.create_notice(action)?,
                };
            }
            match self.commit(&now_is.call, change).await {
                Err(TableError::ConditionFailed { key, .. })
                    if left.iter().any(|action| action.table_key() == key) =>
                {
                    left.retain(|action| action.table_key() != key);
                }
                outcome => return outcome,
            }
        }
    }
}

fn note(follow_up: &FollowUp, what: &str) -> AuditNote {
    AuditNote {
        what: format!(
            "{} {}: {what}",
            follow_up.subject.as_str(),
            follow_up.record
        ),
        amount: follow_up.amount,
        ..AuditNote::default()
    }
}
