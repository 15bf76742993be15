//! What a merchant limits per customer, record and time stays within its limit.

use std::collections::BTreeMap;

use shared::ledger::{Reservation, State};

use super::Evidence;
use super::trails::Trails;

/// No count goes past its limit by what left without a person, or with one who was asked about
/// something else.
pub(super) fn limits_are_kept(evidence: &Evidence, trails: &Trails) -> Result<(), String> {
    let mut counts: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    let done = evidence
        .actions()
        .iter()
        .filter(|action| action.state == State::Succeeded && action.sends > 0)
        .filter(|action| !trails.was_let_past_its_limit(action));
    for Reservation {
        counter,
        limit,
        take,
        ..
    } in done.flat_map(|action| &action.reservations)
    {
        let (sum, most) = counts.entry(counter).or_insert((0, *limit));
        *sum += take;
        *most = *limit.min(most);
    }
    match counts.iter().find(|(_, (sum, most))| sum > most) {
        Some((counter, (sum, most))) => {
            Err(format!("{counter} came to {sum}, and {most} is its limit"))
        }
        None => Ok(()),
    }
}
