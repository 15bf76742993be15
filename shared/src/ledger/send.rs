//! The stretch between a claim and the vendor's answer, in which the request leaves.
//!
//! ```text
//!  claimed ── looked, checked, not late ──▶ `sent` written: action, counts, lock, and "the call is
//!                                           as it was read", in one transaction
//!                                             └▶ request ──▶ answer ──▶ written, whoever came between
//! ```

use super::commit::LedgerError;
use super::drive::{Driver, Held, Next, is_late, too_late};
use super::effect::{Check, Effect, Failure, Progress, Sighting};
use super::record::{Anchor, CallRecord, Family, Reason, Receipt};
use super::state::{State, Step};
use super::table::Write;
use crate::clock::later;
use crate::error::Class;

/// How often an answer in hand is written again when another write came in between.
const ANSWER_TRIES: u32 = 4;

/// The code of an action that is asked about because a count has reached its limit. Whoever approves
/// it then approves going past the limit.
pub const VELOCITY: &str = "velocity";

impl Driver {
    pub(super) async fn check_and_send(
        &self,
        held: Held,
        lock_revision: u64,
        looked: bool,
        effect: &dyn Effect,
    ) -> Result<Next, LedgerError> {
        let call = match held.action.family() {
            Family::Action => self.ledger.call(&held.action.call).await?,
            Family::Notice => None,
        };
        let record = call.as_ref().map(|(record, _)| record);
        let held = match self.clear(held, record, looked, effect).await? {
            Next::On(held) => held,
            stop @ Next::Stop(_) => return Ok(stop),
        };
        // Whoever approved it because the limit was reached has approved going past it.
        let past_limit = held.action.was_approved_in_spite_of(VELOCITY);
        let Some(mut extra) = self.ledger.reserve(&held.action, past_limit).await? else {
            let reason = Reason::new(VELOCITY, "the limit for this time is reached");
            return self
                .finish(held, Step::AskPerson, Some(reason), effect)
                .await;
        };
        extra.extend(call.map(|(record, revision)| record.unchanged_since(revision)));
        match self.ledger.keep_lock(&held.action, lock_revision).await? {
            Some(write) => extra.push(write),
            // The lease ran out while we were checking, and the record went to another.
            None => return Ok(Next::Stop(Progress::Waits(held.action, None))),
        }
        self.send(held, extra, effect).await
    }

    /// Whether it may be sent as things stand: on with it, or how it ended instead.
    async fn clear(
        &self,
        held: Held,
        call: Option<&CallRecord>,
        looked: bool,
        effect: &dyn Effect,
    ) -> Result<Next, LedgerError> {
        if call.is_some_and(|call| call.contests(&held.action)) {
            let reason = Reason::new("contested", "a later report of the call contradicts it");
            return self
                .finish(held, Step::AskPerson, Some(reason), effect)
                .await;
        }
        if !held.action.approvals.is_empty()
            && held.action.standing_approvals() < held.action.approvals_needed
        {
            let reason = Reason::new("changed", "it is not what was approved");
            return self
                .finish(held, Step::AskPerson, Some(reason), effect)
                .await;
        }
        // It was sent before, and time has passed since anybody looked: look before it is sent
        // again, whoever wants it sent.
        if held.action.sends > 0 && !looked && held.action.anchor != Anchor::None {
            match effect.look_up(&held.action).await {
                Ok(Sighting::Found(receipt)) => return self.succeed(held, receipt, effect).await,
                Ok(Sighting::Absent) => {}
                Err(failure) => {
                    // A look-up that is refused says nothing about what was sent.
                    let class = match failure.class {
                        Class::Bug => Class::Bug,
                        Class::Rejected | Class::RetryLater | Class::OutcomeUnknown => {
                            Class::RetryLater
                        }
                    };
                    return self
                        .not_sent(held, Failure { class, ..failure }, effect)
                        .await;
                }
            }
        }
        if crate::mutant!("mutant-stale-facts") {
            return Ok(Next::On(held));
        }
        match effect.check(&held.action).await {
            Ok(Check::Go) if is_late(&held.action, self.ledger.now()) => {
                self.finish(held, Step::HandOver, Some(too_late()), effect)
                    .await
            }
            Ok(Check::Go) => Ok(Next::On(held)),
            Ok(Check::AskPerson(reason)) => {
                self.finish(held, Step::AskPerson, Some(reason), effect)
                    .await
            }
            Ok(Check::AskPeople(reason, how_many)) => {
                let mut held = held;
                held.action.approvals_needed = how_many;
                self.finish(held, Step::AskPerson, Some(reason), effect)
                    .await
            }
            Ok(Check::Decline(reason)) => {
                self.finish(held, Step::Decline, Some(reason), effect).await
            }
            Ok(Check::Reject(reason)) => {
                self.finish(held, Step::Reject, Some(reason), effect).await
            }
            Ok(Check::Done(receipt)) => self.succeed(held, receipt, effect).await,
            Err(failure) => self.not_sent(held, failure, effect).await,
        }
    }

