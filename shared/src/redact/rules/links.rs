//! What stands between a number and the next one, across which it may go on.

use super::super::check::Digits;
use super::super::cues::distance;
use super::super::element::{Element, Gap, What};
use super::super::lexicon::Cue;
use super::super::runs::{Run, is_quantity};

/// Words of an interruption: "please stop there, I cannot take card details on this call".
pub(super) const INTERRUPTION: u8 = 24;

/// Ordinary words that may part the goes of any number in one turn.
pub(super) const SAME_TURN: u8 = 6;

/// One go of a number, as a chain of them needs it: a run, and how the next one follows.
#[derive(Clone, Copy)]
pub(super) struct Go {
    first: u32,
    last: u32,
    pub(super) digits: Digits,
    pub(super) said: u8,
    pub(super) least: u8,
    pub(super) most: u8,
    pub(super) spoken: bool,
    pub(super) phone: bool,
    /// A number of thousands or millions.
    pub(super) quantity: bool,
    pub(super) link: Option<Link>,
}

impl Go {
    pub(super) fn of(elements: &[Element], run: &Run) -> Self {
        Self {
            first: narrow(run.first),
            last: narrow(run.last),
            digits: run.digits,
            said: few(run.said),
            least: few(run.least),
            most: few(run.most),
            spoken: run.spoken,
            phone: run.phone,
            quantity: is_quantity(elements, run),
            link: Link::behind(elements, run.last),
        }
    }

    pub(super) const fn first(&self) -> usize {
        self.first as usize
    }

    pub(super) const fn last(&self) -> usize {
        self.last as usize
    }
}

/// The place of an element, of which few are held at a time.
fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// How many digits a run has, or words stand between two of them.
fn few(count: impl TryInto<u8>) -> u8 {
    count.try_into().unwrap_or(u8::MAX)
}

/// From the end of a number to the next one.
#[derive(Clone, Copy)]
pub(super) struct Link {
    at: u32,
    /// Ordinary words between, and those of them in the turn of the first number.
    pub(super) words: u8,
    pub(super) words_in_turn: u8,
    /// Linking words between.
    pub(super) links: u8,
    /// Another turn, or another line of a written one.
    pub(super) interrupted: bool,
    /// Something was taken back.
    pub(super) corrected: bool,
    /// What stands right before the next number.
    gap: Gap,
}

impl Link {
    /// Where the next number stands.
    pub(super) const fn at(&self) -> usize {
        self.at as usize
    }

    /// Words stand between: "14 of 200" are two numbers.
    pub(super) const fn is_apart(&self) -> bool {
        self.words > 0 || self.links > 0
    }

    /// There is a pause before the next number.
    pub(super) const fn is_pause(&self) -> bool {
        self.gap
            .has(Gap::COMMA | Gap::DOT | Gap::STOP | Gap::FILLER | Gap::IS | Gap::DASH)
    }

    /// "0000, next is 00"
    pub(super) const fn goes_on(&self) -> bool {
        self.words == 0 && self.gap.has(Gap::FILLER | Gap::IS)
    }

    /// Across words a single digit is no part of a number.
    pub(super) const fn is_enough_for(&self, go: &Go) -> bool {
        self.words == 0 || go.said >= 2
    }

    /// The link behind the number that ends at an element, if none between asks for another one.
    fn behind(elements: &[Element], last: usize) -> Option<Self> {
        let end = elements.get(last)?;
        let mut corrected = false;
        let mut negated = None;
        let mut mentioned = None;
        let mut words_in_turn = 0;
        for (at, element) in elements.iter().enumerate().skip(last + 1) {
            let (words, interrupted, _) = distance(end, element);
            let links = element.links.saturating_sub(end.links);
            let allowed = if interrupted {
                (INTERRUPTION, INTERRUPTION)
            } else {
                words_in_turn = words;
                (SAME_TURN, 8)
            };
            if words > u32::from(allowed.0)
                || links > u32::from(allowed.1)
                || element.answers - end.answers > 8
            {
                return None;
            }
            let here = (element.answers, element.words, element.links);
            match element.what {
                // "room 12"
                What::Number(_) if mentioned == Some(here) => return None,
                What::Number(_) => {
                    return Some(Self {
                        at: narrow(at),
                        words: few(words),
                        words_in_turn: few(words_in_turn),
                        links: few(links),
                        interrupted,
                        corrected,
                        gap: element.gap,
                    });
                }
                What::Correction => corrected = true,
                What::Negation => negated = Some(element.answers),
                What::Letter
                | What::Unit
                | What::Digits
                | What::Gone
                | What::Cue(Cue::CardNumber | Cue::Card | Cue::LastFour) => {}
                What::Cue(Cue::Mention) => mentioned = Some(here),
                What::Cue(Cue::Amount) if interrupted => mentioned = Some(here),
                What::Cue(Cue::Code | Cue::Term | Cue::Expires) if interrupted => {}
                What::Cue(_) if interrupted && negated == Some(element.answers) => {}
                What::Cue(_) => return None,
                _ if interrupted => {}
                _ => return None,
            }
        }
        None
    }
}
