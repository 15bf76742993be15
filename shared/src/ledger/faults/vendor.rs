//! A vendor that does what it is asked, or not, and says so, or not, or later.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;

use super::{Course, Faults};
use crate::clock::{Clock, later};
use crate::error::Class;
use crate::ledger::effect::{Check, Effect, Failure, Sighting};
use crate::ledger::record::{Action, Reason, Receipt};

/// How the vendor takes one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Play {
    /// It does it and says so.
    Does,
    /// It does it after a while, and its answer never comes.
    DoesSilently {
        /// How long after the request.
        after: SignedDuration,
    },
    /// It never does it, and never says so.
    Silent,
    /// It refuses for good.
    Refuses,
    /// It cannot be reached: the request never left.
    NotReached,
}

/// Something the vendor did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Our key that came with the request.
    pub key: String,
    /// The record it was done to.
    pub resource: String,
    /// When.
    pub at: Timestamp,
}

/// A moment at which a worker can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// When it has read the vendor's record, and goes by what it read.
    Check,
    /// While its request is under way; the vendor has it already.
    Send,
    /// While it looks.
    LookUp,
}

/// Holds a worker until it is opened.
#[derive(Debug, Clone)]
pub struct Gate {
    reached: Arc<Semaphore>,
    opened: Arc<Semaphore>,
}

impl Gate {
    fn new() -> Self {
        let shut = || Arc::new(Semaphore::new(0));
        Self {
            reached: shut(),
            opened: shut(),
        }
    }

    /// Waits until a worker stands at the gate.
    pub async fn reached(&self) {
        if let Ok(permit) = self.reached.acquire().await {
            permit.forget();
        }
    }

    /// Lets the worker go on.
    pub fn open(&self) {
        self.opened.add_permits(1);
    }

    async fn pass(&self) {
        self.reached.add_permits(1);
        if let Ok(permit) = self.opened.acquire().await {
            permit.forget();
        }
    }
}

#[derive(Debug, Default)]
struct Contents {
    deeds: Vec<Deed>,
    plays: VecDeque<Play>,
    checks: VecDeque<Result<Check, Failure>>,
    gates: BTreeMap<Moment, VecDeque<Gate>>,
    lag: SignedDuration,
    is_blind: bool,
    requests: u32,
    look_ups: u32,
}

type Announce = dyn Fn(&Action) -> Vec<Action> + Send + Sync;

/// A vendor in memory. Its records are read as they are; its lists, which a look-up reads, may lag.
pub struct FakeVendor {
    contents: Mutex<Contents>,
    clock: Arc<dyn Clock>,
    faults: Faults,
    announce: Box<Announce>,
}

