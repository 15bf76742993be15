//! A table in memory that counts what is asked of it, and nothing else: to work out what `DynamoDB`
//! charges, as the tests do, would stand in the times that are measured.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use shared::ledger::{Index, Indexed, Item, Key, MemoryTable, Table, TableError, Write};

/// How often a table was asked, and how many items went through its hands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests that read.
    pub reads: u64,
    /// Items and places that they gave.
    pub items_read: u64,
    /// Requests that write: each a transaction.
    pub writes: u64,
    /// Items that they wrote, deleted or checked.
    pub items_written: u64,
}

/// The table.
#[derive(Default)]
pub struct CountedTable {
    table: MemoryTable,
    reads: AtomicU64,
    items_read: AtomicU64,
    writes: AtomicU64,
    items_written: AtomicU64,
}

impl CountedTable {
    /// What was asked of it until now.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            reads: self.reads.load(Ordering::Relaxed),
            items_read: self.items_read.load(Ordering::Relaxed),
            writes: self.writes.load(Ordering::Relaxed),
            items_written: self.items_written.load(Ordering::Relaxed),
        }
    }

    fn read(&self, items: usize) {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.items_read.fetch_add(items as u64, Ordering::Relaxed);
    }
}

#[async_trait]
impl Table for CountedTable {
    async fn get(&self, key: &Key) -> Result<Option<Item>, TableError> {
        let item = self.table.get(key).await?;
        self.read(usize::from(item.is_some()));
        Ok(item)
    }

    async fn query(&self, pk: &str, prefix: &str) -> Result<Vec<Item>, TableError> {
        let items = self.table.query(pk, prefix).await?;
        self.read(items.len());
        Ok(items)
    }

    async fn query_index(
        &self,
        index: Index,
        bucket: &str,
        up_to: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Indexed>, TableError> {
        let places = self.table.query_index(index, bucket, up_to, limit).await?;
        self.read(places.len());
        Ok(places)
    }

    async fn write(&self, writes: &[Write]) -> Result<(), TableError> {
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.items_written
            .fetch_add(writes.len() as u64, Ordering::Relaxed);
        self.table.write(writes).await
    }
}
