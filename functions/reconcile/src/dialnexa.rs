//! DialNexa's list of calls, and one call of it
//! (`https://dialnexa.com/docs/api-reference/calls`). What it answers holds callers' words: it is
//! handed to the redactor as it is, and to nobody else.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use shared::error::Class;
use shared::ids::CallId;
use shared::ledger::Failure;
use shared::vendors::http::{Method, Transport, WireRequest, WireResponse};

/// Where DialNexa's API lives.
pub const BASE_URL: &str = "https://api.dialnexa.com";

/// How long DialNexa may take.
const TIME_OUT: Duration = Duration::from_secs(10);

/// Calls asked for at a time: the most that DialNexa gives.
const PER_PAGE: usize = 200;

/// Pages read at a time: two thousand calls an hour are more than a merchant has.
const MAX_PAGES: usize = 10;

/// DialNexa's API.
#[derive(Clone)]
pub struct DialNexa {
    transport: Arc<dyn Transport>,
}

impl DialNexa {
    /// Speaks through `transport`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport }
    }

    /// The ids of the calls that were completed between `from` and `to`.
    ///
    /// # Errors
    /// [`Failure`] where they cannot be read, or are more than we read through.
    pub async fn completed(&self, from: Timestamp, to: Timestamp) -> Result<Vec<CallId>, Failure> {
        let mut ids = Vec::new();
        for page in 1..=MAX_PAGES {
            let request = WireRequest::new(Method::Get, "/v1/calls", TIME_OUT)
                .query("status", "completed")
                .query("start_date", from.to_string())
                .query("end_date", to.to_string())
                .query("page", page.to_string())
                .query("limit", PER_PAGE.to_string());
            let Value::Array(rows) = self.read(request).await?.ok_or_else(unreadable)? else {
                return Err(unreadable());
            };
            let whole = rows.len() >= PER_PAGE;
            for row in rows {
                let id = row.get("id").and_then(Value::as_str);
                let id = id.and_then(|id| CallId::new(id).ok());
                ids.push(id.ok_or_else(unreadable)?);
            }
            if !whole {
                return Ok(ids);
            }
        }
        Err(Failure::new(
            Class::RetryLater,
            "too_many_calls",
            "DialNexa lists more calls than are read at a time",
        ))
    }

    /// A call in the words of its webhook, so that it goes the same way from there; `None` where
    /// DialNexa has no such call.
    ///
    /// # Errors
    /// [`Failure`] where it cannot be read.
    pub async fn delivery(&self, id: &CallId) -> Result<Option<Vec<u8>>, Failure> {
        let request =
            WireRequest::new(Method::Get, "/v1/calls/{id}", TIME_OUT).parameter(id.as_str());
        let Some(call) = self.read(request).await? else {
            return Ok(None);
        };
        let delivery = json!({ "event_type": "call_ended", "payload": { "call": renamed(call)? } });
        serde_json::to_vec(&delivery)
            .map(Some)
            .map_err(|_| unreadable())
    }

    async fn read(&self, request: WireRequest) -> Result<Option<Value>, Failure> {
        let sent = self.transport.send(request).await;
        let WireResponse { status, body, .. } = sent.map_err(|_| {
            Failure::new(
                Class::RetryLater,
                "dialnexa_silent",
                "DialNexa did not answer",
            )
        })?;
        match status {
            200 => serde_json::from_slice(&body)
                .map(Some)
                .map_err(|_| unreadable()),
            404 => Ok(None),
            401 | 403 => Err(Failure::new(
                Class::RetryLater,
                "dialnexa_key",
                "DialNexa does not accept our key",
            )),
            _ => Err(Failure::new(
                Class::RetryLater,
                "dialnexa_refused",
                "DialNexa did not give the calls",
            )),
        }
    }
}

/// The fields of a call under the names that its webhook has for them.
fn renamed(call: Value) -> Result<Value, Failure> {
    let Value::Object(call) = call else {
        return Err(unreadable());
    };
    let names = call.into_iter().map(|(name, value)| {
        let name = match name.as_str() {
            "call_direction" => "direction",
            "createdAt" | "created_at" => "initiated_at",
            "duration" => "duration_in_seconds",
            "recording_sas_url" => "recording_url",
            "postcallanalysis" | "extracted_data" => "post_call_analysis",
            "end_reason" => "hangup_reason",
            same => same,
        };
        (name.to_owned(), value)
    });
    Ok(Value::Object(names.collect::<Map<_, _>>()))
}

fn unreadable() -> Failure {
    Failure::new(
        Class::RetryLater,
        "dialnexa_unreadable",
        "DialNexa's answer is not what its documents describe",
    )
}
