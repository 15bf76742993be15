//! The outbox: a message that a state change causes is written with it, in one transaction, and
//! sent afterwards by whoever comes by.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::commit::{KEEP_SPENT_SECONDS, Ledger};
use super::effect::Failure;
use super::record::{ActionId, partition};
use super::table::{Item, Key, TableError, Write};
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

/// Puts a message on its queue.
#[async_trait]
pub trait Post: Send + Sync {
    /// Sends `message`; twice is harmless, never is not.
    async fn post(&self, message: &OutboxRecord) -> Result<(), Failure>;
}

impl Ledger {
    /// Sends what `call` owes to `destination` and is not yet marked as sent, and marks it.
    ///
    /// Send, then mark: a crash in between sends the message a second time, and its reader finds
    /// in the ledger that there is nothing left to do.
    ///
    /// # Errors
    /// [`Failure`] where the table or the queue is down; what is unmarked is sent later.
    pub async fn flush(
        &self,
        call: &CallId,
        destination: Destination,
        post: &dyn Post,
    ) -> Result<usize, Failure> {
        let items = self.table.query(&partition(call), "outbox#").await?;
        let mut sent = 0;
        for item in items {
            let mut record: OutboxRecord = item.read().map_err(Failure::from)?;
            if record.sent_at.is_some() || record.destination != destination {
                continue;
            }
            post.post(&record).await?;
            let now = self.now();
            record.sent_at = Some(now);
            let mut marked = Item::new(record.table_key(), &record).map_err(Failure::from)?;
            marked.expires_at = Some(now.as_second().saturating_add(KEEP_SPENT_SECONDS));
            marked.written_by = Some(self.tokens.token());
            match self
                .table
                .write(&[Write::replace(marked, item.revision)])
                .await
            {
                // Somebody else marked it: sent twice, read twice, done once.
                Ok(()) | Err(TableError::ConditionFailed { .. }) => sent += 1,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(sent)
    }
}
