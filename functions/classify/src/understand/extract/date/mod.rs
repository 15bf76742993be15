//! Dates, relative to the call's own day: "next Friday", "end of month", "the 3rd", "3 Nov".
//! Day first, as all the markets write them.

mod calendar;
mod relative;
mod written;

use std::ops::Range;

use jiff::civil::Date;

use super::lexicon::Lexeme;
use super::number::{UNIT, number};
use super::text::{Kind, Text};
use calendar::{nearest_month, placed};
use relative::relative;
use written::{whole_year, written};

/// The years that callers speak of; other numbers beside a date are no years.
const YEARS: Range<i64> = 1900..2100;

/// A date found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated {
    /// The day.
    pub date: Date,
    /// The byte at which it starts.
    pub start: usize,
    /// The byte after its last.
    pub end: usize,
}

/// Which way the words around a date without a year, or a day without a month, point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tense {
    Past,
    Future,
    Either,
}

/// Every date in `text`, in order, read on the day `today`.
#[must_use]
pub fn dates(text: &Text<'_>, today: Date) -> Vec<Dated> {
    let mut found: Vec<Dated> = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        if !may_begin(text, at) {
            at += 1;
            continue;
        }
        let read = written(text, at, today)
            .or_else(|| placed(text, at, today))
            .or_else(|| month_and_day(text, at, today))
            .or_else(|| relative(text, at, today))
            .or_else(|| lone_day(text, at, today));
        if let (Some((date, next)), Some(token)) = (read, text.token(at)) {
            let end = text.before(next, 1).map_or(token.end, |token| token.end);
            found.push(Dated {
                date,
                start: token.start,
                end,
            });
            at = next.max(at + 1);
        } else {
            at += 1;
        }
    }
    found
}

/// Whether a date may begin at `at`: nearly no word does, and all of them are asked.
fn may_begin(text: &Text<'_>, at: usize) -> bool {
    let Some(token) = text.token(at) else {
        return false;
    };
    match token.kind {
        Kind::Digits => true,
        Kind::Symbol(_) => false,
        Kind::Word if token.lexeme != Lexeme::Unknown => true,
        Kind::Word => matches!(
            text.word(at),
            "after"
                | "beginning"
                | "boxing"
                | "christmas"
                | "close"
                | "coming"
                | "couple"
                | "day"
                | "end"
                | "ending"
                | "eod"
                | "eom"
                | "first"
                | "following"
                | "in"
                | "last"
                | "mid"
                | "middle"
                | "month"
                | "new"
                | "next"
                | "past"
                | "previous"
                | "start"
                | "the"
                | "this"
                | "tmr"
                | "tmrw"
                | "today"
                | "tomoro"
                | "tomorrow"
                | "tonight"
                | "upcoming"
                | "weekend"
                | "within"
                | "xmas"
                | "yesterday"
        ),
    }
}

/// "3rd of November 2026", "November the third", "3 Nov", "twenty fifth of December".
fn month_and_day(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    let start = at + usize::from(text.word(at) == "the");
    let (day, month, next) = if let Lexeme::Month(month) = text.lexeme(start) {
        if text.word(start) == "may" && !may_is_a_month(text, start) {
            return None;
        }
        let start = start + after_name(text, start);
        let the = usize::from(text.word(start + 1) == "the");
        let (day, next) = day_number(text, start + 1 + the)?;
        // "March 2026" is a month, not a day.
        (day, month, next)
    } else {
        let (day, next) = day_number(text, start)?;
        let of = usize::from(
            text.word(next) == "of" || text.is_symbol(next, '-') || text.is_symbol(next, '/'),
        );
        let Lexeme::Month(month) = text.lexeme(next + of) else {
            return None;
        };
        let name = next + of;
        (
            day,
            month,
            name + 1 + usize::from(text.is_symbol(name + 1, '.') && after_name(text, name) == 1),
        )
    };
    // "31-Oct-26" has two digits of its year.
    let short = text
        .token(next)
        .filter(|token| token.glued && matches!(token.kind, Kind::Symbol('-' | '/')))
        .and_then(|_| text.token(next + 1))
        .filter(|token| token.glued && token.end - token.start == 2)
        .and_then(|_| digits(text, next + 1));
    if let Some(short) = short {
        let year = whole_year(short, today);
        return Some((civil(year, i64::from(month), day)?, next + 2));
    }
    let comma = usize::from(
        text.is_symbol(next, ',') || text.is_symbol(next, '-') || text.is_symbol(next, '/'),
    );
    if let Some((year, after)) = said_year(text, next + comma, today) {
        return Some((civil(year, i64::from(month), day)?, after));
    }
    let date = nearest(
        |year| civil(year, i64::from(month), day),
        today,
        tense(text, at),
    )?;
    Some((date, next))
}

