//! The words that the extractors know, found through a hash table made when the crate is compiled.

use shared::money::Currency;

/// What a word means to the extractors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lexeme {
    /// Nothing we know.
    Unknown,
    /// Zero to nine.
    Unit(u8),
    /// Ten to nineteen.
    Teen(u8),
    /// Twenty to ninety.
    Ten(u8),
    /// A hundred.
    Hundred,
    /// Thousand, million and so on: the power of ten.
    Scale(u8),
    /// `k`, `m`, `b`: a scale when it follows a number.
    Suffix(u8),
    /// A half.
    Half,
    /// A quarter.
    Quarter,
    /// `double` and `triple`, before a digit.
    Repeat(u8),
    /// `point`.
    Point,
    /// `and`.
    And,
    /// `a`, `an`.
    Article,
    /// A currency's name, symbol or code.
    Money(Currency),
    /// A currency's name that several countries share, or a slang word for the local one.
    LocalMoney(Local),
    /// Kobo, pesewa, cents: a hundredth.
    Hundredth(Option<Currency>),
    /// First to thirty-first, as a number; `thirtieth` is 30.
    Ordinal(u8),
    /// A month, from 1.
    Month(u8),
    /// A day of the week, Monday is 1.
    Weekday(u8),
}

/// A name for money that needs the merchant's market to be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Local {
    /// Shilling, bob: Kenyan here.
    Shilling,
    /// Franc: CFA unless the market is Rwanda.
    Franc,
    /// Pound: Egyptian unless told otherwise.
    Pound,
    /// Buck: rand in South Africa, else the dollar.
    Buck,
}

