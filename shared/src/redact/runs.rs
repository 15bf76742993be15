//! Numbers that belong together, and what their digits alone give away.

use super::check::{
    Digits, is_aadhaar, is_card, is_card_range, is_egyptian_id, is_employer,
    is_individual_taxpayer, is_italian_vat, is_month_year, is_nigerian_id, is_routing,
    is_rwandan_id, is_social_security, is_south_african_id, luhn,
};
use super::element::{Element, Form, Gap, Look, Number, What};
use super::kind::{Confidence, Kind};

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

/// What digits are by their own form.
pub(super) struct Evident {
    pub(super) kind: Kind,
    pub(super) confidence: Confidence,
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

/// How a run was grouped.
struct Shape {
    lengths: [usize; 24],
    count: usize,
    gap: Option<Gap>,
}

impl Shape {
    fn of(elements: &[Element]) -> Self {
        let mut shape = Self {
            lengths: [0; 24],
            count: 0,
            gap: Some(Gap::default()),
        };
        for element in elements {
            let Some(number) = element.number() else {
                continue;
            };
            if shape.count > 0 {
                let plain = Gap::SPACE | Gap::DASH | Gap::DOT | Gap::COMMA | Gap::COLON;
                shape.gap = match (shape.count, shape.gap) {
                    (1, _) if element.gap.only(plain) => Some(element.gap),
                    (_, Some(gap)) if gap == element.gap => Some(gap),
                    _ => None,
                };
            }
            if let Some(slot) = shape.lengths.get_mut(shape.count) {
                *slot = number.digits.len();
            }
            shape.count += 1;
        }
        shape
    }

    fn lengths(&self) -> &[usize] {
        self.lengths.get(..self.count).unwrap_or_default()
    }

    /// Grouped as cards are, with the same sign between.
    fn is_like_card(&self) -> bool {
        match self.lengths() {
            [_] => true,
            [4, 6, 4 | 5] | [4, 4, 4, 3] | [6, 13 | 10] | [8, 8] | [4, 4, 4, 4, 3] | [4, 4, 5] => {
                self.gap.is_some()
            }
            lengths @ [first, .., last] => {
                lengths.iter().rev().skip(1).all(|length| length == first)
                    && last <= first
                    && (*first == 4 || self.gap.is_some() && *first <= 5)
                    || lengths.iter().all(|&length| length <= 4)
                        && self
                            .gap
                            .is_some_and(|gap| gap.only(Gap::SPACE | Gap::DASH | Gap::DOT))
            }
            [] => false,
        }
    }

