//! Secrets: read from Secrets Manager, kept for a short while, and never open when unset.

mod cache;
mod desk;
mod manager;
mod paired;
mod typed;

use async_trait::async_trait;
use secrecy::SecretString;
use thiserror::Error;

use crate::error::Class;

pub use cache::CachedSecrets;
pub use desk::{
    SessionKeys, dialnexa_api_key, oidc_client_secret, session_keys, slack_signing_secret,
};
pub use manager::SecretsManager;
pub use paired::{
    GoogleCredential, QuickBooksCredential, ZendeskCredential, google_credential, hubspot_token,
    quickbooks_credential, stripe_key, zendesk_credential,
};
pub use typed::{
    CallerKey, DialNexaSecrets, PaystackKey, caller_key, dialnexa_secrets, paystack_key,
    slack_token,
};

/// Reads a secret's text by its id.
#[async_trait]
pub trait ReadSecret: Send + Sync {
    /// The secret's present text.
    ///
    /// # Errors
    /// [`SecretError`] where there is none to be had.
    async fn read(&self, id: &str) -> Result<SecretString, SecretError>;
}

/// Reads a secret that changes by being used, and keeps what it became.
#[async_trait]
pub trait KeepSecret: ReadSecret {
    /// Puts `text` in the place of the version that was read. `version` names what follows that
    /// version: of two who read the same, one is refused.
    ///
    /// # Errors
    /// [`SecretError`] where it was not kept.
    async fn replace(&self, id: &str, text: SecretString, version: &str)
    -> Result<(), SecretError>;

    /// Forgets what was read, so that the next reader asks for it.
    async fn forget(&self, id: &str);
}

/// Why there is no secret. Carries nothing of its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SecretError {
    /// The service did not answer, or not in time.
    #[error("the secrets service did not answer")]
    Unavailable,
    /// There is no secret of this id.
    #[error("there is no secret of this id")]
    Missing,
    /// Another version was put in its place meanwhile.
    #[error("the secret has changed meanwhile")]
    Changed,
    /// The role may not read it, or not use its key.
    #[error("this function's role may not read the secret")]
    Denied,
    /// It is empty, or still what the template put there.
    #[error("the secret {0} has not been set")]
    Unset(&'static str),
    /// It is not what it should be.
    #[error("the secret {name} is not {expected}")]
    Malformed {
        /// Which secret.
        name: &'static str,
        /// What it should be.
        expected: &'static str,
    },
}

impl SecretError {
    /// What happens next: without a secret nothing was sent anywhere, and once a person has set it,
    /// or the service is back, the same work goes through.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::Unavailable
            | Self::Missing
            | Self::Changed
            | Self::Denied
            | Self::Unset(_)
            | Self::Malformed { .. } => Class::RetryLater,
        }
    }

    /// Whether only a person can put this right.
    #[must_use]
    pub const fn is_configuration(self) -> bool {
        match self {
            Self::Unavailable | Self::Changed => false,
            Self::Missing | Self::Denied | Self::Unset(_) | Self::Malformed { .. } => true,
        }
    }
}

#[cfg(test)]
mod tests;
