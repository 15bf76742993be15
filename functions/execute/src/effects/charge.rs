//! Charging a saved card for a missed renewal, under our own reference: the one write of Paystack's
//! with a key. A second charge under it is refused, and asking for it tells what became of the
//! first.

use async_trait::async_trait;
use shared::error::Class;
use shared::ids::{SubscriptionCode, TransactionReference};
use shared::ledger::{Action, Check, Failure, Reason, Receipt, Sighting};
use shared::money::Money;
use shared::paystack::{
    Authorization, ChargeAuthorization, Customer, Subscription, Transaction, TransactionStatus,
};

use super::customer::refusal;
use super::{Context, VendorEffect};
use crate::matching::Records;
use crate::policy::Deed;

/// What the last renewal would have brought in, where it is not paid: Paystack's own amount.
#[must_use]
pub fn missed_amount(subscription: &Subscription) -> Option<Money> {
    let invoice = subscription.most_recent_invoice.as_ref()?;
    let currency = subscription.plan.as_ref()?.currency?;
    let subunits = invoice.amount.or(subscription.amount)?;
    (!invoice.paid && subunits > 0).then(|| Money::new(subunits, currency))
}

/// What becomes of an action that asks for a missed renewal: nothing, where it is paid by now or is
/// about another amount.
pub(super) fn refuse_other_than_missed(
    subscription: &Subscription,
    action: &Action,
) -> Option<Check> {
    match missed_amount(subscription) {
        None => Some(Check::Reject(Reason::new(
            "renewal_paid",
            "the renewal was paid in the meantime",
        ))),
        Some(missed) if action.amount.is_some_and(|asked| is_within(asked, missed)) => None,
        Some(_) => Some(Check::Reject(Reason::new(
            "amount_changed",
            "the missed amount is no longer the one that was decided on",
        ))),
    }
}

/// A person may have asked for less.
fn is_within(asked: Money, missed: Money) -> bool {
    asked.currency == missed.currency && asked.subunits <= missed.subunits
}

/// `POST /transaction/charge_authorization`.
pub struct ChargeSavedCard<'a> {
    pub(super) context: Context<'a>,
}

/// What became of a charge under our reference.
enum Charged {
    Done(Receipt),
    Failed,
    Undecided,
}

impl ChargeSavedCard<'_> {
    /// The transaction under our reference, where there is one.
    async fn charged(&self, action: &Action) -> Result<Option<Charged>, Failure> {
        let found = self
            .context
            .paystack
            .verify_transaction(&reference(action)?)
            .await
            .map_err(|error| Failure::from(&error))?;
        Ok(found.map(|transaction| became(&transaction)))
    }

    async fn subscription(&self, action: &Action) -> Result<Option<Subscription>, Failure> {
        let code = SubscriptionCode::new(action.id.target.clone()).map_err(|_| {
            Failure::new(
                Class::Bug,
                "no_subscription",
                "the action names no subscription",
            )
        })?;
        let found = self.context.paystack.subscription(&code).await;
        found.map_err(|error| Failure::from(&error))
    }

    async fn payer(&self, subscription: &Subscription) -> Result<Customer, Failure> {
        let code = subscription.customer.code.as_ref().ok_or_else(|| {
            Failure::new(
                Class::Rejected,
                "no_customer",
                "Paystack does not say whose subscription it is",
            )
        })?;
        self.context.customer(code).await
    }
}

fn reference(action: &Action) -> Result<TransactionReference, Failure> {
    TransactionReference::new(action.key.clone()).map_err(|_| {
        Failure::new(
            Class::Bug,
            "reference",
            "our key is no reference that Paystack takes",
        )
    })
}

