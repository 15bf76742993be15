//! Days placed in a week or a month that is named: "next week Friday", "the first Monday of next
//! month", "the 20th of next month", "last day of October", "two Sundays from now".

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::super::lexicon::{Lexeme, lexeme};
use super::super::number::below_hundred;
use super::super::text::{Kind, Text};
use super::{Tense, civil, day_number, nearest, ordinal, said_year, tense};

/// Such a day, and the token after its last.
pub(super) fn placed(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    let token = text.token(at)?;
    match token.lexeme {
        Lexeme::Weekday(_) => weekday_first(text, at, today),
        Lexeme::Unit(_) | Lexeme::Teen(_) | Lexeme::Ten(_) | Lexeme::Ordinal(_) => {
            numbered(text, at, today)
        }
        _ if token.kind == Kind::Digits => numbered(text, at, today),
        _ => match text.word(at) {
            "the" | "last" => week_first(text, at, today).or_else(|| numbered(text, at, today)),
            "this" | "next" | "previous" | "coming" | "following" | "past" => {
                week_first(text, at, today)
            }
            _ => None,
        },
    }
}

/// What begins with a number or an order.
fn numbered(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    counted_weekdays(text, at, today)
        .or_else(|| weekday_of_month(text, at, today))
        .or_else(|| day_of_month(text, at, today))
}

/// The weekday at `at`.
pub(super) fn weekday_at(text: &Text<'_>, at: usize) -> Option<Weekday> {
    let Lexeme::Weekday(day) = text.lexeme(at) else {
        return None;
    };
    Weekday::from_monday_one_offset(i8::try_from(day).ok()?).ok()
}

/// `weekday` of the week that lies `weeks` ahead of this one; weeks begin on Monday.
pub(super) fn in_week(today: Date, weeks: i64, weekday: Weekday) -> Option<Date> {
    let back = i64::from(today.weekday().to_monday_zero_offset());
    let on = i64::from(weekday.to_monday_zero_offset());
    today.checked_add((7 * weeks + on - back).days()).ok()
}

/// How far away "this", "next" or "last" is.
fn distance(word: &str) -> Option<i64> {
    match word {
        "this" | "the" | "current" => Some(0),
        "next" | "coming" | "following" => Some(1),
        "last" | "previous" | "past" => Some(-1),
        _ => None,
    }
}

/// "next week Friday", "last week's Sunday", "next week on Tuesday".
fn week_first(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    let weeks = distance(text.word(at))?;
    if !matches!(text.word(at + 1), "week" | "week's" | "week’s" | "weeks") {
        return None;
    }
    let day = at + 2 + usize::from(text.word(at + 2) == "on" || text.is_symbol(at + 2, ','));
    let weekday = weekday_at(text, day)?;
    Some((in_week(today, weeks, weekday)?, day + 1))
}

/// "Wednesday of next week", "Sunday from last week", "Friday after next".
fn weekday_first(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    let weekday = weekday_at(text, at)?;
    match (text.word(at + 1), text.word(at + 2), text.word(at + 3)) {
        ("after", "next", _) => Some((in_week(today, 1, weekday)?, at + 3)),
        ("of" | "from" | "in", which, "week") => {
            Some((in_week(today, distance(which)?, weekday)?, at + 4))
        }
        _ => None,
    }
}

/// "two Sundays from now", "3 Fridays ago", "two Mondays later".
fn counted_weekdays(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    let (count, day) = match super::digits(text, at) {
        Some(count) => (count, at + 1),
        None => below_hundred(text, at)?,
    };
    let name = text.word(day);
    let Lexeme::Weekday(weekday) = lexeme(name.strip_suffix('s').unwrap_or(name)) else {
        return None;
    };
    let weekday = Weekday::from_monday_one_offset(i8::try_from(weekday).ok()?).ok()?;
    if !(1..=10).contains(&count) {
        return None;
    }
    let (sign, next) = match (text.word(day + 1), text.word(day + 2)) {
        ("from", "now" | "today") => (1, day + 3),
        ("later" | "hence", _) => (1, day + 2),
        ("ago" | "back", _) => (-1, day + 2),
        _ => return None,
    };
    let count = i32::try_from(sign * count).ok()?;
    Some((today.nth_weekday(count, weekday).ok()?, next))
}

/// "the first Friday of July", "last Monday in March 2027", "the second Monday of next month".
fn weekday_of_month(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    let start = at + usize::from(text.word(at) == "the");
    let (nth, day) = if text.word(start) == "last" {
        (-1, start + 1)
    } else {
        let (nth, next, is_ordinal) = ordinal(text, start)?;
        (i8::try_from(nth).ok()?, is_ordinal.then_some(next)?)
    };
    let weekday = weekday_at(text, day)?;
    if !matches!(text.word(day + 1), "of" | "in") {
        return None;
    }
    let (first, next) = month(text, day + 2, today, |first| {
        first.nth_weekday_of_month(nth, weekday).ok()
    })?;
    Some((first, next))
}

/// "the 20th of next month", "20 of this month", "the last day of October 2026".
fn day_of_month(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    let start = at + usize::from(text.word(at) == "the");
    if (text.word(start), text.word(start + 1)) == ("last", "day")
        && matches!(text.word(start + 2), "of" | "in")
    {
        return month(text, start + 3, today, |first| Some(first.last_of_month()));
    }
    let (day, next) = day_number(text, start)?;
    let next = next + usize::from(text.word(next) == "day");
    if text.word(next) != "of" {
        return None;
    }
    month(text, next + 1, today, |first| {
        civil(i64::from(first.year()), i64::from(first.month()), day)
    })
}

/// The day that `of` picks in the month named at `at`: "next month", "the current month",
/// "October 2026".
fn month(
    text: &Text<'_>,
    at: usize,
    today: Date,
    of: impl Fn(Date) -> Option<Date>,
) -> Option<(Date, usize)> {
    if let Lexeme::Month(month) = text.lexeme(at) {
        let first = |year| civil(year, i64::from(month), 1);
        let comma = usize::from(text.is_symbol(at + 1, ','));
        if let Some((year, next)) = said_year(text, at + 1 + comma, today) {
            return Some((of(first(year)?)?, next));
        }
        let date = nearest(|year| of(first(year)?), today, tense(text, at));
        return Some((date?, at + 1));
    }
    if let ("every" | "each", "month") = (text.word(at), text.word(at + 1)) {
        return Some((nearest_month(of, today, Tense::Future)?, at + 2));
    }
    let inner = usize::from(text.word(at) == "the" && distance(text.word(at + 1)).is_some());
    let ahead = distance(text.word(at + inner))?;
    if text.word(at + inner + 1) != "month" {
        return None;
    }
    let first = today.first_of_month().checked_add(ahead.months()).ok()?;
    Some((of(first)?, at + inner + 2))
}

/// The day that `of_month` makes, in the month beside today's that the words point to.
pub(super) fn nearest_month(
    of_month: impl Fn(Date) -> Option<Date>,
    today: Date,
    tense: Tense,
) -> Option<Date> {
    let ahead = |months: i64| of_month(today.first_of_month().checked_add(months.months()).ok()?);
    match tense {
        Tense::Past => (0..4)
            .filter_map(|back| ahead(-back))
            .find(|date| *date <= today),
        _ => (0..4).filter_map(ahead).find(|date| *date >= today),
    }
}
