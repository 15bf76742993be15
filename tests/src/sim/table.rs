//! The table as it behaves on a bad day.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::Value;
use shared::ledger::{Index, Indexed, Item, Key, MemoryTable, Table, TableError, Write};

use super::chaos::{Chaos, lock};

/// The table in memory, behind a network.
#[derive(Clone)]
pub struct SimTable {
    inner: Arc<MemoryTable>,
    chaos: Arc<Chaos>,
    under_way: Arc<Mutex<UnderWay>>,
}

/// Which actions have a request under way, by the record that it concerns.
#[derive(Debug, Default)]
struct UnderWay {
    by_resource: BTreeMap<String, Key>,
    clash: Option<String>,
}

impl UnderWay {
    /// Follows what was written: two requests under way about one record are one too many.
    fn follow(&mut self, item: &Item) {
        let text = |name| item.body.get(name).and_then(Value::as_str);
        let Some((state, resource)) = text("state").zip(text("resource")) else {
            return;
        };
        let is_under_way = matches!(state, "sent" | "unknown");
        let other = self.by_resource.get(resource);
        if !is_under_way {
            if other == Some(&item.key) {
                self.by_resource.remove(resource);
            }
        } else if other.is_none() {
            self.by_resource
                .insert(resource.to_owned(), item.key.clone());
        } else if other != Some(&item.key) {
            self.clash = Some(format!(
                "two requests under way about {resource}: {other:?} and {:?}",
                item.key
            ));
        }
    }
}

impl SimTable {
    /// An empty table.
    #[must_use]
    pub fn new(chaos: Arc<Chaos>) -> Self {
        Self {
            inner: Arc::new(MemoryTable::default()),
            chaos,
            under_way: Arc::default(),
        }
    }

    /// The table itself, without the network.
    #[must_use]
    pub const fn inner(&self) -> &Arc<MemoryTable> {
        &self.inner
    }

    /// Two requests that were under way about one record at once, where there were any.
    #[must_use]
    pub fn clash(&self) -> Option<String> {
        lock(&self.under_way).clash.clone()
    }

    async fn put(&self, writes: &[Write]) -> Result<(), TableError> {
        let written = self.inner.write(writes).await;
        if written.is_ok() {
            for write in writes {
                let Write::Put { item, .. } = write else {
                    continue;
                };
                // A repeat is answered as a success although others have written since.
                let stored = self.inner.get(&item.key).await?;
                if stored.is_some_and(|it| it.written_by == item.written_by) {
                    lock(&self.under_way).follow(item);
                }
            }
        }
        written
    }

    async fn read(&self) -> Result<(), TableError> {
        self.chaos.breathe().await;
        let odds = self.chaos.odds();
        if self.chaos.strikes(odds.table_turned_away) {
            return Err(unavailable("ThrottlingException"));
        }
        if self.chaos.strikes(odds.table_answer_lost) {
            return Err(unavailable("time-out"));
        }
        Ok(())
    }
}

fn unavailable(reason: &str) -> TableError {
    TableError::Unavailable {
        reason: reason.to_owned(),
    }
}

#[async_trait]
impl Table for SimTable {
    async fn get(&self, key: &Key) -> Result<Option<Item>, TableError> {
        self.read().await?;
        let got = self.inner.get(key).await;
        self.chaos.breathe().await;
        got
    }

    async fn query(&self, pk: &str, prefix: &str) -> Result<Vec<Item>, TableError> {
        self.read().await?;
        let got = self.inner.query(pk, prefix).await;
        self.chaos.breathe().await;
        got
    }

    async fn query_index(
        &self,
        index: Index,
        bucket: &str,
        up_to: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Indexed>, TableError> {
        self.read().await?;
        let mut got = self.inner.query_index(index, bucket, up_to, limit).await?;
        got.retain(|_| !self.chaos.strikes(self.chaos.odds().index_gap));
        self.chaos.breathe().await;
        Ok(got)
    }

    async fn write(&self, writes: &[Write]) -> Result<(), TableError> {
        self.chaos.breathe().await;
        let odds = self.chaos.odds();
        if self.chaos.strikes(odds.table_turned_away) {
            return Err(unavailable("ThrottlingException"));
        }
        let mut written = self.put(writes).await;
        if self.chaos.strikes(odds.table_repeated) {
            // The client library asks again by itself; others may have come in between.
            self.chaos.breathe().await;
            written = self.put(writes).await;
        }
        self.chaos.breathe().await;
        if self.chaos.strikes(odds.table_answer_lost) {
            return Err(unavailable("time-out"));
        }
        written
    }
}
