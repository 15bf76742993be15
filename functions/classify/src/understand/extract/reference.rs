//! References: Paystack's codes and transaction references, and the merchant's invoice, order and
//! ticket numbers, written or spelled out.

use shared::ids::{CustomerCode, PlanCode, RequestCode, SubscriptionCode, TransactionReference};

use super::lexicon::Lexeme;
use super::number::number;
use super::text::{Kind, Text};

/// Something that names a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A Paystack transaction.
    Transaction(TransactionReference),
    /// A Paystack customer.
    Customer(CustomerCode),
    /// A Paystack payment request.
    Request(RequestCode),
    /// A Paystack subscription.
    Subscription(SubscriptionCode),
    /// A Paystack plan.
    Plan(PlanCode),
    /// An invoice of the merchant.
    Invoice(String),
    /// An order of the merchant.
    Order(String),
    /// A ticket of the merchant's support desk.
    Ticket(String),
}

impl Reference {
    /// The reference as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Transaction(reference) => reference.as_str(),
            Self::Customer(code) => code.as_str(),
            Self::Request(code) => code.as_str(),
            Self::Subscription(code) => code.as_str(),
            Self::Plan(code) => code.as_str(),
            Self::Invoice(number) | Self::Order(number) | Self::Ticket(number) => number,
        }
    }
}

/// Every reference in `text`, in order, each once.
#[must_use]
pub fn references(text: &Text<'_>) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let read = paystack_code(text, at)
            .or_else(|| named(text, at))
            .or_else(|| bare_reference(text, at));
        if let Some((reference, next)) = read {
            if !found.contains(&reference) {
                found.push(reference);
            }
            at = next.max(at + 1);
        } else {
            at += 1;
        }
    }
    found
}

/// `CUS_…`, `PRQ_…`, `SUB_…`, `PLN_…`, written or spelled: "C U S underscore x one y two".
fn paystack_code(text: &Text<'_>, at: usize) -> Option<(Reference, usize)> {
    let (prefix, mut next) = match text.word(at) {
        "cus" => ("CUS_", at + 1),
        "prq" => ("PRQ_", at + 1),
        "sub" => ("SUB_", at + 1),
        "pln" => ("PLN_", at + 1),
        "c" | "p" | "s" => {
            let dotted = usize::from(text.is_symbol(at + 1, '.') || text.is_symbol(at + 1, '-'));
            let spelled = (
                text.word(at),
                text.word(at + 1 + dotted),
                text.word(at + 2 + 2 * dotted),
            );
            let prefix = match spelled {
                ("c", "u", "s") => "CUS_",
                ("p", "r", "q") => "PRQ_",
                ("s", "u", "b") => "SUB_",
                ("p", "l", "n") => "PLN_",
                _ => return None,
            };
            (prefix, at + 3 + 2 * dotted)
        }
        _ => return None,
    };
    if text.is_symbol(next, '.') && text.is_symbol(at + 1, '.') {
        next += 1;
    }
    next = match (text.word(next), text.word(next + 1)) {
        ("_" | "underscore", _) => next + 1,
        ("under", "score") => next + 2,
        _ => return None,
    };
    let (body, next) = spelled(text, next, Letters::Lower)?;
    let code = format!("{prefix}{}", body.replace(['-', '.', '_'], ""));
    let reference = match prefix {
        "CUS_" => Reference::Customer(CustomerCode::new(code).ok()?),
        "PRQ_" => Reference::Request(RequestCode::new(code).ok()?),
        "SUB_" => Reference::Subscription(SubscriptionCode::new(code).ok()?),
        _ => Reference::Plan(PlanCode::new(code).ok()?),
    };
    Some((reference, next))
}

