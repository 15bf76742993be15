//! E-mail addresses, written or dictated: "ada dot obi at gmail dot com", "j o h n underscore doe
//! at the rate of yahoo dot com", "g mail". What forms no address is refused, never mended.

mod mailbox;
mod words;

use shared::ids::Email;

use super::lexicon::Lexeme;
use super::text::{Kind, Text};
use mailbox::local;
use words::{is_provider, is_provider_piece, is_stop, is_top_level};

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
        ("the", "rate", _) | ("rate", "of", _) => (false, at + 3),
        ("sign" | "symbol", _, _) => (false, at + 2),
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
        let of_a_country =
            labels.len() > 1 && end.is_some() && label.len() == 2 && !is_stop(&label);
        if !labels.is_empty() && (is_top_level(&label) || of_a_country) {
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
            ("thandi at web mail dot co dot za", "thandi@webmail.co.za"),
            ("ada at zeta dot com dot SM", "ada@zeta.com.sm"),
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
