//! From a call as it came to the redacted event that is all the rest of the system ever sees.
//!
//! Nothing is dropped: a field that has a place of its own and fits it goes there, everything else
//! goes, redacted, into `rest` under its path (`call_transfer.destination`). Only `null`s and empty
//! lists and objects, which say nothing, are left out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::event::{CallEvent, Direction, TurnRecord};
use super::json::{self, Json};
use super::leaves::{Leaf, Leaves};
use super::transcript::{self, RawTurn};
use super::values::{direction, duration, instant, is_token, phone, status};
use super::wire::{RawCall, UnknownReason, Unrecognised};
use crate::redact::{Kind, Redacted, Settings, Turn, redact, redact_field, redact_turns};

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

    let mut rest = Leaves::new(settings);
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
            // A link that we cannot keep as one is still a bearer secret: it goes whole.
            "recording_url" if let Json::Text(text) = value => {
                let is_kept = put(&mut event.recording, scrubber.link(text));
                if !is_kept {
                    rest.add_text(key, "secret", text);
                }
                true
            }
            "summary" => put(&mut event.summary, scrubber.text(value)),
            "post_call_analysis" | "extracted_data" => {
                put_fields(&mut event.analysis, scrubber.named(value))
            }
            "metadata" => put_fields(&mut event.metadata, scrubber.named(value)),
            _ => false,
        };
        if !placed {
            rest.add(key, value);
        }
    }
    for (key, value) in &raw.around {
        rest.add(key, value);
    }
    for (position, (key, value)) in remarks.iter().enumerate() {
        rest.add_within("transcript", position, key, value);
    }
    match &raw.name {
        Some(name) if is_token(name) => event.name = name.clone().into_owned(),
        Some(name) => rest.add_text("event", "event", name),
        None => {}
    }
    if event.name.is_empty() {
        let status = event
            .status
            .clone()
            .map_or_else(|| "unknown".to_owned(), String::from);
        event.name = format!("call.{status}");
    }
    event.rest = scrubber.leaves(rest);
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
    let mut leaves = Leaves::new(settings);
    match value {
        Json::Map(entries) => {
            for (key, value) in entries {
                leaves.add(key, value);
            }
        }
        other => leaves.add("body", other),
    }
    let fields = scrubber.leaves(leaves);
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
        let mut leaves = Leaves::new(self.settings);
        for (key, value) in entries {
            leaves.add(key, value);
        }
        Some(self.leaves(leaves))
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
    fn link(&self, text: &str) -> Option<String> {
        let fits = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\".contains(&byte);
        let is_link = text.starts_with("https://")
            && text.len() <= MAX_LINK_BYTES
            && text.bytes().all(fits)
            && !numbers(text).any(|number| is_card(&redact(&number, self.settings).0));
        is_link.then(|| text.to_owned())
    }

    /// Those of `members` that are pieces of something that has to go, read one after the other.
    fn joined(&mut self, all: &[Leaf<'_>], members: &[usize]) -> Vec<usize> {
        let mut text = String::new();
        let mut ends = Vec::with_capacity(members.len());
        let mut characters = 0;
        for leaf in members.iter().filter_map(|&member| all.get(member)) {
            text.push_str(&leaf.value);
            text.push(' ');
            characters += leaf.value.chars().count() + 1;
            ends.push(characters);
        }
        let (redacted, spans) = redact(&text, self.settings);
        self.removed.extend(redacted.markers());
        let mut pieces = Vec::new();
        for span in spans {
            let first = ends.partition_point(|&end| end <= span.start);
            let last = ends.partition_point(|&end| end < span.end);
            // What stands in one member alone was found there.
            if last > first {
                pieces.extend(members.iter().take(last + 1).skip(first));
            }
        }
        pieces
    }

    /// Redacts leaves: each by its own label, and those of one list together, so that a number
    /// that came digit by digit is seen as one.
    fn leaves(&mut self, leaves: Leaves<'_, '_>) -> RedactedFields {
        let all = leaves.as_slice();
        let mut redacted: Vec<Redacted> = all
            .iter()
            .map(|leaf| redact_field(leaf.label, &leaf.value, self.settings).0)
            .collect();
        for members in leaves.series() {
            for member in self.joined(all, &members) {
                if let (Some(alone), Some(leaf)) = (redacted.get_mut(member), all.get(member)) {
                    // A piece of a number tells nothing by itself, so it goes whole.
                    *alone = redact_field("secret", &leaf.value, self.settings).0;
                }
            }
        }
        let mut fields = RedactedFields::new();
        let mut times = HashMap::new();
        for (leaf, value) in all.iter().zip(redacted) {
            let value = self.note(value);
            let time: &mut usize = times.entry(leaf.path.as_str()).or_default();
            *time += 1;
            let mut path = leaf.path.clone();
            while fields.contains_key(&path) {
                path = format!("{}#{time}", leaf.path);
                *time += 1;
            }
            fields.insert(path, value);
        }
        for name in leaves.from_names {
            self.note(name);
        }
        fields
    }
}

/// The long numbers in a link, without what may stand between their digits.
fn numbers(link: &str) -> impl Iterator<Item = String> {
    link.split(|character: char| !character.is_ascii_digit() && !"-._+".contains(character))
        .map(|part| {
            part.chars()
                .filter(char::is_ascii_digit)
                .collect::<String>()
        })
        .filter(|digits| digits.len() >= 12)
}

fn is_card(redacted: &Redacted) -> bool {
    redacted.markers().any(|kind| kind == Kind::CardNumber)
}
