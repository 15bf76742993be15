//! Time as a capability: the pure core takes instants, the edge asks a [`Clock`].

use jiff::{SignedDuration, Timestamp};

/// Tells the time. The simulator and the tests own theirs.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// `wait` after `at`, or the end of time where that would overflow.
#[must_use]
pub fn later(at: Timestamp, wait: SignedDuration) -> Timestamp {
    at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// `wait` before `at`, or the beginning of time where that would overflow.
#[must_use]
pub fn earlier(at: Timestamp, wait: SignedDuration) -> Timestamp {
    at.saturating_sub(wait).unwrap_or(Timestamp::MIN)
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks the machine"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// A clock that stands where it was put, for tests and the simulator.
#[derive(Debug)]
pub struct ManualClock(std::sync::Mutex<Timestamp>);

impl ManualClock {
    /// A clock standing at `start`.
    #[must_use]
    pub fn at(start: Timestamp) -> Self {
        Self(std::sync::Mutex::new(start))
    }

    /// Puts the clock at `instant`.
    pub fn set(&self, instant: Timestamp) {
        *self.lock() = instant;
    }

    /// Moves the clock on by `step`, or to the end of time where that would overflow.
    pub fn advance(&self, step: SignedDuration) {
        let mut now = self.lock();
        *now = later(*now, step);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Timestamp> {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.lock()
    }
}
