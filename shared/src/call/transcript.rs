//! A transcript in any of the forms in which DialNexa sends one, as turns.
//!
//! ```text
//! "[{\"role\":\"assistant\",\"content\":\"Hello\"},…]"   a JSON string, as production sends it
//! "Agent: Hello\nUser: Hi"   "Agent: Hello User: Hi"   plain text, on lines or on one
//! [{"speaker":"user","text":"Hi","time":1.5},…]         an array, under several names
//! {"Agent":"Hello","User":"Hi"}                        an object
//! ```
//!
//! No word is ever lost: what cannot be split is one turn of an unknown speaker, and what a turn
//! holds beside its text comes back as a [`Remark`].

use std::borrow::Cow;

use super::json::{self, Entries, Json};
use crate::redact::Speaker;

/// A turn as it came, not redacted yet.
#[derive(Clone, PartialEq)]
pub struct RawTurn<'body> {
    /// Who spoke.
    pub speaker: Speaker,
    /// What was said.
    pub content: Cow<'body, str>,
    /// Seconds from the start of the call.
    pub start: Option<f64>,
}

impl std::fmt::Debug for RawTurn<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            formatter,
            "RawTurn({:?}, {} bytes)",
            self.speaker,
            self.content.len()
        )
    }
}

/// Something that stood beside a turn's text: a key and its value.
pub(super) type Remark<'body> = (Cow<'body, str>, Json<'body>);

/// The keys under which a turn names its speaker, the first that is there counts.
const SPEAKER_KEYS: [&str; 3] = ["role", "speaker", "from"];
/// The keys under which a turn holds its text.
const TEXT_KEYS: [&str; 3] = ["content", "text", "message"];
/// The keys under which a turn says when it began.
const START_KEYS: [&str; 3] = ["start", "time", "timestamp"];
/// The keys under which an object holds a list of turns.
const LIST_KEYS: [&str; 4] = ["transcript", "turns", "messages", "utterances"];
/// What stands before a turn in plain text. Longest first where one begins with another.
const LABELS: [(&str, Speaker); 12] = [
    ("assistant", Speaker::Agent),
    ("agent", Speaker::Agent),
    ("bot", Speaker::Agent),
    ("ai", Speaker::Agent),
    ("customer", Speaker::Caller),
    ("caller", Speaker::Caller),
    ("client", Speaker::Caller),
    ("human", Speaker::Caller),
    ("lead", Speaker::Caller),
    ("user", Speaker::Caller),
    ("unknown", Speaker::Unknown),
    ("speaker", Speaker::Unknown),
];

/// Reads a transcript into turns.
#[must_use]
pub fn parse_transcript<'body>(transcript: &'body Json<'body>) -> Vec<RawTurn<'body>> {
    read(transcript).0
}

/// Reads a transcript into turns and what stood beside them.
pub(super) fn read<'body>(
    transcript: &'body Json<'body>,
) -> (Vec<RawTurn<'body>>, Vec<Remark<'body>>) {
    let mut reader = Reader::default();
    match transcript {
        Json::Text(text) => match structured(text) {
            Some(inner) => reader.structure(inner),
            None => reader.plain(text),
        },
        other => reader.structure(other.clone()),
    }
    (reader.turns, reader.remarks)
}

/// The list or object that a JSON string holds. One with a key twice is left as text, where all of
/// it is seen.
fn structured(text: &str) -> Option<Json<'_>> {
    if !text.trim_start().starts_with(['[', '{']) {
        return None;
    }
    let parsed = json::parse(text.as_bytes()).ok()?;
    (!parsed.ambiguous).then_some(parsed.value)
}

#[derive(Default)]
struct Reader<'body> {
    turns: Vec<RawTurn<'body>>,
    remarks: Vec<Remark<'body>>,
}

