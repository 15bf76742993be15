//! The sandbox behind HTTP, on one port.
//!
//! Connections are served by hyper directly: axum turns every outcome into an answer, and half of
//! what the sandbox is for is not answering.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::IntoResponse;
use axum::routing::{any, get};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use tokio::net::{TcpListener, TcpStream};
use tower::ServiceExt;

use crate::control::Sandbox;
use crate::journal::Journal;
use crate::vendor::Answer;
use crate::webhooks;
use crate::wire::{Request, Response};

/// The largest body taken.
const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// How long a client that is never answered may hold its connection.
const LONGEST_SILENCE: Duration = Duration::from_mins(10);

/// How often Paystack looks for something to post.
const WEBHOOK_PACE: Duration = Duration::from_millis(200);

/// The sandbox as its connections share it.
#[derive(Clone)]
pub struct Shared {
    sandbox: Arc<Mutex<Sandbox>>,
    journal: Option<Arc<Journal>>,
    clock: fn() -> Timestamp,
}

impl Shared {
    /// Shares a sandbox that takes its time from `clock`.
    #[must_use]
    pub fn new(sandbox: Sandbox, clock: fn() -> Timestamp) -> Self {
        Self {
            sandbox: Arc::new(Mutex::new(sandbox)),
            journal: None,
            clock,
        }
    }

    /// Writes down whatever is asked, so that it survives the process.
    #[must_use]
    pub fn with_journal(mut self, journal: Journal) -> Self {
        self.journal = Some(Arc::new(journal));
        self
    }

    /// The sandbox, for a test in the same process.
    pub fn lock(&self) -> MutexGuard<'_, Sandbox> {
        self.sandbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sandbox, once it is written down what it is asked.
    fn asked(&self, request: &Request, now: Timestamp) -> io::Result<MutexGuard<'_, Sandbox>> {
        let sandbox = self.lock();
        if let Some(journal) = &self.journal {
            journal.note(request, now)?;
        }
        Ok(sandbox)
    }
}

/// Marks an answer that stands for the end of the connection.
#[derive(Clone, Copy)]
struct EndConnection;

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection ends without an answer, as ordered")]
struct Ended;

/// Serves connections until the task is dropped.
///
/// # Errors
/// Whatever keeps the listener from taking connections.
pub async fn serve(listener: TcpListener, shared: Shared) -> io::Result<()> {
    let router = Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/_sandbox/{*order}", any(order))
        .fallback(any(vendor))
        .with_state(shared.clone());
    tokio::spawn(post_webhooks(shared));
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(connection(stream, router.clone()));
    }
}

/// Posts what Paystack has to tell, for as long as the server runs.
async fn post_webhooks(shared: Shared) {
    loop {
        tokio::time::sleep(WEBHOOK_PACE).await;
        let due = shared.lock().webhooks_due((shared.clock)());
        for posting in due {
            if let Err(delivery) = webhooks::post(posting).await {
                let now = (shared.clock)();
                shared.lock().webhooks.again(delivery, now);
            }
        }
    }
}

async fn connection(stream: TcpStream, router: Router) {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let router = router.clone();
        async move {
            let Ok(response) = router.oneshot(request.map(Body::new)).await;
            if response.extensions().get::<EndConnection>().is_some() {
                Err(Ended)
            } else {
                Ok(response)
            }
        }
    });
    // Its error is a client that went away, or an end that was ordered: neither is news.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn order(
    State(shared): State<Shared>,
    request: axum::extract::Request,
) -> axum::response::Response {
    match read(request).await {
        Ok(request) => {
            let now = (shared.clock)();
            let response = shared
                .asked(&request, now)
                .map(|mut sandbox| sandbox.order(&request, now));
            response.map_or_else(|_| end(), written)
        }
        Err(refused) => refused,
    }
}

async fn vendor(
    State(shared): State<Shared>,
    request: axum::extract::Request,
) -> axum::response::Response {
    let request = match read(request).await {
        Ok(request) => request,
        Err(refused) => return refused,
    };
    let now = (shared.clock)();
    let outcome = shared
        .asked(&request, now)
        .map(|mut sandbox| sandbox.handle(&request, now));
    let Ok(outcome) = outcome else { return end() };
    match outcome.map(|outcome| outcome.answer) {
        None => (StatusCode::NOT_FOUND, "no vendor has that prefix").into_response(),
        Some(Answer::Arrives { response, after }) => {
            if !after.is_zero() {
                tokio::time::sleep(after).await;
            }
            written(response)
        }
        Some(Answer::Closed) => end(),
        Some(Answer::Never) => {
            // The client's going away drops this task.
            tokio::time::sleep(LONGEST_SILENCE).await;
            end()
        }
    }
}

fn end() -> axum::response::Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.extensions_mut().insert(EndConnection);
    response
}

async fn read(request: axum::extract::Request) -> Result<Request, axum::response::Response> {
    let (parts, body) = request.into_parts();
    let method = parts
        .method
        .as_str()
        .parse()
        .map_err(|_| StatusCode::METHOD_NOT_ALLOWED.into_response())?;
    let body = to_bytes(body, LARGEST_BODY)
        .await
        .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
    let target = parts
        .uri
        .path_and_query()
        .map_or("/", |target| target.as_str());
    let mut request = Request::new(method, target);
    request.body = body.to_vec();
    for (name, value) in &parts.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        request.headers.push((name.as_str().to_owned(), value));
    }
    Ok(request)
}

fn written(response: Response) -> axum::response::Response {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut written = (status, response.body).into_response();
    // axum guesses a content type for bytes; the vendor's own, or none, stands.
    written.headers_mut().clear();
    for (name, value) in &response.headers {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            written.headers_mut().append(name, value);
        }
    }
    written
}
