//! The mail with the link to change a subscription's card: nothing shows that it left, so it is
//! sent at most once, and an unknown outcome goes to a person.

use async_trait::async_trait;
use shared::error::Class;
use shared::ids::SubscriptionCode;
use shared::ledger::{Action, Check, Failure, Reason, Receipt, Sighting};
use shared::paystack::SubscriptionStatus;

use super::{Context, VendorEffect};
use crate::matching::Records;
use crate::policy::Deed;

/// `POST /subscription/:code/manage/email`.
pub struct SendCardUpdateLink<'a> {
    pub(super) context: Context<'a>,
}

fn code(action: &Action) -> Result<SubscriptionCode, Failure> {
    SubscriptionCode::new(action.id.target.clone()).map_err(|_| {
        Failure::new(
            Class::Bug,
            "no_subscription",
            "the action names no subscription",
        )
    })
}

#[async_trait]
impl VendorEffect for SendCardUpdateLink<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let found = self.context.paystack.subscription(&code(action)?).await;
        let Some(subscription) = found.map_err(|error| Failure::from(&error))? else {
            return Ok(Check::Reject(Reason::new(
                "subscription_not_found",
                "the subscription is no longer there",
            )));
        };
        // Paystack mails the link for active ones only; after a failed charge one still is.
        if !matches!(
            subscription.status,
            SubscriptionStatus::Active | SubscriptionStatus::Attention
        ) {
            return Ok(Check::Reject(Reason::new(
                "subscription_not_active",
                "the subscription is no longer active",
            )));
        }
        let customer = match &subscription.customer.code {
            Some(code) => Some(self.context.customer(code).await?),
            None => None,
        };
        let records = Records {
            customer,
            subscription: Some(subscription),
            ..Records::default()
        };
        Ok(self
            .context
            .ask_policy(Deed::SendCardUpdateLink, action, None, &records))
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let code = code(action)?;
        self.context
            .paystack
            .send_manage_email(&code)
            .await
            .map_err(|error| Failure::from(&error))?;
        Ok(Receipt {
            id: code.to_string(),
            second: None,
        })
    }

    async fn look_up(&self, _action: &Action) -> Result<Sighting, Failure> {
        Ok(Sighting::Absent)
    }
}
