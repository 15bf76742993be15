//! Amounts, addresses, numbers, references and dates are heard as they are spoken in our markets.

#![allow(
    clippy::unwrap_used,
    reason = "a set that cannot be read fails its test"
)]

use classify::understand::Mapping;
use classify::understand::extract::{Country, Text, date, email, money, phone, reference};
use jiff::civil::Date;
use serde::Deserialize;
use shared::money::{Currency, Money};

#[derive(Deserialize)]
struct Line {
    id: String,
    text: String,
    at: Date,
    currency: Option<Currency>,
    country: Option<String>,
    expected: Expected,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Expected {
    amounts: Vec<Money>,
    emails: Vec<String>,
    phones: Vec<String>,
    references: Vec<String>,
    dates: Vec<Date>,
}

fn heard(line: &Line) -> Expected {
    let mapping = Mapping::default();
    let text = Text::new(&line.text);
    let currency = line.currency.unwrap_or(mapping.default_currency);
    let country = line
        .country
        .as_deref()
        .and_then(Country::from_iso)
        .unwrap_or(mapping.country);
    Expected {
        amounts: money::amounts(&text, currency)
            .iter()
            .map(|amount| amount.money)
            .collect(),
        emails: email::emails(&text)
            .iter()
            .map(|email| email.expose().to_owned())
            .collect(),
        phones: phone::phones(&text, country)
            .iter()
            .map(|phone| phone.expose().to_owned())
            .collect(),
        references: reference::references(&text)
            .iter()
            .map(|reference| reference.as_str().to_owned())
            .collect(),
        dates: date::dates(&text, line.at)
            .iter()
            .map(|dated| dated.date)
            .collect(),
    }
}

#[test]
fn what_was_said_is_what_was_heard() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/understanding/fields.jsonl"
    );
    let lines: Vec<Line> = std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(lines.len() >= 400);
    let wrong: Vec<String> = lines
        .iter()
        .filter(|line| heard(line) != line.expected)
        .map(|line| format!("{}: {}", line.id, line.text))
        .collect();
    let right = lines.len() - wrong.len();
    assert!(
        right * 100 >= lines.len() * 97,
        "{right} of {}: {wrong:#?}",
        lines.len()
    );
}
