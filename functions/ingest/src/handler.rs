//! One delivery, from HTTP to the queue.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use aws_lambda_events::http::HeaderMap;
use futures::FutureExt as _;
use shared::call::{
    Delivery, SIGNATURE_HEADERS, SignatureError, WireError, is_greeting, keep, mend, read, scrub,
    verify,
};
use shared::clock::Clock;
use shared::http::{BodyError, raw_body};
use shared::ids::CallId;
use shared::queue::{CallsMessage, Message as _, QueueError, SendMessage};
use shared::redact::{Settings, looks_like_card_in};
use shared::secrets::ReadSecret;
use shared::telemetry::Metrics;
use shared::vendors::watched::PAN_LIKE;

use crate::{Answer, SigningKeys};

/// Takes in deliveries.
pub struct Ingest<R, Q> {
    keys: SigningKeys<R>,
    queue: Q,
    clock: Arc<dyn Clock>,
    metrics: Metrics,
    settings: Settings,
}

impl<R: ReadSecret + Clone, Q: SendMessage> Ingest<R, Q> {
    /// Takes in what one of `keys` signed, and puts it on `queue`.
    #[must_use]
    pub fn new(keys: SigningKeys<R>, queue: Q, clock: Arc<dyn Clock>, metrics: Metrics) -> Self {
        Self {
            keys,
            queue,
            clock,
            metrics,
            settings: Settings::default(),
        }
    }

    /// Reads the secrets while the function starts, so that the first delivery need not wait.
    pub async fn warm(&self) {
        if let Err(error) = self.keys.known().await {
            tracing::error!(%error, "there are no signing secrets: deliveries are answered 503");
        }
    }

    /// Answers a request. `request_id` is Lambda's, for one that came without API Gateway's.
    pub async fn handle(
        &self,
        request: ApiGatewayV2httpRequest,
        request_id: &str,
    ) -> ApiGatewayV2httpResponse {
        let request_id = request
            .request_context
            .request_id
            .as_deref()
            .unwrap_or(request_id)
            .to_owned();
        let answer = AssertUnwindSafe(self.answer(request))
            .catch_unwind()
            .await
            .unwrap_or(Answer::Internal);
        if answer.status() >= 400 {
            tracing::warn!(request_id, code = answer.code(), "delivery refused");
        }
        self.metrics
            .metric("Delivery", 1, &[("Answer", answer.code())]);
        answer.response(&request_id)
    }

    async fn answer(&self, request: ApiGatewayV2httpRequest) -> Answer {
        let body = match raw_body(request.body, request.is_base64_encoded) {
            Ok(body) => body,
            Err(BodyError::TooLarge) => return Answer::TooLarge,
            Err(BodyError::NotBase64) => return Answer::Malformed,
        };
        match self.check(&body, &request.headers).await {
            Ok(()) => self.take_in(&body).await,
            Err(SignatureError::Missing) if is_greeting(&body) => Answer::Greeted,
            Err(error) => {
                tracing::warn!(%error, "not signed by DialNexa");
                match error {
                    SignatureError::Missing
                    | SignatureError::Malformed
                    | SignatureError::Mismatch => Answer::NotSigned,
                    SignatureError::NoSecret => Answer::Unavailable,
                }
            }
        }
    }

    async fn check(&self, body: &[u8], headers: &HeaderMap) -> Result<(), SignatureError> {
        let header = SIGNATURE_HEADERS.iter().find_map(|name| headers.get(*name));
        // Without one no secret needs to be read.
        let header = header.ok_or(SignatureError::Missing)?.as_bytes();
        let known = self.keys.known().await.map_err(|error| {
            tracing::error!(%error, "no signing secret");
            SignatureError::NoSecret
        })?;
        let first_look = verify(body, Some(header), known.all());
        if first_look != Err(SignatureError::Mismatch) {
            return first_look;
        }
        let fresh = self
            .keys
            .second_look()
            .await
            .ok_or(SignatureError::Mismatch)?;
        verify(body, Some(header), fresh.all())?;
        tracing::info!("a new signing secret is in use");
        self.keys.renew().await;
        Ok(())
    }

    async fn take_in(&self, body: &[u8]) -> Answer {
        let mended;
        let delivery = match read(body) {
            Err(WireError::Malformed { .. }) => match mend(body) {
                Some(repaired) => {
                    mended = repaired;
                    read(&mended)
                }
                None => read(body),
            },
            read => read,
        };
        let (message, answer) = match delivery {
            Ok(Delivery::Verification | Delivery::Ping) => return Answer::Greeted,
            Ok(Delivery::Call(raw)) => {
                let event = scrub(&raw, self.clock.now(), &self.settings);
                (CallsMessage::Event(Box::new(event)), Answer::Accepted)
            }
            Ok(Delivery::Unknown(unknown)) => {
                let kept = keep(&unknown, self.clock.now(), &self.settings);
                self.metrics
                    .metric("UnknownShape", 1, &[("Reason", kept.reason.as_str())]);
                (CallsMessage::Kept(Box::new(kept)), Answer::Kept)
            }
            Err(error) => {
                tracing::warn!(%error, "unreadable");
                return Answer::Malformed;
            }
        };
        self.look_again(&message);
        match self.send(&message).await {
            Ok(()) => {
                log(&message);
                self.count_removed(&message);
                answer
            }
            Err(error) => {
                tracing::error!(%error, class = ?error.class(), "not queued");
                match error {
                    QueueError::TooLarge { .. } => Answer::TooLarge,
                    QueueError::Unconfirmed { .. } => Answer::Unavailable,
                    QueueError::Unwritable(_)
                    | QueueError::NoBody
                    | QueueError::Malformed { .. }
                    | QueueError::UnknownVersion { .. }
                    | QueueError::Corrupt => Answer::Internal,
                }
            }
        }
    }

    /// Looks once more, by other means than the redactor's, at what is about to be stored. The call
    /// goes on: to lose it would help nobody, and somebody is told.
    fn look_again(&self, message: &CallsMessage) {
        let (call, text) = match message {
            CallsMessage::Event(event) => (Some(&event.call), serde_json::to_value(event)),
            CallsMessage::Kept(kept) => (None, serde_json::to_value(kept)),
        };
        if text.is_ok_and(|text| looks_like_card_in(&text)) {
            self.metrics.alarming(PAN_LIKE, &[("Where", "calls")]);
            let call = call.map(CallId::as_str);
            tracing::error!(
                call,
                "what is left after redaction looks like a card number"
            );
        }
    }

    fn count_removed(&self, message: &CallsMessage) {
        let removed = match message {
            CallsMessage::Event(event) => &event.removed,
            CallsMessage::Kept(kept) => &kept.removed,
        };
        for kind in removed {
            self.metrics
                .metric("Redaction", 1, &[("Kind", kind.name())]);
        }
    }

    async fn send(&self, message: &CallsMessage) -> Result<(), QueueError> {
        self.queue.send(&message.encode()?).await
    }
}

/// One line for what was taken in: ids, names and counts.
fn log(message: &CallsMessage) {
    match message {
        CallsMessage::Event(event) => tracing::info!(
            call = %event.call,
            event = event.name,
            shape = ?event.shape,
            actionable = event.is_actionable(),
            removed = event.removed.len(),
            "queued"
        ),
        CallsMessage::Kept(kept) => tracing::warn!(
            digest = kept.digest,
            reason = kept.reason.as_str(),
            removed = kept.removed.len(),
            "kept for an operator: a delivery in no shape that we know"
        ),
    }
}
