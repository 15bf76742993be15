//! What became of something, in the few words that a message's title has for it.

use shared::case::Workflow;
use shared::ledger::{Action, State};

use crate::story::Story;

/// What became of it, in a few words.
#[must_use]
pub fn outcome(story: &Story) -> &'static str {
    if let Some(followed_up) = story.followed_up {
        return followed_up.outcome();
    }
    let name = story
        .about
        .as_ref()
        .map(|about: &Action| about.id.name.as_str());
    match story.state {
        State::Succeeded => match name {
            Some("create_customer") => "customer created",
            Some("finalise_payment_request") if story.workflow == Workflow::PaymentRequest => {
                "sent"
            }
            Some("finalise_payment_request") => "payment request sent",
            Some("notify_payment_request") => "customer notified again",
            // Until the bank has it, it is followed up.
            Some("refund") => "refund under way",
            Some("send_document") => "on its way",
            Some("correct_billing_details" | "update_payment_request") => "corrected",
            Some("send_card_update_link") => "card-update link sent",
            Some("charge_authorization") => "saved card charged",
            Some("note_payment_request") => "noted beside the payment request",
            Some("send_books_invoice") => "invoice sent from QuickBooks",
            Some("correct_books_address") => "address corrected in QuickBooks",
            Some("resolve_dispute") => "dispute answered",
            Some("record_call") => "recorded",
            Some("review") => "dealt with",
            _ => "done",
        },
        State::AwaitingApproval if name == Some("review") => "needs a person",
        State::AwaitingApproval => "needs a decision",
        State::NeedsPerson => "outcome unknown, please look",
        State::Rejected if matches!(name, Some("send_books_invoice" | "correct_books_address")) => {
            "refused by QuickBooks"
        }
        State::Rejected => "refused by Paystack",
        State::Expired => "nobody decided in time",
        State::Declined => "declined",
        State::Observed => "observed, nothing was done",
        State::Approved => "approved",
        State::Planned | State::Claimed | State::Sent | State::Deferred | State::Unknown => {
            "in progress"
        }
    }
}
