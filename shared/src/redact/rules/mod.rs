//! Decides which numbers go.

mod chain;
mod expiry;
mod nearby;

use std::cell::Cell;

use super::check::{Digits, is_card};
use super::codes;
use super::cues::{self, Question, Verdict};
use super::element::{Element, Look, What};
use super::engine::{Find, Piece};
use super::kind::{Confidence, How, Kind};
use super::looks::{may_be_expiry, may_be_half_expiry};
use super::redacted::LastFour;
use super::runs::{Run, evident, first_card, run_at};
use super::{Settings, Speaker};
use chain::{Chain, Reach, chain_at, contains, full_length, is_spread_card};
use nearby::{after_card, first_letter, has_letters, letters_around, with_letters};

/// The rules and what they need to know of the conversation.
pub(super) struct Rules<'a> {
    pieces: &'a [Piece<'a>],
    settings: Settings,
    /// Where the last cue stands, so that text without one costs no search.
    last_cue: Cell<Option<usize>>,
    /// What was found last.
    told: Cell<[Option<Told>; 4]>,
}

/// What was found, to know it again.
#[derive(Clone, Copy)]
struct Told {
    digits: Digits,
    kind: Kind,
    words: u32,
}

/// So many words after a number of three digits it is known again, and a longer one three times
/// as many.
const NEAR: u32 = 16;

