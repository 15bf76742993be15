//! `QuickBooks`' tokens. A refresh token is good once: using it makes a new one, and whoever loses
//! that locks the merchant out. So one worker at a time refreshes, under a lease in the ledger's
//! table, and what it was given replaces exactly the version of the secret that it had read:
//!
//! ```text
//!  read secret v7 ── access token good? ── use it
//!    └ no ── lease ── read again ── Intuit: refresh ── put v8, token = hash(v7) ── give lease back
//!                                                        └ somebody put another v8: refused
//! ```
//!
//! The refresh token before the newest is kept beside it, and so is the secret's previous version.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use shared::clock::Clock;
use shared::ids::Tokens;
use shared::ledger::{Item, Key, Table, Write};
use shared::secrets::{KeepSecret, QuickBooksCredential, quickbooks_credential};
use shared::telemetry::Metrics;
use shared::vendors::exchange::{Exchange, ExchangeError};
use shared::vendors::http::{Auth, HttpClients, HttpTransport, Method};
use shared::vendors::token::AccessTokens;

/// Where Intuit gives tokens.
pub const TOKEN_URL: &str = "https://oauth.platform.intuit.com";

/// How long before its end an access token is no longer used.
const MARGIN: i64 = 120;

/// How long one worker may take to refresh.
const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// The metric of how many days the refresh token is still good for; an alarm watches it.
const DAYS_LEFT: &str = "QuickBooksTokenDaysLeft";

/// Who refreshes, and until when.
#[derive(Debug, Serialize, Deserialize)]
struct Lease {
    until: Timestamp,
}

#[derive(Deserialize)]
struct Given {
    access_token: String,
    expires_in: i64,
    refresh_token: String,
    #[serde(default)]
    x_refresh_token_expires_in: Option<i64>,
}

/// Gives `QuickBooks`' access tokens.
pub struct QuickBooksTokens {
    /// Where Intuit is asked; the credential signs each request.
    pub intuit: Intuit,
    /// The secret, read and replaced.
    pub secrets: Arc<dyn KeepSecret>,
    /// Which secret.
    pub secret: String,
    /// Where the lease is kept.
    pub table: Arc<dyn Table>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Tells our own writes from others'.
    pub tokens: Arc<dyn Tokens>,
    /// Where the days that are left are counted.
    pub metrics: Metrics,
}

/// The way to Intuit.
pub struct Intuit {
    /// The HTTP clients.
    pub http: HttpClients,
    /// Where it answers.
    pub url: String,
    /// How long it may take.
    pub timeout: std::time::Duration,
}

impl Intuit {
    async fn refresh(
        &self,
        credential: &QuickBooksCredential,
        refresh_token: &SecretString,
    ) -> Result<Given, ExchangeError> {
        let auth = Auth::Basic {
            user: credential.client_id.clone(),
            password: credential.client_secret.clone(),
        };
        let transport = HttpTransport::with_auth(self.http.clone(), self.url.clone(), auth);
        let exchange = Exchange::new(Arc::new(transport), "Intuit", self.timeout);
        let request = exchange
            .request(Method::Post, "/oauth2/v1/tokens/bearer")
            .header("accept", "application/json")
            .form("grant_type", "refresh_token")
            .form("refresh_token", refresh_token.clone());
        exchange.write(request).await
    }
}

impl QuickBooksTokens {
    async fn credential(&self) -> Option<QuickBooksCredential> {
        quickbooks_credential(&*self.secrets, &self.secret)
            .await
            .inspect_err(|error| tracing::warn!(%error, "QuickBooks' credential cannot be read"))
            .ok()?
    }

    fn good_token(&self, credential: &QuickBooksCredential) -> Option<SecretString> {
        let now = self.clock.now().as_second();
        let until = credential.access_expires_at?;
        credential
            .access_token
            .clone()
            .filter(|_| until.saturating_sub(MARGIN) > now)
    }

