//! Carries an action from `planned` to its end, looking before it sends again.
//!
//! ```text
//!  claim ── lock and lease, one transaction
//!    check ── read the vendor, ask policy again
//!      send ── `sent` is written, with the counts it reserves, before the request leaves
//!        └ answer? ── yes ─▶ succeeded | rejected | deferred
//!                     no  ─▶ unknown ── look up: found ─▶ succeeded
//!                                        absent, time-out + Q after `sent` ── Q ── absent again
//!                                          └▶ claimed again, once; then a person
//! ```

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};

use super::audit::AuditNote;
use super::commit::{Change, Ledger, LedgerError, action_item};
use super::lock::Taking;
use super::record::{Action, Anchor, CallRecord, Family, Lease, Reason, Receipt};
use super::state::{State, Step};
use super::table::{Condition, TableError, Write};
use crate::error::Class;

/// At most this many sends without a person: the first, and one after two empty look-ups.
const AUTOMATIC_SENDS: u32 = 2;

/// After this many look-ups that failed a person has to find out.
const LOOK_UP_LIMIT: u32 = 24;

/// How long a person's approval of a late action is good for.
const APPROVAL_LASTS: SignedDuration = SignedDuration::from_hours(24);

/// What the check before sending came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Check {
    /// Send it.
    Go,
    /// A person has to decide.
    AskPerson(Reason),
    /// It may not be done at all, approval or not.
    Decline(Reason),
    /// The record no longer allows it; nothing was done.
    Reject(Reason),
    /// It is there already.
    Done(Receipt),
}

/// What a look-up came to. A look-up that failed is neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sighting {
    /// The effect is there.
    Found(Receipt),
    /// The look-up succeeded, was complete, and the effect is not there.
    Absent,
}

/// Why something did not come about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What it means for what happens next.
    pub class: Class,
    /// Why, as a code and in plain words without anyone's data.
    pub reason: Reason,
    /// How long the vendor asks to wait.
    pub wait: Option<SignedDuration>,
}

impl Failure {
    /// A failure with no wait of the vendor's.
    pub fn new(class: Class, code: impl Into<String>, words: impl Into<String>) -> Self {
        Self { class, reason: Reason::new(code, words), wait: None }
    }
}

/// What an action does at its vendor.
#[async_trait]
pub trait Effect: Send + Sync {
    /// Reads the vendor's record and asks policy, right before sending. Reads only.
    async fn check(&self, action: &Action) -> Result<Check, Failure>;

    /// Does it: one request, no retry.
    async fn send(&self, action: &Action) -> Result<Receipt, Failure>;

    /// Looks whether it was done: fully paged, archived and drafts included. Reads only.
    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure>;

    /// Whom to tell about the state the action has come to, written in the same transaction.
    fn announce(&self, action: &Action) -> Vec<Action>;
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    /// Nothing more happens to it by itself, or only a person moves it.
    Rests(Action),
    /// Not before then, or until a neighbour has moved on.
    Waits(Action, Option<Timestamp>),
    /// Nothing was done; try again.
    Retry(Action, Failure),
}

/// The times that bound a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// How long a claim lasts.
    pub lease: SignedDuration,
    /// The time-out of a request, well below the lease.
    pub time_out: SignedDuration,
}

/// Drives actions.
#[derive(Clone)]
pub struct Driver {
    ledger: Ledger,
    pace: Pace,
    actor: &'static str,
}

/// An action in hand, at the revision read.
struct Held {
    action: Action,
    revision: u64,
}

/// Whether a run goes on.
enum Next {
    On(Held),
    Stop(Progress),
}

impl Driver {
    /// A driver on `ledger` that writes `actor` into the audit trail.
    #[must_use]
    pub const fn new(ledger: Ledger, pace: Pace, actor: &'static str) -> Self {
        Self { ledger, pace, actor }
    }

    /// Carries `action`, read at `revision`, as far as it goes now.
    ///
    /// # Errors
    /// [`LedgerError`] where the ledger fails or the action was moved by another worker; running
    /// it again is always safe.
    pub async fn run(
        &self,
        action: Action,
        revision: u64,
        effect: &dyn Effect,
    ) -> Result<Progress, LedgerError> {
        let mut held = Held { action, revision };
        loop {
            match self.advance(held, effect).await? {
                Next::On(next) => held = next,
                Next::Stop(progress) => return Ok(progress),
            }
        }
    }

