//! Codes of banks that are all letters (BIC, also called SWIFT).

use super::codes::is_word;

/// The countries of banks, two letters each (ISO 3166).
const COUNTRIES: &[u8] = b"ADAEAFAGAIALAMAOARATAUAZBABBBDBEBFBGBHBIBJBMBNBOBRBSBTBWBYBZCACDCFCGCHCICLCMCNCOCR\
CUCVCYCZDEDJDKDMDODZECEEEGERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGTGUGWGYHKHNHRHTHUIDIEILIMINIQIRISITJEJMJOJP\
KEKGKHKIKMKNKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMGMKMLMMMNMOMQMRMSMTMUMVMWMXMYMZNANCNENGNINLNONPNRNZOMPAPEPFPGPHPK\
PLPRPSPTPWPYQARERORSRURWSASBSCSDSESGSISKSLSMSNSOSRSSSTSVSYSZTDTGTHTJTLTMTNTOTRTTTWTZUAUGUSUYUZVAVCVEVGVNVUWSXKYEYTZA\
ZMZW";

/// A bank's code that has no digit in it, or few: four letters, a country, a place, perhaps a
/// branch. Only behind its name, since a word may look so.
pub(super) fn bank_after(text: &str, name_end: usize) -> Option<(usize, usize)> {
    let mut at = name_end;
    // "swift delivery" names nothing.
    let mut named = false;
    // "code is:", "/BIC:"
    for _ in 0..4 {
        let rest = text.get(at..)?;
        at += rest
            .bytes()
            .take(3)
            .take_while(|byte| b" :=/-".contains(byte))
            .count();
        named |= text
            .get(name_end..at)
            .is_some_and(|signs| signs.contains([':', '=']));
        let word = text.get(at..)?.bytes().take(12);
        let length = word.take_while(u8::is_ascii_alphanumeric).count();
        let token = text.get(at..at + length)?;
        if is_bank_code(token.as_bytes(), named) {
            return Some((at, at + length));
        }
        if ![
            "is", "code", "number", "bic", "swift", "no", "the", "address",
        ]
        .iter()
        .any(|small| token.eq_ignore_ascii_case(small))
        {
            return None;
        }
        at += length;
        named = true;
    }
    None
}

fn is_bank_code(token: &[u8], named: bool) -> bool {
    let (Some(bank), Some(country)) = (token.get(..4), token.get(4..6)) else {
        return false;
    };
    let known = COUNTRIES
        .chunks_exact(2)
        .any(|two| two.eq_ignore_ascii_case(country));
    let plain = token.iter().any(u8::is_ascii_lowercase);
    matches!(token.len(), 8 | 11)
        && bank.iter().all(u8::is_ascii_alphabetic)
        && known
        && !(plain && (!named || is_word(token)))
}
