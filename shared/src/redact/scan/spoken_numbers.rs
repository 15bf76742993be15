//! Numbers said in words.

use super::super::check::Digits;
use super::super::element::{Element, Gap, Number, What};
use super::super::lexicon::{Class, Languages, Meaning, NumberWord};
use super::super::spoken::{self, Compound};
use super::{ENOUGH, Scanner, Waiting, repeated};

impl Scanner<'_> {
    pub(super) fn take_number_word(&mut self, word: NumberWord, start: usize, end: usize) {
        self.word_end = usize::MAX;
        if !word.weak {
            self.flush_waiting_before(word.languages);
            self.push_number_word(word, start, end);
            return;
        }
        let beside = self
            .beside_number()
            .and_then(Element::number)
            .is_some_and(|number| {
                number.languages.share(word.languages)
                    && (word.class != Class::Scale || number.spoken)
                    && (number.spoken || word.value == 0 || word.languages != Languages::ENGLISH)
            });
        if self.repeat.is_some() {
            self.push_number_word(word, start, end);
        } else if beside && word.languages.share(Languages::ENGLISH) && word.value != 0 {
            // "for", "to": between digits a digit, after them a word.
            self.wait(word, start, end);
        } else if beside {
            self.flush_waiting_before(word.languages);
            self.push_number_word(word, start, end);
        } else if word.languages == Languages::FRENCH && word.value == 7 && self.waiting.count == 0
        {
            // "Sept" is a month to all others.
            self.push(What::Month, start, end);
        } else if word.class == Class::Scale {
            // "cent" is a hundred behind a French digit, and money behind others.
            self.take(Meaning::Currency, start, end);
        } else {
            self.wait(word, start, end);
        }
    }

    pub(super) fn wait(&mut self, word: NumberWord, start: usize, end: usize) {
        let joins = self.gap.only(Gap::SPACE | Gap::DASH | Gap::COMMA);
        let same = self
            .waiting
            .last()
            .is_some_and(|last| joins && last.word.languages.share(word.languages));
        if !same || self.waiting.count == ENOUGH {
            self.drop_waiting();
        }
        let tight = start.saturating_sub(self.gap_start) <= 1;
        if let Some(slot) = self.waiting.words.get_mut(self.waiting.count) {
            *slot = Some(Waiting {
                word,
                start,
                end,
                gap: self.gap,
                tight,
            });
            self.waiting.count += 1;
        }
        self.gap = Gap::default();
        self.gap_start = end;
        if self.waiting.count == ENOUGH && !word.languages.share(Languages::ENGLISH) {
            self.release_waiting();
        }
    }

    /// A digit follows: were the words before it digits too?
    pub(super) fn flush_waiting_before(&mut self, languages: Languages) {
        let Some(last) = self.waiting.last() else {
            return;
        };
        let english = last.word.languages.share(Languages::ENGLISH);
        let after_number = self.elements.last().is_some_and(|last| {
            last.is_number() && last.words == self.words && last.links == self.links
        });
        let joins = last.word.languages.share(languages)
            && self.gap.only(Gap::SPACE | Gap::DASH | Gap::COMMA)
            && (!english || last.word.value == 0 || after_number);
        if joins {
            let (gap, gap_start) = (self.gap, self.gap_start);
            self.release_waiting();
            (self.gap, self.gap_start) = (gap, gap_start);
        } else {
            self.drop_waiting();
        }
    }

    /// The words that waited are digits.
    fn release_waiting(&mut self) {
        let count = std::mem::take(&mut self.waiting.count);
        for index in 0..count {
            if let Some(waiting) = self.waiting.words.get(index).copied().flatten() {
                self.gap = waiting.gap;
                self.gap_start = if waiting.tight { waiting.start } else { 0 };
                self.push_number_word(waiting.word, waiting.start, waiting.end);
            }
        }
    }

    pub(super) fn push_number_word(&mut self, word: NumberWord, start: usize, end: usize) {
        let beside = self.elements.last().is_some_and(|last| {
            last.is_number()
                && last.piece == self.piece
                && last.words == self.words
                && last.links == self.links
        });
        let plain_gap = self.gap.only(Gap::SPACE | Gap::DASH | Gap::AND);
        if beside
            && plain_gap
            && self.repeat.is_none()
            && let Some(compound) = &mut self.compound
            && compound.extend(word, self.gap.has(Gap::AND))
        {
            let digits = compound.digits();
            let scaled = compound.scaled();
            if let Some(last) = self.elements.last_mut()
                && let What::Number(number) = &mut last.what
            {
                number.digits = digits;
                number.scaled = scaled;
                number.languages = word.languages;
                last.end = end;
            }
            self.gap = Gap::default();
            self.gap_start = end;
            return;
        }
        let compound = Compound::new(word);
        let mut digits = compound.digits();
        let mut from = start;
        let mut goes_on = true;
        if let Some((times, repeat_start)) = self.repeat.take() {
            digits = repeated(digits, times);
            from = repeat_start;
            goes_on = false;
        }
        let number = Number {
            digits,
            spoken: true,
            languages: word.languages,
            spaced: false,
            scaled: word.class == Class::Scale,
        };
        self.place(What::Number(number), from, end);
        self.compound = goes_on.then_some(compound);
    }

    /// "three zeros"
    pub(super) fn take_plural(&mut self, value: u8, start: usize, end: usize) {
        self.drop_waiting();
        let beside = self.beside_number().is_some();
        if beside
            && let Some(last) = self.elements.last_mut()
            && let What::Number(number) = &mut last.what
            && let [times @ 2..=9] = *number.digits.values()
        {
            let mut one = Digits::default();
            one.push(value);
            number.digits = repeated(one, times);
            last.end = end;
            self.gap = Gap::default();
            self.gap_start = end;
        } else if let Some((times, from)) = self.repeat.take() {
            let mut one = Digits::default();
            one.push(value);
            let number = Number {
                digits: repeated(one, times),
                spoken: true,
                languages: Languages::ENGLISH,
                spaced: false,
                scaled: false,
            };
            self.place(What::Number(number), from, end);
        } else {
            self.words += 1;
            self.gap_start = start.max(end);
        }
        self.compound = None;
    }

    /// "fourtwofourtwo": digit words that lost their spaces.
    pub(super) fn run_together(&mut self, start: usize, end: usize) -> bool {
        let Some(word) = self.bytes.get(start..end) else {
            return false;
        };
        if spoken::split(word, |_, _, _| {}).is_none() {
            return false;
        }
        self.drop_waiting();
        let mut parts = [(0, 0, 0); 40];
        let mut count = 0;
        spoken::split(word, |value, from, to| {
            if let Some(slot) = parts.get_mut(count) {
                *slot = (value, from, to);
                count += 1;
            }
        });
        for &(value, from, to) in parts.iter().take(count) {
            let class = match value {
                0..=9 => Class::Digit,
                10..=19 => Class::Teen,
                _ => Class::Ten,
            };
            let word = NumberWord {
                value,
                class,
                languages: Languages::ENGLISH,
                weak: false,
            };
            self.push_number_word(word, start + from, start + to);
        }
        self.at = end;
        true
    }
}
