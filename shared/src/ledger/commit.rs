//! One transaction: the state change, its audit entries, its notices, the messages it causes.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::audit::{AuditEntry, AuditNote, Head};
use super::outbox::{Destination, OutboxRecord};
use super::private::private_writes;
use super::record::{Action, ActionId, CallRecord, partition};
use super::schedule;
use super::settled::settled_write;
use super::state::Forbidden;
use super::table::{Item, Key, Table, TableError, Write};
use crate::clock::Clock;
use crate::error::Class;
use crate::ids::{CallId, Token, Tokens};

/// How often a transaction is tried again when a neighbour moved the head of the same call.
const HEAD_RETRIES: u32 = 16;

/// How often a transaction is tried again when the table was not available, or when it was busy
/// with a neighbour's transaction.
const TABLE_RETRIES: u32 = 5;

/// How long sent messages and spent locks are kept for whoever reads the table, in seconds.
pub(super) const KEEP_SPENT_SECONDS: i64 = 30 * 24 * 3600;

/// Why the ledger did not do as asked.
#[derive(Debug, Error)]
pub enum LedgerError {
    /// The table failed, or something changed under our hands.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The state machine has no such edge.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// A private record cannot be read back.
    #[error("a private record cannot be read: {0}")]
    Private(&'static str),
}

impl LedgerError {
    /// What the error means for what happens next.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::Table(error) => error.class(),
            Self::Forbidden(_) | Self::Private(_) => Class::Bug,
        }
    }

    /// Whether another worker moved first: nothing is wrong, and the ledger says how it stands.
    #[must_use]
    pub const fn is_race(&self) -> bool {
        matches!(self, Self::Table(TableError::ConditionFailed { .. }))
    }
}

/// The ledger of one deployment.
#[derive(Clone)]
pub struct Ledger {
    pub(super) table: Arc<dyn Table>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) tokens: Arc<dyn Tokens>,
}

/// A change to one call, to be written as a whole. It holds a guarded write or a note, by which
/// its own repeat is known.
#[derive(Debug, Default)]
pub struct Change {
    pub(super) writes: Vec<Write>,
    pub(super) notes: Vec<AuditNote>,
    pub(super) messages: Vec<(Destination, Option<ActionId>)>,
}

impl Change {
    /// Adds a write.
    pub fn write(&mut self, write: Write) -> &mut Self {
        self.writes.push(write);
        self
    }

    /// Adds an entry to the audit trail.
    pub fn note(&mut self, note: AuditNote) -> &mut Self {
        self.notes.push(note);
        self
    }

    /// Adds a message that is owed once the change is written.
    pub fn message(&mut self, destination: Destination, notice: Option<ActionId>) -> &mut Self {
        self.messages.push((destination, notice));
        self
    }

    /// Adds a new action.
    ///
    /// # Errors
    /// [`TableError::Unreadable`] where it cannot be written as JSON.
    pub fn create_action(&mut self, action: &Action) -> Result<&mut Self, TableError> {
        let item = action_item(action)?;
        self.notes.push(AuditNote {
            what: "planned".to_owned(),
            action: Some(action.id.clone()),
            to: Some(action.state),
            amount: action.amount,
            reason: action.reason.as_ref().map(|reason| reason.code.clone()),
            policies: action
                .reason
                .as_ref()
                .map(|r| r.policies.clone())
                .unwrap_or_default(),
            ..AuditNote::default()
        });
        self.writes.push(Write::create(item));
        self.writes.extend(settled_write(action)?);
        Ok(self)
    }

    /// Adds a private record of the call, replacing what is there.
    ///
    /// # Errors
    /// [`LedgerError`] where it cannot be written as JSON.
    pub fn private(
        &mut self,
        call: &CallId,
        name: &str,
        record: &impl Serialize,
        forget_at: Option<Timestamp>,
    ) -> Result<&mut Self, LedgerError> {
        self.writes
            .extend(private_writes(call, name, record, forget_at)?);
        Ok(self)
    }

