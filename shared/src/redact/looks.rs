//! Tells by its look what a number counts: an amount, a date, a time, a version, a phone.

use super::check::{is_month_year, value};
use super::element::{Element, Gap, Look, Number, What};
use super::lexicon::Cue;

/// A number may go on with others that began so far back: the groups behind a plus sign.
const OVERLAP: usize = 16;

/// Marks the numbers of a stream, of which those before `marked` were marked before; marking twice
/// changes nothing.
pub(super) fn mark(elements: &mut [Element], marked: usize) {
    let joined = |element: &Element| element.is_number() && element.tight;
    let mut from = marked.saturating_sub(OVERLAP).min(elements.len());
    while from > 0 && elements.get(from).is_some_and(joined) {
        from -= 1;
    }
    mark_groups(elements.get_mut(from..).unwrap_or_default());
    mark_counted(elements, marked.max(1));
}

fn mark_groups(elements: &mut [Element]) {
    let mut at = 0;
    while at < elements.len() {
        let length = group_length(elements.get(at..).unwrap_or_default());
        if length == 0 {
            at += 1;
            continue;
        }
        let (before, rest) = elements.split_at_mut(at);
        let (group, after) = rest.split_at_mut(length);
        let look = look_of(before.last(), group, after.first());
        if look != Look::Plain {
            for element in group.iter_mut() {
                element.look = look;
            }
        }
        if look == Look::Phone {
            mark_phone(group, after);
        }
        at += length;
    }
}

/// How many numbers hang together by single signs: 12/26, 1,200.50, 2026-11-24.
fn group_length(elements: &[Element]) -> usize {
    let mut length = 0;
    let Some(first) = elements.first() else {
        return 0;
    };
    while let Some(element) = elements.get(length) {
        let joins = element.is_number()
            && (length == 0
                || (element.piece, element.words, element.links)
                    == (first.piece, first.words, first.links)
                    && element.tight
                    && element.gap != Gap::default()
                    && element
                        .gap
                        .only(Gap::DASH | Gap::DOT | Gap::COMMA | Gap::SLASH | Gap::COLON)
                    && element.number().is_some_and(|number| !number.is_spoken()));
        if !joins || length == 12 {
            break;
        }
        length += 1;
        if element.number().is_some_and(Number::is_spoken) {
            break;
        }
    }
    length
}

fn look_of(before: Option<&Element>, group: &[Element], after: Option<&Element>) -> Look {
    let Some(first) = group.first() else {
        return Look::Plain;
    };
    let total: usize = group
        .iter()
        .filter_map(Element::number)
        .map(|number| number.digits.len())
        .sum();
    if first.gap.has(Gap::PLUS) || first.look == Look::Phone {
        return Look::Phone;
    }
    // A long number in the path of a link counts nothing.
    let glued = first.gap.has(Gap::GLUED) && !(first.gap.has(Gap::SLASH) && total >= 12);
    let hash =
        first.gap.has(Gap::HASH) && !before.is_some_and(|before| names_number(before, first));
    if glued || hash && total < 12 {
        return Look::Counted;
    }
    let money = first.gap.has(Gap::CURRENCY)
        || before.is_some_and(|before| {
            matches!(before.what, What::Currency)
                && before.words == first.words
                && before.links == first.links
                && first
                    .gap
                    .only(Gap::SPACE | Gap::DOT | Gap::STOP | Gap::OTHER)
        });
    if money && total < 13 {
        return Look::Counted;
    }
    if let Some(month) = before.filter(|before| matches!(before.what, What::Month))
        && near(month, first)
        && is_day_or_year(group)
    {
        return Look::Date;
    }
    if let (Some(month), Some(last)) = (
        after.filter(|after| matches!(after.what, What::Month)),
        group.last(),
    ) && near(last, month)
        && is_day_or_year(group)
    {
        return Look::Date;
    }
    if group.len() > 1 {
        grouped(group, total)
    } else {
        first.look
    }
}

/// "acct#0098…": the sign stands between a number that goes and its name.
fn names_number(name: &Element, number: &Element) -> bool {
    (name.words, name.links) == (number.words, number.links)
        && matches!(
            name.cue(),
            Some(
                Cue::AccountNumber
                    | Cue::Account
                    | Cue::Routing
                    | Cue::SortCode
                    | Cue::Identifier(..)
            )
        )
}

fn near(left: &Element, right: &Element) -> bool {
    left.piece == right.piece && left.words == right.words && right.links - left.links <= 1
}

fn is_day_or_year(group: &[Element]) -> bool {
    let [element] = group else {
        return false;
    };
    element.number().is_some_and(|number| {
        matches!(
            *number.digits.values(),
            [_] | [0..=3, _] | [1, 9, _, _] | [2, 0, _, _]
        )
    })
}

