//! The words around a number: whether they make it money, count something, deny it or take it back.

use super::super::number::{Number, UNIT};
use super::super::text::{Kind, Text};

/// Whether a number without a currency is an amount all the same.
pub(super) fn is_money_without_currency(text: &Text<'_>, at: usize, number: &Number) -> bool {
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
pub(super) fn has_cue(text: &Text<'_>, at: usize) -> bool {
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
pub(super) fn is_negated(text: &Text<'_>, at: usize) -> bool {
    let word = text.word_before(at, 1);
    word == "not" || (word == "be" && text.word_before(at, 2) == "no")
}

/// "fifteen thousand, sorry, fifty thousand": whether what stands between takes the first back.
pub(super) fn is_correction(text: &Text<'_>, end: usize, start: usize) -> bool {
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
