//! Ids and codes that look like Paystack's and are the same in every run.

/// Hands out ids and codes, each from the one before.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    next: u64,
}

impl Default for Ids {
    fn default() -> Self {
        Self { next: 1 }
    }
}

impl Ids {
    /// A number above `base`, never given before.
    pub(super) fn number(&mut self, base: u64) -> u64 {
        let number = base.saturating_add(self.next);
        self.next = self.next.saturating_add(1);
        number
    }

    /// A code of that prefix, e.g. `PRQ_` and 15 letters and digits, never given before.
    pub(super) fn code(&mut self, prefix: &str) -> String {
        let number = self.number(0);
        format!("{prefix}{}", word(number))
    }
}

/// Fifteen letters and digits that look random and are made from `number` alone.
fn word(number: u64) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut state = number;
    let mut word = String::with_capacity(15);
    for _ in 0..15 {
        // SplitMix64's step: a few lines, and spread well enough for a name.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let index = usize::try_from((mixed ^ (mixed >> 31)) % 32).unwrap_or_default();
        word.push(LETTERS.get(index).copied().map_or('a', char::from));
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_differ_and_repeat_from_run_to_run() {
        let codes = |mut ids: Ids| (0..1000).map(|_| ids.code("PRQ_")).collect::<Vec<_>>();
        let first = codes(Ids::default());
        let distinct: std::collections::BTreeSet<_> = first.iter().collect();
        assert_eq!(distinct.len(), first.len());
        assert_eq!(first, codes(Ids::default()));
    }
}
