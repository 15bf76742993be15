//! The simulator: the whole product in one process, on a bad day, and oracles that watch it.
//!
//! One seed decides everything: which calls come, in which shapes and how often, what goes wrong
//! and when. Time is virtual: days pass in milliseconds. The same seed fails the same way.
//!
//! ```text
//!  DialNexa ─▶ ingest ─▶ [calls] ─▶ classify ─▶ [cases] ─▶ execute ─▶ [notices] ─▶ notify
//!      └───────▶ reconcile: calls that were missed, what is due, what was promised
//!  Paystack ───▶ reconcile: webhooks
//!                 every arrow may drop, double, delay and reorder; every box may die
//!                                        at any await
//! ```

pub mod calls;
pub mod chaos;
mod clock;
mod dialnexa;
mod functions;
mod log_book;
mod merchant;
mod mortal;
mod oracle;
mod people;
mod queue;
mod scenario;
mod table;
pub mod translation;
pub mod vault;
mod watch;
mod wire;
mod world;

use std::num::NonZero;
use std::ops::{ControlFlow, Range};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use thiserror::Error;

pub use clock::VirtualClock;
pub use functions::Function;
pub use log_book::LogBook;
pub use merchant::Merchant;
pub use oracle::{Evidence, check};
pub use people::{Decided, has_late_requests};
pub use queue::{QueueSettings, Received, SimQueue};
pub use scenario::Options;
pub use table::SimTable;
pub use wire::{Settle, Side, SimVendor};
pub use world::{Counts, Event, Kill, Webhook, World};

/// The simulator itself could not be set up.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the simulator cannot be set up: {0}")]
pub struct SimError(pub String);

/// What a seed came to, where everything held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// How many calls were made.
    pub calls: usize,
    /// How many deliveries were accepted.
    pub accepted: u64,
    /// How many invocations of functions there were.
    pub invocations: u64,
    /// How many of them died.
    pub deaths: u64,
    /// How many things went wrong, deaths included.
    pub faults: u64,
    /// How many decisions people took.
    pub decisions: u64,
    /// How many actions and notices there were.
    pub actions: usize,
    /// How many of them wait for a person in the end.
    pub waiting: usize,
    /// How long it took, in the world's own time.
    pub simulated: Duration,
}

/// Something that must hold did not.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("seed {seed}: {what}")]
pub struct Violation {
    /// The seed: the same one fails the same way.
    pub seed: u64,
    /// What did not hold.
    pub what: String,
    /// What had happened until then, where it was kept.
    pub trace: Vec<String>,
}

/// Plays the days of one merchant, each made by a seed.
#[derive(Clone)]
pub struct Simulator {
    merchant: Arc<Merchant>,
    options: Options,
}

impl Simulator {
    /// A simulator of `merchant`'s days.
    #[must_use]
    pub const fn new(merchant: Arc<Merchant>, options: Options) -> Self {
        Self { merchant, options }
    }

    /// Plays the day that `seed` makes.
    ///
    /// # Errors
    /// [`Violation`] with what did not hold.
    pub fn run(&self, seed: u64) -> Result<Report, Violation> {
        let merchant = Arc::clone(&self.merchant);
        in_virtual_time(scenario::play(seed, &self.options, merchant)).map_err(|error| {
            Violation {
                seed,
                what: error.to_string(),
                trace: Vec::new(),
            }
        })?
    }

    /// Plays `seeds` on all cores, and hands each outcome to `each` as it comes, until that says to
    /// stop.
    pub fn run_all(
        &self,
        seeds: Range<u64>,
        each: impl Fn(Result<Report, Violation>) -> ControlFlow<()> + Sync,
    ) {
        let next = AtomicU64::new(seeds.start);
        let work = || {
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if !seeds.contains(&seed) {
                    return;
                }
                if each(self.run(seed)).is_break() {
                    next.store(seeds.end, Ordering::Relaxed);
                }
            }
        };
        let workers = std::thread::available_parallelism().map_or(1, NonZero::get);
        std::thread::scope(|scope| {
            for _ in 0..workers {
                scope.spawn(work);
            }
        });
    }
}

/// Runs `work` on a runtime of its own whose time jumps whenever all wait.
///
/// # Errors
/// Where there can be no runtime.
pub fn in_virtual_time<T>(work: impl Future<Output = T>) -> Result<T, SimError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .map_err(|error| SimError(error.to_string()))?;
    Ok(tokio::task::LocalSet::new().block_on(&runtime, work))
}