/// A number with its name before it: "invoice number one zero four two", "ref TXN-1".
fn named(text: &Text<'_>, at: usize) -> Option<(Reference, usize)> {
    #[derive(PartialEq)]
    enum Name {
        Invoice,
        Order,
        Ticket,
        Transaction,
    }
    let (name, mut next) = match text.word(at) {
        "invoice" | "inv" | "bill" => (Name::Invoice, at + 1),
        "order" | "booking" => (Name::Order, at + 1),
        "ticket" | "case" => (Name::Ticket, at + 1),
        "reference" | "ref" | "refs" | "transaction" | "payment" | "txn" | "trx" | "trans"
        | "rrn" => (Name::Transaction, at + 1),
        _ => return None,
    };
    // "INV-1042" is a written code, not a name and a number.
    if matches!(text.word(at), "inv" | "txn" | "trx" | "ref" | "rrn")
        && text
            .token(next)
            .is_some_and(|token| token.glued && token.kind != Kind::Symbol(':'))
        && !text.is_symbol(next, '.')
        && let Some((code, after)) = written(text, at)
    {
        return build(
            match name {
                Name::Invoice => 0,
                Name::Order => 1,
                Name::Ticket => 2,
                Name::Transaction => 3,
            },
            code,
            after,
        );
    }
    // "TXN dash one", "INV dash twenty": the name is a part of the code.
    if matches!(text.word(at), "inv" | "txn" | "trx" | "ref")
        && matches!(text.word(next), "dash" | "hyphen" | "underscore")
        && let Some((code, after)) = spelled(text, at, Letters::Upper)
        && code.bytes().any(|byte| byte.is_ascii_digit())
    {
        return build(if name == Name::Invoice { 0 } else { 3 }, code, after);
    }
    let mut numbered = matches!(text.word(at), "reference" | "ref" | "refs");
    for _ in 0..5 {
        match text.word(next) {
            "number" | "no" | "num" | "id" | "#" | "code" | "reference" | "ref" => {
                numbered = true;
                next += 1;
            }
            "is" | ":" | "was" | "it's" | "its" | "the" | "with" | "called" | "says" | "="
            | "as" | "of"
                if numbered || name == Name::Transaction || name == Name::Invoice =>
            {
                next += 1
            }
            "." if numbered && text.token(next).is_some_and(|token| token.glued) => next += 1,
            "," if numbered => next += 1,
            "is" | "was" if matches!(text.word(next + 1), "number" | "no" | "#") => next += 1,
            "s" => next += 1,
            _ => break,
        }
    }
    let kind = match name {
        Name::Invoice => 0,
        Name::Order => 1,
        Name::Ticket => 2,
        Name::Transaction => 3,
    };
    if let Some((code, after)) = written(text, next)
        && code.bytes().any(|byte| byte.is_ascii_digit())
    {
        let mixed = code.bytes().any(|byte| !byte.is_ascii_digit());
        let digits = code.bytes().filter(u8::is_ascii_digit).count();
        let amount_follows = matches!(
            text.lexeme(after),
            Lexeme::Money(_) | Lexeme::Scale(_) | Lexeme::Suffix(3) | Lexeme::Hundredth(_)
        );
        let is_code =
            mixed || numbered || (digits >= 3 && name != Name::Transaction && !amount_follows);
        // A run of digits that goes on is said in groups: let the spelling join them.
        let goes_on = numbered && !mixed && joins(text, after);
        if is_code
            && !amount_follows
            && !goes_on
            && is_plausible(&code, name == Name::Transaction, numbered)
        {
            return build(kind, code, after);
        }
    }
    let (code, after) = spelled(text, next, Letters::Upper)?;
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let spoken_enough = if numbered {
        digits >= 1 && code.len() >= 2
    } else {
        digits >= 3 && name != Name::Transaction
    };
    let amount_follows = matches!(
        text.lexeme(after),
        Lexeme::Money(_)
            | Lexeme::Scale(_)
            | Lexeme::Suffix(3)
            | Lexeme::Hundred
            | Lexeme::Hundredth(_)
            | Lexeme::Month(_)
    );
    (spoken_enough && !amount_follows).then(|| build(kind, code, after))?
}

/// Whether `code` can be what its name says: a sum is no transaction reference.
fn is_plausible(code: &str, transaction: bool, numbered: bool) -> bool {
    let digits_only = code.bytes().all(|byte| byte.is_ascii_digit());
    let grouped = code.contains(',');
    !grouped && !(transaction && digits_only && !(numbered && code.len() >= 4))
}

