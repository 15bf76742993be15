//! Payment requests, as far as reading them and changing their state goes; `payment_request_bodies`
//! makes and changes their contents.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Model;
use super::context::{Context, Reply, done, stamp, stamp_or_null, success};
use super::effect::{Effect, EmailAbout};
use super::page::{PerPage, page};
use super::refusal::Refusal;
use crate::wire::Response;

/// The state of a payment request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestStatus {
    /// Not yet shown to the customer.
    Draft,
    /// To be paid.
    Pending,
    /// Paid.
    Success,
    /// Given up.
    Failed,
}

impl RequestStatus {
    /// The state as Paystack writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Pending => "pending",
            Self::Success => "success",
            Self::Failed => "failed",
        }
    }
}

/// A payment request, which is Paystack's invoice.
#[derive(Debug, Clone, PartialEq)]
pub struct PaymentRequest {
    /// The numeric id.
    pub id: u64,
    /// The code, `PRQ_…`.
    pub code: String,
    /// The customer's numeric id.
    pub customer: u64,
    /// In subunits.
    pub amount: i64,
    /// ISO code.
    pub currency: String,
    /// When it is due.
    pub due_date: Option<Timestamp>,
    /// Whether it carries an invoice number.
    pub has_invoice: bool,
    /// That number.
    pub invoice_number: Option<i64>,
    /// What it is for.
    pub description: Option<String>,
    /// Its lines.
    pub line_items: Vec<Map<String, Value>>,
    /// Its taxes.
    pub tax: Vec<Map<String, Value>>,
    /// Its state.
    pub status: RequestStatus,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
    /// What the merchant keeps beside it.
    pub metadata: Option<Map<String, Value>>,
    /// When the customer was notified, as far as Paystack tells.
    pub notifications: Vec<Timestamp>,
    /// Paystack's reference for payments outside it.
    pub offline_reference: String,
    /// The split that it is paid into.
    pub split_code: Option<String>,
    /// Where the payer goes afterwards.
    pub redirect_url: Option<String>,
    /// Whether it left the lists.
    pub archived: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl PaymentRequest {
    /// Whether it is paid.
    #[must_use]
    pub fn paid(&self) -> bool {
        self.status == RequestStatus::Success
    }

    fn pending_amount(&self) -> i64 {
        if self.paid() { 0 } else { self.amount }
    }
}

impl Model {
    pub(super) fn list_payment_requests(&self, context: &Context<'_>) -> Reply {
        let mut rows = Vec::new();
        for request in self.payment_requests.values().rev() {
            // Any value of `include_archive` includes them, `false` too.
            let shown = !request.archived || context.query("include_archive").is_some();
            // Only the numeric id finds anything: a code is no error and no match.
            let is = |name, value: &str| context.query(name).is_none_or(|wanted| wanted == value);
            if shown
                && context.listed(request.created_at)
                && context.in_window(request.created_at)?
                && is("customer", &request.customer.to_string())
                && is("status", request.status.as_str())
                && is("currency", &request.currency)
            {
                rows.push(self.payment_request_row(request));
            }
        }
        Ok(page(
            "Payment requests retrieved",
            rows,
            context,
            PerPage::Number,
            &[],
        ))
    }

    pub(super) fn payment_request_totals(&self) -> Response {
        let totals = |of: &[RequestStatus]| -> Vec<Value> {
            let currencies = self.settings.currencies.iter();
            let sum = |currency: &str| -> i64 {
                self.payment_requests
                    .values()
                    .filter(|request| of.contains(&request.status) && request.currency == currency)
                    .map(|request| request.amount)
                    .sum()
            };
            currencies
                .map(|currency| json!({ "currency": currency, "amount": sum(currency) }))
                .collect()
        };
        let data = json!({
            "pending": totals(&[RequestStatus::Pending]),
            "successful": totals(&[RequestStatus::Success]),
            "total": totals(&[RequestStatus::Pending, RequestStatus::Success]),
        });
        success("Payment request totals", &data)
    }

