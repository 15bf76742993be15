//! Numbers as people say them: "two fifty k", "one point five million", "half a million",
//! "five k five", "one lakh fifty thousand", "15,000.50".

use super::lexicon::Lexeme;
use super::text::{Kind, Text};

/// Millionths to the unit: every decimal that people say is exact in them.
pub(super) const UNIT: i64 = 1_000_000;

/// A number found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number {
    /// Its value in millionths.
    pub(super) value: i64,
    /// The token after its last.
    pub(super) next: usize,
    /// Whether it was said in thousands and the like, or written with grouped digits.
    pub(super) scaled: bool,
    /// What stands after a last "and", below a hundred: "five hundred *and fifty* kobo".
    pub(super) after_and: Option<i64>,
}

/// A number below its scale word.
#[derive(Debug, Clone, Copy)]
struct Group {
    value: i64,
    next: usize,
    after_and: Option<i64>,
    grouped: bool,
    is_article: bool,
}

impl Group {
    const fn new(value: i64, next: usize) -> Self {
        Self {
            value,
            next,
            after_and: None,
            grouped: false,
            is_article: false,
        }
    }
}

/// Reads the number that starts at `start`; `spaced` admits `15 000` as one number.
pub(super) fn number(text: &Text<'_>, start: usize, spaced: bool) -> Option<Number> {
    // "a few thousand" is no number.
    if matches!(
        text.word_before(start, 1),
        "few" | "several" | "couple" | "many"
    ) && matches!(text.lexeme(start), Lexeme::Scale(_) | Lexeme::Hundred)
    {
        return None;
    }
    let group = group(text, start, spaced)?;
    let mut value = group.value;
    let mut next = group.next;
    let mut scaled = group.grouped;
    let mut after_and = group.after_and;
    let mut last_scale = 0;
    if let Some((scale, after)) = scale(text, next) {
        value = times(value, scale)?;
        (last_scale, next, scaled, after_and) = (scale, after, true, None);
        if let Some((part, after)) = and_a_part(text, next) {
            value = value.checked_add(times(part, scale)?)?;
            next = after;
        }
    } else if group.is_article {
        return None;
    }
    while last_scale > 0 {
        let Some((more, scale, after, and)) = lower_group(text, next, last_scale) else {
            break;
        };
        value = value.checked_add(more)?;
        (last_scale, next, after_and) = (scale, after, and);
    }
    Some(Number {
        value,
        next,
        scaled,
        after_and,
    })
}

/// What follows a scale: "… thousand *five hundred*", "five k *five*".
fn lower_group(
    text: &Text<'_>,
    start: usize,
    last_scale: u8,
) -> Option<(i64, u8, usize, Option<i64>)> {
    let mut at = start;
    let mut connected = None;
    if text.lexeme(at) == Lexeme::And && text.word(at) == "and" {
        connected = Some(Lexeme::And);
        at += 1;
    } else if text.is_symbol(at, ',') || text.is_symbol(at, '-') {
        connected = Some(Lexeme::Point);
        at += 1;
    }
    let group = group(text, at, false)?;
    if group.is_article || group.value >= times(UNIT, last_scale)? {
        return None;
    }
    if let Some((scale, after)) = scale(text, group.next) {
        let smaller = scale < last_scale;
        return smaller.then_some((times(group.value, scale)?, scale, after, None));
    }
    // "five k five", "5k5": a lone digit after `k` counts hundreds.
    let single = group.next == at + 1 && group.value < 10 * UNIT && group.value > 0;
    let after_suffix = matches!(
        start.checked_sub(1).map(|back| text.lexeme(back)),
        Some(Lexeme::Suffix(_))
    );
    if single && after_suffix && connected.is_none() {
        return Some((times(group.value, last_scale - 1)?, 0, group.next, None));
    }
    // Digits after a scale are a number of their own, unless glued or joined: "2 million 500".
    let is_digits = text
        .token(at)
        .is_some_and(|token| token.kind == Kind::Digits);
    let by_comma = connected == Some(Lexeme::Point) && (is_digits || group.value < 100 * UNIT);
    if (is_digits && connected.is_none() && group.value < 100 * UNIT) || by_comma {
        return None;
    }
    let and = match connected {
        Some(Lexeme::And) if group.value < 100 * UNIT => Some(group.value),
        _ => group.after_and,
    };
    Some((group.value, 0, group.next, and))
}

