//! From a call as it came to the redacted event that is all the rest of the system ever sees.
//!
//! Nothing is dropped: a field that has a place of its own and fits it goes there, everything else
//! goes, redacted, into `rest` under its path (`call_transfer.destination`). Only `null`s and empty
//! lists and objects, which say nothing, are left out.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::event::{CallEvent, Direction, TurnRecord};
use super::json::{self, Json};
use super::leaves::{Leaf, collect, collect_within, series};
use super::transcript::{self, RawTurn};
use super::values::{direction, duration, instant, is_token, phone, status};
use super::wire::{RawCall, UnknownReason, Unrecognised};
use crate::redact::{
    Kind, Redacted, Segment, Settings, Speaker, Turn, redact, redact_field, redact_turns,
};

/// The longest link that is kept as one.
const MAX_LINK_BYTES: usize = 4096;

/// Fields by name, redacted.
pub type RedactedFields = BTreeMap<String, Redacted>;

/// A delivery in no shape that we know, redacted, for an operator to look at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The same for the same content: it is stored once. Made from what was left after redaction,
    /// since the hash of a card number gives the number away.
    pub digest: String,
    /// When it reached us.
    pub received_at: Timestamp,
    /// What was wrong with it.
    pub reason: UnknownReason,
    /// What it held, by path.
    #[serde(default)]
    pub fields: RedactedFields,
    /// What was taken out.
    #[serde(default)]
    pub removed: BTreeSet<Kind>,
}

/// Redacts a call's event.
#[must_use]
pub fn scrub(raw: &RawCall<'_>, received_at: Timestamp, settings: &Settings) -> CallEvent {
    let mut scrubber = Scrubber {
        settings,
        removed: BTreeSet::new(),
    };
    let mut event = empty(raw, received_at);
    event.direction = raw.field("direction").and_then(direction);
    let (turns, remarks) = raw
        .field("transcript")
        .map(transcript::read)
        .unwrap_or_default();
    event.transcript = scrubber.turns(&turns);

    let mut rest = Vec::new();
    for (key, value) in &raw.fields {
        let placed = match key.as_ref() {
            "transcript" => true,
            "direction" => event.direction.is_some(),
            "status" => put(&mut event.status, status(value)),
            "from_number" => put(&mut event.from, phone(value)),
            "to_number" => put(&mut event.to, phone(value)),
            // The old webhooks' one number is the customer's.
            "phone_number" => match event.direction {
                Some(Direction::Inbound) => put(&mut event.from, phone(value)),
                Some(Direction::Outbound) => put(&mut event.to, phone(value)),
                None => false,
            },
            "agent_id" => put(&mut event.agent, scrubber.identifier(key, value)),
            "initiated_at" => put(&mut event.initiated_at, instant(value)),
            "duration_in_seconds" | "duration" => put(&mut event.duration, duration(value)),
            "recording_url" => put(&mut event.recording, scrubber.link(value)),
            "summary" => put(&mut event.summary, scrubber.text(value)),
            "post_call_analysis" | "extracted_data" => {
                put_fields(&mut event.analysis, scrubber.named(value))
            }
            "metadata" => put_fields(&mut event.metadata, scrubber.named(value)),
            _ => false,
        };
        if !placed {
            collect(key, value, &mut rest);
        }
    }
    for (key, value) in &raw.around {
        collect(key, value, &mut rest);
    }
    for (position, (key, value)) in remarks.iter().enumerate() {
        collect_within("transcript", position, key, value, &mut rest);
    }
    match &raw.name {
        Some(name) if is_token(name) => event.name = name.clone().into_owned(),
        Some(name) => rest.push(Leaf::new("event", Cow::Borrowed(name))),
        None => {}
    }
    if event.name.is_empty() {
        let status = event
            .status
            .clone()
            .map_or_else(|| "unknown".to_owned(), String::from);
        event.name = format!("call.{status}");
    }
    event.rest = scrubber.leaves(&rest);
    event.removed = scrubber.removed;
    event
}

/// Redacts a delivery in no shape that we know.
#[must_use]
pub fn keep(unknown: &Unrecognised<'_>, received_at: Timestamp, settings: &Settings) -> Kept {
    let (fields, removed) = scrub_json(&unknown.body, settings);
    let mut hasher = Sha256::new();
    for (path, value) in &fields {
        for part in [path.as_str(), value.render().as_str()] {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part);
        }
    }
    let digest = hex::encode(hasher.finalize());
    Kept {
        digest,
        received_at,
        reason: unknown.reason,
        fields,
        removed,
    }
}

/// Redacts any JSON, as fields by path.
#[must_use]
pub fn scrub_json(value: &Json<'_>, settings: &Settings) -> (RedactedFields, BTreeSet<Kind>) {
    let mut scrubber = Scrubber {
        settings,
        removed: BTreeSet::new(),
    };
    let mut leaves = Vec::new();
    match value {
        Json::Map(entries) => {
            for (key, value) in entries {
            collect(key, value, &mut leaves);
        }
        }
        other => collect("body", other, &mut leaves),
    }
    let fields = scrubber.leaves(&leaves);
    (fields, scrubber.removed)
}

fn empty(raw: &RawCall<'_>, received_at: Timestamp) -> CallEvent {
    CallEvent {
        call: raw.id.clone(),
        name: String::new(),
        shape: raw.shape,
        received_at,
        status: None,
        direction: None,
        from: None,
        to: None,
        agent: None,
        initiated_at: None,
        duration: None,
        transcript: Vec::new(),
        summary: None,
        analysis: BTreeMap::new(),
        metadata: BTreeMap::new(),
        recording: None,
        rest: BTreeMap::new(),
        removed: BTreeSet::new(),
    }
}

