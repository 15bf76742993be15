//! What the oracles read: the table as it stands.

use std::collections::{BTreeMap, BTreeSet};

use shared::clock::Clock as _;
use shared::ids::CallId;
use shared::ledger::{Action, ActionId, CallRecord, Item, State};

use crate::watch::is_action;
use crate::world::World;

/// Everything that the oracle reads.
pub struct Evidence {
    pub(super) items: Vec<Item>,
    actions: Vec<Action>,
    calls: BTreeMap<CallId, CallRecord>,
}

impl Evidence {
    /// Reads the table as it stands, and lets the vendors do what they still have to.
    #[must_use]
    pub fn of(world: &World) -> Self {
        world.paystack.lock().settle(world.clock.now());
        world.slack.lock().settle(world.clock.now());
        world.zendesk.lock().settle(world.clock.now());
        world.hubspot.lock().settle(world.clock.now());
        world.gmail.lock().settle(world.clock.now());
        let items = world.table.inner().items();
        let actions = items
            .iter()
            .filter(|item| is_action(&item.key))
            .filter_map(|item| item.read().ok())
            .collect();
        let calls = items
            .iter()
            .filter(|item| item.key.sk == "call")
            .filter_map(|item| item.read::<CallRecord>().ok())
            .map(|record| (record.call.clone(), record))
            .collect();
        Self {
            items,
            actions,
            calls,
        }
    }

    /// The actions and notices.
    #[must_use]
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The claims.
    #[must_use]
    pub const fn calls(&self) -> &BTreeMap<CallId, CallRecord> {
        &self.calls
    }

    pub(super) fn find(&self, action: &Action, id: &ActionId) -> Option<&Action> {
        self.actions
            .iter()
            .find(|it| it.call == action.call && it.id == *id)
    }

    /// Whether nothing more happens to `action` by itself, or only a person moves it.
    #[must_use]
    pub fn is_at_its_end(&self, action: &Action) -> bool {
        let waits = action.state.waits_for_person() && action.reason.is_some();
        let waits_for_another = action.state == State::Planned
            && action
                .after
                .as_ref()
                .and_then(|after| self.find(action, after))
                .is_some_and(|before| self.is_at_its_end(before) && !before.state.is_final());
        action.state.is_final() || waits || waits_for_another
    }

    /// A call of `expected` that is not claimed and planned.
    #[must_use]
    pub fn unplanned(&self, expected: &BTreeSet<String>) -> Option<String> {
        let is_planned = |call: &&String| {
            self.calls
                .iter()
                .any(|(id, record)| id.as_str() == call.as_str() && record.planned)
        };
        let lost = expected.iter().find(|call| !is_planned(call))?;
        Some(format!("call {lost} was accepted and lost"))
    }

    /// Whether every call that `expected` names is claimed and planned, and all of it at its end.
    #[must_use]
    pub fn unfinished(&self, expected: &BTreeSet<String>) -> Option<String> {
        if let Some(lost) = self.unplanned(expected) {
            return Some(lost);
        }
        let unanswered = |record: &&CallRecord| record.contested && !record.contest_answered;
        if let Some(record) = self.calls.values().find(unanswered) {
            return Some(format!(
                "nobody was asked about the contradiction in {}",
                record.call
            ));
        }
        let open = self
            .actions
            .iter()
            .find(|action| !self.is_at_its_end(action));
        open.map(|it| {
            format!(
                "{} of {} has not ended: {}",
                it.id,
                it.call,
                it.state.as_str()
            )
        })
    }
}
