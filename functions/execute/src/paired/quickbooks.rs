//! `QuickBooks` Online: an invoice by its number, a customer by their address; an invoice sent and an
//! address corrected, each once, under a `requestid` that is answered the same however often it comes.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use shared::clock::earlier;
use shared::ids::Email;
use shared::money::{Currency, Money};
use shared::vendors::exchange::{Exchange, ExchangeError, Problem};
use shared::vendors::http::{Method, Transport, WireRequest};

/// Where `QuickBooks`' API lives.
pub const BASE_URL: &str = "https://quickbooks.api.intuit.com";
/// Where Intuit's sandbox companies live.
pub const SANDBOX_URL: &str = "https://sandbox-quickbooks.api.intuit.com";

/// The version whose answers we read; older ones are retired.
const MINOR_VERSION: &str = "75";

/// The code of a change of a record that somebody else has changed since it was read.
const STALE: &str = "5010";

/// How far Intuit's clock may be behind ours.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(60);

/// The parts of a postal address, in the order in which they are written, but for the country.
const ADDRESS_PARTS: [&str; 8] = [
    "Line1",
    "Line2",
    "Line3",
    "Line4",
    "Line5",
    "City",
    "CountrySubDivisionCode",
    "PostalCode",
];

/// An invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Invoice {
    /// Its id.
    pub id: String,
    /// What is still owed; nothing where the currency is none of ours.
    pub balance: Option<Money>,
    /// Its customer's id.
    pub customer: Option<String>,
    /// When it was last mailed, as `QuickBooks` writes it.
    pub sent_at: Option<Timestamp>,
}

/// A customer.
#[derive(Clone, PartialEq, Eq)]
pub struct BooksCustomer {
    /// Their id.
    pub id: String,
    /// When the record was last changed, by whomever.
    pub changed_at: Option<Timestamp>,
    /// The revision; a change has to name the one it was read at.
    sync_token: String,
    /// The billing address without its country, in one line; empty where there is none.
    address: String,
    country: Option<String>,
}

impl BooksCustomer {
    /// Whether the billing address is this, however it is divided into parts and punctuated.
    #[must_use]
    pub fn has_address(&self, address: &str) -> bool {
        let country = self.country.as_deref().unwrap_or_default();
        let wanted = words(address);
        wanted == words(&self.address) || wanted == words(&format!("{} {country}", self.address))
    }
}

fn words(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

impl fmt::Debug for BooksCustomer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BooksCustomer")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Answer {
    #[serde(rename = "QueryResponse", default)]
    found: Value,
}

impl Answer {
    /// The only record that was found; nothing where there is none or more than one.
    fn only(&self, entity: &str) -> Option<&Value> {
        match self.found.get(entity)?.as_array()?.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// A client of one company. Cheap to clone.
#[derive(Debug, Clone)]
pub struct QuickBooks {
    exchange: Exchange,
    realm: String,
}

impl QuickBooks {
    /// A client of the company `realm` whose every exchange may take `timeout`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, realm: String, timeout: Duration) -> Self {
        Self {
            exchange: Exchange::new(transport, "QuickBooks", timeout),
            realm,
        }
    }

    fn request(&self, method: Method, route: &'static str) -> WireRequest {
        self.exchange
            .request(method, route)
            .parameter(&self.realm)
            .header("accept", "application/json")
            .query("minorversion", MINOR_VERSION)
    }

    async fn query(&self, entity: &str, field: &str, value: &str) -> Result<Answer, ExchangeError> {
        let request = self
            .request(Method::Get, "/v3/company/{realm}/query")
            .query("query", select(entity, field, value));
        self.exchange.read(request).await
    }

    /// The invoice of this number; nothing where there is none or more than one.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn invoice(&self, number: &str) -> Result<Option<Invoice>, ExchangeError> {
        let answer = self.query("Invoice", "DocNumber", number).await?;
        Ok(answer.only("Invoice").and_then(invoice))
    }

