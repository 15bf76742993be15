//! What can go wrong at the command line, in words an operator can act on.

use std::path::PathBuf;

use shared::config::{ConfigError, SettingsError};
use shared::ids::InvalidId;
use shared::ledger::{DecisionError, Failure, LedgerError, TableError};
use thiserror::Error;

use crate::lines::LineError;

/// Why a command did not do as asked.
#[derive(Debug, Error)]
pub enum OpsError {
    /// A file cannot be read.
    #[error("{0} cannot be read: {1}")]
    File(PathBuf, #[source] std::io::Error),
    /// The local stack's description is broken.
    #[error("{0} does not describe a local stack: {1}; start one anew with `make run`")]
    Stack(PathBuf, String),
    /// There is no local stack.
    #[error("no local stack runs here; start one with `make run`, or give --url and --secret")]
    NoStack,
    /// The environment names no deployment.
    #[error("no local stack runs here, and the environment names no deployment: {0}")]
    Environment(#[from] ConfigError),
    /// There is no such queue.
    #[error("there is no queue {0:?}; give one of calls, cases, notices")]
    NoQueue(String),
    /// The ledger does not know the call.
    #[error(
        "the ledger does not know the call {0}; `ledgerline redrive calls` brings back calls that \
         could not be classified, and a call that DialNexa could not deliver is found by itself \
         within the hour"
    )]
    NoCall(String),
    /// Not an id.
    #[error(transparent)]
    Id(#[from] InvalidId),
    /// Not an action of a call.
    #[error("{0:?} names no action; copy it from `ledgerline review list`")]
    NoAction(String),
    /// The settings are not complete.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A decision was not taken.
    #[error(transparent)]
    Decision(#[from] DecisionError),
    /// Something sent over HTTP failed.
    #[error("{0} did not answer: {1}")]
    Http(String, #[source] reqwest::Error),
    /// A queue failed.
    #[error("the queue failed: {0}")]
    Queue(String),
    /// Output cannot be written.
    #[error("the output cannot be written: {0}")]
    Output(#[from] std::io::Error),
    /// A line of the input was not answered.
    #[error(transparent)]
    Line(#[from] LineError),
    /// Anything else, in words.
    #[error("{0}")]
    Other(String),
}

impl From<TableError> for OpsError {
    fn from(error: TableError) -> Self {
        Self::Ledger(error.into())
    }
}

impl From<Failure> for OpsError {
    fn from(failure: Failure) -> Self {
        Self::Other(failure.reason.words)
    }
}
