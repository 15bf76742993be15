//! A person's decision, bound to exactly what they saw.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::alerts::changed_alerts;
use super::audit::AuditNote;
use super::commit::{Change, Ledger, LedgerError, action_item};
use super::outbox::Destination;
use super::record::{Action, ActionId, Approval, Family, Reason};
use super::settled::settled_write;
use super::state::{State, Step};
use super::table::{TableError, Write};
use crate::error::Class;
use crate::ids::CallId;

/// How often a decision or an amendment is taken anew because another one was written meanwhile.
pub(super) const RACES: u32 = 16;

/// The reason of an action that a person declined.
pub(super) const DECLINED: &str = "declined";

/// What a person decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Do it; where the outcome of a request is unknown: it did not happen, send it again.
    Approve,
    /// Do not do it.
    Decline,
    /// It has happened: the person looked at the vendor's own pages, or did it themselves.
    Confirm,
}

/// A decision as it comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Who decides.
    pub by: String,
    /// What.
    pub verdict: Verdict,
    /// The binding of what they were shown.
    pub binding: String,
    /// Why, in their words.
    pub reason: String,
}

/// Why a decision was not taken.
#[derive(Debug, Error)]
pub enum DecisionError {
    /// There is no such action.
    #[error("there is no such action")]
    NotFound,
    /// It no longer waits for anybody.
    #[error("it no longer waits for a decision: it is {}", .0.as_str())]
    Settled(State),
    /// What is waiting is not what the person was shown.
    #[error("it has changed since it was shown; look again before deciding")]
    Changed,
    /// The time to decide has run out.
    #[error("the time to decide on it has run out")]
    TooLate,
    /// Nothing was sent that could have happened.
    #[error("nothing was sent yet that could have happened; decline it where it was done by hand")]
    NothingSent,
    /// It was sent already: what may have happened can no longer be amended.
    #[error("it was sent already, and can no longer be amended")]
    Sent,
    /// The amount is not a smaller one of the same currency.
    #[error("only a smaller amount of the same currency, above zero, can be asked for instead")]
    NotLess,
    /// The action does not leave that open, or it is too long.
    #[error("it leaves no {0:?} to be said, or that is longer than 2,000 characters")]
    NotOpen(String),
    /// The same person has approved it already, and a second one is needed.
    #[error("you have approved it already; a second person has to")]
    SamePerson,
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl DecisionError {
    /// What the error means for what happens next.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::Ledger(error) => error.class(),
            _ => Class::Rejected,
        }
    }
}

/// The hash of exactly what is decided on: the key, the record, the amount, the parameters, the
/// time limit, and whether the call has contradicted itself since. Whatever changes one of them voids what was approved before.
#[must_use]
pub fn binding(action: &Action) -> String {
    let amount = action
        .amount
        .filter(|_| !crate::mutant!("mutant-approval-unbound"));
    let exactly = (
        &action.key,
        action.id.sort_key(),
        &action.resource,
        amount,
        in_order(&action.parameters),
        action.not_after,
        action.sends,
        action.contested,
    );
    let text = serde_json::to_string(&exactly).unwrap_or_default();
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// `value` as text with the keys of its maps in order: the table keeps none, and which one a map
/// in memory keeps is the build's affair.
fn in_order(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, String> = map
                .iter()
                .map(|(name, value)| (name, in_order(value)))
                .collect();
            format!("{sorted:?}")
        }
        Value::Array(list) => {
            format!("{:?}", list.iter().map(in_order).collect::<Vec<_>>())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

impl Ledger {
    /// Takes a person's decision, once.
    ///
    /// # Errors
    /// [`DecisionError`] where it was not taken; nothing was written then.
    pub async fn decide(
        &self,
        call: &CallId,
        id: &ActionId,
        decision: &Decision,
    ) -> Result<Action, DecisionError> {
        let mut races = 0;
        loop {
            let (action, revision) = self
                .action(call, id)
                .await
                .map_err(LedgerError::from)?
                .ok_or(DecisionError::NotFound)?;
            if !action.state.waits_for_person() {
                return Err(DecisionError::Settled(action.state));
            }
            if binding(&action) != decision.binding {
                return Err(DecisionError::Changed);
            }
            let (next, change) = self.decided(&action, revision, decision).await?;
            match self.commit(call, change).await {
                Err(TableError::ConditionFailed { .. }) if races < RACES => races += 1,
                outcome => {
                    outcome.map_err(LedgerError::from)?;
                    return Ok(next);
                }
            }
        }
    }

    async fn decided(
        &self,
        action: &Action,
        revision: u64,
        decision: &Decision,
    ) -> Result<(Action, Change), DecisionError> {
        let now = self.now();
        let mut next = action.clone();
        next.updated_at = now;
        let step = match decision.verdict {
            Verdict::Approve => {
                if action.state == State::AwaitingApproval && now > action.not_after {
                    return Err(DecisionError::TooLate);
                }
                if action
                    .approvals
                    .iter()
                    .any(|given| given.by == decision.by && given.binding == decision.binding)
                {
                    return Err(DecisionError::SamePerson);
                }
                next.approvals
                    .retain(|given| given.binding == decision.binding);
                next.approvals.push(Approval {
                    by: decision.by.clone(),
                    at: now,
                    binding: decision.binding.clone(),
                    asked: action
                        .reason
                        .as_ref()
                        .map_or_else(String::new, |reason| reason.code.clone()),
                    reason: decision.reason.clone(),
                });
                let given = u32::try_from(next.approvals.len()).unwrap_or(u32::MAX);
                (given >= action.approvals_needed).then_some(Step::Approve)
            }
            Verdict::Decline => Some(Step::Decline),
            Verdict::Confirm if action.state == State::AwaitingApproval => {
                return Err(DecisionError::NothingSent);
            }
            Verdict::Confirm => Some(Step::Succeed),
        };
        let mut change = Change::default();
        if let Some(step) = step {
            next.state = action.state.after(step).map_err(LedgerError::from)?;
            next.lease = None;
            next.not_before = None;
            if step == Step::Decline {
                let words = format!("declined by {}", decision.by);
                next.reason = Some(Reason::new(DECLINED, words));
            }
            if next.state.is_final()
                && let Some(release) = self.release_lock(action).await.map_err(LedgerError::from)?
            {
                change.write(release);
            }
            // Whoever works on it goes on with it, or tells people that it ended.
            match action.family() {
                Family::Action => change.message(Destination::Cases, None),
                Family::Notice => change.message(Destination::Notices, Some(action.id.clone())),
            };
        }
        change.write(Write::replace(
            action_item(&next).map_err(LedgerError::from)?,
            revision,
        ));
        let notices = self
            .notices(&action.call)
            .await
            .map_err(LedgerError::from)?;
        let notices: Vec<Action> = notices.into_iter().map(|(notice, _)| notice).collect();
        for notice in changed_alerts(&notices, &next, now) {
            change.create_notice(&notice).map_err(LedgerError::from)?;
        }
        if decision.verdict == Verdict::Decline && !decision.reason.is_empty() {
            let (by, words) = (&decision.by, &decision.reason);
            for write in self.remark(&action.call, &action.id, by, words).await? {
                change.write(write);
            }
        }
        if let Some(write) = settled_write(&next).map_err(LedgerError::from)? {
            change.write(write);
        }
        change.note(AuditNote {
            what: format!("decided: {:?}", decision.verdict).to_lowercase(),
            action: Some(action.id.clone()),
            from: Some(action.state),
            to: Some(next.state),
            amount: action.amount,
            actor: decision.by.clone(),
            ..AuditNote::default()
        });
        Ok((next, change))
    }
}
