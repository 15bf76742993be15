//! A sentence as hashed features: words, pairs and threes of words, and the pieces of each word,
//! so that "refunded", "re-fund" and what a speech recogniser makes of them look alike.
//!
//! The trainer and the model share this file: what is learned is what is asked.

use super::concepts;

/// How many buckets the features fall into. Sixteen bytes each keep the weights under 512 kB.
pub const BUCKETS: usize = 31_500;
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
pub(super) fn word_features(sentence: &str, mut take: impl FnMut(usize)) -> (usize, u64) {
    let mut count = 0;
    let mut ideas = 0;
    let mut before = [0; 2];
    let mut emit = |hash: u32| {
        take(bucket(hash));
        count += 1;
    };
    let mut previous = [START, START];
    let mut word = Buffer::new();
    for token in Words::new(sentence) {
        word.set(token);
        let hash = match word.class() {
            Class::Skip => continue,
            Class::Number if previous[1] == NUMBER => continue,
            Class::Number => NUMBER,
            Class::Money => MONEY,
            Class::Plain => {
                word.pieces(&mut emit);
                concepts::hash(word.inner())
            }
        };
        ideas |= ideas_at(&mut before, hash);
        emit(hash);
        emit(mix(previous[1], hash));
        emit(mix(mix(previous[0].rotate_left(7), previous[1]), hash));
        previous = [previous[1], hash];
    }
    emit(mix(previous[1], END));
    (count, ideas)
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
    let mut ideas = 0;
    let mut before = [0; 2];
    let mut word = Buffer::new();
    for token in Words::new(sentence) {
        word.set(token);
        let hash = match word.class() {
            Class::Skip => continue,
            Class::Number => NUMBER,
            Class::Money => MONEY,
            Class::Plain => concepts::hash(word.inner()),
        };
        ideas |= ideas_at(&mut before, hash);
    }
    ideas
}

/// The ideas that a word brings, alone or with the words before it.
fn ideas_at(before: &mut [u32; 2], hash: u32) -> u64 {
    let couple = concepts::pair(before[1], hash);
    let triple = concepts::pair(before[0], hash);
    *before = [couple, hash];
    concepts::ideas_of(hash) | concepts::ideas_of(couple) | concepts::ideas_of(triple)
}

const SEED: u32 = 0x811c_9dc5;
const START: u32 = 0x9e37_79b9;
const END: u32 = 0x7f4a_7c15;
const IDEA: u32 = 0x1656_67b1;
const NUMBER: u32 = 0x2545_f491;
const MONEY: u32 = 0x5851_f42d;

fn bucket(hash: u32) -> usize {
    // Spread the last bits, then scale to the range without a division.
    let spread = (hash ^ (hash >> 15)).wrapping_mul(0x85eb_ca6b);
    let spread = spread ^ (spread >> 13);
    usize::try_from((u64::from(spread) * BUCKETS as u64) >> 32).unwrap_or_default()
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

    /// Takes `word` in lower case without its apostrophes: "don't" and "dont" are one word.
    fn set(&mut self, word: &str) {
        self.length = 0;
        self.has_digit = false;
        let bytes = word.bytes().filter(|byte| *byte != b'\'');
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
            b"w2" => Class::Plain,
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
            | b"k"
    )
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
                byte if byte.is_ascii_alphanumeric() || byte == b'\'' => self
                    .rest
                    .bytes()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'\'')
                    .count(),
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
                    if !character.is_alphabetic() && !matches!(character, '£' | '€' | '₦' | '₵')
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
