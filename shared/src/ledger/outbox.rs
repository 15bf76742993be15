//! The outbox: a message that a state change causes is written with it, in one transaction, and
//! sent afterwards by whoever comes by.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::record::{ActionId, partition};
use super::table::Key;
use crate::ids::CallId;

/// Where a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// To `execute`.
    Cases,
    /// To `notify`.
    Notices,
}

/// A message that is owed. It holds pointers only: its reader looks into the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRecord {
    /// The call it concerns.
    pub call: CallId,
    /// Its number within the call.
    pub number: u32,
    /// Where it goes.
    pub destination: Destination,
    /// The notice it announces, for `notices`.
    #[serde(default)]
    pub notice: Option<ActionId>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was sent.
    #[serde(default)]
    pub sent_at: Option<Timestamp>,
}

impl OutboxRecord {
    /// Where it lives.
    #[must_use]
    pub fn table_key(&self) -> Key {
        Key::new(partition(&self.call), format!("outbox#{:06}", self.number))
    }
}
