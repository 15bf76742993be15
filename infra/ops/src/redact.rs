//! `ledgerline redact`: what the redactor makes of a merchant's own transcripts.
//!
//! A line in, a line out: a JSON object `{"id","text"}` or `{"id","turns":[{"role","content"}]}`,
//! or plain text.

use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::redact::{Settings, Span, Turn, redact, redact_turns};

use crate::lines::{Answer, LineError, SaidTurn, answer_each};

/// What a line has to be.
const WANTED: &str = "an object with \"text\" or \"turns\"";

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    turns: Option<Vec<SaidTurn>>,
}

#[derive(Serialize)]
struct Output<'a> {
    id: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    turns: Option<Vec<OutputTurn<'a>>>,
    spans: Vec<Span>,
}

#[derive(Serialize)]
struct OutputTurn<'a> {
    role: &'a str,
    content: String,
}

/// Redacts each line of `input` into a line of `output`; `plain` takes and gives plain text.
///
/// # Errors
/// As [`answer_each`].
pub fn run(input: impl BufRead, output: impl Write, plain: bool) -> Result<(), LineError> {
    let settings = Settings::default();
    answer_each(input, output, WANTED, |line| {
        if plain {
            Answer::Line(redact(line, &settings).0.to_string())
        } else if line.trim().is_empty() {
            Answer::Nothing
        } else {
            redact_line(line, settings).map_or(Answer::Refused, Answer::Line)
        }
    })
}

fn redact_line(line: &str, settings: Settings) -> Option<String> {
    let input: Input = serde_json::from_str(line).ok()?;
    let output = match (&input.text, &input.turns) {
        (Some(text), None) => {
            let (redacted, spans) = redact(text, &settings);
            Output {
                id: &input.id,
                text: Some(redacted.render()),
                turns: None,
                spans,
            }
        }
        (None, Some(turns)) => {
            let said: Vec<Turn<'_>> = turns
                .iter()
                .map(|turn| Turn {
                    speaker: turn.speaker(),
                    content: &turn.content,
                })
                .collect();
            let (turns, spans): (Vec<_>, Vec<_>) = redact_turns(&said, &settings)
                .into_iter()
                .zip(turns)
                .map(|((redacted, spans), turn)| {
                    (
                        OutputTurn {
                            role: &turn.role,
                            content: redacted.render(),
                        },
                        spans,
                    )
                })
                .unzip();
            Output {
                id: &input.id,
                text: None,
                turns: Some(turns),
                spans: spans.concat(),
            }
        }
        _ => return None,
    };
    serde_json::to_string(&output).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(input: &str, plain: bool) -> Result<String, LineError> {
        let mut output = Vec::new();
        run(input.as_bytes(), &mut output, plain)?;
        Ok(String::from_utf8(output).unwrap())
    }

    #[test]
    fn a_text_comes_back_with_its_spans_in_characters() {
        let line = r#"{"id":"a","text":"é my cvv is 123"}"#;
        let answer: Value = serde_json::from_str(&redacted(line, false).unwrap()).unwrap();
        assert_eq!(answer["text"], "é my cvv is [card security code removed]");
        assert_eq!(answer["spans"][0]["start"], 12);
        assert_eq!(answer["spans"][0]["end"], 15);
        assert_eq!(answer["spans"][0]["kind"], "card_security_code");
        assert_eq!(answer["id"], "a");
    }

    #[test]
    fn turns_keep_their_roles_and_spans_name_their_turn() {
        let line = r#"{"id":7,"turns":[{"role":"agent","content":"The CVV?"},{"role":"user","content":"four five six"}]}"#;
        let answer: Value = serde_json::from_str(&redacted(line, false).unwrap()).unwrap();
        assert_eq!(answer["turns"][1]["role"], "user");
        assert_eq!(
            answer["turns"][1]["content"],
            "[card security code removed]"
        );
        assert_eq!(answer["spans"][0]["turn"], 1);
        assert_eq!(answer["spans"][0]["how"], "spoken");
    }

    #[test]
    fn plain_text_stays_plain() {
        let text = "my pin is 4821\nthe invoice is 10023\n";
        assert_eq!(
            redacted(text, true).unwrap(),
            "my pin is [PIN removed]\nthe invoice is 10023\n"
        );
    }

    #[test]
    fn a_bad_line_is_named_by_its_number_and_not_by_its_text() {
        let error = redacted(
            "{\"id\":1,\"text\":\"x\"}\n{\"id\":2,\"text\":4242424242424242}\n",
            false,
        )
        .unwrap_err();
        assert!(matches!(error, LineError::Form { line: 2, .. }));
        assert!(!format!("{error:?} {error}").contains("4242"));
    }
}
