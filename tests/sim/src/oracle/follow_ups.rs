//! The loop closes: what Paystack did later is known as Paystack has it, each promise was looked at
//! on its day and its end told once, and no dispute goes unseen.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use sandbox::paystack::{Model, RefundStatus};
use shared::clock::Clock as _;
use shared::ledger::{ActionId, FollowUp, Item, Stage, Subject};

use super::Evidence;
use crate::watch::is_follow_up;
use crate::world::World;

/// How far from a deadline a payment may be taken for late or in time: clocks are wrong by seconds,
/// and a look takes a while.
const NEAR: SignedDuration = SignedDuration::from_mins(2);

/// Where Paystack's own records and what we know of them differ, or something is not over yet.
pub(crate) fn open_ends(world: &World) -> Option<String> {
    let now = world.clock.now();
    let mut paystack = world.paystack.lock();
    paystack.settle(now);
    let model = paystack.model();
    if let Some(what) = still_moves(model) {
        return Some(what);
    }
    follow_ups(&world.table.inner().items())
        .iter()
        .find_map(|follow_up| differs(world, model, follow_up))
}

fn follow_ups(items: &[Item]) -> Vec<FollowUp> {
    let followed = items.iter().filter(|item| is_follow_up(&item.key));
    followed.filter_map(|item| item.read().ok()).collect()
}

/// What goes on at Paystack by itself.
fn still_moves(model: &Model) -> Option<String> {
    use RefundStatus::{Pending, Processing};
    let refund = model
        .refunds()
        .find(|it| matches!(it.status, Pending | Processing));
    let dispute = model.disputes().find(|it| it.open());
    refund
        .map(|it| format!("refund {} is on its way", it.id))
        .or(dispute.map(|it| format!("dispute {} is open", it.id)))
}

fn differs(world: &World, model: &Model, follow_up: &FollowUp) -> Option<String> {
    let record = follow_up.record.as_str();
    let allowed = match follow_up.subject {
        Subject::Refund => vec![match model.refund(record)?.status {
            RefundStatus::Pending => Stage::Open,
            RefundStatus::Processing => Stage::Underway,
            RefundStatus::NeedsAttention => Stage::NeedsAttention,
            RefundStatus::Failed => Stage::Failed,
            RefundStatus::Processed => Stage::Done,
        }],
        Subject::Dispute if model.dispute(record)?.open() => vec![Stage::Open],
        Subject::Dispute => vec![Stage::Done],
        Subject::PaymentRequest | Subject::Promise => may_be_paid(world, model, follow_up),
        // What people and agents owe shows nowhere at Paystack.
        Subject::Deadline | Subject::Decision => return None,
    };
    (!allowed.contains(&follow_up.stage)).then(|| {
        format!(
            "{} {record} of {} is {}, and at Paystack it is {allowed:?}",
            follow_up.subject.as_str(),
            follow_up.call,
            follow_up.stage.as_str(),
        )
    })
}

/// What a request to pay may have come to.
fn may_be_paid(world: &World, model: &Model, follow_up: &FollowUp) -> Vec<Stage> {
    let now = world.clock.now();
    let paid_at = model
        .payment_request(&follow_up.record)
        .and_then(|request| request.paid_at);
    match (paid_at, follow_up.deadline) {
        (Some(paid), Some(deadline)) if deadline.duration_since(paid) < -NEAR => {
            vec![Stage::Missed]
        }
        (Some(paid), Some(deadline)) if deadline.duration_since(paid) < NEAR => {
            vec![Stage::Done, Stage::Missed]
        }
        (Some(_), _) => vec![Stage::Done],
        (None, Some(deadline)) if deadline < now => vec![Stage::Missed],
        // A promise is waited for; a request to pay may go on for weeks.
        (None, Some(_)) if follow_up.subject == Subject::Promise => vec![Stage::Missed],
        (None, _) => vec![Stage::Open],
    }
}

/// Once all is over: each end was told once, and every dispute is known.
///
/// # Errors
/// What was not told, told too much, or is not known.
pub(crate) fn loops_are_closed(world: &World) -> Result<(), String> {
    let evidence = Evidence::of(world);
    each_end_is_told_once(world, &evidence)?;
    disputes_are_known(world, &evidence)
}

/// Of each end its owner is told wherever settings say, and of no other end.
fn each_end_is_told_once(world: &World, evidence: &Evidence) -> Result<(), String> {
    let routes = &world.merchant.settings.notices;
    for follow_up in follow_ups(&evidence.items) {
        if follow_up.subject == Subject::Decision || !follow_up.stage.is_closed() {
            continue;
        }
        let of = |stage: Stage| -> BTreeSet<ActionId> {
            let notices = follow_up.notices(stage.as_str(), routes);
            notices.into_iter().map(|notice| notice.id).collect()
        };
        let actions = evidence.actions().iter();
        let told: BTreeSet<&ActionId> = actions
            .filter(|action| action.call == follow_up.call)
            .map(|action| &action.id)
            .collect();
        for stage in [Stage::Done, Stage::Failed, Stage::Missed] {
            let is_end = stage == follow_up.stage;
            // That an agent's promise was kept is told by what kept it.
            if is_end && follow_up.subject == Subject::Deadline && stage == Stage::Done {
                continue;
            }
            let wrong = of(stage).into_iter().find(|id| told.contains(id) != is_end);
            if let Some(id) = wrong {
                return Err(format!(
                    "{} {} of {} is {}, and {id} is {}",
                    follow_up.subject.as_str(),
                    follow_up.record,
                    follow_up.call,
                    follow_up.stage.as_str(),
                    if is_end { "missing" } else { "there" },
                ));
            }
        }
    }
    Ok(())
}

/// A bank's dispute is looked after, or has a case of its own, whoever told of it.
fn disputes_are_known(world: &World, evidence: &Evidence) -> Result<(), String> {
    let followed = follow_ups(&evidence.items);
    let paystack = world.paystack.lock();
    for dispute in paystack.model().disputes() {
        let id = dispute.id.to_string();
        let is_followed = followed
            .iter()
            .any(|it| it.subject == Subject::Dispute && it.record == id);
        let case = format!("paystack-dispute-{id}");
        let has_case = evidence.calls().keys().any(|call| call.as_str() == case);
        if !is_followed && !has_case {
            return Err(format!("nobody knows of the bank's dispute {id}"));
        }
    }
    Ok(())
}
