//! Decides which numbers go.

mod chain;
mod expiry;
mod links;
mod memory;
mod nearby;
mod spread;

use std::cell::{Cell, RefCell};

use super::check::Digits;
use super::cues::{self, Question, Verdict};
use super::element::{Element, Look, What};
use super::engine::{Find, Piece};
use super::evident::{Around, Evident, evident};
use super::kind::{Confidence, How, Kind};
use super::looks::{is_expiry_year, may_be_expiry, may_be_half_expiry};
use super::redacted::LastFour;
use super::runs::{Run, first_card, first_hyphened, is_quantity};
use super::vat::is_tax_number;
use super::{Settings, Speaker};
use chain::Slide;
use memory::{Names, Runs};
use nearby::{
    after_card, expiry_after_card, first_letter, has_letters, is_phone_of_account, letters_around,
    with_letters,
};
use spread::{PATIENCE, Told};

/// Texts longer than this hold more than a cell of a table.
const SHORT: usize = 96;

/// The rules and what they need to know of the conversation.
pub(super) struct Rules<'a> {
    pieces: &'a [Piece<'a>],
    settings: Settings,
    /// Where names stood, so that text without one costs no search.
    names: Names,
    /// Runs that were read.
    runs: RefCell<Runs>,
    /// The chain of runs looked at last.
    slide: Cell<Option<Slide>>,
    /// How many goes of numbers may still be followed.
    patience: Cell<u32>,
    /// What was found last.
    told: Cell<[Option<Told>; 4]>,
}

