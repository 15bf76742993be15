//! The audit trail: who moved what, when and why, each entry with the hash of the one before.
//!
//! Entries hold ids, enums, amounts and policy ids, never personal data, so that erasing a caller
//! leaves the chain whole.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::commit::{Ledger, LedgerError};
use super::record::{Action, ActionId, partition};
use super::state::State;
use super::table::{Key, TableError};
use crate::ids::CallId;
use crate::money::Money;

/// What is to be written into the trail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditNote {
    /// What happened, such as `claimed`, `planned`, or a step of an action.
    pub what: String,
    /// The action it happened to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<ActionId>,
    /// Where the action stood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<State>,
    /// Where it stands now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<State>,
    /// What moves, where money does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// The code of the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The policies that decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<String>,
    /// Who did it: a function, or a person's id.
    #[serde(default)]
    pub actor: String,
}

/// One entry of the trail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// The call.
    pub call: CallId,
    /// Its number, from 1.
    pub sequence: u32,
    /// When.
    pub at: Timestamp,
    /// What.
    pub note: AuditNote,
    /// The hash of the entry before; empty for the first.
    pub previous: String,
    /// The hash of this one.
    pub hash: String,
}

/// The end of a call's chain, and the number of messages it has owed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// The number of the last entry.
    pub sequence: u32,
    /// Its hash.
    pub hash: String,
    /// How many outbox items were written.
    pub outbox: u32,
}

impl Head {
    pub(super) fn key(call: &CallId) -> Key {
        Key::new(partition(call), "head")
    }

    /// The next entry of the chain; moves the head on.
    pub(super) fn append(&mut self, call: &CallId, at: Timestamp, note: AuditNote) -> AuditEntry {
        let previous = std::mem::take(&mut self.hash);
        self.sequence = self.sequence.saturating_add(1);
        let mut entry = AuditEntry {
            call: call.clone(),
            sequence: self.sequence,
            at,
            note,
            previous,
            hash: String::new(),
        };
        entry.hash = entry.digest();
        self.hash.clone_from(&entry.hash);
        entry
    }
}

impl AuditEntry {
    /// Where it lives.
    #[must_use]
    pub fn table_key(&self) -> Key {
        Key::new(partition(&self.call), format!("audit#{:08}", self.sequence))
    }

    /// SHA-256 over everything but the hash itself, as JSON: the fields in the order of this file,
    /// absent ones left out. Never by way of a `Value`, whose order is another build's affair.
    fn digest(&self) -> String {
        let exactly = (
            &self.call,
            self.sequence,
            self.at,
            &self.note,
            &self.previous,
        );
        let text = serde_json::to_string(&exactly).unwrap_or_default();
        hex::encode(Sha256::digest(text.as_bytes()))
    }
}

/// What is wrong with a trail.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AuditFault {
    /// There is neither a trail nor a head: the call is missing, or never was.
    #[error("the ledger holds no trail of this call")]
    Missing,
    /// A record is not as the trail left it.
    #[error("{0} stands otherwise than its trail says")]
    Disagrees(ActionId),
    /// There are entries missing in between.
    #[error("entry {expected} is missing: the trail goes on with {found}")]
    Gap {
        /// The number that should have come.
        expected: u32,
        /// The number that came.
        found: u32,
    },
    /// An entry was changed after it was written.
    #[error("entry {0} was changed after it was written")]
    Edited(u32),
    /// An entry does not follow from the one before.
    #[error("entry {0} does not follow from the one before it")]
    Unlinked(u32),
    /// The end was cut off, or entries were added behind the head.
    #[error("the trail ends at entry {found}, its head says {expected}")]
    CutTail {
        /// The head's number.
        expected: u32,
        /// The last entry's number.
        found: u32,
    },
}

/// Checks a call's trail against its head.
///
/// # Errors
/// The first [`AuditFault`] found.
pub fn verify_audit(
    entries: &[AuditEntry],
    head_sequence: u32,
    head_hash: &str,
) -> Result<(), AuditFault> {
    let mut previous = "";
    for (expected, entry) in (1..).zip(entries) {
        if entry.sequence != expected {
            return Err(AuditFault::Gap {
                expected,
                found: entry.sequence,
            });
        }
        if entry.previous != previous {
            return Err(AuditFault::Unlinked(expected));
        }
        if entry.digest() != entry.hash {
            return Err(AuditFault::Edited(expected));
        }
        previous = &entry.hash;
    }
    let found = entries.last().map_or(0, |entry| entry.sequence);
    if found != head_sequence {
        return Err(AuditFault::CutTail {
            expected: head_sequence,
            found,
        });
    }
    if previous != head_hash {
        return Err(AuditFault::Edited(found));
    }
    Ok(())
}

