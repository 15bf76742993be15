//! [`ReadSecret`] from AWS Secrets Manager.

use async_trait::async_trait;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use secrecy::{ExposeSecret, SecretString};

use super::{ReadSecret, SecretError};

/// Reads the current version of secrets, each time anew; [`super::CachedSecrets`] goes before it.
#[derive(Debug, Clone)]
pub struct SecretsManager {
    client: Client,
}

impl SecretsManager {
    /// Reads through `client`.
    #[must_use]
    pub const fn new(client: Client) -> Self {
        Self { client }
    }
}

#[async_trait]
impl ReadSecret for SecretsManager {
    async fn read(&self, id: &str) -> Result<SecretString, SecretError> {
        let answer = self.client.get_secret_value().secret_id(id).send().await;
        match answer {
            Ok(secret) => {
                secret
                    .secret_string
                    .map(SecretString::from)
                    .ok_or(SecretError::Malformed {
                        name: "itself",
                        expected: "text: it was stored as bytes",
                    })
            }
            Err(error) => Err(sort(&error)),
        }
    }
}

impl SecretsManager {
    /// Puts a new version in place, named `version` (32 to 64 characters). The service takes a name
    /// once: the version before it stays under `AWSPREVIOUS`.
    ///
    /// # Errors
    /// [`SecretError::Changed`] where another text was put under that name.
    pub async fn put(
        &self,
        id: &str,
        text: &SecretString,
        version: &str,
    ) -> Result<(), SecretError> {
        let answer = self
            .client
            .put_secret_value()
            .secret_id(id)
            .client_request_token(version)
            .secret_string(text.expose_secret())
            .send()
            .await;
        answer.map(|_| ()).map_err(|error| match error.code() {
            Some("ResourceExistsException") => SecretError::Changed,
            Some("ResourceNotFoundException") => SecretError::Missing,
            Some("AccessDeniedException") => SecretError::Denied,
            _ => SecretError::Unavailable,
        })
    }
}

fn sort(error: &SdkError<GetSecretValueError>) -> SecretError {
    let Some(service) = error.as_service_error() else {
        return SecretError::Unavailable;
    };
    match service {
        GetSecretValueError::ResourceNotFoundException(_) => SecretError::Missing,
        GetSecretValueError::DecryptionFailure(_) => SecretError::Denied,
        other => match other.code() {
            Some("AccessDeniedException") => SecretError::Denied,
            _ => SecretError::Unavailable,
        },
    }
}