/// The look of numbers that single signs hold together.
fn grouped(group: &[Element], total: usize) -> Look {
    let mut lengths = [0usize; 12];
    let mut values = [0u64; 12];
    for ((length, number), element) in lengths.iter_mut().zip(&mut values).zip(group) {
        let digits = element
            .number()
            .map(|number| number.digits)
            .unwrap_or_default();
        *length = digits.len();
        *number = value(&digits.values());
    }
    let lengths = lengths.get(..group.len()).unwrap_or_default();
    let values = values.get(..group.len()).unwrap_or_default();
    let rest = group.get(1..).unwrap_or_default();
    let all = |bit: u16| rest.iter().all(|element| element.gap.only(bit));
    let first = lengths.first().copied().unwrap_or_default();
    let thousands = |lengths: &[usize]| {
        first <= 3 && lengths.iter().skip(1).all(|&length| length == 3) && total < 13
    };
    if all(Gap::COMMA) && thousands(lengths) {
        return Look::Counted;
    }
    if let (Some((last, head)), Some((last_length, head_lengths))) =
        (rest.split_last(), lengths.split_last())
        && last.gap.only(Gap::DOT)
        && *last_length <= 2
        && !head.is_empty()
        && head.iter().all(|element| element.gap.only(Gap::COMMA))
        && thousands(head_lengths)
    {
        return Look::Counted;
    }
    let same_sign = all(Gap::DASH) || all(Gap::SLASH) || all(Gap::DOT);
    if same_sign && is_date(lengths, values) {
        return Look::Date;
    }
    match lengths {
        [_, after] if all(Gap::DOT) && (*after <= 2 || first <= 3 && *after <= 3) => Look::Counted,
        [1..=2, _] | [4, 2]
            if (all(Gap::SLASH) || all(Gap::DASH)) && is_expiry(lengths, values) =>
        {
            Look::MonthYear
        }
        [1..=4, 1..=4] if all(Gap::SLASH) => Look::Counted,
        [_, _, _] | [_, _, _, _] if all(Gap::DOT) && lengths.iter().all(|&length| length <= 3) => {
            Look::Counted
        }
        _ if all(Gap::COLON) && lengths.iter().all(|&length| length <= 2) => Look::Counted,
        _ => Look::Plain,
    }
}

fn is_date(lengths: &[usize], values: &[u64]) -> bool {
    let day_month = |day: u64, month: u64| {
        (1..=31).contains(&day) && (1..=12).contains(&month)
            || (1..=12).contains(&day) && (1..=31).contains(&month)
    };
    match (lengths, values) {
        ([4, 1..=2, 1..=2], [year, month, day]) | ([1..=2, 1..=2, 4], [day, month, year]) => {
            (1900..2100).contains(year) && day_month(*day, *month)
        }
        ([1..=2, 1..=2, 2], [day, month, _]) => day_month(*day, *month),
        _ => false,
    }
}

fn is_expiry(lengths: &[usize], values: &[u64]) -> bool {
    match (lengths, values) {
        ([1..=2, 2], [month, year]) => (1..=12).contains(month) && (20..=49).contains(year),
        ([1..=2, 4], [month, year]) | ([4, 2], [year, month]) => {
            (1..=12).contains(month) && (2020..=2049).contains(year)
        }
        _ => false,
    }
}

/// A plus sign speaks for all the groups of a phone number.
fn mark_phone(group: &[Element], after: &mut [Element]) {
    let mut total: usize = group
        .iter()
        .filter_map(Element::number)
        .map(|number| number.digits.len())
        .sum();
    for element in after {
        let Some(number) = element.number() else {
            break;
        };
        total += number.digits.len();
        if total > 15
            || !(element
                .gap
                .only(Gap::SPACE | Gap::DASH | Gap::DOT | Gap::OTHER)
                || number.is_spoken() && element.gap.only(Gap::SPACE | Gap::COMMA))
        {
            break;
        }
        element.look = Look::Phone;
    }
}

/// "4,200 naira", "fifteen hundred dollars", "120 times".
fn mark_counted(elements: &mut [Element], from: usize) {
    for at in from..elements.len() {
        let (before, rest) = elements.split_at_mut(at);
        let Some(unit) = rest.first() else {
            return;
        };
        if !matches!(unit.what, What::Currency | What::Unit | What::Digits) {
            continue;
        }
        let (mut next, mut total, mut count, mut parts) = (*unit, 0, 0, true);
        for element in before.iter().rev().take(20) {
            let beside = element.piece == next.piece
                && element.words == next.words
                && element.links == next.links
                && next
                    .gap
                    .only(Gap::SPACE | Gap::DASH | Gap::AND | Gap::DOT | Gap::COMMA)
                && !next.gap.has(Gap::STOP);
            let Some(number) = element.number().filter(|_| beside) else {
                break;
            };
            // A written number stands for itself; a spoken one may be said in several parts.
            if count > 0
                && !(number.is_spoken() && next.number().is_some_and(Number::is_spoken))
                && !(next.tight && next.gap != Gap::default() && !next.gap.has(Gap::SPACE))
            {
                parts = false;
            }
            total += number.digits.len();
            count += usize::from(parts);
            next = *element;
        }
        // More digits than an amount has are a number of another kind, whatever comes after.
        if total < 13 {
            for element in before.iter_mut().rev().take(count) {
                if element.look == Look::Plain {
                    element.look = Look::Counted;
                }
            }
        }
    }
}

/// Whether digits may be the month and year on a card.
pub(super) fn may_be_expiry(digits: &[u8]) -> bool {
    is_month_year(digits)
}

/// Whether digits are a year in which cards run out.
pub(super) fn is_expiry_year(digits: &[u8]) -> bool {
    matches!(digits, [2, 0, 2..=4, _])
}

/// Whether digits may be the month or the year of an expiry told in two goes.
pub(super) fn may_be_half_expiry(digits: &[u8]) -> bool {
    digits.len() <= 2 && (1..50).contains(&value(digits))
}
