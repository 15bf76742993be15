//! A test's set-up: records that were there before.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Model;
use super::context::instant;
use super::customers::Customer;
use super::disputes::{DUE_AFTER, Dispute};
use super::payment_requests::{PaymentRequest, RequestStatus};
use super::subscriptions::Subscription;
use super::transactions::{Authorization, Transaction};
use crate::vendor::{earlier, later};

/// A record cannot be put in place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SeedError {
    /// No such transaction.
    #[error("no transaction {0}")]
    NoTransaction(String),
    /// Not an ISO date or date-time.
    #[error("not a date: {0}")]
    NotADate(String),
}

/// Records to be there from the beginning. A customer that is named by an e-mail and is not there
/// yet is made. Records without `created_at` are a day old, so that no list lags behind them.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seed {
    /// Customers.
    pub customers: Vec<SeedCustomer>,
    /// Transactions.
    pub transactions: Vec<SeedTransaction>,
    /// Payment requests.
    pub payment_requests: Vec<SeedPaymentRequest>,
    /// Subscriptions.
    pub subscriptions: Vec<SeedSubscription>,
    /// Disputes.
    pub disputes: Vec<SeedDispute>,
    /// Balances in subunits, by currency.
    pub balances: BTreeMap<String, i64>,
}

/// A customer.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SeedCustomer {
    /// The e-mail.
    pub email: String,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// What the merchant keeps beside it.
    pub metadata: Option<Map<String, Value>>,
    /// The code, if it matters.
    pub customer_code: Option<String>,
    /// When it was made.
    pub created_at: Option<String>,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedTransaction {
    /// The numeric id, if it matters.
    #[serde(default)]
    pub id: Option<u64>,
    /// The reference.
    pub reference: String,
    /// In subunits.
    pub amount: i64,
    /// ISO code.
    #[serde(default = "naira")]
    pub currency: String,
    /// The customer's e-mail.
    pub customer: String,
    /// The status.
    #[serde(default = "succeeded")]
    pub status: String,
    /// How it was paid.
    #[serde(default = "card")]
    pub channel: String,
    /// What was paid with.
    #[serde(default)]
    pub authorization: Authorization,
    /// What the merchant sent along: any JSON; the empty text where it sent nothing.
    #[serde(default = "empty_text")]
    pub metadata: Value,
    /// What the processor said.
    #[serde(default = "successful")]
    pub gateway_response: String,
    /// The plan's code.
    #[serde(default)]
    pub plan: Option<String>,
    /// When it was begun, and paid if it was.
    #[serde(default)]
    pub created_at: Option<String>,
}

/// A payment request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedPaymentRequest {
    /// The code, if it matters.
    #[serde(default)]
    pub request_code: Option<String>,
    /// The customer's e-mail.
    pub customer: String,
    /// In subunits.
    pub amount: i64,
    /// ISO code.
    #[serde(default = "naira")]
    pub currency: String,
    /// Its state.
    #[serde(default = "pending")]
    pub status: RequestStatus,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// When it is due.
    #[serde(default)]
    pub due_date: Option<String>,
    /// Its invoice number.
    #[serde(default)]
    pub invoice_number: Option<i64>,
    /// What the merchant keeps beside it.
    #[serde(default)]
    pub metadata: Option<Map<String, Value>>,
    /// Whether it left the lists.
    #[serde(default)]
    pub archived: bool,
    /// When it was made.
    #[serde(default)]
    pub created_at: Option<String>,
}

/// A subscription.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedSubscription {
    /// The code, if it matters.
    #[serde(default)]
    pub subscription_code: Option<String>,
    /// The customer's e-mail.
    pub customer: String,
    /// In subunits.
    pub amount: i64,
    /// ISO code.
    #[serde(default = "naira")]
    pub currency: String,
    /// `active`, `non-renewing`, `attention`, `completed` or `cancelled`.
    #[serde(default = "active")]
    pub status: String,
    /// The plan's name.
    #[serde(default = "plan")]
    pub plan_name: String,
    /// The last invoice, as Paystack writes it.
    #[serde(default)]
    pub most_recent_invoice: Value,
    /// When it is charged next; in a month where absent.
    #[serde(default)]
    pub next_payment_date: Option<String>,
    /// When it was made.
    #[serde(default)]
    pub created_at: Option<String>,
}

