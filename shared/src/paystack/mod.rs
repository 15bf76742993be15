//! Paystack's API, one file per resource.
//!
//! Every write is sent once. Paystack has no idempotency key on any of them except a transaction's
//! own reference, so what an error means ([`PaystackError::class`]) is what keeps an action single.

mod balance;
mod customer;
mod dispute;
mod error;
mod payment_request;
mod refund;
mod subscription;
#[cfg(test)]
mod tests;
mod transaction;
mod webhook_events;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tracing::instrument;

use crate::vendors::http::{Method, PutFile, Transport, TransportError, WireRequest, WireResponse};

pub use customer::{Authorization, Customer, NewCustomer};
pub use dispute::{
    Dispute, DisputeStatus, EvidenceFile, InvalidFileName, NewEvidence, Resolution, Resolve,
    UploadTarget,
};
pub use error::{Effect, PaystackError, Reason};
pub use payment_request::{
    LineItem, NewPaymentRequest, Notification, PaymentRequest, PaymentRequestChanges, RequestKey,
    RequestLines, RequestStatus, TaxItem,
};
pub use refund::{NewRefund, Refund, RefundAccount, RefundStatus};
pub use subscription::{Subscription, SubscriptionInvoice, SubscriptionPlan, SubscriptionStatus};
pub use transaction::{Charge, ChargeAuthorization, Transaction, TransactionStatus};
pub use webhook_events::WebhookEvent;
pub use wire::{CustomerRef, Metadata, Mode, PrivateText, TransactionRef};

/// Where Paystack lives, in both modes.
pub const BASE_URL: &str = "https://api.paystack.co";

/// Where Paystack keeps files of evidence, in both modes: a signed URL to any other place is refused.
pub const UPLOAD_PLACE: &str = "https://s3.eu-west-1.amazonaws.com/files.paystack.co/";

/// Rows asked for at a time: more is not documented.
const PER_PAGE: usize = 100;

/// Pages read before a list counts as unreadable: 5,000 rows of one customer or transaction.
const MAX_PAGES: usize = 50;

/// How long an exchange may take. A write's must end before the lease of its action does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For requests that only look.
    pub read: Duration,
    /// For requests that change something.
    pub write: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            read: Duration::from_secs(15),
            write: Duration::from_secs(30),
        }
    }
}

/// A client of one Paystack account in one mode. Cheap to clone.
#[derive(Clone)]
pub struct Paystack {
    transport: Arc<dyn Transport>,
    mode: Mode,
    timeouts: Timeouts,
    uploads: Uploads,
}

/// Where files of evidence go, and what carries them there.
#[derive(Clone)]
struct Uploads {
    files: Option<Arc<dyn PutFile>>,
    place: String,
}

impl fmt::Debug for Paystack {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Paystack")
            .field("mode", &self.mode)
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

impl Paystack {
    /// A client that expects every answer to come from `mode`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, mode: Mode) -> Self {
        Self {
            transport,
            mode,
            timeouts: Timeouts::default(),
            uploads: Uploads {
                files: None,
                place: UPLOAD_PLACE.to_owned(),
            },
        }
    }

    /// The same client, which can put files of evidence at `place`, a URL that ends in a slash.
    #[must_use]
    pub fn with_uploads(self, files: Arc<dyn PutFile>, place: String) -> Self {
        let uploads = Uploads {
            files: Some(files),
            place,
        };
        Self { uploads, ..self }
    }

