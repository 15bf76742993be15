//! Amounts of money: a number with its currency, or without one where the words around it leave
//! no doubt that money is meant.

mod context;
mod currency;

use shared::money::{Currency, Money};

use super::lexicon::Lexeme;
use super::number::{Number, UNIT, number};
use super::text::{Kind, Text};
use context::{is_correction, is_money_without_currency, is_negated};
use currency::{Before, prefix, suffix};

/// Subunits to the unit, in the millionths that numbers count in.
const PER_SUBUNIT: i64 = UNIT / 100;

/// An amount found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// How much.
    pub money: Money,
    /// The byte at which it starts.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
    /// Whether its currency was said; if not, it is the merchant's default.
    pub currency_said: bool,
}

/// Every amount in `text`, in order, without those that the speaker takes back.
#[must_use]
pub fn amounts(text: &Text<'_>, default: Currency) -> Vec<Amount> {
    let mut found: Vec<(Amount, usize)> = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let (prefix, first) = prefix(text, at, default);
        let spaced = !matches!(prefix, Before::Nothing);
        let Some(number) = candidate(text, first, spaced) else {
            at += 1;
            continue;
        };
        let next = number.next;
        if let Some((amount, next)) = amount(text, at, prefix, &number, default) {
            if !is_negated(text, at) {
                if found
                    .last()
                    .is_some_and(|(_, end)| is_correction(text, *end, at))
                {
                    found.pop();
                }
                found.push((amount, next));
            }
            at = next;
        } else {
            at = next.max(at + 1);
        }
    }
    found.into_iter().map(|(amount, _)| amount).collect()
}

/// The number at `at`, unless `at` stands inside a code or a word.
fn candidate(text: &Text<'_>, at: usize, spaced: bool) -> Option<Number> {
    let token = text.token(at)?;
    if token.glued && token.kind == Kind::Digits {
        let previous = text.before(at, 1)?;
        let of_a_date = previous.kind == Kind::Symbol('/')
            && text
                .before(at, 2)
                .is_some_and(|token| token.kind == Kind::Digits);
        if of_a_date {
            return None;
        }
        let opens = matches!(
            previous.kind,
            Kind::Symbol('(' | '[' | '"' | '\'' | '~' | '=' | '/')
        ) || spaced;
        if !opens {
            return None;
        }
    }
    number(text, at, spaced)
}

/// Makes an amount of `number`, or finds that it is something else.
fn amount(
    text: &Text<'_>,
    at: usize,
    prefix: Before,
    number: &Number,
    default: Currency,
) -> Option<(Amount, usize)> {
    let start = text.token(at)?.start;
    let built = |value: i64, currency: Currency, next: usize, said: bool| {
        let exact = value > 0 && value % PER_SUBUNIT == 0;
        let end = text.before(next, 1)?.end;
        exact.then_some((
            Amount {
                money: Money::new(value / PER_SUBUNIT, currency),
                start,
                end,
                currency_said: said,
            },
            next,
        ))
    };
    if text.is_symbol(number.next, '%') {
        return None;
    }
    let currency = match prefix {
        Before::Foreign => return None,
        Before::Currency(currency) => Some((currency, number.next)),
        Before::Nothing if opens_glued(text, number.next) => None,
        Before::Nothing => suffix(text, number.next, default)?,
    };
    if let Some((currency, next)) = currency {
        // "NGN 15,000 naira" says it twice.
        let next = match suffix(text, next, default) {
            Some(Some((same, after))) if same == currency && !opens_another(text, next) => after,
            _ => next,
        };
        // "75 dollars million" has its scale behind.
        let (value, next) = match text.lexeme(next) {
            Lexeme::Scale(scale) if !number.scaled && scale > 3 => (
                number.value.checked_mul(10_i64.pow(scale.into()))?,
                next + 1,
            ),
            _ => (number.value, next),
        };
        let slash = usize::from(text.is_symbol(next, '/'))
            * 2
            * usize::from(text.is_symbol(next + 1, '=') || text.is_symbol(next + 1, '-'));
        let next = next + slash;
        let (value, next) = with_hundredths(text, value, next);
        return built(value, currency, next, true);
    }
    if let Lexeme::Hundredth(currency) = text.lexeme(number.next) {
        let local = currency.unwrap_or(if matches!(default, Currency::Zar | Currency::Kes) {
            default
        } else {
            Currency::Usd
        });
        let hundredths = number.value.checked_div(100)?;
        // "five thousand five hundred *and fifty kobo*": no one counts kobo past ninety-nine.
        let value = match number.after_and {
            Some(part) if number.value >= 100 * UNIT && part < 100 * UNIT => number
                .value
                .checked_sub(part)?
                .checked_add(part.checked_div(100)?)?,
            _ => hundredths,
        };
        return built(value, local, number.next + 1, true);
    }
    is_money_without_currency(text, at, number)
        .then(|| built(number.value, default, number.next, false))?
}

