//! Reads the pieces of a conversation and lets the rules look at what was read.

use std::fmt::Write as _;

use super::again::{SURROUNDINGS, floor, parts_around, unchanged};
use super::element::{Element, Place, What};
use super::kind::{Confidence, How, Kind};
use super::redacted::{LastFour, Marker, rendered_marker};
use super::rules::Rules;
use super::scan::Scanner;
use super::{Settings, Speaker};
use super::{cues, lexicon, looks, runs};

/// A stretch of text by one speaker.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    pub(super) speaker: Speaker,
    pub(super) text: &'a str,
}

/// Something to cut: a range of bytes in a piece.
#[derive(Debug, Clone, Copy)]
pub(super) struct Find {
    pub(super) piece: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    pub(super) how: How,
    pub(super) confidence: Confidence,
    pub(super) last_four: Option<LastFour>,
}

impl Find {
    /// A find that its own written form gave away.
    pub(super) fn written(piece: u32, start: usize, end: usize, kind: Kind) -> Self {
        Self {
            piece: usize::try_from(piece).unwrap_or(usize::MAX),
            start,
            end,
            kind,
            how: How::Written,
            confidence: Confidence::High,
            last_four: None,
        }
    }
}

/// So many elements are read before the rules look at them: memory stays small on any input.
const WINDOW: usize = 512;
/// So many are kept undecided, since what follows may name them.
const AHEAD: usize = 96;
/// So many decided ones are kept, since they may name what follows.
const BEHIND: usize = 48;
/// The fewest that are read before the rules look: a short text is not worth a large window.
const LEAST: usize = AHEAD + BEHIND + 24;

/// How many elements to read before the rules look, for texts of so many bytes.
fn window(length: usize) -> usize {
    (length / 128).clamp(LEAST, WINDOW)
}

/// So many looks at what is left go by the rules; the next one cuts all numbers around what it finds,
/// and those after it all that stands there, each time further away. What people say needs one of them, rarely two.
const BY_RULES: usize = 3;
/// Then nothing stays.
const LOOKS: usize = BY_RULES + 3;