    fn signs(&self, bits: u16) -> bool {
        self.gap
            .is_some_and(|gap| gap != Gap::default() && gap.only(bits))
    }
}

/// Where a run stands.
#[derive(Clone, Copy, Default)]
pub(super) struct Around {
    /// It is all that its text holds.
    pub(super) alone: bool,
    /// Its text holds nothing but numbers.
    pub(super) numbers: bool,
}

/// What a run is by itself.
pub(super) fn evident(
    elements: &[Element],
    run: &Run,
    around: impl FnOnce() -> Around,
) -> Option<Evident> {
    let digits = &*run.digits.values();
    if run.phone || digits.len() < 9 && run.said < 15 {
        return None;
    }
    let around = around();
    if is_quantity(elements, run) && !is_card(digits) {
        return None;
    }
    let shape = Shape::of(elements.get(run.first..=run.last)?);
    let some = |kind, confidence| Some(Evident { kind, confidence });
    let apart = shape.signs(Gap::DASH | Gap::DOT);
    match shape.lengths() {
        [3, 2, 4] if apart && is_individual_taxpayer(digits) => {
            return some(Kind::TaxId, Confidence::Medium);
        }
        [3, 2, 4] if apart && is_social_security(digits) => {
            return some(Kind::NationalId, Confidence::Medium);
        }
        [3, 2, 4] if shape.signs(Gap::SPACE) && is_social_security(digits) => {
            return some(Kind::NationalId, Confidence::Low);
        }
        // Hyphens where few put them: elsewhere a postal code, or a reference.
        [3, 6] | [5, 4] if around.numbers && shape.signs(Gap::DASH) => {
            if is_individual_taxpayer(digits) {
                return some(Kind::TaxId, Confidence::Low);
            }
            if is_social_security(digits) {
                return some(Kind::NationalId, Confidence::Low);
            }
        }
        [2, 7] if shape.signs(Gap::DASH) && is_employer(digits) => {
            return some(Kind::TaxId, Confidence::Low);
        }
        [8, 4] if shape.signs(Gap::DASH) => return some(Kind::TaxId, Confidence::Low),
        [4, 4, 4] if shape.signs(Gap::SPACE | Gap::DASH | Gap::COLON) && is_aadhaar(digits) => {
            return some(Kind::NationalId, Confidence::Medium);
        }
        _ => {}
    }
    // "Use the three seven … three one one": a card, and "one" for it.
    if run.spoken
        && let [card @ .., 1] = digits
        && card.len() == 15
        && is_card(card)
    {
        return some(Kind::CardNumber, Confidence::Medium);
    }
    // "Oh, four two four two …" may begin with a sigh.
    if (run.spoken || matches!(shape.lengths(), [1, 15 | 16]))
        && let [0, card @ ..] = digits
        && card.len() >= 15
        && is_card(card)
    {
        return some(Kind::CardNumber, Confidence::High);
    }
    let one_piece = run.spoken || shape.count == 1 || shape.is_like_card();
    if digits.len() == 13 && one_piece && is_south_african_id(digits) {
        return some(Kind::NationalId, Confidence::High);
    }
    if digits.len() == 14 && one_piece && is_egyptian_id(digits) {
        return some(Kind::NationalId, Confidence::Medium);
    }
    if digits.len() == 16
        && is_rwandan_id(digits)
        && (shape.count == 1 || run.spoken || shape.lengths() == [1, 4, 1, 7, 1, 2])
    {
        return some(Kind::NationalId, Confidence::High);
    }
    if (13..=19).contains(&digits.len()) && is_card(digits) && one_piece {
        return some(Kind::CardNumber, Confidence::High);
    }
    if digits.len() == 16 && is_card_range(digits) {
        let four_by_four =
            shape.lengths() == [4, 4, 4, 4] && shape.signs(Gap::SPACE | Gap::DASH | Gap::DOT);
        if four_by_four || (run.spoken && run.parts >= 4) {
            return some(Kind::CardNumber, Confidence::Low);
        }
    }
    if digits.len() == 15 && run.spoken && run.parts >= 4 && is_card_range(digits) {
        return some(Kind::CardNumber, Confidence::Low);
    }
    let taken_back = run.least < run.said && (run.least..=run.said).contains(&16);
    if run.spoken && taken_back && run.parts >= 4 && matches!(digits.first(), Some(2..=6)) {
        return some(Kind::CardNumber, Confidence::Low);
    }
    let said = run.spoken && shape.lengths().iter().all(|&length| length <= 6);
    if digits.len() > 16 && run.digits.len() <= 24 && runs_on(digits, said) {
        return some(Kind::CardNumber, Confidence::Medium);
    }
    if around.alone {
        return evident_alone(digits, &shape);
    }
    None
}

/// What a run is that is all its text holds.
fn evident_alone(digits: &[u8], shape: &Shape) -> Option<Evident> {
    let some = |kind, confidence| Some(Evident { kind, confidence });
    let is_one_digit = digits.iter().all(|digit| Some(digit) == digits.first());
    if digits.len() == 9 && is_routing(digits) && shape.is_like_card() {
        return some(Kind::RoutingNumber, Confidence::Low);
    }
    if digits.len() == 9 && shape.lengths() == [4, 4, 1] && is_routing(digits) {
        return some(Kind::RoutingNumber, Confidence::Low);
    }
    if digits.len() == 9 && shape.count == 1 && !is_one_digit && is_individual_taxpayer(digits) {
        return some(Kind::TaxId, Confidence::Low);
    }
    if digits.len() == 12 && is_aadhaar(digits) {
        return some(Kind::NationalId, Confidence::Medium);
    }
    if shape.count == 1 && is_nigerian_id(digits) {
        return some(Kind::NationalId, Confidence::Low);
    }
    if shape.count == 1 && is_italian_vat(digits) {
        return some(Kind::TaxId, Confidence::Low);
    }
    // Airlines' own cards.
    if digits.len() == 15 && digits.first() == Some(&1) && luhn(digits) && !counts_up(digits) {
        return some(Kind::CardNumber, Confidence::Low);
    }
    if digits.len() == 12 && is_card(digits) {
        return some(Kind::CardNumber, Confidence::Low);
    }
    None
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

/// 1234567: made up, or made to show something.
fn counts_up(digits: &[u8]) -> bool {
    digits
        .windows(7)
        .any(|window| window.is_sorted_by(|left, right| left + 1 == *right))
}

/// A card that runs into its expiry, and perhaps its security code.
fn runs_on(digits: &[u8], spoken: bool) -> bool {
    [16, 15].into_iter().any(|length| {
        let (Some(card), Some(rest)) = (digits.get(..length), digits.get(length..)) else {
            return false;
        };
        let sure = is_card(card) || spoken && is_card_range(card);
        sure && match rest.len() {
            3 => is_card(card) && (spoken || is_month_year(rest)),
            4 | 6 => is_month_year(rest) || spoken,
            7..=10 => rest.get(..4).is_some_and(is_month_year) || spoken,
            _ => false,
        }
    })
}
