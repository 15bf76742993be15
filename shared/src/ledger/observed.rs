//! A table that somebody watches: what tests count, and what they let happen in between.

use std::sync::Arc;

use async_trait::async_trait;

use super::table::{Index, Indexed, Item, Key, Table, TableError, Write};

/// What was read.
#[derive(Debug, Clone, Copy)]
pub enum Read<'a> {
    /// One item, if it is there.
    Item(Option<&'a Item>),
    /// The items of a partition whose place begins with a prefix.
    Partition {
        /// The prefix.
        prefix: &'a str,
        /// The items.
        items: &'a [Item],
    },
    /// Places of one bucket of an index.
    Places(&'a [Indexed]),
    /// Whole items of one bucket of an index.
    IndexItems(&'a [Item]),
    /// How many items one bucket of an index holds.
    IndexCount(usize),
}

/// Watches a table; what it does not say it does not care for.
#[async_trait]
pub trait Observer: Send + Sync {
    /// Comes after a read that went well.
    async fn after_read(&self, _read: Read<'_>) {}

    /// Comes before a write, which finds `table` as this leaves it.
    async fn before_write(&self, _table: &dyn Table, _writes: &[Write]) {}

    /// Comes after a write, however it went.
    async fn after_write(&self, _writes: &[Write]) {}
}

/// A table with its observer.
pub struct ObservedTable<O> {
    inner: Arc<dyn Table>,
    observer: O,
}

impl<O> ObservedTable<O> {
    /// `inner`, watched by `observer`.
    #[must_use]
    pub fn new(inner: Arc<dyn Table>, observer: O) -> Self {
        Self { inner, observer }
    }

    /// Who watches.
    #[must_use]
    pub const fn observer(&self) -> &O {
        &self.observer
    }
}

#[async_trait]
impl<O: Observer> Table for ObservedTable<O> {
    async fn get(&self, key: &Key) -> Result<Option<Item>, TableError> {
        let item = self.inner.get(key).await?;
        self.observer.after_read(Read::Item(item.as_ref())).await;
        Ok(item)
    }

    async fn query(&self, pk: &str, prefix: &str) -> Result<Vec<Item>, TableError> {
        let items = self.inner.query(pk, prefix).await?;
        let read = Read::Partition {
            prefix,
            items: &items,
        };
        self.observer.after_read(read).await;
        Ok(items)
    }

    async fn query_index(
        &self,
        index: Index,
        bucket: &str,
        up_to: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Indexed>, TableError> {
        let places = self.inner.query_index(index, bucket, up_to, limit).await?;
        self.observer.after_read(Read::Places(&places)).await;
        Ok(places)
    }

    async fn index_items(
        &self,
        index: Index,
        bucket: &str,
        after: Option<&Indexed>,
        limit: usize,
    ) -> Result<Vec<Item>, TableError> {
        let items = self.inner.index_items(index, bucket, after, limit).await?;
        self.observer.after_read(Read::IndexItems(&items)).await;
        Ok(items)
    }

    async fn index_count(&self, index: Index, bucket: &str) -> Result<usize, TableError> {
        let count = self.inner.index_count(index, bucket).await?;
        self.observer.after_read(Read::IndexCount(count)).await;
        Ok(count)
    }

    async fn write(&self, writes: &[Write]) -> Result<(), TableError> {
        self.observer.before_write(&*self.inner, writes).await;
        let outcome = self.inner.write(writes).await;
        self.observer.after_write(writes).await;
        outcome
    }
}
