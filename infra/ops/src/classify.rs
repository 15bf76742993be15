//! `ledgerline classify` and `ledgerline fields`: what is made of a merchant's own calls.
//!
//! A line in, a line out. A line is `{"id","text"}`, `{"id","turns":[{"role","content"}]}` or a
//! body as DialNexa delivers it; a text may name its speakers ("Agent: … User: …"). `at` (RFC 3339
//! or a date), `currency`, `country` (ISO) and `time_zone` may stand beside an id to say where and
//! when a call took place; otherwise it is now, and the settings' market.

use std::borrow::Cow;
use std::io::{BufRead, Write};

use classify::understand::extract::{Country, Text, date, email, money, phone, reference};
use classify::understand::{Heard, Mapping, Understanding, read as understand_words, understand};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::call::{Delivery, Json, parse_transcript};
use shared::case::{Fields, Workflow};
use shared::money::Currency;
use shared::redact::{Settings, Speaker, Turn, redact_turns};

use crate::lines::{Answer, LineError, SaidTurn, answer_each};

/// What a line has to be.
const WANTED: &str = "an object with \"text\" or \"turns\", or a DialNexa body with a call";

/// What is asked of each line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// The workflow, the captured fields and the summary.
    Classify,
    /// Only what the words hold: amounts, addresses, numbers, references, dates.
    Fields,
}

#[derive(Deserialize)]
struct Input<'line> {
    #[serde(default)]
    id: Value,
    #[serde(default, borrow)]
    text: Option<Cow<'line, str>>,
    #[serde(default)]
    turns: Option<Vec<SaidTurn>>,
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    currency: Option<Currency>,
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    time_zone: Option<String>,
}

#[derive(Serialize)]
struct Classified<'a> {
    id: Value,
    workflow: Workflow,
    confidence: f64,
    also: &'a [Workflow],
    fields: &'a Fields,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    disagreements: &'a [String],
    evidence: &'a [usize],
    summary: &'a str,
}

#[derive(Serialize)]
struct Extracted {
    id: Value,
    fields: Found,
}

#[derive(Serialize)]
struct Found {
    amounts: Vec<FoundAmount>,
    emails: Vec<String>,
    phones: Vec<String>,
    references: Vec<String>,
    dates: Vec<Date>,
}

#[derive(Serialize)]
struct FoundAmount {
    subunits: i64,
    currency: Currency,
    /// In characters of the text, as a reader in any language counts them.
    start: usize,
    end: usize,
    currency_said: bool,
}

/// Understands each line of `input` into a line of `output`. `now` stands for a line's own time
/// where it has none.
///
/// # Errors
/// As [`answer_each`].
pub fn run(
    input: impl BufRead,
    output: impl Write,
    ask: Ask,
    mapping: &Mapping,
    now: Timestamp,
) -> Result<(), LineError> {
    answer_each(input, output, WANTED, |line| match line.trim() {
        "" => Answer::Nothing,
        line => answer(line, ask, mapping, now).map_or(Answer::Refused, Answer::Line),
    })
}

