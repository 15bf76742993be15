//! Access tokens that are fetched when they are needed: a system whose token cannot be had is a
//! system that was not reached, and holds up no other.

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;

use super::http::{
    HttpClients, HttpTransport, Transport, TransportError, WireRequest, WireResponse,
};

/// Gives an access token that is good for now.
#[async_trait]
pub trait AccessTokens: Send + Sync {
    /// The token; nothing where none can be had now.
    async fn token(&self) -> Option<SecretString>;

    /// Forgets the token that it gave, because it was refused.
    async fn forget(&self);
}

/// [`Transport`] whose requests are signed with a token that is fetched first.
pub struct TokenTransport {
    clients: HttpClients,
    base_url: String,
    tokens: Arc<dyn AccessTokens>,
}

impl TokenTransport {
    /// Speaks to `base_url` with what `tokens` gives.
    #[must_use]
    pub fn new(clients: HttpClients, base_url: String, tokens: Arc<dyn AccessTokens>) -> Self {
        Self {
            clients,
            base_url,
            tokens,
        }
    }
}

#[async_trait]
impl Transport for TokenTransport {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let token = self
            .tokens
            .token()
            .await
            .ok_or(TransportError::NotSent(None))?;
        let transport = HttpTransport::new(self.clients.clone(), self.base_url.clone(), token);
        let answer = transport.send(request).await?;
        if answer.status == 401 {
            self.tokens.forget().await;
        }
        Ok(answer)
    }
}
