//! The mailbox before the `@`, read backwards from it.

use super::super::lexicon::Lexeme;
use super::super::number::below_hundred;
use super::super::text::{Kind, Text};
use super::MOST_WORDS;
use super::words::is_stop;

/// More parts than this is a sentence, not a mailbox.
const MOST_PARTS: usize = 40;

/// The mailbox that ends before `at` and does not reach back over `from`.
pub(super) fn local(text: &Text<'_>, from: usize, at: usize, written: bool) -> Option<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut loose_words = 0;
    let mut end = at;
    while end > from && parts.len() < MOST_PARTS {
        let joined = written && end < at && !connects(text, end) && !connects_before(text, end);
        if joined && !text.token(end).is_some_and(|token| token.glued) {
            break;
        }
        let Some((part, start, loose)) = part(text, from, end, written) else {
            break;
        };
        loose_words = match (loose, part.as_str()) {
            (true, _) => loose_words + 1,
            (false, "." | "_" | "-" | "+") => 0,
            (false, _) => loose_words,
        };
        if loose_words > MOST_WORDS {
            return None;
        }
        parts.push(part);
        end = start;
    }
    parts.reverse();
    let local: String = parts.concat();
    // What begins with a connector has lost its beginning.
    let whole = !local.starts_with(['.', '-', '_', '+']);
    (whole && !local.is_empty()).then_some(local)
}

/// Whether the token at `index` connects two parts of a mailbox.
fn connects(text: &Text<'_>, index: usize) -> bool {
    matches!(text.word(index), "dot" | "underscore" | "dash" | "hyphen")
}

fn connects_before(text: &Text<'_>, index: usize) -> bool {
    index > 0 && connects(text, index - 1)
}

/// The part of a mailbox that ends before `end`: what it adds, where it starts, and whether it is
/// a word that only stands beside others.
fn part(text: &Text<'_>, from: usize, end: usize, written: bool) -> Option<(String, usize, bool)> {
    let at = end.checked_sub(1).filter(|at| *at >= from)?;
    let token = text.token(at)?;
    let word = text.word(at);
    let letter_at = |index: usize| is_letter(text, index);
    match token.kind {
        Kind::Symbol(symbol @ ('.' | '_' | '-' | '+')) => {
            let opens = text.token(end).is_some_and(|next| next.glued);
            if written && opens && !token.glued {
                return Some((symbol.to_string(), at, false));
            }
            let glued = token.glued && opens;
            let between_letters =
                at > from && letter_at(at - 1) && (letter_at(end) || symbol == '.');
            if between_letters && !(written && glued) && !(glued && symbol != '-') {
                return Some((String::new(), at, false));
            }
            glued.then(|| (symbol.to_string(), at, false))
        }
        // Spelled with pauses: "a, d, a, dot, o, b, i", "ada dot obi, at gmail".
        Kind::Symbol(',') => {
            let connected = connects(text, end) || (at > from && connects(text, at - 1));
            let spelled = at > from && letter_at(at - 1) && letter_at(end);
            let before_at = text.word(end) == "at" || text.is_symbol(end, '@');
            let about_spelling = matches!(text.word(end), "all" | "no" | "one" | "with")
                || matches!(
                    text.word_before(at, 1),
                    "word" | "spaces" | "space" | "lowercase" | "letters"
                );
            (connected || spelled || before_at || about_spelling)
                .then(|| (String::new(), at, false))
        }
        Kind::Symbol(_) => None,
        Kind::Digits => Some((word.to_owned(), at, false)),
        Kind::Word => spoken_part(text, from, at, written),
    }
}

