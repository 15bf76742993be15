//! A sentence as hashed features: words, pairs and threes of words, and the pieces of each word,
//! so that "refunded", "re-fund" and what a speech recogniser makes of them look alike.
//!
//! The trainer and the model share this file: what is learned is what is asked.

use super::concepts;

/// How many buckets the features of a sentence fall into. With [`CALL_BUCKETS`], thirteen bytes each,
/// they keep the weights under 512 kB.
pub const BUCKETS: usize = 31_500;
/// How many buckets those of a whole call fall into.
pub const CALL_BUCKETS: usize = 8_700;
/// The lengths of the pieces of a word.
const SHORTEST: u32 = 3;
/// See [`SHORTEST`].
const LONGEST: usize = 5;
/// Words longer than this are noise, and cut.
const LONGEST_WORD: usize = 24;

/// Calls `take` with the bucket of each feature of `sentence`, and says how many there were and
/// which ideas stand in it.
pub fn features(sentence: &str, mut take: impl FnMut(usize)) -> (usize, u64) {
    let (words, ideas) = word_features(sentence, &mut take);
    (words + idea_features(ideas, &mut take), ideas)
}

/// The features of the words alone: those of two sentences add up to those of both.
pub(super) fn word_features(sentence: &str, take: impl FnMut(usize)) -> (usize, u64) {
    walk::<true>(sentence, take)
}

/// Walks the words of a sentence; their pieces are most of the cost, and ideas need none.
fn walk<const PIECES: bool>(sentence: &str, mut take: impl FnMut(usize)) -> (usize, u64) {
    let mut count = 0;
    let mut chain = Chain {
        emit: |hash: u32| {
            take(bucket(hash));
            count += 1;
        },
        previous: [START, START],
        before: [0; 2],
        ideas: 0,
        latest: 0,
    };
    let mut word = Buffer::new();
    let mut number = false;
    for token in Words::new(sentence) {
        word.set(token);
        // An amount is one word, whichever side its currency stands on.
        match word.class() {
            Class::Skip => {}
            Class::Number => number = chain.previous[1] != MONEY,
            Class::Money => {
                if chain.previous[1] != MONEY {
                    chain.add(MONEY);
                }
                number = false;
            }
            Class::Plain => {
                if std::mem::take(&mut number) {
                    chain.add(NUMBER);
                }
                if PIECES {
                    word.pieces(&mut chain.emit);
                }
                chain.add(concepts::hash(word.inner()));
            }
        }
    }
    if number {
        chain.add(NUMBER);
    }
    (chain.emit)(mix(chain.previous[1], END));
    let ideas = chain.ideas;
    (count, ideas)
}

/// Calls `take` with the bucket of each feature of a turn as a part of its call: words, their
/// beginnings and pairs, apart for our own agent, since what is told is told in other words than what
/// is asked for. Says which ideas stand in it.
pub fn turn_features(turn: &str, by_agent: bool, mut take: impl FnMut(usize)) -> u64 {
    let salt = if by_agent { AGENT } else { CALLER };
    let mut emit = |hash: u32| take(bucket_of(mix(salt, hash), CALL_BUCKETS));
    let mut word = Buffer::new();
    let mut previous = START;
    let mut before = [0; 2];
    let mut ideas = 0;
    for token in Words::new(turn) {
        word.set(token);
        let hash = match word.class() {
            Class::Skip => continue,
            Class::Number => NUMBER,
            Class::Money => MONEY,
            Class::Plain => concepts::hash(word.inner()),
        };
        if hash == NUMBER && previous == NUMBER {
            continue;
        }
        emit(hash);
        emit(mix(previous, hash));
        if let Some(stem) = word.inner().first_chunk::<STEM>() {
            emit(mix(END, concepts::hash(stem)));
        }
        ideas |= ideas_at(&mut before, hash);
        previous = hash;
    }
    ideas
}

/// Calls `take` with the bucket of each idea of a caller's turns.
pub fn told_features(ideas: u64, mut take: impl FnMut(usize)) {
    let mut rest = ideas;
    while rest != 0 {
        take(bucket_of(mix(IDEA, rest.trailing_zeros()), CALL_BUCKETS));
        rest &= rest - 1;
    }
}

/// The words of a sentence one after the other.
struct Chain<Emit> {
    emit: Emit,
    /// The two words before.
    previous: [u32; 2],
    /// The last two words as the table of ideas pairs them, and the last one.
    before: [u32; 2],
    ideas: u64,
    /// The ideas that the last word was the first to bring.
    latest: u64,
}

impl<Emit: FnMut(u32)> Chain<Emit> {
    /// Adds a word, its pair and its three.
    fn add(&mut self, hash: u32) {
        let [first, second] = self.previous;
        (self.emit)(hash);
        (self.emit)(mix(second, hash));
        (self.emit)(mix(mix(first.rotate_left(7), second), hash));
        self.previous = [second, hash];
        let brought = ideas_at(&mut self.before, hash);
        if brought & concepts::PLASTIC != 0 {
            self.ideas &= !(self.latest & concepts::CHARGE);
        }
        self.latest = brought & !self.ideas;
        self.ideas |= brought;
    }
}

