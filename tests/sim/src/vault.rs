//! Secrets Manager, with the secrets of a made-up merchant.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use shared::secrets::{ReadSecret, SecretError};

/// DialNexa's signing secret.
pub const SIGNING_SECRET: &str = "whsec_simulator_5d1c0a7e";
/// Paystack's key.
pub const PAYSTACK_KEY: &str = "sk_test_simulator9f3b2c71";
/// Slack's token.
pub const SLACK_TOKEN: &str = "xoxb-simulator-71c2";
/// Zendesk's token.
pub const ZENDESK_TOKEN: &str = "zendesk-simulator-52ab";
/// `HubSpot`'s token.
pub const HUBSPOT_TOKEN: &str = "pat-simulator-90fd";
/// Gmail's access token.
pub const GMAIL_TOKEN: &str = "ya29-simulator-33c1";
/// The key of the caller index.
pub const CALLER_KEY: &str = "caller-key-of-the-simulator-3f9a1b5c7d2e4860";

/// Everything that may stand nowhere.
pub const ALL: [&str; 7] = [
    SIGNING_SECRET,
    PAYSTACK_KEY,
    SLACK_TOKEN,
    ZENDESK_TOKEN,
    HUBSPOT_TOKEN,
    GMAIL_TOKEN,
    CALLER_KEY,
];

/// The secrets, by their ids.
#[derive(Debug, Clone, Copy)]
pub struct Vault;

#[async_trait]
impl ReadSecret for Vault {
    async fn read(&self, id: &str) -> Result<SecretString, SecretError> {
        match id {
            "dialnexa" => Ok(format!(
                r#"{{"current":"{SIGNING_SECRET}","previous":null}}"#
            )),
            "paystack" => Ok(format!(r#"{{"secret_key":"{PAYSTACK_KEY}"}}"#)),
            "slack" => Ok(format!(r#"{{"bot_token":"{SLACK_TOKEN}"}}"#)),
            "caller-key" => Ok(format!(r#"{{"key":"{CALLER_KEY}"}}"#)),
            _ => Err(SecretError::Missing),
        }
        .map(SecretString::from)
    }
}

/// The header that carries a bearer token.
#[must_use]
pub fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

/// The header that carries a name and a password.
#[must_use]
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}