    /// The same client with other time-outs.
    #[must_use]
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }

    /// The client's time-outs.
    #[must_use]
    pub const fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    /// The mode that answers must come from.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    fn get(&self, route: &'static str) -> WireRequest {
        WireRequest::new(Method::Get, route, self.timeouts.read)
    }

    fn post(&self, route: &'static str) -> WireRequest {
        WireRequest::new(Method::Post, route, self.timeouts.write)
    }

    fn put(&self, route: &'static str) -> WireRequest {
        WireRequest::new(Method::Put, route, self.timeouts.write)
    }

    /// Sends `request` and reads the record in its answer.
    async fn fetch<T: DeserializeOwned>(&self, request: WireRequest) -> Result<T, PaystackError> {
        let effect = effect_of(request.method);
        let accepted = self.exchange(request).await?;
        self.check_mode(&accepted.data, effect)?;
        serde_json::from_value(accepted.data).map_err(|_| PaystackError::Unreadable {
            effect,
            status: accepted.status,
        })
    }

    /// As [`Paystack::fetch`], with a definite "no such record" as `None`.
    async fn find<T: DeserializeOwned>(
        &self,
        request: WireRequest,
    ) -> Result<Option<T>, PaystackError> {
        match self.fetch(request).await {
            Ok(record) => Ok(Some(record)),
            Err(PaystackError::Refused {
                reason: Reason::NotFound,
                ..
            }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sends a write whose answer says nothing but yes.
    async fn command(&self, request: WireRequest) -> Result<(), PaystackError> {
        let effect = effect_of(request.method);
        let accepted = self.exchange(request).await?;
        self.check_mode(&accepted.data, effect)
    }

    /// Reads every page of a list, each row once.
    ///
    /// Rows that arrive while we page push older ones down, so that a row may come twice; `key`
    /// tells. A list that shows fewer rows than its own total is no list to decide on.
    async fn list<T: DeserializeOwned>(
        &self,
        request: WireRequest,
        key: impl Fn(&T) -> u64,
    ) -> Result<Vec<T>, PaystackError> {
        let mut rows = std::collections::BTreeMap::new();
        for page in 1..=MAX_PAGES {
            let paged = request
                .clone()
                .query("perPage", PER_PAGE.to_string())
                .query("page", page.to_string());
            let accepted = self.exchange(paged).await?;
            let unreadable = || PaystackError::Unreadable {
                effect: Effect::Read,
                status: accepted.status,
            };
            let Value::Array(items) = accepted.data else {
                return Err(unreadable());
            };
            let count = items.len();
            for item in items {
                self.check_mode(&item, Effect::Read)?;
                let row: T = wire::record(item).ok_or_else(unreadable)?;
                rows.insert(key(&row), row);
            }
            // Without a count of pages only an empty one ends the list: Paystack may give fewer rows
            // than were asked for.
            if count == 0
                || accepted
                    .meta
                    .page_count
                    .is_some_and(|pages| page as u64 >= pages)
            {
                let complete = accepted
                    .meta
                    .total
                    .is_none_or(|total| rows.len() as u64 >= total);
                return if complete {
                    Ok(rows.into_values().collect())
                } else {
                    Err(PaystackError::Incomplete)
                };
            }
        }
        Err(PaystackError::Incomplete)
    }

    /// Sends `request` once and sorts the answer.
    #[instrument(level = "debug", skip_all, fields(method = request.method.as_str(), route = request.route))]
    async fn exchange(&self, request: WireRequest) -> Result<Accepted, PaystackError> {
        let effect = effect_of(request.method);
        let answer = self
            .transport
            .send(request)
            .await
            .map_err(|source| no_answer(effect, source))?;
        sort(&answer, effect)
    }

    /// Refuses a record of the other mode. A record that does not say is taken as ours.
    fn check_mode(&self, data: &Value, effect: Effect) -> Result<(), PaystackError> {
        match data.get("domain").and_then(Value::as_str) {
            Some(domain) if domain != self.mode.as_str() => {
                Err(PaystackError::WrongMode { effect })
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// What it means that there is no answer.
fn no_answer(effect: Effect, source: TransportError) -> PaystackError {
    match source {
        TransportError::NotSent(_) => PaystackError::NotReached(source),
        TransportError::Unbuildable(_) => PaystackError::Unbuildable(source),
        TransportError::TimedOut | TransportError::Broken(_) | TransportError::TooLarge => {
            PaystackError::NoAnswer { effect, source }
        }
    }
}

const fn effect_of(method: Method) -> Effect {
    if method.is_write() {
        Effect::Write
    } else {
        Effect::Read
    }
}

/// An answer that says yes.
#[derive(Debug)]
struct Accepted {
    status: u16,
    data: Value,
    meta: Meta,
}

/// What surrounds every answer; only `message` is documented as always there.
#[derive(Deserialize)]
struct Envelope {
    #[serde(default)]
    status: Value,
    #[serde(default, deserialize_with = "wire::word")]
    message: String,
    #[serde(default, deserialize_with = "wire::optional_text")]
    code: Option<String>,
    #[serde(default)]
    data: Value,
    #[serde(default, deserialize_with = "wire::loose_object")]
    meta: Option<Meta>,
}

/// A list's own account of itself.
#[derive(Debug, Default, Deserialize)]
struct Meta {
    #[serde(default, deserialize_with = "wire::optional_u64")]
    total: Option<u64>,
    #[serde(default, rename = "pageCount", deserialize_with = "wire::optional_u64")]
    page_count: Option<u64>,
    #[serde(default, deserialize_with = "wire::optional_text")]
    next: Option<String>,
}

/// Tells a yes from a definite no from everything that leaves open what Paystack did.
fn sort(answer: &WireResponse, effect: Effect) -> Result<Accepted, PaystackError> {
    let status = answer.status;
    let throttled = || PaystackError::Throttled {
        effect,
        wait: throttle_wait(answer),
    };
    let envelope = match serde_json::from_slice::<Envelope>(&answer.body) {
        // The status is a verdict of its own where it cannot be read as success.
        _ if status == 429 => return Err(throttled()),
        _ if status >= 500 => return Err(PaystackError::Unavailable { effect, status }),
        Ok(envelope) => envelope,
        Err(_) => return Err(PaystackError::Unreadable { effect, status }),
    };
    let said_yes = wire::as_flag(&envelope.status);
    match (status, said_yes) {
        (200..=299, Some(true)) => Ok(Accepted {
            status,
            data: envelope.data,
            meta: envelope.meta.unwrap_or_default(),
        }),
        (200..=299, Some(false)) => Err(PaystackError::Undecided { effect, status }),
        // Time-outs and conflicts on the way are no verdict on the request.
        (408 | 425 | 499, _) => Err(PaystackError::Unavailable { effect, status }),
        (400..=499, Some(false)) => Err(match envelope.code.as_deref() {
            Some(code) if code.eq_ignore_ascii_case("invalid_key") => PaystackError::KeyRefused,
            _ if status == 401 => PaystackError::KeyRefused,
            Some("rate_limited") => throttled(),
            // "Try again later" from an API error that Paystack itself could not name.
            Some("unknown") => PaystackError::Unavailable { effect, status },
            code => PaystackError::Refused {
                status,
                reason: Reason::of(status, code, &envelope.message),
                code: code.filter(|code| is_code(code)).map(str::to_owned),
            },
        }),
        _ => Err(PaystackError::Unreadable { effect, status }),
    }
}

/// Whether a code is one word of Paystack's, and so can hold nobody's data.
fn is_code(code: &str) -> bool {
    (1..=40).contains(&code.len())
        && code
            .bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'_')
}

fn throttle_wait(answer: &WireResponse) -> Duration {
    let (shortest, longest) = error::THROTTLE_WAIT;
    // No header: the documented window is a minute.
    let seconds = answer.rate_limit_reset.or(answer.retry_after).unwrap_or(60);
    Duration::from_secs(seconds).clamp(shortest, longest)
}
