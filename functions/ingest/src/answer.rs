//! What DialNexa is answered: a status, a code, and the request's id to find it in the log by.

use aws_lambda_events::encodings::Body;
use aws_lambda_events::event::apigw::ApiGatewayV2httpResponse;
use aws_lambda_events::http::HeaderValue;
use aws_lambda_events::http::header::CONTENT_TYPE;
use serde::Serialize;

/// The answer to a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The queue has the event.
    Accepted,
    /// The queue has it for an operator: it is in no shape that we know.
    Kept,
    /// We are here; nothing was stored.
    Greeted,
    /// It is not JSON, or not a body at all.
    Malformed,
    /// It is not DialNexa's.
    NotSigned,
    /// It is larger than any call.
    TooLarge,
    /// We cannot take it now: DialNexa is to send it again.
    Unavailable,
    /// A mistake of ours: DialNexa is to send it again.
    Internal,
}

impl Answer {
    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::Greeted => 200,
            Self::Accepted | Self::Kept => 202,
            Self::Malformed => 400,
            Self::NotSigned => 401,
            Self::TooLarge => 413,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    /// The code in the body, also that of the log and the metric.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Greeted => "greeted",
            Self::Accepted => "accepted",
            Self::Kept => "kept",
            Self::Malformed => "malformed_body",
            Self::NotSigned => "signature_refused",
            Self::TooLarge => "body_too_large",
            Self::Internal => "internal_error",
            Self::Unavailable => "unavailable",
        }
    }

    /// The answer as API Gateway takes it. A greeting is answered without a body.
    #[must_use]
    pub fn response(self, request_id: &str) -> ApiGatewayV2httpResponse {
        #[derive(Serialize)]
        struct Text<'request> {
            code: &'static str,
            request_id: &'request str,
        }
        let mut response = ApiGatewayV2httpResponse::default();
        response.status_code = self.status().into();
        if self == Self::Greeted {
            return response;
        }
        let body = serde_json::to_string(&Text {
            code: self.code(),
            request_id,
        });
        response.body = body.ok().map(Body::Text);
        response
            .headers
            .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }
}
