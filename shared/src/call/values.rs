//! Single fields of a call, read as what they should be: `None` where they are not, and then they
//! are kept as redacted text.

use jiff::Timestamp;

use super::event::{CallStatus, Direction};
use super::json::{Json, Number};
use crate::ids::PhoneNumber;

/// Whether a text is a name as programs give them: short, and too few digits to hold a secret.
pub(super) fn is_token(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        && text.bytes().filter(u8::is_ascii_digit).count() <= 2
}

/// The state of a call. DialNexa writes it in small letters.
pub(super) fn status(value: &Json<'_>) -> Option<CallStatus> {
    value
        .as_text()
        .filter(|text| is_token(text))
        .map(|text| CallStatus::from(text.to_ascii_lowercase()))
}

/// Who rang whom.
pub(super) fn direction(value: &Json<'_>) -> Option<Direction> {
    let text = value.as_text()?;
    if text.eq_ignore_ascii_case("inbound") {
        Some(Direction::Inbound)
    } else if text.eq_ignore_ascii_case("outbound") {
        Some(Direction::Outbound)
    } else {
        None
    }
}

/// A telephone number, written as text or as a number.
pub(super) fn phone(value: &Json<'_>) -> Option<PhoneNumber> {
    match value {
        Json::Text(text) => PhoneNumber::new(text).ok(),
        Json::Number(Number::Unsigned(number)) => PhoneNumber::new(&number.to_string()).ok(),
        _ => None,
    }
}

/// An instant in ISO 8601, or in seconds or milliseconds since 1970.
pub(super) fn instant(value: &Json<'_>) -> Option<Timestamp> {
    match value {
        Json::Text(text) => text.trim().parse().ok(),
        Json::Number(Number::Unsigned(number)) => {
            let number = i64::try_from(*number).ok()?;
            // In seconds this is the year 5138, in milliseconds it was 1973.
            if number < 100_000_000_000 {
                Timestamp::from_second(number).ok()
            } else {
                Timestamp::from_millisecond(number).ok()
            }
        }
        _ => None,
    }
}

/// A length of time, in whatever unit it came.
pub(super) fn duration(value: &Json<'_>) -> Option<f64> {
    let length: f64 = match value {
        Json::Text(_) | Json::Number(_) => value.scalar()?.trim().parse().ok()?,
        _ => return None,
    };
    // A day in milliseconds is enough for any call, and too short for the number of a card.
    (0.0..=86_400_000.0).contains(&length).then_some(length)
}
