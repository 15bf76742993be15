//! Sign-in by OpenID Connect: the code flow with PKCE, `state` and `nonce` (OpenID Connect Core 1.0,
//! RFC 7636). The identity provider says who somebody is; settings say what they may.
//!
//! ```text
//!  browser ─ GET /sign-in ─▶ we seal state, nonce and verifier into a cookie
//!          ◀─ 303 to the provider, with state, nonce and the verifier's hash
//!  browser ─ GET /sign-in/callback?code&state ─▶ state is the cookie's?
//!                                                ├ code and verifier ─▶ provider ─▶ ID token
//!                                                └ signature, issuer, audience, nonce, time ─▶ session
//! ```

mod flow;
mod ring_keys;
mod token;
mod wire;

use async_trait::async_trait;
use jsonwebtoken::jwk::JwkSet;
use serde::Deserialize;
use shared::error::Class;
use thiserror::Error;

pub use flow::{CALLBACK, Pending, SIGN_IN_COOKIE, SIGN_IN_LASTS, begin, finish};
pub use token::{Expected, TokenError, verify};
pub use wire::HttpProvider;

/// What an identity provider says of itself (OpenID Connect Discovery 1.0, 3).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Metadata {
    /// Who it is: the issuer of its tokens.
    pub issuer: String,
    /// Where people sign in.
    pub authorization_endpoint: String,
    /// Where codes are exchanged.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// How we may say who we are where codes are exchanged; by a header where it does not tell.
    #[serde(default)]
    pub token_endpoint_auth_methods_supported: Vec<String>,
}

/// Why nobody was signed in. Carries nothing of what was sent.
#[derive(Debug, Error)]
pub enum IdentityError {
    /// The provider did not answer, or with an error of its own.
    #[error("the identity provider did not answer")]
    Unavailable,
    /// What it says of itself is not what we were told to expect.
    #[error("the identity provider's description of itself is not what it should be")]
    Misconfigured,
    /// It refused the code.
    #[error("the identity provider refused the code")]
    CodeRefused,
    /// The client's secret is not to be had.
    #[error(transparent)]
    Secret(#[from] shared::secrets::SecretError),
    /// The token is not to be trusted.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl IdentityError {
    /// What the error means for what happens next.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::Unavailable | Self::Secret(_) => Class::RetryLater,
            Self::CodeRefused | Self::Token(_) => Class::Rejected,
            Self::Misconfigured => Class::Bug,
        }
    }

    /// The code in the trail of refused tries.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unavailable => "provider_unavailable",
            Self::Misconfigured => "provider_misconfigured",
            Self::CodeRefused => "code_refused",
            Self::Secret(_) => "client_secret_missing",
            Self::Token(_) => "token_refused",
        }
    }
}

/// An identity provider.
#[async_trait]
pub trait IdentityProvider: Send + Sync {
    /// What it says of itself.
    ///
    /// # Errors
    /// [`IdentityError`] where it does not answer, or is not the one it should be.
    async fn metadata(&self) -> Result<Metadata, IdentityError>;

    /// Its keys; `anew` where one is missing from those read last.
    ///
    /// # Errors
    /// [`IdentityError`] where it does not answer.
    async fn keys(&self, anew: bool) -> Result<JwkSet, IdentityError>;

    /// The ID token for a code.
    ///
    /// # Errors
    /// [`IdentityError`] where it does not answer, or refuses.
    async fn exchange(
        &self,
        code: &str,
        verifier: &str,
        redirect_uri: &str,
    ) -> Result<String, IdentityError>;
}

#[cfg(test)]
mod tests;