/// A dispute.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedDispute {
    /// The transaction's reference.
    pub transaction: String,
    /// In subunits; the whole transaction where absent.
    #[serde(default)]
    pub refund_amount: Option<i64>,
    /// Its status.
    #[serde(default = "awaiting")]
    pub status: String,
    /// `chargeback`, `fraud`, `general`.
    #[serde(default)]
    pub category: Option<String>,
    /// When silence loses it; 16 hours from now where absent.
    #[serde(default)]
    pub due_at: Option<String>,
    /// When it was opened.
    #[serde(default)]
    pub created_at: Option<String>,
}

impl Model {
    /// Puts records in place and tells their ids and codes.
    ///
    /// # Errors
    /// [`SeedError`] where a record names another that is not there, or no date; what came before
    /// it is in place.
    pub fn seed(&mut self, seed: Seed, now: Timestamp) -> Result<Value, SeedError> {
        let mut customers = Vec::new();
        for customer in seed.customers {
            customers.push(self.seed_customer(customer, now)?);
        }
        let mut transactions = Vec::new();
        for transaction in seed.transactions {
            transactions.push(self.seed_transaction(transaction, now)?);
        }
        let mut payment_requests = Vec::new();
        for request in seed.payment_requests {
            payment_requests.push(self.seed_payment_request(request, now)?);
        }
        let mut subscriptions = Vec::new();
        for subscription in seed.subscriptions {
            subscriptions.push(self.seed_subscription(subscription, now)?);
        }
        let mut disputes = Vec::new();
        for dispute in seed.disputes {
            disputes.push(self.seed_dispute(dispute, now)?);
        }
        self.balances.extend(seed.balances);
        Ok(json!({
            "customers": customers,
            "transactions": transactions,
            "payment_requests": payment_requests,
            "subscriptions": subscriptions,
            "disputes": disputes,
        }))
    }

    fn seed_customer(&mut self, seed: SeedCustomer, now: Timestamp) -> Result<Value, SeedError> {
        let created_at = date(seed.created_at.as_deref())?.unwrap_or_else(|| old(now));
        let customer = Customer {
            id: self.ids.number(180_000_000),
            code: seed.customer_code.unwrap_or_else(|| self.ids.code("CUS_")),
            email: seed.email,
            first_name: seed.first_name,
            last_name: seed.last_name,
            phone: seed.phone,
            metadata: seed.metadata,
            created_at,
            updated_at: created_at,
        };
        let made = json!({ "id": customer.id, "customer_code": customer.code });
        self.customers.insert(customer.id, customer);
        Ok(made)
    }

    fn customer_for(&mut self, email: &str, now: Timestamp) -> Result<u64, SeedError> {
        if self.customer_by_email(email).is_none() {
            let customer = SeedCustomer {
                email: email.to_owned(),
                ..SeedCustomer::default()
            };
            self.seed_customer(customer, now)?;
        }
        Ok(self
            .customer_by_email(email)
            .map_or(0, |customer| customer.id))
    }

    fn seed_transaction(
        &mut self,
        seed: SeedTransaction,
        now: Timestamp,
    ) -> Result<Value, SeedError> {
        let created_at = date(seed.created_at.as_deref())?.unwrap_or_else(|| old(now));
        let paid = !matches!(
            seed.status.as_str(),
            "failed" | "abandoned" | "ongoing" | "pending"
        );
        let transaction = Transaction {
            id: seed.id.unwrap_or_else(|| self.ids.number(5_000_000_000)),
            reference: seed.reference,
            amount: seed.amount,
            currency: seed.currency,
            status: seed.status,
            channel: seed.channel,
            customer: self.customer_for(&seed.customer, now)?,
            authorization: seed.authorization,
            metadata: seed.metadata,
            gateway_response: seed.gateway_response,
            plan: seed.plan,
            fees: if paid { seed.amount / 100 } else { 0 },
            paid_at: paid.then_some(created_at),
            created_at,
        };
        let made = json!({ "id": transaction.id, "reference": transaction.reference });
        self.transactions.insert(transaction.id, transaction);
        Ok(made)
    }

