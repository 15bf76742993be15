//! The secrets of the desk: with what it signs sessions, how the identity provider and Slack know
//! it, and DialNexa's key for recordings.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::typed::{SHORTEST_KEY, Text, is_set, is_token, read, required};
use super::{ReadSecret, SecretError};

/// The keys that sign what a browser keeps for us.
#[derive(Debug, Clone)]
pub struct SessionKeys {
    /// The key of today.
    pub current: SecretString,
    /// The key of yesterday, while what it signed still counts.
    pub previous: Option<SecretString>,
}

/// Reads the keys of sessions: `{"key":"…","previous":null|"…"}`.
pub async fn session_keys(secrets: &dyn ReadSecret, id: &str) -> Result<SessionKeys, SecretError> {
    #[derive(Deserialize)]
    struct Shape {
        key: Option<Text>,
        #[serde(default)]
        previous: Option<Text>,
    }
    const NAME: &str = "of sessions";
    let shape: Shape = read(secrets, id, NAME, r#"{"key":"…","previous":null}"#).await?;
    let long = |key: &SecretString| key.expose_secret().len() >= SHORTEST_KEY;
    let current = required(shape.key, NAME)?;
    let previous = shape.previous.map(|Text(text)| text).filter(is_set);
    if long(&current) && previous.as_ref().is_none_or(long) {
        Ok(SessionKeys { current, previous })
    } else {
        Err(SecretError::Malformed {
            name: NAME,
            expected: "at least 32 characters long",
        })
    }
}

/// Reads our secret at the identity provider: `{"client_secret":"…"}`.
pub async fn oidc_client_secret(
    secrets: &dyn ReadSecret,
    id: &str,
) -> Result<SecretString, SecretError> {
    #[derive(Deserialize)]
    struct Shape {
        client_secret: Option<Text>,
    }
    const NAME: &str = "of the identity provider";
    let shape: Shape = read(secrets, id, NAME, r#"{"client_secret":"…"}"#).await?;
    required(shape.client_secret, NAME)
}

/// Reads what Slack signs its requests with: `{"signing_secret":"…"}`.
pub async fn slack_signing_secret(
    secrets: &dyn ReadSecret,
    id: &str,
) -> Result<SecretString, SecretError> {
    #[derive(Deserialize)]
    struct Shape {
        signing_secret: Option<Text>,
    }
    const NAME: &str = "of Slack's signature";
    let shape: Shape = read(secrets, id, NAME, r#"{"signing_secret":"…"}"#).await?;
    let secret = required(shape.signing_secret, NAME)?;
    if secret.expose_secret().len() < SHORTEST_KEY {
        return Err(SecretError::Malformed {
            name: NAME,
            expected: "at least 32 characters long",
        });
    }
    Ok(secret)
}

/// Reads DialNexa's API key: `{"api_key":"key_id:secret"}`.
pub async fn dialnexa_api_key(
    secrets: &dyn ReadSecret,
    id: &str,
) -> Result<SecretString, SecretError> {
    #[derive(Deserialize)]
    struct Shape {
        api_key: Option<Text>,
    }
    const NAME: &str = "of DialNexa's API";
    let shape: Shape = read(secrets, id, NAME, r#"{"api_key":"key_id:secret"}"#).await?;
    let key = required(shape.api_key, NAME)?;
    if is_token(key.expose_secret()) {
        Ok(key)
    } else {
        Err(SecretError::Malformed {
            name: NAME,
            expected: "key_id:secret, without spaces",
        })
    }
}
