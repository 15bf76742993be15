//! A second look at what leaves, by other means than the redactor's: digits in a row, the range of a
//! card scheme, Luhn's check. It removes nothing. What it finds, the redactor has missed: somebody is
//! told, and the redactor learns the phrase.

use serde_json::Value;

use super::check::is_card;

/// The lengths that it looks at. Cards of 12 and 13 digits are rare, telephone numbers of that length
/// are not.
const LENGTHS: std::ops::RangeInclusive<usize> = 14..=19;

/// Whether any text in `value` holds what looks like a card number. Numbers are not looked at: ids
/// and amounts are numbers, and words never are.
#[must_use]
pub fn looks_like_card_in(value: &Value) -> bool {
    match value {
        Value::String(text) => looks_like_card(text),
        Value::Array(items) => items.iter().any(looks_like_card_in),
        Value::Object(map) => map.values().any(looks_like_card_in),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether a text holds what looks like a card number: written in one piece, or in groups parted by
/// one space or hyphen each.
#[must_use]
pub fn looks_like_card(text: &str) -> bool {
    let mut groups: Vec<Vec<u8>> = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if !first.is_ascii_digit() {
            // A letter, or two separators: what stood before ends here.
            let parts_groups = matches!(first, b' ' | b'-')
                && after.first().is_some_and(u8::is_ascii_digit)
                && !groups.is_empty();
            if !parts_groups {
                groups.clear();
            }
            if is_of_word(first) {
                // Digits within a word, as in our own keys, are no number.
                let word = rest.iter().take_while(|byte| is_of_word(**byte));
                rest = rest.get(word.count()..).unwrap_or_default();
            } else {
                rest = after;
            }
            continue;
        }
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, after) = rest.split_at(length);
        rest = after;
        if rest.first().is_some_and(|byte| is_of_word(*byte)) {
            groups.clear();
            continue;
        }
        groups.push(digits.iter().map(|digit| digit - b'0').collect());
        // Whatever ends with this group.
        let mut number = Vec::new();
        for group in groups.iter().rev() {
            number.splice(0..0, group.iter().copied());
            if number.len() > *LENGTHS.end() {
                break;
            }
            if LENGTHS.contains(&number.len()) && is_card(&number) {
                return true;
            }
        }
    }
    false
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_card_is_seen_however_it_is_grouped_and_whatever_follows() {
        for text in [
            "4084084084084081",
            "my card is 4084 0840 8408 4081, thanks",
            "4084-0840-8408-4081 12 27",
            "ref 12 4084 0840 8408 4081",
            "3782 822463 10005.",
            "naïve – 5060666666666666666",
        ] {
            assert!(looks_like_card(text), "{text}");
        }
    }

    #[test]
    fn ids_dates_keys_and_telephone_numbers_are_no_cards() {
        for text in [
            "4084084084084082",
            "2026-11-24T10:00:00.000Z 1788000000000",
            "ll-40840840840840814084",
            "call_4084084084084081",
            "4084084084084081a",
            "+234 803 123 4567 and 2348031234567",
            "PRQ_k4m3n5s4h1 T685312322670591",
            "0000000000000000",
            "4084  0840  8408  4081",
        ] {
            assert!(!looks_like_card(text), "{text}");
        }
    }

    #[test]
    fn a_whole_body_is_looked_through() {
        let body = json!({ "blocks": [{ "text": { "text": "pay 4084 0840 8408 4081" } }] });
        assert!(looks_like_card_in(&body));
        assert!(!looks_like_card_in(
            &json!({ "transaction": 4_084_084_084_084_081_u64 })
        ));
    }
}