fn spoken_part(
    text: &Text<'_>,
    from: usize,
    at: usize,
    written: bool,
) -> Option<(String, usize, bool)> {
    let token = text.token(at)?;
    let word = text.word(at);
    if written && token.kind == Kind::Word && !connects(text, at) {
        return Some((text.raw(token.start, token.end).to_owned(), at, false));
    }
    let connector = match word {
        "dot" | "period" => Some("."),
        "underscore" => Some("_"),
        "score" if text.word_before(at, 1) == "under" => {
            return Some(("_".to_owned(), at - 1, false));
        }
        "dash" | "hyphen" | "minus" => Some("-"),
        "plus" => Some("+"),
        _ => None,
    };
    if let Some(connector) = connector {
        return Some((connector.to_owned(), at, false));
    }
    if let Some(noise) = noise(text, at) {
        return Some((String::new(), noise.max(from), false));
    }
    // "a for apple", "b as in boy".
    for (back, between) in [
        (2, &["for"][..]),
        (3, &["as", "in"][..]),
        (2, &["like"][..]),
    ] {
        let matches = between
            .iter()
            .rev()
            .enumerate()
            .all(|(offset, expected)| text.word_before(at, offset + 1) == *expected);
        let letter = text.word_before(at, back);
        if matches && at >= from + back && letter.len() == 1 && word.starts_with(letter) {
            return Some((letter.to_owned(), at - back, false));
        }
    }
    if let Some((digits, start)) = number_part(text, from, at) {
        return Some((digits, start, false));
    }
    if word.len() == 1 {
        let neighbours = at > from && (is_letter(text, at - 1) || connects(text, at - 1))
            || (is_letter(text, at + 1) || connects(text, at + 1))
            || text.is_symbol(at.wrapping_sub(1), '-')
            || text.is_symbol(at + 1, '-')
            || text.lexeme(at.wrapping_sub(1)) == Lexeme::Repeat(2);
        // With nothing before it, "a" is no article.
        if matches!(word, "a" | "i") && !neighbours && at > 0 {
            return None;
        }
        let times = match at.checked_sub(1).map(|back| text.lexeme(back)) {
            Some(Lexeme::Repeat(times)) if at > from => usize::from(times),
            _ => 1,
        };
        return Some((word.repeat(times), at - usize::from(times > 1), false));
    }
    if is_stop(word) || word.contains(['\'', '’']) || !word.is_ascii() {
        return None;
    }
    Some((word.to_owned(), at, true))
}

/// Words that say how to write and add nothing: "all one word", "in small letters".
fn noise(text: &Text<'_>, at: usize) -> Option<usize> {
    let (last, before, first) = (
        text.word(at),
        text.word_before(at, 1),
        text.word_before(at, 2),
    );
    match (first, before, last) {
        ("all", "one", "word")
        | ("all", "lower", "case")
        | ("in" | "all", "small", "letters")
        | ("with", "no", "space" | "spaces") => at.checked_sub(2),
        (_, "one", "word")
        | (_, "all", "lowercase" | "together")
        | (_, "no", "space" | "spaces")
        | (_, "lower", "case")
        | (_, "small", "letters") => at.checked_sub(1),
        (_, _, "lowercase" | "capital" | "number" | "digit" | "digits" | "figure") => Some(at),
        _ => None,
    }
}

/// Spoken numbers within a mailbox: "nineteen ninety", "zero seven", "double two", "two thousand".
fn number_part(text: &Text<'_>, from: usize, at: usize) -> Option<(String, usize)> {
    match text.lexeme(at) {
        Lexeme::Unit(digit) => {
            let back = at.checked_sub(1).filter(|back| *back >= from);
            match back.map(|back| (text.lexeme(back), back)) {
                Some((Lexeme::Ten(_), back)) if digit > 0 => {
                    let (value, _) = below_hundred(text, back)?;
                    Some((value.to_string(), back))
                }
                Some((Lexeme::Repeat(times), back)) => {
                    Some((digit.to_string().repeat(usize::from(times)), back))
                }
                _ => Some((digit.to_string(), at)),
            }
        }
        Lexeme::Teen(value) | Lexeme::Ten(value) => Some((value.to_string(), at)),
        Lexeme::Scale(3) => match text.lexeme(at.checked_sub(1).filter(|back| *back >= from)?) {
            Lexeme::Unit(digit @ 1..) => Some((format!("{digit}000"), at - 1)),
            _ => None,
        },
        Lexeme::Hundred => match text.lexeme(at.checked_sub(1).filter(|back| *back >= from)?) {
            Lexeme::Unit(digit @ 1..) => Some((format!("{digit}00"), at - 1)),
            _ => None,
        },
        _ => None,
    }
}

fn is_letter(text: &Text<'_>, index: usize) -> bool {
    text.token(index).is_some_and(|token| {
        (token.kind == Kind::Word && token.end - token.start == 1)
            || token.kind == Kind::Digits
            || matches!(token.lexeme, Lexeme::Unit(_))
    })
}