    fn seed_payment_request(
        &mut self,
        seed: SeedPaymentRequest,
        now: Timestamp,
    ) -> Result<Value, SeedError> {
        let created_at = date(seed.created_at.as_deref())?.unwrap_or_else(|| old(now));
        let request = PaymentRequest {
            id: self.ids.number(1_000_000),
            code: seed.request_code.unwrap_or_else(|| self.ids.code("PRQ_")),
            customer: self.customer_for(&seed.customer, now)?,
            amount: seed.amount,
            currency: seed.currency,
            due_date: date(seed.due_date.as_deref())?,
            has_invoice: seed.invoice_number.is_some(),
            invoice_number: seed.invoice_number,
            description: seed.description,
            line_items: Vec::new(),
            tax: Vec::new(),
            status: seed.status,
            paid_at: (seed.status == RequestStatus::Success).then_some(created_at),
            metadata: seed.metadata,
            notifications: Vec::new(),
            offline_reference: self.ids.number(4_000_000_000).to_string(),
            split_code: None,
            redirect_url: None,
            archived: seed.archived,
            created_at,
            updated_at: created_at,
        };
        let made = json!({ "id": request.id, "request_code": request.code });
        self.payment_requests.insert(request.id, request);
        Ok(made)
    }

    fn seed_subscription(
        &mut self,
        seed: SeedSubscription,
        now: Timestamp,
    ) -> Result<Value, SeedError> {
        let subscription = Subscription {
            id: self.ids.number(600_000),
            code: seed
                .subscription_code
                .unwrap_or_else(|| self.ids.code("SUB_")),
            email_token: self.ids.code(""),
            customer: self.customer_for(&seed.customer, now)?,
            plan: self.ids.number(400_000),
            plan_code: self.ids.code("PLN_"),
            plan_name: seed.plan_name,
            amount: seed.amount,
            currency: seed.currency,
            status: seed.status,
            authorization: Authorization::default(),
            next_payment_date: Some(
                date(seed.next_payment_date.as_deref())?.unwrap_or_else(|| later(now, MONTH)),
            ),
            most_recent_invoice: seed.most_recent_invoice,
            link_mailed_at: None,
            created_at: date(seed.created_at.as_deref())?.unwrap_or_else(|| old(now)),
            cancelled_at: None,
        };
        let made = json!({
            "id": subscription.id,
            "subscription_code": subscription.code,
            "email_token": subscription.email_token,
            "plan": subscription.plan,
        });
        self.subscriptions.insert(subscription.id, subscription);
        Ok(made)
    }

    fn seed_dispute(&mut self, seed: SeedDispute, now: Timestamp) -> Result<Value, SeedError> {
        let transaction = self
            .transaction_by_reference(&seed.transaction)
            .ok_or(SeedError::NoTransaction(seed.transaction))?;
        let (transaction, amount) = (transaction.clone(), transaction.amount);
        let created_at = date(seed.created_at.as_deref())?.unwrap_or_else(|| old(now));
        let due_at = date(seed.due_at.as_deref())?.unwrap_or_else(|| later(now, DUE_AFTER));
        let dispute = Dispute {
            id: self.ids.number(1_800_000),
            transaction: transaction.id,
            refund_amount: seed.refund_amount.unwrap_or(amount),
            currency: transaction.currency,
            status: seed.status,
            resolution: None,
            category: seed.category,
            due_at: Some(due_at),
            resolved_at: None,
            evidence: None,
            file_name: None,
            messages: Vec::new(),
            created_at,
            updated_at: created_at,
        };
        let id = dispute.id;
        self.disputes.insert(id, dispute);
        self.dispute_event("charge.dispute.create", id, now);
        Ok(json!({ "id": id }))
    }
}

/// How long until a subscription is charged again.
const MONTH: Duration = Duration::from_hours(30 * 24);

fn old(now: Timestamp) -> Timestamp {
    earlier(now, Duration::from_hours(24))
}

fn date(text: Option<&str>) -> Result<Option<Timestamp>, SeedError> {
    text.map(|text| instant(text).ok_or_else(|| SeedError::NotADate(text.to_owned())))
        .transpose()
}

fn naira() -> String {
    "NGN".into()
}

fn succeeded() -> String {
    "success".into()
}

fn successful() -> String {
    "Successful".into()
}

fn card() -> String {
    "card".into()
}

fn active() -> String {
    "active".into()
}

fn plan() -> String {
    "Monthly".into()
}

fn awaiting() -> String {
    "awaiting-merchant-feedback".into()
}

fn empty_text() -> Value {
    Value::String(String::new())
}

fn pending() -> RequestStatus {
    RequestStatus::Pending
}
