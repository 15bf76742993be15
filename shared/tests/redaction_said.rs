//! Numbers said in every way that callers say them: nothing of what was said may survive.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "helpers of tests: a wrong index fails the test"
)]

use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::sample::select;
use shared::redact::{Settings, Speaker, Turn, redact, redact_turns};

const SETTINGS: Settings = Settings {
    keep_last_four: true,
};

const DIGITS: [&str; 10] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
];
const TEENS: [&str; 10] = [
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// What callers say between two groups of digits.
const BETWEEN: &[&str] = &[
    " ",
    ", ",
    ". ",
    "... ",
    " uh ",
    ", then ",
    " and ",
    ", hold on, ",
    " okay ",
    " dash ",
    ", next is ",
    ", one second please, ",
    ", and after that ",
    ", let me look, ",
    ", the line is bad, ",
];

/// Where the number's name comes behind it, nothing tells that the last two belong to it.
const BETWEEN_UNNAMED: &[&str] = BETWEEN.split_at(BETWEEN.len() - 2).0;

/// How they take the last digit back.
const TAKEN_BACK: &[&str] = &[
    "no, ",
    "sorry, ",
    "no sorry ",
    "I mean ",
    "wait, ",
    "actually ",
    "scratch that, ",
    "my mistake, ",
];

/// How a number's name comes before it (`{}` is the number), or behind it.
const CARDS: &[(&str, usize)] = &[
    ("my card number is {}", 16),
    ("yes so the card, it's {}", 16),
    ("the long number on the front, {}", 16),
    ("{} is my card number", 16),
    ("can you charge my visa, {}", 16),
    ("credit card: {}", 16),
];
const CODES: &[(&str, usize)] = &[
    ("my pin is {}", 4),
    ("I used {} as my pin", 4),
    ("the pin, hmm, {}", 4),
    ("the cvv is {}", 3),
    ("three digits on the back, {}", 3),
    ("the otp is {}", 6),
    ("the code they sent me is {}", 6),
    ("{} is the verification code", 6),
];
const NUMBERS: &[(&str, usize)] = &[
    ("my account number is {}", 10),
    ("{} is my account number", 10),
    ("my BVN is {}", 11),
    ("my NIN, that's {}", 11),
    ("my social security number is {}", 9),
    ("the routing number is {}", 9),
    ("the sort code is {}", 6),
    ("my aadhaar number is {}", 12),
];

/// How one group of digits is said.
#[derive(Debug, Clone, Copy)]
enum Way {
    Single,
    Doubled,
    Pairs,
    Written,
    Hyphens,
    Joined,
    Loud,
}

const WAYS: &[Way] = &[
    Way::Single,
    Way::Single,
    Way::Doubled,
    Way::Pairs,
    Way::Written,
    Way::Hyphens,
    Way::Joined,
    Way::Loud,
];

fn words(digits: &[u8], zero: &'static str) -> Vec<&'static str> {
    digits
        .iter()
        .map(|&digit| match digit {
            0 => zero,
            digit => DIGITS[usize::from(digit)],
        })
        .collect()
}

fn doubled(digits: &[u8], zero: &'static str) -> String {
    let mut said = Vec::new();
    for same in digits.chunk_by(|left, right| left == right) {
        for part in same.chunks(3) {
            said.extend(match part.len() {
                2 => Some("double"),
                3 => Some("triple"),
                _ => None,
            });
            said.extend(words(&part[..1], zero));
        }
    }
    said.join(" ")
}

fn pairs(digits: &[u8], zero: &'static str) -> String {
    digits
        .chunks(2)
        .map(|pair| match *pair {
            [0, digit] => words(&[0, digit], zero).join(" "),
            [1, unit] => TEENS[usize::from(unit)].to_owned(),
            [ten, 0] => TENS[usize::from(ten)].to_owned(),
            [ten, unit] => format!("{} {}", TENS[usize::from(ten)], DIGITS[usize::from(unit)]),
            _ => words(pair, zero).join(" "),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn say(digits: &[u8], way: Way, zero: &'static str) -> String {
    match way {
        Way::Single => words(digits, zero).join(" "),
        Way::Doubled => doubled(digits, zero),
        Way::Pairs => pairs(digits, zero),
        Way::Written => digits.iter().map(u8::to_string).collect(),
        Way::Hyphens => words(digits, zero).join("-"),
        Way::Joined => words(digits, "zero").concat(),
        Way::Loud => words(digits, zero).join(" ").to_uppercase(),
    }
}

/// A number of so many digits in groups of four, and what was said of it.
#[derive(Debug, Clone)]
struct Said {
    parts: Vec<String>,
    whole: String,
}

fn said(name: &str, length: usize) -> impl Strategy<Value = Said> + use<> {
    let between = if name.starts_with("{}") {
        BETWEEN_UNNAMED
    } else {
        BETWEEN
    };
    let digits = proptest::collection::vec(0..10u8, length);
    let groups = length.div_ceil(4);
    (
        digits,
        proptest::collection::vec(select(WAYS), groups),
        proptest::collection::vec(select(between), groups),
        select(&["zero", "oh", "nought"][..]),
        proptest::option::weighted(0.3, (0..groups, 0..10u8, select(TAKEN_BACK))),
    )
        .prop_map(move |(mut digits, ways, between, zero, taken_back)| {
            if length == 16 {
                digits[0] = 4;
            }
            let mut parts = Vec::new();
            let mut whole = String::new();
            for (index, group) in digits.chunks(4).enumerate() {
                if index > 0 {
                    whole.push_str(between[index]);
                }
                if let Some((_, wrong, words)) = taken_back.filter(|(at, ..)| *at == index)
                    && group.len() > 2
                {
                    let (last, first) = group.split_last().unwrap();
                    let first = say(&[first, &[wrong]].concat(), ways[index], zero);
                    let last = say(&[*last], ways[index], zero);
                    let _ = write!(whole, "{first}, {words}{last}");
                    parts.push(first);
                } else {
                    let part = say(group, ways[index], zero);
                    whole.push_str(&part);
                    parts.push(part);
                }
            }
            Said { parts, whole }
        })
}

/// None of the groups stands in what is left.
fn survivor<'a>(parts: &'a [String], left: &str) -> Option<&'a String> {
    parts.iter().find(|part| {
        part.len() > 2
            && left
                .match_indices(part.as_str())
                .any(|(at, _)| !left[..at].ends_with("[card ending "))
    })
}

fn named(names: &'static [(&'static str, usize)]) -> impl Strategy<Value = (&'static str, Said)> {
    select(names).prop_flat_map(|(name, length)| (Just(name), said(name, length)))
}

fn check(name: &str, said: &Said) -> Result<(), TestCaseError> {
    let text = name.replace("{}", &said.whole);
    let left = redact(&text, &SETTINGS).0.render();
    prop_assert!(
        survivor(&said.parts, &left).is_none(),
        "{:?}\n{}",
        text,
        left
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_a_card_survives_however_it_is_said((name, said) in named(CARDS)) {
        check(name, &said)?;
    }

    #[test]
    fn nothing_of_a_code_survives_however_it_is_said((name, said) in named(CODES)) {
        check(name, &said)?;
    }

    #[test]
    fn nothing_of_a_number_survives_however_it_is_said((name, said) in named(NUMBERS)) {
        check(name, &said)?;
    }

    #[test]
    fn nothing_of_a_card_told_over_several_turns_survives(
        said in said("", 16),
        answers in proptest::collection::vec(select(&[
            "Okay.", "Go on.", "And then?", "Sorry, the line is bad, please go on.", "One moment, I am writing.",
            "Please never tell me your PIN.", "The next four?",
        ][..]), 3),
    ) {
        let mut turns = vec![Turn { speaker: Speaker::Agent, content: "What is the number on your card?" }];
        for (index, part) in said.parts.iter().enumerate() {
            turns.push(Turn { speaker: Speaker::Caller, content: part });
            if let Some(answer) = answers.get(index) {
                turns.push(Turn { speaker: Speaker::Agent, content: answer });
            }
        }
        let left: Vec<String> = redact_turns(&turns, &SETTINGS)
            .into_iter()
            .map(|(redacted, _)| redacted.render())
            .collect();
        for part in &said.parts {
            prop_assert!(!left.contains(part), "{:?}\n{:?}", said.parts, left);
        }
    }
}
