//! Paystack's loose ends, read once for all resources: ids and amounts as number or string, flags
//! as 0 or 1, metadata in five shapes, two spellings of every time stamp.
//!
//! What cannot be read in an *optional* field is left out, not an error: the answer to a write that
//! went through must never be thrown away over a field that nobody needs.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use crate::ids::{CustomerCode, Email, PhoneNumber, TransactionReference};
use crate::money::{Currency, Money};

/// Somebody's words or name, as Paystack stores them. Prints masked.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PrivateText(String);

impl PrivateText {
    /// Takes `text`.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PrivateText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[masked]")
    }
}

/// What Paystack keeps beside a record for us. Prints its keys' number only.
#[derive(Clone, Default, PartialEq)]
pub enum Metadata {
    /// Nothing: absent, `null`, `""`, `0`, or an empty list.
    #[default]
    Absent,
    /// An object, sent as one or as its JSON text.
    Object(Map<String, Value>),
    /// Something else, which we neither read nor overwrite.
    Other,
}

impl Metadata {
    /// The text under `key`.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        match self {
            Self::Object(map) => map.get(key)?.as_str(),
            Self::Absent | Self::Other => None,
        }
    }

    fn read(value: Value) -> Self {
        match value {
            Value::Object(map) if map.is_empty() => Self::Absent,
            Value::Object(map) => Self::Object(map),
            Value::Null | Value::Bool(false) => Self::Absent,
            Value::Number(number) if number.as_f64() == Some(0.0) => Self::Absent,
            Value::Array(items) if items.is_empty() => Self::Absent,
            Value::String(text) if text.trim().is_empty() => Self::Absent,
            Value::String(text) => match serde_json::from_str(&text) {
                // JSON text inside JSON text is nobody's habit; one level is enough.
                Ok(Value::String(_)) | Err(_) => Self::Other,
                Ok(inner) => Self::read(inner),
            },
            Value::Bool(true) | Value::Number(_) | Value::Array(_) => Self::Other,
        }
    }
}

impl fmt::Debug for Metadata {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => formatter.write_str("Absent"),
            Self::Object(map) => write!(formatter, "Object({} keys)", map.len()),
            Self::Other => formatter.write_str("Other"),
        }
    }
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::read)
    }
}

/// Who a record belongs to: Paystack names a customer by number, by code or with an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomerRef {
    /// The customer's number.
    pub id: Option<u64>,
    /// The customer's code.
    pub code: Option<CustomerCode>,
    /// The address on record.
    pub email: Option<Email>,
    /// The telephone number on record.
    pub phone: Option<PrivateText>,
}

impl CustomerRef {
    /// Whether this may be the customer `id`: it says so, or does not say.
    #[must_use]
    pub fn may_be(&self, id: u64) -> bool {
        self.id.is_none_or(|own| own == id)
    }
}

impl<'de> Deserialize<'de> for CustomerRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let text = |name| value.get(name).and_then(Value::as_str);
        Ok(if value.is_object() {
            Self {
                id: value.get("id").and_then(as_u64),
                code: text("customer_code").and_then(|code| CustomerCode::new(code).ok()),
                email: text("email").and_then(|email| Email::new(email).ok()),
                phone: text("phone")
                    .filter(|phone| !phone.is_empty())
                    .map(PrivateText::new),
            }
        } else {
            let code = value.as_str().and_then(|code| CustomerCode::new(code).ok());
            Self {
                id: as_u64(&value),
                code,
                ..Self::default()
            }
        })
    }
}

/// Which transaction a record is about: Paystack names it by number or with an object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransactionRef {
    /// The transaction's number.
    pub id: Option<u64>,
    /// The transaction's reference.
    pub reference: Option<TransactionReference>,
}

impl<'de> Deserialize<'de> for TransactionRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let reference = value.get("reference").and_then(Value::as_str);
        Ok(Self {
            id: as_u64(value.get("id").unwrap_or(&value)),
            reference: reference.and_then(|text| TransactionReference::new(text).ok()),
        })
    }
}

/// Paystack's two modes. The key decides which one answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// No money moves.
    Test,
    /// Money moves.
    Live,
}

impl Mode {
    /// The mode's name, as answers give it in `domain`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Live => "live",
        }
    }
}

/// A status of Paystack's, with [`Unknown`](Self) for those that it adds tomorrow.
macro_rules! status {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $text:literal $(| $also:literal)*,)+
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A word we do not know, or none at all.
            Unknown(String),
        }

        impl $name {
            /// The status as Paystack writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown(text) => text,
                }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::Unknown(String::new())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = $crate::paystack::wire::word(deserializer)?;
                Ok(match text.as_str() {
                    $($text $(| $also)* => Self::$variant,)+
                    _ => Self::Unknown(text),
                })
            }
        }
    };
}
pub(super) use status;

/// Reads a record. Paystack spells a time stamp `created_at` in one answer, `createdAt` in the next
/// and gives both in a third; records are read by the first spelling.
pub(super) fn record<T: DeserializeOwned>(mut value: Value) -> Option<T> {
    const SPELLINGS: [(&str, &str); 4] = [
        ("createdAt", "created_at"),
        ("paidAt", "paid_at"),
        ("dueAt", "due_at"),
        ("resolvedAt", "resolved_at"),
    ];
    // Only an object: serde would read a list as a record's fields in their order.
    let map = value.as_object_mut()?;
    for (other, ours) in SPELLINGS {
        if let Some(instant) = map.remove(other)
            && map.get(ours).is_none_or(Value::is_null)
        {
            map.insert(ours.to_owned(), instant);
        }
    }
    serde_json::from_value(value).ok()
}

