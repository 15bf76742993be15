//! Refunds: no key, no idempotency, and two equal partial refunds are both carried out.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Model;
use super::context::{Context, Reply, stamp, stamp_or_null, success};
use super::effect::{Effect, EmailAbout, MoneyReason};
use super::page::{PerPage, page};
use super::refusal::Refusal;
use super::transactions::Transaction;
use crate::vendor::later;

/// How far a refund came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RefundStatus {
    /// Queued.
    Pending,
    /// On its way.
    Processing,
    /// Paid back.
    Processed,
    /// Failed; the money is the merchant's again.
    Failed,
    /// The customer's account is missing.
    NeedsAttention,
}

impl RefundStatus {
    /// The status as Paystack writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Processed => "processed",
            Self::Failed => "failed",
            Self::NeedsAttention => "needs-attention",
        }
    }
}

/// A refund.
#[derive(Debug, Clone, PartialEq)]
pub struct Refund {
    /// The numeric id.
    pub id: u64,
    /// The numeric id of the transaction.
    pub transaction: u64,
    /// In subunits.
    pub amount: i64,
    /// ISO code.
    pub currency: String,
    /// How far it came.
    pub status: RefundStatus,
    /// What the customer is told.
    pub customer_note: String,
    /// What the merchant notes: the only place for a key of ours.
    pub merchant_note: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was paid back.
    pub refunded_at: Option<Timestamp>,
}

impl Model {
    pub(super) fn create_refund(&mut self, context: &mut Context<'_>) -> Reply {
        let named = context
            .reference("transaction")
            .ok_or_else(|| Refusal::missing("\"transaction\" is required"))?;
        let amount = context.amount("amount")?;
        let currency = context.text("currency")?;
        let transaction = self
            .transaction_by_reference(&named)
            .or_else(|| self.transaction(&named))
            .ok_or_else(|| Refusal::plain(400, "Transaction not found"))?
            .clone();
        let amount = self.refundable(&transaction, amount, currency.as_deref())?;
        let own_note = format!("Refund for transaction {}", transaction.reference);
        let customer_note = context
            .text("customer_note")?
            .unwrap_or_else(|| own_note.clone());
        let merchant_note = context
            .text("merchant_note")?
            .unwrap_or_else(|| format!("{own_note} by {}", self.settings.account_email));
        let refund = Refund {
            id: self.ids.number(18_000_000),
            transaction: transaction.id,
            amount,
            currency: transaction.currency.clone(),
            status: RefundStatus::Pending,
            customer_note,
            merchant_note,
            created_at: context.now,
            updated_at: context.now,
            refunded_at: None,
        };
        let id = refund.id;
        self.refunds.insert(id, refund.clone());
        self.move_balance(&transaction.currency, -amount);
        self.mark_transaction(transaction.id);
        context.effects.extend([
            Effect::RefundCreated {
                refund: id,
                transaction_reference: transaction.reference.clone(),
                amount,
            },
            Effect::MoneyMoved {
                amount,
                currency: transaction.currency.clone(),
                reason: MoneyReason::Refund,
                record: id,
            },
            Effect::EmailSent {
                to: self.customer_email(transaction.customer),
                about: EmailAbout::Refund,
                record: id.to_string(),
            },
        ]);
        self.refund_event(id, context.now);
        let data = self.new_refund(&refund, transaction.id);
        Ok(success("Refund has been queued for processing", &data))
    }

    /// The amount to refund, if Paystack would.
    fn refundable(
        &self,
        transaction: &Transaction,
        amount: Option<i64>,
        currency: Option<&str>,
    ) -> Result<i64, Refusal> {
        let refunded = self.refunded(transaction.id);
        if refunded >= transaction.amount {
            return Err(Refusal::full(
                400,
                "Transaction has been fully reversed",
                "api_error",
                "transaction_reversed",
                "Ensure that you're passing a transaction that can be refunded",
            ));
        }
        if transaction.paid_at.is_none() {
            return Err(Refusal::plain(400, "Transaction has not been paid"));
        }
        if currency.is_some_and(|currency| currency != transaction.currency) {
            return Err(Refusal::plain(
                400,
                "Transaction currency must match refund currency",
            ));
        }
        // Without an amount it is the whole transaction, never the rest of it.
        let amount = amount.unwrap_or(transaction.amount);
        if amount > transaction.amount {
            return Err(Refusal::plain(
                400,
                "Refund amount exceeds transaction amount",
            ));
        }
        if let Some(message) = too_small(amount, &transaction.currency) {
            return Err(Refusal::plain(400, message));
        }
        if refunded.saturating_add(amount) > transaction.amount {
            let message = "Total refund amount cannot exceed original transaction amount";
            return Err(Refusal::plain(400, message));
        }
        if self.balance(&transaction.currency) < amount {
            return Err(Refusal::full(
                400,
                "Insufficient balance to fulfill this refund. Please top up.",
                "api_error",
                "insufficient_balance",
                "Top up your balance and try again",
            ));
        }
        Ok(amount)
    }