    /// Writes `sent`, lets the request leave, and writes what came of it.
    async fn send(
        &self,
        held: Held,
        extra: Vec<Write>,
        effect: &dyn Effect,
    ) -> Result<Next, LedgerError> {
        let now = self.ledger.now();
        let until = later(now, self.pace.lease);
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
        // A worker that was held up, so that its request could end after its lease, does not send:
        // by then another one may count the silence.
        if later(self.ledger.now(), self.pace.time_out) > until {
            let failure = Failure::new(Class::RetryLater, "too_slow", "there was no time to send");
            return self.not_sent(held, failure, effect).await;
        }
        let outcome = effect.send(&held.action).await;
        self.settle(held, outcome, effect).await
    }

    /// Writes what the vendor answered. An answer in hand is not thrown away because another
    /// write came in between: it is what everybody else would have to look for.
    async fn settle(
        &self,
        mut held: Held,
        outcome: Result<Receipt, Failure>,
        effect: &dyn Effect,
    ) -> Result<Next, LedgerError> {
        let sent = held.action.clone();
        let mut tries = 0;
        loop {
            let written = match outcome.clone() {
                Ok(receipt) => self.succeed(held, receipt, effect).await,
                Err(failure) => match failure.class {
                    Class::OutcomeUnknown if crate::mutant!("mutant-failure-on-time-out") => {
                        self.finish(held, Step::Reject, Some(failure.reason), effect)
                            .await
                    }
                    Class::Rejected => {
                        self.finish(held, Step::Reject, Some(failure.reason), effect)
                            .await
                    }
                    Class::RetryLater => self.not_sent(held, failure, effect).await,
                    Class::OutcomeUnknown | Class::Bug => {
                        self.lose_sight(held, effect, failure.reason).await
                    }
                },
            };
            tries += 1;
            match written {
                Err(error) if error.is_race() && tries < ANSWER_TRIES => {
                    let Some((action, revision)) = self.ledger.action(&sent.call, &sent.id).await?
                    else {
                        return Err(error);
                    };
                    let is_ours = action.state == State::Sent && action.sent_at == sent.sent_at;
                    let is_news = outcome.is_ok() && action.state.after(Step::Succeed).is_ok();
                    if !is_ours && !is_news {
                        return Err(error);
                    }
                    held = Held { action, revision };
                }
                written => return written,
            }
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
            Class::Rejected => {
                self.finish(held, Step::Reject, Some(failure.reason), effect)
                    .await
            }
            Class::Bug => {
                self.finish(held, Step::HandOver, Some(failure.reason), effect)
                    .await
            }
            Class::RetryLater | Class::OutcomeUnknown => {
                let now = self.ledger.now();
                let not_before = failure.wait.map(|wait| later(now, wait));
                let mut extra: Vec<Write> = self
                    .ledger
                    .release_lock(&held.action)
                    .await?
                    .into_iter()
                    .collect();
                // Nothing left, so nothing is counted.
                extra.extend(self.ledger.unreserve(&held.action).await?);
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
}
