//! Days named from the call's own: "tomorrow", "next Friday", "end of month", "in two weeks".

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::super::lexicon::Lexeme;
use super::super::number::{UNIT, number};
use super::super::text::Text;
use super::calendar::{in_week, weekday_at};
use super::{Tense, civil, lone_day, month_and_day, nearest, said_year, tense};

/// "tomorrow", "next Friday", "end of month", "in two weeks".
pub(super) fn relative(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    let words = (
        text.word(at),
        text.word(at + 1),
        text.word(at + 2),
        text.word(at + 3),
    );
    let days = |count: i64| today.checked_add(count.days()).ok();
    match words {
        ("the", "day", "after", "tomorrow" | "tmrw" | "tmr") => return Some((days(2)?, at + 4)),
        ("day", "after", "tomorrow" | "tmrw" | "tmr", _) => return Some((days(2)?, at + 3)),
        ("the", "day", "before", "yesterday") => return Some((days(-2)?, at + 4)),
        ("day", "before", "yesterday", _) => return Some((days(-2)?, at + 3)),
        // In Nigeria the day after tomorrow is "next tomorrow".
        ("next", "tomorrow", ..) => return Some((days(2)?, at + 2)),
        ("today" | "tonight" | "eod", ..) => return Some((today, at + 1)),
        ("this", "morning" | "afternoon" | "evening", ..) => return Some((today, at + 2)),
        ("last", "night", ..) => return Some((days(-1)?, at + 2)),
        ("tomorrow" | "tomoro" | "tmrw" | "tmr", ..) => return Some((days(1)?, at + 1)),
        ("yesterday", ..) => return Some((days(-1)?, at + 1)),
        _ => {}
    }
    if let Some(feast) = feast(text, at, today) {
        return Some(feast);
    }
    if let Some(end) = end_of(text, at, today) {
        return Some(end);
    }
    if let Some(found) = counted(text, at, today) {
        return Some(found);
    }
    weekday(text, at, today)
}

/// "Christmas", "New Year's Day", "this weekend", "mid month".
fn feast(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    let next_of =
        |month: i64, day: i64| nearest(|year| civil(year, month, day), today, Tense::Future);
    let year_word = matches!(text.word(at + 1), "year's" | "years" | "year’s");
    let found = match (text.word(at), text.word(at + 1), text.word(at + 2)) {
        ("christmas", "eve", _) => (next_of(12, 24)?, at + 2),
        ("christmas", "day", _) => (next_of(12, 25)?, at + 2),
        ("christmas" | "xmas", ..) => (next_of(12, 25)?, at + 1),
        ("boxing", "day", _) => (next_of(12, 26)?, at + 2),
        ("new", _, "day") if year_word => (next_of(1, 1)?, at + 3),
        ("new", _, "eve") if year_word => (next_of(12, 31)?, at + 3),
        ("eom", ..) => (today.last_of_month(), at + 1),
        ("mid", "month", _) => (mid_month(today, 0)?, at + 2),
        ("middle", "of", "month") => (mid_month(today, 0)?, at + 3),
        ("middle", "of", "the" | "this") if text.word(at + 3) == "month" => {
            (mid_month(today, 0)?, at + 4)
        }
        ("middle", "of", "next") if text.word(at + 3) == "month" => (mid_month(today, 1)?, at + 4),
        ("this" | "the" | "coming", "weekend", _) => (saturday(today)?, at + 2),
        ("next", "weekend", _) => (saturday(today)?.checked_add(1.weeks()).ok()?, at + 2),
        ("weekend", ..) if text.word_before(at, 1) == "by" => (saturday(today)?, at + 1),
        _ => return None,
    };
    Some(found)
}

fn mid_month(today: Date, ahead: i64) -> Option<Date> {
    today
        .first_of_month()
        .checked_add(ahead.months())
        .ok()?
        .checked_add(14.days())
        .ok()
}

fn saturday(today: Date) -> Option<Date> {
    if today.weekday() == Weekday::Saturday {
        Some(today)
    } else {
        today.nth_weekday(1, Weekday::Saturday).ok()
    }
}

