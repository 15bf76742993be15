//! What a run's digits alone give away.

use super::check::{
    is_aadhaar, is_card, is_card_range, is_egyptian_id, is_employer, is_firs_tin,
    is_individual_taxpayer, is_italian_vat, is_month_year, is_nigerian_id, is_routing,
    is_rwandan_id, is_social_security, is_south_african_id, luhn,
};
use super::element::{Element, Gap};
use super::kind::{Confidence, Kind};
use super::runs::{Run, is_quantity};

/// What digits are by their own form.
pub(super) struct Evident {
    pub(super) kind: Kind,
    pub(super) confidence: Confidence,
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
        [8, 4] if shape.signs(Gap::DASH) && is_firs_tin(digits) => {
            return some(Kind::TaxId, Confidence::Low);
        }
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
