//! Time in a world of its own: it stands still while anybody works and jumps when all wait.

use jiff::{SignedDuration, Timestamp};
use shared::clock::Clock;
use tokio::time::Instant;

/// A clock on the runtime's paused time, as one machine reads it.
#[derive(Debug, Clone, Copy)]
pub struct VirtualClock {
    origin: Instant,
    start: Timestamp,
    skew: SignedDuration,
}

impl VirtualClock {
    /// A clock that now shows `start`, within a runtime whose time is paused.
    #[must_use]
    pub fn starting_at(start: Timestamp) -> Self {
        Self {
            origin: Instant::now(),
            start,
            skew: SignedDuration::ZERO,
        }
    }

    /// The same time on a machine whose clock is wrong by `skew`.
    #[must_use]
    pub const fn skewed_by(mut self, skew: SignedDuration) -> Self {
        self.skew = skew;
        self
    }

    /// When the runtime reaches `instant`; now, where it has passed.
    #[must_use]
    pub fn reaches(&self, instant: Timestamp) -> Instant {
        let ahead = instant.duration_since(self.start);
        let ahead = std::time::Duration::try_from(ahead).unwrap_or_default();
        // A timer rings on the millisecond after.
        self.origin + ahead + std::time::Duration::from_millis(1)
    }

    /// How long the world has existed.
    #[must_use]
    pub fn age(&self) -> std::time::Duration {
        Instant::now().duration_since(self.origin)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let age = SignedDuration::try_from(self.age()).unwrap_or(SignedDuration::MAX);
        self.start
            .saturating_add(age)
            .and_then(|now| now.saturating_add(self.skew))
            .unwrap_or(Timestamp::MAX)
    }
}
