//! Calls that DialNexa has and we do not: its webhook is tried four times at most, and then never
//! again. Found in its list of calls, redacted here in memory, and put on `calls` as if they had
//! been delivered.

use std::sync::Arc;

use jiff::SignedDuration;
use shared::call::{Delivery, read, scrub};
use shared::ids::CallId;
use shared::ledger::Failure;
use shared::queue::{CallsMessage, Message as _, SendMessage};
use shared::redact;
use shared::vendors::dialnexa::DialNexa;

use crate::Reconciler;

const EVERY: SignedDuration = SignedDuration::from_mins(15);

/// How far the looked-at stretches overlap: a call is listed when it ends, not when it began.
const OVERLAP: SignedDuration = SignedDuration::from_hours(3);

/// How long DialNexa has to deliver a call by itself.
const PATIENCE: SignedDuration = SignedDuration::from_mins(30);

/// The most calls that one sweep fetches; the next one goes on.
const MOST_AT_ONCE: usize = 20;

/// Where missed calls are found, and where they go.
pub struct MissedCalls {
    /// DialNexa.
    pub dialnexa: DialNexa,
    /// The queue `calls`.
    pub calls: Arc<dyn SendMessage>,
}

impl Reconciler {
    /// Takes in what was missed. Says how many calls there were.
    pub(crate) async fn take_in_missed_calls(&self) -> Result<usize, Failure> {
        let Some(missed) = &self.missed_calls else {
            return Ok(0);
        };
        let Some(window) = self.window("missed_calls", EVERY).await? else {
            return Ok(0);
        };
        let from = window.from.checked_sub(OVERLAP).unwrap_or(window.from);
        let to = window.to.checked_sub(PATIENCE).unwrap_or(window.to);
        let mut found = 0;
        let listed = missed.dialnexa.completed(from, to).await;
        for call in listed.map_err(|error| Failure::from(&error))? {
            if self.ledger.call(&call).await?.is_some() {
                continue;
            }
            if found == MOST_AT_ONCE {
                // The mark stays, so that the next sweep goes on with the others.
                return Ok(found);
            }
            if self.take_in_missed(missed, &call).await? {
                found += 1;
            }
        }
        self.looked_at(&window).await?;
        Ok(found)
    }

    async fn take_in_missed(&self, missed: &MissedCalls, call: &CallId) -> Result<bool, Failure> {
        let kept = missed.dialnexa.call(call).await;
        let Some(kept) = kept.map_err(|error| Failure::from(&error))? else {
            return Ok(false);
        };
        let body = kept.delivery().to_string();
        let Ok(Delivery::Call(raw)) = read(body.as_bytes()) else {
            tracing::error!(%call, "DialNexa's call is in no shape that we know");
            return Ok(false);
        };
        let event = scrub(&raw, self.ledger.now(), &redact::Settings::default());
        if !event.is_actionable() {
            return Ok(false);
        }
        let message = CallsMessage::Event(Box::new(event)).encode();
        let sent = match message {
            Ok(message) => missed.calls.send(&message).await,
            Err(error) => Err(error),
        };
        sent.map_err(|error| {
            Failure::new(error.class(), "calls_queue", "the call could not be queued")
        })?;
        tracing::warn!(%call, "had not been delivered");
        Ok(true)
    }
}
