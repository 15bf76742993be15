//! Tables on which something goes wrong, or happens in between.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::{Course, Faults};
use crate::ledger::observed::{ObservedTable, Observer};
use crate::ledger::table::{Index, Indexed, Item, Key, Table, TableError, Write};

/// A table some of whose operations go wrong.
#[derive(Clone)]
pub struct FaultyTable {
    inner: Arc<dyn Table>,
    faults: Faults,
}

impl FaultyTable {
    /// `inner`, with the faults that `faults` plans.
    #[must_use]
    pub fn new(inner: Arc<dyn Table>, faults: Faults) -> Self {
        Self { inner, faults }
    }

    /// A read has nothing to lose but its answer.
    async fn read(&self) -> Result<(), TableError> {
        match self.faults.next_read().await {
            Course::Well | Course::Twice => Ok(()),
            Course::Unanswered => Err(unavailable("time-out")),
            Course::Not => Err(unavailable("ThrottlingException")),
        }
    }
}

fn unavailable(reason: &str) -> TableError {
    TableError::Unavailable {
        reason: reason.to_owned(),
    }
}

#[async_trait]
impl Table for FaultyTable {
    async fn get(&self, key: &Key) -> Result<Option<Item>, TableError> {
        self.read().await?;
        self.inner.get(key).await
    }

    async fn query(&self, pk: &str, prefix: &str) -> Result<Vec<Item>, TableError> {
        self.read().await?;
        self.inner.query(pk, prefix).await
    }

    async fn query_index(
        &self,
        index: Index,
        bucket: &str,
        up_to: Option<&str>,
        limit: usize,
    ) -> Result<Vec<Indexed>, TableError> {
        self.read().await?;
        self.inner.query_index(index, bucket, up_to, limit).await
    }

    async fn index_items(
        &self,
        index: Index,
        bucket: &str,
        after: Option<&Indexed>,
        limit: usize,
    ) -> Result<Vec<Item>, TableError> {
        self.read().await?;
        self.inner.index_items(index, bucket, after, limit).await
    }

    async fn write(&self, writes: &[Write]) -> Result<(), TableError> {
        match self.faults.next().await {
            Course::Well => self.inner.write(writes).await,
            Course::Twice => {
                // Whatever the first said, its answer is lost.
                let _lost = self.inner.write(writes).await;
                self.inner.write(writes).await
            }
            Course::Unanswered => {
                let _lost = self.inner.write(writes).await;
                Err(unavailable("time-out"))
            }
            Course::Not => Err(unavailable("ThrottlingException")),
        }
    }
}

/// What happens in between.
type Event = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Something that happens right before the first write.
pub struct HappensBefore(Mutex<Option<Event>>);

impl HappensBefore {
    /// `inner`, where `event` comes before the first write.
    #[must_use]
    pub fn first_write(
        inner: Arc<dyn Table>,
        event: impl Future<Output = ()> + Send + 'static,
    ) -> ObservedTable<Self> {
        ObservedTable::new(inner, Self(Mutex::new(Some(Box::pin(event)))))
    }
}

#[async_trait]
impl Observer for HappensBefore {
    async fn before_write(&self, _table: &dyn Table, _writes: &[Write]) {
        let event = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(event) = event {
            event.await;
        }
    }
}
