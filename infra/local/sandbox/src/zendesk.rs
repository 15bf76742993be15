//! Zendesk's Support API, as far as tickets, their comments and their external ids go.
//!
//! A ticket is made once under an idempotency key, which is forgotten after two hours; a comment is
//! added as often as it is asked for.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::control::Stage;
use crate::vendor::{self, Answered, earlier, later};
use crate::wire::{Method, Request, Response};

/// How long an idempotency key is remembered.
const KEY_LASTS: Duration = Duration::from_hours(2);

/// How the account is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The agent's address; `/token` is added to it.
    pub email: String,
    /// The token.
    pub token: String,
    /// The agent's role.
    pub role: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            email: "billing-bot@example.com".into(),
            token: "zendesk-sandbox".into(),
            role: "agent".into(),
        }
    }
}

/// What a request did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// A ticket was made.
    TicketCreated {
        /// Its id.
        id: u64,
    },
    /// A comment was added.
    CommentAdded {
        /// The ticket's id.
        ticket: u64,
    },
    /// The requester was mailed a comment.
    RequesterMailed {
        /// The ticket's id.
        ticket: u64,
    },
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comment {
    /// Its id.
    pub id: u64,
    /// Its text.
    pub body: String,
    /// Whether the requester may read it.
    pub public: bool,
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ticket {
    /// Its id.
    pub id: u64,
    /// What it was made with.
    pub fields: Value,
    /// Its comments, the first one it was made with.
    pub comments: Vec<Comment>,
    #[serde(skip)]
    made_at: Timestamp,
}

#[derive(Debug, Clone)]
struct Remembered {
    body: Value,
    response: Response,
    until: Timestamp,
}

/// The account's tickets.
#[derive(Debug, Clone)]
pub struct Model {
    settings: Settings,
    tickets: Vec<Ticket>,
    keys: BTreeMap<String, Remembered>,
    next_id: u64,
}

impl Model {
    /// An account without tickets.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            tickets: Vec::new(),
            keys: BTreeMap::new(),
            next_id: 35_436,
        }
    }

    /// The tickets, in the order in which they were made.
    #[must_use]
    pub fn tickets(&self) -> &[Ticket] {
        &self.tickets
    }

    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    fn is_signed(&self, request: &Request) -> bool {
        let expected = STANDARD.encode(format!(
            "{}/token:{}",
            self.settings.email, self.settings.token
        ));
        request.header_value("authorization") == Some(&format!("Basic {expected}"))
    }

    fn create(&mut self, request: &Request, now: Timestamp, effects: &mut Vec<Effect>) -> Response {
        let body = request.body_value();
        let key = request.header_value("idempotency-key").map(str::to_owned);
        if let Some(remembered) = key
            .as_ref()
            .and_then(|key| self.keys.get(key))
            .filter(|it| it.until > now)
        {
            if remembered.body != body {
                return refusal(400, "IdempotentRequestError");
            }
            return remembered
                .response
                .clone()
                .header("x-idempotency-lookup", "hit");
        }
        let Some(fields) = body.get("ticket").filter(|it| it.is_object()).cloned() else {
            return refusal(400, "BadRequest");
        };
        let Some(text) = fields.pointer("/comment/body").and_then(Value::as_str) else {
            return refusal(422, "RecordInvalid");
        };
        // The first comment may be read by the requester unless it says otherwise.
        let public = fields.pointer("/comment/public").and_then(Value::as_bool) != Some(false);
        let (id, comment) = (self.id(), self.id());
        let ticket = Ticket {
            id,
            comments: vec![Comment {
                id: comment,
                body: text.to_owned(),
                public,
            }],
            fields,
            made_at: now,
        };
        let response = Response::json(201, &json!({ "ticket": shown(&ticket) }))
            .header("x-idempotency-lookup", "miss");
        self.tickets.push(ticket);
        effects.push(Effect::TicketCreated { id });
        if public {
            effects.push(Effect::RequesterMailed { ticket: id });
        }
        if let Some(key) = key {
            let remembered = Remembered {
                body,
                response: response.clone(),
                until: later(now, KEY_LASTS),
            };
            self.keys.insert(key, remembered);
        }
        response
    }

    fn comment(&mut self, id: &str, request: &Request, effects: &mut Vec<Effect>) -> Response {
        let comment_id = self.id();
        let body = request.body_value();
        let Some(ticket) = self.tickets.iter_mut().find(|it| it.id.to_string() == id) else {
            return refusal(404, "RecordNotFound");
        };
        let Some(text) = body.pointer("/ticket/comment/body").and_then(Value::as_str) else {
            return refusal(422, "RecordInvalid");
        };
        let public = body
            .pointer("/ticket/comment/public")
            .and_then(Value::as_bool)
            != Some(false);
        ticket.comments.push(Comment {
            id: comment_id,
            body: text.to_owned(),
            public,
        });
        effects.push(Effect::CommentAdded { ticket: ticket.id });
        if public {
            effects.push(Effect::RequesterMailed { ticket: ticket.id });
        }
        Response::json(200, &json!({ "ticket": shown(ticket) }))
    }

    fn comments(&self, id: &str, request: &Request) -> Response {
        let Some(ticket) = self.tickets.iter().find(|it| it.id.to_string() == id) else {
            return refusal(404, "RecordNotFound");
        };
        let size = request
            .query_value("page[size]")
            .and_then(|size| size.parse().ok())
            .unwrap_or(100);
        let from = request
            .query_value("page[after]")
            .and_then(|after| after.parse().ok())
            .unwrap_or(0_usize);
        let page: Vec<Value> = ticket
            .comments
            .iter()
            .skip(from)
            .take(size)
            .map(|it| {
                json!({ "id": it.id, "type": "Comment", "body": it.body, "plain_body": it.body,
                        "public": it.public })
            })
            .collect();
        let next = from + page.len();
        let has_more = next < ticket.comments.len();
        let after = has_more.then(|| next.to_string());
        let meta = json!({ "has_more": has_more, "after_cursor": after });
        Response::json(200, &json!({ "comments": page, "meta": meta }))
    }

    fn find(&self, request: &Request, now: Timestamp, lists_lag: Duration) -> Response {
        let wanted = request.query_value("external_id").unwrap_or_default();
        let found: Vec<Value> = self
            .tickets
            .iter()
            .filter(|it| it.made_at <= earlier(now, lists_lag))
            .filter(|it| it.fields.get("external_id").and_then(Value::as_str) == Some(wanted))
            .map(shown)
            .collect();
        let count = found.len();
        Response::json(200, &json!({ "tickets": found, "count": count }))
    }
}

