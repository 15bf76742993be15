//! DialNexa's body shapes, told apart.
//!
//! In this order, which is the contract's: `event_type` (F1), `event` (F3), `call_id` (F2),
//! anything else. A shape that we do not know is an answer, not an error: it is kept.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::event::Shape;
use super::json::{self, Entries, Json};
use crate::error::Class;
use crate::ids::CallId;
use crate::redact::{Kind, Settings, redact};

/// The largest body that may be a greeting without a signature.
const MAX_GREETING_BYTES: usize = 4096;

/// The keys of which one makes a body more than a greeting.
const CALL_KEYS: [&str; 6] = [
    "call",
    "call_id",
    "call_transfer",
    "transcript",
    "post_call_analysis",
    "extracted_data",
];

/// Why a body could not be read. Carries nothing of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WireError {
    /// It is not JSON.
    #[error("the body is not JSON (line {line}, column {column})")]
    Malformed {
        /// The line at which reading stopped, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// It nests deeper or holds more values than any call.
    #[error("the body nests too deep or holds too many values")]
    TooComplex,
}

impl WireError {
    /// What the error means for what happens next: the same body is refused again.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::Malformed { .. } | Self::TooComplex => Class::Rejected,
        }
    }
}

/// What a body turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery<'body> {
    /// Something about a call.
    Call(Box<RawCall<'body>>),
    /// DialNexa asks whether we are here, as the URL is registered.
    Verification,
    /// The same, of the old webhooks.
    Ping,
    /// In no shape that we know.
    Unknown(Unrecognised<'body>),
}

/// A call's event as it came: nothing of it was redacted yet, so it goes nowhere but to
/// [`scrub`](super::scrub).
#[derive(Clone, PartialEq)]
pub struct RawCall<'body> {
    /// The call.
    pub id: CallId,
    /// The shape it came in.
    pub shape: Shape,
    /// The event's name, in the shapes that have one.
    pub name: Option<Cow<'body, str>>,
    /// The call's fields, without its id.
    pub fields: Entries<'body>,
    /// What stood around the call: beside it in the payload, and beside the payload.
    pub around: Entries<'body>,
}

impl<'body> RawCall<'body> {
    /// The call's field `key`.
    pub(super) fn field(&self, key: &str) -> Option<&Json<'body>> {
        self.fields
            .iter()
            .find_map(|(name, value)| (name == key).then_some(value))
    }
}

impl std::fmt::Debug for RawCall<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RawCall")
            .field("id", &self.id)
            .field("shape", &self.shape)
            .finish_non_exhaustive()
    }
}

/// A body in no shape that we know, not redacted yet.
#[derive(Clone, PartialEq)]
pub struct Unrecognised<'body> {
    /// What was wrong with it.
    pub reason: UnknownReason,
    /// All of it.
    pub body: Json<'body>,
}

impl std::fmt::Debug for Unrecognised<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Unrecognised")
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// Why a body is in no shape that we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownReason {
    /// It has none of the keys by which shapes are told apart.
    Shape,
    /// It names no call, or by something that is no call's id.
    NoCallId,
    /// A key is in it twice: two readers could read two calls in it.
    KeyTwice,
}

impl UnknownReason {
    /// The reason as it is counted.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::NoCallId => "no_call_id",
            Self::KeyTwice => "key_twice",
        }
    }
}

/// Reads a body.
///
/// # Errors
/// [`WireError`] where it is no JSON, or more of it than any call has.
pub fn read(body: &[u8]) -> Result<Delivery<'_>, WireError> {
    let parsed = json::parse(body)?;
    if parsed.ambiguous {
        return Ok(unknown(UnknownReason::KeyTwice, parsed.value));
    }
    let Json::Map(entries) = parsed.value else {
        return Ok(unknown(UnknownReason::Shape, parsed.value));
    };
    Ok(match text(&entries, "event_type") {
        Some("verification") if !has_call(&entries) => Delivery::Verification,
        Some(_) if is_object(&entries, "payload") => read_event_type(entries),
        Some(_) | None => match text(&entries, "event") {
            Some("ping") if !has_call(&entries) => Delivery::Ping,
            Some(_) if has(&entries, "session_id") || has(&entries, "workspace_id") => {
                read_session(entries)
            }
            Some(_) | None => read_flat(entries),
        },
    })
}

/// Whether an unsigned body may be answered all the same: a small `verification` or `ping` of
/// plain values, without a call in it. DialNexa does not say that it signs them, and refuses to
/// save a webhook whose verification is not answered.
#[must_use]
pub fn is_greeting(body: &[u8]) -> bool {
    if body.len() > MAX_GREETING_BYTES {
        return false;
    }
    let Ok(json::Parsed {
        value: Json::Map(entries),
        ambiguous: false,
    }) = json::parse(body)
    else {
        return false;
    };
    let is_plain = |(key, value): &(Cow<'_, str>, Json<'_>)| match value {
        Json::List(_) => false,
        Json::Map(inner) => key == "payload" && inner.iter().all(|(_, value)| is_scalar(value)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::Text(_) => true,
    };
    let is_named = text(&entries, "event_type") == Some("verification")
        || (text(&entries, "event") == Some("ping") && !has(&entries, "event_type"));
    is_named && entries.iter().all(is_plain) && !has_call(&entries)
}

/// Puts a replacement character for each half of a surrogate pair that stands alone: a summary
/// that was cut within an emoji is not JSON to a strict reader. `None` where there is none.
#[must_use]
pub fn mend(body: &[u8]) -> Option<Vec<u8>> {
    const REPLACEMENT: &[u8] = br"\ufffd";
    let mut mended = Vec::new();
    let mut rest = body;
    let mut copied = body;
    let mut changed = false;
    while let Some(position) = rest.iter().position(|&byte| byte == b'\\') {
        let escape = rest.get(position..).unwrap_or_default();
        let length = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
            (Some(0xd800..=0xdfff), _) => {
                let before = copied.len().saturating_sub(escape.len());
                mended.extend_from_slice(copied.get(..before).unwrap_or_default());
                mended.extend_from_slice(REPLACEMENT);
                copied = escape.get(6..).unwrap_or_default();
                changed = true;
                6
            }
            (Some(_), _) => 6,
            (None, _) => 2,
        };
        rest = escape.get(length..).unwrap_or_default();
    }
    mended.extend_from_slice(copied);
    changed.then_some(mended)
}

