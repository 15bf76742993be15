//! What callers say aloud and what must survive: the labelled set, line by line.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a labelled file that cannot be read is a bug of the set"
)]

use std::path::Path;

use shared::redact::Kind;

#[path = "../redaction/scoring.rs"]
mod scoring;

fn score() -> scoring::Score {
    scoring::score(&scoring::read(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("redaction"),
    ))
}

#[test]
fn nothing_of_a_card_its_code_a_pin_or_a_one_time_password_leaks() {
    let score = score();
    for kind in [
        Kind::CardNumber,
        Kind::CardSecurityCode,
        Kind::Pin,
        Kind::OneTimePassword,
    ] {
        for spoken in [false, true] {
            let missed = score
                .kinds
                .get(&(kind, spoken))
                .map_or(0, |counts| counts.missed);
            assert_eq!(missed, 0, "{kind:?}, spoken: {spoken}: {:#?}", score.faults);
        }
    }
}

#[test]
fn written_and_spoken_secrets_are_found() {
    let score = score();
    for (spoken, least) in [(false, 0.99), (true, 0.98)] {
        let (found, labels) = score
            .kinds
            .iter()
            .filter(|((_, said), _)| *said == spoken)
            .fold((0, 0), |(found, labels), (_, counts)| {
                (found + counts.found, labels + counts.found + counts.missed)
            });
        let needed = f64::from(u32::try_from(labels).unwrap()) * least;
        assert!(
            f64::from(u32::try_from(found).unwrap()) >= needed,
            "{}",
            scoring::table(&score)
        );
    }
}

#[test]
fn invoices_orders_amounts_dates_and_phones_survive_untouched() {
    let score = score();
    assert!(score.clean_lines >= 200);
    assert_eq!(score.alarms, 0, "{:#?}", score.faults);
}
