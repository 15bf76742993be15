//! One invocation of a function: by which sandbox, for how long, and whether it lives.

use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use super::{Event, INSTANCES, World};
use crate::calls::Body;
use crate::functions::{self, Function, Instance};
use crate::mortal::Mortal;

/// How often DialNexa delivers before it gives up.
const DELIVERY_TRIES: u32 = 4;

/// How long DialNexa waits between two tries.
const DELIVERY_PAUSE: Duration = Duration::from_secs(30);

impl World {
    pub(super) async fn take_in(self: Rc<Self>, body: Body, tries: u32) {
        let instance = self.instance();
        let request = functions::request(&body);
        let answer = self
            .invoke(
                Function::Ingest,
                Box::pin(instance.ingest.handle(request, "request")),
            )
            .await;
        let status = answer.map(|answer| answer.status_code);
        self.tell(|| format!("delivered: {status:?}"));
        if status.is_some_and(|status| (200..300).contains(&status)) {
            self.counts.accepted.set(self.counts.accepted.get() + 1);
            self.accepted.borrow_mut().extend(body.ends);
        } else if tries + 1 < DELIVERY_TRIES {
            self.schedule(DELIVERY_PAUSE, Event::Deliver(body, tries + 1));
        }
    }

    /// Runs one invocation within its function's time-out; it may die on its way. Its work is large,
    /// and comes in a box, so that it is not copied on its way in.
    pub(super) async fn invoke<T>(
        &self,
        function: Function,
        work: Pin<Box<impl Future<Output = T>>>,
    ) -> Option<T> {
        let number = self.counts.invocations.get() + 1;
        self.counts.invocations.set(number);
        let dies_after = self.death_of(function);
        self.tell(|| format!("{function:?} #{number} begins"));
        let mortal = Mortal::new(work, dies_after);
        let ended = tokio::time::timeout(function.time_out(), mortal).await;
        let (answer, how) = match ended {
            Ok(Some(answer)) => (Some(answer), "ends"),
            Ok(None) => (None, "dies"),
            Err(_) => {
                self.counts.time_outs.set(self.counts.time_outs.get() + 1);
                (None, "runs out of time")
            }
        };
        if answer.is_none() {
            self.counts.deaths.set(self.counts.deaths.get() + 1);
        }
        self.tell(|| format!("{function:?} #{number} {how}"));
        answer
    }

    fn death_of(&self, function: Function) -> Option<u64> {
        let mut kills = self.kills.borrow_mut();
        let mut after = None;
        for kill in kills.iter_mut().filter(|kill| kill.function == function) {
            kill.nth = kill.nth.saturating_sub(1);
            if kill.nth == 0 {
                after = Some(kill.after);
            }
        }
        kills.retain(|kill| kill.nth > 0);
        if after.is_none() && self.chaos.strikes(self.chaos.odds().kill) {
            // Most invocations wait some dozens of times.
            let mut dice = self.chaos.dice();
            let most = dice.choice([5, 40, 150]).unwrap_or(40);
            after = Some(dice.u64(0..most));
        }
        after
    }

    pub(super) fn instance(&self) -> &Instance {
        if !self.chaos.is_on() {
            return &self.instance;
        }
        let place = self.chaos.dice().usize(0..INSTANCES);
        self.more_instances.get(place).unwrap_or(&self.instance)
    }

    /// Starts no more invocations of a function until it is resumed.
    pub fn pause(&self, function: Function) {
        self.paused.borrow_mut().insert(function);
    }

    /// Starts them again.
    pub fn resume(&self, function: Function) {
        self.paused.borrow_mut().remove(&function);
    }

    pub(super) fn is_free(&self, function: Function) -> bool {
        !self.paused.borrow().contains(&function)
            && self.busy.borrow().get(&function).copied().unwrap_or(0) < function.concurrency()
    }

    pub(super) fn occupy(&self, function: Function) {
        *self.busy.borrow_mut().entry(function).or_default() += 1;
    }

    pub(super) fn release(&self, function: Function) {
        if let Some(busy) = self.busy.borrow_mut().get_mut(&function) {
            *busy = busy.saturating_sub(1);
        }
    }
}
