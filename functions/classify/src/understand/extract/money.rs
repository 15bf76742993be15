//! Amounts of money: a number with its currency, or without one where the words around it leave
//! no doubt that money is meant.

use shared::money::{Currency, Money};

use super::lexicon::{Lexeme, Local};
use super::number::{Number, UNIT, number};
use super::text::{Kind, Text};

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

/// What stands before a number and makes it an amount.
#[derive(Debug, Clone, Copy)]
enum Before {
    Nothing,
    Currency(Currency),
    /// A currency in which Paystack does not settle: the number is an amount, but not one of ours.
    Foreign,
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

/// The currency written before a number, and the number's first token.
fn prefix(text: &Text<'_>, at: usize, default: Currency) -> (Before, usize) {
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
                    let dot = usize::from(symbol(at + 1) == Some('.'));
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

/// The currency said after a number, and the token after it. `None` is a foreign currency.
#[expect(
    clippy::option_option,
    reason = "no currency, one of ours, one that is not ours"
)]
fn suffix(text: &Text<'_>, at: usize, default: Currency) -> Option<Option<(Currency, usize)>> {
    let nation = match text.word(at) {
        "nigerian" => Some(Currency::Ngn),
        "ghana" | "ghanaian" => Some(Currency::Ghs),
        "kenya" | "kenyan" => Some(Currency::Kes),
        "egyptian" | "egypt" => Some(Currency::Egp),
        "rwandan" | "rwanda" => Some(Currency::Rwf),
        "us" | "american" => Some(Currency::Usd),
        "african" | "sa" => Some(Currency::Zar),
        "south" if text.word(at + 1) == "african" => Some(Currency::Zar),
        "west" if text.word(at + 1) == "african" => Some(Currency::Xof),
        "euro" | "euros" | "sterling" | "gbp" | "eur" | "quid" | "rupees" | "ugandan"
        | "tanzanian" | "british" | "kwacha" | "ugx" | "tzs" => return None,
        _ => None,
    };
    let next = match text.word(at) {
        "south" | "west" if nation.is_some() => at + 2,
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

/// Whether a number without a currency is an amount all the same.
fn is_money_without_currency(text: &Text<'_>, at: usize, number: &Number) -> bool {
    let next = text.word(number.next);
    if is_counted(next) || is_numbered(text, at) || is_of_an_address(text, number.next) {
        return false;
    }
    if number.scaled {
        return true;
    }
    let width = text
        .token(at)
        .filter(|token| token.kind == Kind::Digits)
        .map_or(0, |token| token.end - token.start);
    let leading_zero = text.word(at).starts_with('0');
    if width > 8 || (leading_zero && width > 1) || number.value < 10 * UNIT {
        return false;
    }
    // A number that runs on into letters or a dash is a code.
    let runs_on = text.token(number.next).is_some_and(|token| {
        token.glued
            && !matches!(
                token.kind,
                Kind::Symbol('.' | ',' | '?' | '!' | ';' | ':' | ')' | '"' | '\'')
            )
    });
    !runs_on && ends_a_phrase(text, number.next) && has_cue(text, at)
}

/// Whether the number ends a mailbox: "ada two zero at gmail dot com".
fn is_of_an_address(text: &Text<'_>, next: usize) -> bool {
    (text.word(next) == "at" || text.is_symbol(next, '@'))
        && (2..=6).any(|ahead| matches!(text.word(next + ahead), "dot" | "dotcom" | "."))
}

/// Nouns that are counted, so that the number before them is no money.
fn is_counted(word: &str) -> bool {
    matches!(
        word,
        "people"
            | "customers"
            | "users"
            | "times"
            | "time"
            | "days"
            | "day"
            | "weeks"
            | "week"
            | "months"
            | "month"
            | "years"
            | "year"
            | "hours"
            | "hour"
            | "minutes"
            | "minute"
            | "mins"
            | "seconds"
            | "percent"
            | "per"
            | "items"
            | "units"
            | "pieces"
            | "points"
            | "followers"
            | "km"
            | "kilometres"
            | "kg"
            | "litres"
            | "orders"
            | "invoices"
            | "emails"
            | "messages"
            | "calls"
            | "o'clock"
            | "am"
            | "pm"
            | "airtime"
            | "bags"
            | "cartons"
            | "staff"
            | "employees"
            | "students"
            | "members"
            | "subscribers"
            | "transactions"
            | "payments"
            | "charges"
            | "working"
            | "business"
            | "st"
            | "nd"
            | "rd"
            | "th"
            | "mb"
            | "gb"
            | "seats"
            | "tickets"
            | "copies"
            | "digits"
            | "street"
            | "road"
            | "avenue"
            | "shares"
            | "words"
            | "miles"
            | "steps"
            | "questions"
            | "apologies"
            | "thanks"
    )
}

/// Whether the number belongs to a name: "invoice 1042", "account number …", "in 2026".
fn is_numbered(text: &Text<'_>, at: usize) -> bool {
    const NAMES: [&str; 29] = [
        "invoice",
        "order",
        "number",
        "reference",
        "ref",
        "account",
        "ticket",
        "code",
        "ending",
        "receipt",
        "pin",
        "otp",
        "id",
        "plot",
        "house",
        "flat",
        "box",
        "room",
        "floor",
        "year",
        "since",
        "age",
        "phone",
        "digits",
        "block",
        "suite",
        "version",
        "zip",
        "policy",
    ];
    (1..=3).any(|back| {
        let word = text.word_before(at, back);
        let between = (1..back).all(|inner| {
            matches!(
                text.word_before(at, inner),
                "is" | "number" | "#" | ":" | "no" | "." | "with" | "in" | "s" | "-"
            )
        });
        between && NAMES.contains(&word)
    })
}

/// Whether what follows the number ends its phrase, so that it counts nothing.
fn ends_a_phrase(text: &Text<'_>, at: usize) -> bool {
    let Some(token) = text.token(at) else {
        return true;
    };
    match token.kind {
        Kind::Symbol('-' | '/' | ':') | Kind::Digits => false,
        Kind::Symbol(_) => true,
        Kind::Word => matches!(
            text.word(at),
            "and"
                | "for"
                | "from"
                | "on"
                | "in"
                | "but"
                | "instead"
                | "not"
                | "to"
                | "by"
                | "out"
                | "each"
                | "only"
                | "back"
                | "yesterday"
                | "today"
                | "tomorrow"
                | "last"
                | "when"
                | "then"
                | "which"
                | "because"
                | "twice"
                | "that"
                | "as"
                | "at"
                | "into"
                | "please"
                | "sir"
                | "ma"
                | "madam"
                | "o"
                | "oh"
                | "is"
                | "was"
                | "has"
                | "had"
                | "before"
                | "after"
                | "this"
                | "or"
                | "with"
                | "via"
                | "through"
                | "until"
                | "since"
                | "so"
                | "if"
                | "every"
                | "monthly"
                | "extra"
                | "more"
                | "less"
                | "now"
                | "again"
                | "will"
                | "abeg"
                | "sef"
                | "na"
                | "wey"
                | "naim"
                | "i"
                | "you"
                | "they"
                | "it"
                | "we"
                | "my"
                | "the"
                | "outstanding"
                | "due"
                | "total"
                | "altogether"
                | "cash"
        ),
    }
}

/// Whether a word about money stands shortly before, in the same sentence.
fn has_cue(text: &Text<'_>, at: usize) -> bool {
    for back in 1..=6 {
        let Some(token) = text.before(at, back) else {
            return false;
        };
        if matches!(token.kind, Kind::Symbol('.' | '?' | '!' | ';')) {
            return false;
        }
        let is_cue = matches!(
            text.word_before(at, back),
            "pay"
                | "paid"
                | "paying"
                | "pays"
                | "payment"
                | "charge"
                | "charged"
                | "charges"
                | "charging"
                | "debit"
                | "debited"
                | "deduct"
                | "deducted"
                | "deduction"
                | "remove"
                | "removed"
                | "refund"
                | "refunded"
                | "amount"
                | "amounts"
                | "amounting"
                | "cost"
                | "costs"
                | "price"
                | "balance"
                | "owe"
                | "owes"
                | "owed"
                | "owing"
                | "bill"
                | "billed"
                | "fee"
                | "total"
                | "sum"
                | "sent"
                | "send"
                | "sending"
                | "transfer"
                | "transferred"
                | "received"
                | "receive"
                | "credited"
                | "credit"
                | "worth"
                | "deposit"
                | "deposited"
                | "limit"
                | "instalment"
                | "installment"
                | "subscription"
                | "comot"
                | "carry"
                | "took"
                | "collect"
                | "collected"
                | "spent"
                | "spend"
                | "withdrew"
                | "loan"
                | "donation"
                | "change"
        );
        if is_cue {
            return true;
        }
    }
    false
}

/// "not 40k", "no be 40k": said to be denied.
fn is_negated(text: &Text<'_>, at: usize) -> bool {
    let word = text.word_before(at, 1);
    word == "not" || (word == "be" && text.word_before(at, 2) == "no")
}

/// "fifteen thousand, sorry, fifty thousand": whether what stands between takes the first back.
fn is_correction(text: &Text<'_>, end: usize, start: usize) -> bool {
    if start <= end || start - end > 6 {
        return false;
    }
    let mut corrects = false;
    for at in end..start {
        match text.word(at) {
            "sorry" | "mean" | "meant" | "correction" | "scratch" | "wait" => corrects = true,
            "no" | "i" | "rather" | "actually" | "make" | "that" | "it" | "," | "-" | "—" | "…"
            | "." | "is" | "to" | "say" | "or" | "it's" | "that's" | "my" | "mistake" => {}
            _ => return false,
        }
    }
    corrects
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
