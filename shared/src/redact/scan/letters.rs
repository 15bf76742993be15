//! Letters that are spelled out: "A B 12", "alpha bravo", "B for bravo".

use super::super::element::{Element, Number, What};
use super::super::lexicon::{Cue, Meaning, PhraseHash, look_up};
use super::Scanner;

impl Scanner<'_> {
    /// "A" and "I" are letters where another letter, or a number after a capital, follows.
    pub(super) fn is_spelled_letter(&self, start: usize) -> bool {
        let after = |offset: usize| self.bytes.get(start + offset).copied().unwrap_or(b' ');
        let capital = after(0).is_ascii_uppercase() && after(0) != b'O';
        // "six o I think", "o o seven"
        if after(0) | 0x20 == b'o' && (self.beside_number().is_some() || after(2) | 0x20 == b'o') {
            return false;
        }
        let after_letter = self.elements.last().is_some_and(|last| {
            matches!(last.what, What::Letter)
                && last.piece == self.piece
                && last.end.get() + 1 == start
        });
        if after_letter && !after(1).is_ascii_alphanumeric() {
            return true;
        }
        let nought = after(0) | 0x20 == b'o';
        if !nought && (self.begins_identifier(start) || self.ends_identifier(start)) {
            return true;
        }
        after(1) == b' '
            && after(2).is_ascii_alphabetic()
            && (!after(3).is_ascii_alphanumeric() && after(3) != b'\''
                || capital
                    && self.word(start + 2, PhraseHash::START).is_some_and(|next| {
                        matches!(
                            look_up(next.hash).and_then(|found| found.meaning),
                            Some(Meaning::Number(word)) if !word.weak
                        )
                    }))
            || capital && after(1) == b' ' && after(2).is_ascii_digit()
    }

    /// "KRA pin a zero zero one": right behind the name of an identifier with letters in it, and
    /// before a digit.
    fn begins_identifier(&self, start: usize) -> bool {
        self.elements.last().is_some_and(|last| {
            matches!(
                last.what,
                What::Cue(Cue::Identifier(..) | Cue::BankCode | Cue::Iban)
            ) && last.piece == self.piece
                && last.words == self.words
                && self.links - last.links <= 1
        }) && self.is_spoken_on(start + 1)
    }

    /// "nine a": behind a digit, and nothing goes on behind it.
    fn ends_identifier(&self, start: usize) -> bool {
        let rest = self.bytes.get(start + 1..).unwrap_or_default();
        matches!(
            rest,
            [] | [b'.' | b',' | b'?' | b'\n'] | [b'.' | b',', b' ', ..]
        ) && self
            .beside_number()
            .and_then(Element::number)
            .is_some_and(Number::is_spoken)
    }

    /// The letter of a month's name: "bravo india november zero".
    pub(super) fn spells_november(&self, month: u8, end: usize) -> bool {
        month == 11
            && self.is_spelling(end)
            && self.elements.last().is_some_and(|last| {
                matches!(last.what, What::Letter)
                    && last.piece == self.piece
                    && last.words == self.words
                    && last.links == self.links
            })
    }

    /// Letters are being spelled: one stands right before, or another or a digit right behind.
    pub(super) fn is_spelling(&self, end: usize) -> bool {
        let after_letter = self.elements.last().is_some_and(|last| {
            matches!(last.what, What::Letter | What::Number(_))
                && last.piece == self.piece
                && last.words == self.words
                && last.links == self.links
        });
        let at = end + 1;
        after_letter
            || self.is_spoken_on(end)
            || matches!(self.bytes.get(end), Some(b' ' | b'-'))
                && self.word(at, PhraseHash::START).is_some_and(|next| {
                    next.letters == 1
                        || matches!(
                            look_up(next.hash).and_then(|found| found.meaning),
                            Some(Meaning::Spelled)
                        )
                })
    }

    /// The end of what tells a letter by a word: "B for bravo", "M as in mango".
    fn explained(&self, letter: u8, end: usize) -> Option<usize> {
        let rest = self.text.get(end..)?;
        let word = [" for ", " as in ", " like "].iter().find_map(|join| {
            rest.get(..join.len())
                .filter(|head| head.eq_ignore_ascii_case(join))
                .map(|head| end + head.len())
        })?;
        let next = self.word(word, PhraseHash::START)?;
        (next.letters > 1 && self.bytes.get(word)?.eq_ignore_ascii_case(&letter))
            .then_some(next.end)
    }

    /// A letter said or written by itself.
    pub(super) fn take_letter(&mut self, start: usize, end: usize) {
        if self
            .text
            .get(start..end)
            .is_some_and(|text| text.len() == 1)
        {
            let letter = self.bytes.get(start).copied().unwrap_or_default();
            let end = self.explained(letter, end).unwrap_or(end);
            self.at = end;
            self.push(What::Letter, start, end);
            self.word_end = usize::MAX;
        } else {
            self.ordinary(end);
        }
    }
}
