//! How fast the redactor is, in bytes a second: `cargo bench --bench redact`.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use shared::redact::{Settings, redact};

fn main() {
    divan::main();
}

/// A call as they come, about 600 bytes.
const CALL: &str = "Agent: Thank you for calling, how can I help you today?\n\
Customer: Hi, yes, I was charged twice for invoice INV-2024-0912, it was 45,000 naira on the 12th of March and then again on Friday.\n\
Agent: I am sorry to hear that. Can I have the e-mail on your account, please?\n\
Customer: It is ada.obi at example dot com, and my phone number is 0803 123 4567.\n\
Agent: Thank you. I see two payments, reference T685312322670591 and T685312322670592. One of them will be refunded within five working days.\n\
Customer: Okay, that is fine, but please send me the receipt for the other one as well.\n";

/// The same with what has to go.
const CARD: &str = "Agent: Which card was it?\n\
Customer: My card number is four two four two, double four double two, four two four two, 4242, expiry oh nine twenty-seven.\n\
Agent: And the account for the refund?\nCustomer: 0123456789 at GTBank, my BVN is 22123456789.\n";

/// Numbers and little else.
const DIGITS: &str = "4111 1111 1111 1112 12,500 0803 123 4567 2024-09-12 10:45 one two three 88 99 1234567 4 5 6 7 \
 9,120.50 INV-2231 16 17 18 19 20 21 T685312322670591 +2348031234567 192.168.1.1 50% 12/26 four five six seven\n";

/// What the peers are measured on as well, 5,000 bytes each.
const SHARED_TRANSCRIPT: &str = include_str!("transcript.txt");
const SHARED_DIGITS: &str = include_str!("digits.txt");

#[divan::bench]
fn shared_transcript(bencher: Bencher<'_, '_>) {
    run(bencher, SHARED_TRANSCRIPT);
}

#[divan::bench]
fn shared_digits(bencher: Bencher<'_, '_>) {
    run(bencher, SHARED_DIGITS);
}

fn text(parts: &[&str], length: usize) -> String {
    let mut text: String = parts
        .iter()
        .copied()
        .cycle()
        .scan(0, |sum, part| {
            let before = *sum;
            *sum += part.len();
            (before < length).then_some(part)
        })
        .collect();
    text.truncate(length);
    text
}

#[divan::bench(args = [1_000, 5_000, 100_000, 1_000_000, 10_000_000])]
fn transcript(bencher: Bencher<'_, '_>, length: usize) {
    run(bencher, &text(&[CALL], length));
}

#[divan::bench(args = [5_000])]
fn transcript_with_a_card(bencher: Bencher<'_, '_>, length: usize) {
    run(
        bencher,
        &text(&[CALL, CALL, CALL, CARD, CALL, CALL, CALL, CALL], length),
    );
}

#[divan::bench(args = [5_000, 1_000_000])]
fn digit_heavy(bencher: Bencher<'_, '_>, length: usize) {
    run(bencher, &text(&[DIGITS], length));
}

#[divan::bench(args = ["4 ", "44 ", "four ", "card ", "card number is ", "double ", "to ", "sorry 4 ", "password is ", "password:", "http://a?", "sk_live_", "a1", "١", "é", "4-", "one hundred ", "A 1 ", "[card ending ", "\u{200b}", "pin 4 ", "eji ", "GB29 ", "4 card "])]
fn hostile(bencher: Bencher<'_, '_>, pattern: &str) {
    run(bencher, &pattern.repeat(200_000 / pattern.len()));
}

fn run(bencher: Bencher<'_, '_>, text: &str) {
    let settings = Settings::default();
    bencher
        .counter(BytesCount::of_str(text))
        .bench(|| redact(black_box(text), &settings));
}