fn joins(text: &Text<'_>, at: usize) -> bool {
    text.token(at).is_some_and(|token| {
        matches!(
            token.lexeme,
            Lexeme::Unit(_) | Lexeme::Teen(_) | Lexeme::Ten(_)
        ) || token.kind == Kind::Digits
            || matches!(text.word(at), "dash" | "hyphen" | "underscore" | "slash")
    })
}

fn build(kind: u8, code: String, next: usize) -> Option<(Reference, usize)> {
    let reference = match kind {
        0 => Reference::Invoice(code),
        1 => Reference::Order(code),
        2 => Reference::Ticket(code),
        _ => Reference::Transaction(TransactionReference::new(code).ok()?),
    };
    Some((reference, next))
}

/// A transaction reference that needs no name before it: Paystack's own `T` and digits, or a
/// prefix that merchants use.
fn bare_reference(text: &Text<'_>, at: usize) -> Option<(Reference, usize)> {
    let token = text.token(at)?;
    if token.glued
        && text.before(at, 1).is_some_and(|before| {
            !matches!(
                before.kind,
                Kind::Symbol('(' | '"' | '\'' | ':' | '[' | ',' | '#')
            )
        })
    {
        return None;
    }
    let word = text.word(at);
    // "T X N dash one".
    if word.len() == 1 && matches!(word, "t" | "i") {
        let spelled_prefix = (word, text.word(at + 1), text.word(at + 2));
        if matches!(
            spelled_prefix,
            ("t", "x", "n") | ("t", "r", "x") | ("i", "n", "v")
        ) {
            let (code, next) = spelled(text, at, Letters::Upper)?;
            let enough = code.len() > 3 && code.bytes().any(|byte| byte.is_ascii_digit());
            return enough.then(|| build(if word == "i" { 0 } else { 3 }, code, next))?;
        }
        // "T six eight five three one …".
        if word == "t" && matches!(text.lexeme(at + 1), Lexeme::Unit(_)) {
            let (code, next) = spelled(text, at, Letters::Upper)?;
            return (code.len() >= 9).then(|| build(3, code, next))?;
        }
    }
    let (code, next) = written(text, at)?;
    let lower = code.to_ascii_lowercase();
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let paystack = lower
        .strip_prefix('t')
        .is_some_and(|rest| rest.len() >= 10 && rest.bytes().all(|byte| byte.is_ascii_digit()));
    let prefixed = [
        "txn", "trx", "ref", "psk", "pstk", "pay", "tx", "trn", "rrn",
    ]
    .iter()
    .any(|prefix| {
        lower.strip_prefix(prefix).is_some_and(|rest| {
            rest.starts_with(['-', '_'])
                || (rest.len() >= 4 && rest.starts_with(|c: char| c.is_ascii_digit()))
        })
    });
    let invoice =
        lower.starts_with("inv-") || lower.starts_with("inv_") || lower.starts_with("inv/");
    let order =
        lower.starts_with("ord-") || lower.starts_with("ord_") || lower.starts_with("order-");
    let kind = match (paystack || prefixed, invoice, order) {
        _ if digits == 0 => return None,
        (true, _, _) => 3,
        (_, true, _) => 0,
        (_, _, true) => 1,
        // Long and mixed: what Paystack generates, `7PVGX8MEk85tgeEpVDtD`.
        _ if code.len() >= 12
            && digits >= 2
            && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && code.bytes().filter(u8::is_ascii_uppercase).count() >= 2 =>
        {
            3
        }
        _ => return None,
    };
    build(kind, code, next)
}

/// The code written at `at`: everything up to the next space, without a sentence's own marks.
fn written(text: &Text<'_>, at: usize) -> Option<(String, usize)> {
    let first = text.token(at)?;
    if !matches!(first.kind, Kind::Word | Kind::Digits) {
        return None;
    }
    let mut next = at + 1;
    while let Some(token) = text.token(next) {
        let inside = match token.kind {
            Kind::Word | Kind::Digits => true,
            Kind::Symbol('-' | '_' | '.' | '=' | '/') => text
                .token(next + 1)
                .is_some_and(|after| after.glued && !matches!(after.kind, Kind::Symbol(_))),
            Kind::Symbol(_) => false,
        };
        if !token.glued || !inside {
            break;
        }
        next += 1;
    }
    let last = text.before(next, 1)?;
    let code = text.raw(first.start, last.end);
    code.is_ascii().then(|| (code.to_owned(), next))
}

