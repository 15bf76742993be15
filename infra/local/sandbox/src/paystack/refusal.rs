//! Paystack's error bodies.

use serde_json::{Map, Value, json};

use crate::wire::Response;

/// A request that Paystack refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    message: String,
    kind: Option<&'static str>,
    code: Option<&'static str>,
    next_step: Option<&'static str>,
}

impl Refusal {
    /// A refusal as older endpoints give it: `status` and `message` alone.
    pub(super) fn plain(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            kind: None,
            code: None,
            next_step: None,
        }
    }

    /// A refusal with all the members that newer endpoints give.
    pub(super) fn full(
        status: u16,
        message: impl Into<String>,
        kind: &'static str,
        code: &'static str,
        next_step: &'static str,
    ) -> Self {
        Self {
            status,
            message: message.into(),
            kind: Some(kind),
            code: Some(code),
            next_step: Some(next_step),
        }
    }

    pub(super) fn missing(message: impl Into<String>) -> Self {
        Self::full(
            400,
            message,
            "validation_error",
            "missing_params",
            "Provide all required params",
        )
    }

    pub(super) fn invalid(message: impl Into<String>) -> Self {
        Self::full(
            400,
            message,
            "validation_error",
            "invalid_params",
            "Ensure that the value(s) you're passing are valid.",
        )
    }

    pub(super) fn not_found(message: impl Into<String>) -> Self {
        let next_step = "Ensure that the value you're passing exists on this integration";
        Self::full(404, message, "validation_error", "not_found", next_step)
    }

    pub(super) fn no_key() -> Self {
        Self::plain(401, "No Authorization Header was found")
    }

    pub(super) fn wrong_key() -> Self {
        Self::full(
            401,
            "Invalid key",
            "validation_error",
            "invalid_Key",
            "Ensure that you provide the correct authorization key for the request",
        )
    }

    pub(super) fn rate_limited() -> Self {
        Self::full(
            429,
            "Rate limit exceeded!",
            "api_error",
            "rate_limited",
            "Wait a few minutes and try the API call again",
        )
    }

    pub(super) fn unknown_error() -> Self {
        Self::full(
            500,
            "An error occurred",
            "api_error",
            "unknown",
            "Try again later",
        )
    }

    pub(super) fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(super) fn response(&self) -> Response {
        let mut body = Map::new();
        body.insert("status".into(), json!(false));
        body.insert("message".into(), json!(self.message));
        if let Some(next_step) = self.next_step {
            body.insert("meta".into(), json!({ "nextStep": next_step }));
        }
        if let Some(kind) = self.kind {
            body.insert("type".into(), json!(kind));
        }
        if let Some(code) = self.code {
            body.insert("code".into(), json!(code));
        }
        Response::json(self.status, &Value::Object(body))
    }
}
