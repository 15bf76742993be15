//! What AWS does between the functions: messages are received, the schedule rings, time goes on.

use std::rc::Rc;
use std::time::Duration;

use futures::FutureExt as _;
use jiff::Timestamp;
use shared::ledger::{CallRecord, Index, SHARDS, Table as _, due_bucket};
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::{Event, Outlook, World, claim_of};
use crate::functions::{self, Function};
use crate::watch::is_follow_up;

/// Between two runs of the schedule.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// Between two runs that find nothing due and only look for calls, or for webhooks, that never reached
/// us: as often as `reconcile` has those jobs. With none to find the world comes to rest without them.
const CALLS_EVERY: Duration = Duration::from_mins(15);
const WEBHOOKS_EVERY: Duration = Duration::from_hours(1);

/// More than there are follow-ups in a world.
const MOST_FOLLOWED: usize = 1_000;

impl World {
    /// Lets everything go on until nothing is left to do, or until `horizon`. Whether it came to
    /// rest.
    pub async fn settle(self: &Rc<Self>, horizon: Duration) -> bool {
        self.settle_unless(horizon, || false).await
    }

    /// The same, and ends also as soon as `is_enough` says so while nobody works.
    pub async fn settle_unless(
        self: &Rc<Self>,
        horizon: Duration,
        is_enough: impl Fn() -> bool,
    ) -> bool {
        let horizon = Instant::now() + horizon;
        let mut work = JoinSet::new();
        loop {
            while let Some(ended) = work.try_join_next() {
                self.note_panic(ended);
            }
            self.start_what_is_due(&mut work).await;
            self.send_webhooks();
            self.start_readers(&mut work);
            self.start_sweep(&mut work);
            let next = self.next_event();
            if work.is_empty() && (next.is_none() || is_enough()) {
                return true;
            }
            if work.is_empty() && next.is_some_and(|next| next > horizon) {
                return false;
            }
            let next = next.unwrap_or(horizon).max(Instant::now());
            tokio::select! {
                biased;
                Some(ended) = work.join_next() => self.note_panic(ended),
                () = self.sent.notified() => {}
                () = tokio::time::sleep_until(next) => {}
            }
        }
    }

    fn note_panic(&self, ended: Result<(), tokio::task::JoinError>) {
        if let Err(error) = ended {
            *self.broken.borrow_mut() = Some(format!("a function panicked: {error}"));
        }
    }

    fn next_event(&self) -> Option<Instant> {
        let agenda = self.agenda.borrow().keys().next().map(|(at, _)| *at);
        let queues = [
            (Function::Classify, &self.calls),
            (Function::Execute, &self.cases),
            (Function::Notify, &self.notices),
        ]
        .into_iter()
        // A queue whose readers are all busy is looked at when one of them is done.
        .filter(|(function, _)| self.is_free(*function))
        .filter_map(|(_, queue)| queue.next_visible());
        queues.chain(agenda).chain(self.next_sweep()).min()
    }

    fn next_sweep(&self) -> Option<Instant> {
        if !self.is_free(Function::Reconcile) {
            return None;
        }
        let last = self.last_sweep.get();
        let after = |pause: Duration| last.map_or_else(Instant::now, |last| last + pause);
        let outlook = self.outlook();
        let due = outlook.due.map(|at| self.clock.reaches(at));
        let due = due.map(|due| last.map_or(due, |last| due.max(last + SWEEP_EVERY)));
        let calls = outlook.is_call_missed.then(|| after(CALLS_EVERY));
        let webhooks = self.webhooks_lost_until.get();
        let webhooks = webhooks.zip(Some(after(WEBHOOKS_EVERY)));
        let webhooks = webhooks.filter(|(until, next)| next <= until);
        let webhooks = webhooks.map(|(_, next)| next);
        due.into_iter().chain(calls).chain(webhooks).min()
    }