/// What a letter that was only heard is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letters {
    Lower,
    Upper,
}

/// A code said piece by piece: letters, digits, "double", "dash", small numbers.
fn spelled(text: &Text<'_>, start: usize, letters: Letters) -> Option<(String, usize)> {
    // Written whole.
    let mut code = String::new();
    let mut at = start;
    let cased = |raw: &str| match letters {
        Letters::Lower => raw.to_ascii_lowercase(),
        Letters::Upper => raw.to_ascii_uppercase(),
    };
    // A cardinal with a scale is one number: "one thousand and forty two".
    if let Some(cardinal) = number(text, start, false).filter(|number| number.scaled)
        && cardinal.value % super::number::UNIT == 0
    {
        return Some((
            (cardinal.value / super::number::UNIT).to_string(),
            cardinal.next,
        ));
    }
    while let Some(token) = text.token(at) {
        let word = text.word(at);
        match (token.kind, token.lexeme) {
            (Kind::Digits, _) => {
                code.push_str(word);
                at += 1;
            }
            (_, Lexeme::Unit(digit)) => {
                if text.lexeme(at + 1) == Lexeme::Hundred && code.is_empty() {
                    let hundreds = number(text, at, false)?;
                    code.push_str(&(hundreds.value / super::number::UNIT).to_string());
                    at = hundreds.next;
                } else {
                    code.push(char::from(b'0' + digit));
                    at += 1;
                }
            }
            (_, Lexeme::Teen(value)) => {
                code.push_str(&value.to_string());
                at += 1;
            }
            (_, Lexeme::Ten(tens)) => match text.lexeme(at + 1) {
                Lexeme::Unit(unit @ 1..) => {
                    code.push_str(&(tens + unit).to_string());
                    at += 2;
                }
                _ => {
                    code.push_str(&tens.to_string());
                    at += 1;
                }
            },
            (_, Lexeme::Repeat(times)) => {
                let next = text.word(at + 1);
                let piece = match text.lexeme(at + 1) {
                    Lexeme::Unit(digit) => digit.to_string(),
                    _ if text
                        .token(at + 1)
                        .is_some_and(|token| token.kind == Kind::Digits)
                        || next.len() == 1 =>
                    {
                        cased(next)
                    }
                    _ => break,
                };
                code.push_str(&piece.repeat(usize::from(times)));
                at += 2;
            }
            (Kind::Word, _) if matches!(word, "dash" | "hyphen" | "minus") && !code.is_empty() => {
                code.push('-');
                at += 1;
            }
            (Kind::Word, _) if word == "underscore" && !code.is_empty() => {
                code.push('_');
                at += 1;
            }
            (Kind::Word, _) if matches!(word, "slash") && !code.is_empty() => {
                code.push('/');
                at += 1;
            }
            (Kind::Word, _) if matches!(word, "capital" | "letter" | "small") => {
                let upper = word == "capital";
                let next = text.word(at + 1);
                if next.len() != 1 {
                    break;
                }
                code.push_str(&if upper {
                    next.to_ascii_uppercase()
                } else {
                    cased(next)
                });
                at += 2;
            }
            (Kind::Word, _) if word.len() == 1 => {
                // "i" and "a" open a sentence unless letters go on.
                let alone = matches!(word, "a" | "i")
                    && !code.is_empty()
                    && !spells_on(text, at + 1)
                    && text
                        .token(at + 1)
                        .is_some_and(|next| next.kind == Kind::Word);
                if alone {
                    break;
                }
                let piece = if token.glued {
                    text.raw(token.start, token.end).to_owned()
                } else {
                    cased(word)
                };
                code.push_str(&piece);
                at += 1;
                // "b as in boy", "t for tango".
                if matches!(text.word(at), "for")
                    && text.word(at + 1).starts_with(word)
                    && text.word(at + 1).len() > 2
                {
                    at += 2;
                } else if text.word(at) == "as" && text.word(at + 1) == "in" {
                    at += 3;
                }
            }
            (Kind::Word, _) if token.glued && !code.is_empty() => {
                code.push_str(text.raw(token.start, token.end));
                at += 1;
            }
            (Kind::Word, _)
                if code.is_empty()
                    && (2..=4).contains(&word.len())
                    && matches!(text.word(at + 1), "dash" | "hyphen" | "underscore") =>
            {
                code.push_str(&cased(word));
                at += 1;
            }
            // A written body begins with letters: `CUS_xnxdt6s1`.
            (Kind::Word, _)
                if code.is_empty()
                    && text
                        .token(at + 1)
                        .is_some_and(|next| next.glued && next.kind == Kind::Digits) =>
            {
                code.push_str(text.raw(token.start, token.end));
                at += 1;
            }
            (Kind::Word, _) if code.is_empty() && at > 0 && token.glued => {
                code.push_str(text.raw(token.start, token.end));
                at += 1;
            }
            (Kind::Symbol('-' | '_' | '/'), _)
                if token.glued
                    && !code.is_empty()
                    && text.token(at + 1).is_some_and(|next| next.glued) =>
            {
                // "T-X-N": a dash between letters that are spelled is only a pause.
                let single = |index: usize| text.word(index).len() == 1;
                if !(single(at + 1) && at > 0 && single(at - 1) && word == "-") {
                    code.push_str(word);
                }
                at += 1;
            }
            (Kind::Symbol(','), _)
                if !code.is_empty()
                    && spells_on(text, at + 1)
                    && text.word(at - 1).len() <= 5
                    && !text.word(at + 1).is_empty()
                    && pauses(text, at) =>
            {
                at += 1;
            }
            _ => break,
        }
    }
    let code = code.trim_end_matches(['-', '_', '/']).to_owned();
    (!code.is_empty()).then_some((code, at))
}

