//! The people at the desk: they look at what waits, and decide, not always wisely.

use jiff::{SignedDuration, Timestamp};
use sandbox::paystack::{Effect, EmailAbout};
use sandbox::vendor::Model;
use shared::ledger::{Action, ActionId, Amendment, Decision, State, Verdict, binding};
use shared::money::Money;

use super::wire::SimVendor;
use super::world::World;

/// How long a person lets an unknown outcome rest before they trust Paystack's own pages.
const LETS_REST: SignedDuration = SignedDuration::from_hours(2);

/// Who may decide.
const APPROVERS: [&str; 2] = ["ngozi@example.com", "kofi@example.com"];

/// A decision that was taken, with what the person was shown.
#[derive(Debug, Clone)]
pub struct Decided {
    /// Who decided.
    pub by: String,
    /// What.
    pub verdict: Verdict,
    /// On what, as it stood before their eyes.
    pub shown: Action,
}

/// Looks at what waits for a person, and decides on some of it.
pub(super) async fn look(world: &World) {
    let Ok(reviews) = world.ledger().reviews(50).await else {
        return;
    };
    for action in reviews {
        let who = world.chaos.dice().usize(0..APPROVERS.len());
        let by = APPROVERS.get(who).copied().unwrap_or_default();
        let mood = world.chaos.dice().u8(0..10);
        match mood {
            0 | 1 => {}
            2 => world.note_shown(&action),
            3 => decide_on_something_else(world, by, &action).await,
            4 => amend(world, by, &action).await,
            _ => decide(world, by, &action).await,
        }
    }
}

async fn decide(world: &World, by: &str, action: &Action) {
    let Some(verdict) = verdict(world, action) else {
        return;
    };
    // Often they had looked at it a while ago.
    let shown = match world.shown(&action.call, &action.id) {
        Some(earlier) if world.chaos.dice().bool() => earlier,
        Some(_) | None => action.clone(),
    };
    let decided = world.decide(&shown, &decision(by, verdict, &shown)).await;
    world.tell(|| {
        let taken = if decided.is_ok() { "says" } else { "would say" };
        format!(
            "{by} {taken} {verdict:?} to {} of {}",
            action.id, action.call
        )
    });
}

/// They ask for less, or say what is left open for them to say. What was approved before is void.
async fn amend(world: &World, by: &str, action: &Action) {
    let halved = action.amount.map(|shown| Money {
        subunits: shown.subunits / 2,
        ..shown
    });
    let is_open = action.parameters.get("open").is_some();
    let said = [
        ("resolution", "declined"),
        ("statement", "It was delivered on 21 November."),
    ];
    let answers = said
        .into_iter()
        .filter(|_| is_open)
        .map(|(name, said)| (name.to_owned(), said.to_owned()))
        .collect();
    let amendment = Amendment {
        by: by.to_owned(),
        binding: binding(action),
        amount: halved.filter(|_| !is_open),
        answers,
    };
    let ledger = world.ledger();
    let amended = ledger.amend(&action.call, &action.id, &amendment).await;
    world.tell(|| {
        let words = amended.map_or_else(|error| error.to_string(), |_| "done".to_owned());
        format!("{by} amends {} of {}: {words}", action.id, action.call)
    });
}

/// What they were shown is not what is waiting.
async fn decide_on_something_else(world: &World, by: &str, action: &Action) {
    let mut shown = action.clone();
    if let Some(amount) = &mut shown.amount {
        amount.subunits += 100;
    } else {
        shown.sends += 7;
    }
    let decision = decision(by, Verdict::Approve, &shown);
    let decided = world
        .ledger()
        .decide(&action.call, &action.id, &decision)
        .await;
    if decided.is_ok() {
        world.break_with(format!(
            "a decision on something else was taken: {}",
            action.id
        ));
    }
}

fn decision(by: &str, verdict: Verdict, shown: &Action) -> Decision {
    Decision {
        by: by.to_owned(),
        verdict,
        binding: binding(shown),
        reason: "as discussed".to_owned(),
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
        "draft_payment_request" | "refund" => Some(
            log.entries()
                .iter()
                .any(|entry| key_of(&entry.body) == Some(&action.key) && !entry.effects.is_empty()),
        ),
        "finalise_payment_request" => {
            let draft = before(world, action)?;
            let code = draft.receipt?.id;
            Some(log.count(|effect| is_mail(effect, EmailAbout::PaymentRequest, &code)) > 0)
        }
        // A customer may have been there before: their record says nothing. A mail shows nowhere.
        _ => None,
    }
}

/// The action that `action` waits for.
fn before(world: &World, action: &Action) -> Option<Action> {
    let id: &ActionId = action.after.as_ref()?;
    let place = Action {
        id: id.clone(),
        ..action.clone()
    };
    world.item(&place.table_key())
}

/// Our key in a request: in its metadata, or the first word of its note.
pub(super) fn key_of(body: &serde_json::Value) -> Option<&str> {
    let in_metadata = || body.get("metadata")?.get("action_key")?.as_str();
    let in_note = || {
        let note = body.get("merchant_note")?.as_str()?;
        note.split_whitespace().find(|word| word.starts_with("ll-"))
    };
    in_metadata().or_else(in_note)
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
