//! What an action does at its vendor, as the driver sees it, and what may come of it.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::commit::LedgerError;
use super::follow::FollowUp;
use super::record::{Action, Reason, Receipt};
use super::table::TableError;
use crate::error::Class;

/// What the check before sending came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// Send it.
    Go,
    /// A person has to decide.
    AskPerson(Reason),
    /// So many people have to decide.
    AskPeople(Reason, u32),
    /// It may not be done at all, approval or not.
    Decline(Reason),
    /// The record no longer allows it; nothing was done.
    Reject(Reason),
    /// It is there already.
    Done(Receipt),
}

/// What a look-up came to. A look-up that failed is neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sighting {
    /// The effect is there.
    Found(Receipt),
    /// The look-up succeeded, was complete, and the effect is not there.
    Absent,
}

/// Why something did not come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it means for what happens next.
    pub class: Class,
    /// Why, as a code and in plain words without anyone's data.
    pub reason: Reason,
    /// How long the vendor asks to wait.
    pub wait: Option<SignedDuration>,
}

impl Failure {
    /// A failure with no wait of the vendor's.
    pub fn new(class: Class, code: impl Into<String>, words: impl Into<String>) -> Self {
        Self {
            class,
            reason: Reason::new(code, words),
            wait: None,
        }
    }
}

/// What an action does at its vendor.
#[async_trait]
pub trait Effect: Send + Sync {
    /// Reads the vendor's record and asks policy, right before sending. Reads only.
    async fn check(&self, action: &Action) -> Result<Check, Failure>;

    /// Does it: one request, no retry.
    async fn send(&self, action: &Action) -> Result<Receipt, Failure>;

    /// Looks whether it was done: fully paged, archived and drafts included. Reads only.
    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure>;

    /// Whom to tell about the state the action has come to, written in the same transaction. A
    /// notice whose id was written before is not written again.
    fn announce(&self, action: &Action) -> Vec<Action>;

    /// What is still owed once the action has come to its state, written in the same transaction.
    /// What is followed up already stays as it is.
    fn follow_ups(&self, _action: &Action) -> Vec<FollowUp> {
        Vec::new()
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Nothing more happens to it by itself, or only a person moves it.
    Rests(Action),
    /// Not before then, or until a neighbour has moved on.
    Waits(Action, Option<Timestamp>),
    /// Nothing was done; try again.
    Retry(Action, Failure),
}

/// The times that bound a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long a claim lasts.
    pub lease: SignedDuration,
    /// The time-out of a request, well below the lease.
    pub time_out: SignedDuration,
}

impl From<TableError> for Failure {
    fn from(error: TableError) -> Self {
        Self::new(error.class(), "ledger", "the ledger could not be read")
    }
}

impl From<&LedgerError> for Failure {
    fn from(error: &LedgerError) -> Self {
        Self::new(error.class(), "ledger", "the ledger could not be written")
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::from(&error)
    }
}
