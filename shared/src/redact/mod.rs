//! Takes card numbers, bank details, identifiers and secrets out of text, written or spoken.
//!
//! The text is read once, as a stream of digits that each remember where they stood, whatever they
//! were written as: digits of any script, words of eleven languages, "double four". Rules then look
//! at that stream and at the words around it. Everything here is pure, takes linear time on any
//! input, never goes back, and compiles nothing at start.
//!
//! What stays is as much the point as what goes: an invoice number, an amount, a date, a phone
//! number are what the call was about.

mod kind;
mod leak;
pub mod mask;
mod redacted;

pub use kind::{Confidence, How, Kind, Span};
pub use leak::{looks_like_card, looks_like_card_in};
pub use redacted::{LastFour, Redacted, RulesVersion, Segment};

mod again;
mod bank_codes;
mod characters;
mod check;
mod codes;
mod cues;
mod element;
mod engine;
mod evident;
mod expires;
mod iban;
mod lexicon;
mod looks;
mod rules;
mod runs;
mod scan;
mod secrets;
mod spoken;
mod vat;

use engine::{Find, Piece};

/// What a merchant can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Keep the last four digits of a card in its marker, and leave "card ending 4242" alone.
    pub keep_last_four: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            keep_last_four: true,
        }
    }
}

/// Who speaks in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The person on the phone.
    Caller,
    /// The voice agent.
    Agent,
    /// Not told.
    Unknown,
}

/// One turn of a conversation.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'a> {
    /// Who speaks.
    pub speaker: Speaker,
    /// What is said.
    pub content: &'a str,
}

/// Redacts one text.
#[must_use]
pub fn redact(text: &str, settings: &Settings) -> (Redacted, Vec<Span>) {
    let pieces = [Piece {
        speaker: Speaker::Unknown,
        text,
    }];
    let finds = engine::find(None, &pieces, *settings);
    build(text, &finds, None)
}

/// Redacts a conversation: a number may be spread over several turns, and what an agent asks for
/// tells what the caller answers.
#[must_use]
pub fn redact_turns(turns: &[Turn<'_>], settings: &Settings) -> Vec<(Redacted, Vec<Span>)> {
    let pieces: Vec<Piece<'_>> = turns
        .iter()
        .map(|turn| Piece {
            speaker: turn.speaker,
            text: turn.content,
        })
        .collect();
    let finds = engine::find(None, &pieces, *settings);
    let mut rest = finds.as_slice();
    turns
        .iter()
        .enumerate()
        .map(|(index, turn)| {
            let (here, after) = rest.split_at(rest.partition_point(|find| find.piece <= index));
            rest = after;
            build(turn.content, here, Some(index))
        })
        .collect()
}

/// Redacts the value of a named field, such as one of a call's analysis: the field's name
/// (`card_number`, `cvv`, `orderId`) tells what its value is.
#[must_use]
pub fn redact_field(label: &str, value: &str, settings: &Settings) -> (Redacted, Vec<Span>) {
    let pieces = [Piece {
        speaker: Speaker::Unknown,
        text: value,
    }];
    let finds = engine::find(Some(label), &pieces, *settings);
    build(value, &finds, None)
}

/// What is still in a text that ought not to be: for alarms on text that was redacted before.
#[must_use]
pub fn scan(text: &str) -> Option<Kind> {
    let pieces = [Piece {
        speaker: Speaker::Unknown,
        text,
    }];
    engine::find(None, &pieces, Settings::default())
        .first()
        .map(|find| find.kind)
}

/// Cuts the finds (sorted, not overlapping) out of a text.
fn build(text: &str, finds: &[Find], turn: Option<usize>) -> (Redacted, Vec<Span>) {
    let mut segments = Vec::with_capacity(finds.len() * 2 + 1);
    let mut spans = Vec::with_capacity(finds.len());
    let (mut at, mut characters) = (0, 0);
    let keep = |segments: &mut Vec<Segment>, start: usize, end: usize| {
        if let Some(kept) = text.get(start..end).filter(|kept| !kept.is_empty()) {
            segments.push(Segment::Text(kept.to_owned()));
        }
    };
    for find in finds {
        keep(&mut segments, at, find.start);
        characters += count_characters(text, at, find.start);
        let start = characters;
        characters += count_characters(text, find.start, find.end);
        segments.push(Segment::Marker {
            kind: find.kind,
            last_four: find.last_four,
        });
        spans.push(Span {
            turn,
            start,
            end: characters,
            kind: find.kind,
            how: find.how,
            confidence: find.confidence,
        });
        at = find.end;
    }
    keep(&mut segments, at, text.len());
    (Redacted::from_segments(segments), spans)
}

fn count_characters(text: &str, start: usize, end: usize) -> usize {
    text.get(start..end).map_or(0, |part| part.chars().count())
}
