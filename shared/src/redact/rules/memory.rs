//! What the rules keep in mind, so as not to look at the same elements again and again.

use std::cell::Cell;

use super::super::cues::{self, Question};
use super::super::element::{Element, Gap, What};
use super::super::expires::may_speak_of_cards;
use super::super::lexicon::Cue;
use super::super::runs::{Run, run_at};
use super::links::Go;

/// A name that was passed.
#[derive(Clone, Copy)]
struct Name {
    words: u32,
    answers: u32,
    stops: u32,
    /// How many numbers had been passed before it.
    numbers: u32,
}

/// Of one cue, the last name, and the last one before the answer in which that stands: no other says
/// of a number what these do not.
type Nearest = [Option<Name>; 2];

/// The place of "digits" beside the cues'.
const DIGITS: u32 = Cue::COUNT;

/// So many names of identifiers are remembered: no more elements are looked at for one.
const IDENTIFIERS: usize = cues::LOOKED_AT;

/// The last names that were passed.
pub(super) struct Names {
    /// By the place of their cue.
    nearest: [Cell<Nearest>; Cue::COUNT as usize + 1],
    /// A bit for each of these that holds one.
    present: Cell<u32>,
    /// Those of identifiers, the newest at `count - 1`.
    identifiers: [Cell<Option<(Cue, Name)>>; IDENTIFIERS],
    count: Cell<usize>,
    /// Ordinary words before the last one of all.
    last: Cell<Option<u32>>,
    numbers: Cell<u32>,
    /// So many elements were passed.
    passed: Cell<usize>,
}

impl Names {
    pub(super) fn new() -> Self {
        Self {
            nearest: [const { Cell::new([None; 2]) }; Cue::COUNT as usize + 1],
            present: Cell::new(0),
            identifiers: [const { Cell::new(None) }; IDENTIFIERS],
            count: Cell::new(0),
            last: Cell::new(None),
            numbers: Cell::new(0),
            passed: Cell::new(0),
        }
    }

    /// Elements have moved.
    pub(super) fn forget(&self) {
        self.present.set(0);
        self.count.set(0);
        self.last.set(None);
        self.numbers.set(0);
        self.passed.set(0);
    }

    /// Passes the elements before `at`.
    pub(super) fn pass_to(&self, elements: &[Element], at: usize) {
        let passed = elements.get(self.passed.get()..at).unwrap_or_default();
        for element in passed {
            if element.names() {
                self.keep(element);
            }
            self.numbers
                .set(self.numbers.get() + u32::from(counts(element)));
        }
        self.passed.set(at);
    }

    fn keep(&self, element: &Element) {
        let name = Name {
            words: element.words,
            answers: element.answers,
            stops: element.stops,
            numbers: self.numbers.get(),
        };
        self.last.set(Some(name.words));
        let cue = element.cue();
        let Some(place) = cue.map_or(Some(DIGITS), Cue::place) else {
            return self.keep_identifier(cue, name);
        };
        let bit = 1 << place;
        let Some(slot) = self.nearest.get(place as usize) else {
            return;
        };
        let kept = Some(slot.get()).filter(|_| self.present.get() & bit != 0);
        let [last, before] = kept.unwrap_or_default();
        let crossed = last.filter(|last| last.answers < name.answers);
        slot.set([Some(name), crossed.or(before)]);
        self.present.set(self.present.get() | bit);
    }

    fn keep_identifier(&self, cue: Option<Cue>, name: Name) {
        let count = self.count.get();
        // The same again in one sentence says no more than the last one.
        let last = count.checked_sub(1).and_then(|last| self.identifier(last));
        let same = last.is_some_and(|(other, last)| {
            Some(other) == cue && (last.answers, last.stops) == (name.answers, name.stops)
        });
        let count = if same { count } else { count + 1 };
        if let Some(slot) = self.identifiers.get((count - 1) % IDENTIFIERS) {
            slot.set(cue.map(|cue| (cue, name)));
        }
        self.count.set(count);
    }

    fn identifier(&self, at: usize) -> Option<(Cue, Name)> {
        self.identifiers.get(at % IDENTIFIERS)?.get()
    }

    /// Elements become one find: of those that were passed already, only the first one counts.
    pub(super) fn cut(&self, elements: &[Element], first: usize, last: usize) {
        let passed = elements.get(first..self.passed.get().min(last + 1));
        let fewer = counted(passed.unwrap_or_default()).saturating_sub(1);
        self.numbers.set(self.numbers.get().saturating_sub(fewer));
    }

    /// Whether any name stands near enough before a number to say something of it.
    pub(super) fn is_near(&self, number: &Element) -> bool {
        let last = self.last.get();
        last.is_some_and(|words| number.words.saturating_sub(words) <= cues::FARTHEST)
    }