const WORDS: &[(&str, Lexeme)] = &[
    ("zero", Lexeme::Unit(0)),
    ("oh", Lexeme::Unit(0)),
    ("nought", Lexeme::Unit(0)),
    ("naught", Lexeme::Unit(0)),
    ("nil", Lexeme::Unit(0)),
    ("one", Lexeme::Unit(1)),
    ("two", Lexeme::Unit(2)),
    ("three", Lexeme::Unit(3)),
    ("four", Lexeme::Unit(4)),
    ("five", Lexeme::Unit(5)),
    ("six", Lexeme::Unit(6)),
    ("seven", Lexeme::Unit(7)),
    ("eight", Lexeme::Unit(8)),
    ("nine", Lexeme::Unit(9)),
    ("niner", Lexeme::Unit(9)),
    ("ten", Lexeme::Teen(10)),
    ("eleven", Lexeme::Teen(11)),
    ("twelve", Lexeme::Teen(12)),
    ("thirteen", Lexeme::Teen(13)),
    ("fourteen", Lexeme::Teen(14)),
    ("fifteen", Lexeme::Teen(15)),
    ("sixteen", Lexeme::Teen(16)),
    ("seventeen", Lexeme::Teen(17)),
    ("eighteen", Lexeme::Teen(18)),
    ("nineteen", Lexeme::Teen(19)),
    ("twenty", Lexeme::Ten(20)),
    ("thirty", Lexeme::Ten(30)),
    ("forty", Lexeme::Ten(40)),
    ("fourty", Lexeme::Ten(40)),
    ("fifty", Lexeme::Ten(50)),
    ("sixty", Lexeme::Ten(60)),
    ("seventy", Lexeme::Ten(70)),
    ("eighty", Lexeme::Ten(80)),
    ("ninety", Lexeme::Ten(90)),
    ("hundred", Lexeme::Hundred),
    ("hundreds", Lexeme::Hundred),
    ("thousand", Lexeme::Scale(3)),
    ("thousands", Lexeme::Scale(3)),
    ("tousand", Lexeme::Scale(3)),
    ("grand", Lexeme::Scale(3)),
    ("million", Lexeme::Scale(6)),
    ("millions", Lexeme::Scale(6)),
    ("mill", Lexeme::Scale(6)),
    ("mil", Lexeme::Scale(6)),
    ("milli", Lexeme::Scale(6)),
    ("billion", Lexeme::Scale(9)),
    ("billions", Lexeme::Scale(9)),
    ("trillion", Lexeme::Scale(12)),
    ("thou", Lexeme::Scale(3)),
    ("lakh", Lexeme::Scale(5)),
    ("lakhs", Lexeme::Scale(5)),
    ("lac", Lexeme::Scale(5)),
    ("crore", Lexeme::Scale(7)),
    ("crores", Lexeme::Scale(7)),
    ("k", Lexeme::Suffix(3)),
    ("kay", Lexeme::Suffix(3)),
    ("m", Lexeme::Suffix(6)),
    ("mn", Lexeme::Suffix(6)),
    ("b", Lexeme::Suffix(9)),
    ("bn", Lexeme::Suffix(9)),
    ("half", Lexeme::Half),
    ("quarter", Lexeme::Quarter),
    ("quarters", Lexeme::Quarter),
    ("double", Lexeme::Repeat(2)),
    ("triple", Lexeme::Repeat(3)),
    ("treble", Lexeme::Repeat(3)),
    ("point", Lexeme::Point),
    ("and", Lexeme::And),
    ("n", Lexeme::And),
    ("a", Lexeme::Article),
    ("an", Lexeme::Article),
    ("naira", Lexeme::Money(Currency::Ngn)),
    ("nairas", Lexeme::Money(Currency::Ngn)),
    ("niara", Lexeme::Money(Currency::Ngn)),
    ("nira", Lexeme::Money(Currency::Ngn)),
    ("ngn", Lexeme::Money(Currency::Ngn)),
    ("cedi", Lexeme::Money(Currency::Ghs)),
    ("cedis", Lexeme::Money(Currency::Ghs)),
    ("cidis", Lexeme::Money(Currency::Ghs)),
    ("sidis", Lexeme::Money(Currency::Ghs)),
    ("ghs", Lexeme::Money(Currency::Ghs)),
    ("ghc", Lexeme::Money(Currency::Ghs)),
    ("gh", Lexeme::Money(Currency::Ghs)),
    ("rand", Lexeme::Money(Currency::Zar)),
    ("rands", Lexeme::Money(Currency::Zar)),
    ("zar", Lexeme::Money(Currency::Zar)),
    ("kes", Lexeme::Money(Currency::Kes)),
    ("ksh", Lexeme::Money(Currency::Kes)),
    ("kshs", Lexeme::Money(Currency::Kes)),
    ("xof", Lexeme::Money(Currency::Xof)),
    ("cfa", Lexeme::Money(Currency::Xof)),
    ("fcfa", Lexeme::Money(Currency::Xof)),
    ("egp", Lexeme::Money(Currency::Egp)),
    ("rwf", Lexeme::Money(Currency::Rwf)),
    ("frw", Lexeme::Money(Currency::Rwf)),
    ("usd", Lexeme::Money(Currency::Usd)),
    ("dollar", Lexeme::Money(Currency::Usd)),
    ("dollars", Lexeme::Money(Currency::Usd)),
    ("shilling", Lexeme::LocalMoney(Local::Shilling)),
    ("shillings", Lexeme::LocalMoney(Local::Shilling)),
    ("bob", Lexeme::LocalMoney(Local::Shilling)),
    ("franc", Lexeme::LocalMoney(Local::Franc)),
    ("francs", Lexeme::LocalMoney(Local::Franc)),
    ("pound", Lexeme::LocalMoney(Local::Pound)),
    ("pounds", Lexeme::LocalMoney(Local::Pound)),
    ("bucks", Lexeme::LocalMoney(Local::Buck)),
    ("kobo", Lexeme::Hundredth(Some(Currency::Ngn))),
    ("pesewa", Lexeme::Hundredth(Some(Currency::Ghs))),
    ("pesewas", Lexeme::Hundredth(Some(Currency::Ghs))),
    ("piastre", Lexeme::Hundredth(Some(Currency::Egp))),
    ("piastres", Lexeme::Hundredth(Some(Currency::Egp))),
    ("piasters", Lexeme::Hundredth(Some(Currency::Egp))),
    ("cent", Lexeme::Hundredth(None)),
    ("cents", Lexeme::Hundredth(None)),
    ("first", Lexeme::Ordinal(1)),
    ("second", Lexeme::Ordinal(2)),
    ("third", Lexeme::Ordinal(3)),
    ("fourth", Lexeme::Ordinal(4)),
    ("fifth", Lexeme::Ordinal(5)),
    ("sixth", Lexeme::Ordinal(6)),
    ("seventh", Lexeme::Ordinal(7)),
    ("eighth", Lexeme::Ordinal(8)),
    ("ninth", Lexeme::Ordinal(9)),
    ("tenth", Lexeme::Ordinal(10)),
    ("eleventh", Lexeme::Ordinal(11)),
    ("twelfth", Lexeme::Ordinal(12)),
    ("thirteenth", Lexeme::Ordinal(13)),
    ("fourteenth", Lexeme::Ordinal(14)),
    ("fifteenth", Lexeme::Ordinal(15)),
    ("sixteenth", Lexeme::Ordinal(16)),
    ("seventeenth", Lexeme::Ordinal(17)),
    ("eighteenth", Lexeme::Ordinal(18)),
    ("nineteenth", Lexeme::Ordinal(19)),
    ("twentieth", Lexeme::Ordinal(20)),
    ("thirtieth", Lexeme::Ordinal(30)),
    ("january", Lexeme::Month(1)),
    ("jan", Lexeme::Month(1)),
    ("february", Lexeme::Month(2)),
    ("feb", Lexeme::Month(2)),
    ("march", Lexeme::Month(3)),
    ("mar", Lexeme::Month(3)),
    ("april", Lexeme::Month(4)),
    ("apr", Lexeme::Month(4)),
    ("may", Lexeme::Month(5)),
    ("june", Lexeme::Month(6)),
    ("jun", Lexeme::Month(6)),
    ("july", Lexeme::Month(7)),
    ("jul", Lexeme::Month(7)),
    ("august", Lexeme::Month(8)),
    ("aug", Lexeme::Month(8)),
    ("september", Lexeme::Month(9)),
    ("sept", Lexeme::Month(9)),
    ("sep", Lexeme::Month(9)),
    ("october", Lexeme::Month(10)),
    ("oct", Lexeme::Month(10)),
    ("november", Lexeme::Month(11)),
    ("nov", Lexeme::Month(11)),
    ("december", Lexeme::Month(12)),
    ("dec", Lexeme::Month(12)),
    ("monday", Lexeme::Weekday(1)),
    ("mon", Lexeme::Weekday(1)),
    ("tuesday", Lexeme::Weekday(2)),
    ("tues", Lexeme::Weekday(2)),
    ("tue", Lexeme::Weekday(2)),
    ("wednesday", Lexeme::Weekday(3)),
    ("wed", Lexeme::Weekday(3)),
    ("thursday", Lexeme::Weekday(4)),
    ("thurs", Lexeme::Weekday(4)),
    ("thur", Lexeme::Weekday(4)),
    ("thu", Lexeme::Weekday(4)),
    ("friday", Lexeme::Weekday(5)),
    ("fri", Lexeme::Weekday(5)),
    ("saturday", Lexeme::Weekday(6)),
    ("sunday", Lexeme::Weekday(7)),
];

