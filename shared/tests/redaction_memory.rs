//! Redaction takes memory for what it finds, and none for each character it reads.

use allocation_counter::measure;
use shared::redact::{Settings, redact};

/// Most of the memory in use at one time, and how often some was asked for.
fn memory(text: &str) -> (u64, u64) {
    let settings = Settings::default();
    let used = measure(|| {
        std::hint::black_box(redact(std::hint::black_box(text), &settings));
    });
    (used.bytes_max, used.count_total)
}

fn repeat(text: &str, length: usize) -> String {
    text.chars().cycle().take(length).collect()
}

const TRANSCRIPT: &str = include_str!("../benches/transcript.txt");
const DIGITS: &str = include_str!("../benches/digits.txt");

#[test]
fn memory_stays_under_three_times_the_text() {
    let texts = [TRANSCRIPT, DIGITS].map(|text| (text, &[5_000, 100_000, 1_000_000][..]));
    // All of these is a find, a short text apart from the next.
    let finds = [
        "cvv 123 ",
        "4242424242424242 ",
        "4 card ",
        "GB29NWBK60161331926819 ",
    ]
    .map(|text| (text, &[1_000_000][..]));
    for (text, lengths) in texts.into_iter().chain(finds) {
        for &length in lengths {
            let text = repeat(text, length);
            let (bytes, _) = memory(&text);
            let most = 3 * u64::try_from(text.len()).unwrap();
            assert!(
                bytes <= most,
                "{bytes} bytes for {length} characters of {:?}",
                &text[..20]
            );
        }
    }
}

#[test]
fn a_text_with_nothing_to_remove_costs_as_many_allocations_however_long_it_is() {
    let sentence = "please send invoice 10023456 of 12,500 naira from 12 march to my office again ";
    let (_, short) = memory(&repeat(sentence, 10_000));
    let (_, long) = memory(&repeat(sentence, 1_000_000));
    assert!(long <= short + 2, "{short} grew to {long}");
}

#[test]
fn each_find_costs_a_few_allocations_and_its_characters_none() {
    let settings = Settings::default();
    let text = repeat(DIGITS, 1_000_000);
    let finds = u64::try_from(redact(&text, &settings).1.len()).unwrap();
    let (_, allocations) = memory(&text);
    assert!(
        allocations <= 2 * finds + 64,
        "{allocations} allocations for {finds} finds"
    );
}
