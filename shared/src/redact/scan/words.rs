//! Words and phrases, and what they mean.

use super::super::bank_codes;
use super::super::characters::{digit, fold, is_invisible, is_joining};
use super::super::codes;
use super::super::element::{Element, Gap, What};
use super::super::kind::Kind;
use super::super::lexicon::{
    Class, Cue, Found, Languages, Meaning, NumberWord, PhraseHash, look_up,
};
use super::super::secrets;
use super::{Repeat, Scanner};

/// "pass", which names a password only before a sign.
const PASS: PhraseHash = PhraseHash::START
    .push(b'p')
    .push(b'a')
    .push(b's')
    .push(b's');

/// A word as the scanner read it.
#[derive(Clone, Copy)]
pub(super) struct Word {
    pub(super) hash: PhraseHash,
    pub(super) end: usize,
    pub(super) letters: usize,
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
    pub(super) fn word(&self, start: usize, seed: PhraseHash) -> Option<Word> {
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
                    } else if c.is_alphabetic() || is_joining(c) {
                        // Another script's letter, as it is written.
                        for byte in self.bytes.get(at..at + c.len_utf8())? {
                            word.hash = word.hash.push(*byte);
                        }
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
        let (meaning, end) = if word.hash == PASS && matches!(next, b':' | b'=') {
            (Some(Meaning::Cue(Cue::Password)), word.end)
        } else {
            self.longest_phrase(word)
        };
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
        let named = match meaning {
            Some(Meaning::Cue(Cue::BankCode)) => {
                bank_codes::bank_after(self.text, self.at).map(|range| (Kind::BankCode, range))
            }
            Some(Meaning::Cue(Cue::Login)) => {
                secrets::after_login(self.text, self.at).map(|range| (Kind::Password, range))
            }
            _ => None,
        };
        if let Some((kind, (value, end))) = named {
            self.at = value;
            self.found(kind, value, end);
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

    /// A name of a number stands right before.
    fn follows_cue(&self) -> bool {
        self.gap.only(Gap::SPACE | Gap::DASH)
            && self.elements.last().is_some_and(|last| {
                last.cue().is_some()
                    && last.piece == self.piece
                    && last.words == self.words
                    && last.links == self.links
            })
    }

    /// What names an expiry stands right before.
    fn follows_expiry(&self) -> bool {
        self.elements.last().is_some_and(|last| {
            matches!(last.cue(), Some(Cue::Expiry | Cue::Expires)) && self.words - last.words <= 1
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
    pub(super) fn is_spoken_on(&self, from: usize) -> bool {
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
            // "$48 billion", "millions of them": a scale that multiplies nothing said.
            Meaning::Number(word) if word.value >= 1_000_000 && self.compound.is_none() => {
                self.take(Meaning::Unit, start, end);
                return;
            }
            // Pidgin's eight is "and" in French: "trente et un".
            Meaning::Number(word)
                if word.languages == Languages::PIDGIN && word.weak && self.is_in_french() =>
            {
                self.take_small(Meaning::And, end);
            }
            Meaning::Number(word) if !self.is_counted(word, start, end) => {
                self.take_number_word(word, start, end);
                return;
            }
            Meaning::Repeat(times) => {
                self.take_repeat(times, start);
                return;
            }
            Meaning::Plural(value) => self.take_plural(value, start, end),
            // "days" counts only behind a number; elsewhere it is a word like any other.
            Meaning::Unit if self.beside_number().is_some() => self.push(What::Unit, start, end),
            Meaning::Referred if self.beside_number().is_some() => {
                self.push(What::Unit, start, end);
            }
            Meaning::Referred => self.take_cue(Cue::Reference, start, end),
            // "45 PIN retries", "CVV failures": they count what the name stands for.
            Meaning::Unit if self.follows_cue() => {
                self.push(What::Unit, start, end);
                self.words += 1;
            }
            Meaning::Digits if self.beside_number().is_some() => {
                self.push(What::Digits, start, end);
            }
            Meaning::ItIs | Meaning::But if self.after_taken_back() && self.is_number_next(end) => {
                self.push(What::Correction, start, end);
            }
            Meaning::Negation => {
                self.push(What::Negation, start, end);
                self.words += 1;
            }
            Meaning::Correction => self.push(What::Correction, start, end),
            Meaning::Month(month) if self.spells_november(month, end) => {
                self.push(What::Letter, start, end);
            }
            Meaning::Month(_) => self.push(What::Month, start, end),
            Meaning::Nth if self.follows_expiry() && self.is_number_next(end) => {
                self.push(What::Month, start, end);
            }
            Meaning::Currency => self.push(What::Currency, start, end),
            Meaning::Spelled if self.is_spelling(end) => self.push(What::Letter, start, end),
            Meaning::Cue(cue) => self.take_cue(cue, start, end),
            Meaning::Filler => {
                self.take_filler();
                self.word_end = end;
                self.word_names = false;
                return;
            }
            Meaning::Unit | Meaning::Nothing | Meaning::But | Meaning::Spelled => {
                self.ordinary(end);
                return;
            }
            Meaning::Number(_)
            | Meaning::Link
            | Meaning::Digits
            | Meaning::Ordinal
            | Meaning::Nth
            | Meaning::Is
            | Meaning::ItIs
            | Meaning::And
            | Meaning::Plus => self.take_small(meaning, end),
        }
        self.repeat = None;
        self.word_end = end;
        self.word_names = matches!(meaning, Meaning::Cue(cue) if cue != Cue::Reference);
    }

    /// A number is being said in French.
    fn is_in_french(&self) -> bool {
        self.compound.is_some()
            && self
                .beside_number()
                .and_then(Element::number)
                .is_some_and(|number| number.languages == Languages::FRENCH)
    }

    /// Words that join a name to its number, or the parts of a number.
    fn take_small(&mut self, meaning: Meaning, end: usize) {
        match meaning {
            Meaning::Ordinal => {
                self.settle_waiting(true);
                if self.beside_number().is_some() {
                    self.gap.add(Gap::FILLER);
                } else {
                    self.links += 1;
                }
                self.ordinal_end = end;
            }
            Meaning::Nth => {
                self.settle_waiting(true);
                self.links += 2;
            }
            Meaning::Is | Meaning::ItIs => {
                self.settle_waiting(true);
                self.links += 1;
                self.gap.add(Gap::IS);
            }
            Meaning::Plus if self.beside_number().is_none() && self.is_spoken_on(end) => {
                self.drop_waiting();
                self.gap.add(Gap::PLUS);
            }
            Meaning::And | Meaning::Plus => {
                self.drop_waiting();
                self.gap.add(Gap::AND);
                return;
            }
            _ => {
                self.settle_waiting(false);
                self.links += 1;
            }
        }
        self.compound = None;
    }

    /// What is said goes on behind it: "double, uh, four".
    fn take_filler(&mut self) {
        // "Oh okay" begins no number.
        if self.waiting.last().is_some_and(|last| last.word.value == 0) {
            self.drop_waiting();
        }
        self.settle_waiting(true);
        self.gap.add(Gap::FILLER);
        self.compound = None;
    }

    fn take_repeat(&mut self, times: u8, start: usize) {
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
    }

    fn take_cue(&mut self, cue: Cue, start: usize, end: usize) {
        self.push(What::Cue(cue), start, end);
        // "the pin's 1234"
        let word = self.text.get(start..end).unwrap_or_default();
        let owned = word.ends_with("'s") || word.ends_with("’s");
        // "expiry month eleven"
        if owned || cue == Cue::Expiry && (word.ends_with("month") || word.ends_with("year")) {
            self.gap.add(Gap::IS);
            self.links += 1;
        }
    }

    /// "the other four are …", "the next four, please": says how many digits, and is none.
    fn is_counted(&self, word: NumberWord, start: usize, end: usize) -> bool {
        self.ordinal_end != usize::MAX
            && self.ordinal_end + 1 == start
            && word.class == Class::Digit
            && (2..=8).contains(&word.value)
            && !self.is_number_next(end)
    }
}
