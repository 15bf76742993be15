//! Paystack's webhooks, from HTTP to the ledger: the signature over the raw bytes, a durable
//! record, and only then a 200. What it is about is worked off right away; should that fail, the
//! sweep comes back to it.

use std::time::Duration;

use aws_lambda_events::event::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use aws_lambda_events::http::HeaderValue;
use secrecy::SecretString;
use shared::http::raw_body;
use shared::ledger::Failure;

use crate::event::Concern;
use crate::{Received, Reconciler, SIGNATURE_HEADER, verify};

/// How long Paystack is kept waiting while its event is worked off: it gives up after 30 seconds.
const PATIENCE: Duration = Duration::from_secs(8);

/// What Paystack is answered. Whatever is not 200 it sends again, for three days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The ledger has it.
    Received,
    /// It is signed, and yet no event: sending it again would not help.
    Ignored,
    /// It is not Paystack's.
    NotSigned,
    /// It is no body at all.
    Malformed,
    /// It is larger than any event.
    TooLarge,
    /// We cannot take it now.
    Unavailable,
}

impl Answer {
    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Received | Self::Ignored => 200,
            Self::Malformed => 400,
            Self::NotSigned => 401,
            Self::TooLarge => 413,
            Self::Unavailable => 503,
        }
    }

    /// The code of the log and the metric.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Ignored => "ignored",
            Self::NotSigned => "signature_refused",
            Self::Malformed => "malformed_body",
            Self::TooLarge => "body_too_large",
            Self::Unavailable => "unavailable",
        }
    }

    /// The answer as API Gateway takes it, without a body.
    #[must_use]
    pub fn response(self) -> ApiGatewayV2httpResponse {
        let mut response = ApiGatewayV2httpResponse::default();
        response.status_code = self.status().into();
        response
    }
}

impl Reconciler {
    /// Takes in a webhook that is signed with `key`.
    pub async fn take_in(&self, request: ApiGatewayV2httpRequest, key: &SecretString) -> Answer {
        let body = match raw_body(request.body, request.is_base64_encoded) {
            Ok(body) => body,
            Err(shared::http::BodyError::TooLarge) => return Answer::TooLarge,
            Err(shared::http::BodyError::NotBase64) => return Answer::Malformed,
        };
        let header = request.headers.get(SIGNATURE_HEADER);
        if let Err(error) = verify(&body, header.map(HeaderValue::as_bytes), key) {
            tracing::warn!(%error, "not signed by Paystack");
            return Answer::NotSigned;
        }
        let received = match Received::read(&body, self.ledger.now()) {
            Ok(received) => received,
            Err(error) => {
                tracing::error!(%error, "signed by Paystack, and no event");
                return Answer::Ignored;
            }
        };
        match self.receive(received).await {
            Ok(received) => {
                if received.done_at.is_none() {
                    let worked_off = self.work_off(&received);
                    if tokio::time::timeout(PATIENCE, worked_off).await.is_err() {
                        tracing::warn!(event = received.event, "left to the sweep");
                    }
                }
                Answer::Received
            }
            Err(error) => {
                tracing::error!(%error, "not written down");
                Answer::Unavailable
            }
        }
    }

    /// Works off a webhook, and writes down whether that is done.
    pub(crate) async fn work_off(&self, received: &Received) {
        let outcome = self.consider(received).await;
        if let Err(failure) = &outcome {
            let (event, reason) = (&received.event, &failure.reason.code);
            tracing::warn!(event, reason, "not worked off yet");
        }
        if let Err(error) = self.settle(received, outcome.is_ok()).await {
            tracing::warn!(%error, event = received.event, "not marked; it is worked off again");
        }
    }

    async fn consider(&self, received: &Received) -> Result<(), Failure> {
        #[cfg(feature = "mutant-webhooks-out-of-order")]
        if shared::mutant!("mutant-webhooks-out-of-order") && self.believe(received).await? {
            return Ok(());
        }
        match received.concern() {
            Concern::Refund { id: Some(id), .. } => {
                self.look_at_record(&id.to_string()).await.map(|_| ())
            }
            Concern::Refund { id: None, payment } => match payment {
                Some(payment) => self.look_at_refunds_of(&payment).await,
                None => Ok(()),
            },
            Concern::Dispute(id) => match self.look_at_record(&id.to_string()).await? {
                0 => self.open_dispute_case(id).await,
                _ => Ok(()),
            },
            Concern::Request(key) => self.look_at_request(&key).await,
            Concern::Renewal {
                attempt,
                subscription,
            } => self.open_renewal_case(&attempt, &subscription).await,
            Concern::Nothing => Ok(()),
        }
    }
}
