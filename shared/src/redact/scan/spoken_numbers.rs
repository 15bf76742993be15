//! Numbers said in words.

use super::super::check::Digits;
use super::super::element::{Element, Form, Gap, Number, Place, What};
use super::super::lexicon::{Class, Languages, Meaning, NumberWord, PhraseHash, look_up};
use super::super::spoken::{self, Compound};
use super::{ENOUGH, Repeat, Scanner, Waiting, repeated};

impl Scanner<'_> {
    pub(super) fn take_number_word(&mut self, word: NumberWord, start: usize, end: usize) {
        // "the right one is …"
        if word.value == 1
            && word.languages.share(Languages::ENGLISH)
            && self.repeat.is_none()
            && !self.goes_on()
            && self.is_said_of(end)
        {
            self.ordinary(end);
            return;
        }
        self.word_end = usize::MAX;
        if !word.weak {
            self.flush_waiting_before(word.languages, true);
            self.push_number_word(word, start, end);
            return;
        }
        // "… 0123456789. Oh, and" is no nought.
        let sigh = self.gap.has(Gap::STOP)
            && !self.is_number_next(end)
            && !self
                .beside_number()
                .and_then(Element::number)
                .is_some_and(Number::is_spoken);
        let beside = self
            .beside_number()
            .filter(|_| !sigh)
            .or_else(|| self.taken_back_number().filter(|_| word.value == 0))
            .and_then(Element::number)
            .is_some_and(|number| {
                number.languages.share(word.languages)
                    && (word.class != Class::Scale || number.is_spoken())
                    && (number.is_spoken()
                        || word.value == 0
                        || word.languages != Languages::ENGLISH)
            });
        // "sept cent": a hundred behind a digit that waits.
        let counts_hundreds = word.class == Class::Scale
            && self.gap.only(Gap::SPACE | Gap::DASH)
            && self
                .waiting
                .last()
                .is_some_and(|last| last.word.languages.share(word.languages));
        // "trente et un"
        let joined = word.languages.share(Languages::FRENCH)
            && !word.languages.share(Languages::ENGLISH)
            && self.compound.is_some()
            && self.gap.has(Gap::AND)
            && self.gap.only(Gap::SPACE | Gap::DASH | Gap::AND);
        if self.repeat.is_some() || joined {
            self.flush_waiting_before(word.languages, true);
            self.push_number_word(word, start, end);
        } else if counts_hundreds {
            self.release_waiting();
            self.push_number_word(word, start, end);
        } else if beside && word.languages.share(Languages::ENGLISH) && word.value != 0 {
            // "for", "to": between digits a digit, after them a word.
            self.wait(word, start, end);
        } else if beside {
            self.flush_waiting_before(word.languages, true);
            self.push_number_word(word, start, end);
        } else if word.languages == Languages::FRENCH
            && word.value == 7
            && self.waiting.count == 0
            && !self.is_french_next(end)
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
            self.settle_waiting(false);
        }
        let tight = start.saturating_sub(self.gap_start) <= 1;
        let stops = self.stops;
        if let Some(slot) = self.waiting.words.get_mut(self.waiting.count) {
            *slot = Some(Waiting {
                word,
                start,
                end,
                gap: self.gap,
                tight,
                stops,
            });
            self.waiting.count += 1;
        }
        self.gap = Gap::default();
        self.gap_start = end;
        if self.waiting.count == ENOUGH
            && (!word.languages.share(Languages::ENGLISH) || self.are_noughts())
        {
            self.release_waiting();
        }
    }

    /// A digit follows: were the words before it digits too?
    pub(super) fn flush_waiting_before(&mut self, languages: Languages, spoken: bool) {
        let Some(last) = self.waiting.last() else {
            return;
        };
        let english = last.word.languages.share(Languages::ENGLISH);
        // "transfer 5 to 0123456789" has no two in it.
        let after_number = self.elements.last().is_some_and(|before| {
            before.words == self.words
                && before.links == self.links
                && before
                    .number()
                    .is_some_and(|number| number.is_spoken() && (spoken || last.word.misheard))
        });
        let joins = last.word.languages.share(languages)
            && (self.gap.only(Gap::SPACE | Gap::DASH | Gap::COMMA)
                || last.word.value == 0 && !self.gap.has(Gap::ANSWER))
            && (!english || last.word.value == 0 || after_number || spoken && self.are_misheard());
        if joins {
            self.release_waiting();
        } else {
            self.drop_waiting();
        }
    }

    /// "oh oh": nobody sighs so.
    fn are_noughts(&self) -> bool {
        self.waiting.iter().all(|waiting| waiting.word.value == 0)
    }

    /// A number, or a word that takes one back, stands just before.
    fn goes_on(&self) -> bool {
        self.elements.last().is_some_and(|last| {
            matches!(last.what, What::Number(_) | What::Correction)
                && last.piece == self.piece
                && last.words == self.words
        })
    }

    /// "is" or "was" follows.
    fn is_said_of(&self, end: usize) -> bool {
        self.bytes.get(end) == Some(&b' ')
            && self.word(end + 1, PhraseHash::START).is_some_and(|word| {
                matches!(
                    look_up(word.hash).and_then(|found| found.meaning),
                    Some(Meaning::Is)
                )
            })
    }

    /// A number follows that is said in French.
    fn is_french_next(&self, end: usize) -> bool {
        self.word(end + 1, PhraseHash::START).is_some_and(|word| {
            matches!(
                look_up(word.hash).and_then(|found| found.meaning),
                Some(Meaning::Number(next)) if next.languages.share(Languages::FRENCH)
            )
        })
    }

    /// Several words wait, one of them misheard for a digit: "oh won ate".
    fn are_misheard(&self) -> bool {
        self.waiting.count > 1 && self.waiting.iter().any(|waiting| waiting.word.misheard)
    }

    /// No digit follows: what is misheard for one is one behind two others ("eight six ate"), and
    /// at the end of what is said so are "to" and "for".
    pub(super) fn settle_waiting(&mut self, ends: bool) {
        if self.waiting.count == 0 {
            return;
        }
        let zero = self.waiting.last().is_some_and(|last| {
            last.word.value == 0 && last.word.languages.share(Languages::ENGLISH)
        });
        if zero && ends && self.at < self.bytes.len() && self.is_number_next(self.at) {
            return;
        }
        let english = self
            .waiting
            .iter()
            .all(|waiting| waiting.word.languages.share(Languages::ENGLISH));
        let plain = |waiting: &Waiting| {
            waiting
                .gap
                .only(Gap::SPACE | Gap::DASH | Gap::COMMA | Gap::DOT | Gap::STOP | Gap::AND)
        };
        let beside = self.waiting.iter().next().is_some_and(plain);
        let together = self.waiting.iter().skip(1).all(plain);
        let misheard = self.waiting.iter().all(|waiting| waiting.word.misheard);
        if self.waiting.count > 1 && self.are_noughts() {
            self.release_waiting();
            return;
        }
        let several = self.waiting.count > 1 || ends && self.is_number_next(self.at);
        let told = self.elements.last().is_some_and(|last| {
            last.piece == self.piece
                && last.words == self.words
                && last.links == self.links
                && last.number().is_some_and(|number| {
                    number.is_spoken()
                        && (several
                            || misheard
                            || number.digits.len() >= 2
                            || self.follows_number())
                })
        });
        // "oh won for"
        let alone =
            ends && (self.waiting.count > 2 || self.is_number_next(self.at)) && self.are_misheard();
        if english && together && (alone || told && beside && (misheard || ends)) {
            self.release_waiting();
        } else {
            self.drop_waiting();
        }
    }

    /// The number before a word that takes it back, where nothing was said since.
    fn taken_back_number(&self) -> Option<&Element> {
        let is_correction = |element: &&Element| matches!(element.what, What::Correction);
        self.elements.last().filter(is_correction)?;
        self.elements
            .iter()
            .rev()
            .find(|element| !is_correction(element))
            .filter(|number| {
                number.is_number()
                    && number.piece == self.piece
                    && number.words == self.words
                    && self.links - number.links <= 2
            })
    }

    /// The last number comes right behind another.
    fn follows_number(&self) -> bool {
        matches!(
            self.elements.as_slice(),
            [.., before, last] if before.is_number()
                && before.piece == last.piece
                && before.words == last.words
                && before.links == last.links
        )
    }

    /// The last number comes right behind a word that takes something back.
    pub(super) fn after_taken_back(&self) -> bool {
        let mut last = self.elements.iter().rev();
        last.next().is_some_and(|number| {
            number.is_number() && number.piece == self.piece && number.words == self.words
        }) && last
            .find(|element| !element.is_number())
            .is_some_and(|element| matches!(element.what, What::Correction))
    }

    /// The words that waited are digits.
    fn release_waiting(&mut self) {
        let (gap, gap_start, stops) = (self.gap, self.gap_start, self.stops);
        let repeat = self.repeat.take();
        let count = std::mem::take(&mut self.waiting.count);
        for index in 0..count {
            if let Some(waiting) = self.waiting.words.get(index).copied().flatten() {
                self.gap = waiting.gap;
                self.gap_start = if waiting.tight { waiting.start } else { 0 };
                self.stops = waiting.stops;
                self.push_number_word(waiting.word, waiting.start, waiting.end);
            }
        }
        (self.gap, self.gap_start, self.stops) = (gap, gap_start, stops);
        self.repeat = repeat;
    }

    pub(super) fn push_number_word(&mut self, word: NumberWord, start: usize, end: usize) {
        let beside = self.elements.last().is_some_and(|last| {
            last.is_number()
                && last.piece == self.piece
                && last.words == self.words
                && last.links == self.links
        });
        // "five, thousand": no number begins with a thousand.
        let paused = word.class == Class::Scale || self.gap.has(Gap::AND);
        let joined = !self.gap.has(Gap::DASH) || start.saturating_sub(self.gap_start) <= 1;
        let plain_gap = if paused {
            self.gap
                .only(Gap::SPACE | Gap::DASH | Gap::AND | Gap::COMMA | Gap::DOT | Gap::STOP)
        } else {
            joined && self.gap.only(Gap::SPACE | Gap::DASH)
        };
        if beside
            && plain_gap
            && self.repeat.is_none()
            && let Some(compound) = &mut self.compound
            && compound.extend(word, self.gap.has(Gap::AND))
        {
            let digits = compound.digits();
            let scaled = compound.is_scaled();
            if let Some(last) = self.elements.last_mut()
                && let What::Number(number) = &mut last.what
            {
                number.digits = digits;
                number.form = match (scaled, word.class) {
                    (true, _) => Form::Scaled,
                    (false, Class::Digit) => Form::Ten,
                    (false, _) => Form::Said,
                };
                number.languages = word.languages;
                last.end = Place::new(end);
            }
            self.gap = Gap::default();
            self.gap_start = end;
            return;
        }
        let compound = Compound::new(word);
        let mut digits = compound.digits();
        let mut from = start;
        let mut goes_on = true;
        let stops = self.stops;
        if let Some(repeat) = self.repeat.take() {
            digits = repeated(digits, repeat.times);
            from = repeat.start;
            self.stops = repeat.stops;
            goes_on = false;
        }
        let number = Number {
            digits,
            form: if word.class == Class::Scale {
                Form::Scaled
            } else {
                Form::Said
            },
            languages: word.languages,
        };
        self.place(What::Number(number), from, end);
        self.stops = stops;
        self.compound = goes_on.then_some(compound);
    }

    /// "three zeros"
    pub(super) fn take_plural(&mut self, value: u8, start: usize, end: usize) {
        self.drop_waiting();
        let beside = self.beside_number().is_some();
        if beside
            && let Some(last) = self.elements.last_mut()
            && let What::Number(number) = &mut last.what
            && let [times @ 2..=9] | [1, times @ 0..=6] = *number.digits.values()
        {
            let times = times + 10 * u8::from(number.digits.len() == 2);
            let mut one = Digits::default();
            one.push(value);
            number.digits = repeated(one, times);
            last.end = Place::new(end);
            self.gap = Gap::default();
            self.gap_start = end;
        } else if let Some(repeat) = self.repeat.take() {
            let mut one = Digits::default();
            one.push(value);
            let number = Number {
                digits: repeated(one, repeat.times),
                form: Form::Said,
                languages: Languages::ENGLISH,
            };
            self.place(What::Number(number), repeat.start, end);
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
        self.flush_waiting_before(Languages::ENGLISH, true);
        let mut parts = [(0, 0, 0); 40];
        let mut count = 0;
        spoken::split(word, |value, from, to| {
            if let Some(slot) = parts.get_mut(count) {
                *slot = (value, from, to);
                count += 1;
            }
        });
        for &(value, from, to) in parts.iter().take(count) {
            if let Some(times) = spoken::times(value) {
                self.repeat = Some(Repeat {
                    times,
                    start: start + from,
                    stops: self.stops,
                });
                continue;
            }
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
                misheard: false,
            };
            self.push_number_word(word, start + from, start + to);
        }
        self.at = end;
        true
    }
}