    async fn advance(&self, held: Held, effect: &dyn Effect) -> Result<Next, LedgerError> {
        let now = self.ledger.now();
        match held.action.state {
            State::NeedsPerson
            | State::Declined
            | State::Expired
            | State::Observed
            | State::Succeeded
            | State::Rejected => Ok(Next::Stop(Progress::Rests(held.action))),
            State::AwaitingApproval if now > held.action.not_after => {
                let reason = Reason::new("expired", "nobody decided in time");
                self.finish(held, Step::Expire, Some(reason), effect).await
            }
            State::AwaitingApproval => Ok(Next::Stop(Progress::Rests(held.action))),
            State::Planned | State::Approved | State::Deferred => {
                if is_late(&held.action, now) {
                    let reason = Reason::new("too_late", "the time to do it by itself ran out");
                    return self.finish(held, Step::HandOver, Some(reason), effect).await;
                }
                if let Some(until) = held.action.not_before.filter(|until| *until > now) {
                    return Ok(Next::Stop(Progress::Waits(held.action, Some(until))));
                }
                self.claim_and_act(held, effect).await
            }
            State::Claimed => match still_leased(&held.action, now) {
                Some(until) => Ok(Next::Stop(Progress::Waits(held.action, Some(until)))),
                None => self.claim_and_act(held, effect).await,
            },
            State::Sent => match still_leased(&held.action, now) {
                Some(until) => Ok(Next::Stop(Progress::Waits(held.action, Some(until)))),
                None => self.lose_sight(held, effect, lost_worker()).await,
            },
            State::Unknown => match held.action.not_before.filter(|until| *until > now) {
                Some(until) => Ok(Next::Stop(Progress::Waits(held.action, Some(until)))),
                None => self.look(held, effect).await,
            },
        }
    }

    /// Takes the lease and the record's lock in one transaction, then acts.
    async fn claim_and_act(&self, held: Held, effect: &dyn Effect) -> Result<Next, LedgerError> {
        let now = self.ledger.now();
        let until = now.saturating_add(self.pace.lease).unwrap_or(Timestamp::MAX);
        let lock_until = (held.action.sends == 0).then_some(until);
        let (lock, lock_revision) = match self.ledger.take_lock(&held.action, lock_until).await? {
            Taking::Free(write, revision) => (write, revision),
            Taking::Held(free_at) => {
                // The sweep comes back when the neighbour's lease is over, or a little later.
                let wait = free_at.unwrap_or_else(|| plus(now, self.pace.lease));
                let held =
                    self.amend(held, |action| action.not_before = Some(wait), "waits").await?;
                return Ok(Next::Stop(Progress::Waits(held.action, Some(wait))));
            }
        };
        let token = self.ledger.tokens.token();
        let held = self
            .step(
                held,
                Step::Claim,
                |action| {
                    action.lease = Some(Lease { token, until });
                    action.not_before = None;
                },
                vec![lock],
                effect,
            )
            .await?;
        self.check_and_send(held, lock_revision, effect).await
    }

