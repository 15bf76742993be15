//! Words of letters and digits, and identifiers that their own form gives away.

use super::characters::{digit, fold, is_invisible, look_alike};
use super::check::Digits;
use super::iban;
use super::kind::Kind;
use super::lexicon::{Meaning, PhraseHash, look_up};
use super::scan::digit_like;
use super::vat::vat;

/// Longer than any identifier we know.
const CAPACITY: usize = 40;

/// A word of letters and digits, in plain capitals.
pub(super) struct Token {
    pub(super) end: usize,
    /// Its letters and digits.
    pub(super) length: usize,
    plain: [u8; CAPACITY],
    digits: usize,
    look_alike: Digits,
    all_look_alike: bool,
    /// How often letters change to digits or back, and where first.
    changes: usize,
    change_at: usize,
    ascii: bool,
    start: usize,
}

/// The plain capital or digit that a character beyond ASCII stands for.
fn wide(c: char) -> Option<u8> {
    digit(c)
        .map(|value| b'0' + value)
        .or_else(|| fold(c).map(|letter| letter.to_ascii_uppercase()))
        .or_else(|| c.is_alphabetic().then_some(b'?'))
}

/// A word and a number that lost the space between them.
pub(super) enum Split {
    /// "card4242"
    WordFirst {
        at: usize,
        word: PhraseHash,
        digits: Digits,
    },
    /// "4242exp"
    DigitsFirst {
        at: usize,
        word: PhraseHash,
        digits: Digits,
    },
    /// "4two4two"
    NumberWords,
    /// Neither.
    No,
}

impl Token {
    /// Reads the word that begins at `start`.
    pub(super) fn read(text: &str, start: usize) -> Self {
        let mut token = Self {
            end: start,
            length: 0,
            plain: [0; CAPACITY],
            digits: 0,
            look_alike: Digits::default(),
            all_look_alike: true,
            changes: 0,
            change_at: start,
            ascii: true,
            start,
        };
        let bytes = text.as_bytes();
        let mut at = start;
        let mut last_was_digit = None;
        while let Some(&byte) = bytes.get(at) {
            let (plain, like, width) = match byte {
                b'0'..=b'9' => (byte, Some(byte - b'0'), 1),
                b'a'..=b'z' | b'A'..=b'Z' => {
                    let like = look_alike(byte | 0x20, byte.is_ascii_uppercase());
                    (byte.to_ascii_uppercase(), like, 1)
                }
                0x80.. => {
                    let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else {
                        break;
                    };
                    let invisible = is_invisible(c);
                    let Some(plain) = wide(c).filter(|_| !invisible) else {
                        if !invisible {
                            break;
                        }
                        token.ascii = false;
                        at += c.len_utf8();
                        continue;
                    };
                    token.ascii = false;
                    (plain, digit_like(c), c.len_utf8())
                }
                _ => break,
            };
            let is_digit = plain.is_ascii_digit();
            match like {
                Some(value) => token.look_alike.push(value),
                None => token.all_look_alike = false,
            }
            if let Some(slot) = token.plain.get_mut(token.length) {
                *slot = plain;
            }
            if last_was_digit.is_some_and(|last| last != is_digit) {
                token.changes += 1;
                if token.changes == 1 {
                    token.change_at = at;
                }
            }
            last_was_digit = Some(is_digit);
            token.length += 1;
            token.digits += usize::from(is_digit);
            at += width;
            token.end = at;
        }
        token
    }

    /// Its letters and digits in capitals; empty when it is too long to be an identifier.
    pub(super) fn plain(&self) -> &[u8] {
        self.plain.get(..self.length).unwrap_or_default()
    }

    /// A number some of whose digits are letters that look like them.
    pub(super) fn as_digits(&self) -> Option<Digits> {
        let letters = self.length - self.digits;
        (self.all_look_alike && self.length >= 3 && self.digits >= letters && self.digits > 0)
            .then_some(self.look_alike)
    }

