//! Laws of redaction, on text that nobody would write.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests: a wrong index fails the test"
)]

use proptest::prelude::*;
use shared::redact::{Kind, Redacted, Settings, Span, Speaker, Turn, redact, redact_turns};

const SETTINGS: Settings = Settings {
    keep_last_four: true,
};

/// Fragments that meet in unforeseen ways.
const FRAGMENTS: &[&str] = &[
    "my card number is",
    "card",
    "cvv",
    "pin",
    "otp is",
    "account number",
    "order number",
    "invoice",
    "BVN",
    "iban",
    "sort code",
    "expiry",
    "expires",
    "four",
    "two",
    "double",
    "triple",
    "oh",
    "to",
    "for",
    "hundred",
    "thousand",
    "and",
    "forty-two",
    "fourtwo",
    "sorry",
    "no",
    "i mean",
    "uh",
    "okay",
    "4242",
    "4242424242424242",
    "123",
    "12/26",
    "12-34-56",
    "0123456789",
    "08031234567",
    "+234",
    "12",
    "7",
    "₦5,000",
    "naira",
    "times",
    "march",
    "2027",
    "GB29",
    "NWBK",
    "6016",
    "A",
    "B",
    "Z",
    "HDFC0001234",
    "sk_live_abcdef123456",
    "password is",
    "hunter2",
    "https://x.y/?sig=abcdef123",
    "[card ending 4242]",
    "[PIN removed]",
    "[",
    "]",
    "\n",
    ".",
    ",",
    "?",
    "-",
    "/",
    ":",
    "=",
    "#",
    "deux",
    "cent",
    "vingt",
    "quatre",
    "un",
    "mbili",
    "nne",
    "teen",
    "do",
    "eji",
    "erin",
    "sept",
    "４２",
    "٤٢",
    "4\u{200b}2",
    "О",
    "is",
    "the",
    "my",
    "on the back",
    "what",
    "routing",
    "gtbank",
];

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => proptest::sample::select(FRAGMENTS).prop_map(str::to_owned),
        1 => "\\PC{0,6}",
        1 => "[0-9]{1,19}",
    ];
    proptest::collection::vec(
        (
            piece,
            proptest::sample::select(&[" ", " ", " ", "", "-", ", "][..]),
        ),
        0..24,
    )
    .prop_map(|pieces| {
        pieces
            .into_iter()
            .flat_map(|(piece, gap)| [piece, gap.to_owned()])
            .collect()
    })
}

/// Spans are sorted, do not overlap, and lie in the text; what they leave is what stays.
fn check_spans(original: &str, redacted: &Redacted, spans: &[Span]) {
    let characters: Vec<char> = original.chars().collect();
    let mut at = 0;
    let mut kept = String::new();
    for span in spans {
        assert!(at <= span.start && span.start < span.end && span.end <= characters.len());
        kept.extend(&characters[at..span.start]);
        at = span.end;
    }
    kept.extend(&characters[at..]);
    let texts: String = redacted
        .segments()
        .iter()
        .filter_map(|segment| match segment {
            shared::redact::Segment::Text(text) => Some(text.as_str()),
            shared::redact::Segment::Marker { .. } => None,
        })
        .collect();
    assert_eq!(texts, kept, "text outside the spans is untouched");
    assert_eq!(redacted.markers().count(), spans.len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, ..ProptestConfig::default() })]

    #[test]
    fn redacting_rendered_output_changes_nothing(text in text()) {
        let (first, spans) = redact(&text, &SETTINGS);
        check_spans(&text, &first, &spans);
        let rendered = first.render();
        let (second, again) = redact(&rendered, &SETTINGS);
        prop_assert_eq!(second.render(), rendered, "{:?}", again);
    }

    #[test]
    fn turns_keep_their_text_outside_the_spans(texts in proptest::collection::vec(text(), 1..6)) {
        let turns: Vec<Turn<'_>> = texts
            .iter()
            .enumerate()
            .map(|(index, content)| Turn {
                speaker: if index % 2 == 0 { Speaker::Agent } else { Speaker::Caller },
                content,
            })
            .collect();
        let results = redact_turns(&turns, &SETTINGS);
        prop_assert_eq!(results.len(), turns.len());
        for (index, (turn, (redacted, spans))) in turns.iter().zip(&results).enumerate() {
            check_spans(turn.content, redacted, spans);
            prop_assert!(spans.iter().all(|span| span.turn == Some(index)));
        }
    }

    #[test]
    fn no_digits_of_a_named_card_survive_in_any_form(
        digits in "4[0-9]{14}",
        form in 0usize..8,
        lead in proptest::sample::select(&["my card number is ", "the card number, ", "Card: ", "numéro de carte "][..]),
    ) {
        let number = with_check_digit(&digits);
        let said = write_as(&number, form);
        let (redacted, _) = redact(&format!("{lead}{said}. Thank you."), &SETTINGS);
        let rest: String = redacted.render();
        let rest = rest.replace(&format!("[card ending {}]", &number[12..]), "");
        for window in 0..=number.len() - 5 {
            let part = &number[window..window + 5];
            prop_assert!(!rest.contains(part), "{} in {}", part, rest);
        }
        prop_assert!(!WORDS.iter().any(|word| rest.contains(word)), "{}", rest);
    }

    #[test]
    fn a_redacted_text_survives_its_json(text in text()) {
        let (redacted, _) = redact(&text, &SETTINGS);
        let json = serde_json::to_string(&redacted).unwrap();
        let back: Redacted = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(back, redacted);
    }
}

