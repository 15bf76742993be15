//! The table beneath the ledger: a narrow port with one implementation on `DynamoDB` and one in
//! memory, which pass the same suite.
//!
//! Every item carries a `revision`, raised by each write, and the token of the write that made
//! it. A write conditional on the revision it read is therefore conditional on everything it
//! read: the state, the lease, the amount. And a write whose answer was lost can be told from a
//! rival's:
//!
//! ```text
//!   us    ──put revision 2, token T──▶ committed ──✗ answer lost
//!   SDK   ──the same put again───────▶ refused: revision is 2, not 1
//!   us      read token: T ── our own write; go on as if the answer had come
//! ```

use std::sync::Arc;

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

use crate::error::Class;
use crate::ids::Token;

/// The most writes that one transaction takes: `DynamoDB`'s limit.
pub const MOST_WRITES: usize = 100;

/// Where an item lives: a partition and a place in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The partition, such as `call#call_a1`.
    pub pk: String,
    /// The place within it, such as `action#refund#T1#1`.
    pub sk: String,
}

impl Key {
    /// The item at `sk` of partition `pk`.
    pub fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self {
            pk: pk.into(),
            sk: sk.into(),
        }
    }
}

/// The indexes, decided once. Each is sparse: an item is in it only while it has an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Index {
    /// What waits for a person, the most urgent first.
    Reviews,
    /// What has a time at which somebody must look.
    Due,
    /// A Paystack id to the cases that concern it.
    Paystack,
    /// A caller (HMAC of e-mail or phone) to their calls.
    Caller,
}

impl Index {
    /// Every index.
    pub const ALL: [Self; 4] = [Self::Reviews, Self::Due, Self::Paystack, Self::Caller];

    /// The index's name in the template.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reviews => "reviews",
            Self::Due => "due",
            Self::Paystack => "paystack",
            Self::Caller => "caller",
        }
    }

    /// The names of the index's partition and sort attributes.
    #[must_use]
    pub const fn attributes(self) -> (&'static str, &'static str) {
        match self {
            Self::Reviews => ("review_bucket", "review_rank"),
            Self::Due => ("due_bucket", "due_at"),
            Self::Paystack => ("paystack_key", "created_at"),
            Self::Caller => ("caller_key", "created_at"),
        }
    }
}

/// An item's place in one index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The index.
    pub index: Index,
    /// The partition of the index.
    pub bucket: String,
    /// The place within it.
    pub sort: String,
}

/// An item as an index knows it: where it lives, and its place in the index. An index projects
/// keys and may lag, so that the item itself is always read by its key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Indexed {
    /// The place within the index.
    pub sort: String,
    /// Where the item lives.
    pub key: Key,
}

/// One item of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Where it lives.
    pub key: Key,
    /// Raised by every write; the first is 1.
    pub revision: u64,
    /// The token of the write that made this revision.
    pub written_by: Option<Token>,
    /// Its places in the indexes. The `paystack` and `caller` indexes share their sort attribute.
    pub entries: Vec<Entry>,
    /// When the table may forget it, in seconds since 1970.
    pub expires_at: Option<i64>,
    /// The record itself: shared by whoever read this revision.
    pub body: Arc<Value>,
}

impl Item {
    /// A first revision of `body` at `key`, in no index.
    ///
    /// # Errors
    /// [`TableError::Unreadable`] where the record cannot be written as JSON.
    pub fn new(key: Key, body: &impl Serialize) -> Result<Self, TableError> {
        Ok(Self {
            key,
            revision: 1,
            written_by: None,
            entries: Vec::new(),
            expires_at: None,
            body: Arc::new(serde_json::to_value(body).map_err(TableError::Unreadable)?),
        })
    }

    /// The record.
    ///
    /// # Errors
    /// [`TableError::Unreadable`] where the item is not such a record.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, TableError> {
        T::deserialize(&*self.body).map_err(TableError::Unreadable)
    }
}

/// On what a write depends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// On nothing.
    Always,
    /// No item is there.
    Absent,
    /// The item is there and still at this revision.
    Revision(u64),
}