    /// A word of Arabic as it is typed in Latin letters, without the digits that stand for letters
    /// which our tables leave out (2 and 3), and with the letters for the others.
    pub(super) fn arabic(&self) -> Option<PhraseHash> {
        let letters = self.length - self.digits;
        let ends_in_letter = self.plain().last()?.is_ascii_uppercase();
        if letters < 3 || !(1..=2).contains(&self.digits) || !ends_in_letter {
            return None;
        }
        self.plain()
            .iter()
            .try_fold(PhraseHash::START, |hash, byte| match byte {
                b'2' | b'3' => Some(hash),
                b'5' => Some(hash.push(b'k').push(b'h')),
                b'7' => Some(hash.push(b'h')),
                b'A'..=b'Z' => Some(hash.push(byte.to_ascii_lowercase())),
                _ => None,
            })
    }

    pub(super) fn split(&self, text: &str) -> Split {
        if self.changes == 0 {
            return Split::No;
        }
        if self.ascii && self.is_number_words(text) {
            return Split::NumberWords;
        }
        if self.changes > 1 {
            return Split::No;
        }
        let at = self.change_at;
        let (head, tail) = (self.start..at, at..self.end);
        let letters_first = text
            .get(head.clone())
            .and_then(|head| head.chars().next())
            .and_then(digit)
            .is_none();
        let (word, number) = if letters_first {
            (head, tail)
        } else {
            (tail, head)
        };
        let word = text
            .get(word)
            .unwrap_or_default()
            .chars()
            .filter_map(fold)
            .fold(PhraseHash::START, PhraseHash::push);
        let mut digits = Digits::default();
        text.get(number)
            .unwrap_or_default()
            .chars()
            .filter_map(digit)
            .for_each(|value| digits.push(value));
        if letters_first {
            Split::WordFirst { at, word, digits }
        } else {
            Split::DigitsFirst { at, word, digits }
        }
    }

    fn is_number_words(&self, text: &str) -> bool {
        let token = text
            .get(self.start..self.end)
            .unwrap_or_default()
            .as_bytes();
        let mut found = false;
        let all = token
            .chunk_by(|left, right| left.is_ascii_digit() == right.is_ascii_digit())
            .filter(|part| part.first().is_some_and(u8::is_ascii_alphabetic))
            .all(|part| {
                found = true;
                let hash = part.iter().fold(PhraseHash::START, |hash, byte| {
                    hash.push(byte.to_ascii_lowercase())
                });
                part.len() >= 3
                    && matches!(
                        look_up(hash).and_then(|found| found.meaning),
                        Some(Meaning::Number(word)) if !word.weak
                    )
            });
        found && all
    }
}

/// An identifier whose form is unmistakable, at a word of letters and digits.
pub(super) fn recognise(text: &str, start: usize, token: &Token) -> Option<(Kind, usize)> {
    let plain = token.plain();
    if let Some(kind) = single(plain) {
        return Some((kind, token.end));
    }
    // "QQ12 34 56 C", "GB999 9999 73"
    if plain.len() <= 6
        && plain
            .first_chunk::<2>()
            .is_some_and(|two| two.iter().all(u8::is_ascii_uppercase))
    {
        return parts(text, start);
    }
    None
}

/// The same, at a word of two to five letters with a space or hyphen and more behind it.
pub(super) fn recognise_parts(text: &str, start: usize, word_end: usize) -> Option<(Kind, usize)> {
    let word = text.get(start..word_end)?;
    let upper = word.bytes().all(|byte| byte.is_ascii_uppercase());
    let lower = word.bytes().all(|byte| byte.is_ascii_lowercase());
    if word.len() == 2 && lower {
        return gather::<9>(text, start)
            .filter(|(plain, _)| is_national_insurance(plain))
            .map(|(_, end)| (Kind::NationalId, end));
    }
    if word.len() == 2 && upper {
        if let Some(end) = iban::end_at(text, start) {
            return Some((Kind::Iban, end));
        }
        return parts(text, start);
    }
    if word.eq_ignore_ascii_case("GHA") {
        let (plain, end) = gather::<13>(text, start)?;
        let digits = plain.get(3..13)?;
        return digits
            .iter()
            .all(u8::is_ascii_digit)
            .then_some((Kind::NationalId, end));
    }
    None
}

