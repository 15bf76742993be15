//! A number told in several goes, perhaps over several turns.

use std::cell::Cell;

use super::super::check::{Digits, is_card, is_card_range};
use super::super::element::Element;
use super::super::kind::Kind;
use super::super::lexicon::Cue;
use super::links::{Go, INTERRUPTION, Link, SAME_TURN};
use super::memory::Runs;

/// A chain holds at most so many goes: a number is not told in more.
pub(super) const CHAIN: u8 = 24;

/// Nor are so many digits said of one, with all that is taken back and said again.
const HEARD: u8 = 96;

/// How far a number may be spread.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Reach {
    /// The digits it has when it is whole; until then the caller may go on.
    pub(super) full: usize,
    /// Ordinary words that may part its goes in one turn: "sorry, let me look".
    pub(super) same_turn: u8,
    /// And over several turns.
    pub(super) other_turn: u8,
    /// Each go must be said in words.
    pub(super) spoken: bool,
    /// The agent begins it, and the caller may go on with it.
    pub(super) joint: bool,
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
            joint: false,
        }
    }

    /// As far as any number is spread.
    const FARTHEST: Self = Self {
        full: usize::MAX,
        same_turn: SAME_TURN,
        other_turn: INTERRUPTION,
        spoken: false,
        joint: false,
    };

    /// A card was asked for.
    pub(super) const fn is_of_card(self) -> bool {
        self.full == 16 && !self.spoken
    }

    /// Whether a number may go on across so much.
    const fn spans(self, link: &Link, unfinished: bool) -> bool {
        let (same_turn, other_turn, links) = if unfinished {
            (self.same_turn, self.other_turn, INTERRUPTION)
        } else {
            (0, 0, 8)
        };
        let words = if link.interrupted {
            other_turn
        } else {
            same_turn
        };
        link.words <= words && link.words_in_turn <= same_turn && link.links <= links
    }

    /// Whether a go that follows is part of a number, of which a sum was told.
    fn joins(self, link: &Link, sum: &Sum, go: &Go) -> bool {
        let told = go.spoken || sum.spoken;
        // Of what was asked for, recognisers write some digits as they are.
        let groups = self.full >= 6 && link.words <= 2 && link.is_pause();
        let together = !link.is_apart()
            || told
            || link.goes_on()
            || !self.spoken && (link.interrupted || groups);
        let enough = link.is_enough_for(go) || self.full == usize::MAX || sum.may_end(self.full);
        !go.phone && together && enough
    }

    /// Nothing asks for the number: only digits said in words belong together across words.
    pub(super) const UNNAMED: Self = Self {
        full: 16,
        same_turn: 4,
        other_turn: 6,
        spoken: true,
        joint: false,
    };
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
    fn of(go: &Go) -> Self {
        Self {
            digits: go.digits,
            least: usize::from(go.least),
            most: usize::from(go.most),
            spoken: go.spoken,
        }
    }

    fn add(&mut self, go: &Go, corrected: bool) {
        self.digits.append(&go.digits);
        self.most += usize::from(go.most);
        self.spoken |= go.spoken;
        let least = usize::from(go.least);
        self.least = if corrected {
            self.least.min(least)
        } else {
            self.least + least
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

    /// No digit of it was lost.
    fn is_whole(&self) -> bool {
        self.digits.len() <= Digits::CAPACITY
    }

    /// One digit more makes it whole.
    const fn may_end(&self, full: usize) -> bool {
        self.least < full && full <= self.most + 1
    }

    /// A go says again what stands in it already.
    fn repeats(&self, go: &Go) -> bool {
        self.digits.contains(&go.digits)
    }
}

/// The goes in which one number is told: two at least.
#[derive(Clone, Copy)]
pub(super) struct Chain {
    pub(super) sum: Sum,
    /// The first and the last element of the last go that is no echo.
    pub(super) last: (usize, usize),
    /// The first element of the last go, echo or not.
    end: usize,
    /// What follows the last thing heard.
    link: Option<Link>,
    count: u8,
    heard: u8,
    /// So many goes are not digits said in words, and so many have not four digits, but for echoes.
    unspoken: u8,
    uneven: u8,
}

impl Chain {
    fn of(go: &Go) -> Self {
        Self {
            sum: Sum::of(go),
            last: (go.first(), go.last()),
            end: go.first(),
            link: go.link,
            count: 1,
            heard: go.said,
            unspoken: u8::from(!go.spoken || go.quantity),
            uneven: u8::from(go.said != 4),
        }
    }

    fn push(&mut self, go: &Go, corrected: bool, echo: bool) {
        self.count += 1;
        self.end = go.first();
        self.unspoken += u8::from(!(go.spoken || echo) || go.quantity);
        self.uneven += u8::from(!echo && go.said != 4);
        if !echo {
            self.sum.add(go, corrected);
            self.last = (go.first(), go.last());
        }
    }

    /// The chain that begins with its second go: plain sums lose what the first one added.
    fn without_first(&self, first: &Go) -> Self {
        let gone = Self::of(first);
        Self {
            sum: Sum {
                digits: self.sum.digits.without_first(first.digits.len()),
                least: self.sum.least - gone.sum.least,
                most: self.sum.most - gone.sum.most,
                spoken: self.sum.spoken,
            },
            count: self.count - gone.count,
            heard: self.heard - gone.heard,
            unspoken: self.unspoken - gone.unspoken,
            uneven: self.uneven - gone.uneven,
            ..*self
        }
    }
}

/// The longest beginning of the last chain that is the beginning of the next one too, which starts a
/// go later: nothing in it hangs on what the first go told.
#[derive(Clone, Copy)]
pub(super) struct Slide {
    first: Go,
    /// The first and last element of the second go.
    second: (usize, usize),
    chain: Chain,
    reach: Reach,
}

impl Slide {
    /// The beginning of the chain that begins with a go, if that is the second one.
    fn to(&self, first: &Go, reach: Reach) -> Option<Chain> {
        (self.second == (first.first(), first.last())
            && self.reach == reach
            && (first.spoken || !self.chain.sum.spoken))
            .then(|| self.chain.without_first(&self.first))
    }
}

/// Whether a number may go on behind a go, whatever asked for it.
pub(super) fn may_go_on(elements: &[Element], first: &Go, runs: &mut Runs) -> bool {
    let reach = Reach::FARTHEST;
    first.link.is_some_and(|link| {
        reach.spans(&link, true)
            && runs
                .go(elements, link.at())
                .is_some_and(|go| reach.joins(&link, &Sum::of(first), go))
    })
}

/// How the chains of some elements are read.
pub(super) struct Reader<'a, Other> {
    pub(super) elements: &'a [Element],
    pub(super) reach: Reach,
    /// Whether two elements are said by different people, if that is known.
    pub(super) other_speaker: Other,
    /// So many goes were looked at.
    pub(super) looked_at: Cell<u32>,
}

