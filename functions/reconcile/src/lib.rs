//! `reconcile`: what Paystack says later, what was promised, and whatever is due or forgotten. It
//! moves no money: it looks, writes down, tells, and hands back to `execute` and `notify`, which
//! find in the ledger what there is to do.

mod event;
mod follow;
mod from_paystack;
mod health;
mod job;
mod missed_calls;
mod missed_events;
#[cfg(feature = "mutant-webhooks-out-of-order")]
mod mutant;
mod received;
mod signature;
mod start;
mod sweep;
mod webhook;

use std::sync::Arc;

use shared::config::Settings;
use shared::ledger::{Failure, Ledger, Post};
use shared::paystack::Paystack;
use shared::telemetry::Metrics;

pub use event::Unreadable;
pub use missed_calls::MissedCalls;
pub use received::Received;
pub use signature::{SIGNATURE_HEADER, SignatureError, verify};
pub use start::{Setup, start};
pub use sweep::Swept;
pub use webhook::Answer;

/// Everything `reconcile` works with.
pub struct Reconciler {
    /// The ledger.
    pub ledger: Ledger,
    /// Where messages go.
    pub outbox: Arc<dyn Post>,
    /// Paystack, unless its key cannot be read now: what only it can tell waits meanwhile.
    pub paystack: Option<Paystack>,
    /// The merchant's settings.
    pub settings: Arc<Settings>,
    /// Where calls are found that were not delivered, where DialNexa's key is set.
    pub missed_calls: Option<MissedCalls>,
    /// Where it is told how things stand.
    pub metrics: Metrics,
}

impl Reconciler {
    fn paystack(&self) -> Result<&Paystack, Failure> {
        self.paystack.as_ref().ok_or_else(|| {
            Failure::new(
                shared::error::Class::RetryLater,
                "no_key",
                "Paystack's key cannot be read now",
            )
        })
    }
}
