//! What the functions work with in a test that looks at something else.

use async_trait::async_trait;
use secrecy::SecretString;
use shared::ledger::{Failure, OutboxRecord, Post};
use shared::secrets::{ReadSecret, SecretError};

/// Takes every message, and tells nobody.
pub struct Nobody;

#[async_trait]
impl Post for Nobody {
    async fn post(&self, _message: &OutboxRecord) -> Result<(), Failure> {
        Ok(())
    }
}

/// Holds the key of the caller index, whichever secret is asked for.
pub struct CallerVault;

#[async_trait]
impl ReadSecret for CallerVault {
    async fn read(&self, _id: &str) -> Result<SecretString, SecretError> {
        Ok(r#"{"key":"caller-key-of-the-tests-3f9a1b5c7d2e4860aa"}"#.into())
    }
}
