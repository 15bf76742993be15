//! Slack's Web API, as far as posting, editing and reading back messages goes.
//!
//! The answer is always HTTP 200 and `ok` decides, but for 429.

mod messages;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use messages::Message;

use crate::limit::Limiter;
use crate::vendor::{self, Answered};
use crate::wire::{Method, Request, Response};

/// How the workspace is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The bot's token.
    pub token: String,
    /// The channels that exist; any where empty.
    pub channels: BTreeSet<String>,
    /// Messages per channel and second; 0 for no limit. Slack tells of about one and allows bursts
    /// that it does not describe, so that there is none unless asked for.
    pub messages_per_second: u32,
    /// The workspace's id.
    pub team: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token: "xoxb-sandbox".into(),
            channels: BTreeSet::new(),
            messages_per_second: 0,
            team: "T0SANDBOX".into(),
        }
    }
}

/// What a request did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// A message that people saw.
    MessagePosted {
        /// The channel.
        channel: String,
        /// The message's time stamp, which is its id.
        ts: String,
    },
    /// A message changed.
    MessageUpdated {
        /// The channel.
        channel: String,
        /// The message's time stamp.
        ts: String,
    },
}

/// The workspace's messages.
#[derive(Debug, Clone)]
pub struct Model {
    settings: Settings,
    limiter: Limiter,
    /// The messages of each channel, oldest first.
    channels: BTreeMap<String, Vec<Message>>,
    /// What members were told for themselves, in answer to clicks.
    ephemeral: Vec<String>,
}

/// A refusal in Slack's words, e.g. `channel_not_found`.
type Refused = &'static str;

impl Model {
    /// A workspace without messages.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            limiter: Limiter::default(),
            channels: BTreeMap::new(),
            ephemeral: Vec::new(),
        }
    }

    /// How the workspace is set up.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How the workspace is set up, to be changed.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// The messages of a channel, oldest first.
    #[must_use]
    pub fn messages(&self, channel: &str) -> &[Message] {
        self.channels
            .get(channel)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }

    /// All messages by channel, for a test to look at.
    #[must_use]
    pub fn state(&self) -> Value {
        json!({ "channels": self.channels, "ephemeral": self.ephemeral })
    }

    fn check_token(&self, request: &Request, fields: &Fields) -> Result<(), Refused> {
        let header = request
            .header_value("authorization")
            .map(|header| header.strip_prefix("Bearer ").unwrap_or_default());
        let token = header
            .or_else(|| fields.text("token"))
            .ok_or("not_authed")?;
        if token == self.settings.token {
            Ok(())
        } else {
            Err("invalid_auth")
        }
    }

    fn check_channel(&self, fields: &Fields) -> Result<String, Refused> {
        let channel = fields.text("channel").ok_or("channel_not_found")?;
        let known = self.settings.channels.is_empty() || self.settings.channels.contains(channel);
        if known && !channel.is_empty() {
            Ok(channel.to_owned())
        } else {
            Err("channel_not_found")
        }
    }
}

impl vendor::Model for Model {
    type Effect = Effect;

    fn answer(
        &mut self,
        request: &Request,
        now: Timestamp,
        lists_lag: Duration,
    ) -> Answered<Effect> {
        let fields = Fields::read(request);
        // Whoever holds the address of a click may answer it: no token is asked for.
        if request.method == Method::Post && request.path.starts_with("/actions/") {
            let words = fields.text("text").unwrap_or_default().to_owned();
            self.ephemeral.push(words);
            return Answered {
                operation: "response_url",
                response: Response::json(200, &json!({ "ok": true })),
                effects: Vec::new(),
            };
        }
        let operation = match (request.method, request.path.trim_matches('/')) {
            (Method::Post, "chat.postMessage") => "chat.postMessage",
            (Method::Post, "chat.update") => "chat.update",
            (Method::Get | Method::Post, "conversations.history") => "conversations.history",
            (Method::Get | Method::Post, "auth.test") => "auth.test",
            _ => "unknown",
        };
        let mut effects = Vec::new();
        let result = match self.check_token(request, &fields) {
            Err(refused) => Err(refused),
            Ok(()) => match operation {
                "chat.postMessage" => {
                    let limit = self.settings.messages_per_second;
                    let channel = fields.text("channel").unwrap_or_default();
                    let second = Duration::from_secs(1);
                    if let Err(left) = self.limiter.admit(channel, limit, second, now) {
                        let response = self.too_many_requests(left.as_secs().max(1));
                        return Answered {
                            operation,
                            response,
                            effects,
                        };
                    }
                    self.post(&fields, now, &mut effects)
                }
                "chat.update" => self.update(&fields, &mut effects),
                "conversations.history" => self.history(&fields, now, lists_lag),
                "auth.test" => Ok(json!({
                    "ok": true,
                    "url": "https://sandbox.slack.com/",
                    "team": "Sandbox",
                    "team_id": self.settings.team,
                    "user": "ledgerline",
                    "user_id": "U0SANDBOX",
                    "bot_id": "B0SANDBOX",
                })),
                _ => Err("unknown_method"),
            },
        };
        let body = result.unwrap_or_else(|error| json!({ "ok": false, "error": error }));
        Answered {
            operation,
            response: Response::json(200, &body),
            effects,
        }
    }

    fn too_many_requests(&self, reset: u64) -> Response {
        Response::json(429, &json!({ "ok": false, "error": "ratelimited" }))
            .header("retry-after", &reset.to_string())
    }

    fn server_error(&self) -> Response {
        Response::json(500, &json!({ "ok": false, "error": "internal_error" }))
    }

    fn status_false(&self) -> Response {
        Response::json(200, &json!({ "ok": false, "error": "fatal_error" }))
    }
}

impl crate::control::Stage for Model {
    type Settings = Settings;

    fn begin(settings: Settings) -> Self {
        Self::new(settings)
    }

    fn set_up(&mut self) -> &mut Settings {
        &mut self.settings
    }

    fn shown(&self) -> Value {
        self.state()
    }

    fn fill(&mut self, _records: Value, _now: Timestamp) -> Result<Value, String> {
        Err("a workspace begins without messages".to_owned())
    }
}

/// A request's fields, from a JSON body, a form body or the query.
#[derive(Debug, Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn read(request: &Request) -> Self {
        let mut fields = Map::new();
        for (name, value) in &request.query {
            fields.insert(name.clone(), json!(value));
        }
        let content_type = request.header_value("content-type").unwrap_or_default();
        if content_type.starts_with("application/json") {
            if let Ok(Value::Object(body)) = serde_json::from_slice(&request.body) {
                fields.extend(body);
            }
        } else if content_type.starts_with("application/x-www-form-urlencoded") {
            for (name, value) in form_urlencoded::parse(&request.body) {
                // A form carries structures as JSON texts.
                let structured = matches!(&*name, "blocks" | "metadata" | "attachments");
                let value = match serde_json::from_str(&value) {
                    Ok(structure) if structured => structure,
                    _ => json!(value),
                };
                fields.insert(name.into_owned(), value);
            }
        }
        Self(fields)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    fn value(&self, name: &str) -> Value {
        self.0.get(name).cloned().unwrap_or_default()
    }

    fn flag(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => matches!(text.as_str(), "true" | "1"),
            _ => false,
        }
    }

    fn number(&self, name: &str) -> Option<usize> {
        match self.0.get(name)? {
            Value::Number(number) => usize::try_from(number.as_u64()?).ok(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }
}
