//! The events that Paystack would post, and the API that lists them afterwards.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Model;
use super::context::{Context, Reply, done, stamp, stamp_or_null, success};
use super::effect::Effect;
use super::page::count;
use super::refunds::RefundStatus;
use super::refusal::Refusal;
use crate::wire::Response;

/// An event that Paystack has to tell.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookEvent {
    /// The event's own id, which its body does not carry.
    pub id: String,
    /// The record's id.
    pub record: String,
    /// The body to post: `{"event", "data"}`.
    pub payload: Value,
    /// When it happened.
    pub created_at: Timestamp,
    /// Whether the last try to deliver it failed.
    pub failed: bool,
}

impl WebhookEvent {
    /// The event's name, e.g. `refund.pending`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.payload
            .get("event")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    fn category(&self) -> &str {
        let name = self.name();
        name.rsplit_once('.').map_or(name, |(category, _)| category)
    }

    /// What the list says of it: that it failed, or what the account's settings say of the others.
    fn status<'a>(&self, others: &'a str) -> &'a str {
        if self.failed { "Failed" } else { others }
    }

    fn row(&self, others: &str) -> Value {
        json!({
            "_id": self.id,
            "event_type": self.name(),
            "category": self.category(),
            "category_row_id": self.record,
            "status": self.status(others),
            "createdAt": stamp(self.created_at),
        })
    }

    fn whole(&self, others: &str) -> Value {
        let mut whole = self.row(others);
        if let Some(whole) = whole.as_object_mut() {
            whole.insert("event_payload".into(), self.payload.clone());
            for name in [
                "webhook_url",
                "status_detail",
                "response_code",
                "merchant_response_body",
            ] {
                whole.insert(name.into(), Value::Null);
            }
            whole.insert("trials".into(), json!(0));
        }
        whole
    }
}

impl Model {
    pub(super) fn list_webhook_events(&self, context: &Context<'_>) -> Reply {
        let limit = context
            .query("limit")
            .and_then(|text| text.parse::<usize>().ok());
        let limit = limit.filter(|limit| (1..=50).contains(limit)).unwrap_or(50);
        let is = |name, value: &str| context.query(name).is_none_or(|wanted| wanted == value);
        let mut matching = Vec::new();
        for event in self.webhook_events.iter().rev() {
            if context.listed(event.created_at)
                && context.in_window(event.created_at)?
                && is("event_type", event.name())
                && is("category", event.category())
                && is("category_row_id", &event.record)
                && is("status", event.status(&self.settings.webhook_status))
            {
                matching.push(event);
            }
        }
        // `next` names the last event of the page before.
        let begin = context.query("next").map_or(0, |last| {
            matching
                .iter()
                .position(|event| event.id == last)
                .map_or(matching.len(), |at| at + 1)
        });
        let rows: Vec<_> = matching
            .iter()
            .skip(begin)
            .take(limit)
            .map(|event| event.row(&self.settings.webhook_status))
            .collect();
        let more = begin + rows.len() < matching.len();
        let next = rows
            .last()
            .and_then(|row| row.get("_id"))
            .filter(|_| more)
            .cloned();
        let body = json!({
            "status": true,
            "message": "Webhook events retrieved",
            "data": rows,
            "meta": { "next": next, "previous": null, "limit": limit, "total": count(matching.len()) },
        });
        Ok(Response::json(200, &body))
    }

    pub(super) fn look_up_webhook_events(&self, context: &Context<'_>) -> Response {
        let reference = context.query("reference").unwrap_or_default();
        let rows: Vec<_> = self
            .webhook_events
            .iter()
            .filter(|event| event.id == reference || event.record == reference)
            .map(|event| event.whole(&self.settings.webhook_status))
            .collect();
        success("Webhook events retrieved", &Value::Array(rows))
    }

    pub(super) fn fetch_webhook_event(&self, id: &str) -> Reply {
        let event = self.webhook_events.iter().find(|event| event.id == id);
        let event = event.ok_or_else(|| Refusal::not_found("Webhook event not found"))?;
        Ok(success(
            "Webhook event retrieved",
            &event.whole(&self.settings.webhook_status),
        ))
    }

