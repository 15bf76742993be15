//! What understanding a call of 5 KB costs: its workflow, its fields, and both with all else.

use classify::understand::extract::{Country, Text, date, email, money, phone, reference};
use classify::understand::{Heard, Mapping, classify_turns, read};
use divan::{Bencher, black_box};
use shared::money::Currency;
use shared::redact::Speaker;

fn main() {
    divan::main();
}

/// A call of 5 KB as they come: two voices, most of it small talk, a few facts.
fn call() -> Vec<(Speaker, String)> {
    const TURNS: [(Speaker, &str); 12] = [
        (
            Speaker::Agent,
            "Good morning, thank you for calling Zeta, my name is Joy, how may I help you today?",
        ),
        (
            Speaker::Caller,
            "Good morning. My name is Ada Obi and I am calling because there is something wrong on my account.",
        ),
        (
            Speaker::Agent,
            "I am sorry to hear that, Ada. May I have the email address on the account, please?",
        ),
        (
            Speaker::Caller,
            "It is ada dot obi at gmail dot com, and my number is zero eight zero three one two three four five six seven.",
        ),
        (
            Speaker::Agent,
            "Thank you. I have ada.obi@gmail.com here, is that correct?",
        ),
        (
            Speaker::Caller,
            "Yes, that is correct. So I was charged twice for order 77812, fifteen thousand naira each time, on the 3rd of November.",
        ),
        (
            Speaker::Agent,
            "Please hold for a moment while I look at the transactions on your profile.",
        ),
        (
            Speaker::Caller,
            "The reference I see in the alert is T685312322670591, and the other alert came a minute later.",
        ),
        (
            Speaker::Agent,
            "I can see both of them now. Our finance team will look at it and answer you by next Friday.",
        ),
        (
            Speaker::Caller,
            "Okay, that is fine, I hope that one of the two comes back soon because my rent is due at the end of the month.",
        ),
        (
            Speaker::Agent,
            "I understand. Is there anything else that I can do for you while I have you on the line?",
        ),
        (
            Speaker::Caller,
            "No, that is all for now. Thank you very much and have a nice day.",
        ),
    ];
    let mut turns = Vec::new();
    let mut length = 0;
    for (speaker, text) in TURNS.into_iter().cycle() {
        if length >= 5_000 {
            break;
        }
        length += text.len();
        turns.push((speaker, text.to_owned()));
    }
    turns
}

#[divan::bench]
fn workflow(bencher: Bencher) {
    let call = call();
    let turns: Vec<(Speaker, &str)> = call
        .iter()
        .map(|(speaker, text)| (*speaker, text.as_str()))
        .collect();
    bencher.bench_local(|| classify_turns(black_box(&turns)));
}

#[divan::bench]
fn fields(bencher: Bencher) {
    let text: String = call().into_iter().map(|(_, text)| text + "\n").collect();
    let today = jiff::civil::date(2026, 11, 24);
    bencher.bench_local(|| {
        let words = Text::new(black_box(&text));
        black_box((
            money::amounts(&words, Currency::Ngn),
            email::emails(&words),
            phone::phones(&words, Country::Nigeria),
            reference::references(&words),
            date::dates(&words, today),
        ))
    });
}

#[divan::bench]
fn whole_case(bencher: Bencher) {
    let call = call();
    let turns: Vec<(Speaker, &str)> = call
        .iter()
        .map(|(speaker, text)| (*speaker, text.as_str()))
        .collect();
    let mapping = Mapping::default();
    let heard = Heard {
        turns: &turns,
        summary: None,
        analysis: &[],
        metadata: &[],
        at: "2026-11-24T09:00:00Z".parse().unwrap_or_default(),
        direction: None,
    };
    bencher.bench_local(|| read(black_box(&heard), black_box(&mapping)));
}