/// "end of the month", "month end", "end of next week", "close of business", "end of year".
fn end_of(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    let dash = usize::from(text.is_symbol(at + 1, '-'));
    if (text.word(at), text.word(at + 1 + dash)) == ("month", "end") {
        return Some((today.last_of_month(), at + 2 + dash));
    }
    if (text.word(at), text.word(at + 1), text.word(at + 2)) == ("close", "of", "business") {
        let tomorrow = text.word(at + 3) == "tomorrow";
        let date = if tomorrow {
            today.tomorrow().ok()?
        } else {
            today
        };
        return Some((
            date,
            at + 3 + usize::from(tomorrow || text.word(at + 3) == "today"),
        ));
    }
    let begins = match text.word(at) {
        "end" | "ending" => false,
        "beginning" | "start" | "first" => true,
        _ => return None,
    };
    let mut next = at + 1;
    if begins && text.word(next) == "day" {
        next += 1;
    }
    next += usize::from(text.word(next) == "of");
    next += usize::from(text.word(next) == "the");
    let ahead = match text.word(next) {
        "next" => 1,
        "last" => -1,
        _ => 0,
    };
    next += usize::from(matches!(text.word(next), "next" | "this" | "last"));
    let date = match text.word(next) {
        "day" if !begins => today,
        "week" => {
            let monday = today
                .checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days())
                .ok()?;
            let monday = monday.checked_add(ahead.weeks()).ok()?;
            // Business weeks end on Friday.
            if begins {
                monday
            } else {
                monday.checked_add(4.days()).ok()?
            }
        }
        "month" => {
            let month = today.first_of_month().checked_add(ahead.months()).ok()?;
            let month = if begins && ahead == 0 {
                month.checked_add(1.months()).ok()?
            } else {
                month
            };
            if begins { month } else { month.last_of_month() }
        }
        "year" => {
            let year = i64::from(today.year()) + ahead;
            if begins {
                civil(year, 1, 1)?
            } else {
                civil(year, 12, 31)?
            }
        }
        _ => match text.lexeme(next) {
            Lexeme::Month(month) => {
                if let Some((year, after)) = said_year(text, next + 1, today) {
                    let first = civil(year, i64::from(month), 1)?;
                    return Some((if begins { first } else { first.last_of_month() }, after));
                }
                let first = nearest(
                    |year| civil(year, i64::from(month), 1),
                    today,
                    Tense::Future,
                )?;
                let first = if month == today.month().unsigned_abs() {
                    today.first_of_month()
                } else {
                    first
                };
                if begins { first } else { first.last_of_month() }
            }
            _ => return None,
        },
    };
    Some((date, next + 1))
}

/// "in three days", "two weeks from now", "three days ago", "in a fortnight", "next week".
fn counted(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    match (text.word(at), text.word(at + 1)) {
        ("next", "week") => return Some((today.checked_add(1.weeks()).ok()?, at + 2)),
        ("last", "week") => return Some((today.checked_sub(1.weeks()).ok()?, at + 2)),
        ("next", "month") => return Some((today.checked_add(1.months()).ok()?, at + 2)),
        ("last", "month") => return Some((today.checked_sub(1.months()).ok()?, at + 2)),
        ("next", "year") => return Some((today.checked_add(1.years()).ok()?, at + 2)),
        ("last", "year") => return Some((today.checked_sub(1.years()).ok()?, at + 2)),
        _ => {}
    }
    let within = matches!(text.word(at), "in" | "within" | "after");
    let start = at + usize::from(within);
    let start = start + usize::from(within && matches!(text.word(start), "the" | "next" | "about"));
    let start = start + usize::from(within && text.word(start) == "next");
    let (count, next) = match text.lexeme(start) {
        Lexeme::Article => (1, start + 1),
        _ if text.word(start) == "couple" => (2, start + 1),
        _ => {
            let number = number(text, start, false)?;
            (number.value / UNIT, number.next)
        }
    };
    let next = next + usize::from(text.word(next) == "couple");
    let count = if text.word(next - 1) == "couple" {
        2
    } else {
        count
    };
    let next = next + usize::from(text.word(next) == "of");
    if count > 400 {
        return None;
    }
    let (mut span, next) = if matches!(
        (text.word(next), text.word(next + 1)),
        ("working" | "business", "days" | "day")
    ) {
        (None, next + 2)
    } else {
        let (span, next) = unit(text, count, next)?;
        (Some(span), next)
    };
    let mut next = next + 2 * usize::from(text.is_symbol(next, '\'') && text.word(next + 1) == "s");
    // "1 month and 21 days ago".
    while let (Some((months, days)), Some(((more_months, more_days), after))) =
        (span, further(text, next))
    {
        span = Some((months + more_months, days + more_days));
        next = after;
    }
    let (sign, base, next) = match (text.word(next), text.word(next + 1)) {
        ("ago" | "back", _) => (-1, today, next + 1),
        ("from" | "after", base) => (1, beside(base, today)?, next + 2),
        ("before", base) if base != "now" => (-1, beside(base, today)?, next + 2),
        ("time" | "later" | "hence", _) => (1, today, next + 1),
        _ if within && text.word(at) != "after" => (1, today, next),
        _ => return None,
    };
    let date = match span {
        Some((months, days)) => base
            .checked_add((sign * months).months())
            .and_then(|date| date.checked_add((sign * days).days()))
            .ok()?,
        None => working_days(base, count * sign)?,
    };
    Some((date, next))
}

