//! Numbers told in several goes, and numbers that are said again.

use std::cell::Cell;

use super::super::Speaker;
use super::super::check::{Digits, Pairs, are_years, is_card};
use super::super::cues::{self, Question, Verdict};
use super::super::element::Element;
use super::super::engine::Find;
use super::super::kind::{Confidence, Kind};
use super::super::lexicon::Cue;
use super::super::runs::Run;
use super::Rules;
use super::chain::{CHAIN, Chain, Reach, Reader, full_length, is_spread_card, may_go_on};
use super::links::Go;
use super::nearby::{has_letters, with_letters};

/// What was found, to know it again.
#[derive(Clone, Copy)]
pub(super) struct Told {
    digits: Digits,
    /// Which two digits stand side by side in it.
    pairs: Pairs,
    kind: Kind,
    words: u32,
}

/// So many words after a number of three digits it is known again, and a longer one three times
/// as many.
const NEAR: u32 = 16;

/// Numbers that each seem to go on in others, and do not, are followed for so many goes, but for what
/// is called a card: nobody tells a number among thousands of them.
pub(super) const PATIENCE: u32 = 4096;
/// And, however many come, for so many each.
const GOES_A_NUMBER: u32 = 3;

impl Rules<'_> {
    /// What the nearest cue asks for, however long the run is.
    pub(super) fn wanted(&self, elements: &[Element], run: &Run) -> Option<Cue> {
        let any = Question {
            least: 0,
            length: usize::MAX,
            ..self.question(run.digits, run)
        };
        if self.names.may_name(elements, run.first, &any) {
            cues::wanted(elements, run.first, any)
        } else {
            None
        }
    }

    /// How far the number may be spread that begins with a go.
    fn reach(&self, elements: &[Element], run: &Run) -> Option<Reach> {
        match self.wanted(elements, run) {
            Some(cue) => Some(Reach::of(cue)),
            // Nobody tells a number digit by digit, a turn each, without saying what it is.
            None if run.said < 2 => None,
            None => Some(Reach {
                joint: elements.get(run.first).map(|it| self.speaker(it)) == Some(Speaker::Agent),
                ..Reach::UNNAMED
            }),
        }
    }

    /// Reads the goes in which a number is told.
    fn reader<'b>(
        &'b self,
        elements: &'b [Element],
        reach: Reach,
    ) -> Reader<'b, impl Fn(usize, usize) -> Option<bool>> {
        Reader {
            elements,
            reach,
            looked_at: Cell::new(0),
            other_speaker: move |first, other| {
                let (first, other) = (
                    self.speaker(elements.get(first)?),
                    self.speaker(elements.get(other)?),
                );
                let known = first != Speaker::Unknown && other != Speaker::Unknown;
                let goes_on = reach.joint && other == Speaker::Caller;
                known.then_some(first != other && !goes_on)
            },
        }
    }

    /// The chain that begins with a go.
    fn follow(&self, elements: &[Element], first: &Go, reach: Reach) -> Option<Chain> {
        let reader = self.reader(elements, reach);
        let mut runs = self.runs.borrow_mut();
        let (chain, slide) = reader.slide(first, &mut runs, self.slide.get());
        self.slide.set(slide);
        let left = self.patience.get().saturating_sub(reader.looked_at.get());
        self.patience.set(left);
        chain
    }

    /// A number told in several goes, perhaps over several turns, that begins with a run; says where to
    /// go on, if it is one.
    pub(super) fn decide_spread(
        &self,
        elements: &mut [Element],
        finds: &mut Vec<Find>,
        run: &Run,
    ) -> Option<usize> {
        let first = self.runs.borrow_mut().go_of(elements, run);
        if !may_go_on(elements, &first, &mut self.runs.borrow_mut()) {
            return None;
        }
        let reach = self.reach(elements, run)?;
        let patience = (self.patience.get() + GOES_A_NUMBER).min(PATIENCE);
        self.patience.set(patience);
        if patience < u32::from(CHAIN) && !reach.is_of_card() {
            return None;
        }
        let chain = self.follow(elements, &first, reach)?;
        // "opened 2019, closed 2024"
        if run.said == 4 && are_years(&chain.sum.digits.values()) {
            return None;
        }
        let total = Question {
            least: chain.sum.least,
            length: chain.sum.most,
            ..self.question(chain.sum.digits, run)
        };
        let kind = match self.before(elements, run.first, total) {
            Some(Verdict::Take(kind)) => kind,
            Some(_) => return None,
            None if is_spread_card(elements, &first, &chain) => Kind::CardNumber,
            None => cues::after(elements, chain.last.1, total)?,
        };
        let mut parts = [None; CHAIN as usize];
        let mut slots = parts.iter_mut();
        let each = |go: &Go, echo| {
            if let Some(slot) = slots.next() {
                *slot = Some((*go, echo));
            }
        };
        self.reader(elements, reach)
            .read(&first, &mut self.runs.borrow_mut(), each);
        self.remember(elements, run, chain.sum.digits, kind);
        Some(self.cut_spread(elements, finds, run, &chain, &parts, kind))
    }

    /// Cuts the goes of a number (and whether each is an echo); says where to go on.
    fn cut_spread(
        &self,
        elements: &mut [Element],
        finds: &mut Vec<Find>,
        run: &Run,
        chain: &Chain,
        parts: &[Option<(Go, bool)>],
        kind: Kind,
    ) -> usize {
        let exact = is_card(&chain.sum.digits.values());
        let confidence = if exact {
            Confidence::High
        } else {
            Confidence::Medium
        };
        let is_card = kind == Kind::CardNumber;
        // Other numbers have a length: the chain goes as far as that.
        let full = full_length(kind);
        let mut seen = 0;
        let mut end = run.last + 1;
        for (part, echo) in parts.iter().flatten() {
            let told = usize::from(part.least);
            if !is_card && !echo && seen > 0 && (seen >= full || seen + told > full + 2) {
                break;
            }
            let code = is_card && !echo && seen >= 15 && part.digits.len() == 3;
            let kind = if code { Kind::CardSecurityCode } else { kind };
            let is_last = part.first() == chain.last.0;
            let four =
                (is_last && (exact || chain.sum.digits.len() == 16)).then_some(chain.sum.digits);
            // What stands beside letters may have gone with them.
            let there = |at: &usize| elements.get(*at).is_some_and(Element::is_number);
            if let Some(first) = (part.first()..=part.last()).find(there) {
                let rest = Run {
                    first,
                    last: part.last(),
                    spoken: part.spoken,
                    ..*run
                };
                let wide = if has_letters(kind) {
                    with_letters(elements, &rest)
                } else {
                    rest
                };
                self.cut(elements, finds, &wide, kind, confidence, four);
            }
            if !echo {
                seen += told;
            }
            end = part.last() + 1;
        }
        end
    }

    /// Keeps in mind what was found, so that it is known when it is said again.
    pub(super) fn remember(&self, elements: &[Element], run: &Run, digits: Digits, kind: Kind) {
        let Some(element) = elements.get(run.first) else {
            return;
        };
        let mut told = self.told.get();
        told.rotate_right(1);
        if let Some(slot) = told.first_mut() {
            *slot = Some(Told {
                digits,
                pairs: Pairs::of(&digits),
                kind,
                words: element.words,
            });
        }
        self.told.set(told);
    }

    /// The kind of what was found not long ago and is said again here: "four two four two, right?"
    pub(super) fn repeated(&self, elements: &[Element], run: &Run) -> Option<Kind> {
        let here = elements.get(run.first)?.words;
        let digits = run.digits.len();
        let values = run.digits.values();
        self.told
            .get()
            .into_iter()
            .flatten()
            .find(|told| {
                let since = here.saturating_sub(told.words);
                let near = match digits {
                    ..3 => false,
                    3 => told.digits.len() == 3 && since <= NEAR,
                    _ => since <= NEAR * 3,
                };
                // Said again with a slip, six digits in a row are enough.
                near && (told.digits.contains(&run.digits)
                    || digits >= 8
                        && told.pairs.may_share(&values)
                        && told.digits.shares_six(&run.digits))
            })
            .map(|told| told.kind)
    }
}
