//! Spoken numbers: "forty-two", "four thousand two hundred and forty-two", "fourtwofourtwo".

use super::check::Digits;
use super::lexicon::{Class, Languages, NumberWord};

/// A number being said, word by word.
#[derive(Clone, Copy)]
pub(super) struct Compound {
    /// What stands before the last thousand, lakh or million.
    total: u64,
    /// What has been said since.
    current: u64,
    /// The unit below which a word may still add.
    room: u64,
    scaled: bool,
    languages: Languages,
    class: Class,
}

impl Compound {
    pub(super) fn new(word: NumberWord) -> Self {
        let value = u64::from(word.value);
        let mut compound = Self {
            total: 0,
            current: value,
            room: match word.class {
                Class::Ten => 10,
                Class::Scale => value,
                Class::Digit | Class::Teen => 0,
            },
            scaled: word.class == Class::Scale,
            languages: word.languages,
            class: word.class,
        };
        if word.class == Class::Scale && value > 100 {
            compound.total = value;
            compound.current = 0;
        }
        compound
    }

    pub(super) const fn is_scaled(&self) -> bool {
        self.scaled
    }

    /// Goes on with a word, where the grammar allows it; `false` begins another number.
    pub(super) fn extend(&mut self, word: NumberWord, and: bool) -> bool {
        let value = u64::from(word.value);
        if !self.languages.share(word.languages) {
            return false;
        }
        let french =
            self.languages.share(Languages::FRENCH) && !self.languages.share(Languages::ENGLISH);
        match word.class {
            Class::Scale if value == 100 => {
                if self.current == 0
                    || self.current > 99
                    || (self.scaled && self.current.is_multiple_of(100))
                {
                    return false;
                }
                self.current *= 100;
                self.room = 100;
            }
            Class::Scale => {
                if self.current == 0 || self.total != 0 && self.total <= self.current * value {
                    return false;
                }
                self.total += self.current * value;
                self.current = 0;
                self.room = value.min(1000);
            }
            // Four times twenty, in French.
            Class::Ten if french && self.current % 100 == 4 && value == 20 => {
                self.current += 76;
                self.room = 20;
            }
            // "soixante-douze"
            Class::Teen if french && (self.room == 20 || self.current % 100 == 60) => {
                self.current += value;
                self.room = 0;
            }
            // "twee en veertig": the one before the ten.
            Class::Ten
                if and
                    && self.class == Class::Digit
                    && self.current > 0
                    && self.current < 10
                    && !self.languages.share(Languages::ENGLISH) =>
            {
                self.current += value;
                self.room = 0;
            }
            Class::Digit | Class::Teen | Class::Ten => {
                if value == 0
                    || value >= self.room
                    || (and && self.room < 20 && !self.scaled && !self.joins_with_and())
                {
                    return false;
                }
                self.current += value;
                self.room = if word.class == Class::Ten { 10 } else { 0 };
            }
        }
        self.scaled |= word.class == Class::Scale;
        self.class = word.class;
        true
    }

    /// Swahili and French say "forty and two".
    const fn joins_with_and(&self) -> bool {
        self.languages.share(Languages::SWAHILI)
            || self.languages.share(Languages::FRENCH)
            || self.languages.share(Languages::HAUSA)
    }

    /// Its digits.
    pub(super) fn digits(&self) -> Digits {
        let mut digits = Digits::default();
        let value = self.total.saturating_add(self.current);
        let mut unit = 1u64;
        while value / unit >= 10 {
            unit *= 10;
        }
        while unit > 0 {
            digits.push(u8::try_from(value / unit % 10).unwrap_or_default());
            unit /= 10;
        }
        digits
    }
}

/// Stand for "double" and "triple" among the numbers below.
const DOUBLE: u32 = 1002;
const TRIPLE: u32 = 1003;

/// How many times a part of a word says what comes next.
pub(super) const fn times(value: u32) -> Option<u8> {
    match value {
        DOUBLE => Some(2),
        TRIPLE => Some(3),
        _ => None,
    }
}

/// English number words by their length, longest first, for words that lost their spaces.
const WORDS: [(&[u8], u32); 40] = [
    (b"double", DOUBLE),
    (b"triple", TRIPLE),
    (b"treble", TRIPLE),
    (b"seventeen", 17),
    (b"thirteen", 13),
    (b"fourteen", 14),
    (b"eighteen", 18),
    (b"nineteen", 19),
    (b"fifteen", 15),
    (b"sixteen", 16),
    (b"seventy", 70),
    (b"eleven", 11),
    (b"twelve", 12),
    (b"twenty", 20),
    (b"thirty", 30),
    (b"eighty", 80),
    (b"ninety", 90),
    (b"nought", 0),
    (b"seven", 7),
    (b"niner", 9),
    (b"three", 3),
    (b"eight", 8),
    (b"forty", 40),
    (b"fifty", 50),
    (b"sixty", 60),
    (b"zero", 0),
    (b"four", 4),
    (b"five", 5),
    (b"nine", 9),
    (b"fife", 5),
    (b"one", 1),
    (b"two", 2),
    (b"six", 6),
    (b"ten", 10),
    (b"ate", 8),
    (b"won", 1),
    (b"for", 4),
    (b"too", 2),
    (b"oh", 0),
    (b"o", 0),
];

/// Splits a word into two or more number words and tells each; `None` when it is not made of them.
pub(super) fn split(word: &[u8], mut each: impl FnMut(u32, usize, usize)) -> Option<usize> {
    let (mut at, mut count, mut last) = (0, 0, 0);
    while at < word.len() {
        let rest = word.get(at..)?;
        let (name, value) = WORDS.iter().find(|(name, _)| {
            rest.get(..name.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(name))
        })?;
        each(*value, at, at + name.len());
        at += name.len();
        count += 1;
        last = *value;
    }
    // What is doubled must be said.
    (count >= 2 && times(last).is_none()).then_some(count)
}
