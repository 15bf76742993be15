//! The ledger: which calls were heard, what is to be done about each, and what was done. It is
//! what makes "once" true.
//!
//! One partition per call holds its claim (`call`), what was heard (`event#…`, `private#…`), what
//! is done (`action#…`), who is told (`notice#…`), which messages are owed (`outbox#…`) and the
//! trail of it all (`audit#…`, `head`). A state change, its audit entry, its notices and the
//! messages it causes are one transaction.

mod alerts;
mod amend;
mod audit;
mod caller;
mod claim;
mod commit;
mod decide;
mod desk;
mod drive;
mod dynamo;
mod effect;
mod erase;
#[cfg(any(test, feature = "suite"))]
pub mod faults;
mod follow;
mod lock;
mod look;
mod memory;
mod notice;
#[cfg(any(test, feature = "suite"))]
pub mod observed;
mod outbox;
mod private;
mod queue_page;
mod recipient;
mod record;
mod record_link;
mod schedule;
mod send;
mod settled;
mod state;
mod step;
#[cfg(any(test, feature = "suite"))]
pub mod suite;
mod sweep;
mod table;

pub use amend::Amendment;
pub use audit::{AuditEntry, AuditFault, AuditNote, verify_audit, verify_records};
pub use caller::CallerIndex;
pub use claim::{Claim, Heard};
pub use commit::{Change, Ledger, LedgerError};
pub use decide::{Decision, DecisionError, Verdict, binding};
pub use desk::{RECORDS, Remark, door, reference_items};
pub use drive::Driver;
pub use dynamo::DynamoTable;
pub use effect::{Check, Effect, Failure, Pace, Progress, Sighting};
pub use follow::{FollowUp, Stage, Subject};
pub use lock::{ResourceLock, resource_key};
pub use memory::MemoryTable;
pub use notice::notices;
pub use outbox::{Destination, OutboxRecord, Post};
pub use private::unpack;
pub use queue_page::{QueuePage, queue_place};
pub use recipient::{Paid, Recipient};
pub use record::{
    Action, ActionId, Anchor, Approval, CallRecord, Family, Lease, Reason, Receipt, Reservation,
    action_key, partition,
};
pub use record_link::record_link;
pub use schedule::{SHARDS, due_bucket, due_entry, review_bucket};
pub use send::VELOCITY;
pub use settled::Settled;
pub use state::{Forbidden, State, Step};
pub use sweep::Due;
pub use table::{
    Condition, Entry, Index, Indexed, Item, Key, MOST_WRITES, Table, TableError, Write,
};

/// Whether `current` is what `write` itself had put there: its answer was lost, not its effect.
fn is_own(write: &Write, current: &Item) -> bool {
    matches!(
        write,
        Write::Put { item, .. } if item.written_by.is_some() && item.written_by == current.written_by
    )
}
