//! The labelled sets of whole calls and of spoken fields.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use classify::understand::extract::{Country, Text, date, email, money, phone, reference};
use classify::understand::{Heard, Mapping, read};
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::case::Workflow;
use shared::money::{Currency, Money};
use shared::redact::Speaker;

use crate::data::DataError;
use crate::measure::Answer;

#[derive(Deserialize)]
struct Call {
    turns: Vec<Said>,
    expected: ExpectedCall,
}

#[derive(Deserialize)]
struct Said {
    role: String,
    content: String,
}

#[derive(Deserialize)]
struct ExpectedCall {
    workflow: Workflow,
}

#[derive(Deserialize)]
struct Line {
    kind: String,
    text: String,
    at: Date,
    currency: Option<Currency>,
    country: Option<String>,
    expected: ExpectedFields,
}

#[derive(PartialEq, Deserialize)]
struct ExpectedFields {
    amounts: Vec<Money>,
    emails: Vec<String>,
    phones: Vec<String>,
    references: Vec<String>,
    dates: Vec<Date>,
}

fn lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, DataError> {
    crate::data::read(path)?
        .lines()
        .enumerate()
        .map(|(line, json)| {
            serde_json::from_str(json).map_err(|source| DataError::Malformed {
                path: path.display().to_string(),
                line: line + 1,
                source,
            })
        })
        .collect()
}

/// What is made of each whole call.
///
/// # Errors
/// [`DataError`] where the set is missing or broken.
pub fn calls(path: &Path) -> Result<Vec<Answer>, DataError> {
    let mapping = Mapping::default();
    Ok(lines::<Call>(path)?
        .iter()
        .map(|call| {
            let turns: Vec<(Speaker, &str)> = call
                .turns
                .iter()
                .map(|said| {
                    let agent = said.role == "agent";
                    (
                        if agent {
                            Speaker::Agent
                        } else {
                            Speaker::Caller
                        },
                        said.content.as_str(),
                    )
                })
                .collect();
            let heard = Heard {
                turns: &turns,
                summary: None,
                analysis: &[],
                metadata: &[],
                at: jiff::Timestamp::UNIX_EPOCH,
                direction: None,
            };
            let understood = read(&heard, &mapping);
            Answer {
                expected: call.expected.workflow,
                given: understood.workflow,
                confidence: understood.confidence.thousandths(),
            }
        })
        .collect())
}

/// How many lines of each kind are heard exactly, as a table for people.
///
/// # Errors
/// [`DataError`] where the set is missing or broken.
pub fn fields(path: &Path) -> Result<String, DataError> {
    let mapping = Mapping::default();
    let mut kinds: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for line in lines::<Line>(path)? {
        let exact = heard(&line, &mapping) == line.expected;
        let kind = kinds.entry(line.kind).or_default();
        kind.0 += usize::from(exact);
        kind.1 += 1;
    }
    let (right, all) = kinds
        .values()
        .fold((0, 0), |sum, kind| (sum.0 + kind.0, sum.1 + kind.1));
    let mut text = format!("Spoken fields: {right} of {all} lines exact\n");
    for (kind, (right, all)) in kinds {
        let _ = writeln!(text, "  {kind:20} {right} of {all}");
    }
    Ok(text)
}

fn heard(line: &Line, mapping: &Mapping) -> ExpectedFields {
    let text = Text::new(&line.text);
    let currency = line.currency.unwrap_or(mapping.default_currency);
    let country = line
        .country
        .as_deref()
        .and_then(Country::from_iso)
        .unwrap_or(mapping.country);
    ExpectedFields {
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