fn shown(ticket: &Ticket) -> Value {
    let field = |name: &str| ticket.fields.get(name).cloned().unwrap_or_default();
    json!({
        "id": ticket.id,
        "external_id": field("external_id"),
        "subject": field("subject"),
        "priority": field("priority"),
        "type": field("type"),
        "due_at": field("due_at"),
        "tags": field("tags"),
        "status": "new",
        "created_at": ticket.made_at.to_string(),
    })
}

fn refusal(status: u16, error: &str) -> Response {
    Response::json(
        status,
        &json!({ "error": error, "description": "see Zendesk's documentation" }),
    )
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
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let (operation, response) = if self.is_signed(request) {
            match (request.method, segments.as_slice()) {
                (Method::Post, ["api", "v2", "tickets" | "tickets.json"]) => {
                    ("tickets.create", self.create(request, now, &mut effects))
                }
                (Method::Get, ["api", "v2", "tickets" | "tickets.json"]) => {
                    ("tickets.list", self.find(request, now, lists_lag))
                }
                (Method::Put, ["api", "v2", "tickets", id]) => {
                    ("tickets.update", self.comment(id, request, &mut effects))
                }
                (Method::Get, ["api", "v2", "tickets", id, "comments"]) => {
                    ("comments.list", self.comments(id, request))
                }
                (Method::Get, ["api", "v2", "users", "me.json"]) => (
                    "users.me",
                    Response::json(
                        200,
                        &json!({ "user": { "id": 1, "role": self.settings.role } }),
                    ),
                ),
                _ => ("unknown", refusal(404, "InvalidEndpoint")),
            }
        } else {
            let body = json!({ "error": "Couldn't authenticate you" });
            ("unsigned", Response::json(401, &body))
        };
        Answered {
            operation,
            response,
            effects,
        }
    }

    fn too_many_requests(&self, reset: u64) -> Response {
        Response::json(429, &json!({ "error": "APIRateLimitExceeded" }))
            .header("retry-after", &reset.to_string())
    }

    fn server_error(&self) -> Response {
        Response::json(500, &json!({ "error": "InternalError" }))
    }

    fn status_false(&self) -> Response {
        Response::json(503, &json!({ "error": "DatabaseConflict" }))
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
        json!({ "tickets": self.tickets })
    }

    fn fill(&mut self, _records: Value, _now: Timestamp) -> Result<Value, String> {
        Err("an account begins without tickets".to_owned())
    }
}
