//! Slack: post a message once, find it again, change it.
//!
//! Slack answers HTTP 200 to nearly everything; `ok` decides. A post has no idempotency key, so a
//! message carries a key of ours in its metadata, and [`Slack::find_message`] looks for it.

mod button;
mod text;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use thiserror::Error;
use tracing::instrument;

use super::http::{Method, Transport, TransportError, WireRequest, WireResponse};
use crate::error::Class;

pub use button::ButtonToken;
pub use text::{Block, Markup, escape};

/// Where Slack's Web API lives.
pub const BASE_URL: &str = "https://slack.com/api";

/// The shortest and the longest that we wait because Slack told us to.
const THROTTLE_WAIT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(5));

/// Messages asked for at a time, and pages read, when one is looked for: 2,000 messages.
const PER_PAGE: usize = 100;
const MAX_PAGES: usize = 20;

/// A channel's id, which is what look-ups take; a name can be given to another channel.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ChannelId(String);

/// A text that is no channel's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a Slack channel id: C, G or D and 2 to 30 capital letters or digits")]
pub struct InvalidChannel;

impl ChannelId {
    /// Checks `text` and takes it.
    ///
    /// # Errors
    /// [`InvalidChannel`] unless it is C, G or D and 2 to 30 capital letters or digits.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidChannel> {
        let text = text.into();
        let well_formed = text.strip_prefix(['C', 'G', 'D']).is_some_and(|rest| {
            (2..=30).contains(&rest.len())
                && rest
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        });
        if well_formed {
            Ok(Self(text))
        } else {
            Err(InvalidChannel)
        }
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ChannelId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// What tells our message from every other one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageKey {
    /// The kind of message, such as `ledgerline_notice`.
    pub event_type: &'static str,
    /// The key, never seen twice.
    pub key: String,
}

/// A message to be posted.
#[derive(Debug, Clone)]
pub struct Message {
    /// What a notification shows.
    pub text: Markup,
    /// What the channel shows.
    pub blocks: Vec<Block>,
}

/// A message in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    /// The channel.
    pub channel: ChannelId,
    /// The message's time stamp, which is its id in the channel.
    pub ts: String,
}

/// A failed exchange with Slack. Carries none of Slack's or anybody else's text.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SlackError {
    /// No connection was made; nothing was posted.
    #[error("Slack was not reached")]
    NotReached(#[source] TransportError),
    /// The answer is missing or cannot be read, or Slack says that it failed half-way.
    #[error("Slack did not say what became of the request")]
    NoAnswer {
        /// Whether asking again does no harm: a look-up, or a change to the same text.
        repeatable: bool,
        /// How the answer was lost, where the transport knows.
        #[source]
        source: Option<TransportError>,
    },
    /// Slack asks us to slow down; nothing was posted.
    #[error("Slack asks us to slow down")]
    Throttled {
        /// How long to wait, within bounds of our own.
        wait: Duration,
    },
    /// The token is wrong, revoked or lacks a scope. A person is told; nothing was posted.
    #[error("Slack does not accept our token: {code}")]
    TokenRefused {
        /// Slack's code.
        code: String,
    },
    /// A definite no.
    #[error("Slack refused: {code}")]
    Refused {
        /// Slack's code.
        code: String,
    },
    /// The channel holds more than we read through; whether the message is there is open.
    #[error("the channel holds too many messages to look through")]
    Incomplete,
    /// The request could not be built.
    #[error("the request to Slack could not be built")]
    Unbuildable(#[source] TransportError),
}

impl SlackError {
    /// What happens next.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::NotReached(_)
            | Self::Throttled { .. }
            | Self::TokenRefused { .. }
            | Self::Incomplete
            | Self::NoAnswer {
                repeatable: true, ..
            } => Class::RetryLater,
            Self::NoAnswer {
                repeatable: false, ..
            } => Class::OutcomeUnknown,
            Self::Refused { .. } => Class::Rejected,
            Self::Unbuildable(_) => Class::Bug,
        }
    }

    /// How long Slack asks us to wait, where it does.
    #[must_use]
    pub const fn wait(&self) -> Option<Duration> {
        match self {
            Self::Throttled { wait } => Some(*wait),
            _ => None,
        }
    }

    /// Whether only a person can put this right.
    #[must_use]
    pub const fn is_configuration(&self) -> bool {
        matches!(self, Self::TokenRefused { .. })
    }
}

