//! Dates in digits, day first, as all the markets write them.

use jiff::civil::Date;

use super::super::text::{Kind, Text};
use super::{YEARS, civil, digits, nearest, tense};

/// `2026-12-31`, `31/12/2026`, `3.11.26`, `31/12`.
pub(super) fn written(text: &Text<'_>, at: usize, today: Date) -> Option<(Date, usize)> {
    let first = digits(text, at)?;
    let token = text.token(at)?;
    if token.glued
        && !text
            .before(at, 1)
            .is_some_and(|before| matches!(before.kind, Kind::Symbol('(' | '"')))
    {
        return None;
    }
    let Kind::Symbol(separator @ ('-' | '/' | '.')) = text.token(at + 1)?.kind else {
        return None;
    };
    let glued = |index: usize| text.token(index).is_some_and(|token| token.glued);
    if !glued(at + 1) || !glued(at + 2) {
        return None;
    }
    let second = digits(text, at + 2)?;
    let third = (text.is_symbol(at + 3, separator) && glued(at + 3) && glued(at + 4))
        .then(|| digits(text, at + 4))
        .flatten();
    let width = token.end - token.start;
    if let Some(third) = third {
        let date = if width == 4 {
            YEARS
                .contains(&first)
                .then(|| civil(first, second, third))??
        } else if width > 2 {
            return None;
        } else {
            // Day first; a month past twelve was written the American way.
            let year = whole_year(third, today);
            civil(year, second, first).or_else(|| civil(year, first, second))?
        };
        return Some((date, at + 5));
    }
    let runs_on = glued(at + 3)
        && !matches!(
            text.token(at + 3)?.kind,
            Kind::Symbol('.' | ',' | '?' | '!' | ')' | ';')
        );
    if separator != '/' || width > 2 || runs_on {
        return None;
    }
    let read = |year| civil(year, second, first).or_else(|| civil(year, first, second));
    let date = nearest(read, today, tense(text, at))?;
    Some((date, at + 3))
}

/// The year that two digits stand for: one already lived in, unless it comes within twenty years.
pub(super) fn whole_year(written: i64, today: Date) -> i64 {
    match written {
        0..100 if 2000 + written > i64::from(today.year()) + 20 => 1900 + written,
        0..100 => 2000 + written,
        _ => written,
    }
}