/// Whether the symbol at `at` stands before an amount of its own: "$5 $10".
fn opens_another(text: &Text<'_>, at: usize) -> bool {
    let symbol = text
        .token(at)
        .is_some_and(|token| !token.glued && matches!(token.kind, Kind::Symbol(_)));
    let digits = text
        .token(at + 1)
        .is_some_and(|token| token.kind == Kind::Digits);
    symbol && digits || opens_glued(text, at)
}

/// Whether the symbol or code at `at` touches the number behind it and not the one before:
/// "3 USD50 cards".
fn opens_glued(text: &Text<'_>, at: usize) -> bool {
    text.token(at).is_some_and(|token| !token.glued)
        && text
            .token(at + 1)
            .is_some_and(|token| token.glued && token.kind == Kind::Digits)
}

/// "… naira *and fifty kobo*", "20 dollars *50 cents*", "twenty dollars *forty five*".
fn with_hundredths(text: &Text<'_>, value: i64, at: usize) -> (i64, usize) {
    let and = text.lexeme(at) == Lexeme::And && text.word(at) == "and";
    let skip = usize::from(text.lexeme(at) == Lexeme::And || text.is_symbol(at, ','));
    let Some(part) = number(text, at + skip, false)
        .filter(|part| part.value < 100 * UNIT && part.value % UNIT == 0 && value % UNIT == 0)
    else {
        return (value, at);
    };
    let named = matches!(text.lexeme(part.next), Lexeme::Hundredth(_))
        || text.is_symbol(part.next, '¢')
        || text.word(part.next) == "c" && text.token(part.next).is_some_and(|token| token.glued);
    // Without their name they end the phrase and are two digits: "fifteen dollars fifty".
    let bare = (skip == 0 || and)
        && part.value >= 10 * UNIT
        && !part.scaled
        && text
            .before(at, 1)
            .is_some_and(|token| token.kind == Kind::Word)
        && ends_here(text, part.next);
    let next = part.next + usize::from(named);
    match value.checked_add(part.value / 100) {
        Some(sum) if named || bare => (sum, next),
        _ => (value, at),
    }
}

/// Whether nothing that a number could count follows.
fn ends_here(text: &Text<'_>, at: usize) -> bool {
    text.token(at).is_none_or(|token| {
        matches!(token.kind, Kind::Symbol('.' | ',' | '?' | '!' | ';' | ')'))
            && text.token(at + 1).is_none_or(|next| !next.glued)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(words: &str) -> Vec<(i64, &'static str)> {
        let text = Text::new(words);
        amounts(&text, Currency::Ngn)
            .into_iter()
            .map(|amount| (amount.money.subunits, amount.money.currency.code()))
            .collect()
    }

    #[test]
    fn the_amounts_of_the_markets_are_heard() {
        let cases: &[(&str, &[(i64, &str)])] = &[
            ("fifteen thousand naira", &[(1_500_000, "NGN")]),
            ("they took 15k", &[(1_500_000, "NGN")]),
            ("two fifty cedis", &[(25_000, "GHS")]),
            ("₦15,000.50", &[(1_500_050, "NGN")]),
            ("KES 1,200", &[(120_000, "KES")]),
            ("one point five million", &[(150_000_000, "NGN")]),
            (
                "five thousand five hundred and fifty kobo",
                &[(550_050, "NGN")],
            ),
            ("fifteen thousand naira fifty kobo", &[(1_500_050, "NGN")]),
            ("#10,000", &[(1_000_000, "NGN")]),
            ("order #1042", &[]),
            ("invoice 1042 for N5000", &[(500_000, "NGN")]),
            ("it was 4k, not 40k", &[(400_000, "NGN")]),
            (
                "fifteen thousand, sorry, fifty thousand",
                &[(5_000_000, "NGN")],
            ),
            ("R150 and 20 rand", &[(15_000, "ZAR"), (2_000, "ZAR")]),
            ("twenty five kenyan shillings", &[(2_500, "KES")]),
            ("5000 francs CFA", &[(500_000, "XOF")]),
            (
                "you charged me 5000 instead of 500",
                &[(500_000, "NGN"), (50_000, "NGN")],
            ),
            ("it has been two days and three hundred people", &[]),
            ("call me on 08031234567", &[]),
            ("$20 and 50 cents", &[(2_050, "USD")]),
            ("1.2 million", &[(120_000_000, "NGN")]),
            ("it was charged one time on the 3rd", &[]),
            ("it costs fifteen dollars fifty.", &[(1_550, "USD")]),
            ("twenty rand and 45 people", &[(2_000, "ZAR")]),
            ("$5 $10", &[(500, "USD"), (1_000, "USD")]),
            ("R20 and 50c", &[(2_050, "ZAR")]),
            ("75 USD million", &[(7_500_000_000, "USD")]),
            ("four united states dollars", &[(400, "USD")]),
        ];
        for (words, expected) in cases {
            assert_eq!(heard(words), *expected, "{words}");
        }
    }

    #[test]
    fn a_currency_that_was_not_said_is_marked() {
        let text = Text::new("15k or 20 dollars");
        let said: Vec<bool> = amounts(&text, Currency::Ghs)
            .iter()
            .map(|amount| amount.currency_said)
            .collect();
        assert_eq!(said, [false, true]);
    }
}
