//! Numbers that belong together.

use super::check::{Digits, is_card};
use super::element::{Element, Form, Gap, Look, Number, What};

/// A number told in one go: elements `first` to `last`.
#[derive(Clone, Copy)]
pub(super) struct Run {
    pub(super) first: usize,
    pub(super) last: usize,
    /// Its digits, after what the speaker took back.
    pub(super) digits: Digits,
    /// How many digits were said, taken back or not.
    pub(super) said: usize,
    /// How few they may be: what was taken back counts for nothing, and "forty, two" may be 42.
    pub(super) least: usize,
    /// How many they may be: "forty-two" may be 4, 0 and 2.
    pub(super) most: usize,
    pub(super) spoken: bool,
    /// Digit by digit, in words or with spaces between: nobody tells a quantity so.
    pub(super) told: bool,
    pub(super) parts: usize,
    pub(super) phone: bool,
}

/// No number has so many digits: what goes on longer is looked at in parts.
const LONGEST: usize = 64;

/// A number that can be part of one.
fn is_part(element: &Element) -> bool {
    element.is_number() && matches!(element.look, Look::Plain | Look::Phone)
}

/// Whether the number at `right` goes on with the one before it.
fn goes_on(left: &Element, right: &Element) -> bool {
    let spoken = |element: &Element| element.number().is_some_and(Number::is_spoken);
    let four = |element: &Element| {
        element
            .number()
            .is_some_and(|number| number.digits.len() == 4)
    };
    left.piece == right.piece
        && left.words == right.words
        && left.links == right.links
        && left.answers == right.answers
        && (left.look == Look::Phone) == (right.look == Look::Phone)
        && (right.gap == Gap::of(Gap::COLON) && four(left) && four(right)
            || right.gap.only(
                Gap::SPACE
                    | Gap::DASH
                    | Gap::DOT
                    | Gap::COMMA
                    | Gap::STOP
                    | Gap::FILLER
                    | Gap::AND
                    | Gap::OTHER,
            ))
        && (!right.gap.has(Gap::STOP)
            || spoken(left)
            || spoken(right)
            || (four(left) && four(right)))
        && (!right.gap.has(Gap::AND) || spoken(right))
        && !(right.gap.has(Gap::OTHER)
            && right
                .number()
                .is_some_and(|number| number.form == Form::Written && number.digits.len() >= 9))
}

/// The run that begins at element `first`, if one does.
pub(super) fn run_at(elements: &[Element], first: usize) -> Option<Run> {
    let start = elements.get(first).filter(|element| is_part(element))?;
    let mut run = Run {
        first,
        last: first,
        digits: Digits::default(),
        said: 0,
        least: usize::MAX,
        most: 0,
        spoken: false,
        told: true,
        parts: 0,
        phone: start.look == Look::Phone,
    };
    let mut corrections = 0;
    // Digits since the last correction, and how many of them may be said twice: "forty, two".
    let (mut since, mut doubtful, mut tens) = (0, 0, 0);
    // What was said before the last correction and after it.
    let (mut before, mut after) = (Digits::default(), Digits::default());
    let mut at = first;
    let mut left = start;
    let mut corrected = false;
    while let Some(element) = elements.get(at).filter(|_| run.said < LONGEST) {
        match &element.what {
            What::Number(number)
                if is_part(element) && (at == first || joins(left, element, corrected)) =>
            {
                let length = number.digits.len().min(Digits::CAPACITY);
                if corrected {
                    run.least = run.least.min(since);
                    run.most = run.most.max(since);
                    since = 0;
                    // As many digits as come replace the last ones.
                    (before, after) = (run.digits, Digits::default());
                    run.digits = without(run.digits, length);
                    corrections += 1;
                    corrected = false;
                }
                run.digits.append(&number.digits);
                if corrections > 0 {
                    after.append(&number.digits);
                }
                run.said += number.digits.len();
                since += number.digits.len();
                tens += usize::from(number.form == Form::Ten);
                doubtful += usize::from(is_ten_and_digit(left, element));
                // "oh, four two" may begin with a nought or a sigh.
                doubtful += usize::from(run.parts == 1 && is_sigh(left, element));
                run.spoken |= number.is_spoken();
                run.told &= number.is_told();
                run.parts += 1;
                run.last = at;
                left = element;
            }
            What::Correction if element.piece == left.piece && element.words == left.words => {
                corrected = true;
            }
            _ => break,
        }
        at += 1;
    }
    run.least = run.least.min(since).saturating_sub(doubtful);
    // What sounds like a correction may be none: "wait a second, seven three".
    run.most = if run.spoken {
        run.said
    } else {
        run.most.max(since).max(run.digits.len())
    } + tens;
    if corrections > 0 && !is_card(&run.digits.values()) {
        // How much was taken back, only the check digit can tell.
        let length = before.values().len();
        for taken_back in (0..=8.min(length)).chain([length]) {
            let mut other = without(before, taken_back);
            other.append(&after);
            if is_card(&other.values()) {
                run.digits = other;
                break;
            }
        }
    }
    Some(run)
}

