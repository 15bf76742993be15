//! The sweep, each minute: messages that were not sent, actions whose time has come, what is still
//! owed, and what never reached us.

use shared::ledger::{Due, Failure, SHARDS};
use tracing::instrument;

use crate::health::Health;
use crate::{Received, Reconciler};

/// At most so many items a shard and a sweep; what is left is found by the next one.
const PER_SHARD: usize = 100;

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Items that were due and were sent word of, looked at or worked off.
    pub reminded: usize,
    /// Items for which that failed; a later sweep finds them again.
    pub failed: usize,
}

impl Reconciler {
    /// Goes through what is due. Two sweeps at once do the same twice at worst, for nothing.
    ///
    /// # Errors
    /// [`Failure`] where the ledger cannot be read.
    #[instrument(skip_all)]
    pub async fn sweep(&self) -> Result<Swept, Failure> {
        let now = self.ledger.now();
        let mut swept = Swept::default();
        let mut health = Health::default();
        for shard in 0..SHARDS {
            for due in self.ledger.due(shard, now, PER_SHARD).await? {
                health.see(&due, now);
                match self.go_on_with(&due).await {
                    Ok(()) => swept.reminded += 1,
                    Err(failure) => {
                        let place = due.table_key();
                        let reason = failure.reason.code;
                        tracing::warn!(pk = place.pk, sk = place.sk, reason, "still due");
                        swept.failed += 1;
                    }
                }
            }
        }
        match self.work_off_missed_events().await {
            Ok(0) => {}
            Ok(events) => tracing::warn!(events, "webhooks had not reached us"),
            Err(failure) => {
                let reason = failure.reason.code;
                tracing::warn!(reason, "missed webhooks could not be listed");
            }
        }
        match self.take_in_missed_calls().await {
            Ok(0) => {}
            Ok(calls) => tracing::warn!(calls, "calls had not reached us"),
            Err(failure) => {
                let reason = failure.reason.code;
                tracing::warn!(reason, "missed calls could not be listed");
            }
        }
        health.tell(&self.ledger, &self.metrics).await?;
        tracing::info!(reminded = swept.reminded, failed = swept.failed, "swept");
        Ok(swept)
    }

    async fn go_on_with(&self, due: &Due) -> Result<(), Failure> {
        match due {
            Due::Outbox(_) | Due::Action(_) | Due::Call(_) => {
                self.ledger.remind(due, &*self.outbox).await
            }
            Due::FollowUp(follow_up) => {
                let looked = self.look_at(&follow_up.table_key()).await;
                if looked.is_err() {
                    self.ledger.remind(due, &*self.outbox).await?;
                }
                looked
            }
            Due::Other(item) => {
                let received: Received = item.read()?;
                self.work_off(&received).await;
                Ok(())
            }
        }
    }
}