    async fn check_and_send(
        &self,
        held: Held,
        lock_revision: u64,
        effect: &dyn Effect,
    ) -> Result<Next, LedgerError> {
        let call = match held.action.family() {
            Family::Action => self.ledger.call(&held.action.call).await?,
            Family::Notice => None,
        };
        if call.as_ref().is_some_and(|(record, _)| record.contested)
            && held.action.approvals.is_empty()
        {
            let reason = Reason::new("contested", "a later report of the call contradicts it");
            return self.finish(held, Step::AskPerson, Some(reason), effect).await;
        }
        match effect.check(&held.action).await {
            Ok(Check::Go) => {}
            Ok(Check::AskPerson(reason)) => {
                return self.finish(held, Step::AskPerson, Some(reason), effect).await;
            }
            Ok(Check::Decline(reason)) => {
                return self.finish(held, Step::Decline, Some(reason), effect).await;
            }
            Ok(Check::Reject(reason)) => {
                return self.finish(held, Step::Reject, Some(reason), effect).await;
            }
            Ok(Check::Done(receipt)) => return self.succeed(held, receipt, effect).await,
            Err(failure) => return self.not_sent(held, failure, effect).await,
        }
        let mut extra = Vec::new();
        for reservation in &held.action.reservations {
            match self.ledger.reserve(&held.action, reservation).await? {
                Some(write) => extra.push(write),
                None => {
                    let reason = Reason::new("velocity", "the limit for this time is reached");
                    return self.finish(held, Step::AskPerson, Some(reason), effect).await;
                }
            }
        }
        if let Some((_, revision)) = call {
            extra.push(Write::Check {
                key: CallRecord::key(&held.action.call),
                condition: Condition::Revision(revision),
            });
        }
        match self.ledger.take_lock(&held.action, None).await? {
            Taking::Free(write, next) if next == lock_revision.saturating_add(1) => {
                extra.push(write);
            }
            Taking::Free(..) | Taking::Held(_) => {
                // The lease ran out while we were checking, and the record went to another.
                return Ok(Next::Stop(Progress::Waits(held.action, None)));
            }
        }
        let now = self.ledger.now();
        let until = plus(now, self.pace.lease);
        let held = self
            .step(
                held,
                Step::Send,
                |action| {
                    action.sends = action.sends.saturating_add(1);
                    action.sent_at = Some(now);
                    action.absent_since = None;
                    action.look_ups = 0;
                    if let Some(lease) = &mut action.lease {
                        lease.until = until;
                    }
                },
                extra,
                effect,
            )
            .await?;
        match effect.send(&held.action).await {
            Ok(receipt) => self.succeed(held, receipt, effect).await,
            Err(failure) => match failure.class {
                Class::Rejected => {
                    self.finish(held, Step::Reject, Some(failure.reason), effect).await
                }
                Class::RetryLater => self.not_sent(held, failure, effect).await,
                Class::OutcomeUnknown | Class::Bug => {
                    self.lose_sight(held, effect, failure.reason).await
                }
            },
        }
    }

    /// Nothing was done: give the lease back and try again when the queue or the sweep says so.
    async fn not_sent(
        &self,
        held: Held,
        failure: Failure,
        effect: &dyn Effect,
    ) -> Result<Next, LedgerError> {
        match failure.class {
            Class::Rejected => self.finish(held, Step::Reject, Some(failure.reason), effect).await,
            Class::Bug => self.finish(held, Step::HandOver, Some(failure.reason), effect).await,
            Class::RetryLater | Class::OutcomeUnknown => {
                let now = self.ledger.now();
                let not_before = failure.wait.map(|wait| plus(now, wait));
                let mut extra: Vec<Write> =
                    self.ledger.release_lock(&held.action).await?.into_iter().collect();
                // Nothing left, so nothing is counted.
                extra.extend(self.unreserved(&held.action).await?);
                let reason = failure.reason.clone();
                let left = u32::from(held.action.state == State::Sent);
                let held = self
                    .step(
                        held,
                        Step::Defer,
                        |action| {
                            action.sends = action.sends.saturating_sub(left);
                            action.lease = None;
                            action.not_before = not_before;
                            action.reason = Some(reason);
                        },
                        extra,
                        effect,
                    )
                    .await?;
                Ok(Next::Stop(match not_before {
                    Some(until) => Progress::Waits(held.action, Some(until)),
                    None => Progress::Retry(held.action, failure),
                }))
            }
        }
    }

    /// The answer is missing. Without an anchor only a person can find out.
    async fn lose_sight(
        &self,
        held: Held,
        effect: &dyn Effect,
        reason: Reason,
    ) -> Result<Next, LedgerError> {
        if held.action.anchor == Anchor::None {
            return self.finish(held, Step::HandOver, Some(reason), effect).await;
        }
        let held = self
            .step(
                held,
                Step::LoseSight,
                |action| {
                    action.lease = None;
                    action.not_before = None;
                    action.reason = Some(reason);
                },
                Vec::new(),
                effect,
            )
            .await?;
        Ok(Next::On(held))
    }

