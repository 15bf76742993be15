//! Subscriptions: seeded, read, switched on and off, and the link for another card.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Model;
use super::context::{Context, Reply, done, stamp, stamp_or_null, success};
use super::effect::{Effect, EmailAbout};
use super::page::{PerPage, page};
use super::refusal::Refusal;
use super::transactions::Authorization;
use crate::vendor::later;

/// A customer's subscription to a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription {
    /// The numeric id.
    pub id: u64,
    /// The code, `SUB_…`.
    pub code: String,
    /// The token that switches it.
    pub email_token: String,
    /// The customer's numeric id.
    pub customer: u64,
    /// The plan's numeric id.
    pub plan: u64,
    /// The plan's code.
    pub plan_code: String,
    /// The plan's name.
    pub plan_name: String,
    /// In subunits.
    pub amount: i64,
    /// ISO code.
    pub currency: String,
    /// `active`, `non-renewing`, `attention`, `completed` or `cancelled`.
    pub status: String,
    /// What is charged.
    pub authorization: Authorization,
    /// When it is charged next.
    pub next_payment_date: Option<Timestamp>,
    /// The last invoice, as Paystack writes it.
    pub most_recent_invoice: Value,
    /// When the customer was last mailed the link.
    pub link_mailed_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
}

impl Subscription {
    fn live(&self) -> bool {
        matches!(
            self.status.as_str(),
            "active" | "attention" | "non-renewing"
        )
    }
}

impl Model {
    pub(super) fn list_subscriptions(&self, context: &Context<'_>) -> Reply {
        let mut rows = Vec::new();
        for subscription in self.subscriptions.values().rev() {
            // Numeric ids only: codes and e-mails find nothing.
            let is = |name, value: u64| {
                context
                    .query(name)
                    .is_none_or(|wanted| wanted == value.to_string())
            };
            if context.listed(subscription.created_at)
                && context.in_window(subscription.created_at)?
                && is("customer", subscription.customer)
                && is("plan", subscription.plan)
            {
                rows.push(self.subscription_row(subscription));
            }
        }
        Ok(page(
            "Subscriptions retrieved",
            rows,
            context,
            PerPage::Number,
            &[],
        ))
    }

    pub(super) fn fetch_subscription(&self, id_or_code: &str) -> Reply {
        let subscription = self
            .subscription(id_or_code)
            .ok_or_else(unknown_subscription)?;
        let mut data = self.subscription_row(subscription);
        if let Some(data) = data.as_object_mut() {
            // The same things in other types than in the list.
            data.insert(
                "customer".into(),
                self.customer_brief(subscription.customer),
            );
            let authorization = subscription.authorization.json("card");
            data.insert("authorization".into(), authorization);
            data.insert("invoices".into(), json!([]));
            data.insert("invoices_history".into(), json!([]));
            data.insert(
                "cancelledAt".into(),
                stamp_or_null(subscription.cancelled_at),
            );
        }
        Ok(success("Subscription retrieved successfully", &data))
    }

    pub(super) fn switch_subscription(&mut self, on: bool, context: &mut Context<'_>) -> Reply {
        let code = context.required_text("code")?;
        let token = context.required_text("token")?;
        let subscription = self
            .subscriptions
            .values_mut()
            .find(|subscription| subscription.code == code && subscription.email_token == token)
            .filter(|subscription| subscription.live())
            .filter(|subscription| on || subscription.status != "non-renewing")
            .ok_or_else(inactive)?;
        let code = subscription.code.clone();
        let id = subscription.id;
        if on {
            subscription.status = "active".into();
            subscription.cancelled_at = None;
            context.effects.push(Effect::SubscriptionEnabled {
                subscription_code: code,
            });
            return Ok(done("Subscription enabled successfully"));
        }
        subscription.status = "non-renewing".into();
        subscription.cancelled_at = Some(context.now);
        context.effects.push(Effect::SubscriptionDisabled {
            subscription_code: code,
        });
        self.subscription_event("subscription.not_renew", id, context.now);
        Ok(done("Subscription disabled successfully"))
    }

    pub(super) fn subscription_link(&self, code: &str) -> Reply {
        let subscription = self.subscription(code).ok_or_else(unknown_subscription)?;
        let link = format!("https://paystack.example/manage/{}", subscription.code);
        Ok(success("Link generated", &json!({ "link": link })))
    }

    pub(super) fn mail_subscription_link(
        &mut self,
        code: &str,
        context: &mut Context<'_>,
    ) -> Reply {
        let id = self.subscription(code).ok_or_else(unknown_subscription)?.id;
        let subscription = self
            .subscriptions
            .get_mut(&id)
            .ok_or_else(unknown_subscription)?;
        if !subscription.live() {
            return Err(inactive());
        }
        let day = Duration::from_hours(24);
        if subscription
            .link_mailed_at
            .is_some_and(|mailed| context.now < later(mailed, day))
        {
            let message = "Email can only be sent once in 24 hours";
            return Err(Refusal::plain(400, message));
        }
        subscription.link_mailed_at = Some(context.now);
        let (customer, record) = (subscription.customer, subscription.code.clone());
        let to = self.customer_email(customer);
        context.effects.push(Effect::EmailSent {
            to,
            about: EmailAbout::SubscriptionLink,
            record,
        });
        Ok(done("Email successfully sent"))
    }

    /// The subscription of that numeric id or code.
    #[must_use]
    pub fn subscription(&self, id_or_code: &str) -> Option<&Subscription> {
        self.subscriptions
            .values()
            .find(|subscription| subscription.code == id_or_code)
            .or_else(|| self.subscriptions.get(&id_or_code.parse().ok()?))
    }

    /// All subscriptions, oldest first.
    #[must_use]
    pub fn subscriptions(&self) -> impl DoubleEndedIterator<Item = &Subscription> {
        self.subscriptions.values()
    }

    pub(super) fn subscription_row(&self, subscription: &Subscription) -> Value {
        let mut authorization = subscription.authorization.json("card");
        if let Some(authorization) = authorization.as_object_mut() {
            authorization.insert("reusable".into(), json!(1));
        }
        let created = stamp(subscription.created_at);
        json!({
            "id": subscription.id,
            "domain": self.settings.domain(),
            "integration": self.settings.integration,
            "status": subscription.status,
            "start": subscription.created_at.as_second(),
            "quantity": 1,
            "subscription_code": subscription.code,
            "email_token": subscription.email_token,
            "amount": subscription.amount,
            "cron_expression": "0 0 1 * *",
            "next_payment_date": stamp_or_null(subscription.next_payment_date),
            "open_invoice": null,
            "createdAt": created,
            "plan": {
                "id": subscription.plan,
                "domain": self.settings.domain(),
                "name": subscription.plan_name,
                "plan_code": subscription.plan_code,
                "description": null,
                "amount": subscription.amount,
                "interval": "monthly",
                "send_invoices": true,
                "send_sms": true,
                "currency": subscription.currency,
                "integration": self.settings.integration,
                "createdAt": created,
                "updatedAt": created,
            },
            "authorization": authorization,
            "customer": self.customer_brief_with_text(subscription.customer),
            "invoice_limit": 0,
            "split_code": null,
            "payments_count": 1,
            "most_recent_invoice": subscription.most_recent_invoice,
            "metadata": null,
        })
    }
}

fn unknown_subscription() -> Refusal {
    Refusal::not_found("Subscription not found")
}

fn inactive() -> Refusal {
    Refusal::plain(400, "Subscription with code not found or already inactive")
}
