//! What a payment request is made of: the body of its creation and of its change.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::Model;
use super::context::{Context, Reply, amount, instant, success};
use super::effect::{Effect, EmailAbout};
use super::payment_requests::{PaymentRequest, RequestStatus, invalid_code};
use super::refusal::Refusal;

/// The members that creation and change have in common; absent where the body lacks them.
struct Fields {
    amount: Option<i64>,
    currency: Option<String>,
    due_date: Option<Timestamp>,
    description: Option<String>,
    line_items: Option<Vec<Map<String, Value>>>,
    tax: Option<Vec<Map<String, Value>>>,
    has_invoice: Option<bool>,
    invoice_number: Option<i64>,
    split_code: Option<String>,
    metadata: Option<Map<String, Value>>,
    redirect_url: Option<String>,
    send_notification: Option<bool>,
    draft: Option<bool>,
}

impl Fields {
    fn read(context: &Context<'_>) -> Result<Self, Refusal> {
        let due_date = context
            .text("due_date")?
            .map(|text| {
                instant(&text).ok_or_else(|| Refusal::invalid("Due date is not in a valid format"))
            })
            .transpose()?;
        Ok(Self {
            amount: context.amount("amount")?,
            currency: context.text("currency")?,
            due_date,
            description: context.text("description")?,
            line_items: context.objects("line_items")?,
            tax: context.objects("tax")?,
            has_invoice: context.flag("has_invoice")?,
            invoice_number: context.whole("invoice_number")?,
            split_code: context.text("split_code")?,
            metadata: context.object("metadata")?,
            redirect_url: context.text("redirect_url")?,
            send_notification: context.flag("send_notification")?,
            draft: context.flag("draft")?,
        })
    }

    /// The amount: what the lines and taxes add up to, else the one that is named.
    fn amount(&self) -> Result<Option<i64>, Refusal> {
        let lines = self.line_items.as_deref().unwrap_or_default();
        let taxes = self.tax.as_deref().unwrap_or_default();
        if lines.is_empty() && taxes.is_empty() {
            return Ok(self.amount);
        }
        let mut total: i64 = 0;
        for line in lines {
            let quantity = match line.get("quantity") {
                None | Some(Value::Null) => 1,
                Some(quantity) => amount("quantity", quantity)?,
            };
            total = total.saturating_add(line_amount(line)?.saturating_mul(quantity));
        }
        for tax in taxes {
            total = total.saturating_add(line_amount(tax)?);
        }
        Ok(Some(total))
    }
}

fn line_amount(line: &Map<String, Value>) -> Result<i64, Refusal> {
    let value = line
        .get("amount")
        .ok_or_else(|| Refusal::missing("\"amount\" is required"))?;
    amount("amount", value)
}

impl Model {
    pub(super) fn create_payment_request(&mut self, context: &mut Context<'_>) -> Reply {
        let fields = Fields::read(context)?;
        let named = context
            .reference("customer")
            .ok_or_else(|| Refusal::missing("\"customer\" is required"))?;
        let customer = self
            .customer_by_code_or_id(&named)
            .ok_or_else(|| Refusal::invalid("Customer code or id is invalid"))?;
        let (customer, customer_code) = (customer.id, customer.code.clone());
        let amount = fields.amount()?.ok_or_else(|| {
            let message = "Amount was not passed or could not be extrapolated from line items.";
            Refusal::invalid(message)
        })?;
        let currency = fields.currency.clone().unwrap_or_else(|| "NGN".into());
        self.require_currency(&currency)?;
        let draft = fields.draft.unwrap_or(false);
        let has_invoice = fields.has_invoice.unwrap_or(false) || fields.invoice_number.is_some();
        let invoice_number = has_invoice.then(|| {
            fields
                .invoice_number
                .unwrap_or_else(|| self.next_invoice_number())
        });
        let request = PaymentRequest {
            id: self.ids.number(1_000_000),
            code: self.ids.code("PRQ_"),
            customer,
            amount,
            currency: currency.clone(),
            due_date: fields.due_date,
            has_invoice,
            invoice_number,
            description: fields.description,
            line_items: fields.line_items.unwrap_or_default(),
            tax: fields.tax.unwrap_or_default(),
            status: if draft {
                RequestStatus::Draft
            } else {
                RequestStatus::Pending
            },
            paid_at: None,
            metadata: fields.metadata,
            notifications: Vec::new(),
            offline_reference: self.ids.number(4_000_000_000).to_string(),
            split_code: fields.split_code,
            redirect_url: fields.redirect_url,
            archived: false,
            created_at: context.now,
            updated_at: context.now,
        };
        let (id, request_code) = (request.id, request.code.clone());
        self.payment_requests.insert(id, request);
        context.effects.push(Effect::PaymentRequestCreated {
            request_code,
            customer_code,
            amount,
            currency,
            draft,
        });
        if draft {
            self.request_event("paymentrequest.draft", id, context.now);
        } else {
            if fields.send_notification.unwrap_or(true) {
                self.mail_request(id, EmailAbout::PaymentRequest, context);
            }
            self.request_event("paymentrequest.pending", id, context.now);
        }
        let core = self
            .payment_requests
            .get(&id)
            .map(|made| self.payment_request_core(made));
        Ok(success(
            "Payment request created",
            &Value::Object(core.unwrap_or_default()),
        ))
    }

