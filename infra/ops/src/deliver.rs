//! Delivers a body to our webhook as DialNexa would: signed, over HTTP.

use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::error::OpsError;
use crate::place::LocalStack;

/// The header that DialNexa signs with.
pub const HEADER: &str = "x-dialnexa-signature";

/// The signature of `body` under `secret`: HMAC-SHA256 over the raw bytes, in hexadecimal.
///
/// # Panics
/// Never: an HMAC takes a key of any length.
#[must_use]
#[expect(clippy::expect_used, reason = "an HMAC takes a key of any length")]
pub fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())
        .expect("an HMAC takes a key of any length");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// Reads a file that is to be delivered.
///
/// # Errors
/// [`OpsError::File`] where it cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, OpsError> {
    std::fs::read(path).map_err(|error| OpsError::File(path.to_owned(), error))
}

/// Where deliveries go, and what they are signed with.
#[derive(Debug, Clone)]
pub struct Target {
    /// The webhook's address.
    pub url: String,
    /// The signing secret.
    pub secret: String,
}

impl Target {
    /// The target given, else the local stack's.
    ///
    /// # Errors
    /// [`OpsError::NoStack`] where there is neither.
    pub fn find(
        url: Option<String>,
        secret: Option<String>,
        stack: &Path,
    ) -> Result<Self, OpsError> {
        let local = LocalStack::read(stack)?;
        let url = url.or_else(|| local.as_ref().map(|local| local.webhook_url.clone()));
        let secret = match (secret, &local) {
            (Some(secret), _) => Some(secret),
            (None, Some(local)) => Some(local.signing_secret()?),
            (None, None) => None,
        };
        let (url, secret) = url.zip(secret).ok_or(OpsError::NoStack)?;
        Ok(Self { url, secret })
    }
}

/// Delivers `body`; the answer's status and text.
///
/// # Errors
/// [`OpsError::Http`] where there is no answer.
pub async fn send(
    client: &reqwest::Client,
    target: &Target,
    body: Vec<u8>,
) -> Result<(u16, String), OpsError> {
    let failed = |error: reqwest::Error| OpsError::Http(target.url.clone(), error.without_url());
    let answer = client
        .post(&target.url)
        .header("content-type", "application/json")
        .header("user-agent", "DialNexa-External-Webhook/1.0")
        .header(HEADER, sign(&target.secret, &body))
        .body(body)
        .send()
        .await
        .map_err(failed)?;
    let status = answer.status().as_u16();
    Ok((status, answer.text().await.map_err(failed)?))
}

/// The call that a body is about, where it says so.
#[must_use]
pub fn call_id(body: &[u8]) -> Option<String> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    ["/payload/call/id", "/call_id", "/session_id"]
        .iter()
        .find_map(|place| body.pointer(place)?.as_str())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_of_rfc_4231() {
        // Test case 2 of RFC 4231.
        assert_eq!(
            sign("Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn the_call_is_found_in_every_shape() {
        for body in [
            r#"{"event_type":"call_ended","payload":{"call":{"id":"call_a1"}}}"#,
            r#"{"call_id":"call_a1","status":"completed"}"#,
            r#"{"event":"call.ended","session_id":"call_a1"}"#,
        ] {
            assert_eq!(
                call_id(body.as_bytes()).as_deref(),
                Some("call_a1"),
                "{body}"
            );
        }
        assert_eq!(call_id(b"not json"), None);
    }
}