const WORDS: [&str; 10] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];

fn with_check_digit(digits: &str) -> String {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(index, byte)| {
            let doubled = u32::from(byte - b'0') << ((index + 1) % 2);
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

fn write_as(number: &str, form: usize) -> String {
    let words = |text: &str, gap: &str| {
        text.bytes()
            .map(|byte| WORDS[usize::from(byte - b'0')])
            .collect::<Vec<_>>()
            .join(gap)
    };
    let groups = |gap: &str| {
        number
            .as_bytes()
            .chunks(4)
            .map(|four| std::str::from_utf8(four).unwrap())
            .collect::<Vec<_>>()
            .join(gap)
    };
    match form {
        0 => number.to_owned(),
        1 => groups(" "),
        2 => groups("-"),
        3 => words(number, " "),
        4 => words(number, "-"),
        5 => format!("{}, uh, {}", words(&number[..8], " "), &number[8..]),
        6 => words(number, ""),
        _ => number
            .chars()
            .filter_map(|c| char::from_u32(u32::from(c) + 0xFF10 - 0x30))
            .collect(),
    }
}

#[test]
fn what_looks_like_a_marker_is_text_and_no_marker() {
    let (redacted, spans) = redact("he said [card ending 4242] to me", &SETTINGS);
    assert!(redacted.is_clean() && spans.is_empty());
    assert_eq!(
        shared::redact::mask::for_broad_audience(&redacted, &[]),
        "he said (card ending 4242) to me"
    );
}

#[test]
fn a_record_that_the_redactor_did_not_write_is_refused() {
    let refused = [
        r#"{"rules":0,"segments":[]}"#,
        r#"{"rules":9999,"segments":[]}"#,
        r#"{"rules":1,"segments":[{"text":""}]}"#,
        r#"{"rules":1,"segments":[{"text":"a"},{"text":"b"}]}"#,
        r#"{"rules":1,"segments":[{"marker":{"kind":"pin","last_four":"4242"}}]}"#,
        r#"{"rules":1,"segments":[{"marker":{"kind":"card_number","last_four":"42424"}}]}"#,
        r#"{"rules":1,"segments":[],"more":1}"#,
    ];
    for json in refused {
        assert!(serde_json::from_str::<Redacted>(json).is_err(), "{json}");
    }
}

#[test]
fn a_redacted_text_prints_no_text_when_debugged() {
    let (redacted, _) = redact("Ada Obi, my pin is 4821", &SETTINGS);
    let printed = format!("{redacted:?} {:?}", redacted.segments());
    assert!(!printed.contains("Ada") && !printed.contains("4821"));
}

#[test]
fn without_last_four_nothing_of_a_card_stays() {
    let settings = Settings {
        keep_last_four: false,
    };
    let (redacted, _) = redact("card 4242 4242 4242 4242, the card ending 1881", &settings);
    assert_eq!(
        redacted.render(),
        "card [card number removed], the card ending [card number removed]"
    );
    assert_eq!(
        redacted.markers().collect::<Vec<_>>(),
        [Kind::CardNumber, Kind::CardNumber]
    );
}

#[test]
fn what_goes_on_for_ever_costs_only_what_stands_near_it() {
    let order = "please send 12 boxes of order 10023456 to room 9, ";
    let text = order.repeat(4000) + &"4oh :".repeat(4000);
    let left = redact(&text, &SETTINGS).0.render();
    assert!(left.starts_with(&order.repeat(3600)));
    assert_eq!(redact(&left, &SETTINGS).0.render(), left);
}
