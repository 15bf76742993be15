//! Transactions: made by payers, so here only by a test's set-up, and read by us.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Model;
use super::context::{Context, Reply, stamp, stamp_or_null, success};
use super::page::{PerPage, page};
use super::refusal::Refusal;

/// What was paid with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Authorization {
    /// The code, `AUTH_…`.
    pub authorization_code: String,
    /// The card's first six digits.
    pub bin: String,
    /// The card's last four digits. `1803` makes refunds fail and `1902` makes them need attention,
    /// as Paystack's test cards of those endings do.
    pub last4: String,
    /// The month of expiry.
    pub exp_month: String,
    /// The year of expiry.
    pub exp_year: String,
    /// The brand and kind of card.
    pub card_type: String,
    /// The bank.
    pub bank: String,
    /// The brand.
    pub brand: String,
    /// Whether it may be charged again.
    pub reusable: bool,
}

impl Default for Authorization {
    fn default() -> Self {
        Self {
            authorization_code: "AUTH_sandbox".into(),
            bin: "408408".into(),
            last4: "4081".into(),
            exp_month: "12".into(),
            exp_year: "2030".into(),
            card_type: "visa ".into(),
            bank: "TEST BANK".into(),
            brand: "visa".into(),
            reusable: true,
        }
    }
}

impl Authorization {
    pub(super) fn json(&self, channel: &str) -> Value {
        json!({
            "authorization_code": self.authorization_code,
            "bin": self.bin,
            "last4": self.last4,
            "exp_month": self.exp_month,
            "exp_year": self.exp_year,
            "channel": channel,
            "card_type": self.card_type,
            "bank": self.bank,
            "country_code": "NG",
            "brand": self.brand,
            "reusable": self.reusable,
            "signature": "SIG_sandbox",
            "account_name": null,
            "receiver_bank_account_number": null,
            "receiver_bank": null,
        })
    }
}

/// A payment.
#[derive(Debug, Clone, PartialEq)]
pub struct Transaction {
    /// The numeric id: unsigned 64-bit.
    pub id: u64,
    /// The reference.
    pub reference: String,
    /// In subunits.
    pub amount: i64,
    /// ISO code.
    pub currency: String,
    /// `success`, `failed`, `abandoned`, `reversal-pending`, `reversed` …
    pub status: String,
    /// `card`, `bank`, `mobile_money` …
    pub channel: String,
    /// The customer's numeric id.
    pub customer: u64,
    /// What was paid with.
    pub authorization: Authorization,
    /// What the merchant sent along: an object, a text, `0`, `""` or nothing.
    pub metadata: Value,
    /// What the processor said.
    pub gateway_response: String,
    /// The code of the plan that it was charged for.
    pub plan: Option<String>,
    /// What Paystack took, in subunits.
    pub fees: i64,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// When it was begun.
    pub created_at: Timestamp,
}

impl Model {
    pub(super) fn verify_transaction(&self, reference: &str) -> Reply {
        let transaction = self.transaction_by_reference(reference).ok_or_else(|| {
            let next_step = "Ensure that you're passing the reference of a transaction that \
                             exists on this integration";
            Refusal::full(
                400,
                "Transaction reference not found.",
                "validation_error",
                "transaction_not_found",
                next_step,
            )
        })?;
        let mut data = self.transaction_parts(transaction);
        data.insert("receipt_number".into(), Value::Null);
        data.insert("fees_breakdown".into(), Value::Null);
        data.insert("source".into(), Value::Null);
        data.insert("plan".into(), json!(transaction.plan));
        data.insert("plan_object".into(), json!({}));
        data.insert("subaccount".into(), json!({}));
        data.insert(
            "transaction_date".into(),
            json!(stamp(transaction.created_at)),
        );
        Ok(success("Verification successful", &Value::Object(data)))
    }

    pub(super) fn fetch_transaction(&self, id: &str) -> Reply {
        let transaction = self
            .transaction(id)
            .ok_or_else(|| Refusal::not_found("Transaction not found"))?;
        let mut data = self.transaction_parts(transaction);
        data.insert("receipt_number".into(), Value::Null);
        data.insert("helpdesk_link".into(), Value::Null);
        data.insert("fees_breakdown".into(), Value::Null);
        Ok(success("Transaction retrieved", &Value::Object(data)))
    }

