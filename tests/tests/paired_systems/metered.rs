//! A table in memory that counts what `DynamoDB` would charge for: request units, as its documentation
//! defines them (`https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html`).

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use shared::ledger::observed::{ObservedTable, Observer, Read};
use shared::ledger::{Entry, Index, Item, MemoryTable, Table, Write};

/// What was asked of a table, and what `DynamoDB` charges for it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Meter {
    /// Requests that read.
    pub reads: u64,
    /// Requests that write: each a transaction.
    pub writes: u64,
    /// Read request units: one for each 4 KB read consistently, half of it by an index.
    pub read_units: f64,
    /// Write request units: two for each KB of an item in a transaction, one for each KB in an index.
    pub write_units: f64,
    /// Those among them that were for indexes.
    pub index_units: f64,
}

impl Meter {
    /// What came since `earlier`.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        Self {
            reads: self.reads - earlier.reads,
            writes: self.writes - earlier.writes,
            read_units: self.read_units - earlier.read_units,
            write_units: self.write_units - earlier.write_units,
            index_units: self.index_units - earlier.index_units,
        }
    }
}

/// Watches a table, and counts.
#[derive(Default)]
pub struct Metering(Mutex<Meter>);

impl Metering {
    /// What was asked of the table until now.
    #[must_use]
    pub fn meter(&self) -> Meter {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, count: impl FnOnce(&mut Meter)) {
        count(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// An empty table in memory that is metered.
#[must_use]
pub fn metered() -> ObservedTable<Metering> {
    ObservedTable::new(Arc::new(MemoryTable::default()), Metering::default())
}

/// Units of `step` bytes, at least one.
fn units(bytes: usize, step: usize) -> f64 {
    let units = bytes.div_ceil(step).max(1);
    u32::try_from(units).map_or(f64::MAX, f64::from)
}

/// The size of an item: its JSON, its places and its keys. `DynamoDB`'s own encoding is of about this size.
fn size(item: &Item) -> usize {
    let entries: usize = item
        .entries
        .iter()
        .map(|it| it.bucket.len() + it.sort.len())
        .sum();
    item.body.to_string().len() + entries + item.key.pk.len() + item.key.sk.len() + 100
}

/// What the change of an item's places costs: an index that holds keys only is not written to while
/// they stay.
fn index_units(before: &[Entry], after: &[Entry], bytes: usize) -> f64 {
    let written = |entry: &Entry| {
        let is_small = entry.index == Index::Due;
        units(if is_small { 0 } else { bytes }, 1024)
    };
    let gone: f64 = before
        .iter()
        .filter(|it| !after.contains(it))
        .map(written)
        .sum();
    let there: f64 = after
        .iter()
        .filter(|it| !(before.contains(it) && it.index == Index::Due))
        .map(written)
        .sum();
    gone + there
}

#[async_trait]
impl Observer for Metering {
    async fn after_read(&self, read: Read<'_>) {
        let sizes = |items: &[Item]| items.iter().map(size).sum();
        let asked = match read {
            Read::Item(item) => units(item.map_or(0, size), 4096),
            Read::Partition { items, .. } => units(sizes(items), 4096),
            Read::Places(places) => units(places.len() * 200, 4096) / 2.0,
            Read::IndexItems(items) => units(sizes(items), 4096) / 2.0,
            Read::IndexCount(count) => units(count * 200, 4096) / 2.0,
        };
        self.count(|meter| {
            meter.reads += 1;
            meter.read_units += asked;
        });
    }

    async fn before_write(&self, table: &dyn Table, writes: &[Write]) {
        let (mut items, mut indexes) = (0.0, 0.0);
        for write in writes {
            let before = table.get(write.key()).await.ok().flatten();
            let old = before.as_ref().map_or(0, size);
            let places = before
                .as_ref()
                .map_or(&[][..], |item| item.entries.as_slice());
            let (bytes, after) = match write {
                Write::Put { item, .. } => (size(item).max(old), item.entries.as_slice()),
                Write::Delete { .. } => (old, &[][..]),
                Write::Check { .. } => (old, places),
            };
            items += 2.0 * units(bytes, 1024);
            if !matches!(write, Write::Check { .. }) {
                indexes += index_units(places, after, bytes);
            }
        }
        self.count(|meter| {
            meter.writes += 1;
            meter.write_units += items + indexes;
            meter.index_units += indexes;
        });
    }
}