    /// Looks whether it was done. Only two complete look-ups, Q apart, the first no sooner than
    /// the time-out plus Q after `sent`, count as "not done".
    async fn look(&self, held: Held, effect: &dyn Effect) -> Result<Next, LedgerError> {
        let sighting = effect.look_up(&held.action).await;
        let now = self.ledger.now();
        let settle = SignedDuration::from_secs(held.action.settle_seconds);
        let sent_at = held.action.sent_at.unwrap_or(held.action.updated_at);
        let countable = plus(plus(sent_at, self.pace.time_out), settle);
        match sighting {
            Ok(Sighting::Found(receipt)) => self.succeed(held, receipt, effect).await,
            Ok(Sighting::Absent) if now < countable => self.look_again(held, countable, None).await,
            Ok(Sighting::Absent) => match held.action.absent_since {
                None => self.look_again(held, plus(now, settle), Some(now)).await,
                Some(first) if now < plus(first, settle) => {
                    self.look_again(held, plus(first, settle), Some(first)).await
                }
                Some(_)
                    if held.action.sends < AUTOMATIC_SENDS && !is_late(&held.action, now) =>
                {
                    self.claim_and_act(held, effect).await
                }
                Some(_) => {
                    let reason = Reason::new(
                        "not_seen",
                        "it was sent, no answer came, and it does not show at the vendor",
                    );
                    self.finish(held, Step::HandOver, Some(reason), effect).await
                }
            },
            Err(failure)
                if failure.class == Class::Bug || held.action.look_ups >= LOOK_UP_LIMIT =>
            {
                let reason = Reason::new(
                    "cannot_look",
                    "it was sent, no answer came, and the vendor cannot be asked",
                );
                self.finish(held, Step::HandOver, Some(reason), effect).await
            }
            Err(failure) => {
                let wait = failure.wait.unwrap_or_else(|| backoff(held.action.look_ups));
                let absent_since = held.action.absent_since;
                self.look_again(held, plus(now, wait), absent_since).await
            }
        }
    }

    async fn look_again(
        &self,
        held: Held,
        at: Timestamp,
        absent_since: Option<Timestamp>,
    ) -> Result<Next, LedgerError> {
        let held = self
            .amend(
                held,
                |action| {
                    action.not_before = Some(at);
                    action.absent_since = absent_since;
                    action.look_ups = action.look_ups.saturating_add(1);
                },
                "looked up",
            )
            .await?;
        Ok(Next::Stop(Progress::Waits(held.action, Some(at))))
    }

    async fn succeed(
        &self,
        held: Held,
        receipt: Receipt,
        effect: &dyn Effect,
    ) -> Result<Next, LedgerError> {
        let extra = self.ledger.release_lock(&held.action).await?.into_iter().collect();
        let held = self
            .step(
                held,
                Step::Succeed,
                |action| {
                    action.receipt = Some(receipt);
                    action.lease = None;
                    action.not_before = None;
                    action.reason = None;
                },
                extra,
                effect,
            )
            .await?;
        Ok(Next::Stop(Progress::Rests(held.action)))
    }

    /// Ends the run in a state where nothing more happens by itself. The lock is given back
    /// unless the request may have left: then nobody else may touch the record either.
    async fn finish(
        &self,
        held: Held,
        step: Step,
        reason: Option<Reason>,
        effect: &dyn Effect,
    ) -> Result<Next, LedgerError> {
        let mut extra = Vec::new();
        if step == Step::Reject || !held.action.state.may_have_acted() {
            extra.extend(self.ledger.release_lock(&held.action).await?);
        }
        if step == Step::Reject {
            extra.extend(self.unreserved(&held.action).await?);
        }
        let held = self
            .step(
                held,
                step,
                |action| {
                    action.reason = reason;
                    action.lease = None;
                    action.not_before = None;
                },
                extra,
                effect,
            )
            .await?;
        Ok(Next::Stop(Progress::Rests(held.action)))
    }

    /// Declines an action that waits for one which ended otherwise than well.
    ///
    /// # Errors
    /// As [`Driver::run`].
    pub async fn decline(
        &self,
        action: Action,
        revision: u64,
        reason: Reason,
        effect: &dyn Effect,
    ) -> Result<Action, LedgerError> {
        let held = Held { action, revision };
        match self.finish(held, Step::Decline, Some(reason), effect).await? {
            Next::On(held) => Ok(held.action),
            Next::Stop(
                Progress::Rests(action) | Progress::Waits(action, _) | Progress::Retry(action, _),
            ) => Ok(action),
        }
    }

