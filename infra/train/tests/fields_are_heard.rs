//! Amounts, addresses, numbers, references and dates are heard as they are spoken in our markets.

#![allow(
    clippy::unwrap_used,
    reason = "a set that cannot be read fails its test"
)]

use train::sets;

#[test]
fn what_was_said_is_what_was_heard() {
    let lines = sets::spoken().unwrap();
    assert!(lines.len() >= 400);
    let wrong: Vec<String> = lines
        .iter()
        .filter(|line| line.heard() != line.expected)
        .map(|line| format!("{}: {}", line.id, line.text))
        .collect();
    let right = lines.len() - wrong.len();
    assert!(
        right * 100 >= lines.len() * 97,
        "{right} of {}: {wrong:#?}",
        lines.len()
    );
}
