//! Gmail, as far as drafting, sending and finding messages goes, and the place where Google gives
//! access tokens. A draft is used up by sending it; a search lags.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::control::Stage;
use crate::vendor::{self, Answered, earlier};
use crate::wire::{Method, Request, Response};

/// How the mailbox is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The refresh token that access tokens are given for.
    pub refresh_token: String,
    /// The access token that is given.
    pub access_token: String,
    /// The scopes that the token lacks.
    pub missing_scopes: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            refresh_token: "google-refresh-sandbox".into(),
            access_token: "google-access-sandbox".into(),
            missing_scopes: BTreeSet::new(),
        }
    }
}

/// What a request did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// A message was drafted, which nobody outside sees.
    Drafted {
        /// The draft's id.
        id: String,
    },
    /// A message left.
    MailSent {
        /// To whom.
        to: String,
        /// Its Message-ID.
        message_id: String,
    },
}

/// A message, read from what was sent.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mail {
    /// Its id in the mailbox.
    pub id: String,
    /// The header lines, folded ones put together.
    pub headers: Vec<(String, String)>,
    /// The text.
    pub body: String,
    /// Whether it left.
    pub is_sent: bool,
    #[serde(skip)]
    at: Timestamp,
}

impl Mail {
    /// The first header of that name.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    fn read(raw: &str, id: String, at: Timestamp) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(raw.trim_end_matches('=')).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in head.split("\r\n") {
            if let (Some(more), Some((_, value))) = (line.strip_prefix(' '), headers.last_mut()) {
                value.push(' ');
                value.push_str(more);
            } else {
                let (name, value) = line.split_once(": ")?;
                headers.push((name.to_owned(), value.to_owned()));
            }
        }
        let packed: String = body.split_whitespace().collect();
        let body = String::from_utf8(STANDARD.decode(packed).ok()?).ok()?;
        let mail = Self {
            id,
            headers,
            body: body.replace("\r\n", "\n"),
            is_sent: false,
            at,
        };
        (!mail.header("To").is_empty()).then_some(mail)
    }

    fn message_id(&self) -> &str {
        self.header("Message-ID").trim_matches(['<', '>'])
    }
}

/// The mailbox.
#[derive(Debug, Clone)]
pub struct Model {
    settings: Settings,
    mails: Vec<Mail>,
}

