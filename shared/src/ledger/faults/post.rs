//! A queue whose answers may be lost, and whose messages may come twice.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use super::{Course, Faults};
use crate::error::Class;
use crate::ledger::effect::Failure;
use crate::ledger::outbox::{OutboxRecord, Post};

/// A queue in memory.
#[derive(Debug, Default)]
pub struct FaultyPost {
    messages: Mutex<VecDeque<OutboxRecord>>,
    faults: Faults,
}

impl FaultyPost {
    /// An empty queue, with the faults that `faults` plans.
    #[must_use]
    pub fn new(faults: Faults) -> Self {
        Self {
            messages: Mutex::default(),
            faults,
        }
    }

    /// Takes the oldest message.
    pub fn take(&self) -> Option<OutboxRecord> {
        self.lock().pop_front()
    }

    /// Puts a message back, as a queue does whose reader failed.
    pub fn put_back(&self, message: OutboxRecord) {
        self.lock().push_back(message);
    }

    /// Loses every message.
    pub fn lose_all(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<OutboxRecord>> {
        self.messages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Post for FaultyPost {
    async fn post(&self, message: &OutboxRecord) -> Result<(), Failure> {
        let failed = |code| {
            Err(Failure::new(
                Class::RetryLater,
                code,
                "the queue did not answer",
            ))
        };
        match self.faults.next().await {
            Course::Well => self.lock().push_back(message.clone()),
            Course::Twice => {
                self.lock().push_back(message.clone());
                self.lock().push_back(message.clone());
            }
            Course::Unanswered => {
                self.lock().push_back(message.clone());
                return failed("time-out");
            }
            Course::Not => return failed("throttled"),
        }
        Ok(())
    }
}
