//! International bank account numbers.

use super::check::mod_97;

/// The lengths of IBANs, by country: the registry's, and those of African states that use them
/// without being in it.
const IBANS: [(&[u8; 2], usize); 111] = [
    (b"AD", 24),
    (b"AE", 23),
    (b"AL", 28),
    (b"AO", 25),
    (b"AT", 20),
    (b"AZ", 28),
    (b"BA", 20),
    (b"BE", 16),
    (b"BF", 28),
    (b"BG", 22),
    (b"BH", 22),
    (b"BI", 27),
    (b"BJ", 28),
    (b"BR", 29),
    (b"BY", 28),
    (b"CF", 27),
    (b"CG", 27),
    (b"CH", 21),
    (b"CI", 28),
    (b"CM", 27),
    (b"CR", 22),
    (b"CV", 25),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DJ", 27),
    (b"DK", 18),
    (b"DO", 28),
    (b"DZ", 26),
    (b"EE", 20),
    (b"EG", 29),
    (b"ES", 24),
    (b"FI", 18),
    (b"FK", 18),
    (b"FO", 18),
    (b"FR", 27),
    (b"GA", 27),
    (b"GB", 22),
    (b"GE", 22),
    (b"GI", 23),
    (b"GL", 18),
    (b"GQ", 27),
    (b"GR", 27),
    (b"GT", 28),
    (b"GW", 25),
    (b"HN", 28),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IQ", 23),
    (b"IR", 26),
    (b"IS", 26),
    (b"IT", 27),
    (b"JO", 30),
    (b"KM", 27),
    (b"KW", 30),
    (b"KZ", 20),
    (b"LB", 28),
    (b"LC", 32),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"LY", 25),
    (b"MA", 28),
    (b"MC", 27),
    (b"MD", 24),
    (b"ME", 22),
    (b"MG", 27),
    (b"MK", 19),
    (b"ML", 28),
    (b"MN", 20),
    (b"MR", 27),
    (b"MT", 31),
    (b"MU", 30),
    (b"MZ", 25),
    (b"NE", 28),
    (b"NI", 28),
    (b"NL", 18),
    (b"NO", 15),
    (b"OM", 23),
    (b"PK", 24),
    (b"PL", 28),
    (b"PS", 29),
    (b"PT", 25),
    (b"QA", 29),
    (b"RO", 24),
    (b"RS", 22),
    (b"RU", 33),
    (b"SA", 24),
    (b"SC", 31),
    (b"SD", 18),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"SN", 28),
    (b"SO", 23),
    (b"ST", 25),
    (b"SV", 28),
    (b"TD", 27),
    (b"TG", 28),
    (b"TL", 23),
    (b"TN", 24),
    (b"TR", 26),
    (b"UA", 29),
    (b"VA", 22),
    (b"VG", 24),
    (b"XK", 20),
    (b"YE", 30),
];

/// The end of an IBAN that begins at `start`, in one word or in groups.
pub(super) fn end_at(text: &str, start: usize) -> Option<usize> {
    shape_at(text, start).and_then(|(end, right)| right.then_some(end))
}

/// The end of what has the form of an IBAN, and whether it passes its check.
pub(super) fn shape_at(text: &str, start: usize) -> Option<(usize, bool)> {
    let bytes = text.as_bytes();
    if !bytes.get(start)?.is_ascii_alphabetic() {
        return None;
    }
    let mut plain = [0u8; 34];
    let (mut count, mut at, mut end) = (0, start, start);
    let mut length = 34;
    while count < length {
        let Some(&byte) = bytes.get(at) else {
            break;
        };
        if byte.is_ascii_alphanumeric() {
            *plain.get_mut(count)? = byte.to_ascii_uppercase();
            count += 1;
            end = at + 1;
            if count == 2 {
                let country = plain.first_chunk::<2>()?;
                length = IBANS
                    .binary_search_by_key(&country, |(name, _)| *name)
                    .ok()
                    .and_then(|index| IBANS.get(index))?
                    .1;
            }
            if matches!(count, 3 | 4) && !byte.is_ascii_digit() {
                return None;
            }
        } else if !matches!(byte, b' ' | b'-' | b'.' | 0xC2 | 0xA0) || at > end + 1 {
            return None;
        }
        at += 1;
    }
    let closed = !bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
    let plain = plain.get(..length)?;
    let (head, body) = plain.split_first_chunk::<4>()?;
    (count == length && closed).then(|| (end, mod_97(body.iter().chain(head).copied()) == 1))
}
