//! The caller asks whether a payment arrived: what Paystack says is reported, and told to the caller by
//! a person where somebody promised that.

use shared::ledger::{Action, Reason};
use shared::paystack::TransactionStatus;

use super::planner::Planner;
use super::refund_request::shown;

impl Planner<'_> {
    pub(super) fn payment_status(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        let payment = self.payment()?;
        let words = match &payment.transaction.status {
            TransactionStatus::Success if payment.refunded() > 0 => {
                "the payment arrived, and part of it was given back"
            }
            TransactionStatus::Success => "the payment arrived",
            TransactionStatus::Failed => "the payment failed: nothing came in",
            TransactionStatus::Abandoned => "the payment was never completed: nothing came in",
            TransactionStatus::Ongoing
            | TransactionStatus::Pending
            | TransactionStatus::Processing
            | TransactionStatus::Queued => "the payment is not decided yet",
            TransactionStatus::Reversed => "the payment was given back",
            TransactionStatus::ReversalPending => {
                "the payment arrived, and a refund of it is on its way"
            }
            TransactionStatus::Unknown(_) => "Paystack gives the payment a status we do not know",
        };
        if self.owes_an_answer() {
            let reason = Reason::new("payment_status", words);
            return Ok(self.review_of(reason, shown(payment), self.promised_by()));
        }
        Ok(self.record(words, shown(payment)))
    }
}
