//! Giving money back. Paystack takes two equal refunds of one payment, so ours carries its key in
//! the merchant's note, and is looked for by the payment's number.

use async_trait::async_trait;
use shared::error::Class;
use shared::ledger::{Action, Check, Failure, Reason, Receipt, Sighting, VELOCITY};
use shared::paystack::{NewRefund, Refund, RefundStatus};

use super::customer::refusal;
use super::{Context, VendorEffect};
use crate::matching::Records;
use crate::payment::Payment;
use crate::policy::Deed;

/// How our keys begin: what tells our refunds from those that a person made.
const KEY_PREFIX: &str = "ll-";

/// `POST /refund`, always with its amount.
pub struct RefundPayment<'a> {
    pub(super) context: Context<'a>,
}

impl RefundPayment<'_> {
    async fn payment(&self, action: &Action) -> Result<Option<Payment>, Failure> {
        let id = transaction(action)?;
        let paystack = self.context.paystack;
        match paystack
            .transaction(id)
            .await
            .map_err(|error| Failure::from(&error))?
        {
            Some(transaction) => Ok(Some(Payment::read(transaction, paystack).await?)),
            None => Ok(None),
        }
    }
}

fn transaction(action: &Action) -> Result<u64, Failure> {
    action
        .id
        .target
        .parse()
        .map_err(|_| Failure::new(Class::Bug, "no_payment", "the action names no payment"))
}

/// Whether the refund's note holds `key` as a word of its own.
fn has_key(refund: &Refund, key: impl Fn(&str) -> bool) -> bool {
    let note = refund.merchant_note.as_ref();
    note.is_some_and(|note| note.expose().split_whitespace().any(key))
}

/// Whether the refund is the one that `action` asked for.
fn is_ours(refund: &Refund, action: &Action) -> bool {
    has_key(refund, |key| key == action.key)
        || (shared::mutant!("mutant-equal-partial-refund") && refund.money() == action.amount)
}

fn receipt(refund: &Refund) -> Receipt {
    Receipt {
        id: refund.id.to_string(),
        second: None,
    }
}

#[async_trait]
impl VendorEffect for RefundPayment<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let Some(payment) = self.payment(action).await? else {
            return Ok(Check::Reject(Reason::new(
                "payment_gone",
                "the payment is no longer there",
            )));
        };
        if let Some(ours) = payment.refunds.iter().find(|it| is_ours(it, action)) {
            return Ok(match ours.status {
                RefundStatus::Failed => Check::Reject(Reason::new(
                    "refund_failed",
                    "the refund was asked for and failed: the money is back on the balance",
                )),
                _ => Check::Done(receipt(ours)),
            });
        }
        if payment.has_unseen_reversal() {
            return Ok(Check::AskPerson(Reason::new(
                "reversal_pending",
                "money of this payment is on its way back, and Paystack does not list why",
            )));
        }
        let another = payment
            .refunds
            .iter()
            .any(|it| it.counts() && has_key(it, |word| word.starts_with(KEY_PREFIX)));
        if another && action.approvals.is_empty() {
            return Ok(Check::AskPerson(Reason::new(
                VELOCITY,
                "another call has already had money of this payment given back",
            )));
        }
        let same_currency = payment.transaction.money().map(|paid| paid.currency)
            == action.amount.map(|amount| amount.currency);
        if !same_currency {
            return Ok(Check::Reject(Reason::new(
                "other_currency",
                "the payment is in another currency than the refund",
            )));
        }
        let customer = match &payment.transaction.customer.code {
            Some(code) => Some(self.context.customer(code).await?),
            None => None,
        };
        let records = Records {
            customer,
            payment_named: self.context.is_payment_named(),
            payment: Some(payment),
            ..Records::default()
        };
        Ok(self
            .context
            .ask_policy(Deed::Refund, action, action.amount, &records))
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let case = self.context.case().map_err(refusal)?;
        let amount = action
            .amount
            .ok_or_else(|| Failure::new(Class::Bug, "no_amount", "the refund has no amount"))?;
        let note = format!(
            "{} {} {}",
            action.key,
            case.summary.trim(),
            self.context.call_page(case)
        );
        let refund = self
            .context
            .paystack
            .create_refund(&NewRefund {
                transaction: transaction(action)?,
                amount,
                merchant_note: note,
                customer_note: None,
            })
            .await
            .map_err(|error| Failure::from(&error))?;
        Ok(receipt(&refund))
    }

    /// A refund that failed is not there: its money is back on the balance. The check before another
    /// one finds it by its key, and ends there.
    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        let id = transaction(action)?;
        let refunds = self
            .context
            .paystack
            .refunds_of(id)
            .await
            .map_err(|error| Failure::from(&error))?;
        let ours = refunds
            .iter()
            .find(|it| is_ours(it, action))
            .filter(|ours| ours.status != RefundStatus::Failed);
        Ok(ours.map_or(Sighting::Absent, |ours| Sighting::Found(receipt(ours))))
    }
}