/// Whether a comma at `at` is a pause in spelling: a digit or letter on both sides.
fn pauses(text: &Text<'_>, at: usize) -> bool {
    at > 0 && spells_on(text, at - 1)
}

fn spells_on(text: &Text<'_>, at: usize) -> bool {
    text.token(at).is_some_and(|token| {
        token.kind == Kind::Digits
            || matches!(
                token.lexeme,
                Lexeme::Unit(_) | Lexeme::Teen(_) | Lexeme::Ten(_) | Lexeme::Repeat(_)
            )
            || (token.kind == Kind::Word && token.end - token.start == 1)
            || matches!(text.word(at), "dash" | "hyphen" | "underscore")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(words: &str) -> Vec<String> {
        references(&Text::new(words))
            .iter()
            .map(|reference| reference.as_str().to_owned())
            .collect()
    }

    #[test]
    fn a_reference_is_read_written_or_spelled() {
        let cases: &[(&str, &[&str])] = &[
            ("TXN-1 was charged twice", &["TXN-1"]),
            ("the reference is T685312322670591.", &["T685312322670591"]),
            (
                "my customer code is CUS_xnxdt6s1zg1f4nx",
                &["CUS_xnxdt6s1zg1f4nx"],
            ),
            ("C U S underscore x one y two", &["CUS_x1y2"]),
            (
                "subscription SUB_vsyqdmlzble3uii please",
                &["SUB_vsyqdmlzble3uii"],
            ),
            ("p r q underscore one a two b", &["PRQ_1a2b"]),
            ("invoice number one zero four two", &["1042"]),
            ("invoice ten forty two", &["1042"]),
            ("invoice 1042 and order 77812", &["1042", "77812"]),
            ("INV-2026-0042 is wrong", &["INV-2026-0042"]),
            ("order number double seven one", &["771"]),
            ("reference number T X N dash one", &["TXN-1"]),
            ("transaction reference order-1042.v2", &["order-1042.v2"]),
            (
                "T six eight five three one two three two two six",
                &["T6853123226"],
            ),
            ("the payment of 15000 naira", &[]),
            ("I want to order two shirts", &[]),
            ("my payment is 5000", &[]),
            ("ticket #4411", &["4411"]),
        ];
        for (words, expected) in cases {
            assert_eq!(heard(words), *expected, "{words}");
        }
    }
}
