//! A code said piece by piece: "T X N dash double seven", "x one y two".

use super::super::lexicon::Lexeme;
use super::super::number::{UNIT, number};
use super::super::spoken;
use super::super::text::{Kind, Text};

/// What a letter that was only heard is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Letters {
    Lower,
    Upper,
}

/// A code said piece by piece: letters, digits, "double", "dash", small numbers.
pub(super) fn spelled(text: &Text<'_>, start: usize, letters: Letters) -> Option<(String, usize)> {
    // A cardinal with a scale is one number: "one thousand and forty two".
    let cardinal = number(text, start, false).filter(|number| {
        number.scaled
            || text.lexeme(number.next - 1) == Lexeme::Hundred
            || says_hundred(text, start)
    });
    if let Some(cardinal) = cardinal.filter(|cardinal| cardinal.value % UNIT == 0) {
        return Some(((cardinal.value / UNIT).to_string(), cardinal.next));
    }
    let mut code = String::new();
    let mut at = start;
    while let Some((piece, next)) = spoken::digits(text, at)
        .or_else(|| mark(text, at, !code.is_empty()))
        .or_else(|| letter(text, at, &code, letters))
        .or_else(|| written_part(text, at, &code, letters))
    {
        code.push_str(&piece);
        at = next;
    }
    let code = code.trim_end_matches(['-', '_', '/']).to_owned();
    (!code.is_empty()).then_some((code, at))
}

/// "two hundred and six": the word stands second.
fn says_hundred(text: &Text<'_>, start: usize) -> bool {
    matches!(text.lexeme(start), Lexeme::Unit(_)) && text.lexeme(start + 1) == Lexeme::Hundred
}

/// A mark within a code, said or written, or the pause that a comma or a dash between letters is.
fn mark(text: &Text<'_>, at: usize, within: bool) -> Option<(String, usize)> {
    let token = text.token(at).filter(|_| within)?;
    let glued = token.glued && text.token(at + 1).is_some_and(|next| next.glued);
    let written = match token.kind {
        Kind::Word => match text.word(at) {
            "dash" | "hyphen" | "minus" => "-",
            "underscore" => "_",
            "slash" => "/",
            _ => return None,
        },
        Kind::Symbol('-') if glued => {
            let single = |index: usize| text.word(index).len() == 1;
            if single(at + 1) && at > 0 && single(at - 1) {
                ""
            } else {
                "-"
            }
        }
        Kind::Symbol('_') if glued => "_",
        Kind::Symbol('/') if glued => "/",
        Kind::Symbol(',') if pauses(text, at) && spells_on(text, at + 1) => "",
        _ => return None,
    };
    Some((written.to_owned(), at + 1))
}

/// One letter: "x", "capital x", "b as in boy", "t for tango", "double b".
fn letter(text: &Text<'_>, at: usize, code: &str, letters: Letters) -> Option<(String, usize)> {
    let word = text.word(at);
    let token = text.token(at).filter(|token| token.kind == Kind::Word)?;
    let is_letter = |index: usize| {
        text.token(index)
            .is_some_and(|token| token.kind == Kind::Word)
            && text.word(index).len() == 1
    };
    if let Lexeme::Repeat(times) = token.lexeme {
        return is_letter(at + 1).then(|| {
            (
                cased(text.word(at + 1), letters).repeat(usize::from(times)),
                at + 2,
            )
        });
    }
    if matches!(word, "capital" | "letter" | "small") {
        let case = if word == "capital" {
            Letters::Upper
        } else {
            letters
        };
        return is_letter(at + 1).then(|| (cased(text.word(at + 1), case), at + 2));
    }
    if !is_letter(at) {
        return None;
    }
    // "i" and "a" open a sentence unless letters go on.
    let opens_a_sentence = matches!(word, "a" | "i")
        && !code.is_empty()
        && !spells_on(text, at + 1)
        && text
            .token(at + 1)
            .is_some_and(|next| next.kind == Kind::Word);
    if opens_a_sentence {
        return None;
    }
    let piece = if token.glued {
        text.raw(token.start, token.end).to_owned()
    } else {
        cased(word, letters)
    };
    let next = at + 1;
    let named = text.word(next + 1);
    let after = match (text.word(next), text.word(next + 1)) {
        ("for", _) if named.len() > 2 && named.starts_with(word) => next + 2,
        ("as", "in") => next + 3,
        _ => next,
    };
    Some((piece, after))
}

/// A part of a code that was written, or a prefix said as a word: `xnxdt6s1`, "INV dash".
fn written_part(
    text: &Text<'_>,
    at: usize,
    code: &str,
    letters: Letters,
) -> Option<(String, usize)> {
    let token = text.token(at).filter(|token| token.kind == Kind::Word)?;
    let word = text.word(at);
    let digits_follow = text
        .token(at + 1)
        .is_some_and(|next| next.glued && next.kind == Kind::Digits);
    let raw = || (text.raw(token.start, token.end).to_owned(), at + 1);
    if token.glued && (at > 0 || !code.is_empty()) || code.is_empty() && digits_follow {
        return Some(raw());
    }
    let prefix = code.is_empty()
        && (2..=4).contains(&word.len())
        && matches!(text.word(at + 1), "dash" | "hyphen" | "underscore");
    prefix.then(|| (cased(word, letters), at + 1))
}

fn cased(letter: &str, letters: Letters) -> String {
    match letters {
        Letters::Lower => letter.to_ascii_lowercase(),
        Letters::Upper => letter.to_ascii_uppercase(),
    }
}

/// Whether a comma at `at` is a pause in spelling: a digit or letter on both sides.
fn pauses(text: &Text<'_>, at: usize) -> bool {
    at > 0 && spells_on(text, at - 1)
}

/// Whether a code goes on at `at`.
fn spells_on(text: &Text<'_>, at: usize) -> bool {
    spoken::is_digit(text, at)
        || text
            .token(at)
            .is_some_and(|token| token.kind == Kind::Word && token.end - token.start == 1)
        || matches!(text.word(at), "dash" | "hyphen" | "underscore")
}