/// One write of a transaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Puts the whole item.
    Put {
        /// The item as it is to be.
        item: Item,
        /// On what it depends.
        condition: Condition,
    },
    /// Removes an item.
    Delete {
        /// Where it lives.
        key: Key,
        /// On what it depends.
        condition: Condition,
    },
    /// Writes nothing, and fails the transaction unless the condition holds.
    Check {
        /// Where the item lives.
        key: Key,
        /// What must hold.
        condition: Condition,
    },
}

impl Write {
    /// A new item.
    #[must_use]
    pub fn create(item: Item) -> Self {
        Self::Put {
            item,
            condition: Condition::Absent,
        }
    }

    /// The next revision of an item that was read at revision `read`.
    #[must_use]
    pub fn replace(mut item: Item, read: u64) -> Self {
        item.revision = read.saturating_add(1);
        let condition = if crate::mutant!("mutant-unconditional-write") {
            Condition::Always
        } else {
            Condition::Revision(read)
        };
        Self::Put { item, condition }
    }

    /// Where it writes.
    #[must_use]
    pub const fn key(&self) -> &Key {
        match self {
            Self::Put { item, .. } => &item.key,
            Self::Delete { key, .. } | Self::Check { key, .. } => key,
        }
    }

    /// On what it depends.
    #[must_use]
    pub const fn condition(&self) -> Condition {
        match self {
            Self::Put { condition, .. }
            | Self::Delete { condition, .. }
            | Self::Check { condition, .. } => *condition,
        }
    }
}

/// Why the table did not do as asked.
#[derive(Debug, Error)]
pub enum TableError {
    /// A condition did not hold; nothing of the transaction was written.
    #[error("a condition on {} {} did not hold", key.pk, key.sk)]
    ConditionFailed {
        /// The first item whose condition failed.
        key: Key,
        /// That item as it is.
        current: Option<Box<Item>>,
    },
    /// The table could not be reached, throttled, or another transaction was in the way.
    #[error("the table is not available: {reason}")]
    Unavailable {
        /// The service's own code for it.
        reason: String,
    },
    /// A record is not of the shape it should be.
    #[error("a record of the table is not of the shape it should be")]
    Unreadable(#[source] serde_json::Error),
    /// The service refused the request itself.
    #[error("the table refused the request: {reason}")]
    Refused {
        /// The service's own code for it.
        reason: String,
    },
}

impl TableError {
    /// What the error means for what happens next.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            // Read again and decide again: what was read has changed.
            Self::ConditionFailed { .. } | Self::Unavailable { .. } => Class::RetryLater,
            Self::Unreadable(_) | Self::Refused { .. } => Class::Bug,
        }
    }
}

/// The table.
#[async_trait]
pub trait Table: Send + Sync {
    /// The item at `key`, as of the latest write.
    async fn get(&self, key: &Key) -> Result<Option<Item>, TableError>;

    /// The items of a partition whose place begins with `prefix`, in order, as of the latest
    /// write.
    async fn query(&self, pk: &str, prefix: &str) -> Result<Vec<Item>, TableError>;

    /// At most `limit` places of one bucket of an index, in order, up to and including the place
    /// `up_to`. An index may lag behind the table.
    async fn query_index(
        &self,
        index: Index,
        bucket: &str,
        up_to: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Indexed>, TableError>;

    /// At most `limit` whole items of one bucket of an index that projects them, in order, behind
    /// the place `after`. An index may lag behind the table.
    async fn index_items(
        &self,
        index: Index,
        bucket: &str,
        after: Option<&Indexed>,
        limit: usize,
    ) -> Result<Vec<Item>, TableError> {
        let mut items = Vec::new();
        for place in self
            .query_index(index, bucket, None, usize::MAX)
            .await?
            .into_iter()
            .filter(|place| after.is_none_or(|after| place > after))
            .take(limit)
        {
            items.extend(self.get(&place.key).await?);
        }
        Ok(items)
    }

    /// How many items one bucket of an index holds. An index may lag behind the table.
    async fn index_count(&self, index: Index, bucket: &str) -> Result<usize, TableError> {
        Ok(self
            .query_index(index, bucket, None, usize::MAX)
            .await?
            .len())
    }

    /// Writes all or nothing: at most [`MOST_WRITES`], each to an item of its own. A repeat of a
    /// write that had been made (the same tokens) is a success.
    async fn write(&self, writes: &[Write]) -> Result<(), TableError>;
}
