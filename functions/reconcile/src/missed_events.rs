//! Webhooks that Paystack gave up on: read from its list of events every hour, and worked off as if
//! they had come.

use jiff::SignedDuration;
use shared::ledger::Failure;
use shared::paystack::WebhookEvent;

use crate::{Received, Reconciler};

const EVERY: SignedDuration = SignedDuration::from_hours(1);

/// How far the looked-at stretches overlap: Paystack's list may lag.
const OVERLAP: SignedDuration = SignedDuration::from_hours(6);

impl Reconciler {
    /// Works off what was missed. Says how many events there were.
    pub(crate) async fn work_off_missed_events(&self) -> Result<usize, Failure> {
        let Some(window) = self.window("missed_events", EVERY).await? else {
            return Ok(0);
        };
        let from = window.from.checked_sub(OVERLAP).unwrap_or(window.from);
        let events = self
            .paystack()?
            .failed_webhook_events(from, window.to)
            .await
            .map_err(|error| Failure::from(&error))?;
        let mut found = 0;
        for event in events {
            let Some(missed) = self.missed(event).await? else {
                continue;
            };
            let received = self.receive(missed).await?;
            if received.done_at.is_none() {
                self.work_off(&received).await;
                found += 1;
            }
        }
        self.looked_at(&window).await?;
        Ok(found)
    }

    /// The event as if it had come: as its body tells, which alone names a renewal's subscription,
    /// else as the list does.
    async fn missed(&self, event: WebhookEvent) -> Result<Option<Received>, Failure> {
        let now = self.ledger.now();
        let body = self.paystack()?.webhook_event_body(&event.id).await;
        let body = body.map_err(|error| Failure::from(&error))?;
        if let Some(received) = body.and_then(|body| Received::read(&body, now).ok()) {
            return Ok(Some(received));
        }
        let named = event.event_type.zip(event.record);
        Ok(named.map(|(name, record)| Received {
            event: name,
            id: record.to_string(),
            reference: None,
            received_at: now,
            done_at: None,
            tries: 0,
        }))
    }
}