    /// Whether a name before element `at` may say something of the number there: `false` only where
    /// looking for it would be in vain.
    pub(super) fn may_name(&self, elements: &[Element], at: usize, question: &Question) -> bool {
        let Some(number) = elements.get(at) else {
            return false;
        };
        if question.is_too_short() || !self.is_near(number) {
            return false;
        }
        // A number that has letters before it begins where some were passed already.
        let passed = elements.get(at..self.passed.get()).unwrap_or_default();
        let until = self.numbers.get().saturating_sub(counted(passed));
        // What stands between counts as the rules count it, or less.
        let asked = |name: &Name| Question {
            words: number.words.saturating_sub(name.words)
                + until.saturating_sub(name.numbers).saturating_sub(1) / 2,
            crossed: number.answers > name.answers,
            stopped: number.stops > name.stops,
            field: number.gap.has(Gap::COLON | Gap::IS),
            ..*question
        };
        let may_say = |cue: Cue, name: &Name| {
            let asked = asked(name);
            asked.words <= cues::FARTHEST && cues::may_say(&asked, cue)
        };
        // Most numbers expire nowhere, however often it is said.
        let may_expire =
            || question.expiry && (question.length == 4 || may_speak_of_cards(elements, at));
        let mut present = self.present.get();
        while present != 0 {
            let place = present.trailing_zeros();
            present &= present - 1;
            let kept = self.nearest.get(place as usize).map(Cell::get);
            let said = kept.iter().flatten().flatten().any(|name| {
                Cue::at(place).map_or_else(
                    || asked(name).words <= cues::FARTHEST,
                    |cue| may_say(cue, name) && (cue != Cue::Expires || may_expire()),
                )
            });
            if said {
                return true;
            }
        }
        let count = self.count.get();
        (count.saturating_sub(IDENTIFIERS)..count)
            .rev()
            .take(question.looked_at())
            .filter_map(|at| self.identifier(at))
            .any(|(cue, name)| may_say(cue, &name))
    }
}

/// Whether an element counts like words do between a name and a number.
const fn counts(element: &Element) -> bool {
    matches!(
        element.what,
        What::Number(_) | What::Code { .. } | What::Found(_)
    )
}

/// How many elements count so.
fn counted(elements: &[Element]) -> u32 {
    elements
        .iter()
        .map(|element| u32::from(counts(element)))
        .sum()
}

/// Runs that were read not long ago: a chain of them is looked at from each of its links.
pub(super) struct Runs {
    /// The run that begins at an element, in the slot of that element.
    kept: [Option<Run>; KEPT_RUNS],
    /// The same, as chains need it.
    goes: [Option<Go>; KEPT_RUNS],
    /// What stands before this element has changed since.
    from: usize,
}

/// So many runs are remembered, of which a chain holds 24.
const KEPT_RUNS: usize = 64;

impl Runs {
    pub(super) const fn new() -> Self {
        Self {
            kept: [None; KEPT_RUNS],
            goes: [None; KEPT_RUNS],
            from: 0,
        }
    }

    /// The run that begins at element `first`, if one does.
    pub(super) fn at(&mut self, elements: &[Element], first: usize) -> Option<Run> {
        let slot = self.kept.get_mut(first % KEPT_RUNS)?;
        if slot.is_none_or(|run| run.first != first || first < self.from) {
            *slot = Some(run_at(elements, first)?);
        }
        *slot
    }

    /// The same, as a go of a number.
    pub(super) fn go(&mut self, elements: &[Element], first: usize) -> Option<&Go> {
        let slot = first % KEPT_RUNS;
        let known = self.goes.get(slot)?.as_ref();
        if known.is_none_or(|go| go.first() != first || first < self.from) {
            let run = self.at(elements, first)?;
            *self.goes.get_mut(slot)? = Some(Go::of(elements, &run));
        }
        self.goes.get(slot)?.as_ref()
    }

    /// A run, of which only a part may be looked at, as a go of a number.
    pub(super) fn go_of(&mut self, elements: &[Element], run: &Run) -> Go {
        let whole = self.go(elements, run.first);
        let known = whole.filter(|go| go.last() == run.last).copied();
        known.unwrap_or_else(|| Go::of(elements, run))
    }

    /// Elements up to `last` have become a find: what begins behind them is as it was.
    pub(super) fn cut(&mut self, last: usize) {
        self.from = self.from.max(last + 1);
    }

    /// Elements have moved.
    pub(super) fn forget(&mut self) {
        self.kept.iter_mut().for_each(|slot| *slot = None);
        self.goes.iter_mut().for_each(|slot| *slot = None);
        self.from = 0;
    }
}