/// Puts a value where it belongs: whether there was one, and the place was free.
fn put<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    let fits = place.is_none() && value.is_some();
    if fits {
        *place = value;
    }
    fits
}

fn put_fields(place: &mut RedactedFields, fields: Option<RedactedFields>) -> bool {
    let Some(fields) = fields.filter(|_| place.is_empty()) else {
        return false;
    };
    *place = fields;
    true
}

struct Scrubber<'settings> {
    settings: &'settings Settings,
    removed: BTreeSet<Kind>,
}

impl Scrubber<'_> {
    fn note(&mut self, redacted: Redacted) -> Redacted {
        self.removed.extend(redacted.markers());
        redacted
    }

    fn text(&mut self, value: &Json<'_>) -> Option<Redacted> {
        let text = value.scalar()?;
        let (redacted, _) = redact(&text, self.settings);
        (!redacted.is_empty()).then(|| self.note(redacted))
    }

    fn turns(&mut self, turns: &[RawTurn<'_>]) -> Vec<TurnRecord> {
        let spoken: Vec<Turn<'_>> = turns
            .iter()
            .map(|turn| Turn {
                speaker: turn.speaker,
                content: &turn.content,
            })
            .collect();
        redact_turns(&spoken, self.settings)
            .into_iter()
            .zip(turns)
            .map(|((text, _), turn)| TurnRecord {
                speaker: turn.speaker,
                text: self.note(text),
                start: turn.start,
            })
            .collect()
    }

    /// The fields of an object, or of a string that holds one.
    fn named(&mut self, value: &Json<'_>) -> Option<RedactedFields> {
        let parsed;
        let entries = match value {
            Json::Map(entries) => entries,
            Json::Text(text) => {
                parsed = json::parse(text.as_bytes())
                    .ok()
                    .filter(|parsed| !parsed.ambiguous)?;
                let Json::Map(entries) = &parsed.value else {
                    return None;
                };
                entries
            }
            _ => return None,
        };
        let mut leaves = Vec::new();
        for (key, value) in entries {
            collect(key, value, &mut leaves);
        }
        Some(self.leaves(&leaves))
    }

    /// An identifier in which the redactor finds nothing.
    fn identifier(&self, label: &str, value: &Json<'_>) -> Option<String> {
        let text = value.scalar()?;
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
        let fits = (1..=128).contains(&text.len()) && text.bytes().all(is_word);
        let is_clean = || redact_field(label, &text, self.settings).0.is_clean();
        (fits && is_clean()).then(|| text.clone().into_owned())
    }

    /// A link that is kept as it came, to be opened: https, and no card number in it.
    fn link(&self, value: &Json<'_>) -> Option<String> {
        let text = value.as_text()?;
        let is_link = text.starts_with("https://")
            && text.len() <= MAX_LINK_BYTES
            && text
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\".contains(&byte));
        let is_number = |character: char| {
            !character.is_ascii_digit() && !matches!(character, '-' | '.' | '_' | '+')
        };
        let has_card = || {
            text.split(is_number)
                .filter(|part| part.bytes().filter(u8::is_ascii_digit).count() >= 12)
                .any(|part| !redact(part, self.settings).0.is_clean())
        };
        (is_link && !has_card()).then(|| text.to_owned())
    }

    /// Redacts leaves: each by its own label, and those of one list together, so that a number
    /// that came digit by digit is seen as one.
    fn leaves(&mut self, leaves: &[Leaf<'_>]) -> RedactedFields {
        let mut redacted: Vec<Redacted> = leaves
            .iter()
            .map(|leaf| redact_field(leaf.label, &leaf.value, self.settings).0)
            .collect();
        for members in series(leaves) {
            let turns: Vec<Turn<'_>> = members
                .iter()
                .filter_map(|&member| leaves.get(member))
                .map(|leaf| Turn {
                    speaker: Speaker::Unknown,
                    content: &leaf.value,
                })
                .collect();
            for (member, (together, _)) in members.iter().zip(redact_turns(&turns, self.settings)) {
                if let Some(alone) = redacted.get_mut(*member)
                    && kept_bytes(&together) < kept_bytes(alone)
                {
                    *alone = together;
                }
            }
        }
        let mut fields = RedactedFields::new();
        for (leaf, value) in leaves.iter().zip(redacted) {
            let value = self.note(value);
            let path = self.path(&leaf.path);
            let mut unused = path.clone();
            let mut number = 1;
            while fields.contains_key(&unused) {
                number += 1;
                unused = format!("{path}#{number}");
            }
            fields.insert(unused, value);
        }
        fields
    }

    /// A path is text from outside too. One that is short and has few digits holds no number.
    fn path(&mut self, path: &str) -> String {
        let is_harmless = path.len() <= 48 && path.bytes().filter(u8::is_ascii_digit).count() <= 4;
        if is_harmless {
            return path.to_owned();
        }
        let (redacted, _) = redact(path, self.settings);
        self.note(redacted).render()
    }
}

/// How much of a text is left.
fn kept_bytes(redacted: &Redacted) -> usize {
    redacted
        .segments()
        .iter()
        .map(|segment| match segment {
            Segment::Text(text) => text.len(),
            Segment::Marker { .. } => 0,
        })
        .sum()
}
