//! Subscriptions, and the link by which a customer changes the card.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;

use super::customer::Authorization;
use super::wire::{self, CustomerRef, PrivateText, TransactionRef, status};
use super::{Effect, Paystack, PaystackError};
use crate::ids::{PlanCode, SubscriptionCode};
use crate::money::{Currency, Money};

status! {
    /// Where a subscription stands.
    SubscriptionStatus {
        /// Charged on the next date.
        Active = "active",
        /// Active, and not charged again.
        NonRenewing = "non-renewing",
        /// Active, but the last charge failed; nothing is tried before the next date.
        Attention = "attention",
        /// Ran to its end. Webhooks leave the last letter out.
        Completed = "completed" | "complete",
        /// Ended early.
        Cancelled = "cancelled",
    }
}

/// A subscription on record.
#[derive(Debug, Clone, Deserialize)]
pub struct Subscription {
    /// The number.
    #[serde(deserialize_with = "wire::required_u64")]
    pub id: u64,
    /// The code.
    #[serde(
        default,
        rename = "subscription_code",
        deserialize_with = "wire::parsed"
    )]
    pub code: Option<SubscriptionCode>,
    /// Where it stands.
    #[serde(default)]
    pub status: SubscriptionStatus,
    /// What is charged each time, in subunits; see [`Subscription::money`].
    #[serde(default, deserialize_with = "wire::optional_i64")]
    pub amount: Option<i64>,
    /// Whose it is.
    #[serde(default)]
    pub customer: CustomerRef,
    /// What it is for.
    #[serde(default, deserialize_with = "wire::loose_object")]
    pub plan: Option<SubscriptionPlan>,
    /// The card that is charged.
    #[serde(default, deserialize_with = "wire::loose_object")]
    pub authorization: Option<Authorization>,
    /// The last attempt.
    #[serde(default, deserialize_with = "wire::loose_object")]
    pub most_recent_invoice: Option<SubscriptionInvoice>,
    /// When it is charged next.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub next_payment_date: Option<Timestamp>,
    /// When it began.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub created_at: Option<Timestamp>,
}

impl Subscription {
    /// What is charged each time, with the plan's currency.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        wire::money(self.amount, self.plan.as_ref()?.currency)
    }
}

/// What a subscription is for.
#[derive(Debug, Clone, Deserialize)]
pub struct SubscriptionPlan {
    /// The plan's code.
    #[serde(default, rename = "plan_code", deserialize_with = "wire::parsed")]
    pub code: Option<PlanCode>,
    /// The plan's currency.
    #[serde(default, deserialize_with = "wire::parsed")]
    pub currency: Option<Currency>,
    /// The plan's name.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub name: Option<String>,
}

/// One attempt at charging a subscription. Paystack's guide and samples disagree on its status:
/// branch on the subscription's.
#[derive(Debug, Clone, Deserialize)]
pub struct SubscriptionInvoice {
    /// Paystack's code of the attempt.
    #[serde(
        default,
        rename = "invoice_code",
        deserialize_with = "wire::optional_text"
    )]
    pub code: Option<String>,
    /// Paystack's word for where it stands.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub status: Option<String>,
    /// What the bank said, such as "Insufficient Funds".
    #[serde(default, deserialize_with = "wire::private_text")]
    pub description: Option<PrivateText>,
    /// Whether it was paid.
    #[serde(default, deserialize_with = "wire::flag")]
    pub paid: bool,
    /// How much, in subunits.
    #[serde(default, deserialize_with = "wire::optional_i64")]
    pub amount: Option<i64>,
    /// The transaction of the attempt.
    #[serde(default)]
    pub transaction: TransactionRef,
    /// The first day that it pays for.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub period_start: Option<Timestamp>,
    /// The last day that it pays for.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub period_end: Option<Timestamp>,
}

#[derive(Deserialize)]
struct ManageLink {
    #[serde(deserialize_with = "wire::secret")]
    link: SecretString,
}

impl Paystack {
    /// The subscription of a code, or `None` where Paystack definitely has none.
    pub async fn subscription(
        &self,
        code: &SubscriptionCode,
    ) -> Result<Option<Subscription>, PaystackError> {
        let request = self
            .get("/subscription/{id_or_code}")
            .parameter(code.as_str());
        let found: Option<Subscription> = self.find(request).await?;
        match &found {
            Some(subscription) if subscription.code.as_ref() != Some(code) => {
                let what = "subscription's code";
                Err(PaystackError::Mismatch {
                    effect: Effect::Read,
                    what,
                })
            }
            Some(_) | None => Ok(found),
        }
    }

    /// Every subscription of a customer. `customer` is the numeric id: Paystack answers a code or an
    /// address with an empty list, not an error.
    pub async fn subscriptions_of(
        &self,
        customer: u64,
    ) -> Result<Vec<Subscription>, PaystackError> {
        let request = self
            .get("/subscription")
            .query("customer", customer.to_string());
        let mut rows = self.list(request, |row: &Subscription| row.id).await?;
        rows.retain(|row| row.customer.may_be(customer));
        Ok(rows)
    }

    /// The page where the customer changes the card: good for a day and for anybody, so a secret.
    /// Asking again does no harm.
    pub async fn manage_link(
        &self,
        code: &SubscriptionCode,
    ) -> Result<SecretString, PaystackError> {
        let request = self
            .get("/subscription/{code}/manage/link")
            .parameter(code.as_str());
        Ok(self.fetch::<ManageLink>(request).await?.link)
    }

    /// Has Paystack mail that link to the customer. There is no anchor and no proof; Paystack sends
    /// one a day, for active subscriptions only. Send at most once.
    pub async fn send_manage_email(&self, code: &SubscriptionCode) -> Result<(), PaystackError> {
        self.command(
            self.post("/subscription/{code}/manage/email")
                .parameter(code.as_str()),
        )
        .await
    }
}
