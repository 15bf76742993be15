//! The ledger's records: the call, its actions and notices, and what is private.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::decide::binding;
use super::schedule;
use super::state::State;
use super::table::{Condition, Item, Key, TableError, Write};
use crate::case::{Confidence, Urgency, Workflow};
use crate::ids::{CallId, Token};
use crate::money::Money;
use crate::redact::Kind;

/// The partition of a call, or of a case that Paystack started.
#[must_use]
pub fn partition(call: &CallId) -> String {
    format!("call#{call}")
}

/// The claim on a call: made once, from its first actionable event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallRecord {
    /// The call.
    pub call: CallId,
    /// Tells the write that claimed it from every other.
    pub claim_token: Token,
    /// The hash of the facts it was claimed with.
    pub facts_hash: String,
    /// When the call began.
    pub at: Timestamp,
    /// When it was claimed.
    pub created_at: Timestamp,
    /// What it is about.
    pub workflow: Workflow,
    /// How sure that is.
    pub confidence: Confidence,
    /// What was taken out of it; not empty is the suppression flag.
    pub removed: BTreeSet<Kind>,
    /// Whether its actions have been planned; from then on its facts are fixed.
    pub planned: bool,
    /// Whether a later event contradicted the facts after they were fixed: a person decides.
    #[serde(default)]
    pub contested: bool,
    /// When that was.
    #[serde(default)]
    pub contested_at: Option<Timestamp>,
    /// Whether the contradiction was put before a person; until then the sweep finds the call.
    #[serde(default)]
    pub contest_answered: bool,
    /// When the caller was erased: nothing more is kept of the call since.
    #[serde(default)]
    pub erased_at: Option<Timestamp>,
}

impl CallRecord {
    /// Where the claim of `call` lives.
    #[must_use]
    pub fn key(call: &CallId) -> Key {
        Key::new(partition(call), "call")
    }

    /// The item of the claim, in the index of what is due while somebody owes it a plan or its
    /// contradiction an answer.
    ///
    /// # Errors
    /// [`TableError::Unreadable`] where it cannot be written as JSON.
    pub fn item(&self) -> Result<Item, TableError> {
        let mut item = Item::new(Self::key(&self.call), self)?;
        item.entries = schedule::call_entries(self);
        Ok(item)
    }

    /// The check that nothing was learned of the call since it was read at `revision`.
    pub(super) fn unchanged_since(&self, revision: u64) -> Write {
        Write::Check {
            key: Self::key(&self.call),
            condition: Condition::Revision(revision),
        }
    }

    /// Whether the call's contradiction stops `action`: it does unless everybody who approved it
    /// did so afterwards.
    pub(super) fn contests(&self, action: &Action) -> bool {
        let at = self.contested_at.unwrap_or(Timestamp::MIN);
        let knew = |approval: &Approval| approval.at > at;
        self.contested && (action.approvals.is_empty() || !action.approvals.iter().all(knew))
    }
}

/// Which of the two families an action belongs to: what changes money or records, and what tells
/// people. Both live by the same rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Something done in a vendor's records, by `execute`.
    Action,
    /// Somebody told, by `notify`.
    Notice,
}

impl Family {
    /// The first part of the item's place.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Notice => "notice",
        }
    }
}

/// Which action of a call.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ActionId {
    /// What it belongs to.
    pub family: Family,
    /// What is done, such as `create_customer`.
    pub name: String,
    /// To which record, such as a request code; `new` where it makes one.
    pub target: String,
    /// Which one of the same name and target.
    pub ordinal: u32,
}

impl ActionId {
    /// The first action `name` on `target`.
    #[must_use]
    pub fn action(name: &str, target: &str) -> Self {
        Self {
            family: Family::Action,
            name: name.to_owned(),
            target: target.to_owned(),
            ordinal: 1,
        }
    }

    /// The first notice `name` to `target`.
    #[must_use]
    pub fn notice(name: &str, target: &str) -> Self {
        Self {
            family: Family::Notice,
            name: name.to_owned(),
            target: target.to_owned(),
            ordinal: 1,
        }
    }

    /// The item's place in its call's partition.
    #[must_use]
    pub fn sort_key(&self) -> String {
        format!(
            "{}#{}#{}#{}",
            self.family.as_str(),
            self.name,
            self.target,
            self.ordinal
        )
    }

    /// Reads a place back.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('#');
        let family = match parts.next()? {
            "action" => Family::Action,
            "notice" => Family::Notice,
            _ => return None,
        };
        let (name, target) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        let ordinal = parts.next()?.parse().ok()?;
        parts.next().is_none().then_some(Self {
            family,
            name,
            target,
            ordinal,
        })
    }
}

impl fmt::Display for ActionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.sort_key())
    }
}

/// How we can find out whether an action took place when its answer is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// Our key comes back in what the vendor lists.
    ByKey,
    /// The record itself shows it.
    ByState,
    /// Nothing shows it: sent at most once, an unknown outcome goes to a person.
    None,
}

/// The right to work on an action for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Whose it is.
    pub token: Token,
    /// Until when.
    pub until: Timestamp,
}

/// What the vendor gave us for it: ids only.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The vendor's id or code of the record that was made or changed.
    pub id: String,
    /// A further id where one is needed to go on, such as a numeric id beside a code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<String>,
}

/// Why an action stands where it stands: a code and the ids of the policies that decided.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// A short code, such as `consent_missing`.
    pub code: String,
    /// In plain words, without anyone's data.
    pub words: String,
    /// The policies that decided.
    #[serde(default)]
    pub policies: Vec<String>,
}

impl Reason {
    /// A reason that no policy gave.
    pub fn new(code: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            words: words.into(),
            policies: Vec::new(),
        }
    }
}

