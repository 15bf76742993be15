//! Payment requests, which Paystack's dashboard calls invoices.
//!
//! A request is created as a draft, which nobody outside sees, and then finalised with its
//! notification: draft → pending is what shows that the customer was written to.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::wire::{self, CustomerRef, Metadata, status};
use super::{Effect, Paystack, PaystackError};
use crate::ids::{CustomerCode, RequestCode};
use crate::money::{Currency, Money};

status! {
    /// Where a payment request stands.
    RequestStatus {
        /// Not sent to anybody yet.
        Draft = "draft",
        /// Waiting to be paid.
        Pending = "pending",
        /// Paid.
        Success = "success",
        /// The payment failed.
        Failed = "failed",
    }
}

/// A payment request on record.
#[derive(Debug, Clone, Deserialize)]
pub struct PaymentRequest {
    /// The number, which every path but notify and verify takes.
    #[serde(deserialize_with = "wire::required_u64")]
    pub id: u64,
    /// The code, which every path takes.
    #[serde(default, rename = "request_code", deserialize_with = "wire::parsed")]
    pub code: Option<RequestCode>,
    /// Where it stands.
    #[serde(default)]
    pub status: RequestStatus,
    /// Whether it has been paid.
    #[serde(default, deserialize_with = "wire::flag")]
    pub paid: bool,
    /// Whether it has been archived.
    #[serde(default, deserialize_with = "wire::flag")]
    pub archived: bool,
    /// The whole amount in subunits, taxes included; see [`PaymentRequest::money`].
    #[serde(default, deserialize_with = "wire::optional_i64")]
    pub amount: Option<i64>,
    /// The currency, where it is one that we know.
    #[serde(default, deserialize_with = "wire::parsed")]
    pub currency: Option<Currency>,
    /// What has been paid so far, in subunits.
    #[serde(default, deserialize_with = "wire::optional_i64")]
    pub amount_paid: Option<i64>,
    /// What is still open, in subunits.
    #[serde(default, deserialize_with = "wire::optional_i64")]
    pub pending_amount: Option<i64>,
    /// The merchant's own number of the invoice.
    #[serde(default, deserialize_with = "wire::optional_u64")]
    pub invoice_number: Option<u64>,
    /// What it is for.
    #[serde(default, deserialize_with = "wire::private_text")]
    pub description: Option<super::PrivateText>,
    /// Its lines.
    #[serde(default, deserialize_with = "wire::loose_list")]
    pub line_items: Vec<LineItem>,
    /// Its taxes.
    #[serde(default, deserialize_with = "wire::loose_list")]
    pub tax: Vec<TaxItem>,
    /// When it is due.
    #[serde(default, deserialize_with = "wire::optional_date")]
    pub due_date: Option<Date>,
    /// Who is to pay.
    #[serde(default)]
    pub customer: CustomerRef,
    /// What is kept beside the record: our action key among it.
    #[serde(default)]
    pub metadata: Metadata,
    /// The e-mails that Paystack says it sent; none of them proves an arrival.
    #[serde(default, deserialize_with = "wire::loose_list")]
    pub notifications: Vec<Notification>,
    /// The reference under which it is paid outside the hosted page.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub offline_reference: Option<String>,
    /// When the record was made.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub created_at: Option<Timestamp>,
    /// When it was paid.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub paid_at: Option<Timestamp>,
}

impl PaymentRequest {
    /// The whole amount with its currency.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        wire::money(self.amount, self.currency)
    }

    /// Whether a reminder may be sent: pending, unpaid, not archived. What Paystack does otherwise
    /// is not documented.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status == RequestStatus::Pending && !self.paid && !self.archived
    }
}

/// A line of a payment request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineItem {
    /// What is sold.
    pub name: String,
    /// The price of one, in subunits.
    #[serde(deserialize_with = "wire::required_i64")]
    pub amount: i64,
    /// How many.
    #[serde(default = "one", deserialize_with = "wire::required_u64")]
    pub quantity: u64,
}

const fn one() -> u64 {
    1
}

/// A tax on a payment request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxItem {
    /// Its name, such as VAT.
    pub name: String,
    /// Its amount in subunits.
    #[serde(deserialize_with = "wire::required_i64")]
    pub amount: i64,
}

/// An e-mail that Paystack says it sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Notification {
    /// When.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub sent_at: Option<Timestamp>,
    /// `email`.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub channel: Option<String>,
}

