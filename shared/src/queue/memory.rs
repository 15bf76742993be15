//! A queue in memory, for tests and the simulator: it can lose an answer as SQS can.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::{ExtendVisibility, Message, Outgoing, QueueError, SendMessage};
use crate::error::Class;

/// What the next send does instead of working.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The message never arrives.
    Refuse,
    /// The message arrives and the sender is not told.
    LoseAnswer,
}

/// A message that was hidden for longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The receipt it was received under.
    pub receipt_handle: String,
    /// For how long it is hidden.
    pub delay: Duration,
}

#[derive(Debug, Default)]
struct State {
    messages: VecDeque<Outgoing>,
    extensions: Vec<Extension>,
    faults: VecDeque<Fault>,
}

/// A queue in memory.
#[derive(Debug, Default)]
pub struct MemoryQueue(Mutex<State>);

impl MemoryQueue {
    /// The messages that wait, the oldest first; they stay.
    #[must_use]
    pub fn messages(&self) -> Vec<Outgoing> {
        self.state().messages.iter().cloned().collect()
    }

    /// The messages that wait, read as what they are; they stay.
    ///
    /// # Errors
    /// The first message's that is not one of `T`.
    pub fn decoded<T: Message>(&self) -> Result<Vec<T>, QueueError> {
        self.state()
            .messages
            .iter()
            .map(|message| T::decode(&message.body))
            .collect()
    }

    /// Takes the oldest message.
    pub fn take(&self) -> Option<Outgoing> {
        self.state().messages.pop_front()
    }

    /// What was hidden for longer, in order.
    #[must_use]
    pub fn extensions(&self) -> Vec<Extension> {
        self.state().extensions.clone()
    }

    /// Lets the next send fail before the message arrives; each call adds one failure.
    pub fn refuse_next(&self) {
        self.state().faults.push_back(Fault::Refuse);
    }

    /// Lets the next send fail after the message arrived; each call adds one failure.
    pub fn lose_next_answer(&self) {
        self.state().faults.push_back(Fault::LoseAnswer);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl SendMessage for MemoryQueue {
    async fn send(&self, message: &Outgoing) -> Result<(), QueueError> {
        let mut state = self.state();
        let fault = state.faults.pop_front();
        if fault != Some(Fault::Refuse) {
            state.messages.push_back(message.clone());
        }
        match fault {
            None => Ok(()),
            Some(Fault::Refuse | Fault::LoseAnswer) => Err(QueueError::Unconfirmed {
                class: Class::RetryLater,
                code: None,
                source: None,
            }),
        }
    }
}

#[async_trait]
impl ExtendVisibility for MemoryQueue {
    async fn extend(&self, receipt_handle: &str, delay: Duration) -> Result<(), QueueError> {
        let receipt_handle = receipt_handle.to_owned();
        self.state().extensions.push(Extension {
            receipt_handle,
            delay,
        });
        Ok(())
    }
}