    /// Adds a new notice and the message that announces it.
    ///
    /// # Errors
    /// As [`Change::create_action`].
    pub fn create_notice(&mut self, notice: &Action) -> Result<&mut Self, TableError> {
        self.create_action(notice)?;
        Ok(self.message(Destination::Notices, Some(notice.id.clone())))
    }
}

/// The item of an action, in the indexes where its state puts it.
pub(super) fn action_item(action: &Action) -> Result<Item, TableError> {
    let mut item = Item::new(action.table_key(), action)?;
    item.entries = schedule::entries(action);
    Ok(item)
}

impl Ledger {
    /// A ledger on `table`.
    #[must_use]
    pub fn new(table: Arc<dyn Table>, clock: Arc<dyn Clock>, tokens: Arc<dyn Tokens>) -> Self {
        Self {
            table,
            clock,
            tokens,
        }
    }

    /// The present instant, as the ledger's clock tells it.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The table beneath.
    #[must_use]
    pub fn table(&self) -> &dyn Table {
        &*self.table
    }

    /// Writes a change, its audit entries and its outbox items in one transaction.
    ///
    /// A neighbour that moved the head of the same call meanwhile is no conflict of facts: the
    /// change is numbered anew and tried again. So is a transaction that was not answered: the
    /// token tells whether it had been written.
    ///
    /// # Errors
    /// [`TableError::ConditionFailed`] where something else that the change depends on has moved;
    /// [`TableError::Unavailable`] where it is not known whether it was written.
    pub async fn commit(&self, call: &CallId, change: Change) -> Result<(), TableError> {
        let token = self.tokens.token();
        let mut tries = 0;
        loop {
            let writes = self.numbered(call, &change, &token).await?;
            match self.write_patiently(&writes, &token).await {
                Err(TableError::ConditionFailed { key, .. })
                    if is_numbering(&key, call) && tries < HEAD_RETRIES =>
                {
                    tries += 1;
                    pause(&token, tries.min(TABLE_RETRIES)).await;
                }
                outcome => return outcome,
            }
        }
    }

    /// The whole transaction of a change: with the next numbers of the trail and the outbox.
    async fn numbered(
        &self,
        call: &CallId,
        change: &Change,
        token: &Token,
    ) -> Result<Vec<Write>, TableError> {
        let now = self.now();
        let head_key = Head::key(call);
        let stored = self.table.get(&head_key).await?;
        let mut head: Head = stored.as_ref().map_or(Ok(Head::default()), Item::read)?;
        let mut writes = change.writes.clone();
        for note in &change.notes {
            let entry = head.append(call, now, note.clone());
            writes.push(Write::create(Item::new(entry.table_key(), &entry)?));
        }
        for (destination, notice) in &change.messages {
            head.outbox = head.outbox.saturating_add(1);
            let record = OutboxRecord {
                call: call.clone(),
                number: head.outbox,
                destination: *destination,
                notice: notice.clone(),
                created_at: now,
                sent_at: None,
            };
            let mut item = Item::new(record.table_key(), &record)?;
            if !crate::mutant!("mutant-if-new-send") {
                item.entries = vec![schedule::due(call, schedule::forgotten_at(now))];
            }
            writes.push(Write::create(item));
        }
        if !change.notes.is_empty() || !change.messages.is_empty() {
            let head_item = Item::new(head_key, &head)?;
            writes.push(match &stored {
                Some(stored) => Write::replace(head_item, stored.revision),
                None => Write::create(head_item),
            });
        }
        for write in &mut writes {
            if let Write::Put { item, .. } = write {
                item.written_by = Some(token.clone());
            }
        }
        Ok(writes)
    }

    /// Writes one transaction, the same each time until the table has answered.
    async fn write_patiently(&self, writes: &[Write], token: &Token) -> Result<(), TableError> {
        let mut tries = 0;
        loop {
            match self.table.write(writes).await {
                Err(TableError::Unavailable { .. }) if tries < TABLE_RETRIES => {
                    tries += 1;
                    pause(token, tries).await;
                }
                outcome => return outcome,
            }
        }
    }