/// How many tokens join a month's name to its day: "Oct. 2", "Jan-1", "Oct/2".
fn after_name(text: &Text<'_>, at: usize) -> usize {
    let joined = text.is_symbol(at + 1, '-') || text.is_symbol(at + 1, '/');
    let stopped = text.is_symbol(at + 1, '.') && text.word(at).len() <= 4;
    let glued = text.token(at + 1).is_some_and(|token| token.glued);
    usize::from((joined || stopped) && glued)
}

/// "may" is a month beside a day, and a verb elsewhere.
fn may_is_a_month(text: &Text<'_>, at: usize) -> bool {
    day_number(text, at + 1).is_some() || text.word(at + 1) == "the"
}

/// "the 3rd", "the third", "on the twenty fifth": a day of this month, or of the one beside it.
fn lone_day(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    let the = text.word(at) == "the";
    let start = at + usize::from(the);
    let (day, next, ordinal) = ordinal(text, start)?;
    let pointed = matches!(
        text.word_before(at, 1),
        "on" | "by" | "before" | "until" | "from" | "for"
    );
    // "on the 27" is a day, "the 27" may be anything; "on 27th" is one, "on 27" is not.
    let said = if ordinal {
        the || pointed
    } else {
        the && pointed
    };
    if !said {
        return None;
    }
    // "the first one", "the second charge", "the third time": an order, not a day.
    let written = text
        .token(start)
        .is_some_and(|token| token.kind == Kind::Digits);
    let follows = text.word(next);
    let ends = follows.is_empty()
        || matches!(
            follows,
            "." | ","
                | "?"
                | "!"
                | ";"
                | "and"
                | "but"
                | "for"
                | "i"
                | "they"
                | "it"
                | "you"
                | "then"
                | "so"
                | "at"
                | "to"
                | "is"
                | "was"
                | "please"
                | "because"
                | "or"
                | "we"
                | "latest"
                | "my"
                | "when"
                | "not"
                | "o"
                | "sir"
                | "ma"
                | "since"
                | "that"
                | "he"
                | "she"
                | "instead"
                | "in"
                | "by"
                | "as"
        );
    let small_word =
        !written && day < 4 && !matches!(text.word_before(at, 1), "on" | "by" | "before" | "until");
    if !ends || (small_word && !follows.is_empty()) {
        return None;
    }
    let of_month = |first: Date| civil(i64::from(first.year()), i64::from(first.month()), day);
    let date = nearest_month(of_month, today, tense(text, at))?;
    Some((date, next))
}

/// A day of the month said as a number: "3", "3rd", "third", "twenty fifth", "twenty five".
fn day_number(text: &Text<'_>, at: usize) -> Option<(i64, usize)> {
    if let Some((day, next, _)) = ordinal(text, at) {
        return Some((day, next));
    }
    let (day, next) = super::number::below_hundred(text, at)?;
    // "July two thousand twelve" has no day.
    if matches!(text.lexeme(next), Lexeme::Scale(_) | Lexeme::Hundred) {
        return None;
    }
    (1..=31).contains(&day).then_some((day, next))
}

