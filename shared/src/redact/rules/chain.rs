//! A number told in several goes, perhaps over several turns.

use super::super::check::{Digits, is_card, is_card_range};
use super::super::cues::distance;
use super::super::element::{Element, Gap, What};
use super::super::kind::Kind;
use super::super::lexicon::Cue;
use super::super::runs::{Run, is_quantity};
use super::memory::Runs;

/// Words of an interruption: "please stop there, I cannot take card details on this call".
const INTERRUPTION: u32 = 24;

/// A chain holds at most so many runs: a number is not told in more.
const CHAIN: usize = 24;

/// Nor are so many digits said of one, with all that is taken back and said again.
const HEARD: usize = 96;

/// How far a number may be spread.
#[derive(Clone, Copy)]
pub(super) struct Reach {
    /// The digits it has when it is whole; until then the caller may go on.
    pub(super) full: usize,
    /// Ordinary words that may part its goes in one turn: "sorry, let me look".
    pub(super) same_turn: u32,
    /// And over several turns.
    pub(super) other_turn: u32,
    /// Each go must be said in words.
    pub(super) spoken: bool,
}

impl Reach {
    /// What a cue asks for tells how long the number is, and how much may interrupt it.
    pub(super) const fn of(cue: Cue) -> Self {
        let (full, same_turn) = match cue {
            Cue::CardNumber => (16, 6),
            Cue::Card | Cue::Identifier(Kind::TaxId, 10, 19) => (16, 4),
            Cue::SecurityCode => (3, 3),
            Cue::Pin | Cue::Expiry => (4, 3),
            Cue::OneTimePassword | Cue::SortCode => (6, 4),
            Cue::Code => (6, 2),
            Cue::Routing => (9, 5),
            Cue::Identifier(_, least, most) if most - least <= 3 => (most as usize, 5),
            Cue::Identifier(_, _, most) => (if most < 13 { most as usize } else { 13 }, 4),
            Cue::Account => (10, 3),
            _ => (10, 5),
        };
        Self {
            full,
            same_turn,
            other_turn: INTERRUPTION,
            spoken: false,
        }
    }

    /// As far as any number is spread.
    const FARTHEST: Self = Self {
        full: usize::MAX,
        same_turn: 6,
        other_turn: INTERRUPTION,
        spoken: false,
    };

    /// Nothing asks for the number: only digits said in words belong together across words.
    pub(super) const UNNAMED: Self = Self {
        full: 16,
        same_turn: 4,
        other_turn: 6,
        spoken: true,
    };
}

/// One go of a number.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) run: Run,
    /// Another speaker says again what was said.
    pub(super) echo: bool,
}

/// What was told so far, echoes apart.
#[derive(Clone, Copy)]
pub(super) struct Sum {
    pub(super) digits: Digits,
    /// How many digits that is at least, and at most.
    pub(super) least: usize,
    pub(super) most: usize,
    /// Some of it was said in words.
    spoken: bool,
}

impl Sum {
    fn of(run: &Run) -> Self {
        Self {
            digits: run.digits,
            least: run.least,
            most: run.most,
            spoken: run.spoken,
        }
    }

    fn add(&mut self, run: &Run, corrected: bool) {
        self.digits.append(&run.digits);
        self.most += run.most;
        self.spoken |= run.spoken;
        self.least = if corrected {
            self.least.min(run.least)
        } else {
            self.least + run.least
        };
    }

    /// More digits may come: a Verve card has up to nineteen, and fails its check before.
    fn is_unfinished(&self, full: usize) -> bool {
        let verve = || {
            full == 16
                && self.digits.len() < 19
                && self.digits.first() == Some(5)
                && matches!(*self.digits.values(), [5, 0, ..])
                && !is_card(&self.digits.values())
        };
        self.least < full || verve()
    }

    /// One digit more makes it whole.
    const fn may_end(&self, full: usize) -> bool {
        self.least < full && full <= self.most + 1
    }

    /// A run says again what stands in it already.
    fn repeats(&self, run: &Run) -> bool {
        self.digits.contains(&run.digits)
    }
}

/// Runs that one number is spread over: two at least.
pub(super) struct Chain {
    parts: [Option<Part>; CHAIN],
    count: usize,
    pub(super) sum: Sum,
}

impl Chain {
    fn of(run: Run) -> Self {
        let mut chain = Self {
            parts: [None; CHAIN],
            count: 0,
            sum: Sum::of(&run),
        };
        chain.push(run, false);
        chain
    }

