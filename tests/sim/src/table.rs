//! The table as it behaves on a bad day.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::Value;
use shared::clock::Clock as _;
use shared::ledger::{Index, Indexed, Item, Key, MemoryTable, Table, TableError, Write};

use super::chaos::{Chaos, lock};
use super::clock::VirtualClock;
use super::watch::{Watch, is_action};

/// The table in memory, behind a network.
#[derive(Clone)]
pub struct SimTable {
    inner: Arc<MemoryTable>,
    chaos: Arc<Chaos>,
    clock: VirtualClock,
    watch: Arc<Mutex<Watch>>,
    written: Arc<AtomicU64>,
}

impl SimTable {
    /// An empty table.
    #[must_use]
    pub fn new(chaos: Arc<Chaos>, clock: VirtualClock) -> Self {
        Self {
            inner: Arc::new(MemoryTable::default()),
            chaos,
            clock,
            watch: Arc::default(),
            written: Arc::default(),
        }
    }

    /// The table itself, without the network.
    #[must_use]
    pub const fn inner(&self) -> &Arc<MemoryTable> {
        &self.inner
    }

    /// How often anything was written: as long as it is the same, so is the table.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// What two workers did that only one may do, where they did.
    #[must_use]
    pub fn clash(&self) -> Option<String> {
        lock(&self.watch).clash()
    }

    async fn put(&self, writes: &[Write]) -> Result<(), TableError> {
        let mut moved = Vec::new();
        for write in writes {
            if let Write::Put { item, .. } = write {
                moved.push((self.inner.get(&item.key).await?, item));
            }
        }
        let written = self.inner.write(writes).await;
        if written.is_ok() {
            self.written.fetch_add(1, Ordering::Relaxed);
            for (before, item) in moved {
                // A repeat is answered as a success although others have written since.
                let stored = self.inner.get(&item.key).await?;
                if stored.is_some_and(|it| it.written_by == item.written_by) {
                    let now = self.clock.now();
                    lock(&self.watch).follow(before.as_ref(), item, now, self.chaos.odds().skew);
                }
            }
        }
        written
    }

    /// The item as a worker with a wrong idea of leases sees it.
    fn misread(&self, mut item: Item) -> Item {
        if is_action(&item.key)
            && item.body.get("lease").is_some_and(Value::is_object)
            && self.chaos.strikes(self.chaos.odds().lease_early)
            && let Some(until) = Arc::make_mut(&mut item.body).pointer_mut("/lease/until")
        {
            *until = Value::String(Timestamp::UNIX_EPOCH.to_string());
            lock(&self.watch).excuse(&item.key);
        }
        item
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
        Ok(got?.map(|item| self.misread(item)))
    }

    async fn query(&self, pk: &str, prefix: &str) -> Result<Vec<Item>, TableError> {
        self.read().await?;
        let got = self.inner.query(pk, prefix).await?;
        self.chaos.breathe().await;
        Ok(got.into_iter().map(|item| self.misread(item)).collect())
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
