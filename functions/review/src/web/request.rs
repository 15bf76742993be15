//! A request, as much of it as the desk reads.

use std::collections::BTreeMap;

use aws_lambda_events::event::apigw::ApiGatewayV2httpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;

/// The largest form: a reason of some thousand characters, or what Slack sends.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// A request.
#[derive(Clone, Default)]
pub struct Request {
    /// `GET` or `POST`; others as they came.
    pub method: String,
    /// The path, from `/` on, not decoded.
    pub path: String,
    /// The query's pairs; of a name that comes twice the last.
    pub query: BTreeMap<String, String>,
    /// The body's bytes, as they were signed.
    pub body: Vec<u8>,
    /// The headers, their names in lower case.
    pub headers: BTreeMap<String, String>,
    cookies: BTreeMap<String, String>,
}

impl Request {
    /// Reads an event; nothing where its body is no body, or larger than any form.
    #[must_use]
    pub fn read(event: ApiGatewayV2httpRequest) -> Option<Self> {
        let text = event.body.unwrap_or_default();
        if text.len() > 2 * MAX_BODY_BYTES {
            return None;
        }
        let body = if event.is_base64_encoded {
            STANDARD.decode(text).ok()?
        } else {
            text.into_bytes()
        };
        if body.len() > MAX_BODY_BYTES {
            return None;
        }
        let headers: BTreeMap<String, String> = event
            .headers
            .iter()
            .filter_map(|(name, value)| {
                let value = value.to_str().ok()?;
                Some((name.as_str().to_owned(), value.to_owned()))
            })
            .collect();
        // API Gateway takes cookies out of the headers and puts them beside.
        let beside = event.cookies.unwrap_or_default().join("; ");
        let together = headers
            .get("cookie")
            .map(String::as_str)
            .unwrap_or_default();
        let cookies = [beside.as_str(), together]
            .iter()
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Some(Self {
            method: event.request_context.http.method.to_string(),
            path: event.raw_path.unwrap_or_else(|| "/".to_owned()),
            query: pairs(event.raw_query_string.unwrap_or_default().as_bytes()),
            body,
            headers,
            cookies,
        })
    }

    /// A request of a test's making.
    #[must_use]
    pub fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: pairs(query.as_bytes()),
            ..Self::default()
        }
    }

    /// With a form as its body.
    #[must_use]
    pub fn with_form(mut self, fields: &[(&str, &str)]) -> Self {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        self.body = form.finish().into_bytes();
        self
    }

    /// With a cookie.
    #[must_use]
    pub fn with_cookie(mut self, name: &str, value: &str) -> Self {
        self.cookies.insert(name.to_owned(), value.to_owned());
        self
    }

    /// The path's parts, decoded.
    #[must_use]
    pub fn segments(&self) -> Vec<String> {
        self.path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
            .collect()
    }

    /// The fields of the form that the body is; of a name that comes twice the last.
    #[must_use]
    pub fn form(&self) -> BTreeMap<String, String> {
        pairs(&self.body)
    }

    /// A cookie's value.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    /// A field of the query that is not blank.
    #[must_use]
    pub fn asked(&self, name: &str) -> Option<&str> {
        self.query
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    }
}

fn pairs(text: &[u8]) -> BTreeMap<String, String> {
    form_urlencoded::parse(text)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}