impl<Other: Fn(usize, usize) -> Option<bool>> Reader<'_, Other> {
    /// The chain that begins with a go, if it goes on: what follows until the number is whole. Each
    /// go is told, and whether it is an echo: another speaker says again what was said.
    pub(super) fn read(
        &self,
        first: &Go,
        runs: &mut Runs,
        mut each: impl FnMut(&Go, bool),
    ) -> Option<Chain> {
        each(first, false);
        self.go_on(first, Chain::of(first), runs, each).0
    }

    /// The same, with what is known of it, and what is then known of the next one.
    pub(super) fn slide(
        &self,
        first: &Go,
        runs: &mut Runs,
        last: Option<Slide>,
    ) -> (Option<Chain>, Option<Slide>) {
        let known = last.and_then(|last| last.to(first, self.reach));
        let chain = known.unwrap_or_else(|| Chain::of(first));
        let (chain, slides) = self.go_on(first, chain, runs, |_, _| {});
        let second = first
            .link
            .filter(|_| slides.count > 1)
            .and_then(|link| runs.go(self.elements, link.at()));
        let slide = second.map(|second| Slide {
            first: *first,
            second: (second.first(), second.last()),
            chain: slides,
            reach: self.reach,
        });
        (chain, slide)
    }

    /// Goes on with a chain until the number is whole: that chain, and as much of it as the next one
    /// shares.
    fn go_on(
        &self,
        first: &Go,
        mut chain: Chain,
        runs: &mut Runs,
        mut each: impl FnMut(&Go, bool),
    ) -> (Option<Chain>, Chain) {
        let mut plain = true;
        let mut slides = chain;
        let start = self.elements.get(first.first());
        while let Some(link) = chain.link
            && self
                .reach
                .spans(&link, chain.sum.is_unfinished(self.reach.full))
            && let Some(go) = runs.go(self.elements, link.at())
            && self.reach.joins(&link, &chain.sum, go)
            && let (Some(start), Some(here)) = (start, self.elements.get(link.at()))
        {
            self.looked_at.set(self.looked_at.get() + 1);
            let other = (self.other_speaker)(first.first(), link.at());
            let echo = match other {
                // What another speaker answers with says it again, perhaps with a slip.
                Some(other) => other && (go.said >= 3 || chain.sum.repeats(go)),
                None => {
                    here.answers > start.answers && go.digits.len() > 2 && chain.sum.repeats(go)
                }
            };
            let full = !chain.sum.is_unfinished(self.reach.full)
                && chain.sum.most + usize::from(go.said) > 19;
            // Nobody takes so much back, or says it again so often.
            chain.heard = chain.heard.saturating_add(go.said);
            if full && !echo || chain.heard > HEARD || chain.count == CHAIN {
                break;
            }
            // A shorter sum is no more finished: across nothing but small words it goes on as well.
            let goes_on = chain.sum.least < self.reach.full || self.reach.spans(&link, false);
            chain.link = go.link;
            // Another speaker's "and the other four?" is no part of it.
            let counts = other != Some(true) || echo;
            if counts {
                chain.push(go, link.corrected, echo);
                each(go, echo);
            }
            let same = other == Some(false) || here.piece == start.piece;
            let sure = !echo && !link.corrected && link.is_enough_for(go);
            plain &= counts && same && sure && goes_on && chain.sum.is_whole();
            if plain {
                slides = chain;
            }
        }
        ((chain.count > 1).then_some(chain), slides)
    }
}

/// Digits over several runs that are a card without being called one.
pub(super) fn is_spread_card(elements: &[Element], first: &Go, chain: &Chain) -> bool {
    let values = chain.sum.digits.values();
    let spoken = chain.unspoken == 0;
    let place = |at: usize| elements.get(at).map(|element| element.piece);
    let turns = place(chain.end) != place(first.first());
    let may_be = |length: usize| (chain.sum.least..=chain.sum.most).contains(&length);
    let range = values.len() >= 12 && is_card_range(&values)
        || may_be(16) && matches!(values.first(), Some(2..=6));
    (is_card(&values) && values.len() >= 13 && (spoken || turns))
        || (spoken && range && (may_be(15) || may_be(16) || may_be(19)))
        || (turns && values.len() == 16 && is_card_range(&values) && chain.uneven == 0)
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
