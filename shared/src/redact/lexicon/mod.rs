//! What words mean to the redactor: digits, fillers, and the cues that name a number.
//!
//! One file holds one language, as a table of folded words and phrases (lower case, no accents, no
//! apostrophes, one space between words). To add a language, add its file and name it in
//! [`LANGUAGES`]. A script that folds to no Latin letters stands in it as it is written. All tables become one hash table when the program is compiled, so that nothing
//! is done at start and a further language costs the others nothing. Where two languages use one
//! word, the first language listed keeps its meaning; a digit word that is also an everyday word
//! is marked weak, and counts only beside another digit word of its language.

mod afrikaans;
mod arabic;
mod english;
mod english_banks;
mod english_cards;
mod english_identifiers;
mod english_links;
mod english_others;
mod english_spelling;
mod french;
mod hausa;
mod hindi;
mod igbo;
mod own_scripts;
mod pidgin;
mod swahili;
mod yoruba;
mod zulu;

use super::kind::Kind;

/// Every language, English first.
const LANGUAGES: [&[Entry]; 18] = [
    english::WORDS,
    english_links::WORDS,
    english_cards::WORDS,
    english_banks::WORDS,
    english_identifiers::WORDS,
    english_others::WORDS,
    english_spelling::WORDS,
    pidgin::WORDS,
    french::WORDS,
    swahili::WORDS,
    hindi::WORDS,
    arabic::WORDS,
    yoruba::WORDS,
    hausa::WORDS,
    igbo::WORDS,
    zulu::WORDS,
    afrikaans::WORDS,
    own_scripts::WORDS,
];

/// A word or phrase and what it means.
type Entry = (&'static str, Meaning);

/// A set of languages, one bit each.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Languages(u16);

impl Languages {
    pub(super) const ENGLISH: Self = Self(1);
    pub(super) const PIDGIN: Self = Self(1 << 1);
    /// English digits are Pidgin's too.
    pub(super) const ENGLISH_AND_PIDGIN: Self = Self(1 | 1 << 1);
    pub(super) const FRENCH: Self = Self(1 << 2);
    pub(super) const SWAHILI: Self = Self(1 << 3);
    pub(super) const HINDI: Self = Self(1 << 4);
    pub(super) const ARABIC: Self = Self(1 << 5);
    pub(super) const YORUBA: Self = Self(1 << 6);
    pub(super) const HAUSA: Self = Self(1 << 7);
    pub(super) const IGBO: Self = Self(1 << 8);
    pub(super) const ZULU: Self = Self(1 << 9);
    pub(super) const AFRIKAANS: Self = Self(1 << 10);

    pub(super) const fn share(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// How a number word joins its neighbours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    /// 0 to 9: follows a ten.
    Digit,
    /// 10 to 19, and in languages that have a word for each, up to 99.
    Teen,
    /// 20, 30 … 90: takes a digit after it.
    Ten,
    /// Multiplies by a hundred, a thousand and so on.
    Scale,
}

/// A word that stands for a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct NumberWord {
    pub(super) value: u32,
    pub(super) class: Class,
    pub(super) languages: Languages,
    /// An everyday word too: it counts only beside a digit of its language.
    pub(super) weak: bool,
    /// What a digit is misheard as ("ate"), and what nobody says right behind one otherwise.
    pub(super) misheard: bool,
}

/// What a named number is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Cue {
    /// "card number", "long number".
    CardNumber,
    /// "card", "visa": names a card, but not always its number.
    Card,
    /// "card ending", "last four digits".
    LastFour,
    /// "cvv", "digits on the back".
    SecurityCode,
    /// "expiry date", "valid thru".
    Expiry,
    /// "expires": also said of plans and links.
    Expires,
    /// "pin".
    Pin,
    /// "otp", "verification code".
    OneTimePassword,
    /// "code", of no kind.
    Code,
    /// "account number".
    AccountNumber,
    /// "account", and names of banks.
    Account,
    /// "iban".
    Iban,
    /// "sort code".
    SortCode,
    /// "routing number".
    Routing,
    /// "ifsc", "swift code", "branch code".
    BankCode,
    /// "momo number", "wallet".
    Wallet,
    /// An identifier that a state, a bank or a tax authority gives, and its usual digits.
    Identifier(Kind, u8, u8),
    /// "password".
    Password,
    /// "username": a password follows.
    Login,
    /// "api key".
    Key,
    /// Names another number: order, invoice, reference, ticket.
    Reference,
    /// Names another number only right before it: room, page, version.
    Mention,
    /// Names a phone number.
    Phone,
    /// "phone", "cell": names its number only right before it.
    Handset,
    /// Says how much: charged, balance, total.
    Amount,
    /// Names what else expires: subscription, plan, link.
    Term,
}