/// Checks that every action stands where its trail left it, with the amount that the trail names.
///
/// # Errors
/// [`AuditFault::Disagrees`] with the first that does not.
pub fn verify_records(entries: &[AuditEntry], actions: &[Action]) -> Result<(), AuditFault> {
    for action in actions {
        let about = || {
            let notes = entries.iter().rev().map(|entry| &entry.note);
            notes.filter(|note| note.action.as_ref() == Some(&action.id))
        };
        let state = about().find_map(|note| note.to);
        let amount = about().find_map(|note| note.amount);
        if state != Some(action.state) || amount != action.amount {
            return Err(AuditFault::Disagrees(action.id.clone()));
        }
    }
    Ok(())
}

/// How often a trail is read again because the call moved meanwhile: it and the records that it vouches
/// for are read one after the other, and what was written in between is no fault.
const QUIET_READS: u32 = 16;

impl Ledger {
    /// Checks all that a call's trail vouches for: the chain, its head, and the records; how many
    /// entries it has. An edit, a gap, a cut tail and a missing call each show.
    ///
    /// Who can write the whole table can write a whole new chain; what shows is whatever was
    /// touched without that.
    ///
    /// # Errors
    /// [`LedgerError`] where the table cannot be read; within, the first [`AuditFault`] found.
    pub async fn verify_audit(
        &self,
        call: &CallId,
    ) -> Result<Result<u32, AuditFault>, LedgerError> {
        for _ in 0..QUIET_READS {
            let (entries, sequence, hash) = self.audit(call).await?;
            let mut actions = self.actions(call).await?;
            actions.extend(self.notices(call).await?);
            if self.head(call).await?.sequence != sequence {
                continue;
            }
            let actions: Vec<Action> = actions.into_iter().map(|(action, _)| action).collect();
            let is_missing = entries.is_empty() && sequence == 0 && actions.is_empty();
            return Ok(if is_missing {
                Err(AuditFault::Missing)
            } else {
                verify_audit(&entries, sequence, &hash)
                    .and_then(|()| verify_records(&entries, &actions))
                    .map(|()| sequence)
            });
        }
        let reason = "the call moves faster than it is read".to_owned();
        Err(TableError::Unavailable { reason }.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trail() -> (Vec<AuditEntry>, Head) {
        let call = CallId::new("call_a1").unwrap();
        let at = "2026-11-24T10:00:00Z".parse().unwrap();
        let mut head = Head::default();
        let entries = ["claimed", "planned", "sent", "succeeded"]
            .map(|what| {
                head.append(
                    &call,
                    at,
                    AuditNote {
                        what: what.to_owned(),
                        ..AuditNote::default()
                    },
                )
            })
            .to_vec();
        (entries, head)
    }

    fn verify(entries: &[AuditEntry], head: &Head) -> Result<(), AuditFault> {
        verify_audit(entries, head.sequence, &head.hash)
    }

    #[test]
    fn an_untouched_trail_verifies() {
        let (entries, head) = trail();
        assert_eq!(verify(&entries, &head), Ok(()));
        assert_eq!(verify(&[], &Head::default()), Ok(()));
    }

    #[test]
    fn an_edit_shows() {
        let (mut entries, head) = trail();
        entries[2].note.what = "declined".to_owned();
        assert_eq!(verify(&entries, &head), Err(AuditFault::Edited(3)));
    }

    #[test]
    fn an_edit_with_a_fresh_hash_shows_in_the_next_entry() {
        let (mut entries, head) = trail();
        entries[2].note.what = "declined".to_owned();
        entries[2].hash = entries[2].digest();
        assert_eq!(verify(&entries, &head), Err(AuditFault::Unlinked(4)));
    }

    #[test]
    fn a_gap_shows() {
        let (mut entries, head) = trail();
        entries.remove(1);
        assert_eq!(
            verify(&entries, &head),
            Err(AuditFault::Gap {
                expected: 2,
                found: 3
            })
        );
    }

    #[test]
    fn a_cut_tail_shows() {
        let (mut entries, head) = trail();
        entries.pop();
        assert_eq!(
            verify(&entries, &head),
            Err(AuditFault::CutTail {
                expected: 4,
                found: 3
            })
        );
    }
}
