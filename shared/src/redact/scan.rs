//! Reads a text once, from front to back, and makes elements of it.

use super::characters::{digit, fold, is_currency, is_dash, is_invisible, look_alike};
use super::check::Digits;
use super::codes;
use super::element::{Element, Gap, Look, Number, What};
use super::engine::Find;
use super::kind::Kind;
use super::lexicon::{Class, Cue, Found, Languages, Meaning, NumberWord, PhraseHash, look_up};
use super::redacted::rendered_marker;
use super::secrets;
use super::spoken::Compound;

/// A word that is a digit only beside another one, kept until its neighbour is known.
#[derive(Clone, Copy)]
struct Waiting {
    word: NumberWord,
    start: usize,
    end: usize,
    gap: Gap,
    tight: bool,
}

/// So many of them in a row, of one language and not English, are digits after all.
const ENOUGH: usize = 4;

/// Words that wait.
#[derive(Default)]
struct Queue {
    words: [Option<Waiting>; ENOUGH],
    count: usize,
}

impl Queue {
    fn last(&self) -> Option<&Waiting> {
        self.words.get(self.count.checked_sub(1)?)?.as_ref()
    }
}

/// The scanner: its place in the text, and what it counted on the way.
pub(super) struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    piece: u32,
    at: usize,
    gap: Gap,
    /// Where the last element or word ended.
    gap_start: usize,
    words: u32,
    links: u32,
    stops: u32,
    answers: u32,
    repeat: Option<(u8, usize)>,
    waiting: Queue,
    /// The spoken number at the end of `elements`, which the next word may go on.
    compound: Option<Compound>,
    /// The last word, where a number hangs on it.
    word_end: usize,
    word_names: bool,
    /// The end of the last link looked at.
    link_end: usize,
    pub(super) elements: Vec<Element>,
    /// What its own form gave away while reading.
    pub(super) finds: Vec<Find>,
}

/// A word as the scanner read it.
#[derive(Clone, Copy)]
struct Word {
    hash: PhraseHash,
    end: usize,
    letters: usize,
    plain: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new() -> Self {
        Self {
            text: "",
            bytes: &[],
            piece: 0,
            at: 0,
            gap: Gap::default(),
            gap_start: 0,
            words: 0,
            links: 0,
            stops: 0,
            answers: 0,
            repeat: None,
            waiting: Queue::default(),
            compound: None,
            word_end: usize::MAX,
            word_names: false,
            link_end: 0,
            elements: Vec::new(),
            finds: Vec::new(),
        }
    }

    /// Goes on with another piece.
    pub(super) fn enter(&mut self, piece: usize, text: &'a str) {
        self.drop_waiting();
        self.text = text;
        self.bytes = text.as_bytes();
        self.piece = u32::try_from(piece).unwrap_or(u32::MAX);
        self.at = 0;
        self.link_end = 0;
        self.gap_start = 0;
        self.gap.add(Gap::ANSWER);
        self.answers += 1;
        self.repeat = None;
        self.compound = None;
        self.word_end = usize::MAX;
    }

