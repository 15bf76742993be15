//! A currency before or after a number: its symbol, its code, its name, its nation.

use shared::money::Currency;

use super::super::lexicon::{Lexeme, Local};
use super::super::text::{Kind, Text};
use super::context::has_cue;

/// What stands before a number and makes it an amount.
#[derive(Debug, Clone, Copy)]
pub(super) enum Before {
    Nothing,
    Currency(Currency),
    /// A currency in which Paystack does not settle: the number is an amount, but not one of ours.
    Foreign,
}

/// The currency written before a number, and the number's first token.
pub(super) fn prefix(text: &Text<'_>, at: usize, default: Currency) -> (Before, usize) {
    let Some(token) = text.token(at) else {
        return (Before::Nothing, at);
    };
    let digits_glued = |index: usize| {
        text.token(index)
            .is_some_and(|token| token.kind == Kind::Digits && token.glued)
    };
    let free = !token.glued
        || text.before(at, 1).is_some_and(|previous| {
            matches!(
                previous.kind,
                Kind::Symbol('(' | '"' | '/' | '=' | '~' | '-')
            )
        });
    if !free {
        return (Before::Nothing, at);
    }
    match token.kind {
        Kind::Symbol('₦') => (Before::Currency(Currency::Ngn), at + 1),
        Kind::Symbol('₵') => (Before::Currency(Currency::Ghs), at + 1),
        Kind::Symbol('$') => (Before::Currency(Currency::Usd), at + 1),
        Kind::Symbol('£') if default == Currency::Egp => (Before::Currency(Currency::Egp), at + 1),
        Kind::Symbol('£' | '€' | '¥' | '₹') => (Before::Foreign, at + 1),
        Kind::Symbol('#') if is_naira_hash(text, at) => (Before::Currency(Currency::Ngn), at + 1),
        Kind::Word => {
            let word = text.word(at);
            let symbol = |index: usize| match text.token(index).filter(|next| next.glued) {
                Some(token) => match token.kind {
                    Kind::Symbol(symbol) => Some(symbol),
                    _ => None,
                },
                None => None,
            };
            match (word, symbol(at + 1)) {
                ("gh", Some('₵' | '¢')) => return (Before::Currency(Currency::Ghs), at + 2),
                ("us", Some('$')) => return (Before::Currency(Currency::Usd), at + 2),
                ("le", _) if default == Currency::Egp => {
                    return (Before::Currency(Currency::Egp), at + 1);
                }
                ("e" | "le", Some('£')) => return (Before::Currency(Currency::Egp), at + 2),
                ("n", _) if digits_glued(at + 1) => {
                    return (Before::Currency(Currency::Ngn), at + 1);
                }
                // "N 5,000" and "=N=5,000".
                ("n", None)
                    if text.raw(token.start, token.end) == "N"
                        && text
                            .token(at + 1)
                            .is_some_and(|next| next.kind == Kind::Digits) =>
                {
                    return (Before::Currency(Currency::Ngn), at + 1);
                }
                ("n", Some('=')) if digits_glued(at + 2) => {
                    return (Before::Currency(Currency::Ngn), at + 2);
                }
                ("r", _) if digits_glued(at + 1) => {
                    return (Before::Currency(Currency::Zar), at + 1);
                }
                ("eur" | "gbp" | "ugx" | "tzs" | "zmw" | "inr" | "euro" | "ush" | "tsh", _) => {
                    return (Before::Foreign, at + 1);
                }
                _ => {}
            }
            match token.lexeme {
                // "naira 15,000": the name before written digits, unless a number stands before it.
                Lexeme::Money(currency)
                    if !is_code(word)
                        && text
                            .token(at + 1)
                            .is_some_and(|next| next.kind == Kind::Digits)
                        && !ends_a_number(text, at) =>
                {
                    (Before::Currency(currency), at + 1)
                }
                Lexeme::Money(currency) if is_code(word) => {
                    // "Ksh. 500", "USD$ 15".
                    let dot = usize::from(matches!(symbol(at + 1), Some('.' | '$')));
                    let franc =
                        usize::from(text.lexeme(at + 1) == Lexeme::LocalMoney(Local::Franc));
                    (Before::Currency(currency), at + 1 + dot + franc)
                }
                _ => (Before::Nothing, at),
            }
        }
        _ => (Before::Nothing, at),
    }
}

/// Whether a currency's word is a code, which may stand before its number.
fn is_code(word: &str) -> bool {
    !matches!(
        word,
        "naira"
            | "nairas"
            | "niara"
            | "nira"
            | "cedi"
            | "cedis"
            | "cidis"
            | "sidis"
            | "rands"
            | "dollar"
            | "dollars"
    )
}

/// Whether the token before `at` belongs to a number.
fn ends_a_number(text: &Text<'_>, at: usize) -> bool {
    text.before(at, 1).is_some_and(|token| {
        token.kind == Kind::Digits
            || matches!(
                token.lexeme,
                Lexeme::Unit(_)
                    | Lexeme::Teen(_)
                    | Lexeme::Ten(_)
                    | Lexeme::Hundred
                    | Lexeme::Scale(_)
                    | Lexeme::Suffix(_)
            )
    })
}

