//! Disputes: opened by a payer's bank, answered by us, and lost by silence.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Model;
use super::context::{Context, Reply, stamp, stamp_or_null, success};
use super::dispute_files::Evidence;
use super::effect::{Effect, MoneyReason};
use super::page::{PerPage, page};
use super::refusal::Refusal;

/// A payer's complaint at the bank.
#[derive(Debug, Clone, PartialEq)]
pub struct Dispute {
    /// The numeric id.
    pub id: u64,
    /// The numeric id of the transaction.
    pub transaction: u64,
    /// In subunits.
    pub refund_amount: i64,
    /// ISO code.
    pub currency: String,
    /// `awaiting-merchant-feedback`, `awaiting-bank-feedback`, `pending`, `resolved`, `archived`.
    pub status: String,
    /// `merchant-accepted`, `declined`, `auto-accepted`.
    pub resolution: Option<String>,
    /// `chargeback`, `fraud`, `general`.
    pub category: Option<String>,
    /// When silence loses it.
    pub due_at: Option<Timestamp>,
    /// When it ended.
    pub resolved_at: Option<Timestamp>,
    /// The evidence given.
    pub evidence: Option<u64>,
    /// The file given.
    pub file_name: Option<String>,
    /// What was said: by whom, what, when.
    pub messages: Vec<(String, String, Timestamp)>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Dispute {
    /// Whether it still waits for someone.
    #[must_use]
    pub fn open(&self) -> bool {
        !matches!(self.status.as_str(), "resolved" | "archived")
    }
}

impl Model {
    pub(super) fn list_disputes(&self, context: &Context<'_>) -> Reply {
        let mut rows = Vec::new();
        for dispute in self.disputes.values().rev() {
            let is = |name, value: &str| context.query(name).is_none_or(|wanted| wanted == value);
            if context.listed(dispute.created_at)
                && context.in_window(dispute.created_at)?
                && is("status", &dispute.status)
                && is("transaction", &dispute.transaction.to_string())
            {
                rows.push(self.dispute_row(dispute));
            }
        }
        Ok(page(
            "Disputes retrieved",
            rows,
            context,
            PerPage::Number,
            &[],
        ))
    }

    pub(super) fn fetch_dispute(&self, id: &str) -> Reply {
        let dispute = self.dispute(id).ok_or_else(unknown_dispute)?;
        Ok(success("Dispute retrieved", &self.whole_dispute(dispute)))
    }

    pub(super) fn disputes_of_transaction(&self, transaction: &str) -> Reply {
        let rows: Vec<Value> = self
            .disputes
            .values()
            .filter(|dispute| dispute.transaction.to_string() == transaction)
            .map(|dispute| self.whole_dispute(dispute))
            .collect();
        if self.settings.disputes_as_list {
            return Ok(success("Disputes retrieved", &Value::Array(rows)));
        }
        let newest = rows.last().ok_or_else(unknown_dispute)?;
        Ok(success("Dispute retrieved", newest))
    }

    pub(super) fn update_dispute(&mut self, id: &str, context: &mut Context<'_>) -> Reply {
        let amount = required_amount(context)?;
        let file_name = context.text("uploaded_filename")?;
        let id = self.open_dispute(id, amount)?;
        if let Some(dispute) = self.disputes.get_mut(&id) {
            dispute.refund_amount = amount;
            dispute.file_name = file_name.or_else(|| dispute.file_name.take());
            dispute.updated_at = context.now;
        }
        context.effects.push(Effect::DisputeUpdated { dispute: id });
        let row = self
            .disputes
            .get(&id)
            .map(|dispute| self.whole_dispute(dispute));
        // One dispute, in a list all the same.
        Ok(success("Dispute updated successfully", &json!([row])))
    }