/// Identifiers that are written in groups.
fn parts(text: &str, start: usize) -> Option<(Kind, usize)> {
    let bytes = text.as_bytes();
    let mut plain = [0; 14];
    let (mut count, mut at) = (0, start);
    while let Some(slot) = plain.get_mut(count) {
        let byte = *bytes.get(at)?;
        if byte.is_ascii_alphanumeric() {
            *slot = byte.to_ascii_uppercase();
            count += 1;
            let ends = !bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric);
            if ends && matches!(count, 9 | 11 | 14) {
                let so_far = plain.get(..count)?;
                if count == 9 && is_national_insurance(so_far) {
                    return Some((Kind::NationalId, at + 1));
                }
                // A VAT number: its country, then as many as that country gives.
                if count > 9 && vat(so_far) == Some(true) {
                    return Some((Kind::TaxId, at + 1));
                }
            }
        } else if !matches!(byte, b' ' | b'-' | b'.')
            || !bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
        {
            return None;
        }
        at += 1;
    }
    None
}

/// Letters and digits from `start`, across single spaces, hyphens and dots, until there are `N`
/// and the word ends.
fn gather<const N: usize>(text: &str, start: usize) -> Option<([u8; N], usize)> {
    let bytes = text.as_bytes();
    let mut plain = [0; N];
    let (mut count, mut at) = (0, start);
    while let Some(slot) = plain.get_mut(count) {
        let byte = *bytes.get(at)?;
        if byte.is_ascii_alphanumeric() {
            *slot = byte.to_ascii_uppercase();
            count += 1;
        } else if !matches!(byte, b' ' | b'-' | b'.')
            || !bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
        {
            return None;
        }
        at += 1;
    }
    (!bytes.get(at).is_some_and(u8::is_ascii_alphanumeric)).then_some((plain, at))
}

