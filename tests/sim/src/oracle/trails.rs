//! What the audit trails say.

use std::collections::BTreeMap;

use shared::ledger::{Action, AuditEntry, State, VELOCITY};

use super::Evidence;
use crate::world::World;

/// The audit trails of all calls, whole and unchanged.
pub(super) struct Trails(Vec<AuditEntry>);

impl Trails {
    pub(super) async fn read(world: &World, evidence: &Evidence) -> Result<Self, String> {
        let mut all = Vec::new();
        for call in evidence.calls().keys() {
            let ledger = world.ledger();
            let verified = ledger
                .verify_audit(call)
                .await
                .map_err(|error| error.to_string())?;
            verified.map_err(|fault| format!("the trail of {call}: {fault}"))?;
            let (entries, ..) = ledger
                .audit(call)
                .await
                .map_err(|error| error.to_string())?;
            all.extend(entries);
        }
        Ok(Self(all))
    }

    /// Tells what stands in them.
    pub(super) fn tell(&self, world: &World) {
        for AuditEntry { call, at, note, .. } in &self.0 {
            world.tell(|| format!("in the trail of {call}, at {at}: {note:?}"));
        }
    }

    /// How often `action` left because a person had approved it.
    pub(super) fn approved_sends(&self, action: &Action) -> usize {
        let mut approved = false;
        let mut sends = 0;
        for entry in &self.0 {
            if entry.call != action.call || entry.note.action.as_ref() != Some(&action.id) {
                continue;
            }
            match entry.note.to {
                Some(State::Approved) => approved = true,
                Some(State::Sent) if approved => sends += 1,
                Some(_) | None => {}
            }
        }
        sends
    }

    /// Whether a person who had been asked because its limit was reached let `action` go all the same.
    pub(super) fn was_let_past_its_limit(&self, action: &Action) -> bool {
        let mut asked = false;
        let mut of_action = self.0.iter().filter(|entry| {
            entry.call == action.call && entry.note.action.as_ref() == Some(&action.id)
        });
        of_action.any(|entry| {
            // What a person decides carries no reason of ours: they answer what was asked last.
            if let Some(reason) = &entry.note.reason {
                asked = reason == VELOCITY;
            }
            asked && entry.note.to == Some(State::Approved)
        })
    }

    /// Nothing leaves that waits for a person, until one has approved exactly it.
    pub(super) fn decisions_are_kept(&self) -> Result<(), String> {
        let mut waiting = BTreeMap::new();
        for entry in &self.0 {
            let Some(id) = &entry.note.action else {
                continue;
            };
            let place = (&entry.call, id);
            match entry.note.to {
                Some(State::AwaitingApproval | State::NeedsPerson) => {
                    waiting.insert(place, entry.note.amount);
                }
                Some(State::Approved) => match waiting.remove(&place) {
                    Some(amount) if amount == entry.note.amount => {}
                    Some(_) => return Err(format!("{id} was approved with another amount")),
                    None => return Err(format!("{id} was approved and nobody had been asked")),
                },
                Some(State::Sent) if waiting.contains_key(&place) => {
                    let call = &entry.call;
                    return Err(format!("{id} of {call} left while it waited for a person"));
                }
                Some(_) | None => {}
            }
        }
        Ok(())
    }
}