impl Cue {
    /// How many name one thing each, all but identifiers.
    pub(super) const COUNT: u32 = 25;

    const ALL: [Self; Self::COUNT as usize] = [
        Self::CardNumber,
        Self::Card,
        Self::LastFour,
        Self::SecurityCode,
        Self::Expiry,
        Self::Expires,
        Self::Pin,
        Self::OneTimePassword,
        Self::Code,
        Self::AccountNumber,
        Self::Account,
        Self::Iban,
        Self::SortCode,
        Self::Routing,
        Self::BankCode,
        Self::Wallet,
        Self::Password,
        Self::Login,
        Self::Key,
        Self::Reference,
        Self::Mention,
        Self::Phone,
        Self::Handset,
        Self::Amount,
        Self::Term,
    ];

    /// Its place among those that name one thing each.
    pub(super) fn place(self) -> Option<u32> {
        (0..)
            .zip(Self::ALL)
            .find(|(_, cue)| *cue == self)
            .map(|(place, _)| place)
    }

    /// The cue at a place.
    pub(super) fn at(place: u32) -> Option<Self> {
        Self::ALL.get(place as usize).copied()
    }
}

/// What a word or phrase means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Meaning {
    /// A number word.
    Number(NumberWord),
    /// "double", "triple": says the next digit so many times.
    Repeat(u8),
    /// "zeros": the number before it says how many.
    Plural(u8),
    /// Says nothing: fillers and acknowledgements. A number goes on across them.
    Filler,
    /// Joins a name to its number: "my", "on the". Costs little.
    Link,
    /// A linking word before which digits are counted, not told: "the other four".
    Ordinal,
    /// A month by its place in the year, behind what names an expiry ("the first of 2029"); elsewhere
    /// a linking word.
    Nth,
    /// Says that what comes is it: "is", "reads".
    Is,
    /// The same, and behind a number that was taken back a correction: "not nine, it's two".
    ItIs,
    /// Behind a number that was taken back a correction, elsewhere a word: "not nine but two".
    But,
    /// Says that what comes is not asked for: "don't", "cannot".
    Negation,
    /// "and": joins the parts of a spoken number too.
    And,
    /// "plus": begins a phone number, elsewhere joins like "and".
    Plus,
    /// "sorry", "no", "I mean": what comes replaces something before.
    Correction,
    /// A month, or a day of the week as 0.
    Month(u8),
    /// "naira", "dollars".
    Currency,
    /// "times", "days", "percent": the number before it counts things.
    Unit,
    /// "orders", "invoices": behind a number a unit, elsewhere names of references.
    Referred,
    /// "digits", "letters": behind a number a unit, elsewhere a linking word.
    Digits,
    /// Spells a letter beside others and beside digits: "alpha".
    Spelled,
    /// Names a number.
    Cue(Cue),
    /// An ordinary word that a shorter phrase would misread: "promo code", "my card was".
    Nothing,
}

const fn number(value: u32, class: Class, languages: Languages, weak: bool) -> Meaning {
    Meaning::Number(NumberWord {
        value,
        class,
        languages,
        weak,
        misheard: false,
    })
}

/// A slot of the table: the hash of a phrase or of a phrase's beginning.
#[derive(Clone, Copy)]
struct Slot {
    hash: u64,
    meaning: Option<Meaning>,
    /// A longer phrase begins so.
    longer: bool,
}

const SIZE: usize = 8192;
const EMPTY: Slot = Slot {
    hash: 0,
    meaning: None,
    longer: false,
};

/// The table, made by the compiler.
static TABLE: [Slot; SIZE] = build();

/// One bit for each slot that is taken: most words miss, and miss in the first cache.
static TAKEN: [u64; SIZE / 64] = taken();

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// The hash of a phrase so far (FNV-1a).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct PhraseHash(u64);

impl PhraseHash {
    pub(super) const START: Self = Self(OFFSET);

    #[inline]
    pub(super) const fn push(self, byte: u8) -> Self {
        Self((self.0 ^ byte as u64).wrapping_mul(PRIME))
    }

    /// Where in the table to begin.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "only the low bits choose a slot"
    )]
    const fn slot(self) -> usize {
        ((self.0 ^ (self.0 >> 32) ^ (self.0 >> 17)) as usize) % SIZE
    }

    /// The hash of a folded phrase.
    #[cfg(test)]
    fn of(phrase: &str) -> Self {
        phrase.bytes().fold(Self::START, Self::push)
    }
}

