//! Posting, editing and reading back messages.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Effect, Fields, Model, Refused};
use crate::vendor::earlier;

/// The most blocks that a message holds.
const MOST_BLOCKS: usize = 50;

/// The longest text, in characters.
const LONGEST_TEXT: usize = 40_000;

/// A message as people see it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Message {
    /// The time stamp, which is its id in the channel.
    pub ts: String,
    /// The text, shown where blocks are not.
    pub text: String,
    /// The blocks, or null.
    pub blocks: Value,
    /// What programs read, or null.
    pub metadata: Value,
    /// The message that it answers.
    pub thread_ts: Option<String>,
    /// Whether it was edited.
    pub edited: bool,
    /// When it was posted.
    #[serde(skip)]
    posted_at: Timestamp,
}

impl Message {
    fn json(&self, with_metadata: bool) -> Value {
        let mut message = json!({
            "type": "message",
            "bot_id": "B0SANDBOX",
            "user": "U0SANDBOX",
            "ts": self.ts,
            "text": self.text,
        });
        if let Some(message) = message.as_object_mut() {
            if !self.blocks.is_null() {
                message.insert("blocks".into(), self.blocks.clone());
            }
            if with_metadata && !self.metadata.is_null() {
                message.insert("metadata".into(), self.metadata.clone());
            }
            if let Some(thread) = &self.thread_ts {
                message.insert("thread_ts".into(), json!(thread));
            }
            if self.edited {
                message.insert(
                    "edited".into(),
                    json!({ "user": "U0SANDBOX", "ts": self.ts }),
                );
            }
        }
        message
    }
}

/// What a post or an edit shows.
struct Content {
    text: String,
    blocks: Value,
    metadata: Value,
}

impl Content {
    fn read(fields: &Fields) -> Result<Self, Refused> {
        let text = fields.text("text").unwrap_or_default().to_owned();
        let blocks = fields.value("blocks");
        let metadata = fields.value("metadata");
        let count = match &blocks {
            Value::Null => 0,
            Value::Array(blocks) => blocks.len(),
            _ => return Err("invalid_blocks_format"),
        };
        if count > MOST_BLOCKS {
            return Err("invalid_blocks");
        }
        if text.is_empty() && count == 0 {
            return Err("no_text");
        }
        if text.chars().count() > LONGEST_TEXT {
            return Err("msg_too_long");
        }
        let lacks = |name| metadata.get(name).is_none();
        if !metadata.is_null() && (lacks("event_type") || lacks("event_payload")) {
            return Err("invalid_metadata_format");
        }
        Ok(Self {
            text,
            blocks,
            metadata,
        })
    }
}

impl Model {
    pub(super) fn post(
        &mut self,
        fields: &Fields,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) -> Result<Value, Refused> {
        let channel = self.check_channel(fields)?;
        let Content {
            text,
            blocks,
            metadata,
        } = Content::read(fields)?;
        let messages = self.channels.entry(channel.clone()).or_default();
        let ts = next_stamp(messages.last(), now);
        let message = Message {
            ts: ts.clone(),
            text,
            blocks,
            metadata,
            thread_ts: fields.text("thread_ts").map(str::to_owned),
            edited: false,
            posted_at: now,
        };
        let shown = message.json(true);
        messages.push(message);
        effects.push(Effect::MessagePosted {
            channel: channel.clone(),
            ts: ts.clone(),
        });
        Ok(json!({ "ok": true, "channel": channel, "ts": ts, "message": shown }))
    }

    pub(super) fn update(
        &mut self,
        fields: &Fields,
        effects: &mut Vec<Effect>,
    ) -> Result<Value, Refused> {
        let channel = self.check_channel(fields)?;
        let ts = fields.text("ts").ok_or("message_not_found")?.to_owned();
        let Content {
            text,
            blocks,
            metadata,
        } = Content::read(fields)?;
        let message = self
            .channels
            .get_mut(&channel)
            .and_then(|messages| messages.iter_mut().find(|message| message.ts == ts))
            .ok_or("message_not_found")?;
        message.text.clone_from(&text);
        message.blocks = blocks;
        if !metadata.is_null() {
            message.metadata = metadata;
        }
        message.edited = true;
        let shown = message.json(true);
        effects.push(Effect::MessageUpdated {
            channel: channel.clone(),
            ts: ts.clone(),
        });
        Ok(json!({ "ok": true, "channel": channel, "ts": ts, "text": text, "message": shown }))
    }

    pub(super) fn history(
        &self,
        fields: &Fields,
        now: Timestamp,
        lists_lag: Duration,
    ) -> Result<Value, Refused> {
        let channel = self.check_channel(fields)?;
        let with_metadata = fields.flag("include_all_metadata");
        let inclusive = fields.flag("inclusive");
        let oldest = fields.text("oldest").unwrap_or("0");
        let latest = fields.text("latest");
        let cursor = fields.text("cursor").filter(|cursor| !cursor.is_empty());
        let limit = fields.number("limit").unwrap_or(100).clamp(1, 999);
        let newest_first: Vec<&Message> = self
            .messages(&channel)
            .iter()
            .rev()
            .filter(|message| message.posted_at <= earlier(now, lists_lag))
            // Time stamps have one width, so that their texts compare as they do.
            .filter(|message| {
                message.ts.as_str() > oldest || (inclusive && message.ts.as_str() == oldest)
            })
            .filter(|message| {
                latest.is_none_or(|latest| {
                    message.ts.as_str() < latest || (inclusive && message.ts.as_str() == latest)
                })
            })
            .filter(|message| cursor.is_none_or(|cursor| message.ts.as_str() < cursor))
            .collect();
        let has_more = newest_first.len() > limit;
        let page: Vec<_> = newest_first.iter().take(limit).collect();
        let next = page
            .last()
            .filter(|_| has_more)
            .map(|message| message.ts.clone());
        let messages: Vec<_> = page
            .iter()
            .map(|message| message.json(with_metadata))
            .collect();
        Ok(json!({
            "ok": true,
            "messages": messages,
            "has_more": has_more,
            "pin_count": 0,
            "channel_actions_ts": null,
            "channel_actions_count": 0,
            "response_metadata": { "next_cursor": next.unwrap_or_default() },
        }))
    }
}

/// A time stamp after the last one of the channel.
fn next_stamp(last: Option<&Message>, now: Timestamp) -> String {
    let micros = now.as_microsecond();
    let after = last
        .and_then(|message| message.ts.replacen('.', "", 1).parse::<i64>().ok())
        .map_or(micros, |last| micros.max(last.saturating_add(1)));
    format!(
        "{}.{:06}",
        after.div_euclid(1_000_000),
        after.rem_euclid(1_000_000)
    )
}
