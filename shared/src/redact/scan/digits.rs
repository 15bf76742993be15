//! Numbers written in digits, and words of letters and digits.

use super::super::characters::{digit, fold, is_invisible};
use super::super::check::Digits;
use super::super::codes;
use super::super::element::{Form, Gap, Number, Place, What};
use super::super::iban;
use super::super::kind::Kind;
use super::super::lexicon::{Found, Languages, Meaning, PhraseHash, look_up};
use super::super::secrets;
use super::{Scanner, repeated};
use crate::redact::engine::Find;

impl Scanner<'_> {
    pub(super) fn read_number(&mut self) {
        let start = self.at;
        let mut digits = Digits::default();
        let mut at = start;
        let mut end = start;
        loop {
            match self.bytes.get(at) {
                Some(byte @ b'0'..=b'9') => {
                    digits.push(byte - b'0');
                    at += 1;
                    end = at;
                }
                Some(b'a'..=b'z' | b'A'..=b'Z') => return self.read_mixed(start),
                Some(0x80..) => match self.character(at) {
                    Some(c) if is_invisible(c) => at += c.len_utf8(),
                    Some(c) => match digit(c) {
                        Some(value) => {
                            digits.push(value);
                            at += c.len_utf8();
                            end = at;
                        }
                        None if fold(c).is_some() => return self.read_mixed(start),
                        None => break,
                    },
                    None => break,
                },
                _ => break,
            }
        }
        self.at = at;
        self.push_digits(digits, start, end);
    }

    pub(super) fn push_digits(&mut self, digits: Digits, start: usize, end: usize) {
        self.flush_waiting_before(Languages::ENGLISH, false);
        // "4 2 4 2": one element for all of them.
        let single_space = self.gap == Gap::default() || self.gap.only(Gap::SPACE);
        if digits.len() == 1
            && single_space
            && start == self.gap_start + 1
            && self.repeat.is_none()
            && let Some(last) = self.elements.last_mut()
            && let What::Number(number) = &mut last.what
            && !number.is_spoken()
            && (number.form == Form::Spaced || number.digits.len() == 1)
            && number.digits.len() < 24
            && last.end.get() + 1 == start
        {
            number.digits.extend(&digits.values());
            number.form = Form::Spaced;
            last.end = Place::new(end);
            self.gap = Gap::default();
            self.gap_start = end;
            return;
        }
        let mut number = Number {
            digits,
            form: Form::Written,
            languages: Languages::ENGLISH,
        };
        let mut start = start;
        // "0803****567" hides what it was.
        if self.is_masked(end) {
            self.gap.add(Gap::GLUED);
        }
        let stops = self.stops;
        if let Some(repeat) = self.repeat.take() {
            number.digits = repeated(digits, repeat.times);
            start = repeat.start;
            self.stops = repeat.stops;
        }
        self.compound = None;
        self.place(What::Number(number), start, end);
        self.stops = stops;
    }

    /// A naira's or a rand's letter before an amount: not so long as an identifier.
    fn is_money(
        &self,
        start: usize,
        digits_at: usize,
        token: &codes::Token,
        digits: Digits,
    ) -> bool {
        let letter = self.bytes.get(start..digits_at) == Some(b"N")
            || self.bytes.get(start..digits_at) == Some(b"R");
        let goes_on = matches!(self.bytes.get(token.end..), Some([b',' | b'.', next, ..]) if next.is_ascii_digit());
        letter && (goes_on || digits.len() <= 6)
    }

    /// Dots or stars that hide digits begin here.
    fn is_masked(&self, at: usize) -> bool {
        self.text.get(at..).is_some_and(|rest| {
            ["**", "••", "XX", "xx"]
                .iter()
                .any(|mask| rest.starts_with(mask))
        })
    }

    /// A word of letters and digits.
    pub(super) fn read_mixed(&mut self, start: usize) {
        let token = codes::Token::read(self.text, start);
        if token.end == start {
            self.at += self.character(start).map_or(1, char::len_utf8);
            return;
        }
        // An IBAN; one that fails its check is no card either, but what its cue calls it.
        if let Some((end, right)) = iban::shape_at(self.text, start) {
            if right {
                self.found(Kind::Iban, start, end);
            } else {
                self.at = end;
                self.push(What::Code { length: 22 }, start, end);
                self.word_end = end;
                self.word_names = false;
            }
            return;
        }
        // "4O12": letters that stand for digits.
        if let Some(digits) = token.as_digits() {
            self.at = token.end;
            self.push_digits(digits, start, token.end);
            return;
        }
        if let Some((kind, end)) = secrets::at(self.text, start) {
            self.found(kind, start, end);
            return;
        }
        if let Some((kind, end)) = codes::recognise(self.text, start, &token) {
            self.found(kind, start, end);
            return;
        }
        // "arba3a": digits that stand for Arabic letters.
        if let Some(word) = token.arabic()
            && let Some(Meaning::Number(number)) = look_up(word).and_then(|found| found.meaning)
            && number.languages.share(Languages::ARABIC)
        {
            self.at = token.end;
            self.take(Meaning::Number(number), start, token.end);
            return;
        }
        // "card4242…", "NGN5000", "4242…exp", "5k": a word and a number without a space.
        match token.split(self.text) {
            codes::Split::WordFirst { at, word, digits } => {
                let meaning = if self.is_money(start, at, &token, digits) {
                    Some(Meaning::Currency)
                } else {
                    look_up(word).and_then(|found| found.meaning)
                };
                match meaning {
                    // "N5,000" and "R250" are money.
                    Some(Meaning::Currency) => {
                        self.at = token.end;
                        self.gap.add(Gap::CURRENCY);
                        self.push_digits(digits, start, token.end);
                    }
                    Some(Meaning::Cue(cue)) => {
                        self.push(What::Cue(cue), start, at);
                        self.at = token.end;
                        // "CVV2" and "PIN1" are names.
                        if digits.len() > 1 {
                            self.push_digits(digits, at, token.end);
                        }
                    }
                    _ => self.push_code(start, &token),
                }
            }
            codes::Split::DigitsFirst { at, word, digits } => {
                let meaning = look_up(word).and_then(|found| found.meaning);
                let known = matches!(
                    meaning,
                    Some(Meaning::Currency | Meaning::Unit | Meaning::Cue(_) | Meaning::Number(_))
                );
                if known || digits.len() >= 12 {
                    self.push_digits(digits, start, at);
                    self.at = at;
                    self.read_word();
                } else {
                    self.push_code(start, &token);
                }
            }
            codes::Split::NumberWords => {
                // "4two4two": the scanner reads the parts one by one.
                self.read_parts(start, token.end);
            }
            codes::Split::No => self.push_code(start, &token),
        }
    }

    pub(super) fn read_parts(&mut self, start: usize, end: usize) {
        let mut at = start;
        while at < end {
            let letters = self.bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
            let length = self.bytes.get(at..end).map_or(1, |rest| {
                rest.iter()
                    .take_while(|byte| byte.is_ascii_alphabetic() == letters)
                    .count()
            });
            let part = at..at + length.max(1);
            if letters {
                let hash = self
                    .bytes
                    .get(part.clone())
                    .unwrap_or_default()
                    .iter()
                    .fold(PhraseHash::START, |hash, byte| {
                        hash.push(byte.to_ascii_lowercase())
                    });
                if let Some(Found {
                    meaning: Some(Meaning::Number(word)),
                    ..
                }) = look_up(hash)
                {
                    self.flush_waiting_before(word.languages, true);
                    self.push_number_word(word, part.start, part.end);
                }
            } else {
                let mut digits = Digits::default();
                for byte in self.bytes.get(part.clone()).unwrap_or_default() {
                    digits.push(byte.wrapping_sub(b'0').min(9));
                }
                self.push_digits(digits, part.start, part.end);
            }
            at = part.end;
        }
        self.at = end;
    }

    pub(super) fn push_code(&mut self, start: usize, token: &codes::Token) {
        let length = u16::try_from(token.length).unwrap_or(u16::MAX);
        self.at = token.end;
        self.push(What::Code { length }, start, token.end);
        self.word_end = token.end;
        self.word_names = false;
    }

    pub(super) fn found(&mut self, kind: Kind, start: usize, end: usize) {
        self.finds.push(Find::written(self.piece, start, end, kind));
        self.push(What::Found(kind), start, end);
        self.at = end;
    }
}
