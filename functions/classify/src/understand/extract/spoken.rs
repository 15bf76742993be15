//! Digits said one by one or in pairs: what telephone numbers and references are made of.

use super::lexicon::Lexeme;
use super::text::{Kind, Text};

/// The digits at `at` as they are written, and the token after them: `08`, "eight", "thirteen",
/// "forty two", "double three".
pub(super) fn digits(text: &Text<'_>, at: usize) -> Option<(String, usize)> {
    let token = text.token(at)?;
    if token.kind == Kind::Digits {
        return Some((text.word(at).to_owned(), at + 1));
    }
    match token.lexeme {
        Lexeme::Unit(digit) | Lexeme::Teen(digit) => Some((digit.to_string(), at + 1)),
        Lexeme::Ten(tens) => match text.lexeme(at + 1) {
            Lexeme::Unit(unit @ 1..) => Some(((tens + unit).to_string(), at + 2)),
            _ => Some((tens.to_string(), at + 1)),
        },
        Lexeme::Repeat(times) => {
            let digit = match (text.lexeme(at + 1), text.word(at + 1)) {
                (Lexeme::Unit(digit), _) => digit.to_string(),
                (_, "o") => "0".to_owned(),
                (_, word) if word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_digit()) => {
                    word.to_owned()
                }
                _ => return None,
            };
            Some((digit.repeat(usize::from(times)), at + 2))
        }
        _ => None,
    }
}

/// Whether digits stand at `at`, said or written.
pub(super) fn is_digit(text: &Text<'_>, at: usize) -> bool {
    text.token(at).is_some_and(|token| {
        token.kind == Kind::Digits
            || matches!(
                token.lexeme,
                Lexeme::Unit(_) | Lexeme::Teen(_) | Lexeme::Ten(_) | Lexeme::Repeat(_)
            )
    })
}
