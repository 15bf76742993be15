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

use jiff::{SignedDuration, Timestamp};

use super::commit::{Ledger, LedgerError};
use super::effect::{Effect, Pace, Progress};
use super::lock::Taking;
use super::record::{Action, Lease, Reason};
use super::schedule;
use super::state::{State, Step};
use crate::clock::later;

/// The longest that an action waits for its neighbours before it looks again.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(30);

/// Drives actions.
#[derive(Clone)]
pub struct Driver {
    pub(super) ledger: Ledger,
    pub(super) pace: Pace,
    pub(super) actor: &'static str,
}

/// An action in hand, at the revision read.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) action: Action,
    pub(super) revision: u64,
}

/// Whether a run goes on.
pub(super) enum Next {
    On(Held),
    Stop(Progress),
}

/// How the action stands that another one waits for.
enum Before {
    Done,
    Open,
    Failed,
}

impl Driver {
    /// A driver on `ledger` that writes `actor` into the audit trail.
    #[must_use]
    pub const fn new(ledger: Ledger, pace: Pace, actor: &'static str) -> Self {
        Self {
            ledger,
            pace,
            actor,
        }
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
            match Box::pin(self.advance(held, effect)).await? {
                Next::On(next) => held = next,
                Next::Stop(progress) => return Ok(progress),
            }
        }
    }

    /// As [`Driver::run`], for an action that was planned and found its record held by a neighbour
    /// that has now come to its end: it waits no longer. Where the record is held again, it waits as
    /// before.
    ///
    /// # Errors
    /// As [`Driver::run`].
    pub async fn run_after_neighbour(
        &self,
        mut action: Action,
        revision: u64,
        effect: &dyn Effect,
    ) -> Result<Progress, LedgerError> {
        if action.state == State::Planned {
            action.not_before = None;
        }
        self.run(action, revision, effect).await
    }

    async fn advance(&self, held: Held, effect: &dyn Effect) -> Result<Next, LedgerError> {
        let now = self.ledger.now();
        let waits = |until: Timestamp| Progress::Waits(held.action.clone(), Some(until));
        match held.action.state {
            State::AwaitingApproval if now > held.action.not_after => {
                let reason = Reason::new("expired", "nobody decided in time");
                self.finish(held, Step::Expire, Some(reason), effect).await
            }
            State::AwaitingApproval
            | State::NeedsPerson
            | State::Declined
            | State::Expired
            | State::Observed
            | State::Succeeded
            | State::Rejected => Ok(Next::Stop(Progress::Rests(held.action))),
            State::Planned | State::Approved | State::Deferred => {
                if is_late(&held.action, now) {
                    return self
                        .finish(held, Step::HandOver, Some(too_late()), effect)
                        .await;
                }
                if let Some(until) = held.action.not_before.filter(|until| *until > now) {
                    return Ok(Next::Stop(waits(until)));
                }
                match self.before(&held.action).await? {
                    Before::Done => self.claim_and_act(held, false, effect).await,
                    Before::Open => self.wait_for_before(held).await,
                    Before::Failed => {
                        let reason =
                            Reason::new("before_failed", "the action before it was not done");
                        self.finish(held, Step::Decline, Some(reason), effect).await
                    }
                }
            }
            State::Claimed => {
                let not_before = held.action.not_before.filter(|until| *until > now);
                match still_leased(&held.action, now).max(not_before) {
                    Some(until) => Ok(Next::Stop(waits(until))),
                    None if is_late(&held.action, now) => {
                        self.finish(held, Step::HandOver, Some(too_late()), effect)
                            .await
                    }
                    None => self.claim_and_act(held, false, effect).await,
                }
            }
            State::Sent => match still_leased(&held.action, now) {
                Some(until) => Ok(Next::Stop(waits(until))),
                None => self.lose_sight(held, effect, lost_worker()).await,
            },
            State::Unknown => match held.action.not_before.filter(|until| *until > now) {
                Some(until) => Ok(Next::Stop(waits(until))),
                None => Box::pin(self.look(held, effect)).await,
            },
        }
    }

    async fn before(&self, action: &Action) -> Result<Before, LedgerError> {
        let Some(id) = &action.after else {
            return Ok(Before::Done);
        };
        let state = self
            .ledger
            .action(&action.call, id)
            .await?
            .map(|(before, _)| before.state);
        Ok(match state {
            Some(State::Succeeded) => Before::Done,
            Some(state) if !state.is_final() => Before::Open,
            Some(_) | None => Before::Failed,
        })
    }

    /// The one before it is not done yet. Whoever finishes that goes on with this one; should
    /// they not live to, the sweep comes by. Its next visit is put off, so that what only waits
    /// does not stand in the way of what is due.
    async fn wait_for_before(&self, held: Held) -> Result<Next, LedgerError> {
        let now = self.ledger.now();
        if schedule::due_at(&held.action).is_some_and(|due| due <= now) {
            let again = schedule::reminded_again_at(now, held.action.created_at);
            self.ledger.put_off(&held.action.table_key(), again).await?;
        }
        Ok(Next::Stop(Progress::Waits(held.action, None)))
    }

    /// Takes the lease and the record's lock in one transaction, then acts. `looked` says that
    /// two look-ups have just found nothing.
    pub(super) async fn claim_and_act(
        &self,
        held: Held,
        looked: bool,
        effect: &dyn Effect,
    ) -> Result<Next, LedgerError> {
        let now = self.ledger.now();
        let until = later(now, self.pace.lease);
        let lock_until = (held.action.sends == 0).then_some(until);
        let mut held = held;
        let mut taking = self.ledger.take_lock(&held.action, lock_until).await?;
        if let Taking::Held(free_at) = taking {
            held = self.give_way(held, free_at).await?;
            // The neighbour may have let go of it before it could see that this one waits.
            taking = self.ledger.take_lock(&held.action, lock_until).await?;
        }
        let Taking::Free(lock, lock_revision) = taking else {
            let until = held.action.not_before;
            return Ok(Next::Stop(Progress::Waits(held.action, until)));
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
        self.check_and_send(held, lock_revision, looked, effect)
            .await
    }

    /// Writes down that the record is a neighbour's until `free_at`. The sweep comes back when that
    /// is over; where it has no end because an outcome is unknown, at growing distances.
    async fn give_way(&self, held: Held, free_at: Option<Timestamp>) -> Result<Held, LedgerError> {
        let now = self.ledger.now();
        let patience = now
            .duration_since(held.action.created_at)
            .clamp(self.pace.lease, LONGEST_WAIT.max(self.pace.lease));
        let wait = free_at
            .filter(|at| *at > now)
            .unwrap_or_else(|| later(now, patience));
        self.amend(held, |action| action.not_before = Some(wait), None)
            .await
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
        match self
            .finish(held, Step::Decline, Some(reason), effect)
            .await?
        {
            Next::On(held) => Ok(held.action),
            Next::Stop(
                Progress::Rests(action) | Progress::Waits(action, _) | Progress::Retry(action, _),
            ) => Ok(action),
        }
    }
}

pub(super) fn too_late() -> Reason {
    Reason::new("too_late", "the time to do it by itself ran out")
}

fn lost_worker() -> Reason {
    Reason::new("worker_lost", "the worker that sent it did not come back")
}

fn still_leased(action: &Action, now: Timestamp) -> Option<Timestamp> {
    action
        .lease
        .as_ref()
        .map(|lease| lease.until)
        .filter(|until| *until > now && !crate::mutant!("mutant-lease-ignored"))
}

/// How long a person's approval of a late action is good for.
const APPROVAL_LASTS: SignedDuration = SignedDuration::from_hours(24);

/// Whether the time to act by itself has run out. A person's approval opens it again for a day.
pub(super) fn is_late(action: &Action, now: Timestamp) -> bool {
    let approved_until = action
        .approvals
        .iter()
        .map(|approval| later(approval.at, APPROVAL_LASTS))
        .max()
        .unwrap_or(Timestamp::MIN);
    now > action.not_after.max(approved_until)
}