/// A day as digits or an ordinal, the token after it, and whether it is an ordinal.
fn ordinal(text: &Text<'_>, at: usize) -> Option<(i64, usize, bool)> {
    if let Some(day) = digits(text, at) {
        let token = text.token(at)?;
        let bad_glue = token.glued
            && !text.before(at, 1).is_some_and(|before| {
                matches!(before.kind, Kind::Symbol('(' | '-' | '/'))
                    || matches!(before.lexeme, Lexeme::Month(_))
            });
        let grouped = text.is_symbol(at + 1, ',')
            && text
                .token(at + 2)
                .is_some_and(|next| next.glued && next.kind == Kind::Digits);
        if !(1..=31).contains(&day) || bad_glue || grouped || token.end - token.start > 2 {
            return None;
        }
        let suffixed = matches!(text.word(at + 1), "st" | "nd" | "rd" | "th");
        return Some((day, at + 1 + usize::from(suffixed), suffixed));
    }
    match text.lexeme(at) {
        Lexeme::Ordinal(day) => Some((i64::from(day), at + 1, true)),
        Lexeme::Ten(tens @ (20 | 30)) => {
            let dash = usize::from(text.is_symbol(at + 1, '-'));
            match text.lexeme(at + 1 + dash) {
                Lexeme::Ordinal(unit @ 1..=9) if tens + unit <= 31 => {
                    Some((i64::from(tens + unit), at + 2 + dash, true))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// A year: `2026`, "twenty twenty six", "two thousand and twenty six".
fn year(text: &Text<'_>, at: usize) -> Option<(i64, usize)> {
    let (year, next) = if let Some(year) = digits(text, at) {
        (year, at + 1)
    } else {
        let said = number(text, at, false)?;
        (said.value / UNIT, said.next)
    };
    // "On the 3rd of November 2000 naira was debited", "on 5 May 1930 hours".
    let counts = matches!(
        text.lexeme(next),
        Lexeme::Money(_) | Lexeme::LocalMoney(_) | Lexeme::Suffix(_)
    ) || matches!(text.word(next), "hours" | "hrs");
    (YEARS.contains(&year) && !counts).then_some((year, next))
}

/// The year that is said at `at`, as [`year`] or from the call's own: "next year".
fn said_year(text: &Text<'_>, at: usize, today: Date) -> Option<(i64, usize)> {
    let ahead = match (text.word(at), text.word(at + 1)) {
        ("last", "year") => -1,
        ("this", "year") => 0,
        ("next", "year") => 1,
        _ => return year(text, at),
    };
    Some((i64::from(today.year()) + ahead, at + 2))
}

fn digits(text: &Text<'_>, at: usize) -> Option<i64> {
    let token = text.token(at)?;
    if token.kind != Kind::Digits || token.end - token.start > 4 {
        return None;
    }
    text.slice(token.start, token.end).parse().ok()
}

fn civil(year: i64, month: i64, day: i64) -> Option<Date> {
    Date::new(
        year.try_into().ok()?,
        month.try_into().ok()?,
        day.try_into().ok()?,
    )
    .ok()
}

/// The year in which a day and month lie that were said without one: the nearest, unless the
/// words point one way.
fn nearest(of_year: impl Fn(i64) -> Option<Date>, today: Date, tense: Tense) -> Option<Date> {
    let year = i64::from(today.year());
    let candidates = [year - 1, year, year + 1].into_iter().filter_map(of_year);
    let distance = |date: &Date| (today.until(*date).map_or(0, |span| span.get_days())).abs();
    match tense {
        Tense::Past => candidates.filter(|date| *date <= today).max(),
        Tense::Future => candidates.filter(|date| *date >= today).min(),
        Tense::Either => candidates.min_by_key(distance),
    }
}

/// Which way the words of the sentence before `at` point.
fn tense(text: &Text<'_>, at: usize) -> Tense {
    for back in 1..=8 {
        let Some(token) = text.before(at, back) else {
            return Tense::Either;
        };
        if matches!(token.kind, Kind::Symbol('.' | '?' | '!' | ';')) {
            return Tense::Either;
        }
        match text.word_before(at, back) {
            "will" | "by" | "due" | "before" | "until" | "till" | "i'll" | "we'll" | "promise"
            | "latest" | "going" | "gonna" | "expect" | "shall" | "pay" | "can" | "renew"
            | "renews" | "expires" | "you'll" | "they'll" | "he'll" | "she'll" | "deadline"
            | "go" => {
                return Tense::Future;
            }
            "was" | "were" | "paid" | "charged" | "debited" | "made" | "did" | "sent" | "since"
            | "happened" | "bought" | "deducted" | "transferred" | "received" | "took" | "had"
            | "went" | "came" | "billed" | "on-the" | "ordered" | "got" | "from" | "dated"
            | "been" | "done" | "failed" | "cancelled" => return Tense::Past,
            _ => {}
        }
    }
    Tense::Either
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Tuesday.
    const TODAY: Date = jiff::civil::date(2026, 11, 24);

    fn heard(words: &str) -> Vec<String> {
        dates(&Text::new(words), TODAY)
            .iter()
            .map(|dated| dated.date.to_string())
            .collect()
    }

    #[test]
    fn a_date_is_read_from_the_calls_own_day() {
        let cases = [
            ("tomorrow", "2026-11-25"),
            ("the day after tomorrow", "2026-11-26"),
            ("yesterday", "2026-11-23"),
            ("by Friday", "2026-11-27"),
            ("this Friday", "2026-11-27"),
            ("next Friday", "2026-12-04"),
            ("last Monday", "2026-11-23"),
            ("I was charged on Friday", "2026-11-20"),
            ("end of month", "2026-11-30"),
            ("by month end", "2026-11-30"),
            ("end of next month", "2026-12-31"),
            ("end of the week", "2026-11-27"),
            ("in two weeks", "2026-12-08"),
            ("in two weeks' time", "2026-12-08"),
            ("three days ago", "2026-11-21"),
            ("within 5 working days", "2026-12-01"),
            ("I will pay on the 3rd", "2026-12-03"),
            ("I was debited on the 3rd", "2026-11-03"),
            ("3 Nov", "2026-11-03"),
            ("3rd of November 2026", "2026-11-03"),
            ("due on 5 January", "2027-01-05"),
            ("November the third", "2026-11-03"),
            ("December 25th, 2026", "2026-12-25"),
            ("the twenty fifth of December", "2026-12-25"),
            ("2026-12-31", "2026-12-31"),
            ("31/12/2026", "2026-12-31"),
            ("it was paid 03/11/2026", "2026-11-03"),
            ("next week", "2026-12-01"),
            ("Friday next week", "2026-12-04"),
            ("in a fortnight", "2026-12-08"),
            ("in 48 hours", "2026-11-26"),
            ("Friday, 27 November", "2026-11-27"),
            ("I go pay next week Friday", "2026-12-04"),
            ("last week's Sunday", "2026-11-22"),
            ("Wednesday of next week", "2026-12-02"),
            ("end of January next year", "2027-01-31"),
            ("by the end of March 2028", "2028-03-31"),
            ("it goes off on the 1st of every month", "2026-12-01"),
            ("two Mondays later", "2026-12-07"),
            ("paid Nov2", "2026-11-02"),
            (
                "born on the sixteenth of july nineteen forty three",
                "1943-07-16",
            ),
            (
                "on the 3rd of November 2000 naira was debited",
                "2026-11-03",
            ),
            ("the first Friday of next month", "2026-12-04"),
            ("last Monday of March 2027", "2027-03-29"),
            ("the 20th of next month", "2026-12-20"),
            ("5 of this month", "2026-11-05"),
            ("the last day of February", "2027-02-28"),
            ("two Sundays from now", "2026-12-06"),
            ("two days from tomorrow", "2026-11-27"),
            ("1 month and 21 days ago", "2026-10-03"),
            ("I will pay on the 27", "2026-11-27"),
            ("4/22", "2027-04-22"),
            ("31-Oct-74", "1974-10-31"),
            ("Oct. 2", "2026-10-02"),
        ];
        for (words, expected) in cases {
            assert_eq!(heard(words), [expected], "{words}");
        }
    }

    #[test]
    fn what_is_no_date_gives_none() {
        for words in [
            "the first charge was fine, the second one was not",
            "I may call back",
            "15,000 naira",
            "invoice 1042",
            "it took two weeks",
            "call 080 123 4567",
            "I waited for 3 days",
        ] {
            assert_eq!(heard(words), Vec::<String>::new(), "{words}");
        }
    }
}
