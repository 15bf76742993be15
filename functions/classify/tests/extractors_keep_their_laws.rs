//! Whatever is said, the extractors do not fall over, say where they found what, and find the same
//! again in what the redactor left.

use classify::understand::classify_turns;
use classify::understand::extract::{Country, Text, date, email, money, phone, reference};
use proptest::prelude::*;
use shared::ids::{Email, PhoneNumber};
use shared::money::Currency;
use shared::redact::{Settings, Speaker, redact};

const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 24);

/// Words that the extractors look for, one after the other in any order, with anything between.
fn speech() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => prop::sample::select(vec![
            "two", "fifty", "k", "million", "half", "a", "point", "hundred", "thousand", "and",
            "naira", "kobo", "cedis", "rand", "dollars", "cents", "₦", "$", "#10,000", "R350",
            "15,000.50", "5k5", "lakh", "not", "sorry", "at", "dot", "com", "gmail", "g", "mail",
            "underscore", "the", "rate", "of", "ada", "double", "oh", "zero", "eight", "plus",
            "+234", "0803", "next", "last", "week", "Friday", "first", "month", "3rd", "31/12",
            "February", "day", "after", "tomorrow", "ago", "PRQ_", "TXN-1", "invoice", "[removed]",
            "’", "é", "–", "١٢", "@", ".", ",", "-", "(0)",
        ]).prop_map(str::to_owned),
        1 => "[0-9]{1,12}",
        1 => "\\PC{0,6}",
    ];
    (
        prop::collection::vec(word, 0..24),
        prop::sample::select(vec![" ", " ", ""]),
    )
        .prop_map(|(words, between)| words.join(between))
}

/// A request with the workflow's words, and a card number of `digits` in its middle.
fn request_with_card() -> impl Strategy<Value = (String, String)> {
    let request = prop::sample::select(vec![
        (
            "I was charged twice for order 77",
            "and I want one of them back",
        ),
        ("Please send me the receipt again", "thank you"),
        ("My subscription did not renew", "can you look at it"),
        ("Did my payment arrive", "I sent it yesterday"),
        (
            "I do not recognise this charge",
            "I never bought anything there",
        ),
        ("What are your opening hours", "on Saturday"),
    ]);
    (
        request,
        "4[0-9]{15}",
        prop::sample::select(vec![0_usize, 4]),
    )
        .prop_map(|((head, tail), card, group)| {
            let card = match group {
                0 => card,
                size => card
                    .as_bytes()
                    .chunks(size)
                    .map(|part| String::from_utf8_lossy(part).into_owned())
                    .collect::<Vec<_>>()
                    .join(" "),
            };
            (
                format!("{head}, my card is {card}, {tail}."),
                format!("{head}, {tail}."),
            )
        })
}

fn everything(text: &str) -> String {
    let words = Text::new(text);
    let emails = email::emails(&words);
    let emails: Vec<&str> = emails.iter().map(Email::expose).collect();
    let phones = phone::phones(&words, Country::Nigeria);
    let phones: Vec<&str> = phones.iter().map(PhoneNumber::expose).collect();
    format!(
        "{:?} {emails:?} {phones:?} {:?} {:?}",
        money::amounts(&words, Currency::Ngn),
        reference::references(&words),
        date::dates(&words, TODAY),
    )
}

proptest! {
    #[test]
    fn spans_lie_in_the_text_one_after_the_other(text in speech()) {
        let words = Text::new(&text);
        let amounts = money::amounts(&words, Currency::Kes);
        let mut end = 0;
        for amount in &amounts {
            prop_assert!(amount.start >= end && amount.start < amount.end, "{text:?} {amounts:?}");
            prop_assert!(text.get(amount.start..amount.end).is_some(), "{text:?} {amounts:?}");
            prop_assert!(amount.money.subunits > 0, "{text:?} {amounts:?}");
            end = amount.end;
        }
        let dates = date::dates(&words, TODAY);
        let mut end = 0;
        for dated in &dates {
            prop_assert!(dated.start >= end && dated.start < dated.end, "{text:?} {dates:?}");
            prop_assert!(text.get(dated.start..dated.end).is_some(), "{text:?} {dates:?}");
            end = dated.end;
        }
    }

    #[test]
    fn what_is_found_is_what_its_name_says(text in speech()) {
        let words = Text::new(&text);
        for email in email::emails(&words) {
            prop_assert!(Email::new(email.expose()).is_ok(), "{text:?}");
        }
        for country in [Country::Ghana, Country::Egypt, Country::UnitedStates] {
            for phone in phone::phones(&words, country) {
                prop_assert!(PhoneNumber::new(phone.expose()).is_ok(), "{text:?}");
            }
        }
    }

    #[test]
    fn redacting_again_changes_no_field(text in speech()) {
        let once = redact(&text, &Settings::default()).0.render();
        let twice = redact(&once, &Settings::default()).0.render();
        prop_assert_eq!(everything(&once), everything(&twice), "{:?}", text);
    }

    #[test]
    fn a_card_in_the_middle_changes_no_label((with_card, without) in request_with_card()) {
        let redacted = redact(&with_card, &Settings::default()).0.render();
        let label = |text: &str| classify_turns(&[(Speaker::Caller, text)]).0;
        prop_assert_eq!(label(&with_card), label(&redacted));
        prop_assert_eq!(label(&redacted), label(&without));
    }
}
