//! Webhooks that Paystack gave up on: read from its list of events every hour, and worked off as if
//! they had come.

use jiff::SignedDuration;
use shared::ledger::Failure;

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
            let Some((name, record)) = event.event_type.zip(event.record) else {
                continue;
            };
            let received = self
                .receive(Received {
                    event: name,
                    id: record.to_string(),
                    reference: None,
                    received_at: self.ledger.now(),
                    done_at: None,
                    tries: 0,
                })
                .await?;
            if received.done_at.is_none() {
                self.work_off(&received).await;
                found += 1;
            }
        }
        self.looked_at(&window).await?;
        Ok(found)
    }
}
