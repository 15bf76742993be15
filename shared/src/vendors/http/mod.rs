//! The one place that makes an HTTP client, and the narrow layer that the simulator can take over.
//!
//! A vendor's client speaks in [`WireRequest`] and [`WireResponse`] through a [`Transport`]. What
//! money needs from this layer is one distinction: a request that never left did nothing, one whose
//! answer is missing may have done everything.

use std::fmt;
use std::sync::Once;
use std::time::Duration;

use async_trait::async_trait;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER, USER_AGENT};
use rustls::RootCertStore;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

/// How long a connection may take; a connection that was never made is the one harmless failure,
/// so it is told early.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The largest answer we read. A full page of Paystack transactions is well under 1 MB.
pub const MAX_RESPONSE_BYTES: usize = 8 * 1024 * 1024;

/// What a path segment may show unencoded: RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The methods that our vendors ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or acts.
    Post,
    /// Replaces.
    Put,
    /// Changes in part.
    Patch,
}

impl Method {
    /// The method as it stands on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
        }
    }

    /// Whether the request can change something at the vendor.
    #[must_use]
    pub const fn is_write(self) -> bool {
        match self {
            Self::Get => false,
            Self::Post | Self::Put | Self::Patch => true,
        }
    }
}

/// A request as a vendor's client builds it. Its `Debug` shows neither path, query nor body.
#[derive(Clone)]
pub struct WireRequest {
    /// The method.
    pub method: Method,
    /// The path's pattern, such as `/refund/{id}`: what a log may show.
    pub route: &'static str,
    /// The path, from `/` on, its parameters percent-encoded.
    pub path: String,
    /// The query's pairs, not encoded yet.
    pub query: Vec<(String, String)>,
    /// The JSON body.
    pub body: Option<serde_json::Value>,
    /// The pairs of a form body, where there is no JSON body.
    pub form: Vec<(&'static str, SecretString)>,
    /// Headers of the request's own, such as `Idempotency-Key`.
    pub headers: Vec<(&'static str, String)>,
    /// How long the whole exchange may take, connecting included.
    pub timeout: Duration,
}

impl WireRequest {
    /// A request for a route without parameters.
    #[must_use]
    pub fn new(method: Method, route: &'static str, timeout: Duration) -> Self {
        let path = route.to_owned();
        Self {
            method,
            route,
            path,
            query: Vec::new(),
            body: None,
            form: Vec::new(),
            headers: Vec::new(),
            timeout,
        }
    }

    /// Puts `value`, percent-encoded, where the path's next `{name}` stands.
    #[must_use]
    pub fn parameter(mut self, value: &str) -> Self {
        if let Some((before, rest)) = self.path.split_once('{')
            && let Some((_, after)) = rest.split_once('}')
        {
            self.path = format!("{before}{}{after}", utf8_percent_encode(value, SEGMENT));
        }
        self
    }

    /// Adds a pair to the query.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Adds a pair to a form body.
    #[must_use]
    pub fn form(mut self, name: &'static str, value: impl Into<SecretString>) -> Self {
        self.form.push((name, value.into()));
        self
    }

    /// The form body as it stands on the wire; nothing where there is none.
    #[must_use]
    pub fn form_body(&self) -> Option<SecretString> {
        if self.form.is_empty() {
            return None;
        }
        let encode = |text: &str| utf8_percent_encode(text, SEGMENT).to_string();
        let pairs: Vec<String> = self
            .form
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value.expose_secret())))
            .collect();
        Some(pairs.join("&").into())
    }

    /// Gives the request a JSON body.
    #[must_use]
    pub fn body(mut self, body: serde_json::Value) -> Self {
        self.body = Some(body);
        self
    }
}

impl fmt::Debug for WireRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WireRequest")
            .field("method", &self.method.as_str())
            .field("route", &self.route)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// An answer. Its `Debug` does not show the body.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct WireResponse {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After`, where it is a number of seconds.
    pub retry_after: Option<u64>,
    /// `x-ratelimit-reset`, where it is a number.
    pub rate_limit_reset: Option<u64>,
    /// The body, at most [`MAX_RESPONSE_BYTES`].
    pub body: Vec<u8>,
}