/// `#10,000` is naira to a Nigerian; `order #1042` is not.
fn is_naira_hash(text: &Text<'_>, at: usize) -> bool {
    const NUMBERED: [&str; 13] = [
        "order",
        "invoice",
        "ticket",
        "number",
        "no",
        "case",
        "ref",
        "reference",
        "receipt",
        "account",
        "booking",
        "id",
        "txn",
    ];
    let digits = text
        .token(at + 1)
        .filter(|token| token.kind == Kind::Digits && token.glued);
    let Some(digits) = digits else { return false };
    let before = match text.before(at, 1) {
        Some(token) if token.kind == Kind::Word => text.word_before(at, 1),
        Some(_) => text.word_before(at, 2),
        None => "",
    };
    if NUMBERED.contains(&before) {
        return false;
    }
    let written = text.slice(digits.start, digits.end);
    let grouped = text.is_symbol(at + 2, ',');
    let scale = |index: usize| matches!(text.lexeme(index), Lexeme::Suffix(_) | Lexeme::Scale(_));
    let scaled = scale(at + 2) || (text.is_symbol(at + 2, '.') && scale(at + 4));
    grouped || scaled || (written.len() >= 3 && written.ends_with("00")) || has_cue(text, at)
}

/// The currency said after a number, and the token after it. `None` is a foreign currency.
#[expect(
    clippy::option_option,
    reason = "no currency, one of ours, one that is not ours"
)]
pub(super) fn suffix(
    text: &Text<'_>,
    at: usize,
    default: Currency,
) -> Option<Option<(Currency, usize)>> {
    let nation = match text.word(at) {
        "nigerian" => Some(Currency::Ngn),
        "ghana" | "ghanaian" => Some(Currency::Ghs),
        "kenya" | "kenyan" => Some(Currency::Kes),
        "egyptian" | "egypt" => Some(Currency::Egp),
        "rwandan" | "rwanda" => Some(Currency::Rwf),
        "us" | "american" => Some(Currency::Usd),
        "united" if text.word(at + 1) == "states" => Some(Currency::Usd),
        "african" | "sa" => Some(Currency::Zar),
        "south" if text.word(at + 1) == "african" => Some(Currency::Zar),
        "west" if text.word(at + 1) == "african" => Some(Currency::Xof),
        "euro" | "euros" | "sterling" | "gbp" | "eur" | "quid" | "rupees" | "ugandan"
        | "tanzanian" | "british" | "kwacha" | "ugx" | "tzs" => return None,
        _ => None,
    };
    let next = match text.word(at) {
        "south" | "west" | "united" if nation.is_some() => at + 2,
        _ if nation.is_some() => at + 1,
        _ => at,
    };
    let found = match text.lexeme(next) {
        Lexeme::Money(currency) => {
            let franc = usize::from(text.lexeme(next + 1) == Lexeme::LocalMoney(Local::Franc));
            Some((currency, next + 1 + franc))
        }
        Lexeme::LocalMoney(local) => {
            if local == Local::Franc && text.word(next + 1) == "cfa" {
                return Some(Some((Currency::Xof, next + 2)));
            }
            let currency = match (nation, local) {
                (Some(currency), _) => currency,
                (None, Local::Shilling) => Currency::Kes,
                (None, Local::Franc) if default == Currency::Rwf => Currency::Rwf,
                (None, Local::Franc) => Currency::Xof,
                (None, Local::Pound) if default == Currency::Egp => Currency::Egp,
                (None, Local::Pound) => return None,
                (None, Local::Buck) if default == Currency::Zar => Currency::Zar,
                (None, Local::Buck) => Currency::Usd,
            };
            if text.word(next + 1) == "sterling" {
                return None;
            }
            Some((currency, next + 1))
        }
        _ => match text.token(next).map(|token| token.kind) {
            Some(Kind::Symbol('₦')) => Some((Currency::Ngn, next + 1)),
            Some(Kind::Symbol('₵')) => Some((Currency::Ghs, next + 1)),
            Some(Kind::Symbol('$')) => Some((Currency::Usd, next + 1)),
            Some(Kind::Symbol('£' | '€')) => return None,
            Some(Kind::Symbol('/'))
                if text.is_symbol(next + 1, '=') || text.is_symbol(next + 1, '-') =>
            {
                Some((Currency::Kes, next + 2))
            }
            Some(Kind::Word) if text.word(next) == "le" && default == Currency::Egp => {
                Some((Currency::Egp, next + 1))
            }
            Some(Kind::Word)
                if text.word(next) == "r" && text.token(next).is_some_and(|token| token.glued) =>
            {
                Some((Currency::Zar, next + 1))
            }
            _ => None,
        },
    };
    Some(found)
}