    /// What there is to look at, as the table stands.
    fn outlook(&self) -> Outlook {
        let written = self.table.written();
        if let Some((at, outlook)) = self.outlook.get()
            && at == written
        {
            return outlook;
        }
        let is_missed = |call: &String| self.item::<CallRecord>(&claim_of(call)).is_none();
        let outlook = Outlook {
            due: self.earliest_due(),
            is_call_missed: self.looks_after_all.get()
                && self.dialnexa.calls().iter().any(is_missed),
        };
        self.outlook.set(Some((written, outlook)));
        outlook
    }

    /// What is followed up goes on for weeks: unless it is to be looked after, the world comes to
    /// rest without it.
    fn earliest_due(&self) -> Option<Timestamp> {
        let table = self.table.inner();
        let all = self.looks_after_all.get();
        (0..SHARDS)
            .filter_map(|shard| {
                let bucket = due_bucket(shard);
                let places = table
                    .query_index(Index::Due, &bucket, None, MOST_FOLLOWED)
                    .now_or_never()?;
                let places = places.ok()?;
                let mut owed = places
                    .iter()
                    .filter(|place| all || !is_follow_up(&place.key));
                owed.next()?.sort.parse::<Timestamp>().ok()
            })
            .min()
    }

    async fn start_what_is_due(self: &Rc<Self>, work: &mut JoinSet<()>) {
        loop {
            let due = {
                let mut agenda = self.agenda.borrow_mut();
                match agenda.first_entry() {
                    Some(first) if first.key().0 <= Instant::now() => first.remove(),
                    Some(_) | None => return,
                }
            };
            match due {
                Event::Deliver(body, tries) => {
                    let world = Rc::clone(self);
                    work.spawn_local(Box::pin(world.take_in(body, tries)));
                }
                Event::Redrive => self.redrive(),
                Event::OldMessage => self.repeat_old_message(),
                Event::PersonLooks => crate::people::look(self).await,
                Event::Paid(request) => self.pay(request),
                Event::BankDisputes(reference) => self.dispute(&reference),
                Event::RefundedByHand(reference, amount) => {
                    self.refund_by_hand(&reference, amount);
                }
                Event::ToppedUp => self.top_up(),
                Event::PaystackMoves => self.paystack.lock().settle(self.now()),
                Event::Webhook(webhook) => {
                    let world = Rc::clone(self);
                    work.spawn_local(Box::pin(world.take_in_webhook(webhook)));
                }
            }
        }
    }

    fn start_readers(self: &Rc<Self>, work: &mut JoinSet<()>) {
        for (function, queue) in [
            (Function::Classify, &self.calls),
            (Function::Execute, &self.cases),
            (Function::Notify, &self.notices),
        ] {
            while self.is_free(function) {
                let batch = queue.receive(function.batch());
                if batch.is_empty() {
                    break;
                }
                let world = Rc::clone(self);
                let queue = queue.clone();
                self.occupy(function);
                work.spawn_local(async move {
                    let event = functions::event(&batch);
                    let instance = world.instance();
                    let answer = world
                        .invoke(function, Box::pin(instance.read(function, event, &queue)))
                        .await;
                    if let Some(failed) = answer.flatten() {
                        for message in batch.iter().filter(|it| !failed.contains(&it.id)) {
                            queue.remove(&message.id);
                        }
                    }
                    world.release(function);
                });
            }
        }
    }

    fn start_sweep(self: &Rc<Self>, work: &mut JoinSet<()>) {
        if self.next_sweep().is_none_or(|at| at > Instant::now()) {
            return;
        }
        self.last_sweep.set(Some(Instant::now()));
        self.counts.sweeps.set(self.counts.sweeps.get() + 1);
        self.occupy(Function::Reconcile);
        let world = Rc::clone(self);
        work.spawn_local(async move {
            let instance = world.instance();
            let sweep = Box::pin(instance.reconciler.sweep());
            let _failed_ones_are_found_again = world.invoke(Function::Reconcile, sweep).await;
            world.release(Function::Reconcile);
        });
    }
}
