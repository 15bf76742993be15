//! What the rules keep in mind, so as not to look at the same elements again and again.

use std::cell::Cell;

use super::super::cues::{self, Question};
use super::super::element::{Element, What};
use super::super::expires::may_speak_of_cards;
use super::super::lexicon::Cue;
use super::super::runs::{Run, run_at};
use super::links::Go;

/// So many names are remembered: no more elements are looked at for one.
const KEPT: usize = cues::LOOKED_AT;

/// The last names that were passed.
pub(super) struct Names {
    /// Where each stands, and how many numbers had been passed before it; the newest at `count - 1`.
    kept: [Cell<(u32, u32)>; KEPT],
    count: Cell<usize>,
    numbers: Cell<u32>,
    /// So many elements were passed.
    passed: Cell<usize>,
}

impl Names {
    pub(super) fn new() -> Self {
        Self {
            kept: [const { Cell::new((0, 0)) }; KEPT],
            count: Cell::new(0),
            numbers: Cell::new(0),
            passed: Cell::new(0),
        }
    }

    /// Elements have moved.
    pub(super) fn forget(&self) {
        self.count.set(0);
        self.numbers.set(0);
        self.passed.set(0);
    }

    /// Passes the elements before `at`.
    pub(super) fn pass_to(&self, elements: &[Element], at: usize) {
        let from = self.passed.get();
        let (mut numbers, mut count) = (self.numbers.get(), self.count.get());
        let passed = elements.get(from..at).unwrap_or_default();
        for (element, index) in passed.iter().zip(from..) {
            if element.names() {
                if let Some(slot) = self.kept.get(count % KEPT) {
                    slot.set((u32::try_from(index).unwrap_or(u32::MAX), numbers));
                }
                count += 1;
            }
            numbers += u32::from(counts(element));
        }
        self.numbers.set(numbers);
        self.count.set(count);
        self.passed.set(at);
    }

    /// Elements become one find: of those that were passed already, only the first one counts.
    pub(super) fn cut(&self, elements: &[Element], first: usize, last: usize) {
        let passed = elements.get(first..self.passed.get().min(last + 1));
        let fewer = counted(passed.unwrap_or_default()).saturating_sub(1);
        self.numbers.set(self.numbers.get().saturating_sub(fewer));
    }

    /// Whether any name stands near enough before element `at` to say something of what is there.
    pub(super) fn is_near(&self, elements: &[Element], at: usize) -> bool {
        let last = self.count.get().checked_sub(1);
        let kept = last.and_then(|last| self.kept.get(last % KEPT));
        let name = kept.and_then(|kept| elements.get(usize::try_from(kept.get().0).ok()?));
        name.zip(elements.get(at))
            .is_some_and(|(name, number)| cues::distance(name, number).0 <= cues::FARTHEST)
    }

    /// Whether a name before element `at` may say something of the number there: `false` only where
    /// looking for it would be in vain.
    pub(super) fn may_name(&self, elements: &[Element], at: usize, question: &Question) -> bool {
        if question.is_too_short() {
            return false;
        }
        let Some(number) = elements.get(at) else {
            return false;
        };
        // A number that has letters before it begins where some were passed already.
        let passed = elements.get(at..self.passed.get()).unwrap_or_default();
        let until = self.numbers.get().saturating_sub(counted(passed));
        let mut asked = *question;
        let mut expires = None;
        let count = self.count.get();
        for nth in 1..=count.min(question.looked_at()) {
            let kept = self.kept.get((count - nth) % KEPT).map(Cell::get);
            let Some((name, numbers)) = kept.and_then(|(at, numbers)| {
                Some((elements.get(usize::try_from(at).ok()?)?, numbers))
            }) else {
                return true;
            };
            let cue = name.cue();
            // Most numbers expire nowhere, however often it is said.
            if cue == Some(Cue::Expires)
                && !*expires.get_or_insert_with(|| {
                    question.expiry && (question.length == 4 || may_speak_of_cards(elements, at))
                })
            {
                continue;
            }
            (asked.words, asked.crossed, asked.stopped) = cues::distance(name, number);
            // What stands between counts as the rules count it, or less.
            asked.words += until.saturating_sub(numbers).saturating_sub(1) / 2;
            if asked.words > cues::FARTHEST {
                return false;
            }
            if cue.is_none_or(|cue| cues::may_say(&asked, cue)) {
                return true;
            }
        }
        false
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