/// A value as a whole number that is not negative: `7`, `"7"`, `7.0`.
pub(super) fn as_u64(value: &Value) -> Option<u64> {
    match value {
        Value::Number(_) => value
            .as_u64()
            .or_else(|| u64::try_from(as_i64(value)?).ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A value as whole subunits: `100`, `"100"`, `100.0`, `"100.00"`; never rounded.
pub(super) fn as_i64(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| whole(&number.to_string())),
        Value::String(text) => whole(text.trim()),
        _ => None,
    }
}

fn whole(text: &str) -> Option<i64> {
    let (units, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.bytes().all(|byte| byte == b'0') {
        units.parse().ok()
    } else {
        None
    }
}

pub(super) fn optional_u64<'de, D: Deserializer<'de>>(source: D) -> Result<Option<u64>, D::Error> {
    Ok(as_u64(&Value::deserialize(source)?))
}

/// A record's number, given as such or with the record.
pub(super) fn optional_number<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Option<u64>, D::Error> {
    let value = Value::deserialize(source)?;
    Ok(as_u64(value.get("id").unwrap_or(&value)))
}

pub(super) fn required_u64<'de, D: Deserializer<'de>>(source: D) -> Result<u64, D::Error> {
    optional_u64(source)?.ok_or_else(|| serde::de::Error::custom("not a whole number"))
}

pub(super) fn optional_i64<'de, D: Deserializer<'de>>(source: D) -> Result<Option<i64>, D::Error> {
    Ok(as_i64(&Value::deserialize(source)?))
}

pub(super) fn required_i64<'de, D: Deserializer<'de>>(source: D) -> Result<i64, D::Error> {
    optional_i64(source)?.ok_or_else(|| serde::de::Error::custom("not a whole number"))
}

/// `true`, `1`, `"true"`, `"1"`; everything else is false.
pub(super) fn flag<'de, D: Deserializer<'de>>(source: D) -> Result<bool, D::Error> {
    Ok(as_flag(&Value::deserialize(source)?) == Some(true))
}

pub(super) fn as_flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        other => match as_i64(other)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
    }
}

/// A word such as a status; empty where it is absent or not text.
pub(super) fn word<'de, D: Deserializer<'de>>(source: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(source)? {
        Value::String(text) => text,
        _ => String::new(),
    })
}

pub(super) fn optional_text<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Option<String>, D::Error> {
    Ok(Some(word(source)?).filter(|text| !text.is_empty()))
}

pub(super) fn private_text<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Option<PrivateText>, D::Error> {
    Ok(optional_text(source)?.map(PrivateText))
}

/// A text that is worth money.
pub(super) fn secret<'de, D: Deserializer<'de>>(source: D) -> Result<SecretString, D::Error> {
    String::deserialize(source).map(SecretString::from)
}

/// A text read by `FromStr`, left out where it cannot be.
pub(super) fn parsed<'de, D: Deserializer<'de>, T: std::str::FromStr>(
    source: D,
) -> Result<Option<T>, D::Error> {
    Ok(word(source)?.parse().ok())
}

pub(super) fn optional_email<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Option<Email>, D::Error> {
    Ok(Email::new(&word(source)?).ok())
}

pub(super) fn optional_time<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Option<Timestamp>, D::Error> {
    Ok(as_time(&word(source)?))
}

/// A time stamp; one without an offset (`2026-01-01 09:00:00`) is in UTC, as all of Paystack's are.
fn as_time(text: &str) -> Option<Timestamp> {
    let in_utc = |text: &str| {
        jiff::tz::TimeZone::UTC
            .to_timestamp(text.parse::<jiff::civil::DateTime>().ok()?)
            .ok()
    };
    text.parse().ok().or_else(|| in_utc(text))
}

/// The day of a date or of a time stamp.
pub(super) fn optional_date<'de, D: Deserializer<'de>>(
    source: D,
) -> Result<Option<Date>, D::Error> {
    let text = word(source)?;
    Ok(text.get(..10).and_then(|day| day.parse().ok()))
}

/// A list; one object where Paystack should have sent a list of one; empty where it is absent.
/// Elements that cannot be read are left out.
pub(super) fn loose_list<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    source: D,
) -> Result<Vec<T>, D::Error> {
    let items = match Value::deserialize(source)? {
        Value::Array(items) => items,
        object @ Value::Object(_) => vec![object],
        _ => Vec::new(),
    };
    Ok(items
        .into_iter()
        .filter_map(|item| serde_json::from_value(item).ok())
        .collect())
}

/// An object, left out where there is none or it cannot be read (`{}`, `[]`, `0`, `""`).
pub(super) fn loose_object<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    source: D,
) -> Result<Option<T>, D::Error> {
    Ok(record(Value::deserialize(source)?))
}

/// The elements of a list, or the one object that stands where a list should.
pub(super) fn one_or_many(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        object @ Value::Object(_) => vec![object],
        _ => Vec::new(),
    }
}

/// An amount with its currency, where both could be read.
pub(super) fn money(amount: Option<i64>, currency: Option<Currency>) -> Option<Money> {
    Some(Money::new(amount?, currency?))
}

/// A number on record in E.164. Merchants store national numbers, so one that begins with 0 is
/// completed with `calling_code` (such as `234`), where one is given.
pub(super) fn phone_number(
    stored: Option<&PrivateText>,
    calling_code: Option<&str>,
) -> Option<PhoneNumber> {
    let stored = stored?.expose().trim();
    if let Some(national) = stored.strip_prefix('0') {
        let calling_code = calling_code?.trim_start_matches('+');
        PhoneNumber::new(&format!("+{calling_code}{national}")).ok()
    } else {
        PhoneNumber::new(stored).ok()
    }
}
