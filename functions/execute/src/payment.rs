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

    /// What was given back already or is on its way, in subunits. A refund that does not say how
    /// much, and a transaction that is reversed whole, count as all of it.
    #[must_use]
    pub fn refunded(&self) -> i64 {
        if self.transaction.status == TransactionStatus::Reversed {
            return self.paid();
        }
        self.refunds
            .iter()
            .filter(|refund| refund.counts())
            .map(|refund| refund.amount.unwrap_or_else(|| self.paid()))
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
