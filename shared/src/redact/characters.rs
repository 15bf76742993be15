//! What a character stands for: digits of every script, letters under their accents, and what
//! cannot be seen at all.

/// The zero of each decimal script beyond ASCII; its nine sisters follow it.
const ZEROS: [u32; 62] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6,
    0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
    0x1BB0, 0x1C40, 0x1C50, 0x2080, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650,
    0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0, 0x16B50,
    0x1E140, 0x1E2F0, 0x1E4F0, 0x1E950, 0x1FBF0,
];

/// The value of a decimal digit of any script.
pub(super) fn digit(c: char) -> Option<u8> {
    let code = u32::from(c);
    let value = match code {
        0x30..=0x39 => code - 0x30,
        ..0x80 => return None,
        // Superscripts, circled and mathematical digits have places of their own.
        0xB2 | 0xB3 => code - 0xB0,
        0xB9 => 1,
        0x2070 | 0x24EA | 0x24FF => 0,
        0x2074..=0x2079 => code - 0x2070,
        0x2460..=0x2468 => code - 0x245F,
        0x2474..=0x247C => code - 0x2473,
        0x2776..=0x277E => code - 0x2775,
        0x2780..=0x2788 => code - 0x277F,
        0x278A..=0x2792 => code - 0x2789,
        0x1D7CE..=0x1D7FF => (code - 0x1D7CE) % 10,
        _ => {
            let before = ZEROS.partition_point(|&zero| zero <= code);
            let zero = before.checked_sub(1).and_then(|index| ZEROS.get(index))?;
            code - zero
        }
    };
    u8::try_from(value).ok().filter(|&value| value < 10)
}

/// Characters that a reader does not see, and that part nothing: zero width, variation selectors,
/// keycaps, soft hyphens, combining marks, vowel signs of Arabic and dots of Devanagari, tags.
pub(super) fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x34F | 0x61C | 0x640 | 0x64B..=0x652 | 0x670 | 0x93C | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E
        | 0x2060..=0x206F | 0x300..=0x36F | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF
        | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F | 0xFEFF | 0xE0000..=0xE0FFF)
}

/// What joins letters in the middle of a word: the virama of Devanagari.
pub(super) const fn is_joining(c: char) -> bool {
    c == '\u{94D}'
}

/// The plain lower-case letter under an accent, a width or another script's look-alike.
pub(super) fn fold(c: char) -> Option<u8> {
    if c.is_ascii_alphabetic() {
        return u8::try_from(c).ok().map(|byte| byte.to_ascii_lowercase());
    }
    let code = u32::from(c);
    let letter = match code {
        0xFF21..=0xFF3A => return u8::try_from(code - 0xFF21).ok().map(|index| b'a' + index),
        0xFF41..=0xFF5A => return u8::try_from(code - 0xFF41).ok().map(|index| b'a' + index),
        0x1D400..=0x1D6A3 => {
            return u8::try_from((code - 0x1D400) % 26)
                .ok()
                .map(|index| b'a' + index);
        }
        _ => match c {
            'à'..='å' | 'À'..='Å' | 'ā' | 'ă' | 'ą' | 'ǎ' | 'ạ' | 'а' | 'А' | 'α' => {
                b'a'
            }
            'ɓ' | 'Ɓ' | 'В' => b'b',
            'ç' | 'Ç' | 'ć' | 'č' | 'с' | 'С' => b'c',
            'ɗ' | 'Ɗ' | 'ď' | 'đ' => b'd',
            'è'..='ë' | 'È'..='Ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'Ẹ' | 'ǝ' | 'е' | 'Е' => {
                b'e'
            }
            'ğ' | 'ġ' => b'g',
            'ḥ' | 'ħ' => b'h',
            'ì'..='ï' | 'Ì'..='Ï' | 'ī' | 'ĭ' | 'ị' | 'Ị' | 'ı' | 'і' | 'І' => b'i',
            'ƙ' | 'Ƙ' | 'к' | 'К' => b'k',
            'ł' | 'ľ' => b'l',
            'М' | 'м' => b'm',
            'ñ' | 'Ñ' | 'ń' | 'ň' | 'ǹ' | 'ṅ' | 'Ṅ' => b'n',
            'ò'..='ö' | 'Ò'..='Ö' | 'ō' | 'ŏ' | 'ő' | 'ọ' | 'Ọ' | 'ø' | 'о' | 'О' | 'ο' | 'Ο' => {
                b'o'
            }
            'р' | 'Р' => b'p',
            'ř' => b'r',
            'ś' | 'š' | 'ş' | 'ṣ' | 'Ṣ' | 'ѕ' | 'Ѕ' => b's',
            'ţ' | 'ť' | 'ṭ' | 'т' | 'Т' => b't',
            'ù'..='ü' | 'Ù'..='Ü' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ụ' | 'Ụ' => b'u',
            'ŵ' => b'w',
            'х' | 'Х' => b'x',
            'ý' | 'ÿ' | 'ƴ' | 'у' | 'У' => b'y',
            'ź' | 'ż' | 'ž' => b'z',
            _ => return None,
        },
    };
    Some(letter)
}

/// The digit that a letter may stand for when digits stand around it: O for 0, l for 1.
pub(super) fn look_alike(folded: u8, upper: bool) -> Option<u8> {
    match (folded, upper) {
        (b'o', _) => Some(0),
        (b'i', _) | (b'l', false) => Some(1),
        (b'z', true) => Some(2),
        (b's', true) => Some(5),
        (b'b', true) => Some(8),
        _ => None,
    }
}

/// Signs of money beyond ASCII's dollar.
pub(super) fn is_currency(c: char) -> bool {
    matches!(c, '$' | '¢'..='¥' | '₠'..='⃀' | '＄' | '￡' | '￥')
}

/// Dashes of every length.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '‐'..='―' | '−' | '﹣' | '－' | '⁃')
}