impl Model {
    /// An empty mailbox.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            mails: Vec::new(),
        }
    }

    /// The messages that left, in their order.
    pub fn sent(&self) -> impl Iterator<Item = &Mail> {
        self.mails.iter().filter(|mail| mail.is_sent)
    }

    fn give_token(&self, request: &Request) -> Response {
        let form: Vec<(String, String)> =
            form_urlencoded::parse(&request.body).into_owned().collect();
        let field = |name: &str| {
            let found = form.iter().find(|(own, _)| own == name);
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        let is_known = match field("grant_type") {
            "refresh_token" => field("refresh_token") == self.settings.refresh_token,
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => {
                field("assertion").split('.').count() == 3
            }
            _ => false,
        };
        if is_known {
            let token = &self.settings.access_token;
            let body = json!({ "access_token": token, "expires_in": 3599, "token_type": "Bearer" });
            Response::json(200, &body)
        } else {
            Response::json(400, &json!({ "error": "invalid_grant" }))
        }
    }

    fn search(&self, request: &Request, now: Timestamp, lag: Duration, sent: bool) -> Vec<&Mail> {
        let query = request.query_value("q").unwrap_or_default();
        let wanted = query.strip_prefix("rfc822msgid:").unwrap_or_default();
        let seen = earlier(now, lag);
        let mails = self.mails.iter();
        mails
            .filter(|it| it.message_id() == wanted && it.at <= seen && (sent || !it.is_sent))
            .collect()
    }

    fn route(
        &mut self,
        request: &Request,
        now: Timestamp,
        lag: Duration,
        effects: &mut Vec<Effect>,
    ) -> (&'static str, Response) {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let scope = match segments.as_slice() {
            [_, _, _, _, "messages", ..] => "https://www.googleapis.com/auth/gmail.readonly",
            _ => "https://www.googleapis.com/auth/gmail.compose",
        };
        if self.settings.missing_scopes.contains(scope) {
            return ("refused", refusal(403, "insufficientPermissions"));
        }
        match (request.method, segments.as_slice()) {
            (Method::Post, ["gmail", "v1", "users", "me", "drafts"]) => {
                let id = format!("r-{}", self.mails.len() + 1);
                let body = request.body_value();
                let raw = body.pointer("/message/raw").and_then(Value::as_str);
                let Some(mail) = raw.and_then(|raw| Mail::read(raw, id.clone(), now)) else {
                    return ("drafts.create", refusal(400, "invalidArgument"));
                };
                let message = json!({ "id": mail.id, "threadId": mail.id, "labelIds": ["DRAFT"] });
                self.mails.push(mail);
                effects.push(Effect::Drafted { id: id.clone() });
                let made = json!({ "id": id, "message": message });
                ("drafts.create", Response::json(200, &made))
            }
            (Method::Post, ["gmail", "v1", "users", "me", "drafts", "send"]) => {
                let body = request.body_value();
                let id = body.get("id").and_then(Value::as_str).unwrap_or_default();
                let draft = self.mails.iter_mut().find(|it| it.id == id && !it.is_sent);
                let Some(mail) = draft else {
                    return ("drafts.send", refusal(404, "notFound"));
                };
                mail.is_sent = true;
                mail.at = now;
                effects.push(Effect::MailSent {
                    to: mail.header("To").to_owned(),
                    message_id: mail.message_id().to_owned(),
                });
                let sent = json!({ "id": mail.id, "threadId": mail.id, "labelIds": ["SENT"] });
                ("drafts.send", Response::json(200, &sent))
            }
            (Method::Get, ["gmail", "v1", "users", "me", "drafts"]) => {
                // A draft is there at once; only the search of messages lags.
                let found = self.search(request, now, Duration::ZERO, false);
                let drafts: Vec<Value> = found
                    .iter()
                    .map(|it| json!({ "id": it.id, "message": { "id": it.id, "threadId": it.id } }))
                    .collect();
                let count = drafts.len();
                let body = json!({ "drafts": drafts, "resultSizeEstimate": count });
                ("drafts.list", Response::json(200, &body))
            }
            (Method::Get, ["gmail", "v1", "users", "me", "messages"]) => {
                let found = self.search(request, now, lag, true);
                let messages: Vec<Value> = found
                    .iter()
                    .map(|it| json!({ "id": it.id, "threadId": it.id }))
                    .collect();
                let count = messages.len();
                let body = json!({ "messages": messages, "resultSizeEstimate": count });
                ("messages.list", Response::json(200, &body))
            }
            (Method::Get, ["gmail", "v1", "users", "me", "messages", id]) => {
                let found = self.mails.iter().find(|it| it.id == *id);
                let response = found.map_or_else(
                    || refusal(404, "notFound"),
                    |it| {
                        let label = if it.is_sent { "SENT" } else { "DRAFT" };
                        let body = json!({ "id": it.id, "threadId": it.id, "labelIds": [label] });
                        Response::json(200, &body)
                    },
                );
                ("messages.get", response)
            }
            _ => ("unknown", refusal(404, "notFound")),
        }
    }
}

fn refusal(status: u16, reason: &str) -> Response {
    let body = json!({ "error": {
        "code": status,
        "message": "see Google's documentation",
        "errors": [{ "domain": "global", "reason": reason, "message": "see the documentation" }],
    }});
    Response::json(status, &body)
}

impl vendor::Model for Model {
    type Effect = Effect;

    fn answer(
        &mut self,
        request: &Request,
        now: Timestamp,
        lists_lag: Duration,
    ) -> Answered<Effect> {
        let mut effects = Vec::new();
        let expected = format!("Bearer {}", self.settings.access_token);
        let (operation, response) = if request.path.trim_matches('/') == "token" {
            ("token", self.give_token(request))
        } else if request.header_value("authorization") == Some(&expected) {
            self.route(request, now, lists_lag, &mut effects)
        } else {
            ("unsigned", refusal(401, "authError"))
        };
        Answered {
            operation,
            response,
            effects,
        }
    }

    fn too_many_requests(&self, reset: u64) -> Response {
        refusal(429, "userRateLimitExceeded").header("retry-after", &reset.to_string())
    }

    fn server_error(&self) -> Response {
        refusal(500, "backendError")
    }

    fn status_false(&self) -> Response {
        refusal(503, "backendError")
    }
}

impl Stage for Model {
    type Settings = Settings;

    fn begin(settings: Settings) -> Self {
        Self::new(settings)
    }

    fn set_up(&mut self) -> &mut Settings {
        &mut self.settings
    }

    fn shown(&self) -> Value {
        json!({ "mails": self.mails })
    }

    fn fill(&mut self, _records: Value, _now: Timestamp) -> Result<Value, String> {
        Err("a mailbox begins empty".to_owned())
    }
}
