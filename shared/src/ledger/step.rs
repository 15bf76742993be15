//! The driver's transactions: one step of the state machine, with what belongs to it.

use super::audit::AuditNote;
use super::commit::{Change, LedgerError, action_item};
use super::drive::{Driver, Held, Next};
use super::effect::{Effect, Progress};
use super::record::{Action, Reason, Receipt};
use super::settled::settled_write;
use super::state::Step;
use super::table::{TableError, Write};

impl Driver {
    pub(super) async fn succeed(
        &self,
        held: Held,
        receipt: Receipt,
        effect: &dyn Effect,
    ) -> Result<Next, LedgerError> {
        let extra = self
            .ledger
            .release_lock(&held.action)
            .await?
            .into_iter()
            .collect();
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
    pub(super) async fn finish(
        &self,
        held: Held,
        step: Step,
        reason: Option<Reason>,
        effect: &dyn Effect,
    ) -> Result<Next, LedgerError> {
        // A question that is put after the time to answer it would expire unread.
        let is_asked_late = step == Step::AskPerson && self.ledger.now() >= held.action.not_after;
        let step = if is_asked_late { Step::HandOver } else { step };
        let mut extra = Vec::new();
        if step == Step::Reject || !held.action.state.may_have_acted() {
            extra.extend(self.ledger.release_lock(&held.action).await?);
        }
        if step == Step::Reject {
            extra.extend(self.ledger.unreserve(&held.action).await?);
        }
        let held = self
            .step(
                held,
                step,
                |action| {
                    action.reason = reason;
                    action.lease = None;
                    action.not_before = None;
                    if action.state.waits_for_person() {
                        // Whoever decides, decides anew, on how it stands now.
                        action.approvals.clear();
                    }
                },
                extra,
                effect,
            )
            .await?;
        Ok(Next::Stop(Progress::Rests(held.action)))
    }

    /// One step of the state machine, with its audit entry, its notices and `extra` writes.
    pub(super) async fn step(
        &self,
        held: Held,
        step: Step,
        mutate: impl FnOnce(&mut Action) + Send,
        extra: Vec<Write>,
        effect: &dyn Effect,
    ) -> Result<Held, LedgerError> {
        let Held {
            action: before,
            revision,
        } = held;
        let mut action = before.clone();
        action.state = before.state.after(step)?;
        action.updated_at = self.ledger.now();
        mutate(&mut action);
        let note = AuditNote {
            what: format!("{step:?}").to_lowercase(),
            action: Some(action.id.clone()),
            from: Some(before.state),
            to: Some(action.state),
            amount: action.amount,
            reason: action.reason.as_ref().map(|reason| reason.code.clone()),
            policies: action
                .reason
                .as_ref()
                .map(|r| r.policies.clone())
                .unwrap_or_default(),
            actor: self.actor.to_owned(),
        };
        let mut notices = effect.announce(&action);
        notices.sort_by(|left, right| left.id.cmp(&right.id));
        notices.dedup_by(|left, right| left.id == right.id);
        let mut follow_ups = effect.follow_ups(&action);
        loop {
            let mut change = Change::default();
            change.write(Write::replace(action_item(&action)?, revision));
            if let Some(write) = settled_write(&action)? {
                change.write(write);
            }
            for write in &extra {
                change.write(write.clone());
            }
            change.note(note.clone());
            for notice in &notices {
                change.create_notice(notice)?;
            }
            for follow_up in &follow_ups {
                change.create_follow_up(follow_up)?;
            }
            match self.ledger.commit(&action.call, change).await {
                // Told or followed up before: the step must not fail for it.
                Err(TableError::ConditionFailed { key, .. })
                    if notices.iter().any(|notice| notice.table_key() == key) =>
                {
                    notices.retain(|notice| notice.table_key() != key);
                }
                Err(TableError::ConditionFailed { key, .. })
                    if follow_ups.iter().any(|it| it.table_key() == key) =>
                {
                    follow_ups.retain(|it| it.table_key() != key);
                }
                outcome => {
                    outcome?;
                    return Ok(Held {
                        action,
                        revision: revision.saturating_add(1),
                    });
                }
            }
        }
    }

    /// Changes an action within its state; with an entry in the trail where something was learned.
    pub(super) async fn amend(
        &self,
        held: Held,
        mutate: impl FnOnce(&mut Action) + Send,
        learned: Option<&str>,
    ) -> Result<Held, LedgerError> {
        let Held {
            mut action,
            revision,
        } = held;
        action.updated_at = self.ledger.now();
        mutate(&mut action);
        let mut change = Change::default();
        change.write(Write::replace(action_item(&action)?, revision));
        if let Some(what) = learned {
            change.note(AuditNote {
                what: what.to_owned(),
                action: Some(action.id.clone()),
                from: Some(action.state),
                to: Some(action.state),
                actor: self.actor.to_owned(),
                ..AuditNote::default()
            });
        }
        self.ledger.commit(&action.call, change).await?;
        Ok(Held {
            action,
            revision: revision.saturating_add(1),
        })
    }
}