const SLOTS: usize = 1024;

/// Slot to position in [`WORDS`], one up; zero is empty. Linear probing.
const TABLE: [u16; SLOTS] = build();

const fn hash(word: &[u8]) -> usize {
    let mut state: u32 = 0x811c_9dc5;
    let mut position = 0;
    while position < word.len() {
        #[expect(
            clippy::indexing_slicing,
            reason = "below the length; iterators are not const"
        )]
        let byte = word[position];
        state = (state ^ byte as u32).wrapping_mul(0x0100_0193);
        position += 1;
    }
    (state ^ (state >> 15)) as usize & (SLOTS - 1)
}

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "evaluated by the compiler alone, which refuses to build on a bad index"
)]
const fn build() -> [u16; SLOTS] {
    let mut table = [0; SLOTS];
    let mut word = 0;
    while word < WORDS.len() {
        let mut slot = hash(WORDS[word].0.as_bytes());
        while table[slot] != 0 {
            slot = (slot + 1) & (SLOTS - 1);
        }
        table[slot] = word as u16 + 1;
        word += 1;
    }
    table
}

/// What `word`, in lower case, means to the extractors.
pub(super) fn lexeme(word: &str) -> Lexeme {
    if word.len() > 11 {
        return Lexeme::Unknown;
    }
    let mut slot = hash(word.as_bytes());
    while let Some(position @ 1..) = TABLE.get(slot) {
        match WORDS.get(usize::from(*position) - 1) {
            Some((known, lexeme)) if *known == word => return *lexeme,
            _ => slot = (slot + 1) & (SLOTS - 1),
        }
    }
    Lexeme::Unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_and_no_other() {
        for (word, meaning) in WORDS {
            assert!(word.len() <= 11, "{word}");
            assert_eq!(lexeme(word), *meaning, "{word}");
        }
        for word in ["", "chair", "fifteens", "eighteenths"] {
            assert_eq!(lexeme(word), Lexeme::Unknown, "{word}");
        }
    }
}