/// The scale at `at`, and the token after it.
fn scale(text: &Text<'_>, at: usize) -> Option<(u8, usize)> {
    match text.lexeme(at) {
        Lexeme::Scale(scale) => Some((scale, at + 1)),
        // `m` and `b` are letters first: only directly after digits do they scale.
        Lexeme::Suffix(scale) => {
            let after_digits = text
                .before(at, 1)
                .is_some_and(|token| token.kind == Kind::Digits);
            let glued = text.token(at).is_some_and(|token| token.glued);
            let is_k = scale == 3;
            let spelled_on = text.token(at + 1).is_some_and(|next| next.glued)
                && text
                    .token(at + 1)
                    .is_some_and(|next| matches!(next.kind, Kind::Symbol('-' | '_' | '@')));
            ((is_k || (after_digits && (glued || scale > 3))) && !spelled_on)
                .then_some((scale, at + 1))
        }
        // "hundred k" after a group that ended before "hundred": "fifteen hundred".
        _ => None,
    }
}

/// "… and a half", "… and a quarter": the part in millionths.
fn and_a_part(text: &Text<'_>, at: usize) -> Option<(i64, usize)> {
    if text.lexeme(at) != Lexeme::And {
        return None;
    }
    let at = if text.lexeme(at + 1) == Lexeme::Article {
        at + 2
    } else {
        at + 1
    };
    match text.lexeme(at) {
        Lexeme::Half => Some((UNIT / 2, at + 1)),
        Lexeme::Quarter => Some((UNIT / 4, at + 1)),
        _ => None,
    }
}

fn group(text: &Text<'_>, start: usize, spaced: bool) -> Option<Group> {
    let token = text.token(start)?;
    if token.kind == Kind::Digits {
        return digits(text, start, spaced);
    }
    match token.lexeme {
        Lexeme::Unit(_) | Lexeme::Teen(_) | Lexeme::Ten(_) => spoken(text, start),
        Lexeme::Hundred if text.word(start) == "hundred" => hundreds(text, start, 1),
        // "a hundred", "a thousand", "a half million", "a quarter of a million".
        Lexeme::Article => match text.lexeme(start + 1) {
            Lexeme::Hundred if text.word(start + 1) == "hundred" => hundreds(text, start + 1, 1),
            Lexeme::Scale(_) if !text.word(start + 1).ends_with('s') => Some(Group {
                is_article: true,
                ..Group::new(UNIT, start + 1)
            }),
            Lexeme::Half | Lexeme::Quarter => part_of_scale(text, start + 1),
            _ => None,
        },
        Lexeme::Scale(3 | 6) if matches!(text.word(start), "thousand" | "million") => Some(Group {
            is_article: true,
            ..Group::new(UNIT, start)
        }),
        Lexeme::Half | Lexeme::Quarter => part_of_scale(text, start),
        Lexeme::Point => {
            let (decimals, next) = decimals(text, start + 1)?;
            Some(Group::new(decimals, next))
        }
        _ => None,
    }
}

/// "half a million", "quarter million", "half of a million".
fn part_of_scale(text: &Text<'_>, at: usize) -> Option<Group> {
    let value = if text.lexeme(at) == Lexeme::Half {
        UNIT / 2
    } else {
        UNIT / 4
    };
    let mut next = at + 1;
    if text.word(next) == "of" {
        next += 1;
    }
    if text.lexeme(next) == Lexeme::Article {
        next += 1;
    }
    matches!(text.lexeme(next), Lexeme::Scale(5..)).then_some(Group::new(value, next))
}