    pub(super) fn add_evidence(&mut self, id: &str, context: &mut Context<'_>) -> Reply {
        let evidence = Evidence::read(context)?;
        let dispute = self.dispute(id).ok_or_else(unknown_dispute)?.id;
        let number = self.ids.number(21_000);
        let data = evidence.json(number, dispute, context.now);
        self.evidence.insert(number, dispute);
        if let Some(dispute) = self.disputes.get_mut(&dispute) {
            dispute.evidence = Some(number);
            dispute.updated_at = context.now;
        }
        context.effects.push(Effect::EvidenceAdded {
            dispute,
            evidence: number,
        });
        Ok(success("Evidence created", &data))
    }

    pub(super) fn resolve_dispute(&mut self, id: &str, context: &mut Context<'_>) -> Reply {
        let resolution = context.required_text("resolution")?;
        let message = context.required_text("message")?;
        let amount = required_amount(context)?;
        let file_name = context.required_text("uploaded_filename")?;
        let evidence = context.whole("evidence")?;
        let id = self.open_dispute(id, amount)?;
        let fraud = self
            .disputes
            .get(&id)
            .is_some_and(|dispute| dispute.category.as_deref() == Some("fraud"));
        match resolution.as_str() {
            "merchant-accepted" => {}
            "declined" => {
                if !self.uploaded(&file_name) {
                    return Err(Refusal::plain(400, "Uploaded file not found"));
                }
                let given = evidence.and_then(|evidence| u64::try_from(evidence).ok());
                let known = given.is_some_and(|given| self.evidence.get(&given) == Some(&id));
                if fraud && !known {
                    return Err(Refusal::plain(400, "Evidence is required for fraud claims"));
                }
            }
            _ => return Err(Refusal::invalid("\"resolution\" is not valid")),
        }
        if let Some(dispute) = self.disputes.get_mut(&id) {
            dispute.refund_amount = amount;
            dispute.file_name = Some(file_name);
            dispute
                .messages
                .push(("merchant".into(), message.clone(), context.now));
        }
        let effects = self.end_dispute(id, &resolution, context.now);
        context.effects.extend(effects);
        let Some(dispute) = self.disputes.get(&id).cloned() else {
            return Err(unknown_dispute());
        };
        let mut data = self.whole_dispute(&dispute);
        if let Some(data) = data.as_object_mut() {
            data.insert("transaction".into(), json!(dispute.transaction));
            let message = json!({
                "dispute": id,
                "sender": self.settings.account_email,
                "body": message,
                "id": self.ids.number(300_000),
                "createdAt": stamp(context.now),
                "updatedAt": stamp(context.now),
            });
            data.insert("message".into(), message);
        }
        Ok(success("Dispute successfully resolved", &data))
    }

    /// The dispute of that numeric id.
    #[must_use]
    pub fn dispute(&self, id: &str) -> Option<&Dispute> {
        self.disputes.get(&id.parse().ok()?)
    }

    /// All disputes, oldest first.
    #[must_use]
    pub fn disputes(&self) -> impl DoubleEndedIterator<Item = &Dispute> {
        self.disputes.values()
    }

    /// Accepts, in the payer's favour, what nobody answered in time.
    pub(super) fn lose_by_silence(&mut self, now: Timestamp) -> Vec<Effect> {
        let overdue: Vec<u64> = self
            .disputes
            .values()
            .filter(|dispute| dispute.status == "awaiting-merchant-feedback")
            .filter(|dispute| dispute.due_at.is_some_and(|due| due <= now))
            .map(|dispute| dispute.id)
            .collect();
        overdue
            .into_iter()
            .flat_map(|id| self.end_dispute(id, "auto-accepted", now))
            .collect()
    }

    fn end_dispute(&mut self, id: u64, resolution: &str, now: Timestamp) -> Vec<Effect> {
        let Some(dispute) = self.disputes.get_mut(&id) else {
            return Vec::new();
        };
        dispute.status = "resolved".into();
        dispute.resolution = Some(resolution.to_owned());
        dispute.resolved_at = Some(now);
        dispute.updated_at = now;
        let (amount, currency) = (dispute.refund_amount, dispute.currency.clone());
        let resolved = Effect::DisputeResolved {
            dispute: id,
            resolution: resolution.to_owned(),
        };
        let mut effects = vec![resolved];
        if resolution != "declined" {
            self.move_balance(&currency, -amount);
            let reason = MoneyReason::Dispute;
            effects.push(Effect::MoneyMoved {
                amount,
                currency,
                reason,
                record: id,
            });
        }
        self.dispute_event("charge.dispute.resolve", id, now);
        effects
    }

