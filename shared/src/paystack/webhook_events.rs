//! Webhooks that Paystack could not deliver to us, so that nothing it said is missed.
//!
//! They are only looked at here: sending them again is documented as not idempotent, and the state
//! they tell of is read from the record anyway.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::wire;
use super::{Effect, MAX_PAGES, Paystack, PaystackError};

/// Events asked for at a time: the most that Paystack gives.
const PER_PAGE: &str = "50";

/// A webhook of Paystack's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEvent {
    /// Paystack's id of the delivery.
    pub id: String,
    /// What happened, such as `refund.processed`.
    pub event_type: Option<String>,
    /// The number of the record that it happened to.
    pub record: Option<u64>,
}

impl<'de> Deserialize<'de> for WebhookEvent {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let text = |name| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Ok(Self {
            id: text("_id")
                .or_else(|| text("id"))
                .ok_or_else(|| serde::de::Error::missing_field("_id"))?,
            event_type: text("event_type").or_else(|| text("event")),
            record: value.get("category_row_id").and_then(wire::as_u64),
        })
    }
}

impl Paystack {
    /// Every webhook between `from` and `to` that Paystack gave up on.
    pub async fn failed_webhook_events(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<WebhookEvent>, PaystackError> {
        let mut events: Vec<WebhookEvent> = Vec::new();
        let mut next = None::<String>;
        for _ in 0..MAX_PAGES {
            let mut request = self
                .get("/integration/webhooks/events")
                .query("status", "Failed")
                .query("from", from.to_string())
                .query("to", to.to_string())
                .query("limit", PER_PAGE);
            if let Some(next) = &next {
                request = request.query("next", next);
            }
            let accepted = self.exchange(request).await?;
            let unreadable = || PaystackError::Unreadable {
                effect: Effect::Read,
                status: accepted.status,
            };
            let Value::Array(items) = accepted.data else {
                return Err(unreadable());
            };
            for item in items {
                self.check_mode(&item, Effect::Read)?;
                let event: WebhookEvent = wire::record(item).ok_or_else(unreadable)?;
                if events.iter().all(|known| known.id != event.id) {
                    events.push(event);
                }
            }
            // One of Paystack's samples says "null" in words.
            next = accepted.meta.next.filter(|next| next != "null");
            if next.is_none() {
                return Ok(events);
            }
        }
        Err(PaystackError::Incomplete)
    }

    /// The body that Paystack posts for the event of that id, or `None` where it keeps none. What it
    /// says of its record may be old: it tells which record to read.
    pub async fn webhook_event_body(&self, id: &str) -> Result<Option<Vec<u8>>, PaystackError> {
        let request = self.get("/integration/webhooks/events/{id}").parameter(id);
        let found: Option<Whole> = self.find(request).await?;
        Ok(found.and_then(|whole| match whole.event_payload {
            Value::Object(payload) => Some(Value::Object(payload).to_string().into_bytes()),
            Value::String(payload) => Some(payload.into_bytes()),
            _ => None,
        }))
    }
}

/// An event with what was posted.
#[derive(Deserialize)]
struct Whole {
    #[serde(default)]
    event_payload: Value,
}