    fn push(&mut self, run: Run, echo: bool) {
        if let Some(slot) = self.parts.get_mut(self.count) {
            *slot = Some(Part { run, echo });
            self.count += 1;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().take(self.count).flatten()
    }

    /// The last go that is no echo.
    pub(super) fn last(&self) -> Option<&Run> {
        self.iter()
            .filter(|part| !part.echo)
            .last()
            .map(|part| &part.run)
    }
}

/// Whether a number may go on behind a run, whatever asked for it.
pub(super) fn may_go_on(elements: &[Element], first: &Run, runs: &Runs) -> bool {
    let mut at = first.last + 1;
    next_run(
        elements,
        &Sum::of(first),
        first,
        &mut at,
        Reach::FARTHEST,
        runs,
    )
    .is_some()
}

/// The chain that begins with a run, if it goes on: what follows until the number is whole.
/// `other_speaker` tells whether two elements are said by different people.
pub(super) fn chain_at(
    elements: &[Element],
    first: Run,
    reach: Reach,
    runs: &Runs,
    other_speaker: impl Fn(usize, usize) -> Option<bool>,
) -> Option<Chain> {
    let mut at = first.last + 1;
    let mut next = next_run(elements, &Sum::of(&first), &first, &mut at, reach, runs);
    // Most numbers are told in one go: the chain is made when there is a second one.
    next.as_ref()?;
    let mut chain = Chain::of(first);
    let mut last = first;
    let mut heard = first.said;
    while let Some((run, corrected)) = next.take() {
        let crossed = elements
            .get(run.first)
            .zip(elements.get(first.first))
            .is_some_and(|(here, start)| here.answers > start.answers);
        let other = other_speaker(first.first, run.first);
        let echo = match other {
            // What another speaker answers with says it again, perhaps with a slip.
            Some(other) => other && (run.said >= 3 || chain.sum.repeats(&run)),
            None => crossed && run.digits.len() > 2 && chain.sum.repeats(&run),
        };
        let full = !chain.sum.is_unfinished(reach.full) && chain.sum.most + run.said > 19;
        // Nobody takes so much back, or says it again so often.
        heard += run.said;
        let endless = heard > HEARD;
        if full && !echo || endless || chain.count == CHAIN {
            break;
        }
        if other == Some(true) && !echo {
            // "And the other four?"
            last.last = run.last;
        } else {
            chain.push(run, echo);
            if !echo {
                chain.sum.add(&run, corrected);
            }
            last = run;
        }
        next = next_run(elements, &chain.sum, &last, &mut at, reach, runs);
    }
    (chain.count > 1).then_some(chain)
}

/// The next run of a chain, if it follows with small words between, and whether something was
/// taken back before it. What another turn says between two parts of an unfinished number counts
/// for nothing, unless it asks for another one.
fn next_run(
    elements: &[Element],
    sum: &Sum,
    last: &Run,
    at: &mut usize,
    reach: Reach,
    runs: &Runs,
) -> Option<(Run, bool)> {
    let end = elements.get(last.last)?;
    let unfinished = sum.is_unfinished(reach.full);
    let mut corrected = false;
    let mut negated = None;
    let mut mentioned = None;
    while let Some(element) = elements.get(*at) {
        let (words, _, _) = distance(end, element);
        // Another turn, or another line of a written one.
        let interrupted = element.answers > end.answers;
        let allowed = match (unfinished, interrupted) {
            (true, true) => reach.other_turn,
            (true, false) => reach.same_turn,
            (false, _) => 0,
        };
        let links = if unfinished && interrupted {
            INTERRUPTION
        } else {
            8
        };
        if words > allowed
            || element.links.saturating_sub(end.links) > links
            || element.answers - end.answers > 8
        {
            return None;
        }
        match element.what {
            // "room 12"
            What::Number(_)
                if mentioned == Some((element.answers, element.words, element.links)) =>
            {
                return None;
            }
            What::Number(_) => {
                let apart = words > 0 || element.links > end.links;
                let run = runs.at(elements, *at).filter(|run| {
                    let told = run.spoken || sum.spoken;
                    // "14 of 200" are two numbers.
                    // Of what was asked for, recognisers write some digits as they are.
                    let pause = element
                        .gap
                        .has(Gap::COMMA | Gap::DOT | Gap::STOP | Gap::FILLER | Gap::IS | Gap::DASH);
                    let groups = reach.full >= 6 && words <= 2 && pause;
                    // "0000, next is 00"
                    let goes_on = words == 0 && element.gap.has(Gap::FILLER | Gap::IS);
                    let together =
                        !apart || told || goes_on || !reach.spoken && (interrupted || groups);
                    let enough = words == 0
                        || run.said >= 2
                        || reach.full == usize::MAX
                        || sum.may_end(reach.full);
                    !run.phone && together && enough
                })?;
                *at = run.last + 1;
                return Some((run, corrected));
            }
            What::Correction => corrected = true,
            What::Negation => negated = Some(element.answers),
            What::Letter
            | What::Unit
            | What::Digits
            | What::Gone
            | What::Cue(Cue::CardNumber | Cue::Card | Cue::LastFour | Cue::Code) => {}
            What::Cue(Cue::Mention) => {
                mentioned = Some((element.answers, element.words, element.links));
            }
            What::Cue(Cue::Amount) if interrupted => {
                mentioned = Some((element.answers, element.words, element.links));
            }
            What::Cue(Cue::Term | Cue::Expires) if interrupted => {}
            What::Cue(_) if interrupted && negated == Some(element.answers) => {}
            What::Cue(_) => return None,
            _ if interrupted => {}
            _ => return None,
        }
        *at += 1;
    }
    None
}

/// Digits over several runs that are a card without being called one.
pub(super) fn is_spread_card(elements: &[Element], chain: &Chain) -> bool {
    let values = chain.sum.digits.values();
    let spoken = chain
        .iter()
        .all(|part| (part.run.spoken || part.echo) && !is_quantity(elements, &part.run));
    let place = |part: Option<&Part>| {
        part.and_then(|part| elements.get(part.run.first))
            .map(|element| element.piece)
    };
    let turns = place(chain.iter().last()) != place(chain.iter().next());
    let may_be = |length: usize| (chain.sum.least..=chain.sum.most).contains(&length);
    let range = values.len() >= 12 && is_card_range(&values)
        || may_be(16) && matches!(values.first(), Some(2..=6));
    (is_card(&values) && values.len() >= 13 && (spoken || turns))
        || (spoken && range && (may_be(15) || may_be(16) || may_be(19)))
        || (turns
            && values.len() == 16
            && is_card_range(&values)
            && chain.iter().all(|part| part.echo || part.run.said == 4))
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