/// Digits with their grouping and decimals.
fn digits(text: &Text<'_>, start: usize, spaced: bool) -> Option<Group> {
    let token = text.token(start)?;
    let mut whole = text.slice(token.start, token.end).parse::<i64>().ok()?;
    let mut next = start + 1;
    let mut grouped = false;
    let leading = token.end - token.start;
    let is_group = |at: usize, glued: bool| {
        text.token(at).is_some_and(|token| {
            token.kind == Kind::Digits && token.end - token.start == 3 && token.glued == glued
        })
    };
    if leading <= 3 {
        loop {
            let comma = text.is_symbol(next, ',')
                && text.token(next).is_some_and(|token| token.glued)
                && is_group(next + 1, true);
            let space = spaced && is_group(next, false);
            // "1,50,000" and "12,50,000": a lakh is grouped by two.
            let lakh = leading <= 2
                && text.is_symbol(next, ',')
                && text.is_symbol(next + 2, ',')
                && text.token(next + 1).is_some_and(|token| {
                    token.kind == Kind::Digits && token.glued && token.end - token.start == 2
                })
                && is_group(next + 3, true);
            let (part, step) = if comma || lakh {
                (next + 1, if lakh { 100 } else { 1000 })
            } else if space {
                (next, 1000)
            } else {
                break;
            };
            let token = text.token(part)?;
            let group = text.slice(token.start, token.end).parse::<i64>().ok()?;
            whole = whole.checked_mul(step)?.checked_add(group)?;
            next = part + 1;
            grouped = true;
        }
    }
    let mut value = whole.checked_mul(UNIT)?;
    let has_point = text.is_symbol(next, '.') && text.token(next).is_some_and(|token| token.glued);
    let fraction = text
        .token(next + 1)
        .filter(|token| token.kind == Kind::Digits && token.glued);
    if let (true, Some(token)) = (has_point, fraction) {
        let places = text.slice(token.start, token.end);
        let scaled = matches!(text.lexeme(next + 2), Lexeme::Scale(_) | Lexeme::Suffix(_));
        let another = text.is_symbol(next + 2, '.') && is_group(next + 3, true);
        if places.len() == 3 && !scaled && !grouped && leading <= 3 && whole > 0 {
            // 15.000 and 1.500.000: the francophone markets group by dots.
            value = whole.checked_mul(1000)?.checked_add(places.parse().ok()?)?;
            next += 2;
            if another {
                let token = text.token(next + 1)?;
                let group = text.slice(token.start, token.end).parse::<i64>().ok()?;
                value = value.checked_mul(1000)?.checked_add(group)?;
                next += 2;
            }
            value = value.checked_mul(UNIT)?;
            grouped = true;
        } else {
            value = value.checked_add(fraction_of(places)?)?;
            next += 2;
        }
    } else if text.lexeme(next) == Lexeme::Point
        && let Some((decimals, after)) = decimals(text, next + 1)
    {
        value = value.checked_add(decimals)?;
        next = after;
    }
    if text.lexeme(next) == Lexeme::Hundred {
        let group = hundreds(text, next, whole)?;
        return Some(group);
    }
    if let Some((part, after)) = and_a_part(text, next) {
        value = value.checked_add(part)?;
        next = after;
    }
    Some(Group {
        grouped,
        ..Group::new(value, next)
    })
}

/// Spoken words below a scale: "twenty five", "two hundred and fifty", "two fifty", "one two five".
fn spoken(text: &Text<'_>, start: usize) -> Option<Group> {
    let (mut value, mut next) = below_hundred(text, start)?;
    if text.lexeme(next) == Lexeme::Hundred {
        return hundreds(text, next, value);
    }
    // "three quarters of a million".
    if value < 4
        && text.lexeme(next) == Lexeme::Quarter
        && let Some(quarter) = part_of_scale(text, next)
    {
        return Some(Group::new(quarter.value.checked_mul(value)?, quarter.next));
    }
    // "one two five": digits one by one.
    if value < 10 && matches!(text.lexeme(next), Lexeme::Unit(_)) {
        let mut all = value;
        while let Lexeme::Unit(digit) = text.lexeme(next) {
            all = all.checked_mul(10)?.checked_add(i64::from(digit))?;
            next += 1;
        }
        return Some(Group::new(all.checked_mul(UNIT)?, next));
    }
    // "two fifty", "twelve fifty", "one twenty five".
    let dash = usize::from(text.is_symbol(next, '-'));
    if value > 0
        && matches!(text.lexeme(next + dash), Lexeme::Teen(_) | Lexeme::Ten(_))
        && let Some((rest, after)) = below_hundred(text, next + dash)
    {
        value = value.checked_mul(100)?.checked_add(rest)?;
        next = after;
    }
    let mut value = value.checked_mul(UNIT)?;
    if text.lexeme(next) == Lexeme::Point
        && let Some((decimals, after)) = decimals(text, next + 1)
    {
        value = value.checked_add(decimals)?;
        next = after;
    } else if let Some((part, after)) = and_a_part(text, next) {
        value = value.checked_add(part)?;
        next = after;
    }
    Some(Group::new(value, next))
}