fn answer(line: &str, ask: Ask, mapping: &Mapping, now: Timestamp) -> Option<String> {
    let input: Input<'_> = serde_json::from_str(line).ok()?;
    let turns: Vec<(Speaker, String)> = match (&input.text, &input.turns) {
        (Some(text), None) => match ask {
            Ask::Fields => vec![(Speaker::Unknown, text.clone().into_owned())],
            Ask::Classify => parse_transcript(&Json::Text(Cow::Borrowed(text)))
                .into_iter()
                .map(|turn| (turn.speaker, turn.content.into_owned()))
                .collect(),
        },
        (None, Some(turns)) => turns
            .iter()
            .map(|turn| (turn.speaker(), turn.content.clone()))
            .collect(),
        _ => return body(line, ask, mapping, now),
    };
    let mapping = local(&input, mapping);
    let at = input
        .at
        .as_deref()
        .and_then(|at| moment(at, &mapping.time_zone))
        .unwrap_or(now);
    match ask {
        Ask::Fields => {
            let texts: Vec<&str> = turns.iter().map(|(_, text)| text.as_str()).collect();
            extracted(input.id, &texts.join("\n"), &mapping, at)
        }
        Ask::Classify => {
            let said: Vec<Turn<'_>> = turns
                .iter()
                .map(|(speaker, content)| Turn {
                    speaker: *speaker,
                    content,
                })
                .collect();
            let redacted: Vec<(Speaker, String)> = redact_turns(&said, &Settings::default())
                .into_iter()
                .zip(&turns)
                .map(|((redacted, _), (speaker, _))| (*speaker, redacted.render()))
                .collect();
            let turns: Vec<(Speaker, &str)> = redacted
                .iter()
                .map(|(speaker, text)| (*speaker, text.as_str()))
                .collect();
            let heard = Heard {
                turns: &turns,
                summary: None,
                analysis: &[],
                metadata: &[],
                at,
                direction: None,
            };
            let Understanding {
                workflow,
                confidence,
                also,
                fields,
                disagreements,
                evidence,
                summary,
            } = understand_words(&heard, &mapping);
            classified(&Classified {
                id: input.id,
                workflow,
                confidence: f64::from(confidence.thousandths()) / 1000.0,
                also: &also,
                fields: &fields,
                disagreements: &disagreements,
                evidence: &evidence,
                summary: &summary,
            })
        }
    }
}

/// A body as DialNexa delivers it.
fn body(line: &str, ask: Ask, mapping: &Mapping, now: Timestamp) -> Option<String> {
    let Delivery::Call(raw) = shared::call::read(line.as_bytes()).ok()? else {
        return None;
    };
    let event = shared::call::scrub(&raw, now, &Settings::default());
    let id = Value::String(event.call.to_string());
    match ask {
        Ask::Fields => {
            let texts: Vec<String> = event
                .transcript
                .iter()
                .map(|turn| turn.text.render())
                .collect();
            extracted(
                id,
                &texts.join("\n"),
                mapping,
                event.initiated_at.unwrap_or(now),
            )
        }
        Ask::Classify => {
            let case = understand(&event, mapping);
            classified(&Classified {
                id,
                workflow: case.workflow,
                confidence: f64::from(case.confidence.thousandths()) / 1000.0,
                also: &case.also,
                fields: &case.fields,
                disagreements: &case.disagreements,
                evidence: &case.evidence,
                summary: &case.summary,
            })
        }
    }
}

fn classified(answer: &Classified<'_>) -> Option<String> {
    serde_json::to_string(answer).ok()
}

fn extracted(id: Value, text: &str, mapping: &Mapping, at: Timestamp) -> Option<String> {
    let words = Text::new(text);
    let today = mapping.time_zone.to_datetime(at).date();
    let character = |byte: usize| text.get(..byte).map_or(0, |head| head.chars().count());
    let fields = Found {
        amounts: money::amounts(&words, mapping.default_currency)
            .into_iter()
            .map(|amount| FoundAmount {
                subunits: amount.money.subunits,
                currency: amount.money.currency,
                start: character(amount.start),
                end: character(amount.end),
                currency_said: amount.currency_said,
            })
            .collect(),
        emails: email::emails(&words)
            .iter()
            .map(|email| email.expose().to_owned())
            .collect(),
        phones: phone::phones(&words, mapping.country)
            .iter()
            .map(|phone| phone.expose().to_owned())
            .collect(),
        references: reference::references(&words)
            .iter()
            .map(|reference| reference.as_str().to_owned())
            .collect(),
        dates: date::dates(&words, today)
            .into_iter()
            .map(|dated| dated.date)
            .collect(),
    };
    serde_json::to_string(&Extracted { id, fields }).ok()
}