/// Everything to cut, in order, without overlaps.
///
/// A marker reads otherwise than what stood there, so what is left is looked at again until
/// nothing more is found: redacting our output then changes nothing. Text made to go on for ever
/// loses the numbers around its finds, and in the end all of itself.
pub(super) fn find(label: Option<&str>, pieces: &[Piece<'_>], settings: Settings) -> Vec<Find> {
    // Four gigabytes are more than places are told in: what is not read does not stay.
    if pieces.iter().any(|piece| piece.text.len() > Place::LAST) {
        return everything(pieces);
    }
    let room = room(pieces);
    let mut finds = find_once(label, pieces, settings);
    let mut around = Some(unchanged(pieces, &finds));
    let mut looks = 0;
    while !finds.is_empty() {
        let rendered = render(pieces, &finds);
        let left: Vec<Piece<'_>> = pieces
            .iter()
            .zip(&rendered)
            .map(|(piece, text)| Piece {
                speaker: piece.speaker,
                text,
            })
            .collect();
        let near = around
            .take()
            .and_then(|around| parts_around(&left, &around));
        let is_near = near.is_some();
        let parts = near.unwrap_or_else(|| left.iter().map(|piece| (*piece, 0)).collect());
        let texts: Vec<Piece<'_>> = parts.iter().map(|part| part.0).collect();
        let mut more = find_once(label, &texts, settings);
        if more.is_empty() {
            if is_near {
                // Near the last finds there is nothing more: once again all of it.
                continue;
            }
            break;
        }
        if looks == LOOKS {
            return everything(pieces);
        }
        if looks == BY_RULES {
            all_numbers(&texts, &mut more);
        }
        for find in &mut more {
            let from = parts.get(find.piece).map_or(0, |part| part.1);
            (find.start, find.end) = (find.start + from, find.end + from);
        }
        if let Some(times) = looks.checked_sub(BY_RULES + 1) {
            all_around(&left, &mut more, (4 * SURROUNDINGS) << (4 * times));
        }
        looks += 1;
        around = Some(unchanged(&left, &more));
        let more = to_original(&finds, more);
        finds.extend(more);
        tidy(&mut finds);
        thin_out(&mut finds, room);
    }
    finds
}

/// All of every text.
fn everything(pieces: &[Piece<'_>]) -> Vec<Find> {
    (0..)
        .zip(pieces)
        .filter(|(_, piece)| !piece.text.is_empty())
        .map(|(index, piece)| Find::written(index, 0, piece.text.len(), Kind::Secret))
        .collect()
}

/// So many finds are kept in any text, and one more for each [`BYTES_A_FIND`] of it.
const FINDS: usize = 1024;
/// See above: what is handed back of a find takes about as many bytes.
const BYTES_A_FIND: usize = 128;

/// How many finds texts may have.
fn room(pieces: &[Piece<'_>]) -> usize {
    let length: usize = pieces.iter().map(|piece| piece.text.len()).sum();
    FINDS + length / BYTES_A_FIND
}

/// Joins neighbours, the nearest first, while there are more finds than there is room for: a text
/// that is made of little else goes in longer stretches, and memory stays small on it.
fn thin_out(finds: &mut Vec<Find>, room: usize) {
    let mut reach = 4;
    while finds.len() > room {
        finds.dedup_by(|next, last| {
            let joins = next.piece == last.piece && next.start - last.end <= reach;
            if joins {
                last.end = next.end;
                last.last_four = None;
                last.confidence = Confidence::Low;
            }
            joins
        });
        if reach > BYTES_A_FIND {
            break;
        }
        reach *= 2;
    }
}

/// Makes of every find all that stands around it.
fn all_around(pieces: &[Piece<'_>], finds: &mut Vec<Find>, reach: usize) {
    for find in &mut *finds {
        let text = pieces.get(find.piece).map_or("", |piece| piece.text);
        find.start = floor(text, find.start.saturating_sub(reach));
        find.end = floor(text, find.end + reach);
        find.last_four = None;
    }
    finds.dedup_by(|next, last| {
        let joins = next.piece == last.piece && next.start <= last.end;
        if joins {
            last.end = next.end;
        }
        joins
    });
}

/// Adds every number around what was found.
fn all_numbers(pieces: &[Piece<'_>], finds: &mut Vec<Find>) {
    let mut all = Vec::new();
    let mut scanner = Scanner::new();
    let mut firsts = finds.iter().copied().peekable();
    let is_near = |number: &Element, piece: usize| {
        let start = number.start.get().saturating_sub(SURROUNDINGS);
        let next = finds.partition_point(|find| (find.piece, find.end) < (piece, start));
        finds.get(next).is_some_and(|find| {
            find.piece == piece && find.start <= number.end.get() + SURROUNDINGS
        })
    };
    while let Some(first) = firsts.next() {
        while firsts.next_if(|next| next.piece == first.piece).is_some() {}
        let Some(piece) = pieces.get(first.piece) else {
            continue;
        };
        scanner.enter(first.piece, piece.text);
        loop {
            let ended = scanner.read(WINDOW);
            let numbers = scanner
                .elements
                .drain(..)
                .filter(|element| matches!(element.what, What::Number(_) | What::Code { .. }))
                .filter(|number| is_near(number, first.piece));
            all.extend(numbers.map(|element| Find {
                start: element.start.get(),
                end: element.end.get(),
                last_four: None,
                ..first
            }));
            if ended {
                break;
            }
        }
    }
    finds.extend(all);
    tidy(finds);
}

/// The pieces with markers in them.
fn render(pieces: &[Piece<'_>], finds: &[Find]) -> Vec<String> {
    let mut rest = finds;
    pieces
        .iter()
        .enumerate()
        .map(|(index, piece)| {
            let (here, after) = rest.split_at(rest.partition_point(|find| find.piece <= index));
            rest = after;
            let mut out = String::with_capacity(piece.text.len() + 16);
            let mut at = 0;
            for find in here {
                out.push_str(piece.text.get(at..find.start).unwrap_or_default());
                // Writing to a string cannot fail.
                let _ = write!(
                    out,
                    "{}",
                    Marker {
                        kind: find.kind,
                        last_four: find.last_four
                    }
                );
                at = find.end;
            }
            out.push_str(piece.text.get(at..).unwrap_or_default());
            out
        })
        .collect()
}

/// Moves finds in rendered text to where they stand in the original.
fn to_original(earlier: &[Find], mut more: Vec<Find>) -> Vec<Find> {
    let mut marks = earlier.iter().peekable();
    let (mut piece, mut original, mut rendered) = (0, 0, 0);
    // The places in order: each find's start and end, moved past the markers before it.
    for find in &mut more {
        let mut place = |at: usize, is_end: bool| {
            if find.piece != piece {
                (piece, original, rendered) = (find.piece, 0, 0);
            }
            while let Some(mark) = marks.peek() {
                if mark.piece < piece {
                    marks.next();
                    continue;
                }
                let start = rendered + (mark.start.saturating_sub(original));
                if mark.piece > piece || start > at || (start == at && is_end) {
                    break;
                }
                let length = Marker {
                    kind: mark.kind,
                    last_four: mark.last_four,
                }
                .length();
                if at < start + length {
                    return if is_end { mark.end } else { mark.start };
                }
                rendered = start + length;
                original = mark.end;
                marks.next();
            }
            original + (at - rendered)
        };
        let start = place(find.start, false);
        let end = place(find.end, true);
        (find.start, find.end) = (start, end);
    }
    more
}

/// Sorts finds and drops those that lie in others.
fn tidy(finds: &mut Vec<Find>) {
    finds.sort_unstable_by_key(|find| (find.piece, find.start, std::cmp::Reverse(find.end)));
    let mut last: Option<(usize, usize)> = None;
    finds.retain(|find| {
        let keep = last.is_none_or(|(piece, end)| find.piece > piece || find.start >= end);
        if keep {
            last = Some((find.piece, find.end));
        }
        keep
    });
}

/// One look at the pieces.
fn find_once(label: Option<&str>, pieces: &[Piece<'_>], settings: Settings) -> Vec<Find> {
    let label_text = label.map(words_of_label).unwrap_or_default();
    let length: usize = pieces.iter().map(|piece| piece.text.len()).sum();
    let window = window(length);
    let room = room(pieces);
    // No element is shorter than two bytes with what parts it from the next.
    let mut scanner = Scanner::with_room(window.min(length / 2 + label_text.len() + 1));
    let rules = Rules::new(pieces, settings);
    if !label_text.is_empty() {
        scanner.enter(usize::MAX, &label_text);
        scanner.read(WINDOW);
    }
    let names_secret = scanner
        .elements
        .iter()
        .rev()
        .find_map(Element::cue)
        .and_then(whole_value);
    if let (Some(kind), [Piece { text, .. }]) = (names_secret, pieces) {
        return whole(text, kind).into_iter().collect();
    }
    let (mut from, mut marked) = (0, 0);
    for (index, piece) in pieces.iter().enumerate() {
        scanner.enter(index, piece.text);
        while !scanner.read(window) {
            let horizon = scanner.elements.len().saturating_sub(AHEAD);
            looks::mark(&mut scanner.elements, marked);
            from = rules.decide(&mut scanner.elements, &mut scanner.finds, from, horizon);
            if scanner.finds.len() > room {
                tidy(&mut scanner.finds);
                thin_out(&mut scanner.finds, room / 2);
            }
            let past = from.saturating_sub(BEHIND);
            scanner.elements.drain(..past);
            from -= past;
            marked = scanner.elements.len();
        }
    }
    let horizon = scanner.elements.len();
    looks::mark(&mut scanner.elements, marked);
    rules.decide(&mut scanner.elements, &mut scanner.finds, from, horizon);
    let mut finds = scanner.finds;
    finds.retain(|find| find.piece < pieces.len());
    tidy(&mut finds);
    finds
}

/// A phone number in a text.
pub(super) struct Phone {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) spoken: bool,
}

/// The phone numbers of a text, in order.
pub(super) fn phones(text: &str) -> Vec<Phone> {
    let mut scanner = Scanner::new();
    let mut found = Vec::new();
    scanner.enter(0, text);
    loop {
        let ended = scanner.read(WINDOW);
        looks::mark(&mut scanner.elements, 0);
        let mut at = 0;
        while at < scanner.elements.len() {
            let Some(run) = runs::run_at(&scanner.elements, at) else {
                at += 1;
                continue;
            };
            at = run.last + 1;
            let zero = run.digits.first() == Some(0) && (10..=14).contains(&run.said);
            let called =
                (7..=15).contains(&run.said) && cues::is_called_phone(&scanner.elements, run.first);
            if (run.phone || zero || called)
                && run.said >= 7
                && let (Some(first), Some(last)) = (
                    scanner.elements.get(run.first),
                    scanner.elements.get(run.last),
                )
            {
                found.push(Phone {
                    start: first.start.get(),
                    end: last.end.get(),
                    spoken: run.spoken,
                });
            }
        }
        scanner.elements.clear();
        if ended {
            return found;
        }
    }
}

/// A field whose whole value is the secret.
fn whole_value(cue: lexicon::Cue) -> Option<Kind> {
    match cue {
        lexicon::Cue::Password => Some(Kind::Password),
        lexicon::Cue::Key => Some(Kind::Secret),
        _ => None,
    }
}

fn whole(text: &str, kind: Kind) -> Option<Find> {
    let start = text.len() - text.trim_start().len();
    let end = text.trim_end().len();
    let marker = rendered_marker(text.get(start..)?);
    let none = [
        "", "null", "none", "n/a", "-", "true", "false", "yes", "no", "unknown",
    ];
    let value = text.get(start..end)?;
    if marker.is_some() || none.iter().any(|none| value.eq_ignore_ascii_case(none)) {
        return None;
    }
    Some(Find {
        how: How::Context,
        ..Find::written(0, start, end, kind)
    })
}

/// `cardNumber` and `card_number` are two words.
fn words_of_label(label: &str) -> String {
    let mut words = String::with_capacity(label.len() + 8);
    let mut lower = false;
    for c in label.chars() {
        if c.is_uppercase() && lower {
            words.push(' ');
        }
        lower = c.is_lowercase() || c.is_ascii_digit();
        words.push(if matches!(c, '_' | '-' | '.' | '/') {
            ' '
        } else {
            c
        });
    }
    words
}