    pub(super) fn transaction_timeline(&self, id_or_reference: &str) -> Reply {
        let transaction = self
            .transaction(id_or_reference)
            .or_else(|| self.transaction_by_reference(id_or_reference))
            .ok_or_else(|| Refusal::plain(400, "Transaction ID or reference is invalid"))?;
        Ok(success("Timeline retrieved", &timeline(transaction)))
    }

    pub(super) fn list_transactions(&self, context: &Context<'_>) -> Reply {
        let mut rows = Vec::new();
        let mut volume: i64 = 0;
        let mut newest: Vec<_> = self.transactions.values().collect();
        newest.sort_by_key(|transaction| (transaction.created_at, transaction.id));
        for transaction in newest.into_iter().rev() {
            let is = |name, value: &str| context.query(name).is_none_or(|wanted| wanted == value);
            if context.listed(transaction.created_at)
                && context.in_window(transaction.created_at)?
                && is("status", &transaction.status)
                && is("customer", &transaction.customer.to_string())
                && is("amount", &transaction.amount.to_string())
                && is("currency", &transaction.currency)
                && is("channel", &transaction.channel)
            {
                volume = volume.saturating_add(transaction.amount);
                rows.push(self.transaction_row(transaction));
            }
        }
        let volume = [("total_volume", json!(volume))];
        Ok(page(
            "Transactions retrieved",
            rows,
            context,
            PerPage::Number,
            &volume,
        ))
    }

    /// The transaction of that numeric id.
    #[must_use]
    pub fn transaction(&self, id: &str) -> Option<&Transaction> {
        self.transactions.get(&id.parse().ok()?)
    }

    /// The transaction of that reference.
    #[must_use]
    pub fn transaction_by_reference(&self, reference: &str) -> Option<&Transaction> {
        self.transactions
            .values()
            .find(|transaction| transaction.reference == reference)
    }

    /// All transactions by id.
    #[must_use]
    pub fn transactions(&self) -> impl DoubleEndedIterator<Item = &Transaction> {
        self.transactions.values()
    }

    pub(super) fn transaction_row(&self, transaction: &Transaction) -> Value {
        Value::Object(self.transaction_parts(transaction))
    }

    /// The transaction as a dispute carries it.
    pub(super) fn transaction_in_dispute(&self, id: u64) -> Value {
        let Some(transaction) = self.transactions.get(&id) else {
            return Value::Null;
        };
        let mut parts = self.transaction_parts(transaction);
        parts.insert("fees_breakdown".into(), Value::Null);
        Value::Object(parts)
    }

    pub(super) fn transaction_parts(&self, transaction: &Transaction) -> Map<String, Value> {
        let parts = json!({
            "id": transaction.id,
            "domain": self.settings.domain(),
            "status": transaction.status,
            "reference": transaction.reference,
            "amount": transaction.amount,
            "requested_amount": transaction.amount,
            "message": null,
            "gateway_response": transaction.gateway_response,
            "paid_at": stamp_or_null(transaction.paid_at),
            "created_at": stamp(transaction.created_at),
            "channel": transaction.channel,
            "currency": transaction.currency,
            "ip_address": "203.0.113.7",
            "metadata": transaction.metadata,
            "log": timeline(transaction),
            "fees": transaction.fees,
            "fees_split": null,
            "authorization": transaction.authorization.json(&transaction.channel),
            "customer": self.customer_brief(transaction.customer),
            "plan": transaction.plan.as_ref().map_or_else(|| json!({}), |plan| json!({ "plan_code": plan })),
            "split": {},
            "subaccount": {},
            "order_id": null,
            "paidAt": stamp_or_null(transaction.paid_at),
            "createdAt": stamp(transaction.created_at),
            "source": {
                "source": "merchant_api", "type": "api", "identifier": null,
                "entry_point": "transaction_initialize",
            },
            "connect": null,
            "pos_transaction_data": null,
        });
        match parts {
            Value::Object(parts) => parts,
            _ => Map::new(),
        }
    }
}

fn timeline(transaction: &Transaction) -> Value {
    let succeeded = transaction.paid_at.is_some();
    json!({
        "start_time": transaction.created_at.as_second(),
        "time_spent": 4,
        "attempts": 1,
        "errors": 0,
        "success": succeeded,
        "mobile": false,
        "input": [],
        "history": [
            { "type": "action", "message": "Attempted to pay", "time": 3 },
            { "type": "success", "message": transaction.gateway_response, "time": 4 },
        ],
    })
}