    /// The events so far, oldest first.
    #[must_use]
    pub fn webhook_events(&self) -> &[WebhookEvent] {
        &self.webhook_events
    }

    /// Notes how a try to deliver the event of that id ended.
    pub fn webhook_tried(&mut self, id: &str, delivered: bool) {
        for event in self
            .webhook_events
            .iter_mut()
            .filter(|event| event.id == id)
        {
            event.failed = !delivered;
        }
    }

    pub(super) fn request_event(&mut self, name: &str, id: u64, now: Timestamp) {
        let Some(request) = self.payment_requests.get(&id) else {
            return;
        };
        let data = Value::Object(self.payment_request_core(request));
        self.event(name, id, &data, now);
    }

    pub(super) fn subscription_event(&mut self, name: &str, id: u64, now: Timestamp) {
        let Some(subscription) = self.subscriptions.get(&id) else {
            return;
        };
        let data = self.subscription_row(subscription);
        self.event(name, id, &data, now);
    }

    /// The record of this event is an invoice, which has a code in its body and a number only in the
    /// list of events.
    pub(super) fn renewal_failed_event(&mut self, id: u64, now: Timestamp) {
        let Some(subscription) = self.subscriptions.get(&id) else {
            return;
        };
        let data = json!({
            "domain": self.settings.domain(),
            "invoice_code": self.ids.code("INV_"),
            "amount": subscription.amount,
            "paid": false,
            "status": "pending",
            "subscription": {
                "status": subscription.status,
                "subscription_code": subscription.code,
                "email_token": subscription.email_token,
                "amount": subscription.amount,
                "next_payment_date": stamp_or_null(subscription.next_payment_date),
                "open_invoice": null,
            },
            "customer": self.customer_brief(subscription.customer),
            "transaction": {},
            "created_at": stamp(now),
        });
        let invoice = self.ids.number(9_000_000);
        self.event("invoice.payment_failed", invoice, &data, now);
    }

    pub(super) fn dispute_event(&mut self, name: &str, id: u64, now: Timestamp) {
        let Some(dispute) = self.disputes.get(&id) else {
            return;
        };
        let data = self.whole_dispute(dispute);
        self.event(name, id, &data, now);
    }

    pub(super) fn refund_event(&mut self, id: u64, now: Timestamp) {
        let Some(refund) = self.refunds.get(&id) else {
            return;
        };
        let transaction = self.transactions.get(&refund.transaction);
        let customer = transaction.map_or(0, |transaction| transaction.customer);
        // The amount is a text until the refund fails or stops, and a number then.
        let amount = match refund.status {
            RefundStatus::Pending | RefundStatus::Processing | RefundStatus::Processed => {
                json!(refund.amount.to_string())
            }
            RefundStatus::Failed | RefundStatus::NeedsAttention => json!(refund.amount),
        };
        let data = json!({
            "id": refund.id.to_string(),
            "status": refund.status.as_str(),
            "transaction_reference": transaction.map(|transaction| &transaction.reference),
            "refund_reference": null,
            "amount": amount,
            "currency": refund.currency,
            "customer_note": refund.customer_note,
            "merchant_note": refund.merchant_note,
            "processor": "instant-transfer",
            "customer": self.customer_brief(customer),
            "integration": self.settings.integration,
            "domain": self.settings.domain(),
        });
        let name = format!("refund.{}", refund.status.as_str());
        self.event(&name, id, &data, now);
    }

    fn event(&mut self, name: &str, record: u64, data: &Value, now: Timestamp) {
        let event = WebhookEvent {
            id: self.ids.code(""),
            record: record.to_string(),
            payload: json!({ "event": name, "data": data }),
            created_at: now,
            failed: false,
        };
        self.webhook_events.push(event);
    }
}

/// Queues events again; a second call queues them a second time.
pub(super) fn resend_webhook_events(context: &mut Context<'_>) -> Reply {
    let ids = context
        .field("ids")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    if ids.is_empty() || ids.len() > 100 {
        return Err(Refusal::invalid(
            "\"ids\" must contain between 1 and 100 items",
        ));
    }
    let events = ids
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    context.effects.push(Effect::WebhooksResent { events });
    Ok(done("Webhook events queued"))
}
