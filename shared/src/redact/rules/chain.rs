//! A number told in several goes, perhaps over several turns.

use super::super::check::{Digits, is_card, is_card_range};
use super::super::cues::distance;
use super::super::element::{Element, What};
use super::super::kind::Kind;
use super::super::lexicon::Cue;
use super::super::runs::{Run, run_at};

/// The digits of most cards: until they are told, the caller may go on after an interruption.
const WHOLE_CARD: usize = 16;

/// Words of an interruption: "please stop there, I cannot take card details on this call".
const INTERRUPTION: u32 = 24;

/// A chain holds at most so many runs: a number is not told in more.
const CHAIN: usize = 24;

/// Runs that one number is spread over.
pub(super) struct Chain {
    pub(super) runs: [Option<Run>; CHAIN],
    pub(super) count: usize,
}

impl Chain {
    pub(super) fn of(run: Run) -> Self {
        let mut chain = Self {
            runs: [None; CHAIN],
            count: 1,
        };
        if let Some(slot) = chain.runs.first_mut() {
            *slot = Some(run);
        }
        chain
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Run> {
        self.runs.iter().take(self.count).flatten()
    }

    pub(super) fn last(&self) -> Option<&Run> {
        self.iter().last()
    }

    /// How many digits all runs have together.
    pub(super) fn length(&self) -> usize {
        self.iter().map(|run| run.digits.len()).sum()
    }
}

/// The chain that begins with a run: what follows with nothing but small words between.
pub(super) fn chain_at(elements: &[Element], first: Run, slack: u32) -> Chain {
    let mut chain = Chain::of(first);
    let mut last = first;
    let mut at = first.last + 1;
    while chain.count < CHAIN {
        let unfinished = slack > 0 && chain.length() < WHOLE_CARD;
        let Some(run) = next_run(elements, &last, &mut at, slack, unfinished) else {
            break;
        };
        if let Some(slot) = chain.runs.get_mut(chain.count) {
            *slot = Some(run);
        }
        chain.count += 1;
        last = run;
    }
    chain
}

/// The next run of a chain, if it follows with small words between. What another turn says between
/// two parts of an unfinished card counts for nothing; what the number's own turn says does.
fn next_run(
    elements: &[Element],
    last: &Run,
    at: &mut usize,
    slack: u32,
    unfinished: bool,
) -> Option<Run> {
    let end = elements.get(last.last)?;
    let mut named_in = None;
    while let Some(element) = elements.get(*at) {
        let (words, _, _) = distance(end, element);
        let interrupted = unfinished && element.piece > end.piece;
        let allowed = match (interrupted, element.answers > end.answers) {
            (true, _) => INTERRUPTION,
            (false, true) => slack,
            (false, false) => 0,
        };
        let links = if interrupted { INTERRUPTION } else { 6 };
        if words > allowed
            || element.links.saturating_sub(end.links) > links
            || element.answers - end.answers > 8
        {
            return None;
        }
        match element.what {
            What::Number(_) if named_in == Some(element.piece) => return None,
            What::Number(_) => {
                if let Some(run) = run_at(elements, *at)
                    .filter(|run| !run.phone && (words == 0 || run.digits.len() >= 3))
                {
                    *at = run.last + 1;
                    return Some(run);
                }
                return None;
            }
            What::Correction
            | What::Letter
            | What::Unit
            | What::Gone
            | What::Cue(Cue::CardNumber | Cue::LastFour | Cue::Code) => {}
            _ if interrupted => named_in = Some(element.piece),
            _ => return None,
        }
        *at += 1;
    }
    None
}

/// Digits over several runs that are a card without being called one.
pub(super) fn is_spread_card(elements: &[Element], chain: &Chain, digits: &Digits) -> bool {
    let values = digits.values();
    let said: usize = chain.iter().map(|run| run.said).sum();
    let spoken = chain.iter().all(|run| run.spoken);
    let turns = chain
        .last()
        .and_then(|run| elements.get(run.first))
        .map(|element| element.piece)
        != chain
            .iter()
            .next()
            .and_then(|run| elements.get(run.first))
            .map(|element| element.piece);
    let range = values.len() >= 12 && is_card_range(values)
        || said == 16 && matches!(values.first(), Some(2..=6));
    (is_card(values) && values.len() >= 13 && (spoken || turns))
        || (spoken && range && matches!(said, 15 | 16 | 19))
        || (turns
            && values.len() == 16
            && is_card_range(values)
            && chain.iter().all(|run| run.said == 4))
}

/// The digits a number of a kind has at most.
pub(super) fn full_length(kind: Kind) -> usize {
    match kind {
        Kind::CardNumber => 16,
        Kind::CardSecurityCode => 3,
        Kind::CardExpiry | Kind::Pin => 4,
        Kind::OneTimePassword | Kind::SortCode => 6,
        Kind::RoutingNumber => 9,
        Kind::NationalId => 11,
        _ => 10,
    }
}