impl fmt::Debug for WireResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WireResponse")
            .field("status", &self.status)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Why there is no answer. The sources carry no URL: a path can hold an e-mail address.
#[derive(Debug, Error)]
pub enum TransportError {
    /// No connection was made: nothing of the request left.
    #[error("no connection could be made")]
    NotSent(#[source] Option<reqwest::Error>),
    /// The time was up after the request may have left.
    #[error("no answer in time")]
    TimedOut,
    /// The connection broke, or the answer was not HTTP, after the request may have left.
    #[error("the answer broke off")]
    Broken(#[source] Option<reqwest::Error>),
    /// The answer was larger than [`MAX_RESPONSE_BYTES`].
    #[error("the answer is larger than {MAX_RESPONSE_BYTES} bytes")]
    TooLarge,
    /// The request could not be built: a base URL or a key that is none.
    #[error("the request could not be built")]
    Unbuildable(#[source] Option<reqwest::Error>),
}

impl TransportError {
    /// Sorts an error of reqwest by what may have happened at the other end.
    ///
    /// Connecting is asked first: a connection that timed out is both, and did nothing.
    fn from_reqwest(error: reqwest::Error) -> Self {
        let error = error.without_url();
        if error.is_builder() {
            Self::Unbuildable(Some(error))
        } else if error.is_connect() {
            Self::NotSent(Some(error))
        } else if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::Broken(Some(error))
        }
    }
}

/// Carries a request to a vendor and brings the answer back, whatever its status.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` once: no retry, no redirect.
    ///
    /// # Errors
    /// [`TransportError`] where there is no answer.
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError>;
}

/// Puts a file at a signed URL: no key of ours goes with it.
#[async_trait]
pub trait PutFile: Send + Sync {
    /// Puts `file` at `url` once, and gives back the HTTP status.
    ///
    /// # Errors
    /// [`TransportError`] where there is no answer.
    async fn put_file(
        &self,
        url: &SecretString,
        content_type: &'static str,
        file: Vec<u8>,
        timeout: Duration,
    ) -> Result<u16, TransportError>;
}

/// The HTTP clients of a process, made once per cold start and cheap to clone.
///
/// Writes never travel on a connection that lay idle. A frozen function thaws with connections that
/// the other end has long forgotten; a write on one of those ends without an answer, and would have
/// to be looked up as an unknown outcome although it never arrived.
#[derive(Debug, Clone)]
pub struct HttpClients {
    reads: reqwest::Client,
    writes: reqwest::Client,
}

impl HttpClients {
    /// Clients that trust the certificate authorities of Mozilla's programme. They are linked in, so
    /// that a function need not read and parse a system's store while it starts.
    ///
    /// # Errors
    /// [`TransportError::Unbuildable`] where TLS cannot be set up.
    pub fn new() -> Result<Self, TransportError> {
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        Self::trusting(roots, CONNECT_TIMEOUT)
    }

    /// For reading, from whom no transport speaks for: an identity provider.
    #[must_use]
    pub const fn reads(&self) -> &reqwest::Client {
        &self.reads
    }

    /// For changing something there.
    #[must_use]
    pub const fn writes(&self) -> &reqwest::Client {
        &self.writes
    }

    fn trusting(roots: RootCertStore, connect: Duration) -> Result<Self, TransportError> {
        install_tls();
        let tls = rustls::ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let build = |idle| {
            client(tls.clone())
                .connect_timeout(connect)
                .pool_max_idle_per_host(idle)
                .build()
                .map_err(|error| TransportError::Unbuildable(Some(error)))
        };
        Ok(Self {
            reads: build(2)?,
            writes: build(0)?,
        })
    }
}

#[async_trait]
impl PutFile for HttpClients {
    async fn put_file(
        &self,
        url: &SecretString,
        content_type: &'static str,
        file: Vec<u8>,
        timeout: Duration,
    ) -> Result<u16, TransportError> {
        let request = self
            .writes
            .put(url.expose_secret())
            .timeout(timeout)
            .header(CONTENT_TYPE, content_type)
            .body(file);
        let answer = request.send().await.map_err(TransportError::from_reqwest)?;
        Ok(answer.status().as_u16())
    }
}

/// A client's settings, the same for every vendor.
fn client(tls: rustls::ClientConfig) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .pool_idle_timeout(Duration::from_secs(20))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .referer(false)
        // The local stack's vendors speak plain HTTP; a deployed build refuses to.
        .https_only(!cfg!(feature = "local"))
}

