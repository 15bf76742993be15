//! A deployment in one process: every function's handler, the table, the queues, the vendors, and
//! the machinery between them that AWS is.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use execute::policy::Policy;
use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use sandbox::paystack::Happening;
use shared::clock::Clock as _;
use shared::config::Settings;
use shared::ids::{CountingTokens, Tokens};
use shared::ledger::{Index, Key, Ledger, SHARDS, Table as _, due_bucket};
use shared::telemetry::Metrics;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::SimError;
use super::calls::Body;
use super::chaos::Chaos;
use super::clock::VirtualClock;
use super::functions::{Function, Instance, Parts};
use super::log_book::LogBook;
use super::mortal::Mortal;
use super::queue::{QueueSettings, SimQueue};
use super::table::SimTable;
use super::vault;
use super::wire::{Side, SimVendor};

/// How many sandboxes each function runs in; each has a clock of its own.
const INSTANCES: usize = 3;

/// How often DialNexa delivers before it gives up.
const DELIVERY_TRIES: u32 = 4;

/// How long DialNexa waits between two tries.
const DELIVERY_PAUSE: Duration = Duration::from_secs(30);

/// More than there are follow-ups in a world.
const MOST_FOLLOWED: usize = 1_000;

/// Between two runs of the schedule.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// What happens at a time.
#[derive(Debug, Clone)]
pub enum Event {
    /// DialNexa delivers; the count says how often it has tried.
    Deliver(Body, u32),
    /// An operator brings back what lies in the dead-letter queues.
    Redrive,
    /// A message that was once sent to a queue comes once more.
    OldMessage,
    /// A person looks at what waits for them.
    PersonLooks,
    /// The payer of a payment request pays it.
    Paid(&'static str),
}

/// That one invocation is to die.
#[derive(Debug, Clone, Copy)]
pub struct Kill {
    /// Of which function.
    pub function: Function,
    /// The how many-eth invocation from now, from 1.
    pub nth: u32,
    /// After how many waits.
    pub after: u64,
}

/// Counts of what went on.
#[derive(Debug, Default)]
pub struct Counts {
    /// Deliveries that were answered with 2xx.
    pub accepted: Cell<u64>,
    /// Invocations.
    pub invocations: Cell<u64>,
    /// Invocations that died.
    pub deaths: Cell<u64>,
    /// Invocations that died because they took too long.
    pub time_outs: Cell<u64>,
    /// Sweeps.
    pub sweeps: Cell<u64>,
    /// Decisions that were taken.
    pub decisions: Cell<u64>,
}

/// What the merchant set, and what follows from it: the same for every world.
pub struct Merchant {
    /// The settings.
    pub settings: Arc<Settings>,
    /// How calls are read.
    pub mapping: classify::understand::Mapping,
    /// What may be done without a person.
    pub policy: Arc<Policy>,
}

impl Merchant {
    /// The merchant of the local stack, with the times of a real deployment.
    ///
    /// # Errors
    /// Where the settings or the policies cannot be read.
    pub fn of_the_local_stack() -> Result<Self, SimError> {
        let text = include_str!("../../../infra/local/settings.toml");
        let mut settings = Settings::parse(text).map_err(|error| SimError(error.to_string()))?;
        settings.limits.settle_seconds = 120;
        settings.limits.request_time_out_seconds = 20;
        let mapping = classify::mapping(&settings).map_err(|error| SimError(error.to_string()))?;
        let config = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/config");
        let policy = Policy::load(config.as_ref()).map_err(|error| SimError(error.to_string()))?;
        Ok(Self {
            settings: Arc::new(settings),
            mapping,
            policy: Arc::new(policy),
        })
    }
}

/// The world.
pub struct World {
    /// The true time.
    pub clock: VirtualClock,
    /// What goes wrong.
    pub chaos: Arc<Chaos>,
    /// The table.
    pub table: SimTable,
    /// Queue `calls`.
    pub calls: SimQueue,
    /// Queue `cases`.
    pub cases: SimQueue,
    /// Queue `notices`.
    pub notices: SimQueue,
    /// Paystack.
    pub paystack: SimVendor<sandbox::paystack::Model>,
    /// Slack.
    pub slack: SimVendor<sandbox::slack::Model>,
    /// Zendesk.
    pub zendesk: SimVendor<sandbox::zendesk::Model>,
    /// `HubSpot`.
    pub hubspot: SimVendor<sandbox::hubspot::Model>,
    /// Gmail.
    pub gmail: SimVendor<sandbox::gmail::Model>,
    /// What the merchant set.
    pub merchant: Arc<Merchant>,
    /// What went on.
    pub counts: Counts,
    /// What was accepted, by the call's id, and whether it can be acted on.
    pub accepted: RefCell<Vec<Body>>,
    /// The metrics that `ingest` wrote.
    pub metrics: Metrics,
    instance: Instance,
    more_instances: Vec<Instance>,
    people: Ledger,
    sent: Arc<Notify>,
    agenda: RefCell<BTreeMap<(Instant, u64), Event>>,
    scheduled: Cell<u64>,
    kills: RefCell<Vec<Kill>>,
    busy: RefCell<BTreeMap<Function, usize>>,
    paused: RefCell<BTreeSet<Function>>,
    last_sweep: Cell<Option<Instant>>,
    trace: RefCell<Option<Vec<String>>>,
    broken: RefCell<Option<String>>,
    log_book: RefCell<Option<LogBook>>,
}

impl World {
    /// A world in which nothing has happened yet. It lives within a runtime whose time is paused.
    ///
    /// # Errors
    /// Where a function cannot be put together.
    pub async fn new(
        merchant: Arc<Merchant>,
        chaos: Arc<Chaos>,
        start: Timestamp,
    ) -> Result<Rc<Self>, SimError> {
        let clock = VirtualClock::starting_at(start);
        let sent = Arc::new(Notify::new());
        let queue = |name, visibility, receives| {
            let settings = QueueSettings {
                name,
                visibility: Duration::from_secs(visibility),
                receives,
            };
            SimQueue::new(settings, Arc::clone(&chaos), Arc::clone(&sent))
        };
        let calls = queue("calls", 180, 6);
        let cases = queue("cases", 540, 10);
        let notices = queue("notices", 360, 8);
        let table = SimTable::new(Arc::clone(&chaos));
        let paystack = SimVendor::new(
            sandbox::Paystack::new(sandbox::paystack::Model::new(sandbox::paystack::Settings {
                rate_limit: Some(0),
                ..sandbox::paystack::Settings::with_key(vault::PAYSTACK_KEY)
            })),
            vault::bearer(vault::PAYSTACK_KEY),
            Side::Paystack,
            clock,
            Arc::clone(&chaos),
        );
        let (slack, zendesk, hubspot, gmail) = told_systems(clock, &chaos);
        let tokens: Arc<dyn Tokens> = Arc::new(CountingTokens::from(1));
        let metrics = Metrics::in_memory("ingest", Arc::new(clock));
        let parts = || Parts {
            merchant: &merchant,
            clock: Arc::new(clock.skewed_by(skew(&chaos))),
            tokens: Arc::clone(&tokens),
            table: &table,
            queues: [&calls, &cases, &notices],
            paystack: &paystack,
            slack: &slack,
            zendesk: &zendesk,
            hubspot: &hubspot,
            gmail: &gmail,
            metrics: &metrics,
        };
        let instance = Instance::new(&parts()).await?;
        let mut more_instances = Vec::new();
        for _ in 1..INSTANCES {
            more_instances.push(Instance::new(&parts()).await?);
        }
        let people = Ledger::new(Arc::new(table.clone()), Arc::new(clock), tokens);
        Ok(Rc::new(Self {
            clock,
            chaos,
            table,
            calls,
            cases,
            notices,
            paystack,
            slack,
            zendesk,
            hubspot,
            gmail,
            merchant,
            counts: Counts::default(),
            accepted: RefCell::default(),
            metrics,
            instance,
            more_instances,
            people,
            sent,
            agenda: RefCell::default(),
            scheduled: Cell::new(0),
            kills: RefCell::default(),
            busy: RefCell::default(),
            paused: RefCell::default(),
            last_sweep: Cell::new(None),
            trace: RefCell::new(None),
            broken: RefCell::new(None),
            log_book: RefCell::new(None),
        }))
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The ledger as a person at a desk uses it.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.people
    }

