//! Conversations made of the words that the spoken layer knows, in any order.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::redact::{Settings, Speaker, Turn, redact_turns};

const WORDS: [&str; 64] = [
    "zero",
    "oh",
    "one",
    "two",
    "to",
    "three",
    "four",
    "for",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "twelve",
    "twenty",
    "forty",
    "forty-two",
    "hundred",
    "thousand",
    "double",
    "triple",
    "zeros",
    "and",
    "uh",
    "okay",
    "go on",
    "sorry",
    "no",
    "i mean",
    "is",
    "my",
    "the",
    "card number",
    "card",
    "cvv",
    "pin",
    "otp",
    "account number",
    "bvn",
    "order number",
    "invoice",
    "naira",
    "times",
    "march",
    "expires",
    "fourtwofourtwo",
    "deux",
    "vingt",
    "cent",
    "soixante",
    "mbili",
    "nne",
    "teen",
    "do",
    "erin",
    "sept",
    "4242",
    "12/26",
    "7",
    ".",
    ",",
    "?",
    "A",
];

fuzz_target!(|bytes: &[u8]| {
    let mut texts = vec![String::new()];
    for byte in bytes {
        if byte & 0xC0 == 0xC0 && byte & 7 == 0 {
            texts.push(String::new());
        } else if let (Some(text), Some(word)) =
            (texts.last_mut(), WORDS.get(usize::from(byte & 63)))
        {
            text.push_str(word);
            if byte & 0x40 == 0 {
                text.push(' ');
            }
        }
    }
    let settings = Settings::default();
    let again = |texts: &[String]| -> Vec<String> {
        let turns: Vec<Turn<'_>> = texts
            .iter()
            .enumerate()
            .map(|(index, content)| Turn {
                speaker: if index % 2 == 0 {
                    Speaker::Caller
                } else {
                    Speaker::Agent
                },
                content,
            })
            .collect();
        redact_turns(&turns, &settings)
            .into_iter()
            .zip(texts)
            .map(|((redacted, spans), text)| {
                let mut at = 0;
                for span in &spans {
                    assert!(at <= span.start && span.start < span.end);
                    at = span.end;
                }
                assert!(at <= text.chars().count());
                redacted.render()
            })
            .collect()
    };
    let first = again(&texts);
    assert_eq!(again(&first), first);
});
