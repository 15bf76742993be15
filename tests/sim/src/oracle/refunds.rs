//! Money goes back once, as it was approved, and never beside the bank's own dispute.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sandbox::paystack::Effect;
use shared::ledger::{Action, Verdict};

use super::records::refund_failed_at;
use super::trails::Trails;
use super::{Evidence, ON_ITS_WAY};
use crate::people::key_of;
use crate::world::{BY_HAND, World};

/// A refund of ours at Paystack.
struct Refund {
    key: String,
    reference: String,
    amount: i64,
    asked_at: Timestamp,
}

fn refunds(world: &World) -> Result<Vec<Refund>, String> {
    let paystack = world.paystack.lock();
    let mut refunds = Vec::new();
    for entry in paystack.log().entries() {
        for effect in &entry.effects {
            let Effect::RefundCreated {
                transaction_reference,
                amount,
                ..
            } = effect
            else {
                continue;
            };
            if entry
                .body
                .get("merchant_note")
                .is_some_and(|note| note == BY_HAND)
            {
                continue;
            }
            refunds.push(Refund {
                key: key_of(&entry.body)
                    .ok_or("a refund was made without our key")?
                    .to_owned(),
                reference: transaction_reference.clone(),
                amount: *amount,
                asked_at: entry.at,
            });
        }
    }
    Ok(refunds)
}

/// Per action at most one refund; per payment at most one across calls, but for what a person
/// approved, and for what Paystack had failed by then: that gave nothing back.
pub(super) fn refunds_are_made_once(
    world: &World,
    evidence: &Evidence,
    trails: &Trails,
) -> Result<(), String> {
    let all = refunds(world)?;
    let mut by_key: BTreeMap<&str, usize> = BTreeMap::new();
    for refund in &all {
        *by_key.entry(&refund.key).or_default() += 1;
    }
    if let Some((key, count)) = by_key.iter().find(|(_, count)| **count > 1) {
        return Err(format!("{count} refunds for the one action {key}"));
    }
    let paystack = world.paystack.lock();
    let had_failed = |refund: &Refund, at: Timestamp| {
        refund_failed_at(&paystack, &refund.key).is_some_and(|failed| failed <= at)
    };
    for refund in &all {
        let beside: BTreeSet<&str> = all
            .iter()
            .filter(|it| it.reference == refund.reference && it.asked_at <= refund.asked_at)
            .filter(|it| !had_failed(it, refund.asked_at))
            .map(|it| it.key.as_str())
            .collect();
        let actions = evidence.actions().iter();
        let approved = actions
            .filter(|it| beside.contains(it.key.as_str()) && trails.approved_sends(it) > 0)
            .count();
        if beside.len() > 1 + approved {
            return Err(format!(
                "{} refunds of the one payment {}, {approved} of them approved",
                beside.len(),
                refund.reference
            ));
        }
    }
    Ok(())
}

/// What the bank has taken up is not given back beside it, but for what was on its way.
pub(super) fn what_the_bank_has_is_let_be(world: &World) -> Result<(), String> {
    let refunds = refunds(world)?;
    for (reference, at) in world.disputed() {
        let beside = refunds.iter().any(|refund| {
            refund.reference == reference && refund.asked_at.duration_since(at) > ON_ITS_WAY
        });
        if beside {
            return Err(format!(
                "{reference} was refunded beside the bank's dispute"
            ));
        }
    }
    Ok(())
}

/// What moved is what was planned, and where people had to approve it, what they were shown.
pub(super) fn money_is_what_was_approved(
    world: &World,
    evidence: &Evidence,
    trails: &Trails,
) -> Result<(), String> {
    let decided = world.decided();
    for (key, amount) in moved(world)? {
        let Some(action) = evidence.actions().iter().find(|action| action.key == key) else {
            return Err(format!("{key} moved money, and no action has that key"));
        };
        if action.amount.map(|planned| planned.subunits) != Some(amount) {
            let planned = action.amount;
            return Err(format!("{key} was for {amount}, planned was {planned:?}"));
        }
        if trails.approved_sends(action) == 0 {
            continue;
        }
        let people: BTreeSet<&str> = decided
            .iter()
            .filter(|it| it.verdict == Verdict::Approve && is_about(&it.shown, action))
            .filter(|it| it.shown.amount == action.amount)
            .map(|it| it.by.as_str())
            .collect();
        let currency = action.amount.map(|amount| amount.currency);
        let limits = &world.merchant.settings.limits.second_approval_subunits;
        let second = currency.and_then(|currency| limits.get(&currency)).copied();
        let needed = if amount > second.unwrap_or(0) { 2 } else { 1 };
        if people.len() < needed {
            return Err(format!(
                "{key} of {amount} left with the approval of {} of {needed} people",
                people.len()
            ));
        }
    }
    Ok(())
}

/// The refunds and the payment requests that were made, by our key.
fn moved(world: &World) -> Result<Vec<(String, i64)>, String> {
    let mut moved: Vec<(String, i64)> = refunds(world)?
        .into_iter()
        .map(|refund| (refund.key, refund.amount))
        .collect();
    let paystack = world.paystack.lock();
    for entry in paystack.log().entries() {
        for effect in &entry.effects {
            if let Effect::PaymentRequestCreated { amount, .. } = effect {
                let key =
                    key_of(&entry.body).ok_or("a payment request was made without our key")?;
                moved.push((key.to_owned(), *amount));
            }
        }
    }
    Ok(moved)
}

fn is_about(shown: &Action, action: &Action) -> bool {
    shown.call == action.call && shown.id == action.id
}
