//! What the fuzz targets have in common: the functions with everything around them in memory, and
//! signatures that hold, so that what is fuzzed lies behind them.

use std::sync::Arc;

use async_trait::async_trait;
use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use aws_lambda_events::http::{HeaderMap, HeaderName, HeaderValue};
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use review::{
    Desk, FindRecording, RecordingError, ResponsePlace, SecretIds, SigningKeys, TellMember,
};
use secrecy::SecretString;
use sha2::{Sha256, Sha512};
use shared::clock::ManualClock;
use shared::config::Settings;
use shared::ids::{CallId, CountingTokens};
use shared::ledger::{Failure, Ledger, MemoryTable, OutboxRecord, Post};
use shared::secrets::{ReadSecret, SecretError};
use shared::telemetry::Metrics;

/// With which everything here is signed.
pub const SECRET: &str = "fuzz-0123456789abcdef0123456789abcdef";

/// The time of every target.
pub const NOW: &str = "2026-11-24T10:00:00Z";

/// Holds [`SECRET`] in the shape of every secret.
#[derive(Clone)]
pub struct Vault;

#[async_trait]
impl ReadSecret for Vault {
    async fn read(&self, _: &str) -> Result<SecretString, SecretError> {
        Ok(format!(
            r#"{{"current":"{SECRET}","previous":null,"key":"{SECRET}","signing_secret":"{SECRET}"}}"#
        )
        .into())
    }
}

/// Takes every message, and tells nobody.
pub struct Nobody;

#[async_trait]
impl Post for Nobody {
    async fn post(&self, _: &OutboxRecord) -> Result<(), Failure> {
        Ok(())
    }
}

#[async_trait]
impl FindRecording for Nobody {
    async fn recording(&self, _: &CallId) -> Result<String, RecordingError> {
        Ok("https://recordings.example.com/a1".to_owned())
    }
}

#[async_trait]
impl TellMember for Nobody {
    async fn tell(&self, _: &ResponsePlace, _: &str) {}
}

/// The clock of every target.
pub fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(NOW.parse().expect("a time")))
}

/// The settings of the local stack.
pub fn settings() -> Settings {
    Settings::parse(include_str!("../../../infra/local/settings.toml")).expect("settings")
}

/// An empty ledger.
pub fn ledger() -> Ledger {
    let table = Arc::new(MemoryTable::default());
    Ledger::new(table, clock(), Arc::new(CountingTokens::from(1)))
}

/// A desk on an empty ledger.
pub fn desk() -> Desk {
    let mut settings = settings();
    settings.people.slack_team = Some("T0FUZZ".to_owned());
    settings.people.approvers = ["ngozi@example.com".to_owned()].into();
    settings.people.slack_approvers =
        [("U0FUZZ".to_owned(), "ngozi@example.com".to_owned())].into();
    settings.sign_in.viewer_groups = ["finance".to_owned()].into();
    Desk {
        ledger: ledger(),
        settings: Arc::new(settings),
        outbox: Arc::new(Nobody),
        tokens: Arc::new(CountingTokens::from(1)),
        secrets: Arc::new(Vault),
        secret_ids: SecretIds {
            session: "session".to_owned(),
            slack_signing: "slack".to_owned(),
            caller: "caller".to_owned(),
        },
        provider: None,
        recordings: Arc::new(Nobody),
        members: Arc::new(Nobody),
        public_base_url: "https://desk.example.com".to_owned(),
        metrics: Metrics::in_memory("review", clock()),
    }
}

/// The keys of the desk's sessions.
pub fn keys() -> SigningKeys {
    SigningKeys {
        current: SECRET.to_owned().into(),
        previous: None,
    }
}

/// A request of API Gateway's with `body`, and `signature` in the header `name`.
pub fn request(body: &str, name: &'static str, signature: &str) -> ApiGatewayV2httpRequest {
    let mut request = ApiGatewayV2httpRequest::default();
    let signature = HeaderValue::from_str(signature).expect("a signature is ASCII");
    request.headers = HeaderMap::from_iter([(HeaderName::from_static(name), signature)]);
    request.body = Some(body.to_owned());
    request
}

/// The HMAC-SHA256 of `body`, in hexadecimal.
pub fn sha256(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("any key does");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// The HMAC-SHA512 of `body`, in hexadecimal.
pub fn sha512(body: &[u8]) -> String {
    let mut mac = Hmac::<Sha512>::new_from_slice(SECRET.as_bytes()).expect("any key does");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// Runs `work` to its end.
pub fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .expect("a runtime")
        .block_on(work)
}