/// How a path names a payment request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestKey {
    /// By number.
    Id(u64),
    /// By code.
    Code(RequestCode),
}

impl RequestKey {
    fn segment(&self) -> String {
        match self {
            Self::Id(id) => id.to_string(),
            Self::Code(code) => code.as_str().to_owned(),
        }
    }

    fn names(&self, request: &PaymentRequest) -> bool {
        match self {
            Self::Id(id) => request.id == *id,
            Self::Code(code) => request.code.as_ref() == Some(code),
        }
    }
}

impl From<u64> for RequestKey {
    fn from(id: u64) -> Self {
        Self::Id(id)
    }
}

impl From<RequestCode> for RequestKey {
    fn from(code: RequestCode) -> Self {
        Self::Code(code)
    }
}

/// What a payment request adds up from; never both, since which one wins is not documented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RequestLines {
    /// One amount in subunits.
    Amount(i64),
    /// Lines and taxes, which Paystack adds up.
    Items {
        /// What is sold.
        line_items: Vec<LineItem>,
        /// The taxes on it.
        tax: Vec<TaxItem>,
    },
}

impl RequestLines {
    /// What it comes to, in subunits; `None` past 64 bits.
    #[must_use]
    pub fn total(&self) -> Option<i64> {
        match self {
            Self::Amount(amount) => Some(*amount),
            Self::Items { line_items, tax } => {
                let lines = line_items.iter().try_fold(0_i64, |sum, item| {
                    let quantity = i64::try_from(item.quantity).ok()?;
                    sum.checked_add(item.amount.checked_mul(quantity)?)
                })?;
                tax.iter()
                    .try_fold(lines, |sum, item| sum.checked_add(item.amount))
            }
        }
    }

    fn write_to(&self, body: &mut Map<String, Value>) {
        match self {
            Self::Amount(amount) => {
                body.insert("amount".to_owned(), json!(amount));
            }
            Self::Items { line_items, tax } => {
                body.insert("line_items".to_owned(), json!(line_items));
                if !tax.is_empty() {
                    body.insert("tax".to_owned(), json!(tax));
                }
            }
        }
    }
}

/// A payment request to be made.
#[derive(Debug, Clone)]
pub struct NewPaymentRequest {
    /// Who is to pay.
    pub customer: CustomerCode,
    /// What it adds up from.
    pub lines: RequestLines,
    /// The currency; Paystack would take NGN where it is left out.
    pub currency: Currency,
    /// When it is due.
    pub due_date: Option<Date>,
    /// What the customer reads.
    pub description: String,
    /// What to keep beside the record: our call, our action key.
    pub metadata: Map<String, Value>,
}

/// What to change in a payment request that is not paid yet. What is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct PaymentRequestChanges {
    /// New lines and taxes, or a new amount, from which Paystack adds up anew.
    pub lines: Option<RequestLines>,
    /// A new due date.
    pub due_date: Option<Date>,
    /// A new description.
    pub description: Option<String>,
    /// The whole new metadata: Paystack may replace it.
    pub metadata: Option<Map<String, Value>>,
}

impl Paystack {
    /// Makes a payment request as a draft: nobody outside sees it until it is finalised. The anchor
    /// is the action key in its metadata, found by [`Paystack::payment_requests_of`].
    pub async fn create_draft(
        &self,
        new: &NewPaymentRequest,
    ) -> Result<PaymentRequest, PaystackError> {
        let mut body = Map::new();
        body.insert("customer".to_owned(), json!(new.customer));
        body.insert("currency".to_owned(), json!(new.currency));
        body.insert("description".to_owned(), json!(new.description));
        body.insert("draft".to_owned(), json!(true));
        body.insert("metadata".to_owned(), Value::Object(new.metadata.clone()));
        if let Some(due_date) = new.due_date {
            body.insert("due_date".to_owned(), json!(due_date));
        }
        new.lines.write_to(&mut body);
        let made: PaymentRequest = self
            .fetch(self.post("/paymentrequest").body(Value::Object(body)))
            .await?;
        let effect = Effect::Write;
        if made.currency != Some(new.currency) {
            return Err(PaystackError::Mismatch {
                effect,
                what: "payment request's currency",
            });
        }
        if made.amount != new.lines.total() {
            return Err(PaystackError::Mismatch {
                effect,
                what: "payment request's amount",
            });
        }
        Ok(made)
    }

