//! An `ingest` without AWS: secrets, queue and clock of its own.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use aws_lambda_events::encodings::Body;
use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use doors::Doors;
use hmac::{Hmac, KeyInit, Mac};
use ingest::{Ingest, SigningKeys};
use secrecy::SecretString;
use serde_json::{Value, json};
use sha2::Sha256;
use shared::clock::ManualClock;
use shared::queue::{CallsMessage, MemoryQueue, Outgoing, QueueError, SendMessage};
use shared::secrets::{ReadSecret, SecretError};
use shared::telemetry::Metrics;

/// What the events in `events/ingest` are signed with.
pub(crate) const SECRET: &str = "whsec_of_the_events_folder_only";

/// A secrets service: what it says next, and how often it was asked.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Arc<SecretsState>);

#[derive(Default)]
struct SecretsState {
    answer: Mutex<Option<Result<String, SecretError>>>,
    reads: AtomicUsize,
}

impl Secrets {
    pub(crate) fn hold(&self, current: &str, previous: Option<&str>) {
        self.say(Ok(
            json!({ "current": current, "previous": previous }).to_string()
        ));
    }

    pub(crate) fn say(&self, answer: Result<String, SecretError>) {
        *self.0.answer.lock().unwrap() = Some(answer);
    }

    pub(crate) fn reads(&self) -> usize {
        self.0.reads.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl ReadSecret for Secrets {
    async fn read(&self, id: &str) -> Result<SecretString, SecretError> {
        assert_eq!(id, "ledgerline/dialnexa");
        self.0.reads.fetch_add(1, Ordering::SeqCst);
        let answer = self.0.answer.lock().unwrap().clone();
        answer.unwrap_or(Err(SecretError::Missing)).map(Into::into)
    }
}

/// The queue, shared with the test that looks into it.
#[derive(Clone, Default)]
pub(crate) struct Queue(Arc<MemoryQueue>);

#[async_trait]
impl SendMessage for Queue {
    async fn send(&self, message: &Outgoing) -> Result<(), QueueError> {
        self.0.send(message).await
    }
}

/// Everything around one `ingest`.
pub(crate) struct World {
    pub(crate) ingest: Ingest<Secrets, Queue>,
    pub(crate) secrets: Secrets,
    pub(crate) queue: Arc<MemoryQueue>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) metrics: Metrics,
}

impl World {
    /// One whose secret is [`SECRET`].
    pub(crate) fn new() -> Self {
        let world = Self::without_secret();
        world.secrets.hold(SECRET, None);
        world
    }

    /// One whose secret does not exist.
    pub(crate) fn without_secret() -> Self {
        let clock = Arc::new(ManualClock::at("2026-11-24T09:15:52Z".parse().unwrap()));
        let (secrets, queue) = (Secrets::default(), Queue::default());
        let metrics = Metrics::in_memory("ingest", clock.clone());
        let keys = SigningKeys::new(
            secrets.clone(),
            "ledgerline/dialnexa".to_owned(),
            clock.clone(),
        );
        let ingest = Ingest::new(keys, queue.clone(), clock.clone(), metrics.clone());
        Self {
            ingest,
            secrets,
            queue: queue.0,
            clock,
            metrics,
        }
    }

    /// What a request is answered: its status and code. Every answer is checked for its form.
    pub(crate) async fn answer(&self, request: ApiGatewayV2httpRequest) -> (i64, String) {
        let response = self.ingest.handle(request, "lambda-request").await;
        let status = u16::try_from(response.status_code).unwrap();
        Doors::read().check("POST", "/webhooks/dialnexa", status);
        (response.status_code, code(&response))
    }

    /// What a body with this signature header is answered.
    pub(crate) async fn post(&self, body: &[u8], signature: Option<(&str, &str)>) -> (i64, String) {
        self.answer(request(body, signature)).await
    }

    /// What a body is answered that is signed with [`SECRET`].
    pub(crate) async fn post_signed(&self, body: &[u8]) -> (i64, String) {
        self.post(body, Some(("x-dialnexa-signature", &sign(SECRET, body))))
            .await
    }

    /// What the queue has.
    pub(crate) fn queued(&self) -> Vec<CallsMessage> {
        self.queue.decoded().unwrap()
    }
}

/// The code of an answer, whose body holds that and the request's id and nothing else.
fn code(response: &ApiGatewayV2httpResponse) -> String {
    let Some(Body::Text(body)) = &response.body else {
        assert!(response.body.is_none());
        return String::new();
    };
    let body: Value = serde_json::from_str(body).unwrap();
    let fields: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(fields, ["code", "request_id"]);
    assert_eq!(body["request_id"], "gateway-request");
    assert_eq!(response.headers["content-type"], "application/json");
    body["code"].as_str().unwrap().to_owned()
}

/// The signature of a body in hexadecimal.
pub(crate) fn sign(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// A request of API Gateway, in base64 where the body is no text.
pub(crate) fn request(body: &[u8], signature: Option<(&str, &str)>) -> ApiGatewayV2httpRequest {
    use base64::Engine as _;
    let (text, is_base64) = match std::str::from_utf8(body) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (base64::engine::general_purpose::STANDARD.encode(body), true),
    };
    let mut headers = json!({ "content-type": "application/json" });
    if let Some((name, value)) = signature {
        headers[name] = json!(value);
    }
    serde_json::from_value(json!({
        "version": "2.0",
        "routeKey": "POST /webhooks/dialnexa",
        "rawPath": "/webhooks/dialnexa",
        "headers": headers,
        "requestContext": {
            "requestId": "gateway-request",
            "http": { "method": "POST", "path": "/webhooks/dialnexa" },
        },
        "body": text,
        "isBase64Encoded": is_base64,
    }))
    .unwrap()
}