impl FakeVendor {
    /// A vendor that has done nothing yet and does what it is asked.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, faults: Faults) -> Self {
        Self {
            contents: Mutex::default(),
            clock,
            faults,
            announce: Box::new(|_| Vec::new()),
        }
    }

    /// The same, and `announce` says whom to tell about a state.
    #[must_use]
    pub fn telling(
        mut self,
        announce: impl Fn(&Action) -> Vec<Action> + Send + Sync + 'static,
    ) -> Self {
        self.announce = Box::new(announce);
        self
    }

    /// How it takes the next requests; after these it does what it is asked.
    pub fn play(&self, plays: impl IntoIterator<Item = Play>) {
        self.lock().plays.extend(plays);
    }

    /// What the next checks come to; after these they read the record.
    pub fn check_comes_to(&self, checks: impl IntoIterator<Item = Result<Check, Failure>>) {
        self.lock().checks.extend(checks);
    }

    /// Lets its lists lag.
    pub fn lag(&self, lag: SignedDuration) {
        self.lock().lag = lag;
    }

    /// Whether look-ups fail.
    pub fn blind(&self, is_blind: bool) {
        self.lock().is_blind = is_blind;
    }

    /// Holds the next worker that comes to `moment`.
    #[must_use]
    pub fn gate(&self, moment: Moment) -> Gate {
        let gate = Gate::new();
        let mut contents = self.lock();
        contents
            .gates
            .entry(moment)
            .or_default()
            .push_back(gate.clone());
        gate
    }

    /// What it has done by now.
    #[must_use]
    pub fn deeds(&self) -> Vec<Deed> {
        let now = self.clock.now();
        let contents = self.lock();
        let done = contents.deeds.iter().filter(|deed| deed.at <= now);
        done.cloned().collect()
    }

    /// What it has done, or will have done, under `key`.
    #[must_use]
    pub fn deeds_under(&self, key: &str) -> usize {
        self.lock()
            .deeds
            .iter()
            .filter(|deed| deed.key == key)
            .count()
    }

    /// How many requests reached it.
    #[must_use]
    pub fn requests(&self) -> u32 {
        self.lock().requests
    }

    /// How many look-ups reached it.
    #[must_use]
    pub fn look_ups(&self) -> u32 {
        self.lock().look_ups
    }

    async fn hold(&self, moment: Moment) {
        let gate = self
            .lock()
            .gates
            .get_mut(&moment)
            .and_then(VecDeque::pop_front);
        if let Some(gate) = gate {
            gate.pass().await;
        }
    }

    fn take(&self, action: &Action) -> Result<Receipt, Failure> {
        let now = self.clock.now();
        let mut contents = self.lock();
        let play = contents.plays.pop_front().unwrap_or(Play::Does);
        let does = |contents: &mut Contents, after: SignedDuration| {
            contents.deeds.push(Deed {
                key: action.key.clone(),
                resource: action.resource.clone(),
                at: later(now, after),
            });
        };
        if play != Play::NotReached {
            contents.requests += 1;
        }
        match play {
            Play::Does => {
                does(&mut contents, SignedDuration::ZERO);
                Ok(receipt(&action.key))
            }
            Play::DoesSilently { after } => {
                does(&mut contents, after);
                Err(unanswered())
            }
            Play::Silent => Err(unanswered()),
            Play::Refuses => Err(Failure::new(
                Class::Rejected,
                "refused",
                "the vendor refused",
            )),
            Play::NotReached => Err(not_reached()),
        }
    }
}

impl FakeVendor {
    /// What its record says now, as a check reads it.
    fn read(&self, action: &Action) -> Result<Check, Failure> {
        if let Some(check) = self.lock().checks.pop_front() {
            return check;
        }
        let is_taken = self
            .deeds()
            .iter()
            .any(|deed| deed.resource == action.resource && deed.key != action.key);
        Ok(if is_taken {
            Check::Reject(Reason::new(
                "done_by_another",
                "the record has been dealt with already",
            ))
        } else {
            Check::Go
        })
    }

    fn lock(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn receipt(key: &str) -> Receipt {
    Receipt {
        id: format!("R-{key}"),
        second: None,
    }
}

fn unanswered() -> Failure {
    Failure::new(
        Class::OutcomeUnknown,
        "no_answer",
        "the vendor did not answer",
    )
}

fn not_reached() -> Failure {
    Failure::new(
        Class::RetryLater,
        "not_reached",
        "the vendor was not reached",
    )
}

#[async_trait]
impl Effect for FakeVendor {
    /// Another action's deed on the record forbids one of ours.
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let read = match self.faults.next().await {
            Course::Well | Course::Twice => self.read(action),
            Course::Unanswered | Course::Not => Err(not_reached()),
        };
        self.hold(Moment::Check).await;
        read
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let answer = match self.faults.next().await {
            Course::Well | Course::Twice => self.take(action),
            Course::Unanswered => {
                let _lost = self.take(action);
                Err(unanswered())
            }
            Course::Not => Err(not_reached()),
        };
        self.hold(Moment::Send).await;
        answer
    }

    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        self.hold(Moment::LookUp).await;
        match self.faults.next().await {
            Course::Well | Course::Twice => {}
            Course::Unanswered | Course::Not => return Err(not_reached()),
        }
        let now = self.clock.now();
        let mut contents = self.lock();
        if contents.is_blind {
            return Err(not_reached());
        }
        contents.look_ups += 1;
        let lag = contents.lag;
        let is_listed = contents
            .deeds
            .iter()
            .any(|deed| deed.key == action.key && later(deed.at, lag) <= now);
        Ok(if is_listed {
            Sighting::Found(receipt(&action.key))
        } else {
            Sighting::Absent
        })
    }

    fn announce(&self, action: &Action) -> Vec<Action> {
        (self.announce)(action)
    }
}
