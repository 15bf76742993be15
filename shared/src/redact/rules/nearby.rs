//! What stands right beside a number: a card before it, letters around it.

use super::super::cues;
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

/// The last element of an expiry in two parts right behind a card: "4242…|12|2029|123".
pub(super) fn expiry_after_card(elements: &[Element], at: usize) -> Option<usize> {
    let (month, year) = (elements.get(at)?, elements.get(at + 1)?);
    if month.number()?.digits.len() != 2 || !year.is_number() {
        return None;
    }
    let card = elements
        .get(..at)?
        .iter()
        .rfind(|element| element.is_there())?;
    let beside = |left: &Element, right: &Element| {
        (left.piece, left.words, left.links) == (right.piece, right.words, right.links)
            && right.tight
            && right
                .gap
                .only(Gap::SLASH | Gap::OTHER | Gap::COLON | Gap::COMMA)
    };
    let two = |element: &Element| element.number().map(|number| number.digits.values());
    let mut digits = [0; 6];
    let (month_digits, year_digits) = (two(month)?, two(year)?);
    let parts = (month_digits.len(), year_digits.len());
    for (slot, digit) in digits
        .iter_mut()
        .zip(month_digits.iter().chain(year_digits.iter()))
    {
        *slot = *digit;
    }
    (matches!(card.what, What::Found(Kind::CardNumber))
        && beside(card, month)
        && beside(month, year)
        && matches!(parts, (2, 2 | 4))
        && may_be_expiry(digits.get(..parts.0 + parts.1)?))
    .then_some(at + 1)
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

/// A number of eleven digits that is named as a phone before the account it stands in, or behind:
/// "the phone on my account is 0803…", "… as the phone".
pub(super) fn is_phone_of_account(elements: &[Element], run: &Run) -> bool {
    if !matches!(*run.digits.values(), [0, 7..=9, _, _, _, _, _, _, _, _, _]) {
        return false;
    }
    let phone = |element: &&Element| matches!(element.cue(), Some(Cue::Phone | Cue::Handset));
    let behind = elements.get(run.last + 1).filter(phone);
    if behind.is_some() && cues::is_named_behind(elements, run.last) {
        return true;
    }
    let Some(number) = elements.get(run.first) else {
        return false;
    };
    let mut before = elements.get(..run.first).unwrap_or_default().iter().rev();
    let account = before.next();
    account.is_some_and(|account| matches!(account.cue(), Some(Cue::Account | Cue::AccountNumber)))
        && before
            .next()
            .filter(phone)
            .is_some_and(|phone| number.words - phone.words <= 1 && number.answers == phone.answers)
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
