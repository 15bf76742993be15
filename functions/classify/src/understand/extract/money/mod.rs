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
        Before::Nothing => suffix(text, number.next, default)?,
    };
    if let Some((currency, next)) = currency {
        // "NGN 15,000 naira" says it twice.
        let next = match suffix(text, next, default) {
            Some(Some((same, after))) if same == currency => after,
            _ => next,
        };
        let slash = usize::from(text.is_symbol(next, '/'))
            * 2
            * usize::from(text.is_symbol(next + 1, '=') || text.is_symbol(next + 1, '-'));
        let next = next + slash;
        let (value, next) = with_hundredths(text, number.value, next);
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

/// "… naira *and fifty kobo*", "20 dollars *50 cents*".
fn with_hundredths(text: &Text<'_>, value: i64, at: usize) -> (i64, usize) {
    let skip = usize::from(text.lexeme(at) == Lexeme::And || text.is_symbol(at, ','));
    let part = number(text, at + skip, false).filter(|part| {
        part.value < 100 * UNIT && matches!(text.lexeme(part.next), Lexeme::Hundredth(_))
    });
    match part.and_then(|part| Some((value.checked_add(part.value / 100)?, part.next + 1))) {
        Some(sum) if value % UNIT == 0 => sum,
        _ => (value, at),
    }
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