    async fn unreserved(&self, action: &Action) -> Result<Vec<Write>, LedgerError> {
        let mut writes = Vec::new();
        for reservation in &action.reservations {
            writes.extend(self.ledger.unreserve(action, reservation).await?);
        }
        Ok(writes)
    }

    /// One step of the state machine, with its audit entry, its notices and `extra` writes.
    async fn step(
        &self,
        held: Held,
        step: Step,
        mutate: impl FnOnce(&mut Action) + Send,
        extra: Vec<Write>,
        effect: &dyn Effect,
    ) -> Result<Held, LedgerError> {
        let Held { action: before, revision } = held;
        let mut action = before.clone();
        action.state = before.state.after(step)?;
        action.updated_at = self.ledger.now();
        mutate(&mut action);
        let mut change = Change::default();
        change.write(Write::replace(action_item(&action)?, revision));
        for write in extra {
            change.write(write);
        }
        change.note(AuditNote {
            what: format!("{step:?}").to_lowercase(),
            action: Some(action.id.clone()),
            from: Some(before.state),
            to: Some(action.state),
            amount: action.amount,
            reason: action.reason.as_ref().map(|reason| reason.code.clone()),
            policies: action.reason.as_ref().map(|r| r.policies.clone()).unwrap_or_default(),
            actor: self.actor.to_owned(),
        });
        for notice in effect.announce(&action) {
            change.create_notice(&notice)?;
        }
        self.ledger.commit(&action.call, change).await?;
        Ok(Held { action, revision: revision.saturating_add(1) })
    }

    /// Changes an action within its state.
    async fn amend(
        &self,
        held: Held,
        mutate: impl FnOnce(&mut Action) + Send,
        what: &str,
    ) -> Result<Held, LedgerError> {
        let Held { mut action, revision } = held;
        action.updated_at = self.ledger.now();
        mutate(&mut action);
        let mut change = Change::default();
        change.write(Write::replace(action_item(&action)?, revision));
        change.note(AuditNote {
            what: what.to_owned(),
            action: Some(action.id.clone()),
            from: Some(action.state),
            to: Some(action.state),
            actor: self.actor.to_owned(),
            ..AuditNote::default()
        });
        self.ledger.commit(&action.call, change).await?;
        Ok(Held { action, revision: revision.saturating_add(1) })
    }
}

impl Action {
    /// Which family it belongs to.
    #[must_use]
    pub const fn family(&self) -> Family {
        self.id.family
    }
}

fn lost_worker() -> Reason {
    Reason::new("worker_lost", "the worker that sent it did not come back")
}

fn still_leased(action: &Action, now: Timestamp) -> Option<Timestamp> {
    action.lease.as_ref().map(|lease| lease.until).filter(|until| *until > now)
}

/// Whether the time to act by itself has run out. A person's approval opens it again for a day.
fn is_late(action: &Action, now: Timestamp) -> bool {
    let approved_until = action
        .approvals
        .iter()
        .map(|approval| plus(approval.at, APPROVAL_LASTS))
        .max()
        .unwrap_or(Timestamp::MIN);
    now > action.not_after.max(approved_until)
}

fn plus(at: Timestamp, wait: SignedDuration) -> Timestamp {
    at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// 10 s, doubling, at most half an hour.
fn backoff(tries: u32) -> SignedDuration {
    SignedDuration::from_secs(10_i64.saturating_mul(1 << tries.min(10)).min(1800))
}

impl From<&LedgerError> for Failure {
    fn from(error: &LedgerError) -> Self {
        Self::new(error.class(), "ledger", "the ledger could not be written")
    }
}

impl From<LedgerError> for Failure {
    fn from(error: LedgerError) -> Self {
        Self::from(&error)
    }
}

impl LedgerError {
    /// Whether another worker moved first: nothing is wrong, and the ledger says how it stands.
    #[must_use]
    pub const fn is_race(&self) -> bool {
        matches!(self, Self::Table(TableError::ConditionFailed { .. }))
    }
}
