//! Where an action stands in the indexes: who must look at it, and when.

use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

use super::record::{Action, CallRecord};
use super::state::State;
use super::table::{Entry, Index};
use crate::case::Urgency;
use crate::clock::later;
use crate::ids::CallId;

/// Into how many buckets the `due` and `reviews` indexes are spread, so that no bucket is hot.
pub const SHARDS: u8 = 8;

/// After how long the sweep looks at what a message should have moved on.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// The buckets of the `due` index.
#[must_use]
pub fn due_bucket(shard: u8) -> String {
    format!("due#{shard}")
}

/// The buckets of the `reviews` index.
#[must_use]
pub fn review_bucket(shard: u8) -> String {
    format!("review#{shard}")
}

/// The shard of a call, or of whatever else is due.
fn shard(name: &str) -> u8 {
    Sha256::digest(name.as_bytes())
        .first()
        .copied()
        .unwrap_or_default()
        % SHARDS
}

/// An instant as the indexes sort it: fixed width, so that text order is time order.
pub(super) fn sortable(instant: Timestamp) -> String {
    format!("{instant:.3}")
}

/// A call's place in the `due` index.
pub(super) fn due(call: &CallId, at: Timestamp) -> Entry {
    due_entry(call.as_str(), at)
}

/// The place in the `due` index of what goes by `name`.
#[must_use]
pub fn due_entry(name: &str, at: Timestamp) -> Entry {
    Entry {
        index: Index::Due,
        bucket: due_bucket(shard(name)),
        sort: sortable(at),
    }
}

/// When the sweep must look at a message that should have been sent at once.
pub(super) fn forgotten_at(since: Timestamp) -> Timestamp {
    later(since, FORGOTTEN_AFTER)
}

/// After how long the sweep looks at a call that a message should have had planned. Longer than
/// for an action: a backlog of calls drains by itself, and a reminder would only add to it.
const UNPLANNED_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// The longest between two reminders of one thing.
const SLOWEST_REMINDER: SignedDuration = SignedDuration::from_hours(1);

/// When the sweep comes by again for what it has just reminded somebody of: later and later.
pub(super) fn reminded_again_at(now: Timestamp, since: Timestamp) -> Timestamp {
    let age = now
        .duration_since(since)
        .clamp(FORGOTTEN_AFTER, SLOWEST_REMINDER);
    later(now, age)
}

/// When the sweep comes by again for what waits behind something that waits for a person.
pub(super) fn a_day_after(now: Timestamp) -> Timestamp {
    now.saturating_add(SignedDuration::from_hours(24))
        .unwrap_or(Timestamp::MAX)
}

/// The index a call's claim is in: somebody owes it a plan, or a contradiction an answer.
pub(super) fn call_entries(record: &CallRecord) -> Vec<Entry> {
    let since = match record.contested_at {
        Some(at) if record.planned && !record.contest_answered => Some(at),
        _ if !record.planned => Some(record.created_at),
        _ => None,
    };
    let due_at = since.map(|since| later(since, UNPLANNED_AFTER));
    due_at.map(|at| due(&record.call, at)).into_iter().collect()
}

/// The indexes an action is in.
pub(super) fn entries(action: &Action) -> Vec<Entry> {
    let mut entries = Vec::new();
    if let Some(at) = due_at(action) {
        entries.push(due(&action.call, at));
    }
    if action.state.waits_for_person() {
        entries.push(Entry {
            index: Index::Reviews,
            bucket: review_bucket(shard(action.call.as_str())),
            sort: format!(
                "{}#{}",
                urgency_rank(action.urgency),
                sortable(action.not_after)
            ),
        });
    }
    if let Some(receipt) = &action.receipt
        && !receipt.id.is_empty()
    {
        entries.push(Entry {
            index: Index::Paystack,
            bucket: receipt.id.clone(),
            sort: sortable(action.created_at),
        });
    }
    entries
}

/// When somebody must look at the action, messages or not.
pub(super) fn due_at(action: &Action) -> Option<Timestamp> {
    match action.state {
        State::Planned | State::Approved | State::Deferred => {
            let forgotten = forgotten_at(action.updated_at);
            // A vendor's own wait is over at `not_before`; what waits for a message gets longer.
            Some(action.not_before.map_or(forgotten, |not_before| {
                if not_before > action.updated_at {
                    not_before
                } else {
                    forgotten
                }
            }))
        }
        State::Claimed | State::Sent => {
            let leased = action
                .lease
                .as_ref()
                .map_or(action.updated_at, |lease| lease.until);
            // A neighbour may hold the record for longer than our own lease.
            Some(
                action
                    .not_before
                    .map_or(leased, |not_before| leased.max(not_before)),
            )
        }
        State::Unknown => Some(action.not_before.unwrap_or(action.updated_at)),
        State::AwaitingApproval => Some(action.not_after),
        State::NeedsPerson
        | State::Declined
        | State::Expired
        | State::Observed
        | State::Succeeded
        | State::Rejected => None,
    }
}

pub(super) fn urgency_rank(urgency: Urgency) -> u8 {
    match urgency {
        Urgency::Critical => 0,
        Urgency::High => 1,
        Urgency::Normal => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_order_is_time_order() {
        let whole: Timestamp = "2026-11-24T10:00:00Z".parse().unwrap();
        let later = whole.checked_add(SignedDuration::from_millis(5)).unwrap();
        assert!(sortable(whole) < sortable(later));
        assert_eq!(sortable(whole), "2026-11-24T10:00:00.000Z");
    }

    #[test]
    fn calls_spread_over_every_shard() {
        let used: std::collections::BTreeSet<u8> = (0..200)
            .map(|number| shard(&format!("call_{number}")))
            .collect();
        assert_eq!(used.len(), usize::from(SHARDS));
    }
}