    /// Plans something for `after` from now.
    pub fn schedule(&self, after: Duration, event: Event) {
        let number = self.scheduled.get();
        self.scheduled.set(number + 1);
        let at = Instant::now() + after;
        self.agenda.borrow_mut().insert((at, number), event);
    }

    /// DialNexa delivers `body` now.
    pub fn deliver(&self, body: Body) {
        self.schedule(Duration::ZERO, Event::Deliver(body, 0));
    }

    /// Lets an invocation die.
    pub fn kill(&self, kill: Kill) {
        self.kills.borrow_mut().push(kill);
    }

    /// Whether every death that was ordered has come.
    #[must_use]
    pub fn all_killed(&self) -> bool {
        self.kills.borrow().is_empty()
    }

    /// Keeps a record of what happens, for whoever wants to know why.
    pub fn keep_trace(&self) {
        *self.trace.borrow_mut() = Some(Vec::new());
    }

    /// What happened, where it was kept.
    #[must_use]
    pub fn trace(&self) -> Vec<String> {
        self.trace.borrow().clone().unwrap_or_default()
    }

    /// What should be impossible and happened all the same, such as a panic outside a record.
    #[must_use]
    pub fn broken(&self) -> Option<String> {
        self.broken.borrow().clone()
    }

    /// Notes that something impossible happened.
    pub fn break_with(&self, what: String) {
        *self.broken.borrow_mut() = Some(what);
    }

