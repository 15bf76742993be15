//! An answer, with the headers that keep a page to itself.

use aws_lambda_events::encodings::Body;
use aws_lambda_events::event::apigw::ApiGatewayV2httpResponse;
use aws_lambda_events::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName,
    LOCATION, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use aws_lambda_events::http::{HeaderMap, HeaderValue};
use maud::Markup;

/// Nothing but our own style sheet, script and pictures; forms go to us alone; nobody frames us.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
    form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// A cookie to be kept by the browser, for us and for as long as it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    name: &'static str,
    value: String,
    seconds: i64,
}

impl Cookie {
    /// A cookie for `seconds`.
    #[must_use]
    pub fn new(name: &'static str, value: String, seconds: i64) -> Self {
        Self {
            name,
            value,
            seconds,
        }
    }

    /// Has the browser forget it.
    #[must_use]
    pub const fn gone(name: &'static str) -> Self {
        Self {
            name,
            value: String::new(),
            seconds: 0,
        }
    }

    /// Its value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Never read by a script, never sent in the clear, and sent along from elsewhere only when a
    /// person follows a link: a link in Slack opens the case, a form elsewhere comes from nobody.
    fn header(&self) -> String {
        let Self {
            name,
            value,
            seconds,
        } = self;
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Lax")
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body as text.
    pub body: String,
    /// Where a redirect leads.
    pub location: Option<String>,
    /// Cookies to be kept.
    pub cookies: Vec<Cookie>,
    content_type: &'static str,
    cache: &'static str,
    file: Option<String>,
}

impl Answer {
    /// A page.
    #[must_use]
    pub fn page(status: u16, page: Markup) -> Self {
        Self::text(status, "text/html; charset=utf-8", page.into_string())
    }

    /// Text of some type, kept nowhere.
    #[must_use]
    pub const fn text(status: u16, content_type: &'static str, body: String) -> Self {
        Self {
            status,
            body,
            location: None,
            cookies: Vec::new(),
            content_type,
            cache: "no-store",
            file: None,
        }
    }

    /// A file of ours that never changes under its name.
    #[must_use]
    pub fn asset(content_type: &'static str, body: &str) -> Self {
        Self {
            cache: "public, max-age=31536000, immutable",
            ..Self::text(200, content_type, body.to_owned())
        }
    }

    /// A file to be saved.
    #[must_use]
    pub fn file(content_type: &'static str, name: String, body: String) -> Self {
        Self {
            file: Some(name),
            ..Self::text(200, content_type, body)
        }
    }

    /// Go and get that.
    #[must_use]
    pub fn see(location: impl Into<String>) -> Self {
        Self {
            location: Some(location.into()),
            ..Self::text(303, "text/plain; charset=utf-8", String::new())
        }
    }

    /// With a cookie to be kept.
    #[must_use]
    pub fn with(mut self, cookie: Cookie) -> Self {
        self.cookies.push(cookie);
        self
    }

    /// The answer as API Gateway takes it.
    #[must_use]
    pub fn response(self) -> ApiGatewayV2httpResponse {
        let mut headers = HeaderMap::new();
        let mut set = |name: HeaderName, value: &str| {
            // What is no header's value is left out: our own are.
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        };
        set(CONTENT_TYPE, self.content_type);
        set(CACHE_CONTROL, self.cache);
        set(CONTENT_SECURITY_POLICY, POLICY);
        set(X_CONTENT_TYPE_OPTIONS, "nosniff");
        set(REFERRER_POLICY, "no-referrer");
        set(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
        set(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        );
        if let Some(location) = &self.location {
            set(LOCATION, location);
        }
        if let Some(file) = &self.file {
            set(
                CONTENT_DISPOSITION,
                &format!("attachment; filename=\"{file}\""),
            );
        }
        let mut response = ApiGatewayV2httpResponse::default();
        response.status_code = self.status.into();
        response.headers = headers;
        response.body = Some(Body::Text(self.body));
        response.cookies = self.cookies.iter().map(Cookie::header).collect();
        response
    }
}
