//! Paystack's webhooks on their way: posted as they happen, signed with the account's key, and
//! again every three minutes for the first four tries, then hourly for three days
//! (`https://paystack.com/docs/payments/webhooks/`).

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper::client::conn::http1;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST};
use hyper_util::rt::TokioIo;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sha2::Sha512;
use tokio::net::TcpStream;

use crate::paystack::WebhookEvent;

/// How long Paystack waits for an answer in test mode.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many tries are made at the quick pace.
const QUICK_TRIES: u32 = 4;

/// How many tries there are at all: four, and then one an hour for 72 hours.
const MOST_TRIES: u32 = QUICK_TRIES + 72;

/// What is to be posted, and where.
#[derive(Debug, Clone, Default)]
pub struct Webhooks {
    url: Option<String>,
    taken: usize,
    waiting: Vec<Delivery>,
}

/// One event on its way.
#[derive(Debug, Clone)]
pub struct Delivery {
    body: String,
    tries: u32,
    not_before: Timestamp,
}

/// A request that is ready to be posted.
#[derive(Debug, Clone)]
pub struct Posting {
    delivery: Delivery,
    url: String,
    signature: String,
}

impl Webhooks {
    /// Posts to `url` from now on, or nowhere. What happened before is not posted.
    pub fn send_to(&mut self, url: Option<String>, so_far: usize) {
        self.url = url;
        self.taken = so_far;
        self.waiting.clear();
    }

    /// Takes what is to be posted by `now`, new events first.
    pub fn due(&mut self, events: &[WebhookEvent], key: &str, now: Timestamp) -> Vec<Posting> {
        let fresh = events.iter().skip(self.taken);
        self.waiting.extend(fresh.map(|event| Delivery {
            body: event.payload.to_string(),
            tries: 0,
            not_before: now,
        }));
        self.taken = events.len();
        let Some(url) = &self.url else {
            self.waiting.clear();
            return Vec::new();
        };
        let (due, later): (Vec<_>, Vec<_>) = self
            .waiting
            .drain(..)
            .partition(|delivery| delivery.not_before <= now);
        self.waiting = later;
        due.into_iter()
            .map(|delivery| Posting {
                signature: sign(&delivery.body, key),
                url: url.clone(),
                delivery,
            })
            .collect()
    }

    /// Takes back what was not answered with 200, for its next try.
    pub fn again(&mut self, mut delivery: Delivery, now: Timestamp) {
        delivery.tries = delivery.tries.saturating_add(1);
        let pause = if delivery.tries < QUICK_TRIES {
            SignedDuration::from_mins(3)
        } else {
            SignedDuration::from_hours(1)
        };
        delivery.not_before = now.checked_add(pause).unwrap_or(Timestamp::MAX);
        if delivery.tries < MOST_TRIES {
            self.waiting.push(delivery);
        }
    }
}

/// The account's signature over a body.
fn sign(body: &str, key: &str) -> String {
    let mac = Hmac::<Sha512>::new_from_slice(key.as_bytes()).map(|mac| mac.chain_update(body));
    mac.map_or_else(
        |_| String::new(),
        |mac| hex::encode(mac.finalize().into_bytes()),
    )
}

/// Posts one event. Gives it back where the answer is not 200.
pub async fn post(posting: Posting) -> Result<(), Delivery> {
    let sent = tokio::time::timeout(PATIENCE, exchange(&posting)).await;
    match sent {
        Ok(Some(200)) => Ok(()),
        Ok(_) | Err(_) => Err(posting.delivery),
    }
}

/// The status of the answer, where there is one.
async fn exchange(posting: &Posting) -> Option<u16> {
    let uri: hyper::Uri = posting.url.parse().ok()?;
    let authority = uri.authority()?.clone();
    let address = (authority.host(), authority.port_u16().unwrap_or(80));
    let stream = TcpStream::connect(address).await.ok()?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.ok()?;
    let connection = tokio::spawn(connection);
    let body = posting.delivery.body.clone();
    let request = hyper::Request::post(uri.path_and_query()?.as_str())
        .header(HOST, authority.as_str())
        .header(CONTENT_TYPE, "application/json")
        .header(CONTENT_LENGTH, body.len())
        .header("x-paystack-signature", &posting.signature)
        .body(body)
        .ok()?;
    let response = sender.send_request(request).await.ok()?;
    connection.abort();
    Some(response.status().as_u16())
}

/// Where webhooks are to go: `{"url": "http://…"}`, or `{"url": null}` for nowhere.
#[must_use]
pub fn address(order: &Value) -> Option<String> {
    order.get("url")?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const KEY: &str = "sk_test_sandbox";

    fn event(number: u32) -> WebhookEvent {
        WebhookEvent {
            id: number.to_string(),
            record: number.to_string(),
            payload: json!({ "event": "refund.processed", "data": { "id": number } }),
            created_at: Timestamp::UNIX_EPOCH,
            failed: false,
        }
    }

    fn after(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    #[test]
    fn only_what_happens_after_the_address_was_given_is_posted_and_once() {
        let mut webhooks = Webhooks::default();
        let mut events = vec![event(1)];
        assert!(webhooks.due(&events, KEY, after(0)).is_empty());
        webhooks.send_to(Some("http://127.0.0.1:1/x".to_owned()), events.len());
        events.push(event(2));
        let due = webhooks.due(&events, KEY, after(0));
        assert_eq!(due.len(), 1);
        assert!(due[0].delivery.body.contains("\"id\":2"));
        assert!(webhooks.due(&events, KEY, after(999)).is_empty());
    }

    #[test]
    fn what_is_refused_comes_again_after_three_minutes_and_later_hourly() {
        let mut webhooks = Webhooks::default();
        webhooks.send_to(Some("http://127.0.0.1:1/x".to_owned()), 0);
        let events = [event(1)];
        let mut tried_at = Vec::new();
        for minute in 0..260 {
            for posting in webhooks.due(&events, KEY, after(minute)) {
                tried_at.push(minute);
                webhooks.again(posting.delivery, after(minute));
            }
        }
        assert_eq!(tried_at, [0, 3, 6, 9, 69, 129, 189, 249]);
    }
}
