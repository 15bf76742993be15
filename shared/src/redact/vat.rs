//! VAT numbers: each country's own form and check.

use super::check::{Digits, luhn, value};

/// A VAT number of the EU, the UK or Norway: `Some(true)` where its check or a form of its own
/// makes it certain, `Some(false)` where there is none and only country and length fit.
pub(super) fn vat(plain: &[u8]) -> Option<bool> {
    if !(8..=14).contains(&plain.len()) {
        return None;
    }
    let certain = |right: bool| right.then_some(true);
    let (country, rest) = plain.split_first_chunk::<2>()?;
    let all_digits = rest.iter().all(u8::is_ascii_digit);
    let mut number = Digits::default();
    rest.iter()
        .filter(|byte| byte.is_ascii_digit())
        .for_each(|byte| number.push(byte - b'0'));
    let digits = &*number.values();
    let last_two = digits
        .len()
        .checked_sub(2)
        .and_then(|at| digits.get(at..))
        .map_or(0, value);
    let head = digits
        .len()
        .checked_sub(2)
        .and_then(|at| digits.get(..at))
        .map_or(0, value);
    match (country, rest.len()) {
        (b"DE", 9) if all_digits => certain(iso_7064_mod_11_10(digits)),
        (b"GB" | b"XI", 9 | 12) if all_digits => {
            let sum: u64 = digits
                .iter()
                .take(7)
                .zip((2..=8).rev())
                .map(|(&digit, weight)| u64::from(digit) * weight)
                .sum();
            let check = digits.get(7..9).map_or(0, value);
            certain((sum + check).is_multiple_of(97) || (sum + check + 55).is_multiple_of(97))
        }
        (b"BE", 10) if all_digits => certain(97 - head % 97 == last_two),
        (b"IT", 11) if all_digits => certain(luhn(digits)),
        (b"FR", 11)
            if rest
                .get(2..)
                .is_some_and(|siren| siren.iter().all(u8::is_ascii_digit)) =>
        {
            let siren = digits.get(digits.len() - 9..).unwrap_or_default();
            let key = digits.get(..2).map_or(0, value);
            certain(!all_digits || (12 + 3 * (value(siren) % 97)) % 97 == key)
        }
        (b"NL", 12) => certain(rest.get(9) == Some(&b'B') && digits.len() == 11),
        (b"AT", 9) => certain(rest.first() == Some(&b'U') && digits.len() == 8),
        (b"ES", 9) => certain(digits.len() == 7 || (digits.len() == 8 && !all_digits)),
        (b"IE", 8 | 9) => certain(digits.len() >= 6 && !all_digits),
        (b"CY", 9) => certain(digits.len() == 8 && !all_digits),
        (b"PL", 10) if all_digits => {
            let sum: u64 = digits
                .iter()
                .zip([6, 5, 7, 2, 3, 4, 5, 6, 7])
                .map(|(&digit, weight)| u64::from(digit) * weight)
                .sum();
            certain(
                digits
                    .last()
                    .is_some_and(|&last| sum % 11 == u64::from(last)),
            )
        }
        (b"SE", 12) if all_digits => certain(digits.get(..10).is_some_and(luhn) && last_two == 1),
        (b"HR" | b"LV", 11)
        | (b"SK", 10)
        | (b"BG" | b"EE" | b"EL" | b"LT" | b"PT" | b"NO", 9)
        | (b"DK" | b"FI" | b"HU" | b"LU" | b"MT" | b"SI" | b"CZ", 8)
        | (b"RO", 6..=10)
            if all_digits =>
        {
            Some(false)
        }
        _ => None,
    }
}

fn iso_7064_mod_11_10(digits: &[u8]) -> bool {
    let Some((&check, rest)) = digits.split_last() else {
        return false;
    };
    let product = rest.iter().fold(10, |product, &digit| {
        let sum = (u32::from(digit) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == u32::from(check)
}

/// Whether a text that stands alone is a VAT number of some country, or a Ghanaian TIN.
pub(super) fn is_tax_number(plain: &[u8]) -> bool {
    let ghanaian = matches!(plain, [b'C' | b'G' | b'P' | b'Q' | b'V', b'0', b'0', rest @ ..]
        if rest.len() == 8 && rest.iter().all(u8::is_ascii_digit));
    ghanaian || vat(plain).is_some()
}
