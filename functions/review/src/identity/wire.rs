//! An identity provider over the network.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::jwk::JwkSet;
use reqwest::header::ACCEPT;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::clock::Clock;
use shared::secrets::{ReadSecret, oidc_client_secret};
use shared::vendors::http::HttpClients;
use tokio::sync::Mutex;

use super::{IdentityError, IdentityProvider, Metadata};

/// How long the provider may take to answer: a person waits.
const TIME_OUT: Duration = Duration::from_secs(8);

/// The largest answer that is read.
const MAX_BYTES: usize = 256 * 1024;

/// How long what the provider says of itself is believed.
const LIFE: SignedDuration = SignedDuration::from_mins(60);

/// How long after they were read its keys are not read again, whatever a token says.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// An identity provider that is found by its issuer's address.
pub struct HttpProvider {
    clients: HttpClients,
    issuer: String,
    client_id: String,
    secrets: Arc<dyn ReadSecret>,
    secret_id: String,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    metadata: Option<(Metadata, Timestamp)>,
    keys: Option<(JwkSet, Timestamp)>,
}

impl HttpProvider {
    /// The provider whose tokens are issued by `issuer`, to us as `client_id`.
    #[must_use]
    pub fn new(
        clients: HttpClients,
        issuer: String,
        client_id: String,
        secrets: Arc<dyn ReadSecret>,
        secret_id: String,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            clients,
            issuer,
            client_id,
            secrets,
            secret_id,
            clock,
            known: Mutex::new(Known::default()),
        }
    }

    async fn read<T: DeserializeOwned>(&self, url: &str) -> Result<T, IdentityError> {
        let request = self.clients.reads().get(url).timeout(TIME_OUT);
        let (status, body) = send(request).await?;
        if status == 200 {
            serde_json::from_slice(&body).map_err(|_| IdentityError::Misconfigured)
        } else {
            Err(IdentityError::Unavailable)
        }
    }

    fn is_fresh(&self, read_at: Timestamp, life: SignedDuration) -> bool {
        self.clock.now().duration_since(read_at).abs() < life
    }
}

async fn send(request: reqwest::RequestBuilder) -> Result<(u16, Vec<u8>), IdentityError> {
    let unavailable = |_| IdentityError::Unavailable;
    let mut response = request
        .header(ACCEPT, "application/json")
        .send()
        .await
        .map_err(unavailable)?;
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unavailable)? {
        if body.len() + chunk.len() > MAX_BYTES {
            return Err(IdentityError::Misconfigured);
        }
        body.extend_from_slice(&chunk);
    }
    Ok((status, body))
}

#[async_trait]
impl IdentityProvider for HttpProvider {
    async fn metadata(&self) -> Result<Metadata, IdentityError> {
        let mut known = self.known.lock().await;
        if let Some((metadata, read_at)) = &known.metadata
            && self.is_fresh(*read_at, LIFE)
        {
            return Ok(metadata.clone());
        }
        let issuer = self.issuer.trim_end_matches('/');
        let metadata: Metadata = self
            .read(&format!("{issuer}/.well-known/openid-configuration"))
            .await?;
        if metadata.issuer != self.issuer {
            return Err(IdentityError::Misconfigured);
        }
        known.metadata = Some((metadata.clone(), self.clock.now()));
        Ok(metadata)
    }

    async fn keys(&self, anew: bool) -> Result<JwkSet, IdentityError> {
        let uri = self.metadata().await?.jwks_uri;
        let mut known = self.known.lock().await;
        let life = if anew { PAUSE } else { LIFE };
        if let Some((keys, read_at)) = &known.keys
            && self.is_fresh(*read_at, life)
        {
            return Ok(keys.clone());
        }
        let keys: JwkSet = self.read(&uri).await?;
        known.keys = Some((keys.clone(), self.clock.now()));
        Ok(keys)
    }

    async fn exchange(
        &self,
        code: &str,
        verifier: &str,
        redirect_uri: &str,
    ) -> Result<String, IdentityError> {
        #[derive(Deserialize)]
        struct Tokens {
            id_token: String,
        }
        let metadata = self.metadata().await?;
        let secret = oidc_client_secret(&*self.secrets, &self.secret_id).await?;
        let by_header = metadata.token_endpoint_auth_methods_supported.is_empty()
            || metadata
                .token_endpoint_auth_methods_supported
                .iter()
                .any(|method| method == "client_secret_basic");
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
            ("client_id", &self.client_id),
        ];
        let mut request = self
            .clients
            .writes()
            .post(&metadata.token_endpoint)
            .timeout(TIME_OUT)
            .header(
                reqwest::header::CONTENT_TYPE,
                "application/x-www-form-urlencoded",
            );
        if by_header {
            request = request.basic_auth(&self.client_id, Some(secret.expose_secret()));
        } else {
            fields.push(("client_secret", secret.expose_secret()));
        }
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let (status, body) = send(request.body(form)).await?;
        match status {
            200 => serde_json::from_slice::<Tokens>(&body)
                .map(|tokens| tokens.id_token)
                .map_err(|_| IdentityError::Misconfigured),
            400..=499 => Err(IdentityError::CodeRefused),
            _ => Err(IdentityError::Unavailable),
        }
    }
}
