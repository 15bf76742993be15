//! What people are told of what was followed up, in plain words.

use serde::Deserialize;
use serde_json::Value;
use shared::ledger::{Stage, Subject};

/// What a follow-up has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowedUp {
    /// What is followed up.
    pub subject: Subject,
    /// How far it has come; nothing where its owner is only reminded that it is open.
    pub stage: Option<Stage>,
}

impl FollowedUp {
    /// What a notice's parameters say of it, where the notice is about a follow-up.
    #[must_use]
    pub fn read(parameters: &Value) -> Option<Self> {
        let subject = parameters.get("subject")?;
        let event = parameters.get("event")?;
        Some(Self {
            subject: Subject::deserialize(subject).ok()?,
            stage: Stage::deserialize(event).ok(),
        })
    }

    /// What became of it, in a few words.
    #[must_use]
    pub const fn outcome(self) -> &'static str {
        match (self.subject, self.stage) {
            (Subject::Refund, Some(Stage::Done)) => "refund paid out",
            (Subject::Refund, Some(Stage::NeedsAttention)) => "refund stuck, it needs an account",
            (Subject::Refund, Some(Stage::Failed)) => "refund failed",
            (Subject::Refund, None) => "refund still not paid out",
            (Subject::Dispute, Some(Stage::Done)) => "the bank's dispute is decided",
            (Subject::Dispute, None) => "the bank wants its answer soon",
            (Subject::PaymentRequest, Some(Stage::Done)) => "paid",
            (Subject::PaymentRequest, Some(Stage::Failed)) => "payment request withdrawn",
            (Subject::PaymentRequest, Some(Stage::Missed)) => "not paid by its due date",
            (Subject::Promise, Some(Stage::Done)) => "promise to pay kept",
            (Subject::Promise, Some(Stage::Missed)) => "promise to pay not kept",
            (Subject::Deadline, Some(Stage::Missed)) => "what was promised is overdue",
            (Subject::Decision, None) => "still waits for a decision",
            (_, Some(Stage::Done)) => "done",
            (_, Some(Stage::Failed)) => "failed",
            (_, Some(Stage::Missed)) => "overdue",
            (_, Some(Stage::Open | Stage::Underway | Stage::NeedsAttention) | None) => "still open",
        }
    }

    /// Why, or what to do, in a sentence; nothing where the outcome says it all.
    #[must_use]
    pub const fn reason(self) -> Option<&'static str> {
        match (self.subject, self.stage) {
            (Subject::Refund, Some(Stage::NeedsAttention)) => Some(
                "Paystack cannot pay it out without the customer's account: have the customer give \
                 it, and enter it in Paystack's dashboard, nowhere else.",
            ),
            (Subject::Refund, Some(Stage::Failed)) => Some(
                "Paystack could not pay it out, and the money is back on the balance: agree with \
                 the customer on another way.",
            ),
            (Subject::Refund, None) => {
                Some("It has taken longer than banks usually do: ask Paystack.")
            }
            (Subject::Dispute, None) => {
                Some("Past the bank's deadline the dispute is lost and paid from the balance.")
            }
            (Subject::Decision, None) => Some("Its time runs out soon; what expires is not done."),
            (Subject::Deadline, Some(Stage::Missed)) => {
                Some("The agent promised the caller an answer by now, and something is still open.")
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_reminder_has_no_stage_and_a_notice_about_an_action_is_none() {
        let stuck = json!({ "subject": "refund", "event": "needs_attention" });
        assert_eq!(
            FollowedUp::read(&stuck),
            Some(FollowedUp {
                subject: Subject::Refund,
                stage: Some(Stage::NeedsAttention),
            })
        );
        let reminder = json!({ "subject": "decision", "event": "reminder" });
        let read = FollowedUp::read(&reminder).unwrap();
        assert_eq!(read.stage, None);
        assert_eq!(read.outcome(), "still waits for a decision");
        assert_eq!(
            FollowedUp::read(&json!({ "about": "action#refund#1#1" })),
            None
        );
    }
}