impl<'a> Rules<'a> {
    pub(super) fn new(pieces: &'a [Piece<'a>], settings: Settings) -> Self {
        Self {
            pieces,
            settings,
            names: Names::new(),
            runs: RefCell::new(Runs::new()),
            slide: Cell::new(None),
            patience: Cell::new(PATIENCE),
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
        self.names.forget();
        self.runs.borrow_mut().forget();
        self.slide.set(None);
        while at < horizon.min(elements.len()) {
            self.names.pass_to(elements, at);
            at = match elements.get(at) {
                Some(element) if element.look == Look::MonthYear && element.is_number() => {
                    self.decide_month_year(elements, finds, at)
                }
                Some(Element {
                    what: What::Number(_),
                    ..
                }) => match self.run(elements, at) {
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

    /// The run that begins at an element, if one does.
    fn run(&self, elements: &[Element], first: usize) -> Option<Run> {
        self.runs.borrow_mut().at(elements, first)
    }

    /// What the nearest cue before an element says of the number there.
    fn before(&self, elements: &[Element], at: usize, question: Question) -> Option<Verdict> {
        if self.names.may_name(elements, at, &question) {
            cues::before(elements, at, question)
        } else {
            None
        }
    }

    fn question(&self, digits: Digits, run: &Run) -> Question {
        let values = digits.values();
        let year = is_expiry_year(&values);
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
            expiry: may_be_expiry(&values) || may_be_half_expiry(&values) || year,
            year,
            field: false,
            keep_last_four: self.settings.keep_last_four,
        }
    }

    /// Decides on a run and what is chained to it; says where to go on.
    fn decide_chain(&self, elements: &mut [Element], finds: &mut Vec<Find>, run: Run) -> usize {
        let run = first_card(elements, &run)
            .or_else(|| first_hyphened(elements, &run))
            .unwrap_or(run);
        let next = run.last + 1;
        let bare = self.question(run.digits, &run);
        let lead = self.before(elements, run.first, bare);
        // An expiry or a code that follows a card.
        if let Some(last) = expiry_after_card(elements, run.first) {
            let both = Run { last, ..run };
            self.cut(
                elements,
                finds,
                &both,
                Kind::CardExpiry,
                Confidence::Medium,
                None,
            );
            return last + 1;
        }
        if let Some(both) = self.month_of_year(elements, &run) {
            self.cut(
                elements,
                finds,
                &both,
                Kind::CardExpiry,
                Confidence::Medium,
                None,
            );
            return both.last + 1;
        }
        if let Some(kind) = after_card(elements, &run) {
            self.cut(elements, finds, &run, kind, Confidence::Medium, None);
            return next;
        }
        if let Some(own) = evident(elements, &run, || self.around(elements, &run)) {
            return self.decide_evident(elements, finds, &run, lead, &own);
        }
        if run.parts == 1 && is_quantity(elements, &run) {
            return next;
        }
        let is_account = lead == Some(Verdict::Take(Kind::BankAccount));
        if is_account && is_phone_of_account(elements, &run) {
            return next;
        }
        if lead == Some(Verdict::Stay) {
            return self.decide_staying(elements, finds, &run);
        }
        if let Some(kind) = self.repeated(elements, &run).filter(|_| lead.is_none()) {
            self.cut(elements, finds, &run, kind, Confidence::Medium, None);
            return next;
        }
        if let Some(next) = self.decide_spread(elements, finds, &run) {
            return next;
        }
        let lead = lead.or_else(|| self.with_letters_before(elements, &run));
        if let Some(Verdict::Take(kind)) = lead {
            self.take(elements, finds, &run, kind);
        } else if let Some(kind) = cues::after(elements, run.last, bare) {
            self.take(elements, finds, &run, kind);
        }
        next
    }

    /// What a name says of a run with the letters spelled out around it.
    fn with_letters_before(&self, elements: &[Element], run: &Run) -> Option<Verdict> {
        if !self.names.is_near(elements.get(run.first)?) {
            return None;
        }
        let letters = letters_around(elements, run);
        if letters == 0 {
            return None;
        }
        let question = Question {
            letters,
            least: run.digits.len() + letters,
            length: run.digits.len() + letters,
            ..self.question(run.digits, run)
        };
        self.before(elements, first_letter(elements, run), question)
            .filter(|verdict| matches!(verdict, Verdict::Take(kind) if has_letters(*kind)))
    }

    /// Decides on a run that its own form gives away.
    fn decide_evident(
        &self,
        elements: &mut [Element],
        finds: &mut Vec<Find>,
        run: &Run,
        lead: Option<Verdict>,
        own: &Evident,
    ) -> usize {
        let sure = own.confidence == Confidence::High;
        let (kind, confidence) = match lead {
            Some(Verdict::Stay) => {
                let card =
                    own.kind == Kind::CardNumber && cues::card_near(elements, run.first, run.last);
                if !sure || !card && own.kind != Kind::NationalId {
                    return run.last + 1;
                }
                (own.kind, own.confidence)
            }
            Some(Verdict::Take(kind)) if kind != own.kind && !sure => (kind, Confidence::Medium),
            _ => (own.kind, own.confidence),
        };
        // Not sure, and perhaps only the first part of it.
        let whole = sure && run.least == run.said && run.digits.len() >= 15;
        if !whole
            && run.spoken
            && let Some(next) = self.decide_spread(elements, finds, run)
        {
            return next;
        }
        self.remember(elements, run, run.digits, kind);
        self.cut(elements, finds, run, kind, confidence, Some(run.digits));
        run.last + 1
    }

    /// Decides on a run before which stands a name of what stays: it may be named otherwise right
    /// behind ("my phone says 4821 is the code"), or be the first part of a card ("charge it to …").
    fn decide_staying(&self, elements: &mut [Element], finds: &mut Vec<Find>, run: &Run) -> usize {
        let next = run.last + 1;
        if let Some(kind) = cues::after(elements, run.last, self.question(run.digits, run))
            .filter(|_| cues::is_named_behind(elements, run.last))
        {
            self.take(elements, finds, run, kind);
            return next;
        }
        // What stands nearer asks for a longer number.
        if !run.spoken && self.wanted(elements, run).is_none() {
            return next;
        }
        self.decide_spread(elements, finds, run).unwrap_or(next)
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
            start: first.start.get(),
            end: last.end.get(),
            kind,
            how,
            confidence,
            last_four,
        });
        self.runs.borrow_mut().cut(run.last);
        self.slide.set(None);
        self.names.cut(elements, run.first, run.last);
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

    /// Whether a run, or numbers alone, are all that its text holds: a cell of a table, a field's
    /// value.
    fn around(&self, elements: &[Element], run: &Run) -> Around {
        let Some(first) = elements.get(run.first) else {
            return Around::default();
        };
        let numbers = self
            .text(first)
            .is_some_and(|text| text.len() <= SHORT && !text.chars().any(char::is_alphabetic));
        Around {
            alone: self.holds_only(elements, run.first, run.last),
            numbers,
        }
    }

    /// The whole text in which an element stands.
    fn text(&self, element: &Element) -> Option<&'a str> {
        let piece = usize::try_from(element.piece).ok()?;
        self.pieces.get(piece).map(|piece| piece.text)
    }

    /// Whether elements `first` to `last` are all that their text holds.
    fn holds_only(&self, elements: &[Element], first: usize, last: usize) -> bool {
        let (Some(start), Some(end)) = (elements.get(first), elements.get(last)) else {
            return false;
        };
        let before = first.checked_sub(1).and_then(|at| elements.get(at));
        let beside = |element: Option<&Element>| element.is_some_and(|it| it.piece == start.piece);
        if beside(before) || beside(elements.get(last + 1)) {
            return false;
        }
        let is_blank = |text: Option<&str>| text.is_some_and(|text| text.trim().is_empty());
        self.text(start).is_some_and(|text| {
            is_blank(text.get(..start.start.get())) && is_blank(text.get(end.end.get()..))
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
            ..self.question(Digits::default(), &run)
        };
        let kind = match self.before(elements, at, question) {
            Some(Verdict::Take(kind)) => Some(kind),
            Some(_) => None,
            None => self.is_lone_tax_number(elements, at).then_some(Kind::TaxId),
        };
        let fits = kind.filter(|kind| {
            has_letters(*kind) || *kind == Kind::OneTimePassword && (6..=8).contains(&length)
        });
        if let Some(kind) = fits {
            let run = with_letters(elements, &run);
            self.cut(elements, finds, &run, kind, Confidence::Medium, None);
        }
        at + 1
    }

    fn is_lone_tax_number(&self, elements: &[Element], at: usize) -> bool {
        elements.get(at).is_some_and(|element| {
            self.holds_only(elements, at, at)
                && self
                    .text(element)
                    .and_then(|text| text.get(element.start.get()..element.end.get()))
                    .is_some_and(|text| is_tax_number(text.to_ascii_uppercase().as_bytes()))
        })
    }
}