    pub(super) fn list_refunds(&self, context: &Context<'_>) -> Reply {
        let mut rows = Vec::new();
        let mut failed = 0_u64;
        for refund in self.refunds.values().rev() {
            // A reference is no error and no match: the classic cause of a second refund.
            let is = |name, value: &str| context.query(name).is_none_or(|wanted| wanted == value);
            if context.listed(refund.created_at)
                && context.in_window(refund.created_at)?
                && is("transaction", &refund.transaction.to_string())
                && is("currency", &refund.currency)
            {
                failed += u64::from(refund.status == RefundStatus::Failed);
                rows.push(self.refund_row(refund));
            }
        }
        let more = [("failedRefundCount", json!(failed))];
        Ok(page(
            "Refunds retrieved",
            rows,
            context,
            PerPage::Text,
            &more,
        ))
    }

    pub(super) fn fetch_refund(&self, id: &str) -> Reply {
        let refund = self.refund(id).ok_or_else(unknown_refund)?;
        Ok(success("Refund retrieved", &self.refund_row(refund)))
    }

    pub(super) fn retry_refund(&mut self, id: &str, context: &mut Context<'_>) -> Reply {
        let details = context
            .object("refund_account_details")?
            .ok_or_else(|| Refusal::missing("\"refund_account_details\" is required"))?;
        let refund = self.refund(id).ok_or_else(unknown_refund)?.clone();
        if refund.status != RefundStatus::NeedsAttention {
            let message = "Invalid Refund state, refund status should be \"needs-attention\"";
            return Err(Refusal::invalid(message).with_status(422));
        }
        for name in ["currency", "account_number", "bank_id"] {
            if !details.get(name).is_some_and(Value::is_string) {
                return Err(Refusal::missing(format!("\"{name}\" is required")));
            }
        }
        if details.get("currency").and_then(Value::as_str) != Some(refund.currency.as_str()) {
            return Err(Refusal::plain(
                400,
                "Transaction currency must match refund currency",
            ));
        }
        let moved = self.move_refund(refund.id, RefundStatus::Processing, context.now);
        context.effects.extend(moved);
        context
            .effects
            .push(Effect::RefundRetried { refund: refund.id });
        let mut data = match self.refund(id).map(|refund| self.refund_row(refund)) {
            Some(Value::Object(data)) => data,
            _ => Map::new(),
        };
        data.insert(
            "expected_at".into(),
            json!(stamp(expected(refund.created_at))),
        );
        // Objects here, and nothing at all in lists.
        data.insert("dispute".into(), json!({}));
        data.insert("settlement".into(), json!({}));
        data.insert("reversed_at".into(), Value::Null);
        data.insert("channel".into(), json!("apruve"));
        data.insert("fully_deducted".into(), json!(true));
        Ok(success(
            "Refund retried and has been queued for processing",
            &Value::Object(data),
        ))
    }

    /// The refund of that numeric id.
    #[must_use]
    pub fn refund(&self, id: &str) -> Option<&Refund> {
        self.refunds.get(&id.parse().ok()?)
    }

    /// All refunds, oldest first.
    #[must_use]
    pub fn refunds(&self) -> impl DoubleEndedIterator<Item = &Refund> {
        self.refunds.values()
    }

    /// What has left for the payer of a transaction, failed refunds not counted.
    #[must_use]
    pub fn refunded(&self, transaction: u64) -> i64 {
        self.refunds_of(transaction)
            .filter(|refund| refund.status != RefundStatus::Failed)
            .map(|refund| refund.amount)
            .sum()
    }

    fn refunds_of(&self, transaction: u64) -> impl Iterator<Item = &Refund> {
        self.refunds
            .values()
            .filter(move |refund| refund.transaction == transaction)
    }