    /// Reads on until the piece ends or about `limit` elements wait; `true` when the piece ended.
    pub(super) fn read(&mut self, limit: usize) -> bool {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' => {
                    self.gap.remove(Gap::HASH);
                    self.gap.add(Gap::SPACE);
                    self.at += 1;
                }
                b'0'..=b'9' => self.read_number(),
                b'a'..=b'z' | b'A'..=b'Z' => self.read_word(),
                0x80.. => self.read_wide(),
                _ => self.read_sign(byte),
            }
            if self.elements.len() >= limit {
                return false;
            }
        }
        self.drop_waiting();
        true
    }

    fn character(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    fn read_sign(&mut self, byte: u8) {
        let next = self.bytes.get(self.at + 1).copied().unwrap_or(b' ');
        match byte {
            b'[' => {
                if let Some((length, kind)) = self.text.get(self.at..).and_then(rendered_marker) {
                    let start = self.at;
                    self.at += length;
                    self.push(What::Found(kind), start, self.at);
                    return;
                }
                self.gap.add(Gap::OTHER);
            }
            b'\n' | b'\r' => {
                self.gap.add(Gap::ANSWER);
                if byte == b'\n' {
                    self.answers += 1;
                }
            }
            b'\t' | 0x0B | 0x0C => self.gap.add(Gap::SPACE),
            b'-' => self.gap.add(Gap::DASH | self.glue()),
            b'_' => self.gap.add(Gap::OTHER | self.glue()),
            b'/' => self.gap.add(Gap::SLASH | self.glue()),
            b'.' if next.is_ascii_whitespace() => {
                self.gap.add(Gap::DOT | Gap::STOP);
                self.stops += 1;
            }
            b'.' => self.gap.add(Gap::DOT),
            b',' => self.gap.add(Gap::COMMA),
            b':' => self.gap.add(Gap::COLON),
            b'=' => self.gap.add(Gap::COLON | Gap::IS),
            b'?' => {
                self.gap.add(Gap::ANSWER);
                self.answers += 1;
            }
            b'!' | b';' => {
                self.gap.add(Gap::OTHER | Gap::STOP);
                self.stops += 1;
            }
            b'+' => self.gap.add(Gap::PLUS),
            b'$' => self.gap.add(Gap::CURRENCY),
            b'#' => self.gap.add(Gap::HASH),
            b'%' => {
                let start = self.at;
                self.at += 1;
                self.push(What::Unit, start, self.at);
                return;
            }
            b'(' | b')' | b'"' | b'\'' | b'*' => self.gap.add(Gap::SPACE | Gap::OTHER),
            _ => {
                self.gap.remove(Gap::HASH);
                self.gap.add(Gap::OTHER);
            }
        }
        self.at += 1;
    }

    /// A sign that hangs a number on the word just before it.
    fn glue(&self) -> u16 {
        if self.word_end == self.at && !self.word_names {
            Gap::GLUED
        } else {
            0
        }
    }

    fn read_wide(&mut self) {
        let Some(c) = self.character(self.at) else {
            self.at += 1;
            return;
        };
        if digit(c).is_some() {
            self.read_number();
        } else if fold(c).is_some() || c.is_alphabetic() {
            self.read_word();
        } else {
            if c.is_whitespace() {
                self.gap.add(Gap::SPACE);
            } else if is_dash(c) {
                self.gap.add(Gap::DASH);
            } else if is_currency(c) {
                self.gap.add(Gap::CURRENCY);
            } else if !is_invisible(c) {
                self.gap.add(match c {
                    '，' | '、' | '،' => Gap::COMMA,
                    '．' | '·' | '。' | '…' | '•' => Gap::DOT,
                    '／' | '⁄' | '∕' => Gap::SLASH,
                    '＋' => Gap::PLUS,
                    '？' => Gap::ANSWER,
                    _ => Gap::OTHER,
                });
            }
            self.at += c.len_utf8();
        }
    }

    /// Puts an element at the end of the stream.
    fn push(&mut self, what: What, start: usize, end: usize) {
        self.drop_waiting();
        self.compound = None;
        self.place(what, start, end);
    }

    fn place(&mut self, what: What, start: usize, end: usize) {
        self.elements.push(Element {
            piece: self.piece,
            start,
            end,
            words: self.words,
            links: self.links,
            stops: self.stops,
            answers: self.answers,
            gap: self.gap,
            tight: start.saturating_sub(self.gap_start) <= 1,
            look: if self.gap.has(Gap::PLUS) {
                Look::Phone
            } else {
                Look::Plain
            },
            what,
        });
        self.gap = Gap::default();
        self.gap_start = end;
    }

    /// The words that waited are words.
    #[inline]
    fn drop_waiting(&mut self) {
        while self.waiting.count > 0 {
            self.waiting.count -= 1;
            self.links += 1;
        }
    }

    /// The last element is a number, and nothing but spaces, signs and fillers came since.
    fn beside_number(&self) -> Option<&Element> {
        self.elements.last().filter(|last| {
            last.is_number()
                && last.piece == self.piece
                && last.words == self.words
                && last.links == self.links
                && self
                    .gap
                    .only(Gap::SPACE | Gap::DASH | Gap::COMMA | Gap::DOT | Gap::FILLER | Gap::STOP)
        })
    }

    // Numbers in digits.

    fn read_number(&mut self) {
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

    fn push_digits(&mut self, digits: Digits, start: usize, end: usize) {
        self.flush_waiting_before(Languages::ENGLISH);
        // "4 2 4 2": one element for all of them.
        let single_space = self.gap == Gap::default() || self.gap.only(Gap::SPACE);
        if digits.len() == 1
            && single_space
            && start == self.gap_start + 1
            && self.repeat.is_none()
            && let Some(last) = self.elements.last_mut()
            && let What::Number(number) = &mut last.what
            && !number.spoken
            && (number.spaced || number.digits.len() == 1)
            && number.digits.len() < 24
            && last.end + 1 == start
        {
            number.digits.extend(digits.values());
            number.spaced = true;
            last.end = end;
            self.gap = Gap::default();
            self.gap_start = end;
            return;
        }
        let mut number = Number {
            digits,
            spoken: false,
            languages: Languages::ENGLISH,
            spaced: false,
            scaled: false,
        };
        let mut start = start;
        if let Some((times, from)) = self.repeat.take() {
            number.digits = repeated(digits, times);
            start = from;
        }
        self.compound = None;
        self.place(What::Number(number), start, end);
    }

    /// A word of letters and digits.
    fn read_mixed(&mut self, start: usize) {
        let token = codes::Token::read(self.text, start);
        if token.end == start {
            self.at += self.character(start).map_or(1, char::len_utf8);
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
        // "card4242…", "NGN5000", "4242…exp", "5k": a word and a number without a space.
        match token.split(self.text) {
            codes::Split::WordFirst { at, word, digits } => {
                let meaning = look_up(word).and_then(|found| found.meaning);
                match meaning {
                    Some(Meaning::Currency) => {
                        self.at = token.end;
                        self.gap.add(Gap::CURRENCY);
                        self.push_digits(digits, start, token.end);
                    }
                    Some(Meaning::Cue(cue)) => {
                        self.push(What::Cue(cue), start, at);
                        self.at = token.end;
                        self.push_digits(digits, at, token.end);
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

    fn read_parts(&mut self, start: usize, end: usize) {
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
                    self.flush_waiting_before(word.languages);
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

    fn push_code(&mut self, start: usize, token: &codes::Token) {
        let length = u16::try_from(token.length).unwrap_or(u16::MAX);
        self.at = token.end;
        self.push(What::Code { length }, start, token.end);
        self.word_end = token.end;
        self.word_names = false;
    }

    fn found(&mut self, kind: Kind, start: usize, end: usize) {
        self.finds.push(Find::written(self.piece, start, end, kind));
        self.push(What::Found(kind), start, end);
        self.at = end;
    }

    // Words.

    /// Reads a word's letters; `None` when digits are among them.
    #[inline]
    fn word(&self, start: usize, seed: PhraseHash) -> Option<Word> {
        let mut word = Word {
            hash: seed,
            end: start,
            letters: 0,
            plain: true,
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
                b'\'' if self.bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) => at += 1,
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

    fn read_word(&mut self) {
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
                if !(word.letters >= 6 && word.plain && self.run_together(start, word.end)) {
                    self.ordinary(end);
                }
            }
        }
        if meaning.is_some_and(|meaning| matches!(meaning, Meaning::Cue(Cue::Password | Cue::Key)))
            && let Some((value, end)) = secrets::value_after(self.text, self.at)
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

    /// An ordinary word.
    fn ordinary(&mut self, end: usize) {
        self.gap.remove(Gap::GLUED);
        self.drop_waiting();
        self.words += 1;
        self.repeat = None;
        self.compound = None;
        self.word_end = end;
        self.word_names = false;
        self.gap_start = end;
    }

    /// The longest phrase that begins with a word, and where it ends.
    #[inline]
    fn longest_phrase(&self, first: Word) -> (Option<Meaning>, usize) {
        let Some(found) = look_up(first.hash) else {
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
            let Some(found) = look_up(next.hash) else {
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

    fn take(&mut self, meaning: Meaning, start: usize, end: usize) {
        self.gap.remove(Gap::GLUED);
        match meaning {
            Meaning::Number(word) => {
                self.take_number_word(word, start, end);
                return;
            }
            Meaning::Repeat(times) => {
                self.drop_waiting();
                self.repeat = Some((times, start));
                self.compound = None;
                self.word_end = usize::MAX;
                return;
            }
            Meaning::Plural(value) => self.take_plural(value, start, end),
            Meaning::Filler => {
                self.drop_waiting();
                self.gap.add(Gap::FILLER);
                self.compound = None;
            }
            Meaning::Link => {
                self.drop_waiting();
                self.links += 1;
                self.compound = None;
            }
            Meaning::Is => {
                self.drop_waiting();
                self.links += 1;
                self.gap.add(Gap::IS);
                self.compound = None;
            }
            Meaning::And => {
                self.drop_waiting();
                self.gap.add(Gap::AND);
            }
            Meaning::Correction => self.push(What::Correction, start, end),
            Meaning::Month(_) => self.push(What::Month, start, end),
            Meaning::Currency => self.push(What::Currency, start, end),
            // "days" counts only behind a number; elsewhere it is a word like any other.
            Meaning::Unit if self.beside_number().is_some() => self.push(What::Unit, start, end),
            Meaning::Cue(cue) => self.push(What::Cue(cue), start, end),
            Meaning::Unit | Meaning::Nothing => {
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

    /// A letter said or written by itself.
    fn take_letter(&mut self, start: usize, end: usize) {
        if self
            .text
            .get(start..end)
            .is_some_and(|text| text.len() == 1)
        {
            self.push(What::Letter, start, end);
            self.word_end = end;
            self.word_names = false;
        } else {
            self.ordinary(end);
        }
    }

    // Numbers in words.

    fn take_number_word(&mut self, word: NumberWord, start: usize, end: usize) {
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

    fn wait(&mut self, word: NumberWord, start: usize, end: usize) {
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
    fn flush_waiting_before(&mut self, languages: Languages) {
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
            let said = last.gap.has(Gap::IS);
            self.drop_waiting();
            if said {
                self.gap.add(Gap::IS);
            }
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

    fn push_number_word(&mut self, word: NumberWord, start: usize, end: usize) {
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
    fn take_plural(&mut self, value: u8, start: usize, end: usize) {
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
    fn run_together(&mut self, start: usize, end: usize) -> bool {
        let Some(word) = self.bytes.get(start..end) else {
            return false;
        };
        if super::spoken::split(word, |_, _, _| {}).is_none() {
            return false;
        }
        self.drop_waiting();
        let mut parts = [(0, 0, 0); 40];
        let mut count = 0;
        super::spoken::split(word, |value, from, to| {
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

fn repeated(digits: Digits, times: u8) -> Digits {
    let mut out = Digits::default();
    for _ in 0..times {
        out.extend(digits.values());
    }
    out
}

/// The digit that a letter inside a number stands for.
pub(super) fn digit_like(c: char) -> Option<u8> {
    digit(c).or_else(|| fold(c).and_then(|folded| look_alike(folded, c.is_uppercase())))
}
