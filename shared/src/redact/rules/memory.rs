//! What the rules keep in mind, so as not to look at the same elements again and again.

use std::cell::Cell;

use super::super::cues::{self, Question};
use super::super::element::{Element, What};
use super::super::runs::{Run, run_at};

/// So many names are remembered.
const KEPT: usize = 16;

/// The last names that were passed.
#[derive(Clone, Copy, Default)]
pub(super) struct Names {
    /// Where each stands, and how many numbers had been passed before it; the newest at `count - 1`.
    kept: [(usize, u32); KEPT],
    count: usize,
    numbers: u32,
}

impl Names {
    pub(super) fn pass(&mut self, at: usize, element: &Element) {
        if element.names() {
            if let Some(slot) = self.kept.get_mut(self.count % KEPT) {
                *slot = (at, self.numbers);
            }
            self.count += 1;
        }
        let number = matches!(
            element.what,
            What::Number(_) | What::Code { .. } | What::Found(_)
        );
        self.numbers += u32::from(number);
    }

    /// Whether a name before element `at` may say something of the number there: `false` only where
    /// looking for it would be in vain.
    pub(super) fn may_name(&self, elements: &[Element], at: usize, question: &Question) -> bool {
        let Some(number) = elements.get(at) else {
            return false;
        };
        for nth in 1..=self.count.min(KEPT) {
            let kept = self.kept.get((self.count - nth) % KEPT);
            let Some((name, &(_, numbers))) =
                kept.and_then(|kept| elements.get(kept.0).zip(Some(kept)))
            else {
                return true;
            };
            let (words, crossed, stopped) = cues::distance(name, number);
            // What stands between counts as the rules count it, or less.
            let between = self.numbers.saturating_sub(numbers).saturating_sub(1) / 2;
            let words = words + between;
            if words > cues::FARTHEST {
                return false;
            }
            let asked = Question {
                words,
                crossed,
                stopped,
                ..*question
            };
            let says = match name.cue() {
                Some(cue) => cues::may_say(&asked, cue),
                None => true,
            };
            if says {
                return true;
            }
        }
        self.count > KEPT
    }
}

/// Runs that were read not long ago: a chain of them is looked at from each of its links.
pub(super) struct Runs {
    /// The run that begins at an element, in the slot of that element.
    kept: [Cell<Option<Run>>; 32],
}

impl Runs {
    pub(super) fn new() -> Self {
        Self {
            kept: [const { Cell::new(None) }; 32],
        }
    }

    /// The run that begins at element `first`, if one does.
    pub(super) fn at(&self, elements: &[Element], first: usize) -> Option<Run> {
        let slot = self.kept.get(first % self.kept.len())?;
        if let Some(run) = slot.get().filter(|run| run.first == first) {
            return Some(run);
        }
        let run = run_at(elements, first)?;
        slot.set(Some(run));
        Some(run)
    }

    /// Elements have changed, or moved.
    pub(super) fn forget(&self) {
        for slot in &self.kept {
            slot.set(None);
        }
    }
}
