//! `reconcile`: finds what is due or forgotten and sends it on its way. It moves no money: it
//! hands back to `execute` and `notify`, which find in the ledger what there is to do.

mod start;

use std::sync::Arc;

use shared::ledger::{Failure, Ledger, Post, SHARDS};
use tracing::instrument;

pub use start::start;

/// At most so many items a shard and a sweep; what is left is found by the next one.
const PER_SHARD: usize = 100;

/// Everything `reconcile` works with.
pub struct Sweeper {
    /// The ledger.
    pub ledger: Ledger,
    /// Where messages go.
    pub outbox: Arc<dyn Post>,
}

/// What a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Items that were due and of which word was sent.
    pub reminded: usize,
    /// Items of which word could not be sent; the next sweep finds them again.
    pub failed: usize,
}

impl Sweeper {
    /// Sends word of what is due. Two sweeps at once send twice at worst, and are read twice for
    /// nothing.
    ///
    /// # Errors
    /// [`Failure`] where the ledger cannot be read.
    #[instrument(skip_all)]
    pub async fn sweep(&self) -> Result<Swept, Failure> {
        let now = self.ledger.now();
        let mut swept = Swept::default();
        for shard in 0..SHARDS {
            for due in self.ledger.due(shard, now, PER_SHARD).await? {
                match self.ledger.remind(&due, &*self.outbox).await {
                    Ok(()) => swept.reminded += 1,
                    Err(failure) => {
                        let place = due.table_key();
                        let reason = failure.reason.code;
                        tracing::warn!(pk = place.pk, sk = place.sk, reason, "no word sent");
                        swept.failed += 1;
                    }
                }
            }
        }
        tracing::info!(reminded = swept.reminded, failed = swept.failed, "swept");
        Ok(swept)
    }
}
