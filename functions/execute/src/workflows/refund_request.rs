//! The caller wants money back: from Paystack's own record of the payment, narrowed by what the
//! caller asked for, and never more than is left of it.

use serde_json::json;
use shared::ledger::{Action, ActionId, Anchor, Reason};
use shared::money::Money;

use super::planner::{MONTH, Planner};
use crate::payment::Payment;
use crate::policy::Deed;

impl Planner<'_> {
    pub(super) fn refund_request(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        if self
            .case
            .fields
            .credit_request
            .as_ref()
            .is_some_and(|credit| credit.value)
        {
            let found = self.records.payment.as_ref().map_or(json!({}), shown);
            let reason = Reason::new(
                "credit_request",
                "the caller wants a credit in place of a refund: decide on it and enter it in the \
                 billing system",
            );
            return Ok(self.review_of(reason, found, None));
        }
        let payment = self.payment()?;
        if let Some(review) = self.review_of_open_dispute(payment) {
            return Ok(review);
        }
        Ok(vec![self.refund(payment)?])
    }

    /// The payment that the call is about.
    pub(super) fn payment(&self) -> Result<&Payment, Reason> {
        self.refuse_several("payments")?;
        self.records.payment.as_ref().ok_or_else(|| {
            Reason::new(
                "no_payment",
                "no payment was named, and none of the customer's fits",
            )
        })
    }

    /// The refund of what the caller asked for, else of all that is left. It waits for a person
    /// unless policy lets it run.
    pub(super) fn refund(&self, payment: &Payment) -> Result<Action, Reason> {
        let amount = self.refund_amount(payment)?;
        let transaction = &payment.transaction;
        let id = ActionId::action(Deed::Refund.as_str(), &transaction.id.to_string());
        // One action at a time for each payment, whichever call it comes from.
        let resource = format!("transaction-{}", transaction.id);
        let mut action = self.action(id, Anchor::ByKey, resource, None);
        action.amount = Some(amount);
        action.settle_seconds = self.settings.limits.refund_settle_seconds;
        action.parameters = shown(payment);
        let on_record = self
            .records
            .customer
            .as_ref()
            .map(|customer| customer.code.to_string());
        let customer = on_record.or(transaction.customer.id.map(|id| id.to_string()));
        // Paystack's lists lag, so that another call's refund may not show there yet: a second one
        // of the same payment is a person's to decide.
        let counter = format!("refund#{}", transaction.id);
        action.reservations = vec![self.reservation(counter, 1, MONTH)];
        if let Some(customer) = customer {
            let limit = self.settings.limits.refunds_per_customer_per_month;
            action
                .reservations
                .push(self.monthly("refunds", &customer, limit));
        }
        self.decide(&mut action, Deed::Refund, Some(amount));
        Ok(action)
    }

    fn refund_amount(&self, payment: &Payment) -> Result<Money, Reason> {
        let paid = payment.transaction.money();
        let paid = paid.filter(|_| payment.paid() > 0).ok_or_else(|| {
            Reason::new(
                "payment_not_successful",
                "the payment did not succeed: nothing came in",
            )
        })?;
        if payment.has_unseen_reversal() {
            return Err(Reason::new(
                "reversal_pending",
                "money of this payment is on its way back, and Paystack does not list why",
            ));
        }
        let left = payment.refundable().ok_or_else(|| {
            Reason::new(
                "already_refunded",
                "the payment was given back already, or is about to be",
            )
        })?;
        let Some(said) = self.case.fields.amount.as_ref().map(|amount| amount.value) else {
            return Ok(left);
        };
        if said.currency != left.currency {
            return Err(Reason::new(
                "other_currency",
                format!(
                    "the caller speaks of {}, the payment was in {}",
                    said.currency, left.currency
                ),
            ));
        }
        // What the caller says narrows; that it is more than was paid says that it is not this one.
        if said.subunits > paid.subunits || said.subunits <= 0 {
            return Err(Reason::new(
                "other_amount",
                format!("the caller speaks of {said}, and {paid} was paid"),
            ));
        }
        Ok(Money::new(said.subunits.min(left.subunits), left.currency))
    }
}

/// What a person needs to see of a payment: ids and amounts, nobody's data.
pub(super) fn shown(payment: &Payment) -> serde_json::Value {
    json!({
        "transaction": payment.transaction.id.to_string(),
        "reference": payment.transaction.reference,
        "status": payment.transaction.status.as_str(),
        "paid": payment.transaction.money(),
        "paid_at": payment.transaction.paid_at,
        "refunded_subunits": payment.refunded(),
        "refunds": payment.refunds.iter().map(|refund| refund.id.to_string()).collect::<Vec<_>>(),
    })
}
