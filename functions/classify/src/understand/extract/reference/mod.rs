//! References: Paystack's codes and transaction references, and the merchant's invoice, order and
//! ticket numbers, written or spelled out.

mod spelled;

use shared::ids::{CustomerCode, PlanCode, RequestCode, SubscriptionCode, TransactionReference};

use super::lexicon::Lexeme;
use super::text::{Kind, Text};
use spelled::{Letters, spelled};

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

/// What a number is said to be the number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name {
    Invoice,
    Order,
    Ticket,
    Transaction,
}

/// A number with its name before it: "invoice number one zero four two", "ref TXN-1".
fn named(text: &Text<'_>, at: usize) -> Option<(Reference, usize)> {
    let word = text.word(at);
    let name = match word {
        "invoice" | "inv" | "bill" => Name::Invoice,
        "order" | "booking" => Name::Order,
        "ticket" | "case" => Name::Ticket,
        "reference" | "ref" | "refs" | "transaction" | "payment" | "txn" | "trx" | "trans"
        | "rrn" => Name::Transaction,
        _ => return None,
    };
    // "INV-1042" is a written code, not a name and a number.
    let glued = text
        .token(at + 1)
        .is_some_and(|token| token.glued && !matches!(token.kind, Kind::Symbol(':' | '.')));
    if matches!(word, "inv" | "txn" | "trx" | "ref" | "rrn")
        && glued
        && let Some((code, after)) = written(text, at)
    {
        return build(name, code, after);
    }
    // "TXN dash one", "INV dash twenty": the name is a part of the code.
    if matches!(word, "inv" | "txn" | "trx" | "ref")
        && matches!(text.word(at + 1), "dash" | "hyphen" | "underscore")
        && let Some((code, after)) = spelled(text, at, Letters::Upper)
        && code.bytes().any(|byte| byte.is_ascii_digit())
    {
        return build(name, code, after);
    }
    let (numbered, next) = between(text, at, name);
    written_number(text, name, numbered, next)
        .or_else(|| spelled_number(text, name, numbered, next))
}

/// What stands between a name and its number ("number is", "no.", "#"): whether it says that a
/// number comes, and the token after it.
fn between(text: &Text<'_>, at: usize, name: Name) -> (bool, usize) {
    let mut numbered = matches!(text.word(at), "reference" | "ref" | "refs");
    let mut next = at + 1;
    for _ in 0..5 {
        let goes_on = match text.word(next) {
            "number" | "no" | "num" | "id" | "#" | "code" | "reference" | "ref" => {
                numbered = true;
                true
            }
            "is" | ":" | "was" | "it's" | "its" | "the" | "with" | "called" | "says" | "="
            | "as" | "of"
                if numbered || matches!(name, Name::Transaction | Name::Invoice) =>
            {
                true
            }
            "." => numbered && text.token(next).is_some_and(|token| token.glued),
            "," => numbered,
            "is" | "was" => matches!(text.word(next + 1), "number" | "no" | "#"),
            "s" => true,
            _ => false,
        };
        if !goes_on {
            break;
        }
        next += 1;
    }
    (numbered, next)
}

/// A number in digits or as a code: "1042", "order-1042.v2".
fn written_number(
    text: &Text<'_>,
    name: Name,
    numbered: bool,
    next: usize,
) -> Option<(Reference, usize)> {
    let (code, after) = written(text, next)?;
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let mixed = digits < code.len();
    let is_code = mixed || numbered || (digits >= 3 && name != Name::Transaction);
    // A run of digits that goes on is said in groups: the spelling joins them.
    let goes_on = numbered && !mixed && joins(text, after);
    (digits > 0
        && is_code
        && !goes_on
        && !is_an_amount(text, after)
        && is_plausible(&code, name == Name::Transaction, numbered))
    .then(|| build(name, code, after))?
}

/// A number said piece by piece.
fn spelled_number(
    text: &Text<'_>,
    name: Name,
    numbered: bool,
    next: usize,
) -> Option<(Reference, usize)> {
    let (code, after) = spelled(text, next, Letters::Upper)?;
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let enough = if numbered {
        digits >= 1 && code.len() >= 2
    } else {
        digits >= 3 && name != Name::Transaction
    };
    let counts = matches!(text.lexeme(after), Lexeme::Hundred | Lexeme::Month(_));
    (enough && !counts && !is_an_amount(text, after)).then(|| build(name, code, after))?
}

/// Whether what follows a number makes it money.
fn is_an_amount(text: &Text<'_>, after: usize) -> bool {
    matches!(
        text.lexeme(after),
        Lexeme::Money(_) | Lexeme::Scale(_) | Lexeme::Suffix(3) | Lexeme::Hundredth(_)
    )
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

fn build(name: Name, code: String, next: usize) -> Option<(Reference, usize)> {
    let reference = match name {
        Name::Invoice => Reference::Invoice(code),
        Name::Order => Reference::Order(code),
        Name::Ticket => Reference::Ticket(code),
        Name::Transaction => Reference::Transaction(TransactionReference::new(code).ok()?),
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
            return enough.then(|| {
                build(
                    if word == "i" {
                        Name::Invoice
                    } else {
                        Name::Transaction
                    },
                    code,
                    next,
                )
            })?;
        }
        // "T six eight five three one …".
        if word == "t" && matches!(text.lexeme(at + 1), Lexeme::Unit(_)) {
            let (code, next) = spelled(text, at, Letters::Upper)?;
            return (code.len() >= 9).then(|| build(Name::Transaction, code, next))?;
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
    let name = match (paystack || prefixed, invoice, order) {
        _ if digits == 0 => return None,
        (true, _, _) => Name::Transaction,
        (_, true, _) => Name::Invoice,
        (_, _, true) => Name::Order,
        // Long and mixed: what Paystack generates, `7PVGX8MEk85tgeEpVDtD`.
        _ if code.len() >= 12
            && digits >= 2
            && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && code.bytes().filter(u8::is_ascii_uppercase).count() >= 2 =>
        {
            Name::Transaction
        }
        _ => return None,
    };
    build(name, code, next)
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
