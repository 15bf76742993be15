//! A whole deployment in one process, on the real ledger: what `classify`, `execute`, `notify` and
//! the sweep do with it, without their vendors' details.

#![allow(dead_code, reason = "each test takes what it needs")]
#![allow(unreachable_pub, missing_docs, reason = "a test's own module")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use shared::case::{Case, Confidence, Fields, Urgency, Workflow};
use shared::clock::{Clock, ManualClock};
use shared::ids::{CallId, CountingTokens};
use shared::ledger::faults::{FakeVendor, Faults, FaultyPost, FaultyTable};
use shared::ledger::{
    Action, ActionId, Anchor, CallRecord, Change, Decision, Destination, Driver, Due, Failure,
    Family, Index, Item, Ledger, MemoryTable, OutboxRecord, Pace, Progress, ResourceLock, SHARDS,
    State, Table as _, Verdict, Write, binding, verify_audit,
};

/// The settle time Q of every action here.
pub const SETTLE: SignedDuration = SignedDuration::from_mins(15);
/// How long a claim lasts.
pub const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How long a request is waited for.
pub const TIME_OUT: SignedDuration = SignedDuration::from_secs(20);

pub fn call(name: &str) -> CallId {
    CallId::new(name).unwrap()
}

pub fn case(call: &CallId) -> Case {
    Case {
        call: call.clone(),
        at: start(),
        direction: None,
        caller: None,
        workflow: Workflow::RefundRequest,
        confidence: Confidence::CERTAIN,
        also: Vec::new(),
        fields: Fields::default(),
        disagreements: Vec::new(),
        evidence: Vec::new(),
        removed: BTreeSet::new(),
        summary: "A refund is asked for.".to_owned(),
    }
}

pub fn start() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

/// An action of `call` on `resource`, as it is planned.
pub fn planned(call: &CallId, name: &str, resource: &str, at: Timestamp) -> Action {
    Action {
        call: call.clone(),
        id: ActionId::action(name, resource),
        key: format!("{call}-{name}-{resource}-1"),
        state: State::Planned,
        anchor: Anchor::ByKey,
        resource: resource.to_owned(),
        after: None,
        amount: None,
        parameters: Value::Null,
        workflow: Workflow::RefundRequest,
        urgency: Urgency::Normal,
        owner: "finance".to_owned(),
        lease: None,
        sends: 0,
        sent_at: None,
        absent_since: None,
        look_ups: 0,
        not_before: None,
        not_after: at + SignedDuration::from_hours(72),
        settle_seconds: SETTLE.as_secs(),
        reservations: Vec::new(),
        receipt: None,
        reason: None,
        approvals_needed: 1,
        approvals: Vec::new(),
        contested: false,
        created_at: at,
        updated_at: at,
    }
}

/// The notice of the state an action has come to: one for each state, however often it comes to it.
pub fn notices(action: &Action) -> Vec<Action> {
    if action.id.family == Family::Notice
        || !(action.state.is_final() || action.state.waits_for_person())
    {
        return Vec::new();
    }
    let target = format!("{}.{}", action.id.name, action.state.as_str());
    let mut notice = planned(&action.call, "tell", &target, action.updated_at);
    notice.id = ActionId::notice("tell", &target);
    notice.parameters = json!({ "about": action.id.sort_key() });
    vec![notice]
}

type Plan = dyn Fn(&CallId, Timestamp) -> Vec<Action> + Send + Sync;

/// Everything that a deployment consists of.
pub struct World {
    pub clock: Arc<ManualClock>,
    pub memory: Arc<MemoryTable>,
    pub faults: Faults,
    /// The ledger as the functions use it, faults included.
    pub ledger: Ledger,
    /// The same ledger, as a test looks at it.
    pub peek: Ledger,
    pub driver: Driver,
    /// Where actions are carried out.
    pub vendor: Arc<FakeVendor>,
    /// Where people are told.
    pub people: Arc<FakeVendor>,
    pub queue: Arc<FaultyPost>,
    plan: Box<Plan>,
}

