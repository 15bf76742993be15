//! A look at what passes between us and a vendor: how long it took, and whether anything that leaves
//! looks like a card number.

use std::sync::Arc;

use async_trait::async_trait;

use super::http::{Transport, TransportError, WireRequest, WireResponse};
use crate::redact::looks_like_card_in;
use crate::telemetry::Metrics;

/// The metric of what looks like a card number after everything was redacted.
pub const PAN_LIKE: &str = "PanLikeSeen";

/// [`Transport`] that is watched.
pub struct Watched {
    inner: Arc<dyn Transport>,
    vendor: &'static str,
    metrics: Metrics,
}

impl Watched {
    /// Watches `inner`, which leads to `vendor`.
    #[must_use]
    pub fn new(
        inner: impl Transport + 'static,
        vendor: &'static str,
        metrics: &Metrics,
    ) -> Arc<Self> {
        Arc::new(Self {
            inner: Arc::new(inner),
            vendor,
            metrics: metrics.clone(),
        })
    }
}

#[async_trait]
impl Transport for Watched {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let (vendor, route) = (self.vendor, request.route);
        if request.body.as_ref().is_some_and(looks_like_card_in) {
            self.metrics.alarming(PAN_LIKE, &[("Where", vendor)]);
            tracing::error!(vendor, route, "what leaves looks like a card number");
        }
        let begun = self.metrics.now();
        let outcome = self.inner.send(request).await;
        let took = self.metrics.now().duration_since(begun);
        let vendor = [("Vendor", vendor)];
        self.metrics.milliseconds("VendorLatency", took, &vendor);
        // No answer, or one that says that it is the vendor's own fault or that we ask too much.
        let is_well = outcome
            .as_ref()
            .is_ok_and(|answer| answer.status < 500 && answer.status != 429);
        if !is_well {
            self.metrics.metric("VendorFailure", 1, &vendor);
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::*;
    use crate::clock::SystemClock;
    use crate::vendors::http::Method;
    use crate::vendors::testing::{Scripted, answer};

    struct Through(Arc<Scripted>);

    #[async_trait]
    impl Transport for Through {
        async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
            self.0.send(request).await
        }
    }

    #[tokio::test]
    async fn a_card_number_that_would_leave_is_told_and_every_exchange_is_timed() {
        let metrics = Metrics::in_memory("notify", Arc::new(SystemClock));
        let answers = [
            answer(200, json!({})),
            answer(503, json!({})),
            Err(TransportError::TimedOut),
        ];
        let watched = Watched::new(Through(Scripted::new(answers)), "slack", &metrics);
        let request = || WireRequest::new(Method::Post, "/api/chat.postMessage", Duration::ZERO);
        let bodies = [
            json!({ "text": "the card is 4084 0840 8408 4081" }),
            json!({ "text": "refund of NGN 4,500.00 for T-ada-1" }),
            json!({}),
        ];
        for body in bodies {
            let _outcome = watched.send(request().body(body)).await;
        }
        let written = metrics.written().join("\n");
        assert_eq!(written.matches("\"PanLikeSeen\":1").count(), 1, "{written}");
        assert_eq!(written.matches("\"Where\":\"slack\"").count(), 1);
        assert!(
            !written.contains("4084"),
            "the number itself is said nowhere"
        );
        assert_eq!(
            written.matches("\"VendorLatency\":").count(),
            3,
            "{written}"
        );
        assert_eq!(
            written.matches("\"VendorFailure\":1").count(),
            2,
            "{written}"
        );
    }
}
