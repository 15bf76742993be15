//! Check digits and number ranges, as their issuers publish them.

use std::ops::Deref;

/// Up to 24 decimal digits, two to a byte: a stream of numbers has many of them in memory.
#[derive(Clone, Copy, Default)]
pub(super) struct Digits {
    packed: [u8; Self::CAPACITY / 2],
    /// How many there are; over the capacity counts as one more.
    length: u8,
}

/// Digits as values, one to a byte.
pub(super) struct Values {
    values: [u8; Digits::CAPACITY],
    length: usize,
}

impl Deref for Values {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        self.values.get(..self.length).unwrap_or_default()
    }
}

impl Digits {
    pub(super) const CAPACITY: usize = 24;

    #[inline]
    pub(super) fn push(&mut self, value: u8) {
        match self.packed.get_mut(usize::from(self.length / 2)) {
            Some(pair) => {
                *pair |= value << (4 * (self.length % 2));
                self.length += 1;
            }
            None => self.length = self.length.max(25),
        }
    }

    pub(super) fn extend(&mut self, values: &[u8]) {
        for &value in values {
            self.push(value);
        }
    }

    /// The digits; more than fit are not among them.
    #[inline]
    pub(super) fn values(&self) -> Values {
        let mut values = [0; Self::CAPACITY];
        for (two, pair) in values.chunks_exact_mut(2).zip(self.packed) {
            two.copy_from_slice(&[pair & 15, pair >> 4]);
        }
        Values {
            values,
            length: usize::from(self.length).min(Self::CAPACITY),
        }
    }

    /// The digits as the nibbles of a number, the first one lowest, and how many there are.
    fn nibbles(&self) -> (u128, usize) {
        let mut bytes = [0; 16];
        if let Some(digits) = bytes.first_chunk_mut() {
            *digits = self.packed;
        }
        let length = usize::from(self.length).min(Self::CAPACITY);
        (u128::from_le_bytes(bytes), length)
    }

    fn pack(&mut self, nibbles: u128) {
        if let Some(digits) = nibbles.to_le_bytes().first_chunk() {
            self.packed = *digits;
        }
    }

    /// All but the first `count`.
    pub(super) fn without_first(&self, count: usize) -> Self {
        let (digits, length) = self.nibbles();
        let count = count.min(length);
        let mut rest = *self;
        rest.pack(digits >> (4 * count));
        rest.length = self
            .length
            .saturating_sub(u8::try_from(count).unwrap_or(u8::MAX));
        rest
    }

    /// Other digits stand in these, in their order and side by side.
    pub(super) fn contains(&self, part: &Self) -> bool {
        let ((all, length), (part, part_length)) = (self.nibbles(), part.nibbles());
        let mask = (1u128 << (4 * part_length)) - 1;
        part_length > 0
            && part_length <= length
            && places(same(all, EACH * (part & 15)), length + 1 - part_length)
                .any(|at| (all >> (4 * at)) & mask == part)
    }

    /// Six digits in a row stand in both.
    pub(super) fn shares_six(&self, other: &Self) -> bool {
        let ((left, length), (right, right_length)) = (self.nibbles(), other.nibbles());
        let (Some(most), Some(right_most)) = (length.checked_sub(6), right_length.checked_sub(6))
        else {
            return false;
        };
        // One laid on the other, at each distance: a mark where six alike in a row begin.
        let meet = |left: u128, right: u128, most: usize| {
            let two = same(left, right) & (same(left, right) >> 4);
            let six = two & (two >> 8) & (two >> 16);
            places(six, most + 1).next().is_some()
        };
        let (mut here, mut there) = (left, right);
        (0..=most).any(|from| {
            let found = meet(here, right, (most - from).min(right_most));
            here >>= 4;
            found
        }) || (1..=right_most).any(|from| {
            there >>= 4;
            meet(left, there, (right_most - from).min(most))
        })
    }

    pub(super) fn first(&self) -> Option<u8> {
        let [pair, ..] = self.packed;
        (self.length > 0).then_some(pair & 15)
    }