impl<'a> Rules<'a> {
    pub(super) fn new(pieces: &'a [Piece<'a>], settings: Settings) -> Self {
        Self {
            pieces,
            settings,
            last_cue: Cell::new(None),
            told: Cell::new([None; 4]),
        }
    }

    /// Decides on all elements from `at` to `horizon`; says where it stopped.
    pub(super) fn decide(
        &self,
        elements: &mut [Element],
        finds: &mut Vec<Find>,
        mut at: usize,
        horizon: usize,
    ) -> usize {
        self.last_cue.set(None);
        let mut seen = 0;
        while at < horizon.min(elements.len()) {
            let passed = elements.get(seen..at).unwrap_or_default();
            if let Some(last) = passed.iter().rposition(|element| element.cue().is_some()) {
                self.last_cue.set(Some(seen + last));
            }
            seen = at;
            at = match elements.get(at) {
                Some(element) if element.look == Look::MonthYear && element.is_number() => {
                    self.decide_month_year(elements, finds, at)
                }
                Some(Element {
                    what: What::Number(_),
                    ..
                }) => match run_at(elements, at) {
                    Some(run) => self.decide_chain(elements, finds, run),
                    None => at + 1,
                },
                Some(Element {
                    what: What::Code { length },
                    ..
                }) => self.decide_code(elements, finds, at, usize::from(*length)),
                Some(Element {
                    what: What::Month, ..
                }) => self.decide_month(elements, finds, at),
                _ => at + 1,
            };
        }
        at
    }

    /// What the nearest cue before an element says of the number there.
    fn before(&self, elements: &[Element], at: usize, question: Question<'_>) -> Option<Verdict> {
        self.last_cue
            .get()
            .and_then(|_| cues::before(elements, at, question))
    }

    fn question<'q>(&self, digits: &'q [u8], run: &Run) -> Question<'q> {
        Question {
            least: run.least,
            length: run.most,
            letters: 0,
            digits,
            words: 0,
            crossed: false,
            stopped: false,
            phone: run.phone,
            told: run.told,
            expiry: may_be_expiry(digits) || may_be_half_expiry(digits),
            keep_last_four: self.settings.keep_last_four,
        }
    }

    /// Decides on a run and what is chained to it; says where to go on.
    fn decide_chain(&self, elements: &mut [Element], finds: &mut Vec<Find>, run: Run) -> usize {
        let run = first_card(elements, &run).unwrap_or(run);
        let next = run.last + 1;
        let alone = self.is_alone(elements, &run);
        let letters = letters_around(elements, &run);
        let question = Question {
            letters,
            least: run.digits.len() + letters,
            length: run.digits.len() + letters,
            ..self.question(run.digits.values(), &run)
        };
        let bare = self.question(run.digits.values(), &run);
        let lead = self.before(elements, run.first, bare);
        // An expiry or a code that follows a card.
        if let Some(kind) = after_card(elements, &run) {
            self.cut(elements, finds, &run, kind, Confidence::Medium, None);
            return next;
        }
        let own = evident(elements, &run, alone);
        match (lead, own) {
            (Some(Verdict::Stay), Some(own)) => {
                let sure = own.confidence == Confidence::High;
                let card =
                    own.kind == Kind::CardNumber && cues::card_near(elements, run.first, run.last);
                if sure && (card || own.kind == Kind::NationalId) {
                    self.cut(
                        elements,
                        finds,
                        &run,
                        own.kind,
                        own.confidence,
                        Some(run.digits),
                    );
                }
                return next;
            }
            (Some(Verdict::Stay), None) => {
                // Named otherwise right behind it: "my phone says 4821 is the code"; or a card after
                // "charge it to".
                if let Some(kind) = cues::after(elements, run.last, bare)
                    .filter(|_| cues::is_named_behind(elements, run.last))
                {
                    self.take(elements, finds, &run, kind);
                    return next;
                }
                let chain = self.chain(elements, run, bare);
                return (chain.count > 1 && run.spoken)
                    .then(|| self.decide_spread(elements, finds, &chain))
                    .flatten()
                    .unwrap_or(next);
            }
            (Some(Verdict::Take(kind)), Some(own))
                if kind != own.kind && own.confidence != Confidence::High =>
            {
                self.cut(
                    elements,
                    finds,
                    &run,
                    kind,
                    Confidence::Medium,
                    Some(run.digits),
                );
                return next;
            }
            // Not sure, and perhaps only the first part of it.
            (_, Some(own)) if own.confidence == Confidence::Low && run.spoken => {
                let chain = self.chain(elements, run, bare);
                if chain.count > 1
                    && let Some(next) = self.decide_spread(elements, finds, &chain)
                {
                    return next;
                }
                self.remember(elements, &run, run.digits, own.kind);
                self.cut(
                    elements,
                    finds,
                    &run,
                    own.kind,
                    own.confidence,
                    Some(run.digits),
                );
                return next;
            }
            (_, Some(own)) => {
                self.remember(elements, &run, run.digits, own.kind);
                self.cut(
                    elements,
                    finds,
                    &run,
                    own.kind,
                    own.confidence,
                    Some(run.digits),
                );
                return next;
            }
            (_, None) => {}
        }
        if let Some(kind) = self.repeated(elements, &run).filter(|_| lead.is_none()) {
            self.cut(elements, finds, &run, kind, Confidence::Medium, None);
            return next;
        }
        let chain = self.chain(elements, run, bare);
        if chain.count > 1
            && let Some(next) = self.decide_spread(elements, finds, &chain)
        {
            return next;
        }
        let lead = match lead {
            None if letters > 0 => self
                .before(elements, first_letter(elements, &run), question)
                .filter(|verdict| matches!(verdict, Verdict::Take(kind) if has_letters(*kind))),
            lead => lead,
        };
        if let Some(Verdict::Take(kind)) = lead {
            self.take(elements, finds, &run, kind);
        } else if let Some(kind) = cues::after(elements, run.last, bare) {
            self.take(elements, finds, &run, kind);
        }
        next
    }

    /// The goes in which the number that begins with a run is told.
    fn chain(&self, elements: &[Element], run: Run, question: Question<'_>) -> Chain {
        let wanted = self
            .last_cue
            .get()
            .and_then(|_| cues::wanted(elements, run.first, question));
        let reach = match wanted {
            Some(cue) => Reach::of(cue),
            // Nobody tells a number digit by digit, a turn each, without saying what it is.
            None if run.said < 2 => return Chain::of(run),
            None => Reach::UNNAMED,
        };
        chain_at(elements, run, reach, |first, other| {
            let (first, other) = (
                self.speaker(elements.get(first)?),
                self.speaker(elements.get(other)?),
            );
            let known = first != Speaker::Unknown && other != Speaker::Unknown;
            known.then_some(first != other)
        })
    }

    /// A number told in several goes, perhaps over several turns.
    fn decide_spread(
        &self,
        elements: &mut [Element],
        finds: &mut Vec<Find>,
        chain: &Chain,
    ) -> Option<usize> {
        let first = &chain.iter().next()?.run;
        let last = chain.last()?;
        let total = Question {
            least: chain.least,
            length: chain.told,
            ..self.question(chain.digits.values(), first)
        };
        let kind = match self.before(elements, first.first, total) {
            Some(Verdict::Take(kind)) => kind,
            Some(_) => return None,
            None if is_spread_card(elements, chain) => Kind::CardNumber,
            None => cues::after(elements, last.last, total)?,
        };
        let exact = is_card(chain.digits.values());
        let confidence = if exact {
            Confidence::High
        } else {
            Confidence::Medium
        };
        self.remember(elements, first, chain.digits, kind);
        let is_card = kind == Kind::CardNumber;
        // Other numbers have a length: the chain goes as far as that.
        let full = full_length(kind);
        let mut seen = 0;
        let mut end = first.last + 1;
        for part in chain.iter() {
            let run = &part.run;
            let told = run.least;
            if !is_card && !part.echo && seen > 0 && (seen >= full || seen + told > full + 2) {
                break;
            }
            let code = is_card && !part.echo && seen >= 15 && run.digits.len() == 3;
            let kind = if code { Kind::CardSecurityCode } else { kind };
            let is_last = run.first == last.first;
            let four = (is_last && (exact || chain.digits.len() == 16)).then_some(chain.digits);
            self.cut(elements, finds, run, kind, confidence, four);
            if !part.echo {
                seen += told;
            }
            end = run.last + 1;
        }
        Some(end)
    }

    /// Keeps in mind what was found, so that it is known when it is said again.
    fn remember(&self, elements: &[Element], run: &Run, digits: Digits, kind: Kind) {
        let Some(element) = elements.get(run.first) else {
            return;
        };
        let mut told = self.told.get();
        told.rotate_right(1);
        if let Some(slot) = told.first_mut() {
            *slot = Some(Told {
                digits,
                kind,
                words: element.words,
            });
        }
        self.told.set(told);
    }

    /// The kind of what was found not long ago and is said again here: "four two four two, right?"
    fn repeated(&self, elements: &[Element], run: &Run) -> Option<Kind> {
        let here = elements.get(run.first)?.words;
        let digits = run.digits.values();
        self.told
            .get()
            .into_iter()
            .flatten()
            .find(|told| {
                let since = here.saturating_sub(told.words);
                let near = match digits.len() {
                    ..3 => false,
                    3 => told.digits.len() == 3 && since <= NEAR,
                    _ => since <= NEAR * 3,
                };
                // Said again with a slip, six digits in a row are enough.
                let alike = digits.len() >= 8
                    && digits
                        .windows(6)
                        .any(|part| contains(told.digits.values(), part));
                near && (alike || contains(told.digits.values(), digits))
            })
            .map(|told| told.kind)
    }

    /// Cuts a run that words around it name.
    fn take(&self, elements: &mut [Element], finds: &mut Vec<Find>, run: &Run, kind: Kind) {
        let run = if has_letters(kind) {
            with_letters(elements, run)
        } else {
            *run
        };
        self.remember(elements, &run, run.digits, kind);
        let four = (kind == Kind::CardNumber && (13..=19).contains(&run.digits.len()))
            .then_some(run.digits);
        self.cut(elements, finds, &run, kind, Confidence::Medium, four);
    }

    /// Cuts a run out.
    fn cut(
        &self,
        elements: &mut [Element],
        finds: &mut Vec<Find>,
        run: &Run,
        kind: Kind,
        confidence: Confidence,
        digits: Option<Digits>,
    ) {
        let (Some(first), Some(last)) = (elements.get(run.first), elements.get(run.last)) else {
            return;
        };
        if first.piece != last.piece {
            return;
        }
        let how = if run.spoken {
            How::Spoken
        } else if confidence == Confidence::High {
            How::Written
        } else {
            How::Context
        };
        let last_four = digits
            .filter(|_| self.settings.keep_last_four && kind == Kind::CardNumber)
            .filter(|digits| digits.len() <= 19)
            .and_then(|digits| digits.values().last_chunk::<4>().copied())
            .and_then(LastFour::from_values);
        finds.push(Find {
            piece: usize::try_from(first.piece).unwrap_or(usize::MAX),
            start: first.start,
            end: last.end,
            kind,
            how,
            confidence,
            last_four,
        });
        let end = last.end;
        let cut = elements.get_mut(run.first..=run.last).unwrap_or_default();
        for element in cut.iter_mut() {
            element.what = What::Gone;
            element.look = Look::Plain;
        }
        if let Some(first) = cut.first_mut() {
            first.what = What::Found(kind);
            first.end = end;
        }
    }

    fn speaker(&self, element: &Element) -> Speaker {
        usize::try_from(element.piece)
            .ok()
            .and_then(|piece| self.pieces.get(piece))
            .map_or(Speaker::Unknown, |piece| piece.speaker)
    }

    /// The run is all that its text holds: a cell of a table, a field's value.
    fn is_alone(&self, elements: &[Element], run: &Run) -> bool {
        let (Some(first), Some(last)) = (elements.get(run.first), elements.get(run.last)) else {
            return false;
        };
        self.holds_only(first, last)
    }

    fn holds_only(&self, first: &Element, last: &Element) -> bool {
        usize::try_from(first.piece)
            .ok()
            .and_then(|piece| self.pieces.get(piece))
            .is_some_and(|piece| {
                piece
                    .text
                    .get(..first.start)
                    .is_some_and(|text| text.trim().is_empty())
                    && piece
                        .text
                        .get(last.end..)
                        .is_some_and(|text| text.trim().is_empty())
            })
    }

    /// Letters and digits in one word, of no form we know: only a cue tells.
    fn decide_code(
        &self,
        elements: &mut [Element],
        finds: &mut Vec<Find>,
        at: usize,
        length: usize,
    ) -> usize {
        let run = Run {
            first: at,
            last: at,
            digits: Digits::default(),
            said: length,
            least: length,
            most: length,
            spoken: false,
            told: false,
            parts: 1,
            phone: false,
        };
        let question = Question {
            least: length,
            length,
            letters: 1,
            ..self.question(&[], &run)
        };
        let kind = match self.before(elements, at, question) {
            Some(Verdict::Take(kind)) => Some(kind),
            Some(_) => None,
            None => self.is_lone_tax_number(elements, at).then_some(Kind::TaxId),
        };
        let fits =
            kind.filter(|kind| has_letters(*kind) || *kind == Kind::OneTimePassword && length <= 8);
        if let Some(kind) = fits {
            let run = with_letters(elements, &run);
            self.cut(elements, finds, &run, kind, Confidence::Medium, None);
        }
        at + 1
    }

    fn is_lone_tax_number(&self, elements: &[Element], at: usize) -> bool {
        elements.get(at).is_some_and(|element| {
            self.holds_only(element, element)
                && usize::try_from(element.piece)
                    .ok()
                    .and_then(|piece| self.pieces.get(piece))
                    .and_then(|piece| piece.text.get(element.start..element.end))
                    .is_some_and(|text| codes::is_tax_number(text.to_ascii_uppercase().as_bytes()))
        })
    }
}