/// What the table says of a phrase.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub(super) meaning: Option<Meaning>,
    /// The next word may make it a longer phrase.
    pub(super) longer: bool,
}

/// Looks a phrase up.
#[inline]
pub(super) fn look_up(hash: PhraseHash) -> Option<Found> {
    let mut slot = hash.slot();
    if TAKEN.get(slot / 64)? >> (slot % 64) & 1 == 0 {
        return None;
    }
    loop {
        let entry = TABLE.get(slot)?;
        if entry.hash == hash.0 {
            return Some(Found {
                meaning: entry.meaning,
                longer: entry.longer,
            });
        }
        if entry.hash == 0 {
            return None;
        }
        slot = (slot + 1) % SIZE;
    }
}

#[expect(
    clippy::indexing_slicing,
    clippy::large_stack_arrays,
    reason = "evaluated by the compiler, where a wrong index stops the build; the tables are finite"
)]
const fn build() -> [Slot; SIZE] {
    let mut table = [EMPTY; SIZE];
    let mut language = 0;
    while language < LANGUAGES.len() {
        let mut index = 0;
        while index < LANGUAGES[language].len() {
            let (phrase, meaning) = LANGUAGES[language][index];
            let bytes = phrase.as_bytes();
            let mut hash = PhraseHash::START;
            let mut at = 0;
            while at < bytes.len() {
                if bytes[at] == b' ' {
                    let slot = place(&table, hash);
                    table[slot].hash = hash.0;
                    table[slot].longer = true;
                }
                hash = hash.push(bytes[at]);
                at += 1;
            }
            let slot = place(&table, hash);
            table[slot].hash = hash.0;
            table[slot].meaning = Some(match table[slot].meaning {
                Some(earlier) => merge(earlier, meaning),
                None => meaning,
            });
            index += 1;
        }
        language += 1;
    }
    table
}

/// The slot that holds a hash, or the free one where it goes.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler only")]
const fn place(table: &[Slot; SIZE], hash: PhraseHash) -> usize {
    let mut slot = hash.slot();
    while table[slot].hash != 0 && table[slot].hash != hash.0 {
        slot = (slot + 1) % SIZE;
    }
    slot
}

/// One word in two languages: the first keeps its meaning, and the same number serves both.
const fn merge(earlier: Meaning, later: Meaning) -> Meaning {
    match (earlier, later) {
        (Meaning::Number(first), Meaning::Number(second)) if first.value == second.value => {
            Meaning::Number(NumberWord {
                languages: first.languages.with(second.languages),
                weak: first.weak && second.weak,
                misheard: first.misheard || second.misheard,
                ..first
            })
        }
        _ => earlier,
    }
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler only")]
const fn taken() -> [u64; SIZE / 64] {
    let mut bits = [0; SIZE / 64];
    let mut slot = 0;
    while slot < SIZE {
        if TABLE[slot].hash != 0 {
            bits[slot / 64] |= 1 << (slot % 64);
        }
        slot += 1;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::super::characters::{fold, is_invisible};
    use super::*;

    #[test]
    fn the_table_stays_sparse_and_every_phrase_is_in_it() {
        let filled = TABLE.iter().filter(|slot| slot.hash != 0).count();
        assert!(
            filled * 2 < SIZE,
            "{filled} of {SIZE} slots: make the table larger"
        );
        for (phrase, _) in LANGUAGES.into_iter().flatten() {
            assert!(look_up(PhraseHash::of(phrase)).is_some_and(|found| found.meaning.is_some()));
        }
    }

    #[test]
    fn phrases_are_written_as_the_scanner_folds_them() {
        for (phrase, _) in LANGUAGES.into_iter().flatten() {
            // Letters of scripts that fold to no Latin ones stand as they are.
            let plain = phrase.chars().all(|c| {
                c == ' '
                    || c.is_ascii_lowercase()
                    || !c.is_ascii() && fold(c).is_none() && !is_invisible(c)
            });
            assert!(
                plain && phrase.trim() == *phrase && !phrase.contains("  "),
                "{phrase:?}"
            );
        }
    }

    #[test]
    fn english_words_keep_their_meaning_beside_ten_other_languages() {
        let meaning = |word| look_up(PhraseHash::of(word)).and_then(|found| found.meaning);
        assert!(
            matches!(meaning("six"), Some(Meaning::Number(six)) if six.value == 6 && !six.weak)
        );
        assert!(matches!(meaning("to"), Some(Meaning::Number(two)) if two.weak));
        assert!(matches!(
            meaning("card number"),
            Some(Meaning::Cue(Cue::CardNumber))
        ));
    }
}