impl World {
    pub fn new(plan: impl Fn(&CallId, Timestamp) -> Vec<Action> + Send + Sync + 'static) -> Self {
        let clock = Arc::new(ManualClock::at(start()));
        let memory = Arc::new(MemoryTable::default());
        let faults = Faults::default();
        let table = FaultyTable::new(memory.clone(), faults.clone());
        let tokens = Arc::new(CountingTokens::from(1));
        let ledger = Ledger::new(Arc::new(table), clock.clone(), tokens.clone());
        let pace = Pace {
            lease: LEASE,
            time_out: TIME_OUT,
        };
        Self {
            peek: Ledger::new(memory.clone(), clock.clone(), tokens),
            driver: Driver::new(ledger.clone(), pace, "test"),
            vendor: Arc::new(FakeVendor::new(clock.clone(), faults.clone()).telling(notices)),
            people: Arc::new(FakeVendor::new(clock.clone(), faults.clone())),
            queue: Arc::new(FaultyPost::new(faults.clone())),
            clock,
            memory,
            faults,
            ledger,
            plan: Box::new(plan),
        }
    }

    /// A deployment that plans one action a call, all on one record.
    pub fn with_one(change: impl Fn(&mut Action) + Send + Sync + 'static) -> Self {
        Self::new(move |call, at| {
            let mut action = planned(call, "refund", "trx-1", at);
            change(&mut action);
            vec![action]
        })
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What `classify` does with a call.
    pub async fn classify(&self, call: &CallId) -> Result<(), Failure> {
        self.ledger.claim(&case(call), "facts", None).await?;
        self.ledger
            .flush(call, Destination::Cases, &*self.queue)
            .await?;
        Ok(())
    }

    /// What `execute` does with a message about a call.
    pub async fn execute(&self, call: &CallId) -> Result<(), Failure> {
        let Some((record, revision)) = self.ledger.call(call).await? else {
            return Ok(());
        };
        if !record.planned {
            let mut change = Change::default();
            let record = CallRecord {
                planned: true,
                ..record
            };
            change.write(Write::replace(record.item()?, revision));
            for action in (self.plan)(call, self.now()) {
                change.create_action(&action)?;
                for notice in notices(&action) {
                    change.create_notice(&notice)?;
                }
            }
            self.ledger.commit(call, change).await?;
        } else if record.contested && !record.contest_answered {
            let mut change = Change::default();
            let record = CallRecord {
                contest_answered: true,
                ..record
            };
            change.write(Write::replace(record.item()?, revision));
            self.ledger.commit(call, change).await?;
        }
        let mut again = None;
        for (action, _) in self.ledger.actions(call).await? {
            // As it is now: the ones before may have taken their time.
            let Some((action, revision)) = self.ledger.action(call, &action.id).await? else {
                continue;
            };
            match self.driver.run(action, revision, &*self.vendor).await? {
                Progress::Rests(_) | Progress::Waits(..) => {}
                Progress::Retry(_, failure) => again = Some(failure),
            }
        }
        self.ledger
            .flush(call, Destination::Notices, &*self.queue)
            .await?;
        again.map_or(Ok(()), Err)
    }

    /// What `notify` does with a message about a notice.
    pub async fn notify(&self, call: &CallId, id: &ActionId) -> Result<(), Failure> {
        let Some((notice, revision)) = self.ledger.action(call, id).await? else {
            return Ok(());
        };
        match self.driver.run(notice, revision, &*self.people).await? {
            Progress::Rests(_) | Progress::Waits(..) => Ok(()),
            Progress::Retry(_, failure) => Err(failure),
        }
    }

    async fn handle(&self, message: &OutboxRecord) -> Result<(), Failure> {
        match (message.destination, &message.notice) {
            (Destination::Cases, _) => self.execute(&message.call).await,
            (Destination::Notices, Some(id)) => self.notify(&message.call, id).await,
            (Destination::Notices, None) => Ok(()),
        }
    }

    /// Hands every message on the queue to its reader; what fails comes back later.
    pub async fn deliver(&self) {
        let mut failed = Vec::new();
        while let Some(message) = self.queue.take() {
            if self.handle(&message).await.is_err() {
                failed.push(message);
            }
        }
        for message in failed {
            self.queue.put_back(message);
        }
    }

    /// What `reconcile` does on its schedule. A failure waits for the next time.
    pub async fn sweep(&self) {
        for shard in 0..SHARDS {
            let Ok(found) = self.ledger.due(shard, self.now(), 25).await else {
                continue;
            };
            for due in found {
                let _next_time = self.ledger.remind(&due, &*self.queue).await;
            }
        }
    }

    /// Lets time go on until nothing is owed any more: each round sweeps, and hands the messages
    /// over twice. At most `rounds` rounds, which a test fails beyond.
    pub async fn settle(&self, rounds: usize) {
        for _ in 0..rounds {
            self.sweep().await;
            self.deliver().await;
            self.deliver().await;
            match self.next_due() {
                None => return,
                Some(at) => {
                    let now = self.now();
                    self.clock.set(at.max(now + SignedDuration::from_secs(1)));
                }
            }
        }
        panic!(
            "after {rounds} rounds something is still owed: {:#?}",
            self.unsettled()
        );
    }

    /// Lets time go on for half a day: enough for whatever was held up, too short for a question to
    /// expire.
    pub async fn settle_until_asked(&self) {
        let end = self.now() + SignedDuration::from_hours(12);
        while let Some(at) = self.next_due().filter(|at| *at < end) {
            self.clock
                .set(at.max(self.now() + SignedDuration::from_secs(1)));
            self.sweep().await;
            self.deliver().await;
        }
    }

    /// Puts an item where no code of ours would.
    pub async fn write(&self, item: Item) {
        self.memory.write(&[Write::create(item)]).await.unwrap();
    }

    /// When the sweep has something to do next.
    pub fn next_due(&self) -> Option<Timestamp> {
        let items = self.memory.items();
        let entries = items.iter().flat_map(|item| &item.entries);
        let due = entries.filter(|entry| entry.index == Index::Due);
        due.map(|entry| entry.sort.parse().unwrap()).min()
    }

    pub async fn all(&self, call: &CallId) -> Vec<Action> {
        let mut all = self.peek.actions(call).await.unwrap();
        all.extend(self.peek.notices(call).await.unwrap());
        all.into_iter().map(|(action, _)| action).collect()
    }

    /// The first of a call's actions.
    pub async fn action(&self, call: &CallId) -> Action {
        let (action, _) = self.peek.actions(call).await.unwrap().remove(0);
        action
    }

    /// Runs the first of a call's actions, as one worker would.
    pub async fn run(&self, call: &CallId) -> Result<Progress, Failure> {
        let (action, revision) = self.peek.actions(call).await.unwrap().remove(0);
        Ok(self.driver.run(action, revision, &*self.vendor).await?)
    }

    /// A person decides on an action as it stands.
    pub async fn decide(&self, shown: &Action, verdict: Verdict) {
        let decision = Decision {
            by: "ada".to_owned(),
            verdict,
            binding: binding(shown),
            reason: "as it should be".to_owned(),
        };
        self.peek
            .decide(&shown.call, &shown.id, &decision)
            .await
            .unwrap();
    }

    fn unsettled(&self) -> Vec<String> {
        let items = self.memory.items();
        let due = items.iter().filter(|item| !item.entries.is_empty());
        due.map(|item| format!("{} {} {}", item.key.pk, item.key.sk, item.body))
            .collect()
    }

    /// What must hold of every deployment at rest, whatever went wrong before.
    pub async fn check_oracles(&self, calls: &[CallId], told: &str) {
        assert_eq!(
            self.next_due(),
            None,
            "{told}: something is owed that nobody does"
        );
        let mut states = BTreeMap::new();
        for call in calls {
            let (record, _) = self.peek.call(call).await.unwrap().unwrap();
            assert!(record.planned, "{told}: {call} was heard and never planned");
            for action in self.all(call).await {
                let rests = action.state.is_final() || action.state.waits_for_person();
                assert!(rests, "{told}: {} is left {:?}", action.id, action.state);
                let vendor = match action.id.family {
                    Family::Action => &self.vendor,
                    Family::Notice => &self.people,
                };
                let deeds = vendor.deeds_under(&action.key);
                assert!(deeds <= 1, "{told}: {} was done {deeds} times", action.id);
                if action.state == State::Succeeded {
                    assert_eq!(deeds, 1, "{told}: {} is called done and is not", action.id);
                }
                states.insert(action.key.clone(), action.state);
            }
            let (entries, sequence, hash) = self.peek.audit(call).await.unwrap();
            assert_eq!(
                verify_audit(&entries, sequence, &hash),
                Ok(()),
                "{told}: {call}"
            );
            for item in self
                .memory
                .items()
                .iter()
                .filter(|item| item.key.sk.starts_with("outbox#"))
            {
                let record: OutboxRecord = item.read().unwrap();
                assert!(record.sent_at.is_some(), "{told}: a message was never sent");
            }
        }
        for item in self
            .memory
            .items()
            .iter()
            .filter(|item| item.key.sk == "lock")
        {
            let lock: ResourceLock = item.read().unwrap();
            let held_by = states.get(&lock.holder);
            assert!(
                held_by.is_some_and(|state| !state.is_final()),
                "{told}: {} is locked for {} although that is {held_by:?}",
                item.key.pk,
                lock.holder
            );
        }
    }
}

/// Whether a due thing is the call itself.
pub const fn is_call(due: &Due) -> bool {
    matches!(due, Due::Call(_))
}
