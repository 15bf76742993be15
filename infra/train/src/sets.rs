//! The labelled sets of whole calls and of spoken fields, and what is made of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use classify::understand::extract::{Country, Text, date, email, money, phone, reference};
use classify::understand::{Heard, Mapping, Understanding, read};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::case::Workflow;
use shared::money::{Currency, Money};
use shared::redact::Speaker;

use crate::data::DataError;
use crate::measure::Answer;

/// A whole call with what it is about.
#[derive(Debug, Deserialize)]
pub struct Call {
    /// Its name in the set.
    pub id: String,
    /// Whether the caller names the matter or only describes it, in the sets that tell.
    #[serde(default)]
    pub manner: Manner,
    turns: Vec<Said>,
    /// What is to be made of it.
    pub expected: ExpectedCall,
}

/// How a caller speaks of what they want.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Manner {
    /// By its name.
    #[default]
    Named,
    /// By what happened.
    Described,
    /// In one utterance, by either.
    Single,
}

#[derive(Debug, Deserialize)]
struct Said {
    role: String,
    content: String,
}

/// What is to be made of a call.
#[derive(Debug, Deserialize)]
pub struct ExpectedCall {
    /// Its main workflow.
    pub workflow: Workflow,
    /// The caller's name, where it is said.
    pub customer_name: Option<String>,
    /// The caller's address, where it is said.
    pub email: Option<String>,
}

impl Call {
    /// What was said, by whom.
    #[must_use]
    pub fn turns(&self) -> Vec<(Speaker, &str)> {
        self.turns
            .iter()
            .map(|said| {
                let speaker = if said.role == "agent" {
                    Speaker::Agent
                } else {
                    Speaker::Caller
                };
                (speaker, said.content.as_str())
            })
            .collect()
    }
}

/// What is made of turns that came with nothing beside them.
#[must_use]
pub fn understood(turns: &[(Speaker, &str)]) -> Understanding {
    let heard = Heard {
        turns,
        summary: None,
        analysis: &[],
        metadata: &[],
        at: Timestamp::UNIX_EPOCH,
        direction: None,
    };
    read(&heard, &Mapping::default())
}

/// A line as it is spoken, with the fields that it holds.
#[derive(Debug, Deserialize)]
pub struct Line {
    /// Its name in the set.
    pub id: String,
    kind: String,
    /// As it is spoken.
    pub text: String,
    at: Date,
    currency: Option<Currency>,
    country: Option<String>,
    /// What it holds.
    pub expected: Fields,
}

/// The fields of a line.
#[derive(Debug, PartialEq, Deserialize)]
pub struct Fields {
    amounts: Vec<Money>,
    emails: Vec<String>,
    phones: Vec<String>,
    references: Vec<String>,
    dates: Vec<Date>,
}

impl Line {
    /// The fields that are heard in it.
    #[must_use]
    pub fn heard(&self) -> Fields {
        let mapping = Mapping::default();
        let text = Text::new(&self.text);
        let currency = self.currency.unwrap_or(mapping.default_currency);
        let country = self
            .country
            .as_deref()
            .and_then(Country::from_iso)
            .unwrap_or(mapping.country);
        Fields {
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
            dates: date::dates(&text, self.at)
                .iter()
                .map(|dated| dated.date)
                .collect(),
        }
    }
}

/// The set of whole calls.
///
/// # Errors
/// [`DataError`] where the set is missing or broken.
pub fn calls() -> Result<Vec<Call>, DataError> {
    lines(&labelled("calls.jsonl"))
}

/// The set of spoken lines.
///
/// # Errors
/// [`DataError`] where the set is missing or broken.
pub fn spoken() -> Result<Vec<Line>, DataError> {
    lines(&labelled("fields.jsonl"))
}

/// The four sets that were written before anybody looked at what is made of them: the first before
/// calls were learned from, the second after; the third and the fourth, of calls and single
/// utterances, before and after the last situations were written.
///
/// # Errors
/// [`DataError`] where a set is missing or broken.
pub fn blind() -> Result<[Vec<Call>; 4], DataError> {
    Ok([
        lines(&labelled("blind_first.jsonl"))?,
        lines(&labelled("blind_second.jsonl"))?,
        lines(&labelled("blind_third.jsonl"))?,
        lines(&labelled("blind_fourth.jsonl"))?,
    ])
}

fn labelled(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/understanding")
        .join(name)
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

/// What is made of each of `calls`.
#[must_use]
pub fn answers<'a>(calls: impl IntoIterator<Item = &'a Call>) -> Vec<Answer> {
    calls
        .into_iter()
        .map(|call| {
            let understood = understood(&call.turns());
            Answer {
                expected: call.expected.workflow,
                given: understood.workflow,
                confidence: understood.confidence.thousandths(),
            }
        })
        .collect()
}

/// How many of `lines` are heard exactly, by kind, as a table for people.
#[must_use]
pub fn table(lines: &[Line]) -> String {
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for line in lines {
        let kind = kinds.entry(&line.kind).or_default();
        kind.0 += usize::from(line.heard() == line.expected);
        kind.1 += 1;
    }
    let right: usize = kinds.values().map(|kind| kind.0).sum();
    let mut text = format!("Spoken fields: {right} of {} lines exact\n", lines.len());
    for (kind, (right, all)) in kinds {
        let _ = writeln!(text, "  {kind:20} {right} of {all}");
    }
    text
}
