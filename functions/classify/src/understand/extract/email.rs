//! E-mail addresses, written or dictated: "ada dot obi at gmail dot com", "j o h n underscore doe
//! at the rate of yahoo dot com", "g mail". What forms no address is refused, never mended.

use shared::ids::Email;

use super::lexicon::Lexeme;
use super::number::below_hundred;
use super::text::{Kind, Text};

/// More parts than this is a sentence, not a mailbox.
const MOST_PARTS: usize = 40;
/// Words of a mailbox that are said one after the other with nothing between them.
const MOST_WORDS: usize = 3;

/// Every address in `text`, in order, each once.
#[must_use]
pub fn emails(text: &Text<'_>) -> Vec<Email> {
    let mut found: Vec<Email> = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while at < text.tokens.len() {
        if let Some((written, after)) = at_sign(text, at)
            && let Some((domain, next)) = domain(text, after)
            && let Some(local) = local(text, from, at, written)
            && let Ok(email) = Email::new(&format!("{local}@{domain}"))
        {
            if !found
                .iter()
                .any(|known| known.normalised() == email.normalised())
            {
                found.push(email);
            }
            from = next;
            at = next;
        } else {
            at += 1;
        }
    }
    found
}

/// Whether `@` is written or said at `at` (true: written and glued), and the token after it.
fn at_sign(text: &Text<'_>, at: usize) -> Option<(bool, usize)> {
    let token = text.token(at)?;
    if token.kind == Kind::Symbol('@') {
        return Some((token.glued, at + 1));
    }
    if text.word(at) != "at" {
        return None;
    }
    let rest = (text.word(at + 1), text.word(at + 2), text.word(at + 3));
    Some(match rest {
        ("the", "rate", "of") => (false, at + 4),
        ("the", "rate", _) => (false, at + 3),
        ("sign" | "symbol", _, _) => (false, at + 2),
        ("rate", "of", _) => (false, at + 3),
        _ => (false, at + 1),
    })
}

/// The domain that begins at `start`, and the token after it.
fn domain(text: &Text<'_>, start: usize) -> Option<(String, usize)> {
    let mut labels: Vec<String> = Vec::new();
    let mut label = String::new();
    let mut words = 0;
    let mut spelled = false;
    let mut at = start;
    let mut end = None;
    while at < text.tokens.len() && at - start < 24 {
        let token = text.token(at)?;
        let word = text.word(at);
        let next_glued = text.token(at + 1).is_some_and(|next| next.glued);
        let is_dot =
            (word == "dot" && !label.is_empty()) || (token.kind == Kind::Symbol('.') && next_glued);
        if is_dot {
            labels.push(std::mem::take(&mut label));
            (words, spelled) = (0, false);
        } else if word == "dotcom" && !label.is_empty() {
            labels.push(std::mem::take(&mut label));
            label.push_str("com");
        } else if matches!(word, "dash" | "hyphen")
            || (token.kind == Kind::Symbol('-') && next_glued && token.glued)
        {
            label.push('-');
        } else if matches!(token.kind, Kind::Word | Kind::Digits) {
            let one_letter = word.len() == 1;
            let joins = label.is_empty()
                || token.glued
                || label.ends_with('-')
                || (spelled && one_letter)
                || (labels.is_empty() && is_provider_piece(&label, word));
            if !joins {
                // "gmail com": the dot was swallowed.
                if labels.is_empty() && is_provider(&label) && matches!(word, "com" | "co") {
                    labels.push(std::mem::take(&mut label));
                } else if !labels.is_empty() || is_stop(word) || words >= MOST_WORDS {
                    break;
                }
            }
            spelled = one_letter && (label.is_empty() || spelled);
            label.push_str(spoken_digit(text, at).unwrap_or(word));
            words += 1;
        } else if token.kind != Kind::Symbol(',') || text.word(at + 1) != "dot" {
            break;
        }
        at += 1;
        if !labels.is_empty() && is_top_level(&label) {
            end = Some((labels.len(), label.clone(), at));
        } else if !labels.is_empty() && !label.is_empty() {
            // "com" grown into "company" by glue is no longer the end found before.
            end = end.filter(|(count, _, _)| *count < labels.len());
        }
    }
    let (count, last, next) = end?;
    labels.truncate(count);
    labels.push(last);
    Some((labels.join("."), next))
}

