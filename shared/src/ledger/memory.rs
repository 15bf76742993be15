//! The table in memory: for the simulator and the tests, with the same semantics.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::table::{Condition, Index, Indexed, Item, Key, MOST_WRITES, Table, TableError, Write};

/// A table that lives in this process.
#[derive(Debug, Default)]
pub struct MemoryTable(Mutex<Contents>);

#[derive(Debug, Default)]
struct Contents {
    items: BTreeMap<Key, Item>,
    entries: BTreeSet<(Index, String, String, Key)>,
}

impl Contents {
    fn holds(&self, key: &Key, condition: Condition) -> bool {
        match condition {
            Condition::Always => true,
            Condition::Absent => !self.items.contains_key(key),
            Condition::Revision(read) => self
                .items
                .get(key)
                .is_some_and(|item| item.revision == read),
        }
    }

    fn put(&mut self, item: Item) {
        self.remove(&item.key);
        for entry in &item.entries {
            self.entries.insert((
                entry.index,
                entry.bucket.clone(),
                entry.sort.clone(),
                item.key.clone(),
            ));
        }
        self.items.insert(item.key.clone(), item);
    }

    fn remove(&mut self, key: &Key) {
        if let Some(old) = self.items.remove(key) {
            for entry in old.entries {
                self.entries
                    .remove(&(entry.index, entry.bucket, entry.sort, key.clone()));
            }
        }
    }
}

impl MemoryTable {
    /// Every item, in order: what a test reads to look for what must not be there.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        self.lock().items.values().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Contents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Table for MemoryTable {
    async fn get(&self, key: &Key) -> Result<Option<Item>, TableError> {
        Ok(self.lock().items.get(key).cloned())
    }

    async fn query(&self, pk: &str, prefix: &str) -> Result<Vec<Item>, TableError> {
        let contents = self.lock();
        let from = Key::new(pk, prefix);
        Ok(contents
            .items
            .range(from..)
            .take_while(|(key, _)| key.pk == pk && key.sk.starts_with(prefix))
            .map(|(_, item)| item.clone())
            .collect())
    }

    async fn query_index(
        &self,
        index: Index,
        bucket: &str,
        up_to: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Indexed>, TableError> {
        let contents = self.lock();
        let from = (index, bucket.to_owned(), String::new(), Key::new("", ""));
        Ok(contents
            .entries
            .range(from..)
            .take_while(|(entry_index, entry_bucket, sort, _)| {
                *entry_index == index
                    && entry_bucket == bucket
                    && up_to.is_none_or(|limit| sort.as_str() <= limit)
            })
            .take(limit)
            .map(|(_, _, sort, key)| Indexed {
                sort: sort.clone(),
                key: key.clone(),
            })
            .collect())
    }

    async fn index_items(
        &self,
        index: Index,
        bucket: &str,
        after: Option<&Indexed>,
        limit: usize,
    ) -> Result<Vec<Item>, TableError> {
        let contents = self.lock();
        let first = || (String::new(), Key::new("", ""));
        let (sort, key) = after.map_or_else(first, |after| (after.sort.clone(), after.key.clone()));
        let from = (index, bucket.to_owned(), sort, key);
        Ok(contents
            .entries
            .range((Bound::Excluded(from), Bound::Unbounded))
            .take_while(|(entry_index, entry_bucket, ..)| {
                *entry_index == index && entry_bucket == bucket
            })
            .take(limit)
            .filter_map(|(_, _, _, key)| contents.items.get(key).cloned())
            .collect())
    }

    async fn write(&self, writes: &[Write]) -> Result<(), TableError> {
        let places: BTreeSet<&Key> = writes.iter().map(Write::key).collect();
        if places.len() != writes.len() || writes.is_empty() || writes.len() > MOST_WRITES {
            return Err(TableError::Refused {
                reason: "ValidationException".to_owned(),
            });
        }
        let mut contents = self.lock();
        let failed = writes
            .iter()
            .find(|write| !contents.holds(write.key(), write.condition()))
            .cloned();
        if let Some(failed) = failed {
            let ours = writes.iter().any(|write| {
                contents
                    .items
                    .get(write.key())
                    .is_some_and(|now| super::is_own(write, now))
            });
            if ours {
                return Ok(());
            }
            let current = contents.items.get(failed.key()).cloned().map(Box::new);
            return Err(TableError::ConditionFailed {
                key: failed.key().clone(),
                current,
            });
        }
        for write in writes {
            match write {
                Write::Put { item, .. } => contents.put(item.clone()),
                Write::Delete { key, .. } => contents.remove(key),
                Write::Check { .. } => {}
            }
        }
        Ok(())
    }
}
