//! A subscription did not renew: the customer on record is sent the link to change their card,
//! once in a day. Paystack itself tries nothing before the next date.

use jiff::SignedDuration;
use serde_json::json;
use shared::ledger::{Action, ActionId, Anchor, Reason};
use shared::paystack::{Subscription, SubscriptionStatus};

use super::Planner;
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
        let by_person = match &subscription.status {
            SubscriptionStatus::Attention => None,
            SubscriptionStatus::Active if has_unpaid_invoice(subscription) => None,
            SubscriptionStatus::Active => Some((
                "renewal_paid",
                "Paystack shows no failed charge of this subscription",
            )),
            SubscriptionStatus::NonRenewing => Some((
                "non_renewing",
                "the subscription is set not to renew: ask the customer before anything is charged",
            )),
            SubscriptionStatus::Completed => Some((
                "subscription_completed",
                "the subscription ran to its end: a new one, or a payment request, is needed",
            )),
            SubscriptionStatus::Cancelled => Some((
                "subscription_cancelled",
                "the subscription was cancelled: a new one, or a payment request, is needed",
            )),
            SubscriptionStatus::Unknown(_) => Some((
                "subscription_status",
                "Paystack gives the subscription a status we do not know",
            )),
        };
        match by_person {
            None => Ok(vec![self.card_update_link(subscription)?]),
            Some((code, words)) => {
                Ok(self.review_of(Reason::new(code, words), shown(subscription), None))
            }
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
}

fn has_unpaid_invoice(subscription: &Subscription) -> bool {
    subscription
        .most_recent_invoice
        .as_ref()
        .is_some_and(|invoice| !invoice.paid)
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