/// The mapping with what the line says of its own market.
fn local<'m>(input: &Input<'_>, mapping: &'m Mapping) -> Cow<'m, Mapping> {
    let country = input.country.as_deref().and_then(Country::from_iso);
    let time_zone = input
        .time_zone
        .as_deref()
        .and_then(|name| TimeZone::get(name).ok());
    if country.is_none() && time_zone.is_none() && input.currency.is_none() {
        return Cow::Borrowed(mapping);
    }
    let mut mapping = mapping.clone();
    mapping.country = country.unwrap_or(mapping.country);
    mapping.default_currency = input.currency.unwrap_or(mapping.default_currency);
    mapping.time_zone = time_zone.unwrap_or(mapping.time_zone);
    Cow::Owned(mapping)
}

fn moment(at: &str, time_zone: &TimeZone) -> Option<Timestamp> {
    at.parse().ok().or_else(|| {
        let noon = at.parse::<Date>().ok()?.at(12, 0, 0, 0);
        time_zone.to_timestamp(noon).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(input: &str, ask: Ask) -> Value {
        let mut output = Vec::new();
        let now = "2026-11-24T09:00:00Z".parse().unwrap();
        run(input.as_bytes(), &mut output, ask, &Mapping::default(), now).unwrap();
        serde_json::from_slice(&output).unwrap()
    }

    #[test]
    fn a_line_of_text_comes_back_with_its_workflow() {
        let answer = answered(
            r#"{"id":"a","text":"Agent: How can I help? User: I was charged twice for order 1042, 15k each."}"#,
            Ask::Classify,
        );
        assert_eq!(answer["id"], "a");
        assert_eq!(answer["workflow"], "duplicate_charge");
        assert_eq!(answer["fields"]["amount"]["value"]["subunits"], 1_500_000);
        assert!(
            answer["summary"]
                .as_str()
                .unwrap()
                .contains("charged twice")
        );
        assert!(answer["confidence"].as_f64().unwrap() > 0.5);
    }

    #[test]
    fn fields_say_where_an_amount_stands_in_characters() {
        let answer = answered(
            r#"{"id":1,"text":"é ₦15,000.50 by next Friday, ada dot obi at gmail dot com"}"#,
            Ask::Fields,
        );
        let amount = &answer["fields"]["amounts"][0];
        assert_eq!(amount["subunits"], 1_500_050);
        assert_eq!(amount["currency"], "NGN");
        assert_eq!(
            (amount["start"].as_u64(), amount["end"].as_u64()),
            (Some(2), Some(12))
        );
        assert_eq!(answer["fields"]["emails"][0], "ada.obi@gmail.com");
        assert_eq!(answer["fields"]["dates"][0], "2026-12-04");
    }

    #[test]
    fn a_line_says_where_it_was_spoken() {
        let answer = answered(
            r#"{"id":1,"text":"15k and 0244123456 tomorrow","currency":"GHS","country":"GH","at":"2026-01-01"}"#,
            Ask::Fields,
        );
        assert_eq!(answer["fields"]["amounts"][0]["currency"], "GHS");
        assert_eq!(answer["fields"]["phones"][0], "+233244123456");
        assert_eq!(answer["fields"]["dates"][0], "2026-01-02");
    }

    #[test]
    fn a_body_of_dialnexa_is_understood_as_it_is() {
        let body = r#"{"event_type":"call_ended","payload":{"call":{"id":"call_1","direction":"inbound","status":"completed","from_number":"2348031234567","transcript_url":"https://calls.example.com/t/1","transcript":"User: Please send me a payment request for 15,000 naira","post_call_analysis":{"Outcome":"Payment request","Amount":"15000"}}}}"#;
        let answer = answered(body, Ask::Classify);
        assert_eq!(answer["id"], "call_1");
        assert_eq!(answer["workflow"], "payment_request");
        assert_eq!(answer["fields"]["amount"]["corroborated"], true);
        assert_eq!(
            answer["fields"]["transcript_link"]["value"],
            "https://calls.example.com/t/1"
        );
    }

    #[test]
    fn a_line_of_another_form_is_named_by_its_number() {
        let now = "2026-11-24T09:00:00Z".parse().unwrap();
        let error = run(
            "{}".as_bytes(),
            Vec::new(),
            Ask::Fields,
            &Mapping::default(),
            now,
        );
        assert!(matches!(error, Err(LineError::Form { line: 1, .. })));
    }
}
