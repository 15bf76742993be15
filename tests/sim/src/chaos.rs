//! What goes wrong, how often, and until when: all of it from one seed.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

/// How often each thing goes wrong, in ten-thousandths of the occasions for it.
#[derive(Debug, Clone, Default)]
pub struct Odds {
    /// The table turns a request away.
    pub table_turned_away: u32,
    /// The table does it and its answer is lost.
    pub table_answer_lost: u32,
    /// The client library sends a write twice, the first answer being lost.
    pub table_repeated: u32,
    /// An entry of an index is not there yet.
    pub index_gap: u32,
    /// A worker takes a lease for run out that is not.
    pub lease_early: u32,
    /// A queue does not take a message.
    pub queue_refused: u32,
    /// A queue takes a message and its answer is lost.
    pub queue_answer_lost: u32,
    /// A received message stays visible, so that another worker gets it too.
    pub queue_twice: u32,
    /// The removal of a message that was worked off is lost.
    pub removal_lost: u32,
    /// An invocation dies somewhere on its way.
    pub kill: u32,
    /// A worker stands still for a while, as a frozen sandbox does.
    pub stall: u32,
    /// Paystack misbehaves at a request.
    pub paystack: u32,
    /// Slack misbehaves at a request.
    pub slack: u32,
    /// DialNexa's API misbehaves at a request.
    pub dialnexa: u32,
    /// None of a call's deliveries ever leaves DialNexa.
    pub call_missed: u32,
    /// A webhook of Paystack's is never delivered.
    pub webhook_lost: u32,
    /// It is delivered three times.
    pub webhook_twice: u32,
    /// It comes late, now by seconds and now by hours.
    pub webhook_late: u32,
    /// Somebody else tells another end of the same record.
    pub webhook_forged: u32,
    /// How far the vendors' lists lag at most, as a share of their settle time.
    pub lists_lag: f64,
    /// How long after the client's time-out a request may still be carried out, as a share of it.
    pub late_commit: f64,
    /// How wrong a machine's clock is at most, either way.
    pub skew: Duration,
}

/// The dice of a world, and how long they are loaded.
#[derive(Debug)]
pub struct Chaos {
    dice: Mutex<Rng>,
    odds: Odds,
    until: Mutex<Option<Instant>>,
    counted: Mutex<u64>,
}

impl Chaos {
    /// A world in which nothing goes wrong.
    #[must_use]
    pub fn none() -> Self {
        Self::new(Rng::with_seed(0), Odds::default(), None)
    }

    /// Things go wrong by `odds` until the runtime's time is `until`.
    #[must_use]
    pub fn new(dice: Rng, odds: Odds, until: Option<Instant>) -> Self {
        Self {
            dice: Mutex::new(dice),
            odds,
            until: Mutex::new(until),
            counted: Mutex::new(0),
        }
    }

    /// How often each thing goes wrong.
    #[must_use]
    pub const fn odds(&self) -> &Odds {
        &self.odds
    }

    /// Whether things still go wrong.
    #[must_use]
    pub fn is_on(&self) -> bool {
        lock(&self.until).is_some_and(|until| Instant::now() < until)
    }

    /// When things stop going wrong.
    #[must_use]
    pub fn until(&self) -> Option<Instant> {
        *lock(&self.until)
    }

    /// How many things went wrong.
    #[must_use]
    pub fn counted(&self) -> u64 {
        *lock(&self.counted)
    }

    /// Whether it goes wrong this time.
    pub fn strikes(&self, odds: u32) -> bool {
        let strikes = odds > 0 && self.is_on() && self.dice().u32(0..10_000) < odds;
        if strikes {
            *lock(&self.counted) += 1;
        }
        strikes
    }

    /// The dice, for choices.
    pub fn dice(&self) -> MutexGuard<'_, Rng> {
        lock(&self.dice)
    }

    /// A random length of time up to `most`.
    pub fn up_to(&self, most: Duration) -> Duration {
        let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.dice().u64(0..=most))
    }

    /// Lets others come in between: every operation of every port breathes before and after.
    pub async fn breathe(&self) {
        if !self.is_on() {
            tokio::task::yield_now().await;
            return;
        }
        if self.strikes(self.odds.stall) {
            let stall = self.up_to(Duration::from_secs(100));
            tokio::time::sleep(stall).await;
            return;
        }
        let turns = self.dice().u64(0..4);
        if turns == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        } else {
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
        }
    }
}

/// The lock of something that no worker can leave broken.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