    /// A record of the table as it is, without the network.
    #[must_use]
    pub fn item<T: serde::de::DeserializeOwned>(&self, key: &Key) -> Option<T> {
        let item = self.table.inner().get(key).now_or_never()?.ok()??;
        item.read().ok()
    }

    /// What the functions logged, where a [`LogBook`] was opened for them.
    #[must_use]
    pub fn logs(&self) -> String {
        self.log_book
            .borrow()
            .as_ref()
            .map(LogBook::text)
            .unwrap_or_default()
    }

    /// Lets the oracle read what the functions log into `book`.
    pub fn read_logs_of(&self, book: LogBook) {
        *self.log_book.borrow_mut() = Some(book);
    }

    /// Adds a line to the record.
    pub fn tell(&self, line: impl FnOnce() -> String) {
        if let Some(trace) = &mut *self.trace.borrow_mut() {
            trace.push(format!(
                "{:>12.3} s  {}",
                self.clock.age().as_secs_f64(),
                line()
            ));
        }
    }

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
        let due = self.clock.reaches(self.earliest_due()?);
        let last = self.last_sweep.get();
        Some(last.map_or(due, |last| due.max(last + SWEEP_EVERY)))
    }

    /// When the next thing is due. What is followed up goes on for weeks: the world comes to rest
    /// without it.
    fn earliest_due(&self) -> Option<Timestamp> {
        let table = self.table.inner();
        (0..SHARDS)
            .filter_map(|shard| {
                let bucket = due_bucket(shard);
                let places = table
                    .query_index(Index::Due, &bucket, None, MOST_FOLLOWED)
                    .now_or_never()?;
                let places = places.ok()?;
                let mut owed = places
                    .iter()
                    .filter(|place| !place.key.sk.starts_with("follow#"));
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
                    work.spawn_local(async move { world.take_in(body, tries).await });
                }
                Event::Redrive => self.redrive(),
                Event::OldMessage => self.repeat_old_message(),
                Event::PersonLooks => super::people::look(self).await,
                Event::Paid(request) => self.pay(request),
            }
        }
    }

    /// Brings back what lies in the dead-letter queues.
    pub fn redrive(&self) {
        for queue in [&self.calls, &self.cases, &self.notices] {
            let moved = queue.redrive();
            if moved > 0 {
                self.tell(|| format!("redrive of {moved}"));
            }
        }
    }

    fn pay(&self, request: &str) {
        let happening = Happening::PaymentRequestPaid {
            request: request.to_owned(),
        };
        let now = self.now();
        let paid = self.paystack.lock().happen(&happening, now);
        self.tell(|| format!("{request} is paid: {paid:?}"));
    }

    fn repeat_old_message(&self) {
        let queues = [&self.calls, &self.cases, &self.notices];
        let queue = self.chaos.dice().choice(queues);
        if let Some(queue) = queue {
            let ever = queue.ever_sent();
            let old = self.chaos.dice().choice(ever);
            if let Some(old) = old {
                self.tell(|| format!("old message: {}", first_of(&old)));
                queue.put(old);
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
                    let event = super::functions::event(&batch);
                    let instance = world.instance();
                    let answer = world
                        .invoke(function, instance.read(function, event, &queue))
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
            let sweep = instance.reconciler.sweep().map(|swept| swept.is_ok());
            let _failed_ones_are_found_again = world.invoke(Function::Reconcile, sweep).await;
            world.release(Function::Reconcile);
        });
    }

    async fn take_in(self: Rc<Self>, body: Body, tries: u32) {
        let instance = self.instance();
        let request = super::functions::request(&body);
        let answer = self
            .invoke(Function::Ingest, instance.ingest.handle(request, "request"))
            .await;
        let status = answer.map(|answer| answer.status_code);
        self.tell(|| format!("delivered: {status:?}"));
        if status.is_some_and(|status| (200..300).contains(&status)) {
            self.counts.accepted.set(self.counts.accepted.get() + 1);
            self.accepted.borrow_mut().push(body);
        } else if tries + 1 < DELIVERY_TRIES {
            self.schedule(DELIVERY_PAUSE, Event::Deliver(body, tries + 1));
        }
    }

    /// Runs one invocation within its function's time-out; it may die on its way.
    async fn invoke<T>(&self, function: Function, work: impl Future<Output = T>) -> Option<T> {
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

    fn instance(&self) -> &Instance {
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

    fn is_free(&self, function: Function) -> bool {
        !self.paused.borrow().contains(&function)
            && self.busy.borrow().get(&function).copied().unwrap_or(0) < function.concurrency()
    }

    fn occupy(&self, function: Function) {
        *self.busy.borrow_mut().entry(function).or_default() += 1;
    }

    fn release(&self, function: Function) {
        if let Some(busy) = self.busy.borrow_mut().get_mut(&function) {
            *busy = busy.saturating_sub(1);
        }
    }
}

/// The systems in which people are told.
fn told_systems(
    clock: VirtualClock,
    chaos: &Arc<Chaos>,
) -> (
    SimVendor<sandbox::slack::Model>,
    SimVendor<sandbox::zendesk::Model>,
    SimVendor<sandbox::hubspot::Model>,
    SimVendor<sandbox::gmail::Model>,
) {
    let slack = SimVendor::new(
        sandbox::Slack::new(sandbox::slack::Model::new(sandbox::slack::Settings {
            token: vault::SLACK_TOKEN.to_owned(),
            ..sandbox::slack::Settings::default()
        })),
        vault::bearer(vault::SLACK_TOKEN),
        Side::Slack,
        clock,
        Arc::clone(chaos),
    );
    let zendesk = SimVendor::new(
        sandbox::Zendesk::new(sandbox::zendesk::Model::new(sandbox::zendesk::Settings {
            token: vault::ZENDESK_TOKEN.to_owned(),
            ..sandbox::zendesk::Settings::default()
        })),
        vault::basic("billing-bot@example.com/token", vault::ZENDESK_TOKEN),
        Side::Paired,
        clock,
        Arc::clone(chaos),
    );
    let hubspot = SimVendor::new(
        sandbox::Hubspot::new(sandbox::hubspot::Model::new(sandbox::hubspot::Settings {
            token: vault::HUBSPOT_TOKEN.to_owned(),
            ..sandbox::hubspot::Settings::default()
        })),
        vault::bearer(vault::HUBSPOT_TOKEN),
        Side::Paired,
        clock,
        Arc::clone(chaos),
    );
    let gmail = SimVendor::new(
        sandbox::Gmail::new(sandbox::gmail::Model::new(sandbox::gmail::Settings {
            access_token: vault::GMAIL_TOKEN.to_owned(),
            ..sandbox::gmail::Settings::default()
        })),
        vault::bearer(vault::GMAIL_TOKEN),
        Side::Paired,
        clock,
        Arc::clone(chaos),
    );
    (slack, zendesk, hubspot, gmail)
}

fn skew(chaos: &Chaos) -> SignedDuration {
    let most = chaos.odds().skew;
    if most.is_zero() {
        return SignedDuration::ZERO;
    }
    let either_way = SignedDuration::try_from(chaos.up_to(most * 2)).unwrap_or_default();
    either_way.saturating_sub(SignedDuration::try_from(most).unwrap_or_default())
}

fn first_of(text: &str) -> &str {
    text.get(..60).unwrap_or(text)
}
