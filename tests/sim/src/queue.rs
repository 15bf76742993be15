//! A standard queue of SQS: at least once, in no order, hidden while it is worked on, and to the
//! dead-letter queue after so many receives.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use shared::error::Class;
use shared::queue::{ExtendVisibility, Outgoing, QueueError, SendMessage};
use tokio::sync::Notify;
use tokio::time::Instant;

use super::chaos::{Chaos, lock};

/// How a queue is set up, as the template has it.
#[derive(Debug, Clone, Copy)]
pub struct QueueSettings {
    /// The name, for what is told of it.
    pub name: &'static str,
    /// How long a received message is hidden.
    pub visibility: Duration,
    /// How often it is received before it goes to the dead-letter queue.
    pub receives: u32,
}

/// A message that was received.
#[derive(Debug, Clone)]
pub struct Received {
    /// The message's own id.
    pub id: String,
    /// The receipt of this delivery.
    pub receipt: String,
    /// What it says.
    pub body: String,
    /// How often it was received, this time included.
    pub received: u32,
}

#[derive(Debug, Clone)]
struct Stored {
    id: u64,
    body: String,
    received: u32,
    visible_at: Instant,
    receipt: String,
}

#[derive(Debug, Default)]
struct Contents {
    messages: Vec<Stored>,
    dead: Vec<Stored>,
    /// Everything that was ever sent: for the oracle, and for messages that come once more.
    ever: Vec<String>,
    next: u64,
}

/// A queue with its dead-letter queue.
#[derive(Clone)]
pub struct SimQueue {
    contents: Arc<Mutex<Contents>>,
    settings: QueueSettings,
    chaos: Arc<Chaos>,
    sent: Arc<Notify>,
}

impl SimQueue {
    /// An empty queue; `sent` rings whenever a message arrives.
    #[must_use]
    pub fn new(settings: QueueSettings, chaos: Arc<Chaos>, sent: Arc<Notify>) -> Self {
        Self {
            contents: Arc::default(),
            settings,
            chaos,
            sent,
        }
    }

    /// Receives at most `most` of the visible messages.
    #[must_use]
    pub fn receive(&self, most: usize) -> Vec<Received> {
        let now = Instant::now();
        let mut contents = lock(&self.contents);
        let spent =
            |stored: &Stored| stored.visible_at <= now && stored.received >= self.settings.receives;
        let dead: Vec<Stored> = contents.messages.extract_if(.., |it| spent(it)).collect();
        contents.dead.extend(dead);
        let mut visible: Vec<usize> = (0..)
            .zip(&contents.messages)
            .filter_map(|(place, stored)| (stored.visible_at <= now).then_some(place))
            .collect();
        if self.chaos.is_on() {
            self.chaos.dice().shuffle(&mut visible);
        }
        let mut received = Vec::new();
        for place in visible.into_iter().take(most) {
            contents.next += 1;
            let receipt = format!("receipt-{}", contents.next);
            let twice = self.chaos.strikes(self.chaos.odds().queue_twice);
            let Some(stored) = contents.messages.get_mut(place) else {
                continue;
            };
            stored.received += 1;
            stored.receipt.clone_from(&receipt);
            stored.visible_at = if twice {
                now
            } else {
                now + self.settings.visibility
            };
            received.push(Received {
                id: format!("{}-{}", self.settings.name, stored.id),
                receipt,
                body: stored.body.clone(),
                received: stored.received,
            });
        }
        received
    }

    /// Removes a message that was worked off.
    pub fn remove(&self, id: &str) {
        if self.chaos.strikes(self.chaos.odds().removal_lost) {
            return;
        }
        let name = self.settings.name;
        lock(&self.contents)
            .messages
            .retain(|stored| format!("{name}-{}", stored.id) != id);
    }

    /// When the next message can be received, where there is one.
    #[must_use]
    pub fn next_visible(&self) -> Option<Instant> {
        let contents = lock(&self.contents);
        contents.messages.iter().map(|it| it.visible_at).min()
    }

    /// How many messages wait or are worked on.
    #[must_use]
    pub fn depth(&self) -> usize {
        lock(&self.contents).messages.len()
    }

    /// How many lie in the dead-letter queue.
    #[must_use]
    pub fn dead_letters(&self) -> usize {
        lock(&self.contents).dead.len()
    }

    /// Brings back what lies in the dead-letter queue.
    #[must_use]
    pub fn redrive(&self) -> usize {
        let mut contents = lock(&self.contents);
        let dead = std::mem::take(&mut contents.dead);
        let moved = dead.len();
        for stored in dead {
            contents.messages.push(Stored {
                received: 0,
                visible_at: Instant::now(),
                ..stored
            });
        }
        drop(contents);
        self.sent.notify_one();
        moved
    }

    /// Everything that was ever sent to it.
    #[must_use]
    pub fn ever_sent(&self) -> Vec<String> {
        lock(&self.contents).ever.clone()
    }

    /// Puts a message there, whoever sends it.
    pub fn put(&self, body: String) {
        let mut contents = lock(&self.contents);
        contents.next += 1;
        let id = contents.next;
        contents.messages.push(Stored {
            id,
            body,
            received: 0,
            visible_at: Instant::now(),
            receipt: String::new(),
        });
        drop(contents);
        self.sent.notify_one();
    }

    /// Loses every message that waits.
    pub fn lose_all(&self) {
        lock(&self.contents).messages.clear();
    }
}

fn unconfirmed() -> QueueError {
    QueueError::Unconfirmed {
        class: Class::RetryLater,
        code: None,
        source: None,
    }
}

#[async_trait]
impl SendMessage for SimQueue {
    async fn send(&self, message: &Outgoing) -> Result<(), QueueError> {
        self.chaos.breathe().await;
        if self.chaos.strikes(self.chaos.odds().queue_refused) {
            return Err(unconfirmed());
        }
        lock(&self.contents).ever.push(message.body.clone());
        self.put(message.body.clone());
        self.chaos.breathe().await;
        if self.chaos.strikes(self.chaos.odds().queue_answer_lost) {
            return Err(unconfirmed());
        }
        Ok(())
    }
}

#[async_trait]
impl ExtendVisibility for SimQueue {
    async fn extend(&self, receipt_handle: &str, delay: Duration) -> Result<(), QueueError> {
        self.chaos.breathe().await;
        let mut contents = lock(&self.contents);
        let found = contents
            .messages
            .iter_mut()
            .find(|stored| stored.receipt == receipt_handle);
        if let Some(stored) = found {
            stored.visible_at = Instant::now() + delay;
        }
        Ok(())
    }
}