    /// The invoice of this id.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn invoice_by_id(&self, id: &str) -> Result<Option<Invoice>, ExchangeError> {
        let answer = self.query("Invoice", "Id", id).await?;
        Ok(answer.only("Invoice").and_then(invoice))
    }

    /// The customer with this address; nothing where there is none or more than one.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn customer(&self, email: &Email) -> Result<Option<BooksCustomer>, ExchangeError> {
        let answer = self
            .query("Customer", "PrimaryEmailAddr", email.expose())
            .await?;
        Ok(answer.only("Customer").and_then(customer))
    }

    /// Mails an invoice. The same `key` again mails nothing.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn send_invoice(&self, id: &str, to: &Email, key: &str) -> Result<(), ExchangeError> {
        let request = self
            .request(Method::Post, "/v3/company/{realm}/invoice/{id}/send")
            .parameter(id)
            .header("content-type", "application/octet-stream")
            .query("sendTo", to.expose())
            .query("requestid", key);
        let _sent: Value = self.exchange.write(request).await?;
        Ok(())
    }

    /// Puts `address` in the place of a customer's billing address, and changes nothing else. It is
    /// written into the first line and the other parts are emptied, so that no old town stands below
    /// a new street; the country stays.
    ///
    /// # Errors
    /// [`ExchangeError`]; one that [`is_stale`] says that somebody else has changed the customer
    /// since `customer` was read.
    pub async fn correct_address(
        &self,
        customer: &BooksCustomer,
        address: &str,
        key: &str,
    ) -> Result<(), ExchangeError> {
        let mut parts: Map<String, Value> = ADDRESS_PARTS
            .map(|name| (name.to_owned(), json!("")))
            .into_iter()
            .collect();
        parts.insert("Line1".to_owned(), json!(address));
        if let Some(country) = &customer.country {
            parts.insert("Country".to_owned(), json!(country));
        }
        // A refusal may be answered again under its id: what is read anew is asked under another.
        let key = format!("{key}-{}", customer.sync_token);
        let request = self
            .request(Method::Post, "/v3/company/{realm}/customer")
            .query("requestid", key)
            .body(json!({
                "Id": customer.id,
                "SyncToken": customer.sync_token,
                "sparse": true,
                "BillAddr": parts,
            }));
        let _changed: Value = self.exchange.write(request).await?;
        Ok(())
    }

    /// Reads the company, to see whether the credential opens it.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn company(&self) -> Result<(), ExchangeError> {
        let request = self
            .request(Method::Get, "/v3/company/{realm}/companyinfo/{id}")
            .parameter(&self.realm);
        let _company: Value = self.exchange.read(request).await?;
        Ok(())
    }
}

/// A time of Intuit's clock that lies before `at` of ours: what shows a later one may have been after.
#[must_use]
pub fn surely_before(at: Timestamp) -> Timestamp {
    earlier(at, CLOCKS_APART)
}

/// Whether a change was refused because the record has changed since it was read.
#[must_use]
pub fn is_stale(error: &ExchangeError) -> bool {
    matches!(&error.problem, Problem::Refused { code, .. } if code == STALE)
}

/// A query in `QuickBooks`' own language, the value escaped.
fn select(entity: &str, field: &str, value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('\'', "\\'");
    format!("select * from {entity} where {field} = '{value}'")
}

fn text(record: &Value, place: &str) -> Option<String> {
    record.pointer(place)?.as_str().map(str::to_owned)
}

fn invoice(record: &Value) -> Option<Invoice> {
    let currency = text(record, "/CurrencyRef/value");
    let currency = currency.and_then(|code| code.parse::<Currency>().ok());
    let balance = record.get("Balance").and_then(hundredths);
    Some(Invoice {
        id: text(record, "/Id")?,
        balance: balance
            .zip(currency)
            .map(|(subunits, currency)| Money::new(subunits, currency)),
        customer: text(record, "/CustomerRef/value"),
        sent_at: text(record, "/DeliveryInfo/DeliveryTime").and_then(|at| at.parse().ok()),
    })
}

fn customer(record: &Value) -> Option<BooksCustomer> {
    let part = |name: &str| text(record, &format!("/BillAddr/{name}"));
    let parts: Vec<String> = ADDRESS_PARTS.into_iter().filter_map(part).collect();
    Some(BooksCustomer {
        id: text(record, "/Id")?,
        changed_at: text(record, "/MetaData/LastUpdatedTime").and_then(|at| at.parse().ok()),
        sync_token: text(record, "/SyncToken")?,
        address: parts.join(" "),
        country: part("Country"),
    })
}

/// A decimal number as whole hundredths, read from its digits: never through a float. Paystack counts
/// every currency in hundredths, and the books in wholes.
fn hundredths(number: &Value) -> Option<i64> {
    let text = number.to_string();
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let is_negative = whole.starts_with('-');
    let digits: String = part.chars().chain("00".chars()).take(2).collect();
    if part.chars().skip(2).any(|digit| digit != '0') {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = digits.parse().ok()?;
    let part = if is_negative { -part } else { part };
    whole.checked_mul(100)?.checked_add(part)
}

#[cfg(test)]
#[path = "quickbooks_tests.rs"]
mod tests;
