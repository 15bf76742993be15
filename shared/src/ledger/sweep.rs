//! What a sweep finds: everything that is owed by a time, whether or not a message tells of it; and
//! the list of what waits for a person.
//!
//! Whatever is not at its end is in the index `due` or waits for a person in the index `reviews`:
//!
//! ```text
//!  outbox item not marked sent ─▶ 5 minutes after it was written
//!  call not planned, or contradicted and not answered ─▶ an hour later
//!  planned, approved, deferred ─▶ `not_before`, or 5 minutes after it last moved
//!  claimed, sent ─▶ the end of the lease      unknown ─▶ the next look-up
//!  awaiting approval ─▶ `not_after`           needs a person ─▶ only in `reviews`
//!  follow-up not closed ─▶ its next look
//! ```

use jiff::Timestamp;
use serde::de::DeserializeOwned;

use super::commit::{Change, Ledger};
use super::effect::Failure;
use super::follow::FollowUp;
use super::outbox::{Destination, OutboxRecord, Post};
use super::record::{Action, CallRecord, Family};
use super::schedule::{self, SHARDS, due_bucket, review_bucket, sortable};
use super::table::{Index, Indexed, Item, Key, TableError, Write};

/// What somebody owes something by now.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "few at a time, and each is used at once"
)]
pub enum Due {
    /// A message that was not marked as sent.
    Outbox(OutboxRecord),
    /// An action or notice that is to be carried on, looked up or expired.
    Action(Action),
    /// A call whose actions were not planned, or whose contradiction nobody answered.
    Call(CallRecord),
    /// Something that is still owed, and is to be looked at.
    FollowUp(FollowUp),
    /// What belongs to no call: whoever put it there knows what it is.
    Other(Item),
}

impl Due {
    /// Where it lives.
    #[must_use]
    pub fn table_key(&self) -> Key {
        match self {
            Self::Outbox(record) => record.table_key(),
            Self::Action(action) => action.table_key(),
            Self::Call(record) => CallRecord::key(&record.call),
            Self::FollowUp(follow_up) => follow_up.table_key(),
            Self::Other(item) => item.key.clone(),
        }
    }
}

