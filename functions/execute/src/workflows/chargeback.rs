//! The caller's bank takes, or is asked to take, the money back: a person answers the bank before
//! the dispute is due, and nothing is refunded beside it.

use serde_json::{Value, json};
use shared::case::Urgency;
use shared::ledger::{Action, ActionId, Anchor, Reason, State};
use shared::paystack::Dispute;

use super::planner::Planner;
use super::refund_request::shown;
use super::{ADD_EVIDENCE, ANSWER_DISPUTE, UPLOAD_FILE};
use crate::payment::Payment;
use crate::policy::Deed;

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

    /// A person says how the bank's dispute is answered, by the time that Paystack names: accepted,
    /// whole or in part, or declined with a statement. What they say is then carried out step by
    /// step. Nothing is refunded beside it.
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
                "the bank has an open dispute about this payment ({due}): approve to accept it, amend \
                 it to declined with a statement, or answer it in Paystack's dashboard; past that, it \
                 is paid from the balance"
            ),
        );
        let found = evidence(payment, Some(dispute));
        // A deadline that has passed still leaves a person time to look.
        let due_at = dispute.due_at.filter(|at| *at > self.now);
        let mut actions = self
            .answer_to(payment, dispute, &reason, &found)
            .unwrap_or_else(|| self.review_of(reason, found, None));
        for action in &mut actions {
            action.urgency = Urgency::Critical;
            action.not_after = due_at.unwrap_or(action.not_after);
        }
        Some(actions)
    }

    /// The answer and its steps; nothing where it cannot be answered from here, such as a claim of
    /// more than is left of the payment.
    fn answer_to(
        &self,
        payment: &Payment,
        dispute: &Dispute,
        reason: &Reason,
        found: &Value,
    ) -> Option<Vec<Action>> {
        let amount = dispute.money().or(payment.transaction.money())?;
        let target = dispute.id.to_string();
        // A refund of the payment and the answer to its dispute take one lock.
        let resource = format!("transaction-{}", payment.transaction.id);
        let step = |name: &str, anchor: Anchor, after: Option<&Action>| {
            let after = after.map(|before| before.id.clone());
            let mut step = self.action(
                ActionId::action(name, &target),
                anchor,
                resource.clone(),
                after,
            );
            step.state = self.in_mode(State::Planned);
            step
        };
        let mut answer = step(ANSWER_DISPUTE, Anchor::None, None);
        answer.amount = Some(amount);
        answer.parameters = found.clone();
        if let Value::Object(parameters) = &mut answer.parameters {
            parameters.insert("resolution".to_owned(), json!("merchant-accepted"));
            parameters.insert("statement".to_owned(), json!(""));
            parameters.insert("open".to_owned(), json!(["resolution", "statement"]));
        }
        self.decide(&mut answer, Deed::ResolveDispute, Some(amount));
        if answer.state == State::Declined {
            return None;
        }
        let policies = answer.reason.take().unwrap_or_default().policies;
        answer.reason = Some(Reason {
            policies,
            ..reason.clone()
        });
        let added = step(ADD_EVIDENCE, Anchor::ByState, Some(&answer));
        let uploaded = step(UPLOAD_FILE, Anchor::None, Some(&added));
        let name = Deed::ResolveDispute.as_str();
        let mut resolved = step(name, Anchor::ByState, Some(&uploaded));
        resolved.amount = Some(amount);
        resolved.settle_seconds = self.settings.limits.refund_settle_seconds;
        Some(vec![answer, added, uploaded, resolved])
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