    /// Puts other digits behind these.
    pub(super) fn append(&mut self, other: &Self) {
        let ((digits, length), (more, more_length)) = (self.nibbles(), other.nibbles());
        if length + more_length > Self::CAPACITY {
            self.extend(&other.values());
            return;
        }
        self.pack(digits | more << (4 * length));
        self.length += u8::try_from(more_length).unwrap_or_default();
    }

    /// How many there are; over the capacity counts as one more.
    pub(super) fn len(&self) -> usize {
        usize::from(self.length)
    }
}

/// A bit for each two digits that stand side by side.
#[derive(Clone, Copy)]
pub(super) struct Pairs(u128);

impl Pairs {
    pub(super) fn of(digits: &Digits) -> Self {
        Self(pairs(&digits.values()).fold(0, |bits, pair| bits | 1 << pair))
    }

    /// Six digits in a row may stand here and there: five pairs of them in a row do.
    pub(super) fn may_share(self, digits: &[u8]) -> bool {
        let mut row = 0;
        pairs(digits).any(|pair| {
            row = if self.0 >> pair & 1 == 1 { row + 1 } else { 0 };
            row == 5
        })
    }
}

fn pairs(digits: &[u8]) -> impl Iterator<Item = u8> {
    digits
        .iter()
        .zip(digits.iter().skip(1))
        .map(|(ten, one)| ten * 10 + one)
}

/// One in each of 32 digits.
const EACH: u128 = u128::MAX / 15;

/// One in each place where two rows of digits are alike.
const fn same(left: u128, right: u128) -> u128 {
    let other = left ^ right;
    let folded = other | other >> 1;
    !(folded | folded >> 2) & EACH
}

/// The first `count` places that are marked.
fn places(marks: u128, count: usize) -> impl Iterator<Item = u32> {
    let mut left = marks & ((1 << (4 * count)) - 1);
    std::iter::from_fn(move || {
        let at = (left != 0).then(|| left.trailing_zeros() / 4)?;
        left &= left - 1;
        Some(at)
    })
}

/// The number that a few digits make.
pub(super) fn value(digits: &[u8]) -> u64 {
    digits
        .iter()
        .take(18)
        .fold(0, |sum, &digit| sum * 10 + u64::from(digit))
}

/// The check of Luhn, which nearly every payment card passes.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, &digit)| {
            let doubled = u32::from(digit) << (index % 2);
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether the first digits and the length are those of a card scheme.
pub(super) fn is_card_range(digits: &[u8]) -> bool {
    let (Some(one), Some(two), Some(four)) = (
        digits.get(..1).map(value),
        digits.get(..2).map(value),
        digits.get(..4).map(value),
    ) else {
        return false;
    };
    let length = digits.len();
    match length {
        // Maestro and RuPay go down to 12 and up to 19.
        12 => matches!(two, 50 | 56..=58 | 63 | 67),
        13 => one == 4 || matches!(two, 50 | 56..=58 | 63 | 67),
        14 => matches!(four, 3000..=3059 | 3095) || matches!(two, 36 | 38 | 39),
        15 => matches!(two, 34 | 37) || matches!(four, 1800 | 2131) || two == 50,
        16 => {
            matches!(one, 4 | 5)
                || matches!(four, 2200..=2204 | 2221..=2720 | 3528..=3589 | 6011 | 8171)
                || matches!(four, 3000..=3059 | 3095)
                || matches!(two, 36 | 38 | 39 | 60 | 62..=65 | 67..=69 | 81 | 82)
        }
        17..=19 => one == 4 || matches!(two, 50 | 56..=58 | 60 | 62..=65 | 67) || four == 5061,
        _ => false,
    }
}

/// A card: range and check.
pub(super) fn is_card(digits: &[u8]) -> bool {
    is_card_range(digits) && luhn(digits) && digits.iter().any(|&digit| digit != 0)
}