    pub(super) fn fetch_payment_request(&self, id_or_code: &str) -> Reply {
        let request = self
            .payment_request(id_or_code)
            .ok_or_else(unknown_request)?;
        let mut data = self.payment_request_parts(request);
        data.insert("transactions".into(), json!([]));
        data.insert("archived".into(), json!(request.archived));
        data.insert("source".into(), json!("bill"));
        data.insert("payment_method".into(), Value::Null);
        data.insert("note".into(), Value::Null);
        let amount_paid = if request.paid() {
            json!(request.amount)
        } else {
            Value::Null
        };
        data.insert("amount_paid".into(), amount_paid);
        data.insert("createdAt".into(), json!(stamp(request.created_at)));
        data.insert("updatedAt".into(), json!(stamp(request.updated_at)));
        data.insert("pending_amount".into(), json!(request.pending_amount()));
        Ok(success("Payment request retrieved", &Value::Object(data)))
    }

    pub(super) fn verify_payment_request(&self, code: &str) -> Reply {
        // Neither a numeric id nor a draft nor an archived request is verified.
        let request = self
            .payment_requests
            .values()
            .find(|request| request.code == code)
            .filter(|request| request.status != RequestStatus::Draft && !request.archived)
            .ok_or_else(|| Refusal::plain(400, "Slug is invalid"))?;
        let mut data = self.payment_request_parts(request);
        let integration = json!({
            "key": self.settings.key.replace("sk_", "pk_"),
            "name": self.settings.business,
            "logo": "https://files.paystack.example/logo.png",
            "allowed_currencies": self.settings.currencies,
        });
        data.insert("integration".into(), integration);
        data.insert("pending_amount".into(), json!(request.pending_amount()));
        Ok(success("Payment request retrieved", &Value::Object(data)))
    }

    pub(super) fn notify_payment_request(
        &mut self,
        code: &str,
        context: &mut Context<'_>,
    ) -> Reply {
        let strict = self.settings.strict_states;
        let request = self
            .payment_requests
            .values()
            .find(|request| request.code == code)
            .ok_or_else(|| Refusal::plain(400, "Payment request code is invalid"))?;
        let sensible = request.status == RequestStatus::Pending && !request.archived;
        if strict && !sensible {
            return Err(Refusal::plain(400, "Payment request cannot be notified"));
        }
        self.mail_request(request.id, EmailAbout::PaymentRequestReminder, context);
        Ok(done("Notification sent"))
    }

    pub(super) fn finalize_payment_request(
        &mut self,
        id_or_code: &str,
        context: &mut Context<'_>,
    ) -> Reply {
        let notify = context.flag("send_notification")?.unwrap_or(true);
        let strict = self.settings.strict_states;
        let id = self
            .payment_request(id_or_code)
            .ok_or_else(invalid_code)?
            .id;
        let request = self
            .payment_requests
            .get_mut(&id)
            .ok_or_else(invalid_code)?;
        if request.status == RequestStatus::Draft {
            request.status = RequestStatus::Pending;
            request.updated_at = context.now;
            context.effects.push(Effect::PaymentRequestFinalized {
                request_code: request.code.clone(),
            });
        } else if strict {
            return Err(Refusal::plain(400, "Payment request is not a draft"));
        }
        if notify {
            self.mail_request(id, EmailAbout::PaymentRequest, context);
        }
        self.request_event("paymentrequest.pending", id, context.now);
        let mut data = self.payment_request_row_parts(id);
        let pending = self
            .payment_requests
            .get(&id)
            .map_or(0, PaymentRequest::pending_amount);
        data.insert("pending_amount".into(), json!(pending));
        Ok(success("Payment request finalized", &Value::Object(data)))
    }