/// Months and days.
type Length = (i64, i64);

/// The length of `count` of the unit at `at`, and the token after it.
fn unit(text: &Text<'_>, count: i64, at: usize) -> Option<(Length, usize)> {
    let span = match text.word(at) {
        "days" | "day" => (0, count),
        "weeks" | "week" => (0, 7 * count),
        "fortnight" | "fortnights" => (0, 14 * count),
        "months" | "month" => (count, 0),
        "years" | "year" => (12 * count, 0),
        "hours" | "hour" if count >= 24 && count % 24 == 0 => (0, count / 24),
        _ => return None,
    };
    Some((span, at + 1))
}

/// A further part of a length: "and 21 days".
fn further(text: &Text<'_>, at: usize) -> Option<(Length, usize)> {
    let joined = usize::from(text.word(at) == "and" || text.is_symbol(at, ','));
    let number = number(text, at + joined, false)?;
    let count = number.value / UNIT;
    (count <= 400).then(|| unit(text, count, number.next))?
}

/// The day that a length is counted from.
fn beside(word: &str, today: Date) -> Option<Date> {
    match word {
        "now" | "today" => Some(today),
        "tomorrow" => today.tomorrow().ok(),
        "yesterday" => today.yesterday().ok(),
        _ => None,
    }
}

/// `count` working days on, or back.
fn working_days(today: Date, count: i64) -> Option<Date> {
    let mut date = today;
    let mut left = count.abs();
    while left > 0 {
        date = date.checked_add(count.signum().days()).ok()?;
        if !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    Some(date)
}

/// "Friday", "this Friday", "next Friday", "last Monday", "Friday next week", "Friday week".
fn weekday(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    let which = text.word(at);
    let (which, index) = match which {
        "next" | "this" | "last" | "coming" | "past" => (which, at + 1),
        "upcoming" => ("coming", at + 1),
        _ => ("", at),
    };
    let index =
        index + usize::from(matches!(text.word(index), "coming" | "past") && which == "this");
    // "sat", "sun" and "wed" are words; "mon" and "fri" only stand for days.
    let weekday = weekday_at(text, index)?;
    let in_week = |weeks: i64| in_week(today, weeks, weekday);
    let ahead = today.nth_weekday(1, weekday).ok();
    let back = today.nth_weekday(-1, weekday).ok();
    match (text.word(index + 1), text.word(index + 2)) {
        ("next", "week") => return Some((in_week(1)?, index + 3)),
        ("next", _) if which.is_empty() => return Some((in_week(1)?, index + 2)),
        ("last", "week") => return Some((in_week(-1)?, index + 3)),
        ("this", "week") => return Some((in_week(0)?, index + 3)),
        ("week", _) if which.is_empty() => {
            return Some((ahead?.checked_add(1.weeks()).ok()?, index + 2));
        }
        ("gone" | "past", _) => return Some((back?, index + 2)),
        _ => {}
    }
    // "Friday the 3rd", "Friday, 3 November": the date says it, the day goes with it.
    let comma = usize::from(text.is_symbol(index + 1, ','));
    if let Some((date, next)) = month_and_day(text, index + 1 + comma, today)
        .or_else(|| lone_day(text, index + 1 + comma, today))
    {
        return Some((date, next));
    }
    let date = match which {
        "next" => in_week(1)?,
        "last" | "past" => back?,
        "this" | "coming" => ahead?,
        _ => match tense(text, at) {
            Tense::Past => back?,
            _ => ahead?,
        },
    };
    Some((date, index + 1))
}