    fn open_dispute(&self, id: &str, amount: i64) -> Result<u64, Refusal> {
        let dispute = self.dispute(id).ok_or_else(unknown_dispute)?;
        if !dispute.open() {
            return Err(Refusal::plain(400, "Dispute has already been resolved"));
        }
        let transaction = self.transactions.get(&dispute.transaction);
        if transaction.is_some_and(|transaction| amount > transaction.amount) {
            let message = "Refund amount cannot be greater than initial amount";
            return Err(Refusal::plain(400, message));
        }
        Ok(dispute.id)
    }

    pub(super) fn whole_dispute(&self, dispute: &Dispute) -> Value {
        let mut whole = self.dispute_row(dispute);
        if let Some(whole) = whole.as_object_mut() {
            whole.insert(
                "customer".into(),
                self.customer_brief(self.disputing_customer(dispute)),
            );
        }
        whole
    }

    fn disputing_customer(&self, dispute: &Dispute) -> u64 {
        let transaction = self.transactions.get(&dispute.transaction);
        transaction.map_or(0, |transaction| transaction.customer)
    }

    pub(super) fn dispute_row(&self, dispute: &Dispute) -> Value {
        let transaction = self.transactions.get(&dispute.transaction);
        let card = transaction.map(|transaction| &transaction.authorization);
        let mut history = vec![json!({
            "status": "pending",
            "by": "bank@paystack.example",
            "createdAt": stamp(dispute.created_at),
        })];
        if let Some(resolved_at) = dispute.resolved_at {
            history.push(json!({
                "status": "resolved",
                "by": self.settings.account_email,
                "createdAt": stamp(resolved_at),
            }));
        }
        let messages: Vec<_> = dispute
            .messages
            .iter()
            .map(|(sender, body, at)| {
                json!({ "sender": sender, "body": body, "createdAt": stamp(*at) })
            })
            .collect();
        let attachments = match &dispute.file_name {
            Some(name) => json!([{ "fileName": name }]).to_string(),
            None => "[]".into(),
        };
        json!({
            "id": dispute.id,
            "integration": self.settings.integration,
            "domain": self.settings.domain(),
            "refund_amount": dispute.refund_amount,
            "currency": dispute.currency,
            "status": dispute.status,
            "resolution": dispute.resolution,
            "category": dispute.category,
            "transaction": self.transaction_in_dispute(dispute.transaction),
            "transaction_reference": null,
            "merchant_transaction_reference": transaction.map(|transaction| &transaction.reference),
            "customer": self.customer_brief_with_text(self.disputing_customer(dispute)),
            "bin": card.map(|card| &card.bin),
            "last4": card.map(|card| &card.last4),
            "dueAt": stamp_or_null(dispute.due_at),
            "resolvedAt": stamp_or_null(dispute.resolved_at),
            "evidence": dispute.evidence,
            "attachments": attachments,
            "note": null,
            "history": history,
            "messages": messages,
            "created_by": 30,
            "createdAt": stamp(dispute.created_at),
            "updatedAt": stamp(dispute.updated_at),
        })
    }
}

/// The amount that goes back to the payer: none at all is an amount here.
fn required_amount(context: &Context<'_>) -> Result<i64, Refusal> {
    let amount = context.whole("refund_amount")?;
    let amount = amount.ok_or_else(|| Refusal::missing("\"refund_amount\" is required"))?;
    if amount < 0 {
        Err(Refusal::invalid("Invalid Amount Sent"))
    } else {
        Ok(amount)
    }
}

/// How long after its opening a dispute is lost by silence, in Nigeria.
pub(super) const DUE_AFTER: Duration = Duration::from_hours(16);

pub(super) fn unknown_dispute() -> Refusal {
    Refusal::not_found("Dispute not found")
}
