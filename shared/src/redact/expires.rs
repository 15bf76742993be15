//! What it is that expires: a card, or a plan.

use super::cues::{LOOKED_AT, Question, Verdict};
use super::element::{Element, What};
use super::kind::Kind;
use super::lexicon::Cue;

/// So many elements before "expires" and behind it tell what expires.
const EXPIRES_BEHIND: usize = 12;
const EXPIRES_AHEAD: usize = 8;

/// Whether a card is spoken of anywhere near enough to an element that an "expires" before it may be
/// the card's: one look for all of them.
pub(super) fn may_speak_of_cards(elements: &[Element], at: usize) -> bool {
    let (before, from) = elements.split_at(at.min(elements.len()));
    let there = |element: &&Element| element.is_there();
    let behind = before.iter().rev().filter(there);
    let ahead = from.iter().filter(there);
    behind
        .take(LOOKED_AT + EXPIRES_BEHIND)
        .chain(ahead.take(EXPIRES_AHEAD))
        .any(speaks_of_card)
}

const fn speaks_of_card(element: &Element) -> bool {
    matches!(
        element.what,
        What::Cue(Cue::Card | Cue::CardNumber | Cue::SecurityCode)
            | What::Found(Kind::CardNumber | Kind::CardSecurityCode)
    )
}

/// "expires" is said of cards, and of plans: the words before it tell.
pub(super) fn expires(
    elements: &[Element],
    at: usize,
    cue: Cue,
    question: Question,
) -> Option<Verdict> {
    if !matches!(cue, Cue::Expiry | Cue::Expires) {
        return None;
    }
    let here = elements.get(at)?;
    let mut card = false;
    for element in elements
        .get(..at)?
        .iter()
        .rev()
        .filter(|element| element.is_there())
        .take(EXPIRES_BEHIND)
    {
        let words = here.words.saturating_sub(element.words);
        match element.what {
            What::Cue(Cue::Term) if words <= 6 && !card => return Some(Verdict::Skip),
            _ => card |= words <= 14 && speaks_of_card(element),
        }
    }
    card |= elements
        .get(at + 1..)
        .unwrap_or_default()
        .iter()
        .filter(|element| element.is_there())
        .take(EXPIRES_AHEAD)
        .any(|element| {
            matches!(element.what, What::Cue(Cue::Card))
                && element.words.saturating_sub(here.words) <= 3
        });
    let of_card = card || question.year && question.field && cue == Cue::Expiry;
    if (cue == Cue::Expires || question.year) && !of_card && !question.may_answer_expiry() {
        return Some(Verdict::Skip);
    }
    Some(Verdict::Take(Kind::CardExpiry))
}
