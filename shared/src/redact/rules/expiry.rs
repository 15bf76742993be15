//! The month and year on a card.

use super::super::check::Digits;
use super::super::cues::{self, Question, Verdict};
use super::super::element::{Element, Gap, Look, Number};
use super::super::engine::Find;
use super::super::kind::{Confidence, Kind};
use super::super::looks::may_be_expiry;
use super::super::runs::Run;
use super::Rules;
use super::nearby::follows_card;

impl Rules<'_> {
    /// Month and year by digits: 12/26.
    pub(super) fn decide_month_year(
        &self,
        elements: &mut [Element],
        finds: &mut Vec<Find>,
        at: usize,
    ) -> usize {
        let end = elements
            .get(at + 1)
            .filter(|next| next.look == Look::MonthYear)
            .map_or(at, |_| at + 1);
        let run = Run {
            first: at,
            last: end,
            digits: Digits::default(),
            said: 4,
            least: 4,
            most: 4,
            spoken: false,
            told: false,
            parts: 2,
            phone: false,
        };
        let question = Question {
            least: 4,
            length: 4,
            expiry: true,
            ..self.question(Digits::default(), &run)
        };
        let lead = self.before(elements, at, question);
        let named = match lead {
            Some(Verdict::Take(Kind::CardExpiry)) => true,
            Some(Verdict::Take(Kind::CardNumber)) | None => {
                follows_card(elements, at)
                    || cues::after(elements, end, question) == Some(Kind::CardExpiry)
            }
            _ => false,
        };
        if named {
            self.cut(
                elements,
                finds,
                &run,
                Kind::CardExpiry,
                Confidence::Medium,
                None,
            );
        }
        end + 1
    }

    /// A month by its number and the year it is of, where an expiry is named: "ten of twenty nine".
    pub(super) fn month_of_year(&self, elements: &[Element], month: &Run) -> Option<Run> {
        if month.digits.len() > 2 {
            return None;
        }
        let (start, next) = (elements.get(month.first)?, elements.get(month.last + 1)?);
        let beside = next.is_number()
            && (next.piece, next.words, next.links) == (start.piece, start.words, start.links + 1)
            && next.gap.only(Gap::SPACE);
        if !beside {
            return None;
        }
        let year = self.run(elements, month.last + 1)?;
        let mut digits = month.digits;
        digits.append(&year.digits);
        let both = Run {
            digits,
            last: year.last,
            ..*month
        };
        let question = Question {
            least: 4,
            length: 4,
            expiry: true,
            ..self.question(digits, &both)
        };
        let named = is_year(&year.digits)
            && may_be_expiry(&digits.values())
            && self.before(elements, month.first, question)
                == Some(Verdict::Take(Kind::CardExpiry));
        named.then_some(both)
    }

    /// Month by name: "December 2027".
    pub(super) fn decide_month(
        &self,
        elements: &mut [Element],
        finds: &mut Vec<Find>,
        at: usize,
    ) -> usize {
        let Some(month) = elements.get(at) else {
            return at + 1;
        };
        let mut last = at;
        let mut digits = Digits::default();
        while let Some(next) = elements.get(last + 1)
            && let Some(number) = next.number()
            && let pause = if number.is_spoken() {
                Gap::DOT | Gap::STOP
            } else {
                0
            }
            && next.words == month.words
            && next.links.saturating_sub(month.links) <= 1
            && next.piece == month.piece
            && next.gap.only(
                Gap::SPACE | Gap::DASH | Gap::COMMA | Gap::SLASH | Gap::FILLER | Gap::AND | pause,
            )
            && digits.len() + number.digits.len() <= 4
        {
            digits.extend(&number.digits.values());
            last += 1;
        }
        if !is_year(&digits) {
            return at + 1;
        }
        let spoken = elements
            .get(last)
            .and_then(Element::number)
            .is_some_and(Number::is_spoken);
        let run = Run {
            first: at,
            last,
            digits,
            said: 4,
            least: 4,
            most: 4,
            spoken,
            told: false,
            parts: 2,
            phone: false,
        };
        let question = Question {
            least: 4,
            length: 4,
            expiry: true,
            ..self.question(Digits::default(), &run)
        };
        let named = self.before(elements, at, question) == Some(Verdict::Take(Kind::CardExpiry))
            || cues::after(elements, last, question) == Some(Kind::CardExpiry)
            || follows_card(elements, at);
        if named {
            self.cut(
                elements,
                finds,
                &run,
                Kind::CardExpiry,
                Confidence::Medium,
                None,
            );
        }
        last + 1
    }
}

/// Digits that may be the year of an expiry.
fn is_year(digits: &Digits) -> bool {
    matches!(*digits.values(), [2..=4, _] | [2, 0, 2..=4, _])
}
