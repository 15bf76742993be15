//! The table as it behaves on a bad day.

use std::sync::Arc;

use async_trait::async_trait;
use shared::ledger::{Index, Indexed, Item, Key, MemoryTable, Table, TableError, Write};

use super::chaos::Chaos;

/// The table in memory, behind a network.
#[derive(Clone)]
pub struct SimTable {
    inner: Arc<MemoryTable>,
    chaos: Arc<Chaos>,
}

impl SimTable {
    /// An empty table.
    #[must_use]
    pub fn new(chaos: Arc<Chaos>) -> Self {
        Self {
            inner: Arc::new(MemoryTable::default()),
            chaos,
        }
    }

    /// The table itself, without the network.
    #[must_use]
    pub const fn inner(&self) -> &Arc<MemoryTable> {
        &self.inner
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
        let mut written = self.inner.write(writes).await;
        if self.chaos.strikes(odds.table_repeated) {
            // The client library asks again by itself; others may have come in between.
            self.chaos.breathe().await;
            written = self.inner.write(writes).await;
        }
        self.chaos.breathe().await;
        if self.chaos.strikes(odds.table_answer_lost) {
            return Err(unavailable("time-out"));
        }
        written
    }
}
