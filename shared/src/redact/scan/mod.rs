//! Reads a text once, from front to back, and makes elements of it.

mod digits;
mod letters;
mod spoken_numbers;
mod words;

use super::characters::{digit, fold, is_currency, is_dash, is_invisible, look_alike};
use super::check::Digits;
use super::element::{Element, Gap, Look, Place, What};
use super::engine::Find;
use super::lexicon::NumberWord;
use super::redacted::rendered_marker;
use super::spoken::Compound;

/// A word that is a digit only beside another one, kept until its neighbour is known.
#[derive(Clone, Copy)]
struct Waiting {
    word: NumberWord,
    start: usize,
    end: usize,
    gap: Gap,
    tight: bool,
    /// Ends of sentences before it.
    stops: u32,
}

/// "double", said before a digit.
#[derive(Clone, Copy)]
struct Repeat {
    times: u8,
    start: usize,
    /// Ends of sentences before it.
    stops: u32,
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
    fn iter(&self) -> impl Iterator<Item = &Waiting> {
        self.words.iter().take(self.count).flatten()
    }

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
    repeat: Option<Repeat>,
    waiting: Queue,
    /// The spoken number at the end of `elements`, which the next word may go on.
    compound: Option<Compound>,
    /// The last word, where a number hangs on it.
    word_end: usize,
    word_names: bool,
    /// The end of the last word before which digits are counted.
    ordinal_end: usize,
    /// The end of the last link looked at.
    link_end: usize,
    pub(super) elements: Vec<Element>,
    /// What its own form gave away while reading.
    pub(super) finds: Vec<Find>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new() -> Self {
        Self::with_room(0)
    }

    /// One that has room for so many elements.
    pub(super) fn with_room(elements: usize) -> Self {
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
            ordinal_end: usize::MAX,
            link_end: 0,
            elements: Vec::with_capacity(elements),
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
        self.ordinal_end = usize::MAX;
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
        self.settle_waiting(true);
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
                self.settle_waiting(true);
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
                self.settle_waiting(true);
                self.gap.add(Gap::DOT | Gap::STOP);
                self.stops += 1;
            }
            b'.' => {
                self.settle_waiting(true);
                self.gap.add(Gap::DOT);
            }
            b',' => {
                self.settle_waiting(true);
                self.gap.add(Gap::COMMA);
            }
            b':' => self.gap.add(Gap::COLON),
            b'=' => self.gap.add(Gap::COLON | Gap::IS),
            b'?' => {
                self.settle_waiting(true);
                self.gap.add(Gap::ANSWER);
                self.answers += 1;
            }
            b'!' | b';' => {
                self.settle_waiting(true);
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
            b'*' if next == b'*' || self.gap.has(Gap::GLUED) => {
                self.gap.add(Gap::OTHER | Gap::GLUED);
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
        self.settle_waiting(false);
        self.compound = None;
        self.place(what, start, end);
    }

    fn place(&mut self, what: What, start: usize, end: usize) {
        self.elements.push(Element {
            piece: self.piece,
            start: Place::new(start),
            end: Place::new(end),
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

    /// The words that waited are words, and what stood before them stood before what comes.
    #[inline]
    fn drop_waiting(&mut self) {
        while self.waiting.count > 0 {
            if let Some(waiting) = self.waiting.last() {
                let before = waiting.gap;
                self.gap.merge(before);
            }
            self.waiting.count -= 1;
            self.links += 1;
            self.gap_start = 0;
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
}

fn repeated(digits: Digits, times: u8) -> Digits {
    let mut out = Digits::default();
    for _ in 0..times {
        out.extend(&digits.values());
    }
    out
}

/// The digit that a letter inside a number stands for.
pub(super) fn digit_like(c: char) -> Option<u8> {
    digit(c).or_else(|| fold(c).and_then(|folded| look_alike(folded, c.is_uppercase())))
}