/// Identifiers that are one word.
fn single(plain: &[u8]) -> Option<Kind> {
    let letters = |range: std::ops::Range<usize>| {
        plain
            .get(range)
            .is_some_and(|part| part.iter().all(u8::is_ascii_uppercase))
    };
    let digits = |range: std::ops::Range<usize>| {
        plain
            .get(range)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let byte = |index: usize| plain.get(index).copied().unwrap_or_default();
    match plain.len() {
        9 if is_national_insurance(plain) => Some(Kind::NationalId),
        10 if is_indian_pan(plain) => Some(Kind::TaxId),
        11 if matches!(byte(0), b'A' | b'P') && digits(1..10) && letters(10..11) => {
            Some(Kind::TaxId)
        }
        11 if letters(0..4) && byte(4) == b'0' && digits(5..11) => Some(Kind::BankCode),
        13 if plain.starts_with(b"GHA") && digits(3..13) => Some(Kind::NationalId),
        16 | 18 if is_driving_licence(plain) => Some(Kind::NationalId),
        // The state's number, a PAN, and a Z before the check.
        15 if matches!(
            plain,
            [b'0'..=b'2', b'1'..=b'9', ..] | [b'1' | b'2', b'0', ..] | [b'3', b'0'..=b'8', ..]
        ) && letters(2..7)
            && digits(7..11)
            && letters(11..12)
            && byte(13) == b'Z' =>
        {
            Some(Kind::TaxId)
        }
        _ => vat(plain).filter(|&certain| certain).map(|_| Kind::TaxId),
    }
}

/// A British driving licence: five letters of the name (nines where it is shorter), the decade, the
/// month (fifty more for a woman), the day and the year of birth, initials, and perhaps the issue.
fn is_driving_licence(plain: &[u8]) -> bool {
    let (Some(name), Some(born), Some(rest)) = (plain.get(..5), plain.get(5..11), plain.get(11..))
    else {
        return false;
    };
    let letters = name.iter().take_while(|byte| byte.is_ascii_uppercase());
    let letters = letters.count();
    let number = |at: usize| match born.get(at..at + 2) {
        Some(&[ten, one]) => u32::from(ten - b'0') * 10 + u32::from(one - b'0'),
        _ => 0,
    };
    letters > 0
        && name.iter().skip(letters).all(|&byte| byte == b'9')
        && born.iter().all(u8::is_ascii_digit)
        && matches!(number(1), 1..=12 | 51..=62)
        && matches!(number(3), 1..=31)
        && rest.first().is_some_and(u8::is_ascii_uppercase)
        && rest
            .iter()
            .skip(1)
            .take(1)
            .all(|byte| byte.is_ascii_uppercase() || *byte == b'9')
        && rest.iter().skip(5).all(u8::is_ascii_digit)
}

/// Five letters, four digits and a letter; the fourth letter tells what its owner is, but for those
/// that are no word of ours ("ORDER1234A") any will do.
fn is_indian_pan(plain: &[u8]) -> bool {
    let Some((letters, [digits @ .., last])) = plain.split_first_chunk::<5>() else {
        return false;
    };
    let owner = matches!(
        letters,
        [
            _,
            _,
            _,
            b'A' | b'B' | b'C' | b'F' | b'G' | b'H' | b'J' | b'L' | b'P' | b'T',
            _
        ]
    );
    letters.iter().all(u8::is_ascii_uppercase)
        && digits.len() == 4
        && digits.iter().all(u8::is_ascii_digit)
        && last.is_ascii_uppercase()
        && (owner || !is_word(letters))
}

fn is_national_insurance(plain: &[u8]) -> bool {
    let [first, second, digits @ .., last] = plain else {
        return false;
    };
    let forbidden = matches!(
        &[*first, *second],
        b"BG" | b"GB" | b"NK" | b"KN" | b"TN" | b"NT" | b"ZZ"
    );
    first.is_ascii_uppercase()
        && second.is_ascii_uppercase()
        && !matches!(first, b'D' | b'F' | b'I' | b'U' | b'V')
        && !matches!(second, b'D' | b'F' | b'I' | b'O' | b'U' | b'V')
        && !forbidden
        && digits.len() == 6
        && digits.iter().all(u8::is_ascii_digit)
        && matches!(last, b'A'..=b'D')
}

/// A word that means something to us.
pub(super) fn is_word(letters: &[u8]) -> bool {
    let hash = letters.iter().fold(PhraseHash::START, |hash, letter| {
        hash.push(letter.to_ascii_lowercase())
    });
    look_up(hash).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_that_need_no_cue() {
        let table = [
            ("ABCPE1234F", Kind::TaxId),
            ("27ABCPE1234F1Z5", Kind::TaxId),
            ("A123456789Z", Kind::TaxId),
            ("HDFC0001234", Kind::BankCode),
            ("AB123456C", Kind::NationalId),
            ("AB 12 34 56 C", Kind::NationalId),
            ("GB29 NWBK 6016 1331 9268 19", Kind::Iban),
            ("DE89370400440532013000", Kind::Iban),
            ("DE136695976", Kind::TaxId),
            ("FR40303265045", Kind::TaxId),
        ];
        for (text, kind) in table {
            let token = Token::read(text, 0);
            let not_a_letter = |it: char| !it.is_ascii_alphabetic();
            let word_end = text.find(not_a_letter).unwrap_or(text.len());
            let found = recognise(text, 0, &token).or_else(|| recognise_parts(text, 0, word_end));
            assert_eq!(found, Some((kind, text.len())), "{text}");
        }
    }

    #[test]
    fn references_are_of_no_such_form() {
        for text in [
            "T685312322670591",
            "GB29 NWBK 6016 1331 9268 18",
            "AB123456E",
            "INV20241124",
            "DE136695975",
        ] {
            let token = Token::read(text, 0);
            assert_eq!(recognise(text, 0, &token), None, "{text}");
        }
    }
}