    /// The claim on a call, with its revision.
    ///
    /// # Errors
    /// [`TableError`] where the table cannot be read.
    pub async fn call(&self, call: &CallId) -> Result<Option<(CallRecord, u64)>, TableError> {
        self.read(&CallRecord::key(call)).await
    }

    /// An action or notice, with its revision.
    ///
    /// # Errors
    /// [`TableError`] where the table cannot be read.
    pub async fn action(
        &self,
        call: &CallId,
        id: &ActionId,
    ) -> Result<Option<(Action, u64)>, TableError> {
        self.read(&Key::new(partition(call), id.sort_key())).await
    }

    /// A call's actions, in the order of their places.
    ///
    /// # Errors
    /// [`TableError`] where the table cannot be read.
    pub async fn actions(&self, call: &CallId) -> Result<Vec<(Action, u64)>, TableError> {
        self.read_all(call, "action#").await
    }

    /// A call's notices, in the order of their places.
    ///
    /// # Errors
    /// [`TableError`] where the table cannot be read.
    pub async fn notices(&self, call: &CallId) -> Result<Vec<(Action, u64)>, TableError> {
        self.read_all(call, "notice#").await
    }

    /// A call's audit trail with the sequence and hash of its head, as they were at one moment.
    ///
    /// The head is read before the entries and after them. What was appended in between belongs to a
    /// later moment and is left out; an entry that even the later head does not know of was appended
    /// by nobody of ours, and stays in, for whoever checks.
    ///
    /// # Errors
    /// [`TableError`] where the table cannot be read.
    pub async fn audit(&self, call: &CallId) -> Result<(Vec<AuditEntry>, u32, String), TableError> {
        let head = self.head(call).await?;
        let entries = self.read_all(call, "audit#").await?;
        let later = self.head(call).await?;
        let meanwhile = head.sequence.saturating_add(1)..=later.sequence;
        let entries = entries
            .into_iter()
            .map(|(entry, _): (AuditEntry, u64)| entry)
            .filter(|entry| !meanwhile.contains(&entry.sequence))
            .collect();
        Ok((entries, head.sequence, head.hash))
    }

    /// The head of a call's trail; an empty one where there is no trail.
    pub(super) async fn head(&self, call: &CallId) -> Result<Head, TableError> {
        let head: Option<(Head, u64)> = self.read(&Head::key(call)).await?;
        Ok(head.unwrap_or_default().0)
    }

    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        key: &Key,
    ) -> Result<Option<(T, u64)>, TableError> {
        let item = self.table.get(key).await?;
        item.map(|item| Ok((item.read()?, item.revision)))
            .transpose()
    }

    pub(super) async fn read_all<T: DeserializeOwned>(
        &self,
        call: &CallId,
        prefix: &str,
    ) -> Result<Vec<(T, u64)>, TableError> {
        let items = self.table.query(&partition(call), prefix).await?;
        items
            .iter()
            .map(|item| Ok((item.read()?, item.revision)))
            .collect()
    }
}

/// Whether a conflict is only about the next number of the trail or the outbox.
fn is_numbering(key: &Key, call: &CallId) -> bool {
    key.pk == partition(call)
        && (key.sk == "head" || key.sk.starts_with("audit#") || key.sk.starts_with("outbox#"))
}

/// 20 ms, doubling, and up to as much again, which the token decides: two workers that met once do
/// not meet again.
async fn pause(token: &Token, tries: u32) {
    let base = 10_u64.saturating_mul(1 << tries.min(10));
    let digits = token.as_str();
    let last = digits
        .get(digits.len().saturating_sub(2)..)
        .unwrap_or_default();
    let share = u64::from_str_radix(last, 16).unwrap_or(0);
    tokio::time::sleep(Duration::from_millis(base + base * share / 256)).await;
}
