//! What the scanner makes of a text: numbers and cues, each with its place in the original.

use super::check::Digits;
use super::kind::Kind;
use super::lexicon::{Cue, Languages};

/// What stood between an element and the one before it, as a set of bits.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(super) struct Gap(u16);

impl Gap {
    pub(super) const SPACE: u16 = 1;
    pub(super) const DASH: u16 = 1 << 1;
    pub(super) const DOT: u16 = 1 << 2;
    pub(super) const COMMA: u16 = 1 << 3;
    pub(super) const SLASH: u16 = 1 << 4;
    pub(super) const COLON: u16 = 1 << 5;
    /// A line ended, a question was asked, or another turn began: what follows may be an answer.
    pub(super) const ANSWER: u16 = 1 << 6;
    /// A sentence ended.
    pub(super) const STOP: u16 = 1 << 7;
    pub(super) const PLUS: u16 = 1 << 8;
    pub(super) const OTHER: u16 = 1 << 9;
    /// "is", "=", "as".
    pub(super) const IS: u16 = 1 << 10;
    pub(super) const CURRENCY: u16 = 1 << 11;
    /// "and" was said.
    pub(super) const AND: u16 = 1 << 12;
    /// A number sign.
    pub(super) const HASH: u16 = 1 << 13;
    /// A filler was said.
    pub(super) const FILLER: u16 = 1 << 14;
    /// Hangs on a word by a hyphen, a slash or an underscore: INV-2041.
    pub(super) const GLUED: u16 = 1 << 15;

    pub(super) const fn of(bits: u16) -> Self {
        Self(bits)
    }

    #[inline]
    pub(super) fn add(&mut self, bit: u16) {
        self.0 |= bit;
    }

    #[inline]
    pub(super) const fn has(self, bits: u16) -> bool {
        self.0 & bits != 0
    }

    #[inline]
    pub(super) fn merge(&mut self, other: Self) {
        self.0 |= other.0;
    }

    #[inline]
    pub(super) fn remove(&mut self, bit: u16) {
        self.0 &= !bit;
    }

    /// Nothing but these stood there.
    #[inline]
    pub(super) const fn only(self, bits: u16) -> bool {
        self.0 & !bits == 0
    }
}

/// How a number was put.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// In digits.
    Written,
    /// In single digits with a space between each.
    Spaced,
    /// In words.
    Said,
    /// As a ten and a digit: "forty-two".
    Ten,
    /// With a hundred or a thousand in it.
    Scaled,
}

/// A number as it was written or said.
#[derive(Clone, Copy)]
pub(super) struct Number {
    pub(super) digits: Digits,
    pub(super) form: Form,
    pub(super) languages: Languages,
}

impl Number {
    pub(super) const fn is_spoken(&self) -> bool {
        matches!(self.form, Form::Said | Form::Ten | Form::Scaled)
    }

    /// Digit by digit, in words or with spaces between.
    pub(super) fn is_told(&self) -> bool {
        let values = self.digits.values();
        let single = || values.iter().all(|value| Some(value) == values.first());
        self.form == Form::Spaced || self.form == Form::Said && single()
    }
}

/// What an element is.
#[derive(Clone, Copy)]
pub(super) enum What {
    Number(Number),
    Cue(Cue),
    Correction,
    /// "don't", "cannot": what is named behind it is not asked for.
    Negation,
    /// A single letter, spelled out.
    Letter,
    Month,
    Currency,
    Unit,
    /// "digits", behind a number that says how many.
    Digits,
    /// A marker of ours, or something already found.
    Found(Kind),
    /// Part of what was found before it.
    Gone,
    /// Letters and digits in one word, of no form we know.
    Code {
        length: u16,
    },
}

/// What a number is by its look, which keeps it out of what goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Look {
    #[default]
    Plain,
    /// An amount, a decimal, a percentage, a date, a time, a version, a quantity.
    Counted,
    /// A day, month and year.
    Date,
    /// A month and a year, as on a card.
    MonthYear,
    /// With a plus sign before it.
    Phone,
}

/// A place in a piece, in bytes: half as wide as a pointer, since many are kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(u32);

impl Place {
    /// The longest piece in which every place can be told.
    pub(super) const LAST: usize = u32::MAX as usize;

    #[inline]
    pub(super) fn new(at: usize) -> Self {
        Self(u32::try_from(at).unwrap_or(u32::MAX))
    }

    #[inline]
    pub(super) const fn get(self) -> usize {
        self.0 as usize
    }
}

/// One element of the stream.
#[derive(Clone, Copy)]
pub(super) struct Element {
    pub(super) piece: u32,
    pub(super) start: Place,
    pub(super) end: Place,
    /// Ordinary words before it, in the whole conversation.
    pub(super) words: u32,
    /// Linking words before it.
    pub(super) links: u32,
    /// Ends of sentences, and of lines, questions and turns, before it.
    pub(super) stops: u32,
    pub(super) answers: u32,
    pub(super) gap: Gap,
    /// The gap is one character wide, or none.
    pub(super) tight: bool,
    pub(super) look: Look,
    pub(super) what: What,
}

impl Element {
    pub(super) const fn number(&self) -> Option<&Number> {
        match &self.what {
            What::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(super) const fn is_there(&self) -> bool {
        !matches!(self.what, What::Gone)
    }

    pub(super) const fn is_number(&self) -> bool {
        matches!(self.what, What::Number(_))
    }

    /// It may say what a number is.
    pub(super) const fn names(&self) -> bool {
        matches!(self.what, What::Cue(_) | What::Digits)
    }

    pub(super) const fn cue(&self) -> Option<Cue> {
        match self.what {
            What::Cue(cue) => Some(cue),
            _ => None,
        }
    }
}
