//! `classify`: keeps what was heard of a call, claims the call, works out what it asks for, and
//! sends it on. It holds no key and calls no vendor.

mod mapping;
mod merge;
mod start;
pub mod understand;

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use shared::call::{CallEvent, Kept, facts_hash};
use shared::ledger::{Claim, Destination, Failure, Ledger, LedgerError, Post};
use shared::queue::{self, BatchError, CallsMessage, ExtendVisibility, Incoming};
use tracing::instrument;

pub use mapping::{MappingError, mapping};
pub use merge::merge;
pub use start::{Setup, start};
use understand::Mapping;

/// Everything `classify` works with.
pub struct Classifier {
    /// The ledger.
    pub ledger: Ledger,
    /// How calls are read.
    pub mapping: Mapping,
    /// For how long the private record of a call is kept.
    pub retention: SignedDuration,
    /// Where messages that are owed go.
    pub outbox: Arc<dyn Post>,
}

impl Classifier {
    /// Works off a batch of `calls`.
    ///
    /// # Errors
    /// As [`queue::handle_batch`].
    pub async fn handle(
        &self,
        event: SqsEvent,
        visibility: &dyn ExtendVisibility,
    ) -> Result<SqsBatchResponse, BatchError> {
        queue::handle_batch(
            event,
            visibility,
            async |incoming: Incoming<CallsMessage>| {
                let outcome = match &incoming.message {
                    CallsMessage::Event(event) => self.hear(event).await,
                    CallsMessage::Kept(kept) => self.keep(kept).await,
                };
                outcome.map_err(|failure| queue::Failure {
                    class: failure.class,
                    reason: failure.reason.code,
                })
            },
        )
        .await
    }

    /// Takes in one event of a call. Any number of times, by any number of workers.
    ///
    /// # Errors
    /// [`Failure`] where it has to come again.
    #[instrument(skip_all, fields(call = %event.call, event = event.name))]
    pub async fn hear(&self, event: &CallEvent) -> Result<(), Failure> {
        let forget_at = self.forget_at(event.received_at);
        self.ledger
            .hear(event, &content_id(event)?, forget_at)
            .await?;
        let heard = self.ledger.events(&event.call).await?;
        // What comes before the call has ended is context; only its end can be acted on.
        let Some(whole) = merge(heard) else {
            return Ok(());
        };
        let case = understand::understand(&whole, &self.mapping);
        let facts = facts_hash(&whole).to_string();
        let claim = self.ledger.claim(&case, &facts, forget_at).await?;
        tracing::info!(
            claim = ?claim,
            workflow = case.workflow.as_str(),
            confidence = case.confidence.thousandths(),
            removed = case.removed.len(),
            contested = claim == Claim::Contested,
            "classified"
        );
        if shared::mutant!("mutant-if-new-send") && claim != Claim::New {
            return Ok(());
        }
        self.ledger
            .flush(&event.call, Destination::Cases, &*self.outbox)
            .await?;
        Ok(())
    }

    async fn keep(&self, kept: &Kept) -> Result<(), Failure> {
        let forget_at = self.forget_at(kept.received_at);
        self.ledger.keep(kept, forget_at).await?;
        tracing::warn!(
            digest = kept.digest,
            "kept a delivery of unknown shape for an operator"
        );
        Ok(())
    }

    fn forget_at(&self, since: Timestamp) -> Option<Timestamp> {
        since.saturating_add(self.retention).ok()
    }
}

/// The same for the same content, whenever it came: a redelivery is stored once.
fn content_id(event: &CallEvent) -> Result<String, Failure> {
    let timeless = CallEvent {
        received_at: Timestamp::UNIX_EPOCH,
        ..event.clone()
    };
    let json = serde_json::to_vec(&timeless)
        .map_err(|_| Failure::from(LedgerError::Private("the event cannot be written as JSON")))?;
    let digest = Sha256::digest(json);
    Ok(hex::encode(digest.get(..12).unwrap_or_default()))
}
