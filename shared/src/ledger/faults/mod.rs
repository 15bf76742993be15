//! A table, a vendor, a way to a vendor and a queue that fail on purpose, for the hazard tests and the
//! simulator.
//!
//! All of them count their operations with one [`Faults`], so that "the n-th operation" runs through
//! everything that a worker does, and a worker that dies is dead for all of them.

mod post;
mod table;
mod transport;
mod vendor;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use post::FaultyPost;
pub use table::{FaultyTable, HappensBefore};
pub use transport::FaultyTransport;
pub use vendor::{Deed, FakeVendor, Gate, Moment, Play};

/// What goes wrong with one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// It is turned away: nothing happens, and the answer says so.
    Throttled,
    /// It happens, and its answer is lost.
    AnswerLost,
    /// It happens, and the client library repeats it because the first answer was lost.
    Repeated,
    /// The worker dies before it.
    DiesBefore,
    /// It happens, and the worker dies.
    DiesAfter,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 5] = [
        Self::Throttled,
        Self::AnswerLost,
        Self::Repeated,
        Self::DiesBefore,
        Self::DiesAfter,
    ];
}

/// What is done about one operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Course {
    /// It goes well.
    Well,
    /// It happens twice, and is answered once.
    Twice,
    /// It happens, and is not answered.
    Unanswered,
    /// It does not happen.
    Not,
}

#[derive(Debug, Default)]
struct Script {
    count: u64,
    reads: BTreeSet<u64>,
    plan: BTreeMap<u64, Fault>,
    dead: bool,
    shuffle: Option<u64>,
}

/// Which operations of a worker go wrong, and how.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<Script>>);

impl Faults {
    /// Lets the `nth` operation from now on, beginning at 1, go wrong.
    pub fn plan(&self, nth: u64, fault: Fault) {
        let mut script = self.lock();
        let nth = script.count.saturating_add(nth);
        script.plan.insert(nth, fault);
    }

    /// How many operations there were.
    #[must_use]
    pub fn operations(&self) -> u64 {
        self.lock().count
    }

    /// Whether the `nth` operation only read. To die before or after one is to die after the write
    /// before it.
    #[must_use]
    pub fn is_read(&self, nth: u64) -> bool {
        self.lock().reads.contains(&nth)
    }

    /// Whether the worker has died.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.lock().dead
    }

    /// Puts a living worker in the dead one's place, and lets nothing more go wrong.
    pub fn heal(&self) {
        let mut script = self.lock();
        script.dead = false;
        script.plan.clear();
    }

    /// Puts a living worker in the dead one's place; what else is planned still goes wrong.
    pub fn revive(&self) {
        self.lock().dead = false;
    }

    /// Lets concurrent workers come between each other's operations, in an order that `seed` gives.
    pub fn shuffle(&self, seed: u64) {
        self.lock().shuffle = Some(seed);
    }

    /// As [`Faults::next`], for an operation that only reads.
    pub(super) async fn next_read(&self) -> Course {
        {
            let mut script = self.lock();
            let nth = script.count.saturating_add(1);
            script.reads.insert(nth);
        }
        self.next().await
    }

    /// Counts an operation and says how it goes.
    pub(super) async fn next(&self) -> Course {
        let (course, turns) = {
            let mut script = self.lock();
            script.count += 1;
            let count = script.count;
            let fault = script.plan.remove(&count);
            let course = match fault {
                _ if script.dead => Course::Not,
                None => Course::Well,
                Some(Fault::Throttled) => Course::Not,
                Some(Fault::AnswerLost) => Course::Unanswered,
                Some(Fault::Repeated) => Course::Twice,
                Some(Fault::DiesBefore) => {
                    script.dead = true;
                    Course::Not
                }
                Some(Fault::DiesAfter) => {
                    script.dead = true;
                    Course::Unanswered
                }
            };
            (
                course,
                script.shuffle.map_or(0, |seed| scramble(seed ^ count) % 4),
            )
        };
        for _ in 0..turns {
            tokio::task::yield_now().await;
        }
        course
    }

    fn lock(&self) -> MutexGuard<'_, Script> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A number that looks random, from one that does not (`SplitMix64`).
fn scramble(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