/// The UTF-16 unit of an escape such as `\u00e9` at the start of `bytes`.
fn unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(br"\u")?.get(..4)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// F1: the call stands in `payload.call`.
fn read_event_type(mut entries: Entries<'_>) -> Delivery<'_> {
    let id = entries
        .iter()
        .find(|(key, _)| key == "payload")
        .and_then(|(_, payload)| {
            let call = payload.get("call")?;
            call_id(call.get("id")?)
        });
    let Some(id) = id else {
        return unknown(UnknownReason::NoCallId, Json::Map(entries));
    };
    let name = take_text(&mut entries, "event_type");
    let mut payload = take_object(&mut entries, "payload");
    let mut fields = take_object(&mut payload, "call");
    fields.retain(|(key, _)| key != "id");
    payload.append(&mut entries);
    call(id, Shape::EventType, name, fields, payload)
}

/// F3: the call is the session.
fn read_session(mut entries: Entries<'_>) -> Delivery<'_> {
    let session = entries.iter().find(|(key, _)| key == "session_id");
    let Some(id) = session.and_then(|(_, id)| call_id(id)) else {
        return unknown(UnknownReason::NoCallId, Json::Map(entries));
    };
    let name = take_text(&mut entries, "event");
    entries.retain(|(key, _)| key != "session_id");
    call(id, Shape::Session, name, entries, Vec::new())
}

/// F2: the body is the call.
fn read_flat(mut entries: Entries<'_>) -> Delivery<'_> {
    let named = has(&entries, "event_type") || has(&entries, "event");
    let Some((_, id)) = entries
        .iter()
        .find(|(key, _)| key == "call_id")
        .filter(|_| !named)
    else {
        return unknown(UnknownReason::Shape, Json::Map(entries));
    };
    let Some(id) = call_id(id) else {
        return unknown(UnknownReason::NoCallId, Json::Map(entries));
    };
    entries.retain(|(key, _)| key != "call_id");
    call(id, Shape::Flat, None, entries, Vec::new())
}

fn call<'body>(
    id: CallId,
    shape: Shape,
    name: Option<Cow<'body, str>>,
    fields: Entries<'body>,
    around: Entries<'body>,
) -> Delivery<'body> {
    Delivery::Call(Box::new(RawCall {
        id,
        shape,
        name,
        fields,
        around,
    }))
}

fn unknown(reason: UnknownReason, body: Json<'_>) -> Delivery<'_> {
    Delivery::Unknown(Unrecognised { reason, body })
}

/// A call's id, number or string. It is written everywhere as it is, so what could be a card
/// number cannot be one; DialNexa's own have letters.
fn call_id(value: &Json<'_>) -> Option<CallId> {
    if !matches!(value, Json::Text(_) | Json::Number(_)) {
        return None;
    }
    let id = CallId::new(value.scalar()?).ok()?;
    let has_letters = id.as_str().bytes().any(|byte| byte.is_ascii_alphabetic());
    let is_card = || {
        let (redacted, _) = redact(id.as_str(), &Settings::default());
        redacted.markers().any(|kind| kind == Kind::CardNumber)
    };
    (has_letters || !is_card()).then_some(id)
}

fn has(entries: &Entries<'_>, key: &str) -> bool {
    entries.iter().any(|(name, _)| name == key)
}

fn text<'entries>(entries: &'entries Entries<'_>, key: &str) -> Option<&'entries str> {
    entries
        .iter()
        .find(|(name, _)| name == key)
        .and_then(|(_, value)| value.as_text())
}

fn is_object(entries: &Entries<'_>, key: &str) -> bool {
    entries
        .iter()
        .any(|(name, value)| name == key && matches!(value, Json::Map(_)))
}

fn is_scalar(value: &Json<'_>) -> bool {
    !matches!(value, Json::List(_) | Json::Map(_))
}

/// Whether something about a call stands in a greeting, at the top or in its payload.
fn has_call(entries: &Entries<'_>) -> bool {
    entries.iter().any(|(key, value)| {
        CALL_KEYS.contains(&key.as_ref())
            || CALL_KEYS
                .iter()
                .any(|call_key| value.get(call_key).is_some())
    })
}

fn take<'body>(entries: &mut Entries<'body>, key: &str) -> Option<Json<'body>> {
    let position = entries.iter().position(|(name, _)| name == key)?;
    Some(entries.remove(position).1)
}

fn take_text<'body>(entries: &mut Entries<'body>, key: &str) -> Option<Cow<'body, str>> {
    match take(entries, key)? {
        Json::Text(text) => Some(text),
        _ => None,
    }
}

fn take_object<'body>(entries: &mut Entries<'body>, key: &str) -> Entries<'body> {
    match take(entries, key) {
        Some(Json::Map(inner)) => inner,
        _ => Vec::new(),
    }
}
