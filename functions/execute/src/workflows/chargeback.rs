//! The caller's bank takes, or is asked to take, the money back: a person answers the bank before
//! the dispute is due, and nothing is refunded beside it.

use serde_json::{Value, json};
use shared::case::Urgency;
use shared::ledger::{Action, Reason};
use shared::paystack::Dispute;

use super::Planner;
use super::refund_request::shown;
use crate::payment::Payment;

impl Planner<'_> {
    pub(super) fn chargeback(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        let payment = self.payment()?;
        if let Some(review) = self.review_of_open_dispute(payment) {
            return Ok(review);
        }
        let reason = if payment.disputes.is_empty() {
            Reason::new(
                "no_bank_dispute",
                "Paystack shows no dispute about this payment yet: watch for one, and refund \
                 nothing meanwhile",
            )
        } else {
            Reason::new(
                "dispute_over",
                "the bank's dispute about this payment is over",
            )
        };
        Ok(self.review_of(reason, evidence(payment, None), None))
    }

    /// A person answers the bank's dispute, by the time that Paystack names.
    pub(super) fn review_of_open_dispute(&self, payment: &Payment) -> Option<Vec<Action>> {
        let dispute = payment.open_dispute()?;
        let due = dispute.due_at.map_or_else(
            || "Paystack does not say until when".to_owned(),
            |at| {
                let zone = self.settings.merchant.time_zone.clone();
                format!(
                    "due {}",
                    at.to_zoned_datetime(zone).strftime("%-d %b %Y, %H:%M %Z")
                )
            },
        );
        let reason = Reason::new(
            "dispute_open",
            format!(
                "the bank has an open dispute about this payment ({due}): accept it, or decline it \
                 with evidence, in Paystack's dashboard; past that, it is paid from the balance"
            ),
        );
        let found = evidence(payment, Some(dispute));
        // A deadline that has passed still leaves a person time to look.
        let due_at = dispute.due_at.filter(|at| *at > self.now);
        let mut review = self.review_of(reason, found, due_at);
        for action in &mut review {
            action.urgency = Urgency::Critical;
        }
        Some(review)
    }
}

/// What speaks for or against the charge, as far as Paystack knows: ids, amounts and times.
fn evidence(payment: &Payment, dispute: Option<&Dispute>) -> Value {
    let mut found = shown(payment);
    if let (Value::Object(found), Some(dispute)) = (&mut found, dispute) {
        found.insert("dispute".to_owned(), json!(dispute.id.to_string()));
        found.insert("dispute_status".to_owned(), json!(dispute.status.as_str()));
        found.insert("category".to_owned(), json!(dispute.category));
        found.insert("disputed".to_owned(), json!(dispute.money()));
        found.insert("due_at".to_owned(), json!(dispute.due_at));
    }
    found
}
