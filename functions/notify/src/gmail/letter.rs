//! A message to a customer: a template filled with facts, and written as RFC 5322 wants it, with
//! nobody's text able to add a header.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use shared::ids::Email;
use thiserror::Error;

/// How many bytes one encoded word of a header holds: with its frame it stays under 75 characters.
const ENCODED_WORD_BYTES: usize = 42;

/// The longest line of a base64 body.
const BODY_LINE: usize = 76;

/// A text that would add a header of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the header {0} holds a line break or another control character")]
pub struct HeaderError(pub &'static str);

/// A placeholder of a template that nothing fills.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the template needs {0}, which is not known")]
pub struct Unfilled(pub String);

/// Puts values where a template's `{name}` stands. A value never adds a line of its own, unless it
/// is `payments`, whose lines are ours.
///
/// # Errors
/// [`Unfilled`] where `value` has nothing for a name.
pub fn fill(template: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, Unfilled> {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else {
            break;
        };
        filled.push_str(before);
        let text = value(name).ok_or_else(|| Unfilled(name.to_owned()))?;
        if name == "payments" {
            filled.push_str(&text);
        } else {
            filled.push_str(&crate::render::one_line(&text));
        }
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// A message to a customer.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Who it comes from.
    pub from: Email,
    /// The merchant's name.
    pub from_name: String,
    /// Who it goes to.
    pub to: Email,
    /// The subject.
    pub subject: String,
    /// The text.
    pub body: String,
    /// Its Message-ID, without the angle brackets.
    pub message_id: String,
    /// When it was written.
    pub at: Timestamp,
}

impl Letter {
    /// The message as the wire wants it, base64url and all.
    ///
    /// # Errors
    /// [`HeaderError`] where a text would add a header.
    pub fn raw(&self) -> Result<String, HeaderError> {
        Ok(URL_SAFE_NO_PAD.encode(self.message()?))
    }

    /// The message in RFC 5322.
    ///
    /// # Errors
    /// [`HeaderError`] where a text would add a header.
    pub fn message(&self) -> Result<String, HeaderError> {
        let date = self.at.to_zoned_datetime(TimeZone::UTC);
        let headers = [
            (
                "From",
                format!(
                    "{} <{}>",
                    phrase("From", &self.from_name)?,
                    self.from.expose()
                ),
            ),
            ("To", safe("To", self.to.expose())?.to_owned()),
            ("Subject", encoded("Subject", &self.subject)?),
            (
                "Date",
                date.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string(),
            ),
            (
                "Message-ID",
                format!("<{}>", safe("Message-ID", &self.message_id)?),
            ),
            // An answer of a machine's is answered by no machine (RFC 3834).
            ("Auto-Submitted", "auto-generated".to_owned()),
            ("MIME-Version", "1.0".to_owned()),
            ("Content-Type", "text/plain; charset=utf-8".to_owned()),
            ("Content-Transfer-Encoding", "base64".to_owned()),
        ];
        let mut message = String::new();
        for (name, value) in headers {
            message.push_str(name);
            message.push_str(": ");
            message.push_str(&value);
            message.push_str("\r\n");
        }
        message.push_str("\r\n");
        let body = self.body.replace("\r\n", "\n").replace('\n', "\r\n");
        let body = STANDARD.encode(body);
        for line in body.as_bytes().chunks(BODY_LINE) {
            message.push_str(&String::from_utf8_lossy(line));
            message.push_str("\r\n");
        }
        Ok(message)
    }
}

fn safe<'a>(name: &'static str, text: &'a str) -> Result<&'a str, HeaderError> {
    if text.chars().any(char::is_control) {
        Err(HeaderError(name))
    } else {
        Ok(text)
    }
}

/// A name before an address: quoted, or encoded where it is not ASCII.
fn phrase(name: &'static str, text: &str) -> Result<String, HeaderError> {
    let text = safe(name, text)?;
    if text.is_ascii() {
        let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
        Ok(format!("\"{escaped}\""))
    } else {
        encoded(name, text)
    }
}

/// A header's text: as it is in ASCII, else in encoded words (RFC 2047), each a line.
fn encoded(name: &'static str, text: &str) -> Result<String, HeaderError> {
    let text = safe(name, text)?;
    if text.is_ascii() && !text.contains("=?") {
        return Ok(text.to_owned());
    }
    let mut words: Vec<String> = Vec::new();
    let mut piece = String::new();
    for character in text.chars() {
        if piece.len() + character.len_utf8() > ENCODED_WORD_BYTES {
            words.push(std::mem::take(&mut piece));
        }
        piece.push(character);
    }
    words.push(piece);
    let words: Vec<String> = words
        .iter()
        .map(|word| format!("=?UTF-8?B?{}?=", STANDARD.encode(word)))
        .collect();
    Ok(words.join("\r\n "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter() -> Letter {
        Letter {
            from: Email::new("billing@example.com").unwrap(),
            from_name: "Adaeze Stores".to_owned(),
            to: Email::new("ada@example.com").unwrap(),
            subject: "Your receipt".to_owned(),
            body: "Dear Ada,\n\nhere it is.\n".to_owned(),
            message_id: "ll-1@example.com".to_owned(),
            at: "2026-11-24T10:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_letter_is_written_as_rfc_5322_wants_it() {
        let message = letter().message().unwrap();
        let (head, body) = message.split_once("\r\n\r\n").unwrap();
        assert_eq!(
            head.split("\r\n").collect::<Vec<_>>(),
            [
                "From: \"Adaeze Stores\" <billing@example.com>",
                "To: ada@example.com",
                "Subject: Your receipt",
                "Date: Tue, 24 Nov 2026 10:00:00 +0000",
                "Message-ID: <ll-1@example.com>",
                "Auto-Submitted: auto-generated",
                "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=utf-8",
                "Content-Transfer-Encoding: base64",
            ]
        );
        let text = STANDARD.decode(body.replace("\r\n", "")).unwrap();
        assert_eq!(text, b"Dear Ada,\r\n\r\nhere it is.\r\n");
        assert!(message.split("\r\n").all(|line| line.len() <= 78));
    }

    #[test]
    fn a_line_break_in_a_header_is_refused() {
        for wrong in [
            "Hi\r\nBcc: all@example.com",
            "Hi\nBcc: x@y.z",
            "Hi\rX: y",
            "Hi\0",
        ] {
            let mut with_subject = letter();
            wrong.clone_into(&mut with_subject.subject);
            assert_eq!(
                with_subject.message(),
                Err(HeaderError("Subject")),
                "{wrong:?}"
            );
            let mut with_name = letter();
            wrong.clone_into(&mut with_name.from_name);
            assert_eq!(with_name.message(), Err(HeaderError("From")), "{wrong:?}");
        }
    }

    #[test]
    fn a_newline_in_a_customers_name_adds_no_header() {
        let name = "Ada\r\nBcc: everybody@example.com\r\n\r\nEvil";
        let value = |placeholder: &str| (placeholder == "customer").then(|| name.to_owned());
        let mut letter = letter();
        letter.subject = fill("Dear {customer}", value).unwrap();
        letter.body = fill("Dear {customer},", value).unwrap();
        let message = letter.message().unwrap();
        let (head, _) = message.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = head
            .split("\r\n")
            .map(|line| line.split(':').next().unwrap())
            .collect();
        assert_eq!(names.len(), 9, "{names:?}");
        assert!(!names.contains(&"Bcc"));
        assert_eq!(letter.subject, "Dear Ada Bcc: everybody@example.com Evil");
    }

    #[test]
    fn a_subject_beyond_ascii_is_encoded_in_short_words_that_read_back() {
        let mut letter = letter();
        letter.subject = "Votre reçu de Chez Ọlá, émis à Abidjan le 24 novembre ✓".to_owned();
        let message = letter.message().unwrap();
        let (_, rest) = message.split_once("Subject: ").unwrap();
        let (subject, _) = rest.split_once("\r\nDate").unwrap();
        let mut read = Vec::new();
        for word in subject.split("\r\n ") {
            assert!(word.len() <= 75, "{word}");
            let inner = word
                .strip_prefix("=?UTF-8?B?")
                .and_then(|word| word.strip_suffix("?="))
                .unwrap();
            // Each word is whole characters.
            read.push(String::from_utf8(STANDARD.decode(inner).unwrap()).unwrap());
        }
        assert_eq!(read.concat(), letter.subject);
    }

    #[test]
    fn what_nothing_fills_is_said_by_name() {
        assert_eq!(
            fill("Paid: {amount}", |_| None),
            Err(Unfilled("amount".to_owned()))
        );
        assert_eq!(fill("a { b", |_| None), Ok("a { b".to_owned()));
    }
}
