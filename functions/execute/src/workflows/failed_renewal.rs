//! A subscription did not renew. Paystack itself tries nothing before the next date, so the customer
//! on record is helped to pay in one of three ways:
//!
//! - the saved card is charged again, where the caller agreed to that on the call;
//! - a payment request for the missed amount, where they asked to be sent one, or where the
//!   subscription has ended and there is no card to change any more;
//! - else the link to change the card, once in a day.

use jiff::SignedDuration;
use serde_json::json;
use shared::case::{DocumentKind, Workflow};
use shared::ledger::{Action, ActionId, Anchor, Reason};
use shared::money::Money;
use shared::paystack::{Subscription, SubscriptionStatus};

use super::payment_request::Wanted;
use super::planner::{MONTH, Planner};
use crate::effects::missed_amount;
use crate::policy::Deed;

/// Paystack mails one link in 24 hours.
const LINK_LASTS: SignedDuration = SignedDuration::from_hours(24);

impl Planner<'_> {
    pub(super) fn failed_renewal(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        self.refuse_unwilling()?;
        self.refuse_several("subscriptions")?;
        let subscription = self.records.subscription.as_ref().ok_or_else(|| {
            Reason::new(
                "no_subscription",
                "no subscription was named, and the customer has none",
            )
        })?;
        let missed = missed_amount(subscription);
        let (code, words) = match &subscription.status {
            SubscriptionStatus::Attention => {
                return self.help_to_pay(subscription, missed);
            }
            SubscriptionStatus::Active if missed.is_some() => {
                return self.help_to_pay(subscription, missed);
            }
            SubscriptionStatus::Active => (
                "renewal_paid",
                "Paystack shows no failed charge of this subscription",
            ),
            SubscriptionStatus::NonRenewing => (
                "non_renewing",
                "the subscription is set not to renew: ask the customer before anything is charged",
            ),
            SubscriptionStatus::Completed | SubscriptionStatus::Cancelled => {
                if let Some(missed) = missed {
                    return self.request_missed_amount(subscription, missed);
                }
                if subscription.status == SubscriptionStatus::Completed {
                    (
                        "subscription_completed",
                        "the subscription ran to its end and nothing of it is open: a new one is \
                         needed",
                    )
                } else {
                    (
                        "subscription_cancelled",
                        "the subscription was cancelled and nothing of it is open: a new one is \
                         needed",
                    )
                }
            }
            SubscriptionStatus::Unknown(_) => (
                "subscription_status",
                "Paystack gives the subscription a status we do not know",
            ),
        };
        Ok(self.review_of(Reason::new(code, words), shown(subscription), None))
    }

    fn help_to_pay(
        &self,
        subscription: &Subscription,
        missed: Option<Money>,
    ) -> Result<Vec<Action>, Reason> {
        let fields = &self.case.fields;
        let agreed_to_charge = fields.charge_consent.as_ref().is_some_and(|it| it.value);
        let asked_for_link = self.case.also.contains(&Workflow::PaymentRequest)
            || fields
                .document
                .as_ref()
                .is_some_and(|it| it.value == DocumentKind::PaymentLink);
        match missed {
            Some(missed) if agreed_to_charge => Ok(vec![self.charge_again(subscription, missed)?]),
            Some(missed) if asked_for_link => self.request_missed_amount(subscription, missed),
            Some(_) | None => Ok(vec![self.card_update_link(subscription)?]),
        }
    }

    fn card_update_link(&self, subscription: &Subscription) -> Result<Action, Reason> {
        let code = subscription
            .code
            .as_ref()
            .ok_or_else(|| Reason::new("no_code", "Paystack gives no code for the subscription"))?;
        let id = ActionId::action(Deed::SendCardUpdateLink.as_str(), code.as_str());
        let mut action = self.action(id, Anchor::None, format!("subscription-{code}"), None);
        action.parameters = shown(subscription);
        // Counted without a day in its name: a day that ends at midnight would let two through.
        let counter = format!("card-link#{code}");
        action.reservations = vec![self.reservation(counter, 1, LINK_LASTS)];
        self.decide(&mut action, Deed::SendCardUpdateLink, None);
        Ok(action)
    }

    /// Our own reference is the anchor: Paystack refuses a second charge under it.
    fn charge_again(&self, subscription: &Subscription, missed: Money) -> Result<Action, Reason> {
        let code = subscription
            .code
            .as_ref()
            .ok_or_else(|| Reason::new("no_code", "Paystack gives no code for the subscription"))?;
        let customer = self.customer()?;
        let id = ActionId::action(Deed::ChargeAuthorization.as_str(), code.as_str());
        let mut action = self.action(id, Anchor::ByKey, format!("subscription-{code}"), None);
        action.amount = Some(missed);
        action.parameters = shown(subscription);
        let limits = &self.settings.limits;
        action.settle_seconds = limits.refund_settle_seconds;
        let limit = limits.charges_per_customer_per_month;
        action.reservations = vec![
            // One missed renewal is charged once, whichever call it comes from.
            self.reservation(format!("charge#{}", missed_renewal(subscription)), 1, MONTH),
            self.monthly("charges", customer.code.as_str(), limit),
        ];
        self.decide(&mut action, Deed::ChargeAuthorization, Some(missed));
        Ok(action)
    }

    fn request_missed_amount(
        &self,
        subscription: &Subscription,
        missed: Money,
    ) -> Result<Vec<Action>, Reason> {
        let mut parameters = shown(subscription);
        if let serde_json::Value::Object(parameters) = &mut parameters {
            let renewal = missed_renewal(subscription);
            parameters.insert("purpose_key".to_owned(), json!(renewal));
        }
        let wanted = Wanted {
            amount: missed,
            purpose: missed_renewal(subscription),
            parameters,
        };
        Ok(self.draft_and_finalise(&wanted, None)?.to_vec())
    }
}

/// Which renewal was missed: two calls about one of them ask for one payment.
fn missed_renewal(subscription: &Subscription) -> String {
    let invoice = subscription.most_recent_invoice.as_ref();
    let period = invoice.and_then(|invoice| invoice.period_start);
    let which = invoice
        .and_then(|invoice| invoice.code.clone())
        .or_else(|| period.map(|at| at.to_string()))
        .unwrap_or_default();
    super::planner::short_hash(&format!("renewal/{}/{which}", subscription.id))
}

/// What a person needs to see of a subscription: ids, amounts and times, nobody's data.
fn shown(subscription: &Subscription) -> serde_json::Value {
    let invoice = subscription.most_recent_invoice.as_ref();
    json!({
        "subscription": subscription.code,
        "status": subscription.status.as_str(),
        "renews_for": subscription.money(),
        "next_payment_date": subscription.next_payment_date,
        "invoice": invoice.and_then(|invoice| invoice.code.as_ref()),
        "invoice_paid": invoice.map(|invoice| invoice.paid),
        "invoice_subunits": invoice.and_then(|invoice| invoice.amount),
    })
}
