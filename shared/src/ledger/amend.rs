//! A person amends what waits for a decision: a smaller amount, or what the action leaves open for
//! them to say. It is another thing to decide on then, with another binding, and whatever was
//! approved before is void.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::alerts::changed_alerts;
use super::audit::AuditNote;
use super::commit::{Change, Ledger, LedgerError, action_item};
use super::decide::{DecisionError, RACES, binding};
use super::record::{Action, ActionId};
use super::state::State;
use super::table::{TableError, Write};
use crate::ids::CallId;
use crate::money::Money;

/// The parameter that names what a person may say.
const OPEN: &str = "open";

/// The longest that a person's words may be, in characters.
const LONGEST: usize = 2000;

/// What a person changes in what waits for them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Amendment {
    /// Who amends.
    pub by: String,
    /// The binding of what they were shown.
    pub binding: String,
    /// A smaller amount of the same currency.
    pub amount: Option<Money>,
    /// What they say, by the names that the action's parameter `open` lists.
    pub answers: BTreeMap<String, String>,
}

impl Ledger {
    /// Amends an action that waits for a decision, and gives it back as it waits now. Actions that
    /// come after it and are about the same amount are about the new one.
    ///
    /// However many people had to approve the amount before, as many have to approve the new one.
    ///
    /// # Errors
    /// [`DecisionError`] where it was not amended; nothing was written then.
    pub async fn amend(
        &self,
        call: &CallId,
        id: &ActionId,
        amendment: &Amendment,
    ) -> Result<Action, DecisionError> {
        let mut races = 0;
        loop {
            let actions = self.actions(call).await.map_err(LedgerError::from)?;
            let (action, _) = actions
                .iter()
                .find(|(action, _)| action.id == *id)
                .ok_or(DecisionError::NotFound)?;
            let next = self.amended(action, amendment)?;
            let mut change = Change::default();
            for (other, revision) in &actions {
                let amended = if other.id == *id {
                    next.clone()
                } else if let Some(follower) = follower(other, action, &next, &actions) {
                    follower
                } else {
                    continue;
                };
                let item = action_item(&amended).map_err(LedgerError::from)?;
                change.write(Write::replace(item, *revision));
                change.note(AuditNote {
                    what: "amended".to_owned(),
                    action: Some(amended.id.clone()),
                    from: Some(other.state),
                    to: Some(amended.state),
                    amount: amended.amount,
                    actor: amendment.by.clone(),
                    ..AuditNote::default()
                });
            }
            let notices = self.notices(call).await.map_err(LedgerError::from)?;
            let notices: Vec<Action> = notices.into_iter().map(|(notice, _)| notice).collect();
            for notice in changed_alerts(&notices, &next, next.updated_at) {
                change.create_notice(&notice).map_err(LedgerError::from)?;
            }
            match self.commit(call, change).await {
                Err(TableError::ConditionFailed { .. }) if races < RACES => races += 1,
                outcome => {
                    outcome.map_err(LedgerError::from)?;
                    return Ok(next);
                }
            }
        }
    }

    fn amended(&self, action: &Action, amendment: &Amendment) -> Result<Action, DecisionError> {
        let now = self.now();
        if action.state != State::AwaitingApproval {
            return Err(DecisionError::Settled(action.state));
        }
        if action.sends > 0 {
            return Err(DecisionError::Sent);
        }
        if now > action.not_after {
            return Err(DecisionError::TooLate);
        }
        if binding(action) != amendment.binding {
            return Err(DecisionError::Changed);
        }
        let mut next = action.clone();
        if let Some(amount) = amendment.amount {
            let is_less = action.amount.is_some_and(|shown| {
                amount.currency == shown.currency && (1..shown.subunits).contains(&amount.subunits)
            });
            if !is_less {
                return Err(DecisionError::NotLess);
            }
            next.amount = Some(amount);
        }
        let open = open(action);
        for (name, said) in &amendment.answers {
            if !open.contains(name.as_str()) || said.chars().count() > LONGEST {
                return Err(DecisionError::NotOpen(name.clone()));
            }
            if let Value::Object(parameters) = &mut next.parameters {
                parameters.insert(name.clone(), json!(said));
            }
        }
        next.approvals.clear();
        next.updated_at = now;
        Ok(next)
    }
}

/// What a person may say of an action.
fn open(action: &Action) -> BTreeSet<&str> {
    let names = action.parameters.get(OPEN).and_then(Value::as_array);
    names
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// An action after the one that is amended, about the same amount, of which nothing has left: with
/// the new amount, to be approved anew where it was.
fn follower(
    other: &Action,
    before: &Action,
    next: &Action,
    actions: &[(Action, u64)],
) -> Option<Action> {
    let waits = matches!(other.state, State::Planned | State::AwaitingApproval) && other.sends == 0;
    let is_about_it =
        before.amount.is_some() && before.amount != next.amount && other.amount == before.amount;
    (waits && is_about_it && comes_after(other, before, actions)).then(|| Action {
        amount: next.amount,
        approvals: Vec::new(),
        updated_at: next.updated_at,
        ..other.clone()
    })
}

fn comes_after(other: &Action, before: &Action, actions: &[(Action, u64)]) -> bool {
    let mut next = other.after.as_ref();
    // No chain is longer than the call has actions.
    for _ in actions {
        let Some(id) = next else { return false };
        if *id == before.id {
            return true;
        }
        let found = actions.iter().find(|(action, _)| action.id == *id);
        next = found.and_then(|(action, _)| action.after.as_ref());
    }
    false
}