    /// Takes the lease; nothing where another worker has it.
    async fn lease(&self) -> Option<Item> {
        let key = Key::new("lease#quickbooks-token", "lease");
        let now = self.clock.now();
        let until = now.saturating_add(LEASE).ok()?;
        let mut item = Item::new(key.clone(), &Lease { until }).ok()?;
        item.written_by = Some(self.tokens.token());
        item.expires_at = Some(until.as_second());
        let write = match self.table.get(&key).await.ok()? {
            None => Write::create(item.clone()),
            Some(held) => {
                let lease: Lease = held.read().ok()?;
                if lease.until > now {
                    return None;
                }
                item.revision = held.revision.saturating_add(1);
                Write::replace(item.clone(), held.revision)
            }
        };
        self.table.write(&[write]).await.ok()?;
        Some(item)
    }

    /// Gives the lease back by ending it.
    async fn release(&self, held: Item) {
        let over = Lease {
            until: Timestamp::UNIX_EPOCH,
        };
        if let Ok(mut item) = Item::new(held.key.clone(), &over) {
            item.written_by = Some(self.tokens.token());
            item.expires_at = held.expires_at;
            // Whoever took it meanwhile keeps it.
            let _taken_over = self
                .table
                .write(&[Write::replace(item, held.revision)])
                .await;
        }
    }

    /// Refreshes as the one who may: the newest refresh token, else the one before it.
    async fn refresh(&self, credential: &QuickBooksCredential) -> Option<SecretString> {
        let mut used = &credential.refresh_token;
        let mut given = self.intuit.refresh(credential, used).await;
        if let (Err(error), Some(previous)) = (&given, &credential.previous_refresh_token)
            && error.refused_with() == Some(400)
        {
            used = previous;
            given = self.intuit.refresh(credential, used).await;
        }
        let given = given
            .inspect_err(|error| tracing::error!(%error, "Intuit gives no token"))
            .ok()?;
        let now = self.clock.now().as_second();
        let ends = given
            .x_refresh_token_expires_in
            .map(|seconds| now.saturating_add(seconds));
        let next = json!({
            "client_id": credential.client_id.expose_secret(),
            "client_secret": credential.client_secret.expose_secret(),
            "refresh_token": given.refresh_token,
            "previous_refresh_token": used.expose_secret(),
            "refresh_expires_at": ends.or(credential.refresh_expires_at),
            "access_token": given.access_token,
            "access_expires_at": now.saturating_add(given.expires_in),
            "realm_id": credential.realm_id,
            "sandbox": credential.is_sandbox,
        });
        let version = successor_of(credential);
        let kept = self
            .secrets
            .replace(&self.secret, next.to_string().into(), &version)
            .await;
        if let Err(error) = kept {
            // The one that was used still stands in the secret, and is good for a while longer.
            tracing::error!(%error, "QuickBooks' new refresh token could not be kept");
        }
        Some(given.access_token.into())
    }

    fn count_days(&self, credential: &QuickBooksCredential) {
        let now = self.clock.now().as_second();
        if let Some(ends) = credential.refresh_expires_at {
            let days = ends.saturating_sub(now).max(0) / (24 * 3600);
            let days = u64::try_from(days).unwrap_or(0);
            self.metrics.metric(DAYS_LEFT, days, &[]);
        }
    }
}

/// The name of the version that follows what was read: two who read the same make the same name, and
/// the second is refused.
fn successor_of(credential: &QuickBooksCredential) -> String {
    let read = (
        credential.refresh_token.expose_secret(),
        credential
            .access_token
            .as_ref()
            .map(ExposeSecret::expose_secret),
        credential.access_expires_at,
    );
    hex::encode(Sha256::digest(format!("{read:?}").as_bytes()))
}

#[async_trait]
impl AccessTokens for QuickBooksTokens {
    async fn token(&self) -> Option<SecretString> {
        let credential = self.credential().await?;
        if let Some(token) = self.good_token(&credential) {
            self.count_days(&credential);
            return Some(token);
        }
        let held = self.lease().await?;
        // Somebody may have refreshed before the lease was ours.
        self.secrets.forget(&self.secret).await;
        let token = match self.credential().await {
            Some(credential) => match self.good_token(&credential) {
                Some(token) => Some(token),
                None => self.refresh(&credential).await,
            },
            None => None,
        };
        self.secrets.forget(&self.secret).await;
        self.release(held).await;
        token
    }

    async fn forget(&self) {
        self.secrets.forget(&self.secret).await;
    }
}

#[cfg(test)]
#[path = "tokens_tests.rs"]
mod tests;