    /// A payment request, or `None` where Paystack definitely has none.
    pub async fn payment_request(
        &self,
        key: &RequestKey,
    ) -> Result<Option<PaymentRequest>, PaystackError> {
        let request = self
            .get("/paymentrequest/{id_or_code}")
            .parameter(&key.segment());
        let found: Option<PaymentRequest> = self.find(request).await?;
        found
            .map(|found| named(found, key, Effect::Read))
            .transpose()
    }

    /// Makes a draft pending and, where `send_notification` says so, has Paystack write to the
    /// customer. The anchor is the record's own state.
    pub async fn finalize_payment_request(
        &self,
        key: &RequestKey,
        send_notification: bool,
    ) -> Result<PaymentRequest, PaystackError> {
        let request = self
            .post("/paymentrequest/finalize/{id_or_code}")
            .parameter(&key.segment());
        let body = json!({ "send_notification": send_notification });
        named(self.fetch(request.body(body)).await?, key, Effect::Write)
    }

    /// Has Paystack write to the customer again. There is no anchor, no proof and no limit on
    /// Paystack's side: check [`PaymentRequest::is_open`] first, send at most once, keep a
    /// cool-down.
    pub async fn notify_payment_request(&self, code: &RequestCode) -> Result<(), PaystackError> {
        self.command(
            self.post("/paymentrequest/notify/{code}")
                .parameter(code.as_str()),
        )
        .await
    }

    /// Changes a payment request that is not paid yet. Writing the same again changes nothing, and
    /// nobody is written to: Paystack would by itself, and [`Paystack::notify_payment_request`] is
    /// there for that.
    pub async fn update_payment_request(
        &self,
        key: &RequestKey,
        changes: &PaymentRequestChanges,
    ) -> Result<PaymentRequest, PaystackError> {
        let mut body = Map::new();
        body.insert("send_notification".to_owned(), json!(false));
        if let Some(lines) = &changes.lines {
            lines.write_to(&mut body);
        }
        if let Some(due_date) = changes.due_date {
            body.insert("due_date".to_owned(), json!(due_date));
        }
        if let Some(description) = &changes.description {
            body.insert("description".to_owned(), json!(description));
        }
        if let Some(metadata) = &changes.metadata {
            body.insert("metadata".to_owned(), Value::Object(metadata.clone()));
        }
        let request = self
            .put("/paymentrequest/{id_or_code}")
            .parameter(&key.segment());
        named(
            self.fetch(request.body(Value::Object(body))).await?,
            key,
            Effect::Write,
        )
    }

    /// Takes a payment request out of lists and payment. Doing it again changes nothing.
    pub async fn archive_payment_request(&self, key: &RequestKey) -> Result<(), PaystackError> {
        let request = self
            .post("/paymentrequest/archive/{id_or_code}")
            .parameter(&key.segment());
        self.command(request).await
    }

    /// Every payment request of a customer made between `from` and `to`, drafts and archived ones
    /// included.
    ///
    /// `customer` is the numeric id: Paystack answers a code with an empty list, not an error. Drafts
    /// are asked for by name as well, since nothing says that the plain list holds them.
    pub async fn payment_requests_of(
        &self,
        customer: u64,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<PaymentRequest>, PaystackError> {
        let request = self
            .get("/paymentrequest")
            .query("customer", customer.to_string())
            .query("from", from.to_string())
            .query("to", to.to_string())
            .query("include_archive", "true");
        let key = |row: &PaymentRequest| row.id;
        let drafts = self
            .list(request.clone().query("status", "draft"), key)
            .await?;
        // Drafts first: one that is finalised between the two lists is then in both, not in none.
        let mut rows = self.list(request, key).await?;
        let known: std::collections::BTreeSet<u64> = rows.iter().map(|row| row.id).collect();
        rows.extend(drafts.into_iter().filter(|row| !known.contains(&row.id)));
        rows.retain(|row| row.customer.may_be(customer));
        Ok(rows)
    }
}

fn named(
    request: PaymentRequest,
    key: &RequestKey,
    effect: Effect,
) -> Result<PaymentRequest, PaystackError> {
    if key.names(&request) {
        Ok(request)
    } else {
        Err(PaystackError::Mismatch {
            effect,
            what: "payment request's code",
        })
    }
}
