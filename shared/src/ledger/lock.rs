//! One action at a time per record at the vendor, and the counts an action reserves.
//!
//! A lock is leased while an action is being prepared, so that a dead worker does not keep it. From
//! `sent` on it is held without end, until the outcome is known: a second call about the same
//! charge must not act while the first may have.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::commit::{KEEP_SPENT_SECONDS, Ledger};
use super::record::{Action, Reservation};
use super::table::{Condition, Item, Key, TableError, Write};

/// Who holds a record, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceLock {
    /// The key of the action that holds it.
    pub holder: String,
    /// Until when; without end once its request may have left.
    pub until: Option<Timestamp>,
}

/// Where the lock of a record lives.
#[must_use]
pub fn resource_key(resource: &str) -> Key {
    Key::new(format!("resource#{resource}"), "lock")
}

/// What an attempt to take a lock came to.
pub(super) enum Taking {
    /// The write that takes it, and the revision it will then have.
    Free(Write, u64),
    /// Somebody else has it, until then.
    Held(Option<Timestamp>),
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Counter {
    takes: BTreeMap<String, i64>,
}

fn counter_key(counter: &str) -> Key {
    Key::new(format!("counter#{counter}"), "counter")
}

impl Ledger {
    /// Prepares the write that gives `action` its lock until `until`.
    pub(super) async fn take_lock(
        &self,
        action: &Action,
        until: Option<Timestamp>,
    ) -> Result<Taking, TableError> {
        let key = resource_key(&action.resource);
        let lock = ResourceLock {
            holder: action.key.clone(),
            until,
        };
        let mut item = Item::new(key.clone(), &lock)?;
        item.expires_at = until.map(|until| until.as_second().saturating_add(KEEP_SPENT_SECONDS));
        let Some(current) = self.table.get(&key).await? else {
            return Ok(Taking::Free(Write::create(item), 1));
        };
        let held: ResourceLock = current.read()?;
        let free = held.holder == action.key
            || held.until.is_some_and(|until| until <= self.now())
            || crate::mutant!("mutant-no-resource-lock");
        Ok(if free {
            Taking::Free(
                Write::replace(item, current.revision),
                current.revision.saturating_add(1),
            )
        } else {
            Taking::Held(held.until)
        })
    }

    /// Prepares the write that gives the lock back, where `action` holds it.
    pub(super) async fn release_lock(&self, action: &Action) -> Result<Option<Write>, TableError> {
        let key = resource_key(&action.resource);
        let Some(current) = self.table.get(&key).await? else {
            return Ok(None);
        };
        let held: ResourceLock = current.read()?;
        Ok((held.holder == action.key).then_some(Write::Delete {
            key,
            condition: Condition::Revision(current.revision),
        }))
    }

    /// Prepares the write that keeps the lock without end, where `action` holds it as it took it.
    ///
    /// Its revision alone would not do: it begins at 1 again whenever a lock is given back and
    /// taken anew.
    pub(super) async fn keep_lock(
        &self,
        action: &Action,
        taken: u64,
    ) -> Result<Option<Write>, TableError> {
        let key = resource_key(&action.resource);
        let Some(current) = self.table.get(&key).await? else {
            return Ok(None);
        };
        let held: ResourceLock = current.read()?;
        let is_lost = held.holder != action.key || current.revision != taken;
        if is_lost && !crate::mutant!("mutant-no-resource-lock") {
            return Ok(None);
        }
        let item = Item::new(
            key,
            &ResourceLock {
                until: None,
                ..held
            },
        )?;
        Ok(Some(Write::replace(item, current.revision)))
    }

    /// Prepares the writes that reserve what `action` counts, or says that a limit is reached,
    /// unless it may go `past_limit`. The same action reserves once, however often it asks.
    pub(super) async fn reserve(
        &self,
        action: &Action,
        past_limit: bool,
    ) -> Result<Option<Vec<Write>>, TableError> {
        let mut writes = Vec::new();
        for reservation in by_counter(&action.reservations) {
            let key = counter_key(&reservation.counter);
            let current = self.table.get(&key).await?;
            let mut counter: Counter = current
                .as_ref()
                .map_or(Ok(Counter::default()), Item::read)?;
            counter.takes.insert(action.key.clone(), reservation.take);
            let total = counter
                .takes
                .values()
                .fold(0_i64, |sum, take| sum.saturating_add(*take));
            if total > reservation.limit && !past_limit {
                return Ok(None);
            }
            let mut item = Item::new(key, &counter)?;
            let until = reservation.expires_at.as_second();
            let kept = current.as_ref().and_then(|current| current.expires_at);
            item.expires_at = Some(kept.map_or(until, |kept| kept.max(until)));
            writes.push(match current {
                Some(current) => Write::replace(item, current.revision),
                None => Write::create(item),
            });
        }
        if crate::mutant!("mutant-velocity-unreserved") {
            writes.clear();
        }
        Ok(Some(writes))
    }

    /// Prepares the writes that give back what `action` had reserved.
    pub(super) async fn unreserve(&self, action: &Action) -> Result<Vec<Write>, TableError> {
        let mut writes = Vec::new();
        for reservation in by_counter(&action.reservations) {
            let key = counter_key(&reservation.counter);
            let Some(current) = self.table.get(&key).await? else {
                continue;
            };
            let mut counter: Counter = current.read()?;
            if counter.takes.remove(&action.key).is_some() {
                let mut item = Item::new(key, &counter)?;
                item.expires_at = current.expires_at;
                writes.push(Write::replace(item, current.revision));
            }
        }
        Ok(writes)
    }
}

/// One reservation a counter: a transaction writes each item once.
fn by_counter(reservations: &[Reservation]) -> Vec<Reservation> {
    let mut merged: BTreeMap<&str, Reservation> = BTreeMap::new();
    for reservation in reservations {
        merged
            .entry(&reservation.counter)
            .and_modify(|sum| {
                sum.take = sum.take.saturating_add(reservation.take);
                sum.limit = sum.limit.min(reservation.limit);
                sum.expires_at = sum.expires_at.max(reservation.expires_at);
            })
            .or_insert_with(|| reservation.clone());
    }
    merged.into_values().collect()
}