    /// Gives a refund another status, with all that follows from it.
    pub(super) fn move_refund(
        &mut self,
        id: u64,
        status: RefundStatus,
        now: Timestamp,
    ) -> Vec<Effect> {
        let Some(refund) = self.refunds.get_mut(&id) else {
            return Vec::new();
        };
        let before = refund.status;
        if before == status || matches!(before, RefundStatus::Processed | RefundStatus::Failed) {
            return Vec::new();
        }
        refund.status = status;
        refund.updated_at = now;
        if status == RefundStatus::Processed {
            refund.refunded_at = Some(now);
        }
        let refund = refund.clone();
        let mut effects = vec![Effect::RefundMoved {
            refund: id,
            status: status.as_str().to_owned(),
        }];
        if status == RefundStatus::Failed {
            self.move_balance(&refund.currency, refund.amount);
            let (amount, currency) = (refund.amount, refund.currency);
            effects.push(Effect::MoneyReturned {
                amount,
                currency,
                record: id,
            });
        }
        self.mark_transaction(refund.transaction);
        self.refund_event(id, now);
        effects
    }

    /// Any refund on its way, be it partial, makes the payment verify as `reversal-pending`.
    fn mark_transaction(&mut self, id: u64) {
        use RefundStatus::{Failed, NeedsAttention, Pending, Processed, Processing};
        let mut status = "success";
        for refund in self.refunds_of(id) {
            match refund.status {
                Pending | Processing | NeedsAttention => {
                    status = "reversal-pending";
                    break;
                }
                Processed => status = "reversed",
                Failed => {}
            }
        }
        if let Some(transaction) = self.transactions.get_mut(&id) {
            status.clone_into(&mut transaction.status);
        }
    }

    fn new_refund(&self, refund: &Refund, transaction: u64) -> Value {
        let transaction = self.transactions.get(&transaction);
        let mut parts = transaction
            .map(|transaction| self.transaction_parts(transaction))
            .unwrap_or_default();
        parts.insert("subaccount".into(), json!({ "currency": null }));
        parts.insert("fees_breakdown".into(), Value::Null);
        json!({
            "id": refund.id,
            "transaction": parts,
            "integration": self.settings.integration,
            "domain": self.settings.domain(),
            "amount": refund.amount,
            "currency": refund.currency,
            "status": refund.status.as_str(),
            "deducted_amount": 0,
            "fully_deducted": false,
            "channel": null,
            "merchant_note": refund.merchant_note,
            "customer_note": refund.customer_note,
            "refunded_by": self.settings.account_email,
            "expected_at": stamp(expected(refund.created_at)),
            "createdAt": stamp(refund.created_at),
            "updatedAt": stamp(refund.updated_at),
        })
    }

    pub(super) fn refund_row(&self, refund: &Refund) -> Value {
        let transaction = self.transactions.get(&refund.transaction);
        let customer = transaction.map_or(0, |transaction| transaction.customer);
        json!({
            "id": refund.id,
            "integration": self.settings.integration,
            "domain": self.settings.domain(),
            "transaction": refund.transaction,
            "transaction_reference": transaction.map(|transaction| &transaction.reference),
            "transaction_amount": transaction.map(|transaction| transaction.amount),
            "dispute": null,
            "settlement": null,
            "amount": refund.amount,
            "currency": refund.currency,
            "status": refund.status.as_str(),
            "refunded_at": stamp_or_null(refund.refunded_at),
            // An account's name, not an e-mail, was seen here.
            "refunded_by": self.settings.business,
            "initiated_by": self.settings.account_email,
            "customer_note": refund.customer_note,
            "merchant_note": refund.merchant_note,
            "reason": refund.customer_note,
            "deducted_amount": refund.amount,
            // A flag on creation, a number in lists.
            "fully_deducted": 1,
            "bank_reference": null,
            "customer": self.customer_brief_with_text(customer),
            "refund_type": if transaction.is_some_and(|all| all.amount == refund.amount) { "full" } else { "partial" },
            "refund_channel": transaction.map(|transaction| &transaction.channel),
            "session_id": null,
            "collect_account_number": false,
            "createdAt": stamp(refund.created_at),
            "updatedAt": stamp(refund.updated_at),
        })
    }
}

/// Why an amount is too small to refund, in the words seen for that currency.
fn too_small(amount: i64, currency: &str) -> Option<&'static str> {
    let (minimum, message) = match currency {
        "GHS" => (
            100,
            "The minimum amount you may send in a single refund at this time is: GHS1.00",
        ),
        "NGN" => (5_000, "Cannot refund less than NGN50"),
        "USD" => (100, "Cannot refund less than USD 1"),
        _ => return None,
    };
    (amount < minimum).then_some(message)
}

fn expected(created_at: Timestamp) -> Timestamp {
    later(created_at, Duration::from_hours(10 * 24))
}

fn unknown_refund() -> Refusal {
    Refusal::not_found("Refund not found")
}