impl<'body> Reader<'body> {
    fn push(&mut self, speaker: Speaker, content: Cow<'body, str>, start: Option<f64>) {
        let content = match content {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        if !content.is_empty() {
            self.turns.push(RawTurn {
                speaker,
                content,
                start,
            });
        }
    }

    fn structure(&mut self, value: Json<'body>) {
        match value {
            Json::List(items) => {
                for item in items {
                    self.element(item);
                }
            }
            Json::Map(mut entries) => {
                let list = entries.iter().position(|(key, value)| {
                    LIST_KEYS.contains(&key.as_ref()) && matches!(value, Json::List(_))
                });
                if let Some(position) = list {
                    let (_, items) = entries.remove(position);
                    self.structure(items);
                    self.remarks.append(&mut entries);
                } else if is_turn(&entries) {
                    self.turn(entries);
                } else {
                    for (key, value) in entries {
                        self.under_speaker(key, value);
                    }
                }
            }
            scalar => self.element(scalar),
        }
    }

    /// An element of a list.
    fn element(&mut self, item: Json<'body>) {
        match item {
            Json::Text(Cow::Borrowed(text)) => self.plain(text),
            Json::Text(Cow::Owned(text)) => {
                let cuts = cut(&text);
                for (speaker, from, to) in cuts {
                    let content = text.get(from..to).unwrap_or_default().to_owned();
                    self.push(speaker, Cow::Owned(content), None);
                }
            }
            Json::Map(entries) if is_turn(&entries) => self.turn(entries),
            nested @ (Json::List(_) | Json::Map(_)) => self.structure(nested),
            scalar => {
                if let Some(text) = scalar.scalar() {
                    self.push(Speaker::Unknown, Cow::Owned(text.into_owned()), None);
                }
            }
        }
    }

    /// An object that is one turn.
    fn turn(&mut self, mut entries: Entries<'body>) {
        let content = take_text(&mut entries, &TEXT_KEYS);
        let role = take_text(&mut entries, &SPEAKER_KEYS);
        let start = take_seconds(&mut entries);
        let speaker = role.as_deref().map_or(Some(Speaker::Unknown), speaker_of);
        match (content, speaker) {
            (Some(content), Some(speaker)) => self.push(speaker, content, start),
            // A speaker that we cannot place stays with what was said.
            (Some(content), None) => {
                let content = format!("{}: {content}", role.unwrap_or_default());
                self.push(Speaker::Unknown, Cow::Owned(content), start);
            }
            (None, _) => {}
        }
        // Where a turn ends tells nothing that the next one's start does not.
        entries.retain(|(key, value)| key != "end" || !matches!(value, Json::Number(_)));
        self.remarks.append(&mut entries);
    }

    /// What an object holds under a speaker's name.
    fn under_speaker(&mut self, name: Cow<'body, str>, value: Json<'body>) {
        let Some(speaker) = speaker_of(&name) else {
            self.remarks.push((name, value));
            return;
        };
        match value {
            Json::Text(text) => self.push(speaker, text, None),
            Json::List(items) => {
                for item in items {
                    match item {
                        Json::Text(text) => self.push(speaker, text, None),
                        other => self.remarks.push((name.clone(), other)),
                    }
                }
            }
            other => self.remarks.push((name, other)),
        }
    }

    fn plain(&mut self, text: &'body str) {
        for (speaker, from, to) in cut(text) {
            self.push(
                speaker,
                Cow::Borrowed(text.get(from..to).unwrap_or_default()),
                None,
            );
        }
    }
}

/// Whether an object is a turn: it has text under one of a turn's keys.
fn is_turn(entries: &Entries<'_>) -> bool {
    entries.iter().any(|(key, value)| {
        TEXT_KEYS.contains(&key.as_ref()) && matches!(value, Json::Text(_) | Json::Number(_))
    })
}

/// The first of `keys` that holds text or a number; a number is what a caller keyed in.
fn take_text<'body>(entries: &mut Entries<'body>, keys: &[&str]) -> Option<Cow<'body, str>> {
    let position = keys.iter().find_map(|key| {
        entries.iter().position(|(name, value)| {
            name == key && matches!(value, Json::Text(_) | Json::Number(_))
        })
    })?;
    match entries.remove(position).1 {
        Json::Text(text) => Some(text),
        number => number.scalar().map(|text| Cow::Owned(text.into_owned())),
    }
}

fn take_seconds(entries: &mut Entries<'_>) -> Option<f64> {
    let position = START_KEYS.iter().find_map(|key| {
        entries
            .iter()
            .position(|(name, value)| name == key && seconds(value).is_some())
    })?;
    seconds(&entries.remove(position).1)
}

/// Seconds from the start of a call; a date or an instant since 1970 is none and stays where it is.
fn seconds(value: &Json<'_>) -> Option<f64> {
    let Json::Number(_) = value else { return None };
    let seconds: f64 = value.scalar()?.parse().ok()?;
    (0.0..1_000_000.0).contains(&seconds).then_some(seconds)
}

/// Who a role or name means; `None` where it is none that we know.
fn speaker_of(role: &str) -> Option<Speaker> {
    let role = role.trim();
    LABELS
        .iter()
        .find(|(label, _)| role.eq_ignore_ascii_case(label))
        .map(|&(_, speaker)| speaker)
}

/// Cuts plain text before each label: who speaks, and from where to where.
///
/// At the start of a line a label counts in any case; within a line only with a capital and a
/// space after its colon, so that "I told your agent: no" stays whole.
fn cut(text: &str) -> Vec<(Speaker, usize, usize)> {
    let mut cuts = Vec::new();
    let (mut speaker, mut from) = (Speaker::Unknown, 0);
    let blank = text.len() - text.trim_start().len();
    for (colon, _) in text.match_indices(':') {
        let before = text.get(from..colon).unwrap_or_default();
        let Some((label_length, next)) = label_at_end(before) else {
            continue;
        };
        let start = colon - label_length;
        let lead = text.get(from..start).unwrap_or_default();
        let label = text.get(start..colon).unwrap_or_default();
        let after = text.get(colon + 1..).unwrap_or_default();
        let at_line_start = lead.trim_end_matches([' ', '\t']).ends_with('\n') || start == blank;
        let set_apart = lead.ends_with(|before: char| !before.is_alphanumeric() && before != '-');
        let within_line = set_apart
            && label.starts_with(|first: char| first.is_ascii_uppercase())
            && after.starts_with(char::is_whitespace);
        if at_line_start || within_line {
            cuts.push((speaker, from, start));
            (speaker, from) = (next, colon + 1);
        }
    }
    cuts.push((speaker, from, text.len()));
    cuts
}

/// The label, with a number after it or not ("Speaker 1"), that `text` ends with: its length and
/// who it means.
fn label_at_end(text: &str) -> Option<(usize, Speaker)> {
    let named = text.trim_end_matches(|character: char| character.is_ascii_digit());
    let named = if named.len() < text.len() {
        named.trim_end_matches([' ', '_'])
    } else {
        named
    };
    LABELS.iter().find_map(|&(label, speaker)| {
        let start = named.len().checked_sub(label.len())?;
        let found = named.get(start..)?;
        found
            .eq_ignore_ascii_case(label)
            .then_some((text.len() - start, speaker))
    })
}