/// A client of one Slack workspace. Cheap to clone.
#[derive(Clone)]
pub struct Slack {
    transport: Arc<dyn Transport>,
    timeout: Duration,
}

impl fmt::Debug for Slack {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Slack")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Slack {
    /// A client whose every exchange may take `timeout`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, timeout: Duration) -> Self {
        Self { transport, timeout }
    }

    /// Posts a message. Its `key` is the anchor; see [`Slack::find_message`].
    pub async fn post_message(
        &self,
        channel: &ChannelId,
        message: &Message,
        key: &MessageKey,
    ) -> Result<Posted, SlackError> {
        let body = json!({
            "channel": channel,
            "text": text::fallback(&message.text),
            "blocks": text::blocks(&message.blocks),
            "metadata": { "event_type": key.event_type, "event_payload": { "key": key.key } },
            "unfurl_links": false,
            "unfurl_media": false,
        });
        self.call(
            self.request(Method::Post, "/chat.postMessage").body(body),
            false,
        )
        .await
    }

    /// Changes a message of ours. Changing it to the same again does no harm.
    pub async fn update_message(
        &self,
        posted: &Posted,
        message: &Message,
    ) -> Result<Posted, SlackError> {
        let body = json!({
            "channel": posted.channel,
            "ts": posted.ts,
            "text": text::fallback(&message.text),
            "blocks": text::blocks(&message.blocks),
        });
        self.call(self.request(Method::Post, "/chat.update").body(body), true)
            .await
    }

    /// Looks for our message among those posted to `channel` since `since`. Needs the scope
    /// `channels:history` (`groups:history` for private channels).
    pub async fn find_message(
        &self,
        channel: &ChannelId,
        key: &MessageKey,
        since: Timestamp,
    ) -> Result<Option<Posted>, SlackError> {
        let mut cursor = None::<String>;
        for _ in 0..MAX_PAGES {
            let mut request = self
                .request(Method::Get, "/conversations.history")
                .query("channel", channel.as_str())
                .query("oldest", format!("{}.000000", since.as_second()))
                .query("include_all_metadata", "true")
                .query("limit", PER_PAGE.to_string());
            if let Some(cursor) = &cursor {
                request = request.query("cursor", cursor);
            }
            let page: History = self.call(request, true).await?;
            if let Some(message) = page.messages.iter().find(|message| message.has(key)) {
                let (channel, ts) = (channel.clone(), message.ts.clone());
                return Ok(Some(Posted { channel, ts }));
            }
            cursor = page
                .response_metadata
                .next_cursor
                .filter(|next| !next.is_empty());
            if cursor.is_none() {
                return if page.has_more {
                    Err(SlackError::Incomplete)
                } else {
                    Ok(None)
                };
            }
        }
        Err(SlackError::Incomplete)
    }

    /// Whether messages can be posted to a channel and read back from it, found out without posting:
    /// changing a message that is not there is refused last for want of the message.
    pub async fn check_channel(&self, channel: &ChannelId) -> Result<(), SlackError> {
        let key = MessageKey {
            event_type: "ledgerline_check",
            key: String::new(),
        };
        self.find_message(channel, &key, Timestamp::MAX).await?;
        let body = json!({ "channel": channel, "ts": "0000000000.000001", "text": "check" });
        let request = self.request(Method::Post, "/chat.update").body(body);
        match self.call::<Value>(request, true).await {
            Err(SlackError::Refused { code }) if code == "message_not_found" => Ok(()),
            outcome => outcome.map(|_| ()),
        }
    }

    fn request(&self, method: Method, route: &'static str) -> WireRequest {
        WireRequest::new(method, route, self.timeout)
    }

    #[instrument(level = "debug", skip_all, fields(route = request.route))]
    async fn call<T: DeserializeOwned>(
        &self,
        request: WireRequest,
        repeatable: bool,
    ) -> Result<T, SlackError> {
        let answer = self
            .transport
            .send(request)
            .await
            .map_err(|source| match source {
                TransportError::NotSent(_) => SlackError::NotReached(source),
                TransportError::Unbuildable(_) => SlackError::Unbuildable(source),
                TransportError::TimedOut | TransportError::Broken(_) | TransportError::TooLarge => {
                    SlackError::NoAnswer {
                        repeatable,
                        source: Some(source),
                    }
                }
            })?;
        sort(&answer, repeatable)
    }
}

