//! The person at the desk: looks at what waits, and decides, not always wisely.

use jiff::{SignedDuration, Timestamp};
use sandbox::paystack::{Effect, EmailAbout};
use sandbox::vendor::Model;
use shared::ledger::{Action, Decision, DecisionError, State, Verdict, binding};

use super::wire::SimVendor;
use super::world::World;

/// How long a person lets an unknown outcome rest before they trust Paystack's own pages.
const LETS_REST: SignedDuration = SignedDuration::from_hours(2);

/// Looks at what waits for a person, and decides on some of it.
pub(super) async fn look(world: &World) {
    let Ok(reviews) = world.ledger().reviews(50).await else {
        return;
    };
    for action in reviews {
        if world.chaos.dice().u8(0..5) == 0 {
            continue;
        }
        let Some(verdict) = verdict(world, &action) else {
            continue;
        };
        let approver = if world.chaos.dice().bool() {
            "ngozi@example.com"
        } else {
            "kofi@example.com"
        };
        let was_changed = world.chaos.dice().u8(0..8) == 0;
        let mut shown = action.clone();
        if was_changed {
            // What they were shown is not what is waiting.
            shown.sends += 7;
        }
        let decision = Decision {
            by: approver.to_owned(),
            verdict,
            binding: binding(&shown),
            reason: "as discussed".to_owned(),
        };
        let decided = world
            .ledger()
            .decide(&action.call, &action.id, &decision)
            .await;
        world.tell(|| {
            format!(
                "{approver} says {verdict:?} to {} of {}",
                action.id, action.call
            )
        });
        match decided {
            Ok(_) if was_changed => {
                world.break_with(format!(
                    "a decision on something else was taken: {}",
                    action.id
                ));
            }
            Ok(_) => world.counts.decisions.set(world.counts.decisions.get() + 1),
            Err(DecisionError::NothingSent) if verdict == Verdict::Confirm => {}
            Err(_) => {}
        }
    }
}

fn verdict(world: &World, action: &Action) -> Option<Verdict> {
    let dice = world.chaos.dice().u8(0..10);
    if action.state == State::AwaitingApproval {
        return Some(if dice < 7 {
            Verdict::Approve
        } else {
            Verdict::Decline
        });
    }
    let since = action.sent_at.unwrap_or(Timestamp::MIN);
    if world.now().duration_since(since) < LETS_REST {
        return None;
    }
    let yes_or_no = if dice < 7 {
        Verdict::Approve
    } else {
        Verdict::Decline
    };
    if action.sends == 0 {
        return Some(yes_or_no);
    }
    match is_done(&world.paystack, world, action) {
        Some(true) => Some(Verdict::Confirm),
        Some(false) => Some(yes_or_no),
        None => Some(Verdict::Decline),
    }
}

/// What Paystack's own pages say; nothing where they do not show it.
fn is_done(
    paystack: &SimVendor<sandbox::paystack::Model>,
    world: &World,
    action: &Action,
) -> Option<bool> {
    let mut paystack = paystack.lock();
    paystack.settle(world.now());
    let log = paystack.log();
    match action.id.name.as_str() {
        "draft_payment_request" => Some(
            log.entries()
                .iter()
                .any(|entry| key_of(&entry.body) == Some(&action.key) && !entry.effects.is_empty()),
        ),
        "finalise_payment_request" => {
            let after = action.after.as_ref()?;
            let place = shared::ledger::Action {
                id: after.clone(),
                ..action.clone()
            }
            .table_key();
            let draft: Action = world.item(&place)?;
            let code = draft.receipt?.id;
            Some(log.count(|effect| is_mail(effect, EmailAbout::PaymentRequest, &code)) > 0)
        }
        // A customer may have been there before: their record says nothing.
        _ => None,
    }
}

/// Our key in a request's metadata.
pub(super) fn key_of(body: &serde_json::Value) -> Option<&str> {
    body.get("metadata")?.get("action_key")?.as_str()
}

/// Whether it is a mail about a record.
pub(super) fn is_mail(effect: &Effect, about: EmailAbout, record: &str) -> bool {
    matches!(
        effect,
        Effect::EmailSent { about: it, record: of, .. } if *it == about && of == record
    )
}

/// Whether a vendor has requests that it has yet to carry out.
#[must_use]
pub fn has_late_requests<M: Model>(vendor: &SimVendor<M>) -> bool {
    vendor.lock().delayed() > 0
}