    pub(super) fn archive_payment_request(
        &mut self,
        id_or_code: &str,
        context: &mut Context<'_>,
    ) -> Reply {
        let id = self
            .payment_request(id_or_code)
            .ok_or_else(invalid_code)?
            .id;
        let request = self
            .payment_requests
            .get_mut(&id)
            .ok_or_else(invalid_code)?;
        request.archived = true;
        request.updated_at = context.now;
        context.effects.push(Effect::PaymentRequestArchived {
            request_code: request.code.clone(),
        });
        Ok(done("Payment request has been archived"))
    }

    /// The payment request of that id or code.
    #[must_use]
    pub fn payment_request(&self, id_or_code: &str) -> Option<&PaymentRequest> {
        self.payment_requests
            .values()
            .find(|request| request.code == id_or_code)
            .or_else(|| self.payment_requests.get(&id_or_code.parse().ok()?))
    }

    /// All payment requests, oldest first.
    #[must_use]
    pub fn payment_requests(&self) -> impl DoubleEndedIterator<Item = &PaymentRequest> {
        self.payment_requests.values()
    }

    /// Mails the customer about a request, and says so in `notifications[]` if that is how it is.
    pub(super) fn mail_request(&mut self, id: u64, about: EmailAbout, context: &mut Context<'_>) {
        let Some(request) = self.payment_requests.get(&id) else {
            return;
        };
        let effect = Effect::EmailSent {
            to: self.customer_email(request.customer),
            about,
            record: request.code.clone(),
        };
        context.effects.push(effect);
        if self.settings.notifications_grow
            && let Some(request) = self.payment_requests.get_mut(&id)
        {
            request.notifications.push(context.now);
        }
    }

    /// The request as lists have it: with its customer as an object.
    pub(super) fn payment_request_row(&self, request: &PaymentRequest) -> Value {
        Value::Object(self.payment_request_parts(request))
    }

    pub(super) fn payment_request_row_parts(&self, id: u64) -> Map<String, Value> {
        let request = self.payment_requests.get(&id);
        request
            .map(|request| self.payment_request_parts(request))
            .unwrap_or_default()
    }

    pub(super) fn payment_request_parts(&self, request: &PaymentRequest) -> Map<String, Value> {
        let mut parts = self.payment_request_core(request);
        parts.insert("customer".into(), self.customer_brief(request.customer));
        parts.insert("paid_at".into(), stamp_or_null(request.paid_at));
        parts.insert("pdf_url".into(), Value::Null);
        parts
    }

    /// The request as its creation answers it: with its customer as a number.
    pub(super) fn payment_request_core(&self, request: &PaymentRequest) -> Map<String, Value> {
        let notifications: Vec<_> = request
            .notifications
            .iter()
            .map(|sent_at| json!({ "sent_at": stamp(*sent_at), "channel": "email" }))
            .collect();
        let core = json!({
            "id": request.id,
            "integration": self.settings.integration,
            "domain": self.settings.domain(),
            "amount": request.amount,
            "currency": request.currency,
            "due_date": stamp_or_null(request.due_date),
            "has_invoice": request.has_invoice,
            "invoice_number": request.invoice_number,
            "description": request.description,
            "line_items": request.line_items,
            "tax": request.tax,
            "request_code": request.code,
            "status": request.status.as_str(),
            "paid": request.paid(),
            "metadata": request.metadata,
            "notifications": notifications,
            "offline_reference": request.offline_reference,
            "customer": request.customer,
            "created_at": stamp(request.created_at),
            "discount": null,
            "split_code": request.split_code,
            "redirect_url": request.redirect_url,
        });
        match core {
            Value::Object(core) => core,
            _ => Map::new(),
        }
    }
}

pub(super) fn unknown_request() -> Refusal {
    Refusal::not_found("Payment request not found")
}

pub(super) fn invalid_code() -> Refusal {
    Refusal::plain(400, "Payment request code is invalid")
}
