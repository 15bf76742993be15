//! DialNexa's API: its list of calls, and one call of it
//! (`https://dialnexa.com/docs/api-reference/calls`). What it answers holds callers' words and links
//! that open to anybody: it goes to the redactor, or to the one person who asked.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::exchange::{Exchange, ExchangeError};
use super::http::{Method, Transport};
use crate::ids::CallId;

/// Where DialNexa's API lives.
pub const BASE_URL: &str = "https://api.dialnexa.com";

/// Calls asked for at a time: the most that DialNexa gives.
const PER_PAGE: usize = 200;

/// Pages read at a time: two thousand calls.
const MAX_PAGES: usize = 10;

/// DialNexa. Cheap to clone.
#[derive(Debug, Clone)]
pub struct DialNexa {
    exchange: Exchange,
}

#[derive(Deserialize)]
struct Listed {
    id: CallId,
}

/// A call as DialNexa keeps it. It prints nothing of what was said.
pub struct KeptCall(Map<String, Value>);

impl fmt::Debug for KeptCall {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("KeptCall([redacted])")
    }
}

impl DialNexa {
    /// Asks over `transport`; each request may take `timeout`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, timeout: Duration) -> Self {
        Self {
            exchange: Exchange::new(transport, "DialNexa", timeout),
        }
    }

    /// The ids of the calls that were completed between `from` and `to`.
    ///
    /// # Errors
    /// [`ExchangeError`] where they cannot be read, or are more than we read through.
    pub async fn completed(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<CallId>, ExchangeError> {
        let mut ids = Vec::new();
        for page in 1..=MAX_PAGES {
            let request = self
                .exchange
                .request(Method::Get, "/v1/calls")
                .query("status", "completed")
                .query("start_date", from.to_string())
                .query("end_date", to.to_string())
                .query("page", page.to_string())
                .query("limit", PER_PAGE.to_string());
            let rows: Vec<Listed> = self.exchange.read(request).await?;
            let is_last = rows.len() < PER_PAGE;
            ids.extend(rows.into_iter().map(|row| row.id));
            if is_last {
                return Ok(ids);
            }
        }
        Err(self.exchange.incomplete())
    }

    /// A call, or nothing where DialNexa has none of that id.
    ///
    /// # Errors
    /// [`ExchangeError`] where it cannot be read.
    pub async fn call(&self, id: &CallId) -> Result<Option<KeptCall>, ExchangeError> {
        let request = self
            .exchange
            .request(Method::Get, "/v1/calls/{id}")
            .parameter(id.as_str());
        let call: Option<Map<String, Value>> = self.exchange.find(request).await?;
        Ok(call.map(KeptCall))
    }
}

impl KeptCall {
    /// A fresh link to the recording, which opens to anybody who holds it and soon runs out. Which of
    /// the two names it has differs by version.
    #[must_use]
    pub fn recording(&self) -> Option<SecretString> {
        ["recording_sas_url", "recording_url"]
            .iter()
            .filter_map(|name| self.0.get(*name)?.as_str())
            .find(|link| link.starts_with("https://"))
            .map(SecretString::from)
    }

    /// The call as its webhook would have delivered it, not redacted yet.
    #[must_use]
    pub fn delivery(self) -> Value {
        let fields = self.0.into_iter().map(|(name, value)| {
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
        let call: Map<String, Value> = fields.collect();
        json!({ "event_type": "call_ended", "payload": { "call": call } })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendors::testing::{Scripted, answer};

    fn listed(numbers: std::ops::Range<usize>) -> Value {
        numbers
            .map(|number| json!({ "id": format!("call_{number}") }))
            .collect()
    }

    #[tokio::test]
    async fn every_page_is_read_and_a_list_without_end_is_no_answer() {
        let transport = Scripted::new([answer(200, listed(0..200)), answer(200, listed(200..230))]);
        let dialnexa = DialNexa::new(transport.clone(), Duration::from_secs(5));
        let (from, to) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
        assert_eq!(dialnexa.completed(from, to).await.unwrap().len(), 230);
        assert_eq!(transport.asked().len(), 2);
        let endless = Scripted::new((0..MAX_PAGES).map(|_| answer(200, listed(0..200))));
        let dialnexa = DialNexa::new(endless, Duration::from_secs(5));
        assert!(dialnexa.completed(from, to).await.is_err());
    }

    #[tokio::test]
    async fn a_call_comes_in_the_words_of_its_webhook() {
        let call = json!({
            "id": "call_a1", "call_direction": "inbound", "duration": 60,
            "recording_sas_url": "https://recordings.example/a1?sig=s",
            "postcallanalysis": { "Outcome": "Refund request" },
        });
        let transport = Scripted::new([answer(200, call), answer(404, json!({}))]);
        let dialnexa = DialNexa::new(transport, Duration::from_secs(5));
        let id = CallId::new("call_a1").unwrap();
        let call = dialnexa.call(&id).await.unwrap().unwrap();
        assert!(call.recording().is_some());
        assert_eq!(format!("{call:?}"), "KeptCall([redacted])");
        let delivery = call.delivery();
        assert_eq!(delivery["payload"]["call"]["direction"], "inbound");
        assert_eq!(
            delivery["payload"]["call"]["post_call_analysis"]["Outcome"],
            "Refund request"
        );
        assert!(dialnexa.call(&id).await.unwrap().is_none());
    }

    #[tokio::test]
    async fn only_a_link_by_https_is_a_recording() {
        let call = json!({ "id": "call_a1", "recording_url": "javascript:alert(1)" });
        let dialnexa = DialNexa::new(Scripted::new([answer(200, call)]), Duration::from_secs(5));
        let id = CallId::new("call_a1").unwrap();
        let call = dialnexa.call(&id).await.unwrap().unwrap();
        assert!(call.recording().is_none());
    }
}