fn became(transaction: &Transaction) -> Charged {
    match transaction.status {
        TransactionStatus::Success
        | TransactionStatus::Reversed
        | TransactionStatus::ReversalPending => Charged::Done(Receipt {
            id: transaction.id.to_string(),
            second: None,
        }),
        TransactionStatus::Failed | TransactionStatus::Abandoned => Charged::Failed,
        TransactionStatus::Ongoing
        | TransactionStatus::Pending
        | TransactionStatus::Processing
        | TransactionStatus::Queued
        | TransactionStatus::Unknown(_) => Charged::Undecided,
    }
}

/// The card that the subscription is charged to, where it may be charged again.
fn card(subscription: &Subscription) -> Option<&Authorization> {
    subscription
        .authorization
        .as_ref()
        .filter(|authorization| authorization.reusable)
}

fn failed() -> Reason {
    Reason::new("charge_failed", "the bank refused the charge")
}

fn undecided() -> Failure {
    Failure::new(
        Class::RetryLater,
        "charge_undecided",
        "the bank has not decided on the charge yet",
    )
}

#[async_trait]
impl VendorEffect for ChargeSavedCard<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        match self.charged(action).await? {
            Some(Charged::Done(receipt)) => return Ok(Check::Done(receipt)),
            Some(Charged::Failed) => return Ok(Check::Reject(failed())),
            Some(Charged::Undecided) => return Err(undecided()),
            None => {}
        }
        let Some(subscription) = self.subscription(action).await? else {
            return Ok(Check::Reject(Reason::new(
                "subscription_not_found",
                "the subscription is no longer there",
            )));
        };
        if let Some(refused) = refuse_other_than_missed(&subscription, action) {
            return Ok(refused);
        }
        if card(&subscription).is_none() {
            return Ok(Check::Reject(Reason::new(
                "no_reusable_card",
                "the subscription has no card that may be charged again",
            )));
        }
        let records = Records {
            customer: Some(self.payer(&subscription).await?),
            subscription: Some(subscription),
            ..Records::default()
        };
        Ok(self
            .context
            .ask_policy(Deed::ChargeAuthorization, action, action.amount, &records))
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let case = self.context.case().map_err(refusal)?;
        let subscription = self.subscription(action).await?.ok_or_else(|| {
            Failure::new(
                Class::Rejected,
                "subscription_not_found",
                "the subscription is no longer there",
            )
        })?;
        let payer = self.payer(&subscription).await?;
        let (Some(authorization), Some(email), Some(amount)) =
            (card(&subscription), payer.email, action.amount)
        else {
            return Err(Failure::new(
                Class::Rejected,
                "no_reusable_card",
                "the subscription has no card that may be charged again",
            ));
        };
        let charge = self
            .context
            .paystack
            .charge_authorization(&ChargeAuthorization {
                email,
                amount,
                authorization_code: authorization.code.clone(),
                reference: reference(action)?,
                metadata: self.context.metadata(action, case),
            })
            .await
            .map_err(|error| Failure::from(&error))?;
        if charge.paused {
            // No money moves until the customer confirms, and nobody gives them the page for it.
            return Err(Failure::new(
                Class::Rejected,
                "charge_needs_customer",
                "the bank wants the customer to confirm the charge: send them a payment request",
            ));
        }
        match charge.status {
            TransactionStatus::Success => Ok(Receipt {
                id: charge.id.map(|id| id.to_string()).unwrap_or_default(),
                second: None,
            }),
            TransactionStatus::Failed | TransactionStatus::Abandoned => Err(Failure {
                class: Class::Rejected,
                reason: failed(),
                wait: None,
            }),
            // It may still go through: the reference tells.
            _ => Err(Failure {
                class: Class::OutcomeUnknown,
                ..undecided()
            }),
        }
    }

    /// A charge that the bank refused is not there. The check before another one finds it by its
    /// reference, and ends there.
    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        match self.charged(action).await? {
            Some(Charged::Done(receipt)) => Ok(Sighting::Found(receipt)),
            Some(Charged::Failed) | None => Ok(Sighting::Absent),
            Some(Charged::Undecided) => Err(undecided()),
        }
    }
}