/// The features of ideas: each one, and each two that meet.
pub(super) fn idea_features(ideas: u64, mut take: impl FnMut(usize)) -> usize {
    let mut count = 0;
    let mut emit = |hash: u32| {
        take(bucket(hash));
        count += 1;
    };
    let mut first = ideas;
    while first != 0 {
        let one = first.trailing_zeros();
        first &= first - 1;
        emit(mix(IDEA, one));
        let mut second = first;
        while second != 0 {
            emit(mix(mix(IDEA, one), second.trailing_zeros()));
            second &= second - 1;
        }
    }
    count
}

/// The ideas of a sentence, without its other features.
pub(super) fn ideas(sentence: &str) -> u64 {
    walk::<false>(sentence, |_| {}).1
}

/// The ideas that a word brings, alone or with the words before it.
fn ideas_at(before: &mut [u32; 2], hash: u32) -> u64 {
    let couple = concepts::pair(before[1], hash);
    let triple = concepts::pair(before[0], hash);
    *before = [couple, hash];
    let joined = concepts::ideas_of(couple) | concepts::ideas_of(triple);
    let alone = concepts::ideas_of(hash);
    if joined & concepts::CONTACT != 0 {
        // An e-mail address is no address.
        return joined | alone & !concepts::ADDRESS;
    }
    joined | alone
}

const SEED: u32 = 0x811c_9dc5;
const START: u32 = 0x9e37_79b9;
const END: u32 = 0x7f4a_7c15;
const IDEA: u32 = 0x1656_67b1;
const CALLER: u32 = 0x27d4_eb2f;
const AGENT: u32 = 0x9e37_79f9;
/// How many letters of a word say what it is about, whatever its ending.
const STEM: usize = 4;
/// "Three times" and "4 times" are "# times" to the table of ideas.
const NUMBER: u32 = concepts::hash(b"#");
/// "I want my 30 pounds back" is "I want my money back".
const MONEY: u32 = concepts::hash(b"money");

fn bucket(hash: u32) -> usize {
    bucket_of(hash, BUCKETS)
}

fn bucket_of(hash: u32, buckets: usize) -> usize {
    // Spread the last bits, then scale to the range without a division.
    let spread = (hash ^ (hash >> 15)).wrapping_mul(0x85eb_ca6b);
    let spread = spread ^ (spread >> 13);
    usize::try_from((u64::from(spread) * buckets as u64) >> 32).unwrap_or_default()
}

const fn mix(left: u32, right: u32) -> u32 {
    (left.rotate_left(11) ^ right).wrapping_mul(0x9e37_79b1)
}

/// What a word counts as.
enum Class {
    Skip,
    Number,
    Money,
    Plain,
}

/// A word in lower case between two marks of its ends.
struct Buffer {
    bytes: [u8; LONGEST_WORD + 2],
    length: usize,
    has_digit: bool,
}

impl Buffer {
    const fn new() -> Self {
        Self {
            bytes: [b'^'; LONGEST_WORD + 2],
            length: 0,
            has_digit: false,
        }
    }

    /// Takes `word` in lower case without what joins its parts: "don't" and "dont" are one word.
    fn set(&mut self, word: &str) {
        self.length = 0;
        self.has_digit = false;
        let written = word.bytes().next().is_some_and(|byte| byte.is_ascii());
        let bytes = word
            .bytes()
            .filter(|byte| !matches!(byte, b'\'' | b'-') && (byte.is_ascii() || !written));
        for (slot, byte) in self.bytes.iter_mut().skip(1).take(LONGEST_WORD).zip(bytes) {
            *slot = byte.to_ascii_lowercase();
            self.has_digit |= byte.is_ascii_digit();
            self.length += 1;
        }
        if let Some(mark) = self.bytes.get_mut(self.length + 1) {
            *mark = b'$';
        }
    }

    fn inner(&self) -> &[u8] {
        self.bytes.get(1..=self.length).unwrap_or_default()
    }

    fn class(&self) -> Class {
        match self.inner() {
            [] => Class::Skip,
            [b'\xe2' | b'\xc2', ..] if self.length <= 3 => Class::Money,
            b"$" => Class::Money,
            // Names of tax forms are words.
            b"w2" | b"w9" | b"1099" | b"p9" | b"irp5" => Class::Plain,
            inner if self.has_digit && is_amount(inner) => Class::Money,
            inner if self.has_digit || is_number(inner) => Class::Number,
            inner if is_money(inner) => Class::Money,
            _ => Class::Plain,
        }
    }