#[derive(Deserialize)]
struct Verdict {
    ok: bool,
    #[serde(default)]
    error: String,
}

#[derive(Deserialize)]
struct History {
    #[serde(default)]
    messages: Vec<HistoryMessage>,
    #[serde(default)]
    has_more: bool,
    #[serde(default)]
    response_metadata: ResponseMetadata,
}

#[derive(Default, Deserialize)]
struct ResponseMetadata {
    #[serde(default)]
    next_cursor: Option<String>,
}

#[derive(Deserialize)]
struct HistoryMessage {
    #[serde(default)]
    ts: String,
    #[serde(default)]
    metadata: Value,
}

impl HistoryMessage {
    fn has(&self, key: &MessageKey) -> bool {
        let event_type = self.metadata.get("event_type").and_then(Value::as_str);
        let own = self
            .metadata
            .get("event_payload")
            .and_then(|payload| payload.get("key"));
        event_type == Some(key.event_type) && own.and_then(Value::as_str) == Some(&key.key)
    }
}

/// Tells a yes from a definite no from everything that leaves open what Slack did.
fn sort<T: DeserializeOwned>(answer: &WireResponse, repeatable: bool) -> Result<T, SlackError> {
    let no_answer = || SlackError::NoAnswer {
        repeatable,
        source: None,
    };
    if answer.status == 429 {
        return Err(if is_slacks_own(answer) {
            throttled(answer)
        } else {
            no_answer()
        });
    }
    if !(200..=299).contains(&answer.status) {
        return Err(no_answer());
    }
    let verdict: Verdict = serde_json::from_slice(&answer.body).map_err(|_| no_answer())?;
    if verdict.ok {
        return serde_json::from_slice(&answer.body).map_err(|_| no_answer());
    }
    let is_code = (1..=60).contains(&verdict.error.len())
        && verdict
            .error
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let code = if is_code {
        verdict.error
    } else {
        "unnamed".to_owned()
    };
    Err(match code.as_str() {
        "ratelimited" | "rate_limited" => throttled(answer),
        "invalid_auth" | "not_authed" | "account_inactive" | "token_revoked" | "token_expired"
        | "missing_scope" | "no_permission" => SlackError::TokenRefused { code },
        // "It's possible some aspect of the operation succeeded before the error was raised."
        // (https://docs.slack.dev/reference/methods/chat.postMessage#errors)
        "fatal_error" | "internal_error" | "service_unavailable" | "request_timeout" => no_answer(),
        _ => SlackError::Refused { code },
    })
}

/// Whether a 429 is Slack's own, which says that nothing was posted: it names the time to wait, or
/// gives Slack's code. Anybody else's on the way says nothing of what became of the message.
fn is_slacks_own(answer: &WireResponse) -> bool {
    let verdict = serde_json::from_slice::<Verdict>(&answer.body);
    let is_named =
        verdict.is_ok_and(|it| matches!(it.error.as_str(), "ratelimited" | "rate_limited"));
    answer.retry_after.is_some() || is_named
}

fn throttled(answer: &WireResponse) -> SlackError {
    let (shortest, longest) = THROTTLE_WAIT;
    // No header: Slack's own limit is about one message a second and channel.
    let wait = Duration::from_secs(answer.retry_after.unwrap_or(1)).clamp(shortest, longest);
    SlackError::Throttled { wait }
}

#[cfg(test)]
mod tests;
