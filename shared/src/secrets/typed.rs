//! The secrets by name: their JSON read into types, and refused where a person still has to set them.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::{ReadSecret, SecretError};
use crate::paystack::Mode;

/// The shortest that a signing key may be: 128 bits in hexadecimal, 192 in base64.
pub(super) const SHORTEST_KEY: usize = 32;

/// What DialNexa signs its deliveries with. Two, so that a rotation loses no delivery.
#[derive(Debug, Clone)]
pub struct DialNexaSecrets {
    /// The secret of today.
    pub current: SecretString,
    /// The secret of yesterday, while deliveries signed with it may still come.
    pub previous: Option<SecretString>,
}

impl DialNexaSecrets {
    /// The secrets, the current one first.
    pub fn all(&self) -> impl Iterator<Item = &SecretString> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

/// Paystack's secret key, which also signs its webhooks.
#[derive(Debug, Clone)]
pub struct PaystackKey {
    /// The key itself.
    pub key: SecretString,
    /// The mode that it works in, as its prefix says.
    pub mode: Mode,
}

/// The key of the caller index: without it no hash there leads back to an address or number.
#[derive(Clone)]
pub struct CallerKey(SecretString);

impl CallerKey {
    /// The key itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for CallerKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("CallerKey([redacted])")
    }
}

/// A text on its way from JSON into a secret.
pub(super) struct Text(pub(super) SecretString);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(text.into()))
    }
}

/// Reads DialNexa's signing secrets: `{"current":"…","previous":null|"…"}`.
pub async fn dialnexa_secrets(
    secrets: &dyn ReadSecret,
    id: &str,
) -> Result<DialNexaSecrets, SecretError> {
    #[derive(Deserialize)]
    struct Shape {
        current: Option<Text>,
        #[serde(default)]
        previous: Option<Text>,
    }
    const NAME: &str = "of DialNexa's signature";
    let shape: Shape = read(secrets, id, NAME, r#"{"current":"…","previous":null}"#).await?;
    let current = required(shape.current, NAME)?;
    // An empty `previous` would be a signature anybody can make: it counts as none.
    let previous = shape.previous.map(|Text(text)| text).filter(is_set);
    Ok(DialNexaSecrets { current, previous })
}

/// Reads Paystack's key: `{"secret_key":"sk_test_…"}`.
pub async fn paystack_key(secrets: &dyn ReadSecret, id: &str) -> Result<PaystackKey, SecretError> {
    #[derive(Deserialize)]
    struct Shape {
        secret_key: Option<Text>,
    }
    const NAME: &str = "of Paystack's key";
    let shape: Shape = read(secrets, id, NAME, r#"{"secret_key":"sk_test_…"}"#).await?;
    let key = required(shape.secret_key, NAME)?;
    let mode = match key.expose_secret() {
        text if !is_token(text) => None,
        text if text.starts_with("sk_test_") => Some(Mode::Test),
        text if text.starts_with("sk_live_") => Some(Mode::Live),
        _ => None,
    };
    let expected = "a key that begins with sk_test_ or sk_live_";
    mode.map(|mode| PaystackKey { key, mode })
        .ok_or(SecretError::Malformed {
            name: NAME,
            expected,
        })
}

/// Reads Slack's token: `{"bot_token":"xoxb-…"}`. `None` where Slack is not set up: the secret is
/// empty or `{}`. A placeholder left in place is an error.
pub async fn slack_token(
    secrets: &dyn ReadSecret,
    id: &str,
) -> Result<Option<SecretString>, SecretError> {
    #[derive(Deserialize)]
    struct Shape {
        #[serde(default)]
        bot_token: Option<Text>,
    }
    const NAME: &str = "of Slack's token";
    let text = secrets.read(id).await?;
    if text.expose_secret().trim().is_empty() {
        return Ok(None);
    }
    let shape: Shape = parse(&text, NAME, r#"{"bot_token":"xoxb-…"} or {}"#)?;
    let Some(Text(token)) = shape.bot_token.filter(|Text(token)| !is_empty(token)) else {
        return Ok(None);
    };
    if !is_set(&token) {
        return Err(SecretError::Unset(NAME));
    }
    if token.expose_secret().starts_with("xox") && is_token(token.expose_secret()) {
        Ok(Some(token))
    } else {
        Err(SecretError::Malformed {
            name: NAME,
            expected: "a token that begins with xoxb-",
        })
    }
}

/// Reads the key of the caller index: `{"key":"…"}`.
pub async fn caller_key(secrets: &dyn ReadSecret, id: &str) -> Result<CallerKey, SecretError> {
    #[derive(Deserialize)]
    struct Shape {
        key: Option<Text>,
    }
    const NAME: &str = "of the caller index";
    let shape: Shape = read(secrets, id, NAME, r#"{"key":"…"}"#).await?;
    let key = required(shape.key, NAME)?;
    if key.expose_secret().len() < SHORTEST_KEY {
        return Err(SecretError::Malformed {
            name: NAME,
            expected: "at least 32 characters long",
        });
    }
    Ok(CallerKey(key))
}

pub(super) async fn read<T: serde::de::DeserializeOwned>(
    secrets: &dyn ReadSecret,
    id: &str,
    name: &'static str,
    expected: &'static str,
) -> Result<T, SecretError> {
    let text = secrets.read(id).await?;
    if is_set(&text) {
        parse(&text, name, expected)
    } else {
        Err(SecretError::Unset(name))
    }
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(
    text: &SecretString,
    name: &'static str,
    expected: &'static str,
) -> Result<T, SecretError> {
    let text = text.expose_secret();
    let malformed = SecretError::Malformed { name, expected };
    // serde would read a list as the fields in their order.
    if !text.trim_start().starts_with('{') {
        return Err(malformed);
    }
    serde_json::from_str(text).map_err(|_| malformed)
}

pub(super) fn required(
    text: Option<Text>,
    name: &'static str,
) -> Result<SecretString, SecretError> {
    text.map(|Text(text)| text)
        .filter(is_set)
        .ok_or(SecretError::Unset(name))
}

pub(super) fn is_empty(text: &SecretString) -> bool {
    text.expose_secret().trim().is_empty()
}

/// Whether a person has put something there: not blank, and none of the words that templates and
/// manuals use for "put it here".
pub(super) fn is_set(text: &SecretString) -> bool {
    const PLACEHOLDERS: [&str; 8] = [
        "replace",
        "changeme",
        "change_me",
        "change-me",
        "placeholder",
        "todo",
        "unset",
        "your_",
    ];
    let text = text.expose_secret().trim().to_ascii_lowercase();
    let dots = text.contains('…') || text.ends_with("...") || text.contains("xxxxxxxx");
    let bracketed = text.starts_with('<') && text.ends_with('>');
    let word = PLACEHOLDERS.iter().any(|word| text.starts_with(word));
    !(text.is_empty() || dots || bracketed || word)
}

/// Whether a text can stand in an HTTP header: printable, one word.
pub(super) fn is_token(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}