/// A person's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The hash of exactly what was decided on.
    pub binding: String,
    /// The code of why they were asked.
    #[serde(default)]
    pub asked: String,
    /// Why, in their words.
    #[serde(default)]
    pub reason: String,
}

/// A count that an action reserves before it is sent: so many per customer and window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// What is counted, such as `notify#PRQ_x#2026-11-24`.
    pub counter: String,
    /// The most that may be reserved, itself included.
    pub limit: i64,
    /// How much this action takes: 1, or subunits.
    pub take: i64,
    /// When the counter may be forgotten.
    pub expires_at: Timestamp,
}

/// An action, or a notice, of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Action {
    /// The call it came from.
    pub call: CallId,
    /// Which one.
    pub id: ActionId,
    /// Our key at the vendor, given when it was planned and never derived from the amount.
    pub key: String,
    /// Where it stands.
    pub state: State,
    /// How an unknown outcome can be found out.
    pub anchor: Anchor,
    /// The record that only one action at a time may touch.
    pub resource: String,
    /// The action that must have succeeded first.
    #[serde(default)]
    pub after: Option<ActionId>,
    /// What moves, where money does.
    #[serde(default)]
    pub amount: Option<Money>,
    /// What the vendor needs to be told, without anyone's personal data.
    #[serde(default)]
    pub parameters: Value,
    /// The workflow it serves.
    pub workflow: Workflow,
    /// How soon a person must look, where one must.
    pub urgency: Urgency,
    /// Who owns it.
    pub owner: String,
    /// The lease of whoever works on it.
    #[serde(default)]
    pub lease: Option<Lease>,
    /// How often it was sent.
    #[serde(default)]
    pub sends: u32,
    /// When it was last sent.
    #[serde(default)]
    pub sent_at: Option<Timestamp>,
    /// When the first of the look-ups that found nothing was made, since it was last sent.
    #[serde(default)]
    pub absent_since: Option<Timestamp>,
    /// How often a look-up failed or found nothing, since it was last sent.
    #[serde(default)]
    pub look_ups: u32,
    /// No earlier than.
    #[serde(default)]
    pub not_before: Option<Timestamp>,
    /// Past it, a person decides.
    pub not_after: Timestamp,
    /// The settle time Q, in seconds: how long the vendor's lists may lag.
    pub settle_seconds: i64,
    /// The counts it reserves before it is sent.
    #[serde(default)]
    pub reservations: Vec<Reservation>,
    /// What the vendor gave us.
    #[serde(default)]
    pub receipt: Option<Receipt>,
    /// Why it stands where it stands.
    #[serde(default)]
    pub reason: Option<Reason>,
    /// How many people have to approve it, where one has to.
    #[serde(default = "one")]
    pub approvals_needed: u32,
    /// Who approved it.
    #[serde(default)]
    pub approvals: Vec<Approval>,
    /// Whether a later report contradicted the call while it waited for a person.
    #[serde(default)]
    pub contested: bool,
    /// When it was planned.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Our key of an action at a vendor: the call and the action's place, hashed, so that it says
/// nothing of the caller and never depends on the amount.
#[must_use]
pub fn action_key(call: &CallId, id: &ActionId) -> String {
    let digest = Sha256::digest(format!("{call}/{id}").as_bytes());
    format!("ll-{}", hex::encode(digest.get(..10).unwrap_or_default()))
}

const fn one() -> u32 {
    1
}

impl Action {
    /// An action as it is planned at `at`: nobody works on it, nothing of it was sent, it touches no
    /// record but itself, and it has no limit of time.
    #[must_use]
    pub fn planned(
        call: CallId,
        id: ActionId,
        workflow: Workflow,
        urgency: Urgency,
        owner: String,
        at: Timestamp,
    ) -> Self {
        Self {
            key: action_key(&call, &id),
            resource: format!("{}-{call}-{id}", id.family.as_str()),
            call,
            id,
            state: State::Planned,
            anchor: Anchor::None,
            after: None,
            amount: None,
            parameters: json!({}),
            workflow,
            urgency,
            owner,
            lease: None,
            sends: 0,
            sent_at: None,
            absent_since: None,
            look_ups: 0,
            not_before: None,
            not_after: Timestamp::MAX,
            settle_seconds: 0,
            reservations: Vec::new(),
            receipt: None,
            reason: None,
            approvals_needed: one(),
            approvals: Vec::new(),
            contested: false,
            created_at: at,
            updated_at: at,
        }
    }

    /// Where it lives.
    #[must_use]
    pub fn table_key(&self) -> Key {
        Key::new(partition(&self.call), self.id.sort_key())
    }

    /// Which family it belongs to.
    #[must_use]
    pub const fn family(&self) -> Family {
        self.id.family
    }

    /// Whether everybody who approved it was asked because of `code`, and so knew of that.
    #[must_use]
    pub fn was_approved_in_spite_of(&self, code: &str) -> bool {
        !self.approvals.is_empty() && self.approvals.iter().all(|given| given.asked == code)
    }

    /// How many of its approvals are of exactly what it is. An approval outlives the request that
    /// it let out, so that one whose answer was lost may be looked for and sent again.
    #[must_use]
    pub fn standing_approvals(&self) -> u32 {
        let mut at_send = self.clone();
        let bindings: BTreeSet<String> = (0..=self.sends)
            .map(|sends| {
                at_send.sends = sends;
                binding(&at_send)
            })
            .collect();
        let standing = self
            .approvals
            .iter()
            .filter(|given| bindings.contains(&given.binding));
        u32::try_from(standing.count()).unwrap_or(u32::MAX)
    }
}