/// The four digits of an expiry: month and year, in this century's first half.
pub(super) fn is_month_year(digits: &[u8]) -> bool {
    // The year's tens are enough: cards run out in this century's first half.
    let (month, tens) = match digits {
        [month @ 1..=9, tens @ 2..=4, _] | [month, 2, 0, tens, _] => (*month, *tens),
        [first, second, tens, _]
        | [2, 0, tens, _, first, second]
        | [first, second, 2, 0, tens, _] => (first * 10 + second, *tens),
        _ => return false,
    };
    (1..=12).contains(&month) && (1..=4).contains(&tens)
}

/// Years of the last century or of this one, and nothing else.
pub(super) fn are_years(digits: &[u8]) -> bool {
    let (years, rest) = digits.as_chunks::<4>();
    let is_year = |year: &[u8; 4]| matches!(year, [1, 9, _, _] | [2, 0, _, _]);
    !years.is_empty() && rest.is_empty() && years.iter().all(is_year)
}

/// ISO 7064 mod 97-10 over letters and digits, as in an IBAN: 1 when it is right.
pub(super) fn mod_97(characters: impl Iterator<Item = u8>) -> u32 {
    characters.fold(0, |sum, byte| match byte {
        b'0'..=b'9' => (sum * 10 + u32::from(byte - b'0')) % 97,
        b'A'..=b'Z' => (sum * 100 + u32::from(byte - b'A') + 10) % 97,
        _ => sum,
    })
}

/// Verhoeff's check of twelve digits, as in an Aadhaar.
pub(super) fn verhoeff(digits: &[u8]) -> bool {
    /// Multiplication in the dihedral group of order ten.
    fn times(left: u8, right: u8) -> u8 {
        match (left < 5, right < 5) {
            (true, true) => (left + right) % 5,
            (true, false) => (left + right) % 5 + 5,
            (false, true) => (left - right + 5) % 5 + 5,
            (false, false) => (left + 5 - right) % 5,
        }
    }
    const TURN: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let check = digits
        .iter()
        .rev()
        .enumerate()
        .fold(0, |sum, (index, &digit)| {
            let turned = (0..index % 8).fold(digit, |digit, _| {
                TURN.get(usize::from(digit)).copied().unwrap_or_default()
            });
            times(sum, turned)
        });
    check == 0
}

/// A US routing number: the ranges of the Federal Reserve and the ABA's check.
pub(super) fn is_routing(digits: &[u8]) -> bool {
    let sum: u64 = digits
        .iter()
        .zip([3, 7, 1].iter().cycle())
        .map(|(&digit, &weight)| u64::from(digit) * weight)
        .sum();
    digits.len() == 9
        && sum.is_multiple_of(10)
        && matches!(value(digits.get(..2).unwrap_or_default()), 1..=12 | 21..=32 | 61..=72 | 80)
}

/// A day that the calendar may have: two digits each of year, month and day.
fn is_birth_date(month: &[u8], day: &[u8]) -> bool {
    (1..=12).contains(&value(month)) && (1..=31).contains(&value(day))
}

/// A South African ID: date of birth, citizenship, and Luhn's check.
pub(super) fn is_south_african_id(digits: &[u8]) -> bool {
    match digits {
        [_, _, m1, m2, d1, d2, _, _, _, _, 0..=2, 8 | 9, _] => {
            is_birth_date(&[*m1, *m2], &[*d1, *d2]) && luhn(digits)
        }
        _ => false,
    }
}

/// A TIN of Nigeria's FIRS, eight digits and four; where the eight are a day, it is a batch's number.
pub(super) fn is_firs_tin(digits: &[u8]) -> bool {
    let is_day = match digits {
        [1, 9, _, _, m1, m2, d1, d2, ..] | [2, 0, _, _, m1, m2, d1, d2, ..] => {
            is_birth_date(&[*m1, *m2], &[*d1, *d2])
        }
        _ => false,
    };
    digits.len() == 12 && !is_day
}

/// An Egyptian national ID: century, date of birth, governorate.
pub(super) fn is_egyptian_id(digits: &[u8]) -> bool {
    match digits {
        [2 | 3, _, _, m1, m2, d1, d2, g1, g2, _, _, _, _, _] => {
            is_birth_date(&[*m1, *m2], &[*d1, *d2])
                && matches!(value(&[*g1, *g2]), 1..=4 | 11..=19 | 21..=29 | 31..=35 | 88)
        }
        _ => false,
    }
}