impl Ledger {
    /// What is due in one shard by `now`, the longest overdue first, read from the table itself.
    ///
    /// # Errors
    /// [`TableError`] where the table cannot be read. A record that is not of the shape it should
    /// be is passed over, so that it does not hold up the others.
    pub async fn due(
        &self,
        shard: u8,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<Due>, TableError> {
        let up_to = sortable(now);
        let places = self
            .table
            .query_index(Index::Due, &due_bucket(shard), Some(&up_to), limit)
            .await?;
        let mut due = Vec::new();
        for Indexed { key, .. } in places {
            // The index lags: what has moved on since is not due.
            let item = self.table.get(&key).await?;
            let Some(item) = item.filter(|item| due_sort(item).is_some_and(|at| *at <= up_to))
            else {
                continue;
            };
            due.extend(if !key.pk.starts_with("call#") {
                Some(Due::Other(item))
            } else if key.sk == "call" {
                readable(&item).map(Due::Call)
            } else if key.sk.starts_with("outbox#") {
                readable(&item).map(Due::Outbox)
            } else if key.sk.starts_with("follow#") {
                readable(&item).map(Due::FollowUp)
            } else {
                readable(&item).map(Due::Action)
            });
        }
        Ok(due)
    }

    /// Sends word of something that is due to whoever works on it, and comes back to it later and
    /// later: a queue that is not read is not filled with reminders.
    ///
    /// # Errors
    /// [`Failure`] where the table or the queue is down; the next sweep tries again.
    pub async fn remind(&self, due: &Due, post: &dyn Post) -> Result<(), Failure> {
        let (call, destination, notice, since) = match due {
            Due::Outbox(record) => {
                self.flush(&record.call, record.destination, post).await?;
                return Ok(());
            }
            // Whoever decides on that one sends word themselves.
            Due::Action(action) if self.waits_behind_a_person(action).await? => {
                let at = schedule::a_day_after(self.now());
                return Ok(self.put_off(&due.table_key(), at).await?);
            }
            Due::Action(action) => match action.family() {
                Family::Action => (&action.call, Destination::Cases, None, action.created_at),
                Family::Notice => {
                    let id = Some(action.id.clone());
                    (&action.call, Destination::Notices, id, action.created_at)
                }
            },
            Due::Call(record) => (&record.call, Destination::Cases, None, record.created_at),
            // Whoever can look at them does so itself; they wait for it.
            Due::FollowUp(follow_up) => {
                self.put_off(&due.table_key(), follow_up.created_at).await?;
                return Ok(());
            }
            Due::Other(_) => {
                self.put_off(&due.table_key(), self.now()).await?;
                return Ok(());
            }
        };
        let again = schedule::reminded_again_at(self.now(), since);
        let Some(write) = self.later(&due.table_key(), again).await? else {
            return Ok(());
        };
        let mut change = Change::default();
        change.write(write).message(destination, notice);
        match self.commit(call, change).await {
            // It has moved on by itself meanwhile.
            Err(TableError::ConditionFailed { .. }) => return Ok(()),
            outcome => outcome?,
        }
        self.flush(call, destination, post).await?;
        Ok(())
    }

    /// Whether the action that this one waits for waits for a person itself.
    async fn waits_behind_a_person(&self, action: &Action) -> Result<bool, TableError> {
        let Some(after) = &action.after else {
            return Ok(false);
        };
        let before = self.action(&action.call, after).await?;
        Ok(before.is_some_and(|(before, _)| before.state.waits_for_person()))
    }

    /// Puts off to `at` the sweep's next visit to something that is due and can only wait.
    pub(super) async fn put_off(&self, key: &Key, at: Timestamp) -> Result<(), TableError> {
        let Some(mut write) = self.later(key, at).await? else {
            return Ok(());
        };
        if let Write::Put { item, .. } = &mut write {
            item.written_by = Some(self.tokens.token());
        }
        match self.table.write(&[write]).await {
            // It has moved on by itself meanwhile.
            Err(TableError::ConditionFailed { .. }) => Ok(()),
            outcome => outcome,
        }
    }

    /// The write that moves an item's place in the index `due`, or nothing where it is not due.
    /// The record itself stays as it is.
    async fn later(&self, key: &Key, at: Timestamp) -> Result<Option<Write>, TableError> {
        let item = self.table.get(key).await?;
        let up_to = sortable(self.now());
        let Some(mut item) = item.filter(|item| due_sort(item).is_some_and(|at| *at <= up_to))
        else {
            return Ok(None);
        };
        for entry in item
            .entries
            .iter_mut()
            .filter(|entry| entry.index == Index::Due)
        {
            entry.sort = sortable(at);
        }
        let read = item.revision;
        Ok(Some(Write::replace(item, read)))
    }

    /// At most `limit` of the actions that wait for a person, the most urgent first.
    ///
    /// # Errors
    /// [`TableError`] where the table cannot be read.
    pub async fn reviews(&self, limit: usize) -> Result<Vec<Action>, TableError> {
        let mut places = Vec::new();
        for shard in 0..SHARDS {
            let bucket = review_bucket(shard);
            places.extend(
                self.table
                    .query_index(Index::Reviews, &bucket, None, limit)
                    .await?,
            );
        }
        places.sort();
        let mut reviews: Vec<Action> = Vec::new();
        for Indexed { key, .. } in places {
            if reviews.len() == limit {
                break;
            }
            let action = self
                .table
                .get(&key)
                .await?
                .and_then(|item| readable::<Action>(&item));
            reviews.extend(action.filter(|action| action.state.waits_for_person()));
        }
        Ok(reviews)
    }
}

fn due_sort(item: &Item) -> Option<&String> {
    item.entries
        .iter()
        .find(|entry| entry.index == Index::Due)
        .map(|entry| &entry.sort)
}

/// The record, unless it is not of the shape it should be: then somebody has to look at it, and
/// the others go on.
fn readable<T: DeserializeOwned>(item: &Item) -> Option<T> {
    match item.read() {
        Ok(record) => Some(record),
        Err(error) => {
            tracing::error!(pk = item.key.pk, sk = item.key.sk, %error, "unreadable record");
            None
        }
    }
}
