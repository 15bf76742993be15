//! Phrases that are looked for anywhere in a text, all of them in one pass: looking for each by
//! itself was more than half of what understanding a call cost.

/// Up to 64 phrases in lower case, of two bytes or more.
pub(super) struct Cues<const COUNT: usize> {
    phrases: [&'static str; COUNT],
    /// Which phrases may begin with two bytes, one a bit, by the hash of the two.
    begin: [u64; BUCKETS],
}

const BUCKETS: usize = 256;

/// Two bytes as a bucket.
const fn bucket(first: u8, second: u8) -> usize {
    (first ^ second.wrapping_mul(31)) as usize
}

impl<const COUNT: usize> Cues<COUNT> {
    /// The cues of `phrases`; made by the compiler, which refuses what does not fit.
    #[expect(
        clippy::indexing_slicing,
        reason = "evaluated by the compiler alone, which refuses to build on a bad index"
    )]
    pub(super) const fn new(phrases: [&'static str; COUNT]) -> Self {
        assert!(COUNT <= 64, "a phrase is one bit of 64");
        let mut begin = [0; BUCKETS];
        let mut at = 0;
        while at < COUNT {
            let bytes = phrases[at].as_bytes();
            begin[bucket(bytes[0], bytes[1])] |= 1 << at;
            at += 1;
        }
        Self { phrases, begin }
    }

    /// Whether any of the phrases stands in `text`.
    pub(super) fn stand_in(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        bytes.windows(2).enumerate().any(|(at, two)| {
            let [first, second] = two else { return false };
            let mut may = self
                .begin
                .get(bucket(*first, *second))
                .copied()
                .unwrap_or_default();
            while may != 0 {
                let phrase = self.phrases.get(may.trailing_zeros() as usize);
                may &= may - 1;
                let rest = bytes.get(at..).unwrap_or_default();
                if phrase.is_some_and(|phrase| rest.starts_with(phrase.as_bytes())) {
                    return true;
                }
            }
            false
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SOME: [&str; 5] = ["never mind", "no need", "i’ll", "ab", "abc"];

    proptest! {
        #[test]
        fn what_is_looked_for_together_is_what_is_found_one_by_one(
            parts in prop::collection::vec("never min|no need|ever|d|i’ll|a|b|c| |x", 0..8)
        ) {
            static CUES: Cues<5> = Cues::new(SOME);
            let text = parts.concat();
            prop_assert_eq!(
                CUES.stand_in(&text),
                SOME.iter().any(|phrase| text.contains(phrase)),
                "{}", text
            );
        }
    }
}
