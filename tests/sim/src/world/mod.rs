//! A deployment in one process: every function's handler, the table, the queues, the vendors, and
//! the machinery between them that AWS is.

mod happenings;
mod invocations;
mod run;
mod vendors;
mod webhooks;

pub(crate) use happenings::BY_HAND;
pub use webhooks::Webhook;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use jiff::Timestamp;
use shared::clock::Clock as _;
use shared::ids::{CallId, CountingTokens, Tokens};
use shared::ledger::{
    Action, ActionId, CallRecord, Decision, DecisionError, Key, Ledger, Table as _,
};
use shared::telemetry::Metrics;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::SimError;
use crate::calls::Body;
use crate::chaos::Chaos;
use crate::clock::VirtualClock;
use crate::dialnexa::SimDialNexa;
use crate::functions::{Function, Instance, Parts};
use crate::log_book::LogBook;
use crate::merchant::Merchant;
use crate::people::Decided;
use crate::queue::{QueueSettings, SimQueue};
use crate::table::SimTable;
use crate::wire::{Settle, SimVendor};

/// How many sandboxes each function runs in; each has a clock of its own.
const INSTANCES: usize = 3;

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
    /// The bank opens a dispute about the payment with this reference.
    BankDisputes(String),
    /// Somebody at the merchant gives so many subunits of a payment back, on Paystack's own pages.
    RefundedByHand(String, i64),
    /// The merchant's balance at Paystack is topped up.
    ToppedUp,
    /// Time alone moved something on at Paystack.
    PaystackMoves,
    /// A webhook arrives.
    Webhook(Webhook),
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

/// What there is to look at.
#[derive(Debug, Clone, Copy)]
struct Outlook {
    /// When the next thing is due.
    due: Option<Timestamp>,
    /// Whether DialNexa has a call of which we know nothing.
    is_call_missed: bool,
}

/// Where the claim on a call lives.
fn claim_of(call: &str) -> Key {
    Key::new(format!("call#{call}"), "call")
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
    /// DialNexa's API.
    pub(crate) dialnexa: SimDialNexa,
    /// What the merchant set.
    pub merchant: Arc<Merchant>,
    /// What went on.
    pub counts: Counts,
    accepted: RefCell<BTreeSet<String>>,
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
    looks_after_all: Cell<bool>,
    webhooks_lost_until: Cell<Option<Instant>>,
    webhooks_sent: Cell<usize>,
    outlook: Cell<Option<(u64, Outlook)>>,
    trace: RefCell<Option<Vec<String>>>,
    broken: RefCell<Option<String>>,
    decided: RefCell<Vec<Decided>>,
    shown: RefCell<BTreeMap<Key, Action>>,
    disputed: RefCell<Vec<(String, Timestamp)>>,
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
        let limits = &merchant.settings.limits;
        let seconds = |seconds: i64| Duration::from_secs(seconds.unsigned_abs());
        let settle = Settle {
            refunds: seconds(limits.refund_settle_seconds),
            others: seconds(limits.settle_seconds),
        };
        let table = SimTable::new(Arc::clone(&chaos), clock);
        let paystack = vendors::paystack(settle, clock, &chaos);
        let dialnexa = SimDialNexa::new(clock, Arc::clone(&chaos));
        let (slack, zendesk, hubspot, gmail) = vendors::told_systems(settle, clock, &chaos);
        let tokens: Arc<dyn Tokens> = Arc::new(CountingTokens::from(1));
        let metrics = Metrics::in_memory("ingest", Arc::new(clock));
        let parts = || Parts {
            merchant: &merchant,
            clock: Arc::new(clock.skewed_by(vendors::skew(&chaos))),
            tokens: Arc::clone(&tokens),
            table: &table,
            queues: [&calls, &cases, &notices],
            paystack: &paystack,
            slack: &slack,
            zendesk: &zendesk,
            hubspot: &hubspot,
            gmail: &gmail,
            dialnexa: &dialnexa,
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
            dialnexa,
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
            looks_after_all: Cell::new(false),
            webhooks_lost_until: Cell::new(None),
            webhooks_sent: Cell::new(0),
            outlook: Cell::new(None),
            trace: RefCell::new(None),
            broken: RefCell::new(None),
            decided: RefCell::default(),
            shown: RefCell::default(),
            disputed: RefCell::default(),
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

    /// The calls of whose end we were told and said yes to.
    #[must_use]
    pub fn accepted(&self) -> BTreeSet<String> {
        self.accepted.borrow().clone()
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

    /// What people decided, with what they were shown.
    #[must_use]
    pub fn decided(&self) -> Vec<Decided> {
        self.decided.borrow().clone()
    }

    /// Notes that a person has an action before their eyes.
    pub(crate) fn note_shown(&self, action: &Action) {
        let mut shown = self.shown.borrow_mut();
        shown.insert(action.table_key(), action.clone());
    }

    /// The action as a person saw it earlier.
    pub(crate) fn shown(&self, call: &CallId, id: &ActionId) -> Option<Action> {
        let key = Key::new(shared::ledger::partition(call), id.sort_key());
        self.shown.borrow().get(&key).cloned()
    }

    /// Which payments the bank has taken up, and when.
    #[must_use]
    pub fn disputed(&self) -> Vec<(String, Timestamp)> {
        self.disputed.borrow().clone()
    }

    /// Somebody decides on what they were shown; the oracle remembers what that was.
    ///
    /// # Errors
    /// As [`Ledger::decide`].
    pub async fn decide(
        &self,
        shown: &Action,
        decision: &Decision,
    ) -> Result<Action, DecisionError> {
        let action = self.people.decide(&shown.call, &shown.id, decision).await?;
        self.counts.decisions.set(self.counts.decisions.get() + 1);
        self.decided.borrow_mut().push(Decided {
            by: decision.by.clone(),
            verdict: decision.verdict,
            shown: shown.clone(),
        });
        Ok(action)
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

    /// Whether the actions of a call are planned.
    #[must_use]
    pub fn is_planned(&self, call: &str) -> bool {
        self.item::<CallRecord>(&claim_of(call))
            .is_some_and(|record| record.planned)
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
}