/// Digits that are said within a domain ("nine mobile", "web four africa").
fn spoken_digit(text: &Text<'_>, at: usize) -> Option<&'static str> {
    match text.lexeme(at) {
        Lexeme::Unit(digit)
            if text
                .before(at, 1)
                .is_some_and(|token| token.kind == Kind::Word) =>
        {
            ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
                .get(usize::from(digit))
                .copied()
        }
        _ => None,
    }
}

/// "g mail", "hot mail", "i cloud": a provider's name said in two.
fn is_provider_piece(label: &str, word: &str) -> bool {
    matches!(
        (label, word),
        (
            "g" | "gee" | "ji" | "hot" | "y" | "proton" | "zoho" | "fast" | "rocket",
            "mail"
        ) | ("i", "cloud")
            | ("out", "look")
            | ("ya", "hoo")
    )
}

fn is_provider(label: &str) -> bool {
    matches!(
        label,
        "gmail"
            | "yahoo"
            | "hotmail"
            | "outlook"
            | "icloud"
            | "ymail"
            | "live"
            | "protonmail"
            | "aol"
            | "zoho"
            | "rocketmail"
            | "geemail"
            | "jimail"
            | "mail"
            | "msn"
    )
}

fn is_top_level(label: &str) -> bool {
    matches!(
        label,
        "com"
            | "org"
            | "net"
            | "ng"
            | "gh"
            | "za"
            | "ke"
            | "ci"
            | "eg"
            | "rw"
            | "uk"
            | "us"
            | "io"
            | "co"
            | "africa"
            | "edu"
            | "gov"
            | "info"
            | "biz"
            | "me"
            | "app"
            | "dev"
            | "tech"
            | "xyz"
            | "online"
            | "store"
            | "ai"
            | "fr"
            | "de"
            | "ca"
            | "au"
            | "in"
            | "sn"
            | "cm"
            | "tz"
            | "ug"
            | "zm"
            | "zw"
            | "bw"
            | "ma"
            | "tn"
            | "dz"
            | "et"
            | "mil"
            | "int"
            | "name"
            | "pro"
            | "cloud"
            | "email"
            | "site"
            | "test"
            | "example"
            | "eu"
            | "nl"
            | "it"
            | "es"
            | "ch"
            | "se"
            | "no"
            | "ie"
            | "br"
            | "jp"
            | "cn"
            | "tv"
            | "cc"
            | "ly"
            | "so"
            | "tg"
            | "bj"
            | "bf"
            | "ml"
            | "ne"
            | "gm"
            | "sl"
            | "lr"
            | "agency"
            | "company"
            | "bank"
    )
}

/// The mailbox that ends before `at` and does not reach back over `from`.
fn local(text: &Text<'_>, from: usize, at: usize, written: bool) -> Option<String> {
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
            let glued = token.glued && text.token(end).is_some_and(|next| next.glued);
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
        if matches!(word, "a" | "i") && !neighbours {
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
        | ("in", "small", "letters")
        | ("all", "lower", "case")
        | ("all", "small", "letters")
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

/// Words of the sentence around an address, which are no part of one.
fn is_stop(word: &str) -> bool {
    matches!(
        word,
        "is" | "it's"
            | "its"
            | "it"
            | "my"
            | "email"
            | "mail"
            | "address"
            | "to"
            | "the"
            | "that's"
            | "that"
            | "as"
            | "be"
            | "use"
            | "send"
            | "on"
            | "me"
            | "um"
            | "uh"
            | "er"
            | "erm"
            | "yes"
            | "yeah"
            | "yah"
            | "okay"
            | "ok"
            | "sure"
            | "so"
            | "please"
            | "and"
            | "or"
            | "via"
            | "through"
            | "for"
            | "am"
            | "name"
            | "spelled"
            | "spelt"
            | "spell"
            | "no"
            | "actually"
            | "sorry"
            | "at"
            | "with"
            | "of"
            | "from"
            | "correct"
            | "right"
            | "you"
            | "we"
            | "him"
            | "her"
            | "them"
            | "reach"
            | "contact"
            | "your"
            | "his"
            | "na"
            | "abeg"
            | "now"
            | "still"
            | "live"
            | "work"
            | "look"
            | "looking"
            | "working"
            | "stay"
            | "based"
            | "available"
            | "here"
            | "there"
            | "are"
            | "was"
            | "will"
            | "can"
            | "have"
            | "has"
            | "this"
            | "in"
            | "by"
            | "registered"
            | "using"
            | "under"
            | "account"
            | "then"
            | "just"
            | "write"
            | "emails"
            | "called"
            | "invoice"
            | "receipt"
            | "again"
            | "sir"
            | "ma"
            | "well"
            | "also"
            | "id"
            | "box"
            | "been"
            | "oh"
            | "ah"
            | "hmm"
            | "eh"
            | "like"
            | "not"
            | "but"
            | "new"
            | "one"
            | "old"
            | "same"
            | "gmail"
            | "yahoo"
            | "arrived"
            | "would"
            | "should"
            | "could"
            | "i'm"
            | "i've"
            | "wrong"
            | "instead"
            | "changed"
            | "everything"
            | "anything"
            | "forward"
            | "copy"
            | "me's"
            | "dey"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(words: &str) -> Vec<String> {
        emails(&Text::new(words))
            .iter()
            .map(|email| email.expose().to_owned())
            .collect()
    }

    #[test]
    fn an_address_is_heard_as_it_is_dictated() {
        let cases = [
            ("ada dot obi at gmail dot com", "ada.obi@gmail.com"),
            (
                "my email is Ada.Obi@Example.com, thanks",
                "Ada.Obi@example.com",
            ),
            ("it's a d a dot o b i at gmail dot com", "ada.obi@gmail.com"),
            (
                "send it to j o h n underscore doe at yahoo dot co dot uk",
                "john_doe@yahoo.co.uk",
            ),
            (
                "kofi dash mensah at the rate of hot mail dot com",
                "kofi-mensah@hotmail.com",
            ),
            (
                "tunde one nine nine zero at g mail dot com please",
                "tunde1990@gmail.com",
            ),
            ("tunde nineteen ninety at gmail com", "tunde1990@gmail.com"),
            (
                "email is chidi okafor at ledgerline dot com dot ng and my number",
                "chidiokafor@ledgerline.com.ng",
            ),
            (
                "a for apple d for dog a for apple at gmail dot com",
                "ada@gmail.com",
            ),
            ("ada.obi at gmail.com", "ada.obi@gmail.com"),
            ("ada dot obi@gmail.com", "ada.obi@gmail.com"),
            ("A-D-A at yahoo dot com", "ada@yahoo.com"),
            (
                "zanele double two at mweb dot co dot z a",
                "zanele22@mweb.co.za",
            ),
            (
                "info at acme dash foods dot co dot ke",
                "info@acme-foods.co.ke",
            ),
        ];
        for (words, expected) in cases {
            assert_eq!(heard(words), [expected], "{words}");
        }
    }

    #[test]
    fn what_forms_no_address_is_refused() {
        for words in [
            "you can reach me at gmail dot com",
            "ada dot obi at gmail",
            "I was at the shop dot",
            "it is at gmail dot com",
            "I work at paystack dot com",
            "at dot com",
        ] {
            assert_eq!(heard(words), Vec::<String>::new(), "{words}");
        }
    }
}
