//! Google's access tokens: from a refresh token, or for a service account that stands in for the
//! mailbox, signed with its key (RS256).

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::json;
use shared::clock::Clock;
use shared::secrets::{GoogleCredential, ReadSecret, google_credential};
use shared::vendors::exchange::Exchange;
use shared::vendors::http::{Method, WireRequest};
use shared::vendors::token::AccessTokens;
use tokio::sync::Mutex;

use super::{SCOPE, SEARCH_SCOPE};

/// How long before its end a token is no longer used.
const MARGIN: SignedDuration = SignedDuration::from_secs(60);

/// How long an assertion is good for: Google's most.
const ASSERTION_LASTS: SignedDuration = SignedDuration::from_hours(1);

/// Whom an assertion is for, whatever address it is sent to.
const AUDIENCE: &str = "https://oauth2.googleapis.com/token";

/// Gives Google's access tokens, one at a time for all who ask.
pub struct GoogleTokens {
    google: Exchange,
    secrets: Arc<dyn ReadSecret>,
    secret: String,
    clock: Arc<dyn Clock>,
    held: Mutex<Option<(SecretString, Timestamp)>>,
}

#[derive(Deserialize)]
struct Given {
    access_token: String,
    expires_in: i64,
}

impl GoogleTokens {
    /// Asks `google` with the credential in `secret`.
    #[must_use]
    pub fn new(
        google: Exchange,
        secrets: Arc<dyn ReadSecret>,
        secret: String,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            google,
            secrets,
            secret,
            clock,
            held: Mutex::new(None),
        }
    }

    async fn fetch(&self) -> Option<(SecretString, Timestamp)> {
        let credential = google_credential(&*self.secrets, &self.secret)
            .await
            .inspect_err(|error| tracing::warn!(%error, "Gmail's credential cannot be read"))
            .ok()??;
        let now = self.clock.now();
        let request = self.google.request(Method::Post, "/token");
        let request = match &credential {
            GoogleCredential::Refresh {
                client_id,
                client_secret,
                refresh_token,
            } => request
                .form("grant_type", "refresh_token")
                .form("client_id", client_id.clone())
                .form("client_secret", client_secret.clone())
                .form("refresh_token", refresh_token.clone()),
            GoogleCredential::ServiceAccount {
                client_email,
                private_key,
                subject,
            } => by_assertion(request, client_email, private_key, subject, now)?,
        };
        let given: Given = self
            .google
            .read(request)
            .await
            .inspect_err(|error| tracing::warn!(%error, "Google gives no token"))
            .ok()?;
        let until = now
            .saturating_add(SignedDuration::from_secs(given.expires_in))
            .unwrap_or(now);
        Some((given.access_token.into(), until))
    }
}

fn by_assertion(
    request: WireRequest,
    client_email: &str,
    private_key: &SecretString,
    subject: &str,
    now: Timestamp,
) -> Option<WireRequest> {
    let signed = assertion(client_email, private_key, subject, now);
    if signed.is_none() {
        tracing::warn!("the private key of Gmail's service account is no RSA key in PKCS #8");
    }
    Some(
        request
            .form("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
            .form("assertion", signed?),
    )
}

/// A JSON web token (RFC 7519) by which the service account asks to act as `subject`, signed with
/// RS256; nothing where the key is none.
fn assertion(
    client_email: &str,
    private_key: &SecretString,
    subject: &str,
    now: Timestamp,
) -> Option<SecretString> {
    let until = now.saturating_add(ASSERTION_LASTS).ok()?;
    let header = json!({ "alg": "RS256", "typ": "JWT" });
    let claims = json!({
        "iss": client_email,
        "sub": subject,
        "scope": format!("{SCOPE} {SEARCH_SCOPE}"),
        "aud": AUDIENCE,
        "iat": now.as_second(),
        "exp": until.as_second(),
    });
    let encode = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(&header), encode(&claims));
    let key = RsaKeyPair::from_pkcs8(&der(private_key)?).ok()?;
    let mut signature = vec![0; key.public().modulus_len()];
    let random = ring::rand::SystemRandom::new();
    key.sign(
        &RSA_PKCS1_SHA256,
        &random,
        signed.as_bytes(),
        &mut signature,
    )
    .ok()?;
    Some(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
}

/// The key's bytes, out of its PEM.
fn der(pem: &SecretString) -> Option<Vec<u8>> {
    let text = pem.expose_secret();
    let (_, rest) = text.split_once("-----BEGIN PRIVATE KEY-----")?;
    let (base64, _) = rest.split_once("-----END PRIVATE KEY-----")?;
    let base64: String = base64.split_whitespace().collect();
    STANDARD.decode(base64).ok()
}

#[async_trait]
impl AccessTokens for GoogleTokens {
    async fn token(&self) -> Option<SecretString> {
        // Held while asking, so that many who ask at once are one question.
        let mut held = self.held.lock().await;
        let now = self.clock.now();
        if let Some((token, until)) = &*held
            && now.saturating_add(MARGIN).is_ok_and(|then| then < *until)
        {
            return Some(token.clone());
        }
        let (token, until) = self.fetch().await?;
        *held = Some((token.clone(), until));
        Some(token)
    }

    async fn forget(&self) {
        *self.held.lock().await = None;
    }
}

#[cfg(test)]
#[path = "tokens_tests.rs"]
mod tests;