/// From "hundred" on, with what was before it.
fn hundreds(text: &Text<'_>, hundred: usize, count: i64) -> Option<Group> {
    let value = count.checked_mul(100)?;
    let next = hundred + 1;
    let and = usize::from(text.lexeme(next) == Lexeme::And);
    if let Some((rest, after)) = below_hundred(text, next + and) {
        let value = value.checked_add(rest)?.checked_mul(UNIT)?;
        let after_and = if and == 1 {
            Some(rest.checked_mul(UNIT)?)
        } else {
            None
        };
        return Some(Group {
            after_and,
            ..Group::new(value, after)
        });
    }
    if let Some((part, after)) = and_a_part(text, next)
        && matches!(text.lexeme(after), Lexeme::Scale(_))
    {
        let value = value.checked_mul(UNIT)?.checked_add(part)?;
        return Some(Group::new(value, after));
    }
    Some(Group::new(value.checked_mul(UNIT)?, next))
}

/// A spoken number below a hundred.
pub(super) fn below_hundred(text: &Text<'_>, at: usize) -> Option<(i64, usize)> {
    match text.lexeme(at) {
        Lexeme::Unit(value) | Lexeme::Teen(value) => Some((i64::from(value), at + 1)),
        Lexeme::Ten(tens) => {
            let dash = usize::from(text.is_symbol(at + 1, '-'));
            match text.lexeme(at + 1 + dash) {
                Lexeme::Unit(unit @ 1..) => Some((i64::from(tens + unit), at + 2 + dash)),
                _ => Some((i64::from(tens), at + 1)),
            }
        }
        _ => None,
    }
}

/// What is said after "point": digits one by one, or "twenty five".
fn decimals(text: &Text<'_>, at: usize) -> Option<(i64, usize)> {
    let mut next = at;
    let mut value = 0_i64;
    let mut place = UNIT;
    if let Some(token) = text.token(at).filter(|token| token.kind == Kind::Digits) {
        return Some((fraction_of(text.slice(token.start, token.end))?, at + 1));
    }
    while let Lexeme::Unit(digit) = text.lexeme(next) {
        place /= 10;
        value += i64::from(digit).checked_mul(place)?;
        next += 1;
    }
    if next > at {
        return Some((value, next));
    }
    let (pair, next) = below_hundred(text, at)?;
    Some((pair.checked_mul(UNIT / 100)?, next))
}

/// `25` after a decimal point, in millionths.
fn fraction_of(places: &str) -> Option<i64> {
    let power = u32::try_from(places.len())
        .ok()
        .filter(|power| *power <= 6)?;
    places
        .parse::<i64>()
        .ok()?
        .checked_mul(UNIT / 10_i64.pow(power))
}

fn times(value: i64, scale: u8) -> Option<i64> {
    value.checked_mul(10_i64.checked_pow(u32::from(scale))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(words: &str) -> Option<i64> {
        let text = Text::new(words);
        let number = number(&text, 0, false)?;
        (number.next == text.tokens.len()).then_some(number.value)
    }

    #[test]
    fn numbers_are_heard_as_people_say_them() {
        let cases = [
            ("15,000.50", 15_000.5),
            ("15k", 15_000.0),
            ("1.5m", 1_500_000.0),
            ("two fifty k", 250_000.0),
            ("two fifty", 250.0),
            ("one twenty five", 125.0),
            ("one point five million", 1_500_000.0),
            ("point five million", 500_000.0),
            ("half a million", 500_000.0),
            ("quarter of a million", 250_000.0),
            ("five k five", 5_500.0),
            ("5k5", 5_500.0),
            ("five thousand five hundred", 5_500.0),
            ("a hundred and fifty thousand", 150_000.0),
            ("fifteen hundred", 1_500.0),
            ("two and a half million", 2_500_000.0),
            ("a million and a half", 1_500_000.0),
            ("one lakh fifty thousand", 150_000.0),
            ("two crore", 20_000_000.0),
            ("one two five", 125.0),
            ("twenty-five thousand", 25_000.0),
            ("two million, three hundred thousand", 2_300_000.0),
            ("2 hundred", 200.0),
            ("nineteen ninety nine", 1_999.0),
            (
                "one million two hundred and thirty four thousand five hundred and sixty seven",
                1_234_567.0,
            ),
            ("fifteen thousand and fifty", 15_050.0),
            ("2k five hundred", 2_500.0),
        ];
        for (words, expected) in cases {
            #[expect(clippy::cast_possible_truncation, reason = "a test's own numbers")]
            let expected = (expected * 1e6_f64) as i64;
            assert_eq!(value(words), Some(expected), "{words}");
        }
    }

    #[test]
    fn two_numbers_are_not_one() {
        for words in [
            "fifteen thousand and twenty thousand",
            "ten thousand, twenty thousand",
        ] {
            let text = Text::new(words);
            let number = number(&text, 0, false).unwrap();
            assert_eq!(number.next, 2, "{words}");
        }
    }
}