/// Makes *ring* the process's TLS provider; reqwest is built without one of its own.
fn install_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error says that a provider is already there, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// The base URL of a vendor: `default`, unless this is a build for the local stack (cargo feature
/// `local`) and `override_with` names another.
#[must_use]
pub fn base_url(default: &str, override_with: Option<&str>) -> String {
    let chosen = match override_with {
        Some(other) if cfg!(feature = "local") && !other.is_empty() => other,
        Some(_) | None => default,
    };
    chosen.trim_end_matches('/').to_owned()
}

/// What a request is signed with.
#[derive(Clone)]
pub enum Auth {
    /// `Authorization: Bearer …`.
    Bearer(SecretString),
    /// `Authorization: Basic …`.
    Basic {
        /// The name.
        user: SecretString,
        /// The password.
        password: SecretString,
    },
    /// Nothing: the request carries its own.
    None,
}

/// [`Transport`] over the network, for one vendor and one key.
#[derive(Clone)]
pub struct HttpTransport {
    clients: HttpClients,
    base_url: String,
    auth: Auth,
}

impl HttpTransport {
    /// Speaks to `base_url` (see [`base_url`]) with `auth` as its bearer token.
    #[must_use]
    pub fn new(clients: HttpClients, base_url: String, auth: SecretString) -> Self {
        Self::with_auth(clients, base_url, Auth::Bearer(auth))
    }

    /// Speaks to `base_url` (see [`base_url`]), its requests signed with `auth`.
    #[must_use]
    pub fn with_auth(clients: HttpClients, base_url: String, auth: Auth) -> Self {
        Self {
            clients,
            base_url,
            auth,
        }
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HttpTransport")
            .field("base_url", &self.base_url)
            .finish_non_exhaustive()
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let client = if request.method.is_write() {
            &self.clients.writes
        } else {
            &self.clients.reads
        };
        let url = format!("{}{}", self.base_url, request.path);
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Put => reqwest::Method::PUT,
            Method::Patch => reqwest::Method::PATCH,
        };
        let mut builder = client.request(method, url).timeout(request.timeout).header(
            USER_AGENT,
            concat!("ledgerline/", env!("CARGO_PKG_VERSION")),
        );
        builder = match &self.auth {
            Auth::Bearer(token) => builder.bearer_auth(token.expose_secret()),
            Auth::Basic { user, password } => {
                builder.basic_auth(user.expose_secret(), Some(password.expose_secret()))
            }
            Auth::None => builder,
        };
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        if !request.query.is_empty() {
            builder = builder.query(&request.query);
        }
        if let Some(body) = &request.body {
            builder = builder.json(body);
        } else if let Some(form) = request.form_body() {
            builder = builder
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.expose_secret().to_owned());
        }
        let mut response = builder.send().await.map_err(TransportError::from_reqwest)?;
        let mut answer = WireResponse {
            status: response.status().as_u16(),
            retry_after: seconds(response.headers(), RETRY_AFTER.as_str()),
            rate_limit_reset: seconds(response.headers(), "x-ratelimit-reset"),
            body: Vec::new(),
        };
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(TransportError::from_reqwest)?
        {
            if answer.body.len() + chunk.len() > MAX_RESPONSE_BYTES {
                return Err(TransportError::TooLarge);
            }
            answer.body.extend_from_slice(&chunk);
        }
        Ok(answer)
    }
}

fn seconds(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests;
