//! Words and phrases, and what they mean.

use super::super::characters::{digit, fold, is_invisible};
use super::super::codes;
use super::super::element::{Gap, What};
use super::super::kind::Kind;
use super::super::lexicon::{Class, Cue, Found, Languages, Meaning, PhraseHash, look_up};
use super::super::secrets;
use super::{Repeat, Scanner};

/// A word as the scanner read it.
#[derive(Clone, Copy)]
struct Word {
    hash: PhraseHash,
    end: usize,
    letters: usize,
    plain: bool,
    /// What it is without "'s".
    owner: Option<PhraseHash>,
}

impl Word {
    /// What it means as it stands, or without "'s".
    fn look_up(&self) -> Option<Found> {
        self.owner
            .and_then(look_up)
            .filter(|found| matches!(found.meaning, Some(Meaning::Cue(_))))
            .or_else(|| look_up(self.hash))
    }
}

impl Scanner<'_> {
    /// Reads a word's letters; `None` when digits are among them.
    #[inline]
    fn word(&self, start: usize, seed: PhraseHash) -> Option<Word> {
        let mut word = Word {
            hash: seed,
            end: start,
            letters: 0,
            plain: true,
            owner: None,
        };
        let mut at = start;
        loop {
            let byte = self.bytes.get(at).copied().unwrap_or(b' ');
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' => {
                    let lower = byte | 0x20;
                    word.hash = word.hash.push(lower);
                    word.letters += 1;
                    at += 1;
                    word.end = at;
                }
                b'0'..=b'9' => return None,
                b'\'' if self.bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) => {
                    word.owner = self.is_possessive(at + 1).then_some(word.hash);
                    at += 1;
                }
                0x80.. => {
                    let c = self.character(at)?;
                    if let Some(lower) = fold(c) {
                        word.hash = word.hash.push(lower);
                        word.letters += 1;
                        word.plain = false;
                        at += c.len_utf8();
                        word.end = at;
                    } else if is_invisible(c) || matches!(c, '’' | 'ʼ' | 'ʿ' | 'ʾ') {
                        at += c.len_utf8();
                        if c == '’' {
                            word.owner = self.is_possessive(at).then_some(word.hash);
                        }
                    } else if digit(c).is_some() {
                        return None;
                    } else if c.is_alphabetic() {
                        // Another script's letter: no word of ours has it.
                        word.hash = word.hash.push(b'?');
                        word.letters += 1;
                        word.plain = false;
                        at += c.len_utf8();
                        word.end = at;
                    } else {
                        return Some(word);
                    }
                }
                _ => return Some(word),
            }
        }
    }

    /// The last letter of a word is an "s" here.
    fn is_possessive(&self, at: usize) -> bool {
        matches!(self.bytes.get(at), Some(b's' | b'S'))
            && !self
                .bytes
                .get(at + 1)
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80)
    }

    pub(super) fn read_word(&mut self) {
        let start = self.at;
        let Some(word) = self.word(start, PhraseHash::START) else {
            return self.read_mixed(start);
        };
        if word.end == start {
            // Nothing but invisible characters and apostrophes.
            self.at += self.character(start).map_or(1, char::len_utf8);
            return;
        }
        let next = self.bytes.get(word.end).copied().unwrap_or(b' ');
        if next == b':'
            && start >= self.link_end
            && let Some((end, private)) = secrets::link(self.text, start)
        {
            self.link_end = end;
            if private {
                self.found(Kind::PrivateLink, start, end);
                return;
            }
        }
        if (matches!(next, b'_' | b'-' | b':' | b'.') || word.letters > 20 || next.is_ascii_digit())
            && let Some((kind, end)) = secrets::at(self.text, start)
        {
            self.found(kind, start, end);
            return;
        }
        if word.letters <= 5
            && word.letters >= 2
            && word.plain
            && matches!(next, b' ' | b'-')
            && self
                .bytes
                .get(word.end + 1)
                .is_some_and(|&byte| byte.is_ascii_digit() || byte == b' ')
            && let Some((kind, end)) = codes::recognise_parts(self.text, start, word.end)
        {
            self.found(kind, start, end);
            return;
        }
        let (meaning, end) = self.longest_phrase(word);
        self.at = end;
        match meaning {
            Some(_) if end - start == 1 && self.is_spelled_letter(start) => {
                self.take_letter(start, end);
            }
            Some(meaning) => self.take(meaning, start, end),
            None if word.letters == 1 => self.take_letter(start, end),
            None => {
                if !(word.letters >= 5 && word.plain && self.run_together(start, word.end)) {
                    self.ordinary(end);
                }
            }
        }
        if meaning.is_some_and(|meaning| matches!(meaning, Meaning::Cue(Cue::Password | Cue::Key)))
            && let Some((value, end)) =
                secrets::value_after(self.text, self.at, self.follows_login())
        {
            let kind = match meaning {
                Some(Meaning::Cue(Cue::Password)) => Kind::Password,
                _ => Kind::Secret,
            };
            self.at = value;
            if end > value {
                self.found(kind, value, end);
            }
        }
    }

    /// A user's name was given just before: "login ada password hunter2".
    fn follows_login(&self) -> bool {
        let mut last = self.elements.iter().rev().skip(1).take(3);
        last.any(|element| {
            element.cue() == Some(Cue::Login)
                && element.piece == self.piece
                && self.words - element.words <= 2
        })
    }

    /// An ordinary word.
    pub(super) fn ordinary(&mut self, end: usize) {
        self.gap.remove(Gap::GLUED);
        self.settle_waiting(false);
        self.words += 1;
        self.repeat = None;
        self.compound = None;
        self.word_end = end;
        self.word_names = false;
        self.gap_start = end;
    }

    /// A number is said right behind, with no pause between.
    fn is_spoken_on(&self, from: usize) -> bool {
        matches!(self.bytes.get(from), Some(b' ' | b'-')) && self.is_number_next(from)
    }

    /// The next word, or what is written next, is a number.
    pub(super) fn is_number_next(&self, from: usize) -> bool {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let skipped = rest
            .iter()
            .take(4)
            .take_while(|byte| matches!(byte, b' ' | b',' | b'.' | b'-' | b'\n'))
            .count();
        let at = from + skipped;
        rest.get(skipped).is_some_and(u8::is_ascii_digit)
            || self.word(at, PhraseHash::START).is_some_and(|word| {
                matches!(
                    look_up(word.hash).and_then(|found| found.meaning),
                    Some(Meaning::Number(_) | Meaning::Repeat(_))
                )
            })
    }

    /// The longest phrase that begins with a word, and where it ends.
    #[inline]
    fn longest_phrase(&self, first: Word) -> (Option<Meaning>, usize) {
        let Some(found) = first.look_up() else {
            return (None, first.end);
        };
        let mut best = (found.meaning, first.end);
        let mut longer = found.longer;
        let mut word = first;
        let mut count = 1;
        while longer && count < 8 {
            let mut at = word.end;
            // Words of a phrase stand a space, a hyphen or an underscore apart.
            let mut wide = 0;
            while let Some(b' ' | b'-' | b'_' | b'.' | b'/') = self.bytes.get(at)
                && wide < 3
            {
                at += 1;
                wide += 1;
            }
            if wide == 0 {
                break;
            }
            let Some(next) = self.word(at, word.hash.push(b' ')) else {
                break;
            };
            if next.end == at {
                break;
            }
            let Some(found) = next.look_up() else {
                break;
            };
            if found.meaning.is_some() {
                best = (found.meaning, next.end);
            }
            longer = found.longer;
            word = next;
            count += 1;
        }
        best
    }

    pub(super) fn take(&mut self, meaning: Meaning, start: usize, end: usize) {
        self.gap.remove(Gap::GLUED);
        match meaning {
            Meaning::Number(word) => {
                // "the other four are …", "the next four, please"
                let counts = self.ordinal_end != usize::MAX
                    && self.ordinal_end + 1 == start
                    && word.class == Class::Digit
                    && (2..=8).contains(&word.value)
                    && !self.is_number_next(end);
                if !counts {
                    self.take_number_word(word, start, end);
                    return;
                }
                self.settle_waiting(false);
                self.links += 1;
                self.compound = None;
            }
            Meaning::Repeat(times) => {
                // "oh double five", "three for double five"
                if self
                    .waiting
                    .last()
                    .is_some_and(|last| !last.word.languages.share(Languages::ENGLISH))
                {
                    self.drop_waiting();
                }
                self.repeat = Some(Repeat {
                    times,
                    start,
                    stops: self.stops,
                });
                self.compound = None;
                self.word_end = usize::MAX;
                return;
            }
            Meaning::Plural(value) => self.take_plural(value, start, end),
            Meaning::Filler => {
                // "Oh okay" begins no number.
                if self.waiting.last().is_some_and(|last| last.word.value == 0) {
                    self.drop_waiting();
                }
                self.settle_waiting(true);
                self.gap.add(Gap::FILLER);
                self.compound = None;
            }
            // "days" counts only behind a number; elsewhere it is a word like any other.
            Meaning::Unit | Meaning::Digits if self.beside_number().is_some() => {
                self.push(What::Unit, start, end);
            }
            Meaning::Link | Meaning::Digits => {
                self.settle_waiting(false);
                self.links += 1;
                self.compound = None;
            }
            Meaning::Ordinal => {
                self.settle_waiting(true);
                if self.beside_number().is_some() {
                    self.gap.add(Gap::FILLER);
                } else {
                    self.links += 1;
                }
                self.compound = None;
                self.ordinal_end = end;
            }
            Meaning::ItIs | Meaning::But if self.after_taken_back() && self.is_number_next(end) => {
                self.push(What::Correction, start, end);
            }
            Meaning::Is | Meaning::ItIs => {
                self.settle_waiting(true);
                self.links += 1;
                self.gap.add(Gap::IS);
                self.compound = None;
            }
            Meaning::Negation => {
                self.push(What::Negation, start, end);
                self.words += 1;
            }
            Meaning::Plus if self.beside_number().is_none() && self.is_spoken_on(end) => {
                self.drop_waiting();
                self.gap.add(Gap::PLUS);
                self.compound = None;
            }
            Meaning::And | Meaning::Plus => {
                self.drop_waiting();
                self.gap.add(Gap::AND);
            }
            Meaning::Correction => self.push(What::Correction, start, end),
            Meaning::Month(_) => self.push(What::Month, start, end),
            Meaning::Currency => self.push(What::Currency, start, end),
            Meaning::Spelled if self.is_spelling(end) => self.push(What::Letter, start, end),
            Meaning::Cue(cue) => {
                self.push(What::Cue(cue), start, end);
                // "the pin's 1234"
                if self
                    .text
                    .get(start..end)
                    .is_some_and(|text| text.ends_with("'s") || text.ends_with("’s"))
                {
                    self.gap.add(Gap::IS);
                    self.links += 1;
                }
            }
            Meaning::Unit | Meaning::Nothing | Meaning::But | Meaning::Spelled => {
                self.ordinary(end);
                return;
            }
        }
        self.repeat = None;
        self.word_end = end;
        self.word_names = matches!(meaning, Meaning::Cue(cue) if cue != Cue::Reference);
    }

    /// "A" and "I" are letters where another letter, or a number after a capital, follows.
    fn is_spelled_letter(&self, start: usize) -> bool {
        let after = |offset: usize| self.bytes.get(start + offset).copied().unwrap_or(b' ');
        let capital = after(0).is_ascii_uppercase() && after(0) != b'O';
        // "six o I think", "o o seven"
        if after(0) | 0x20 == b'o' && (self.beside_number().is_some() || after(2) | 0x20 == b'o') {
            return false;
        }
        let after_letter = self.elements.last().is_some_and(|last| {
            matches!(last.what, What::Letter) && last.piece == self.piece && last.end + 1 == start
        });
        if after_letter && !after(1).is_ascii_alphanumeric() {
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

    /// Letters are being spelled: one stands right before, or another or a digit right behind.
    fn is_spelling(&self, end: usize) -> bool {
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
            self.word_end = end;
            self.word_names = false;
        } else {
            self.ordinary(end);
        }
    }
}
