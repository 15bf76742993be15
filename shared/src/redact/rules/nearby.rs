//! What stands right beside a number: a card before it, letters around it.

use super::super::element::{Element, Gap, What};
use super::super::kind::Kind;
use super::super::lexicon::Cue;
use super::super::looks::may_be_expiry;
use super::super::runs::Run;

/// What a short number right behind a card is.
pub(super) fn after_card(elements: &[Element], run: &Run) -> Option<Kind> {
    let digits = run.digits.values();
    if !(3..=4).contains(&digits.len()) || !follows_card(elements, run.first) {
        return None;
    }
    if digits.len() == 4 && may_be_expiry(&digits) {
        return Some(Kind::CardExpiry);
    }
    (digits.len() == 3).then_some(Kind::CardSecurityCode)
}

/// A card, or its expiry, stands just before an element.
pub(super) fn follows_card(elements: &[Element], at: usize) -> bool {
    let Some(here) = elements.get(at) else {
        return false;
    };
    let before = elements.get(..at).unwrap_or_default().iter().rev();
    before
        .filter(|element| element.is_there())
        .take_while(|element| {
            here.words == element.words
                && here.links - element.links <= 3
                && here.answers - element.answers <= 1
        })
        .find_map(|element| match element.what {
            What::Found(Kind::CardNumber | Kind::CardExpiry) => Some(true),
            What::Correction | What::Cue(Cue::Expiry | Cue::Expires | Cue::SecurityCode) => None,
            _ => Some(false),
        })
        .unwrap_or(false)
}

/// Kinds whose numbers have letters in them.
pub(super) const fn has_letters(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::NationalId | Kind::TaxId | Kind::Iban | Kind::BankCode
    )
}

/// Letters and digits that stand beside each other as in one identifier.
fn beside(left: &Element, right: &Element) -> bool {
    left.piece == right.piece
        && left.words == right.words
        && left.links == right.links
        && right.gap.only(
            Gap::SPACE | Gap::DASH | Gap::DOT | Gap::COMMA | Gap::FILLER | Gap::GLUED | Gap::SLASH,
        )
}

fn is_spelled(element: &Element) -> bool {
    matches!(
        element.what,
        What::Letter | What::Code { .. } | What::Number(_)
    )
}

/// A run with the letters spelled out around it.
pub(super) fn with_letters(elements: &[Element], run: &Run) -> Run {
    let mut wide = *run;
    wide.first = first_letter(elements, run);
    while let (Some(last), Some(next)) = (elements.get(wide.last), elements.get(wide.last + 1))
        && is_spelled(next)
        && beside(last, next)
        && wide.last - wide.first < 24
    {
        wide.last += 1;
    }
    wide
}

pub(super) fn first_letter(elements: &[Element], run: &Run) -> usize {
    let mut first = run.first;
    while let Some(previous) = first.checked_sub(1)
        && let (Some(left), Some(right)) = (elements.get(previous), elements.get(first))
        && is_spelled(left)
        && beside(left, right)
        && run.first - previous < 12
    {
        first = previous;
    }
    first
}

/// How many letters are spelled out beside a run.
pub(super) fn letters_around(elements: &[Element], run: &Run) -> usize {
    let wide = with_letters(elements, run);
    elements
        .get(wide.first..=wide.last)
        .unwrap_or_default()
        .iter()
        .map(|element| match element.what {
            What::Letter => 1,
            What::Code { length } => usize::from(length),
            _ => 0,
        })
        .sum()
}
