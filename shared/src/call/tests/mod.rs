//! What a delivery may do to us, and must not.

mod facts;
mod scrub;
mod transcript;
mod wire;

use jiff::Timestamp;

use super::{CallEvent, Delivery, RawCall, read, scrub as scrub_call};
use crate::redact::Settings;

/// A sample body from `events/dialnexa`.
macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../../../events/dialnexa/", $name, ".json"))
    };
}
pub(super) use sample;

/// The card that the callers of these tests read out; Paystack's own for tests.
pub(super) const CARD: &str = "4084084084084081";

pub(super) fn now() -> Timestamp {
    "2026-11-24T09:15:52Z".parse().unwrap()
}

pub(super) fn raw(body: &str) -> RawCall<'_> {
    match read(body.as_bytes()).unwrap() {
        Delivery::Call(call) => *call,
        other => panic!("not a call: {other:?}"),
    }
}

pub(super) fn event(body: &str) -> CallEvent {
    scrub_call(&raw(body), now(), &Settings::default())
}

/// A minimal F1 body whose call has these further fields.
pub(super) fn ended(fields: &str) -> String {
    let comma = if fields.is_empty() { "" } else { "," };
    format!(
        r#"{{"event_type":"call_ended","payload":{{"call":{{"id":"call_a1","status":"completed"{comma}{fields}}}}}}}"#
    )
}

/// Whether five digits of the card in a row are in `text`, whatever stands between them.
pub(super) fn shows_card(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (0..=CARD.len() - 5).any(|start| digits.contains(&CARD[start..start + 5]))
}
