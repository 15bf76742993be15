//! Working off a batch of SQS records, each on its own: one that fails, or panics, fails alone.

use std::fmt::Display;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use futures::FutureExt as _;
use thiserror::Error;

use super::{ExtendVisibility, Message, QueueError};
use crate::error::Class;

/// A message with what SQS says about its delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming<M> {
    /// The message.
    pub message: M,
    /// How often it was received, this time included.
    pub received: u32,
}

/// Why a record is to come again, as the handler says it.
#[derive(Debug)]
pub struct Failure {
    /// What the error means for what happens next; for the log.
    pub class: Class,
    /// The error in words, without anyone's data; for the log.
    pub reason: String,
}

impl Failure {
    /// A failure of `class`, described by `error`.
    pub fn new(class: Class, error: &impl Display) -> Self {
        Self {
            class,
            reason: error.to_string(),
        }
    }
}

/// Why a whole batch has to come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum BatchError {
    /// A record failed that cannot be named in the answer. An answer with an empty name would be
    /// read as "all failed" by one queue and as "all done" by another.
    #[error("a record without a message id failed; the whole batch has to come again")]
    Unnamed,
}

/// The shortest time after which a failed message comes again.
const FIRST_DELAY: Duration = Duration::from_secs(10);
/// The longest.
const LONGEST_DELAY: Duration = Duration::from_mins(15);

/// Hands each record to `handler`, in order, and reports those that failed so that SQS delivers
/// them again: later each time, and in the end to the dead-letter queue.
///
/// A record that cannot be read, and one whose handler panics, fails like any other. A handler
/// that has dealt with an error for good (a review was opened, say) answers `Ok`.
///
/// # Errors
/// [`BatchError::Unnamed`] where a failed record has no id; the function then fails as a whole,
/// and what was done is met again as done.
pub async fn handle_batch<M, H>(
    event: SqsEvent,
    visibility: &dyn ExtendVisibility,
    handler: H,
) -> Result<SqsBatchResponse, BatchError>
where
    M: Message,
    H: AsyncFn(Incoming<M>) -> Result<(), Failure>,
{
    let mut failures = Vec::new();
    for record in event.records {
        let Err(failure) = handle_record(&record, &handler).await else {
            continue;
        };
        let message_id = record.message_id.as_deref().filter(|id| !id.is_empty());
        let received = receive_count(&record);
        let delay = next_delay(message_id.unwrap_or_default(), received);
        tracing::warn!(
            message_id,
            received,
            class = ?failure.class,
            reason = failure.reason,
            comes_again_after_seconds = delay.as_secs(),
            "record failed"
        );
        if let Some(receipt_handle) = &record.receipt_handle
            && let Err(error) = visibility.extend(receipt_handle, delay).await
        {
            tracing::warn!(message_id, %error, "the time of the next delivery was not changed");
        }
        failures.push(message_id.ok_or(BatchError::Unnamed)?.to_owned());
    }
    let mut response = SqsBatchResponse::default();
    response.set_failures(failures);
    Ok(response)
}

async fn handle_record<M, H>(record: &SqsMessage, handler: &H) -> Result<(), Failure>
where
    M: Message,
    H: AsyncFn(Incoming<M>) -> Result<(), Failure>,
{
    let message = record
        .body
        .as_deref()
        .ok_or(QueueError::NoBody)
        .and_then(M::decode)
        .map_err(|error| Failure::new(error.class(), &error))?;
    let incoming = Incoming {
        message,
        received: receive_count(record),
    };
    // The closure itself may panic before there is a future to poll, so it runs inside one.
    AssertUnwindSafe(async { handler(incoming).await })
        .catch_unwind()
        .await
        .unwrap_or_else(
            // What it said may quote a caller; where it happened is logged by the panic hook.
            |_panic| {
                Err(Failure {
                    class: Class::Bug,
                    reason: "the handler panicked".to_owned(),
                })
            },
        )
}

fn receive_count(record: &SqsMessage) -> u32 {
    record
        .attributes
        .get("ApproximateReceiveCount")
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

/// Doubles from [`FIRST_DELAY`] to [`LONGEST_DELAY`]; the upper half of it is spread by message,
/// so that what failed together does not come back together.
fn next_delay(message_id: &str, received: u32) -> Duration {
    let doublings = received.saturating_sub(1).min(16);
    let whole = FIRST_DELAY
        .saturating_mul(1 << doublings)
        .min(LONGEST_DELAY);
    let half = whole / 2;
    let mut hasher = DefaultHasher::new();
    (message_id, received).hash(&mut hasher);
    let spread = hasher.finish() % (half.as_secs() + 1);
    half + Duration::from_secs(spread)
}