/// A Rwandan ID: status, year of birth, sex.
pub(super) fn is_rwandan_id(digits: &[u8]) -> bool {
    match digits {
        [
            1..=3,
            c1,
            c2,
            decade,
            _,
            7 | 8,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
            _,
        ] => match (c1, c2) {
            (1, 9) => *decade >= 2,
            (2, 0) => *decade <= 2,
            _ => false,
        },
        _ => false,
    }
}

/// An Aadhaar: twelve digits, none beginning with 0 or 1, Verhoeff's check.
pub(super) fn is_aadhaar(digits: &[u8]) -> bool {
    let reads_the_same_backwards = digits.iter().eq(digits.iter().rev());
    digits.len() == 12
        && digits.first().is_some_and(|&first| first > 1)
        && !reads_the_same_backwards
        && verhoeff(digits)
}

/// A Nigerian NIN that stands alone: eleven digits, Verhoeff's check, and no mobile phone.
pub(super) fn is_nigerian_id(digits: &[u8]) -> bool {
    digits.len() == 11 && !matches!(digits, [0, 7..=9, ..]) && verhoeff(digits)
}

/// An Italian VAT number without its country: Luhn's check, the office that gave it, and no mobile
/// phone.
pub(super) fn is_italian_vat(digits: &[u8]) -> bool {
    digits.len() == 11
        && !matches!(digits, [0, 7..=9, ..])
        && luhn(digits)
        && digits
            .get(7..10)
            .is_some_and(|office| matches!(value(office), 1..=100 | 120 | 121 | 888 | 999))
}

/// A US social security number that could have been given out, its parts 3-2-4.
pub(super) fn is_social_security(digits: &[u8]) -> bool {
    let part = |range: std::ops::Range<usize>| digits.get(range).map_or(0, value);
    let (area, group, serial) = (part(0..3), part(3..5), part(5..9));
    digits.len() == 9 && area != 0 && area != 666 && area < 900 && group != 0 && serial != 0
}

/// A US taxpayer number for those without a social security number.
pub(super) fn is_individual_taxpayer(digits: &[u8]) -> bool {
    digits.len() == 9
        && digits.first() == Some(&9)
        && digits
            .get(3..5)
            .is_some_and(|group| matches!(value(group), 50..=65 | 70..=88 | 90..=92 | 94..=99))
}

/// The prefixes under which the US numbers employers.
pub(super) fn is_employer(digits: &[u8]) -> bool {
    digits.len() == 9
        && digits.get(..2).is_some_and(|prefix| {
            matches!(value(prefix), 1..=6 | 10..=16 | 20..=27 | 30..=48 | 50..=68 | 71..=77 | 80..=88 | 90..=95 | 98 | 99)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<u8> {
        text.bytes()
            .filter(u8::is_ascii_digit)
            .map(|byte| byte - b'0')
            .collect()
    }

    #[test]
    fn a_published_number_passes_its_own_check_and_its_neighbour_does_not() {
        type Check = fn(&[u8]) -> bool;
        let table: [(&str, Check); 8] = [
            ("4242424242424242", is_card),
            ("378282246310005", is_card),
            ("6011111111111117", is_card),
            ("121000358", is_routing),
            ("8001015009087", is_south_african_id),
            ("234123412346", is_aadhaar),
            ("5060666666666666666", is_card),
            ("30569309025904", is_card),
        ];
        for (text, check) in table {
            let mut number = digits(text);
            assert!(check(&number), "{text}");
            let last = number.last_mut().unwrap();
            *last = (*last + 1) % 10;
            assert!(!check(&number), "{text} plus one");
        }
    }

    #[test]
    fn an_iban_leaves_one() {
        let rearranged = "NWBK60161331926819GB29";
        assert_eq!(mod_97(rearranged.bytes()), 1);
    }
}
