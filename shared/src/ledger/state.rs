//! The life of an action: a pure state machine that only the table below moves.
//!
//! ```text
//! planned ─▶ awaiting_approval ─▶ approved | declined | expired
//! planned ─▶ observed                             (mode `observe` or `dry_run`: decided, not done)
//! planned | approved ─▶ claimed ─▶ sent ─▶ succeeded
//!                          │         ├──▶ rejected    a definite no
//!                          │         ├──▶ deferred    nothing happened; carries not_before
//!                          │         └──▶ unknown     ─▶ succeeded | claimed again | needs_person
//!                          ├──▶ deferred | awaiting_approval | declined | rejected | succeeded
//!                          └ lease ran out before sent ─▶ claimed again
//! ```
//!
//! `sent` is written before the request leaves, so that a process that dies after it is known to
//! have perhaps done something. Nothing leads from `sent` or `unknown` to a second request but
//! two look-ups that found nothing.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where an action stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Decided, waiting to be carried out.
    Planned,
    /// A person has to decide.
    AwaitingApproval,
    /// A person said yes.
    Approved,
    /// A person, or policy asked again after an approval, said no.
    Declined,
    /// Nobody decided in time.
    Expired,
    /// Decided, and by the workflow's mode not carried out.
    Observed,
    /// A worker holds the lease and is about to send.
    Claimed,
    /// The request may have left.
    Sent,
    /// Done, and seen to be done.
    Succeeded,
    /// The vendor refused; nothing was done.
    Rejected,
    /// Nothing was done yet; to be tried again later.
    Deferred,
    /// The request left and its outcome is not known.
    Unknown,
    /// Only a person can find out or decide.
    NeedsPerson,
}

/// What can happen to an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Policy wants a person.
    AskPerson,
    /// A person said yes.
    Approve,
    /// A person, or policy after an approval, said no.
    Decline,
    /// The time to decide ran out.
    Expire,
    /// The workflow's mode is to decide only.
    Observe,
    /// A worker takes the lease.
    Claim,
    /// The request is about to leave.
    Send,
    /// The effect is seen to be there.
    Succeed,
    /// The vendor refused for good, or the record no longer allows it.
    Reject,
    /// Nothing was done; try again later.
    Defer,
    /// The answer is missing.
    LoseSight,
    /// A look-up did not settle it and no other may, or the time to act ran out.
    HandOver,
}

/// A step that the state does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an action that is {from:?} cannot take the step {step:?}")]
pub struct Forbidden {
    /// Where the action stands.
    pub from: State,
    /// The step that was asked for.
    pub step: Step,
}

impl State {
    /// Every state, in the order of the enum.
    pub const ALL: [Self; 13] = [
        Self::Planned,
        Self::AwaitingApproval,
        Self::Approved,
        Self::Declined,
        Self::Expired,
        Self::Observed,
        Self::Claimed,
        Self::Sent,
        Self::Succeeded,
        Self::Rejected,
        Self::Deferred,
        Self::Unknown,
        Self::NeedsPerson,
    ];

    /// The state after `step`.
    ///
    /// # Errors
    /// [`Forbidden`] where the state machine has no such edge.
    pub const fn after(self, step: Step) -> Result<Self, Forbidden> {
        use State as S;
        Ok(match (self, step) {
            (S::Planned | S::Claimed | S::Deferred, Step::AskPerson) => S::AwaitingApproval,
            (S::AwaitingApproval | S::NeedsPerson, Step::Approve) => S::Approved,
            (
                S::Planned
                | S::AwaitingApproval
                | S::Approved
                | S::Claimed
                | S::Deferred
                | S::NeedsPerson,
                Step::Decline,
            ) => S::Declined,
            (S::AwaitingApproval, Step::Expire) => S::Expired,
            (S::Planned, Step::Observe) => S::Observed,
            (S::Planned | S::Approved | S::Deferred | S::Claimed | S::Unknown, Step::Claim) => {
                S::Claimed
            }
            (S::Claimed, Step::Send) => S::Sent,
            (S::Claimed | S::Sent | S::Unknown | S::NeedsPerson, Step::Succeed) => S::Succeeded,
            (S::Claimed | S::Sent, Step::Reject) => S::Rejected,
            (S::Claimed | S::Sent, Step::Defer) => S::Deferred,
            (S::Sent, Step::LoseSight) => S::Unknown,
            (
                S::Planned | S::Approved | S::Claimed | S::Deferred | S::Sent | S::Unknown,
                Step::HandOver,
            ) => S::NeedsPerson,
            (from, step) => return Err(Forbidden { from, step }),
        })
    }

    /// Whether nothing more happens to the action.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Declined | Self::Expired | Self::Observed | Self::Succeeded | Self::Rejected
        )
    }

    /// Whether a person has to do something.
    #[must_use]
    pub const fn waits_for_person(self) -> bool {
        matches!(self, Self::AwaitingApproval | Self::NeedsPerson)
    }

    /// Whether a request may have left whose outcome is not settled. While it is so, no other
    /// action may touch the same record.
    #[must_use]
    pub const fn may_have_acted(self) -> bool {
        matches!(self, Self::Sent | Self::Unknown)
    }

    /// The name as it is written in records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::AwaitingApproval => "awaiting_approval",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Observed => "observed",
            Self::Claimed => "claimed",
            Self::Sent => "sent",
            Self::Succeeded => "succeeded",
            Self::Rejected => "rejected",
            Self::Deferred => "deferred",
            Self::Unknown => "unknown",
            Self::NeedsPerson => "needs_person",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEPS: [Step; 12] = [
        Step::AskPerson,
        Step::Approve,
        Step::Decline,
        Step::Expire,
        Step::Observe,
        Step::Claim,
        Step::Send,
        Step::Succeed,
        Step::Reject,
        Step::Defer,
        Step::LoseSight,
        Step::HandOver,
    ];

    #[test]
    fn a_final_state_has_no_way_out() {
        for state in State::ALL.into_iter().filter(|state| state.is_final()) {
            for step in STEPS {
                assert_eq!(state.after(step), Err(Forbidden { from: state, step }));
            }
        }
    }

    #[test]
    fn every_state_that_is_not_final_has_a_way_out() {
        for state in State::ALL.into_iter().filter(|state| !state.is_final()) {
            assert!(
                STEPS.into_iter().any(|step| state.after(step).is_ok()),
                "{state:?}"
            );
        }
    }

    #[test]
    fn a_request_leaves_only_from_a_claim() {
        for state in State::ALL {
            assert_eq!(
                state.after(Step::Send).is_ok(),
                state == State::Claimed,
                "{state:?}"
            );
        }
    }

    #[test]
    fn what_may_have_acted_is_never_declared_undone_by_a_missing_answer() {
        // From `sent`, only the vendor's own answer says no; from `unknown`, only a look-up or a
        // person leads on. Neither can be deferred, declined or expired into a second request.
        for step in [
            Step::Reject,
            Step::Defer,
            Step::Decline,
            Step::Expire,
            Step::AskPerson,
        ] {
            assert!(State::Unknown.after(step).is_err(), "{step:?}");
        }
        for step in [
            Step::Claim,
            Step::Decline,
            Step::Expire,
            Step::AskPerson,
            Step::Approve,
        ] {
            assert!(State::Sent.after(step).is_err(), "{step:?}");
        }
    }

    #[test]
    fn the_written_name_is_the_serialised_name() {
        for state in State::ALL {
            assert_eq!(
                serde_json::to_string(&state).unwrap(),
                format!("\"{}\"", state.as_str())
            );
        }
    }
}
