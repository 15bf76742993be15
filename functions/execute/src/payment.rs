//! A payment as Paystack's records show it: what was paid, what is on its way back, and what the
//! bank has taken up. Every amount that moves comes from here.

use jiff::Timestamp;
use shared::ledger::Failure;
use shared::money::Money;
use shared::paystack::{Dispute, Paystack, Refund, RefundStatus, Transaction, TransactionStatus};

/// A transaction with everything that bears on giving its money back.
#[derive(Debug, Clone)]
pub struct Payment {
    /// The transaction.
    pub transaction: Transaction,
    /// Every refund of it.
    pub refunds: Vec<Refund>,
    /// Every dispute about it.
    pub disputes: Vec<Dispute>,
}

impl Payment {
    /// Reads what belongs to `transaction`: refunds and disputes, both by its number.
    ///
    /// # Errors
    /// [`Failure`] where Paystack cannot be asked.
    pub async fn read(transaction: Transaction, paystack: &Paystack) -> Result<Self, Failure> {
        let id = transaction.id;
        let refunds = paystack
            .refunds_of(id)
            .await
            .map_err(|error| Failure::from(&error))?;
        let disputes = paystack
            .disputes_of(id)
            .await
            .map_err(|error| Failure::from(&error))?;
        Ok(Self {
            transaction,
            refunds,
            disputes,
        })
    }

    /// What was paid, in subunits; 0 where the payment did not succeed.
    #[must_use]
    pub fn paid(&self) -> i64 {
        if is_paid(&self.transaction) {
            self.transaction.amount.unwrap_or(0)
        } else {
            0
        }
    }

    /// What was given back already or is on its way, in subunits: refunds, and what the bank took for
    /// the customer. A refund that does not say how much, and a transaction that is reversed whole,
    /// count as all of it.
    #[must_use]
    pub fn refunded(&self) -> i64 {
        if self.transaction.status == TransactionStatus::Reversed {
            return self.paid();
        }
        let refunds = self.refunds.iter().filter(|refund| refund.counts());
        let lost = self.disputes.iter().filter(|dispute| dispute.is_lost());
        refunds
            .map(|refund| refund.amount)
            .chain(lost.map(|dispute| dispute.refund_amount))
            .map(|amount| amount.unwrap_or_else(|| self.paid()))
            .fold(0, i64::saturating_add)
    }

    /// What can still be given back, where it is anything.
    #[must_use]
    pub fn refundable(&self) -> Option<Money> {
        let left = self.paid().saturating_sub(self.refunded());
        let currency = self.transaction.money()?.currency;
        (left > 0).then(|| Money::new(left, currency))
    }

    /// Whether Paystack says that money is on its way back and its list does not show it yet.
    #[must_use]
    pub fn has_unseen_reversal(&self) -> bool {
        self.transaction.status == TransactionStatus::ReversalPending && self.refunded() == 0
    }

    /// The dispute that may still move money, the one that is due first.
    #[must_use]
    pub fn open_dispute(&self) -> Option<&Dispute> {
        let open = self.disputes.iter().filter(|dispute| dispute.is_open());
        open.min_by_key(|dispute| dispute.due_at.unwrap_or(Timestamp::MAX))
    }

    /// Whether an earlier refund waits for the customer's account.
    #[must_use]
    pub fn needs_attention(&self) -> bool {
        self.refunds
            .iter()
            .any(|refund| refund.status == RefundStatus::NeedsAttention)
    }

    /// How many days ago it was paid; for ever where Paystack does not say.
    #[must_use]
    pub fn age_days(&self, now: Timestamp) -> i64 {
        let paid_at = self.transaction.paid_at.or(self.transaction.created_at);
        paid_at.map_or(i64::MAX, |at| now.duration_since(at).as_hours() / 24)
    }
}

/// Whether money came in, whatever became of it later.
#[must_use]
pub fn is_paid(transaction: &Transaction) -> bool {
    matches!(
        transaction.status,
        TransactionStatus::Success
            | TransactionStatus::ReversalPending
            | TransactionStatus::Reversed
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A payment of 20,000 subunits about which the bank's dispute has gone as far as `dispute` says.
    fn disputed(dispute: &serde_json::Value) -> Payment {
        let transaction = json!({
            "id": 1, "reference": "T1", "status": "success", "amount": 20_000, "currency": "NGN",
        });
        Payment {
            transaction: serde_json::from_value(transaction).unwrap(),
            refunds: Vec::new(),
            disputes: vec![serde_json::from_value(dispute.clone()).unwrap()],
        }
    }

    #[test]
    fn what_the_bank_took_for_the_customer_is_not_given_back_again() {
        let lost = disputed(&json!({
            "id": 7, "status": "resolved", "resolution": "auto-accepted", "refund_amount": 15_000,
        }));
        assert_eq!(lost.refunded(), 15_000);
        let whole = disputed(&json!({
            "id": 7, "status": "resolved", "resolution": "merchant-accepted",
        }));
        assert_eq!(whole.refundable(), None);
    }

    #[test]
    fn a_dispute_that_was_declined_or_is_open_has_taken_nothing() {
        for dispute in [
            json!({ "id": 7, "status": "resolved", "resolution": "declined", "refund_amount": 15_000 }),
            json!({ "id": 7, "status": "pending", "refund_amount": 15_000 }),
        ] {
            assert_eq!(disputed(&dispute).refunded(), 0);
        }
    }
}