    /// The pieces of the word with its marks.
    fn pieces(&self, emit: &mut impl FnMut(u32)) {
        let Some(marked) = self.bytes.get(..self.length + 2) else {
            return;
        };
        let shortest = SHORTEST as usize;
        if marked.len() <= shortest {
            return;
        }
        for start in 0..=marked.len() - shortest {
            let Some(rest) = marked.get(start..) else {
                return;
            };
            let mut state = SEED ^ 0x5bd1;
            for (at, byte) in (0_u32..).zip(rest.iter().take(LONGEST)) {
                state = (state ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
                if at + 1 >= SHORTEST {
                    emit(state.wrapping_add(at));
                }
            }
        }
    }
}

/// Number words from three on: "one", "two" and "twice" say how often, the others how much.
fn is_number(word: &[u8]) -> bool {
    matches!(
        word,
        b"three"
            | b"four"
            | b"five"
            | b"six"
            | b"seven"
            | b"eight"
            | b"nine"
            | b"ten"
            | b"eleven"
            | b"twelve"
            | b"thirteen"
            | b"fourteen"
            | b"fifteen"
            | b"sixteen"
            | b"seventeen"
            | b"eighteen"
            | b"nineteen"
            | b"twenty"
            | b"thirty"
            | b"forty"
            | b"fifty"
            | b"sixty"
            | b"seventy"
            | b"eighty"
            | b"ninety"
            | b"hundred"
            | b"thousand"
            | b"million"
            | b"lakh"
            | b"lakhs"
            | b"crore"
            | b"crores"
            | b"k"
    )
}

/// "50k", "R350" and "N5000" are amounts; "A4" and "4G" are not.
fn is_amount(word: &[u8]) -> bool {
    match word {
        [b'r' | b'n', digits @ ..] => digits.len() > 1 && digits.iter().all(u8::is_ascii_digit),
        [digits @ .., b'k'] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

/// Every currency is one to the classifier: what is learned of pounds holds for naira.
fn is_money(word: &[u8]) -> bool {
    matches!(
        word,
        b"naira"
            | b"cedi"
            | b"cedis"
            | b"rand"
            | b"rands"
            | b"shilling"
            | b"shillings"
            | b"bob"
            | b"dollar"
            | b"dollars"
            | b"pound"
            | b"pounds"
            | b"euro"
            | b"euros"
            | b"francs"
            | b"ngn"
            | b"ghs"
            | b"kes"
            | b"ksh"
            | b"zar"
            | b"usd"
            | b"gbp"
            | b"eur"
            | b"cfa"
            | b"kobo"
            | b"quid"
            | b"bucks"
            | b"xof"
            | b"egp"
            | b"rwf"
            | b"rupee"
            | b"rupees"
            | b"inr"
    )
}

/// The words of a sentence; what the redactor put in brackets counts as one number.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    const fn new(sentence: &'a str) -> Self {
        Self { rest: sentence }
    }
}

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            let first = self.rest.bytes().next()?;
            let length = match first {
                b'[' => {
                    let end = self.rest.find(']').filter(|end| *end < 48);
                    let Some(end) = end else {
                        self.rest = self.rest.get(1..)?;
                        continue;
                    };
                    self.rest = self.rest.get(end + 1..)?;
                    return Some("0");
                }
                byte if byte.is_ascii_alphanumeric() || byte == b'\'' => word_length(self.rest),
                b'$' => 1,
                byte if byte.is_ascii() => {
                    self.rest = self.rest.get(1..)?;
                    continue;
                }
                _ => {
                    let character = self.rest.chars().next()?;
                    if character == '’' {
                        self.rest = self.rest.get(character.len_utf8()..)?;
                        continue;
                    }
                    if !character.is_alphabetic()
                        && !matches!(character, '£' | '€' | '₦' | '₵' | '₹')
                    {
                        self.rest = self.rest.get(character.len_utf8()..)?;
                        continue;
                    }
                    character.len_utf8()
                }
            };
            let (word, rest) = self.rest.split_at_checked(length)?;
            self.rest = rest;
            return Some(word);
        }
    }
}

/// The length of the word that `rest` begins with.
fn word_length(rest: &str) -> usize {
    const CURLY: &[u8] = "’".as_bytes();
    let bytes = rest.as_bytes();
    let mut length = 0;
    while let Some(byte) = bytes.get(length) {
        let after = bytes.get(length..).unwrap_or_default();
        length += match byte {
            byte if byte.is_ascii_alphanumeric() || *byte == b'\'' => 1,
            _ if after.starts_with(CURLY) => CURLY.len(),
            // "W-2" is one word, "pre-paid" is two.
            b'-' if length == 1 && after.get(1).is_some_and(u8::is_ascii_digit) => 1,
            _ => break,
        };
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(sentence: &str) -> Vec<usize> {
        let mut all = Vec::new();
        features(sentence, |bucket| all.push(bucket));
        all
    }

    #[test]
    fn redaction_and_spelling_change_no_feature() {
        assert_eq!(
            buckets("my card 4242 4242 was charged"),
            buckets("my card [card ending 4242] was charged")
        );
        assert_eq!(buckets("I don't know"), buckets("i dont KNOW"));
        assert_eq!(buckets("I don’t know"), buckets("i dont know"));
        assert_eq!(buckets("my W-2"), buckets("my w2"));
        assert_eq!(buckets("₦500 back"), buckets("500 naira back"));
        assert_eq!(
            buckets("charged 15,000 naira"),
            buckets("charged fifteen thousand pounds")
        );
        assert!(
            buckets("charged twice")
                .iter()
                .all(|bucket| *bucket < BUCKETS)
        );
        assert_ne!(buckets("charged twice"), buckets("charged thrice"));
    }
}