/// "forty, two" may be two numbers or one.
fn is_ten_and_digit(left: &Element, right: &Element) -> bool {
    let (Some(ten), Some(digit)) = (left.number(), right.number()) else {
        return false;
    };
    ten.is_spoken()
        && digit.is_spoken()
        && matches!(*ten.digits.values(), [2..=9, 0])
        && matches!(*digit.digits.values(), [1..=9])
}

/// An "oh" before a pause.
fn is_sigh(left: &Element, right: &Element) -> bool {
    left.number()
        .is_some_and(|number| number.is_spoken() && *number.digits.values() == [0])
        && right
            .gap
            .has(Gap::COMMA | Gap::DOT | Gap::STOP | Gap::FILLER)
}

/// Across a correction a few small words may stand: "no, I mean it's three".
fn joins(left: &Element, right: &Element, corrected: bool) -> bool {
    if corrected {
        return left.piece == right.piece
            && left.words == right.words
            && right.links - left.links <= 3
            && !right
                .gap
                .has(Gap::CURRENCY | Gap::SLASH | Gap::PLUS | Gap::GLUED);
    }
    goes_on(left, right)
}

fn without(digits: Digits, count: usize) -> Digits {
    let mut out = Digits::default();
    let values = digits.values();
    out.extend(
        values
            .get(..values.len().saturating_sub(count))
            .unwrap_or_default(),
    );
    out
}

/// A number of thousands or millions stands in it: nobody tells a number's digits so.
pub(super) fn is_quantity(elements: &[Element], run: &Run) -> bool {
    elements
        .get(run.first..=run.last)
        .unwrap_or_default()
        .iter()
        .filter_map(Element::number)
        .any(|number| number.form == Form::Scaled && number.digits.len() > 4)
}

/// More digits than a card and its codes have: several cards in a row. The first of them.
pub(super) fn first_card(elements: &[Element], run: &Run) -> Option<Run> {
    // Of what is said, some may be taken back.
    let most = if run.spoken { 26 } else { 24 };
    if run.said <= most {
        return None;
    }
    let mut first = Run {
        digits: Digits::default(),
        parts: 0,
        ..*run
    };
    for at in run.first..=run.last {
        let number = elements.get(at)?.number()?;
        first.digits.extend(&number.digits.values());
        first.parts += 1;
        if first.digits.len() >= 15 && is_card(&first.digits.values()) {
            let length = first.digits.len();
            (first.last, first.said, first.least, first.most) = (at, length, length, length);
            return Some(first);
        }
        if first.digits.len() > 19 {
            return None;
        }
    }
    None
}

/// Several numbers of one form in a row, a space between each: hyphens hold closer than spaces
/// ("509-72-6114 219-09-9999"). The first of them.
pub(super) fn first_hyphened(elements: &[Element], run: &Run) -> Option<Run> {
    let parts = elements.get(run.first..=run.last)?;
    let rest = parts.get(1..)?;
    let mixed = rest.iter().any(|part| part.gap.has(Gap::DASH))
        && rest.iter().any(|part| part.gap == Gap::of(Gap::SPACE))
        && rest
            .iter()
            .all(|part| part.gap == Gap::of(Gap::SPACE) || part.gap == Gap::of(Gap::DASH));
    if !mixed || run.spoken {
        return None;
    }
    let digits_of = |group: &[Element]| {
        let mut digits = Digits::default();
        for number in group.iter().filter_map(Element::number) {
            digits.extend(&number.digits.values());
        }
        digits
    };
    let mut groups = parts.chunk_by(|_, right| right.gap == Gap::of(Gap::DASH));
    let first = groups.next()?;
    let digits = digits_of(first);
    let total = digits.len();
    let (mut same, mut card) = (total >= 9, false);
    for group in groups.map(digits_of) {
        same &= group.len() == total;
        card |= group.len() >= 15 && is_card(&group.values());
    }
    if !same && !card {
        return None;
    }
    Some(Run {
        last: run.first + first.len() - 1,
        digits,
        said: total,
        least: total,
        most: total,
        parts: first.len(),
        ..*run
    })
}