    pub(super) fn update_payment_request(
        &mut self,
        id_or_code: &str,
        context: &mut Context<'_>,
    ) -> Reply {
        let fields = Fields::read(context)?;
        let id = self
            .payment_request(id_or_code)
            .ok_or_else(invalid_code)?
            .id;
        let amount = fields.amount()?;
        if let Some(currency) = &fields.currency {
            self.require_currency(currency)?;
        }
        let customer = match context.reference("customer") {
            None => None,
            Some(named) => {
                let customer = self.customer_by_code_or_id(&named);
                let unknown = || Refusal::invalid("Customer code or id is invalid");
                Some(customer.ok_or_else(unknown)?.id)
            }
        };
        let strict = self.settings.strict_states;
        let request = self
            .payment_requests
            .get_mut(&id)
            .ok_or_else(invalid_code)?;
        if strict && (request.paid() || request.archived) {
            return Err(Refusal::plain(400, "Payment request cannot be updated"));
        }
        let was_draft = request.status == RequestStatus::Draft;
        replace(&mut request.amount, amount);
        replace(&mut request.currency, fields.currency);
        replace(&mut request.customer, customer);
        replace(&mut request.line_items, fields.line_items);
        replace(&mut request.tax, fields.tax);
        replace(&mut request.has_invoice, fields.has_invoice);
        request.due_date = fields.due_date.or(request.due_date);
        request.description = fields.description.or_else(|| request.description.take());
        request.invoice_number = fields.invoice_number.or(request.invoice_number);
        request.split_code = fields.split_code.or_else(|| request.split_code.take());
        request.metadata = fields.metadata.or_else(|| request.metadata.take());
        request.redirect_url = fields.redirect_url.or_else(|| request.redirect_url.take());
        request.updated_at = context.now;
        if was_draft && fields.draft == Some(false) {
            request.status = RequestStatus::Pending;
        }
        let still_draft = request.status == RequestStatus::Draft;
        context.effects.push(Effect::PaymentRequestUpdated {
            request_code: request.code.clone(),
            amount: request.amount,
        });
        // The documents give change the same default as creation: the customer hears of it.
        if !still_draft && fields.send_notification.unwrap_or(true) {
            self.mail_request(id, EmailAbout::PaymentRequest, context);
        }
        let data = self.payment_request_row_parts(id);
        Ok(success("Payment request updated", &Value::Object(data)))
    }

    pub(super) fn require_currency(&self, currency: &str) -> Result<(), Refusal> {
        if self
            .settings
            .currencies
            .iter()
            .any(|taken| taken == currency)
        {
            Ok(())
        } else {
            Err(Refusal::invalid("Currency not supported by merchant"))
        }
    }

    fn next_invoice_number(&self) -> i64 {
        let last = self
            .payment_requests
            .values()
            .filter_map(|request| request.invoice_number)
            .max();
        last.unwrap_or(0).saturating_add(1)
    }
}

fn replace<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}
