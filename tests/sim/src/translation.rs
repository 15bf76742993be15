//! From our clients' requests to the sandbox's, and back.

use sandbox::wire::{self, Request, Response};
use shared::vendors::http::{Method, WireRequest, WireResponse};

/// The request as a vendor of the sandbox takes it, with `authorization` in its header.
#[must_use]
pub fn sent(request: &WireRequest, authorization: &str) -> Request {
    let method = match request.method {
        Method::Get => wire::Method::Get,
        Method::Post => wire::Method::Post,
        Method::Put => wire::Method::Put,
        Method::Patch => wire::Method::Patch,
    };
    let mut sent = Request::new(method, &request.path).header("authorization", authorization);
    sent.query.clone_from(&request.query);
    for (name, value) in &request.headers {
        sent = sent.header(name, value);
    }
    match &request.body {
        Some(body) => sent.json(body),
        None => sent,
    }
}

/// The answer as our clients take it.
#[must_use]
pub fn received(response: &Response) -> WireResponse {
    let number = |name| {
        response
            .header_value(name)
            .and_then(|text| text.parse().ok())
    };
    WireResponse {
        status: response.status,
        retry_after: number("retry-after"),
        rate_limit_reset: number("x-ratelimit-reset"),
        body: response.body.clone(),
    }
}
