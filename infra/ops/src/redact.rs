//! `ledgerline redact`: what the redactor makes of a merchant's own transcripts.
//!
//! A line in, a line out: a JSON object `{"id","text"}` or `{"id","turns":[{"role","content"}]}`,
//! or plain text.

use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::error::Class;
use shared::redact::{Settings, Span, Speaker, Turn, redact, redact_turns};

/// Why a line could not be redacted. It names the line by its number and holds none of its text.
#[derive(Debug, thiserror::Error)]
pub enum RedactError {
    /// The input could not be read.
    #[error("cannot read line {line}")]
    Read {
        /// The line, from 1.
        line: usize,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The output could not be written.
    #[error("cannot write the result of line {line}")]
    Write {
        /// The line, from 1.
        line: usize,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The line is not one of the objects that are understood.
    #[error("line {line} is not an object with \"text\" or \"turns\" (column {column})")]
    Form {
        /// The line, from 1.
        line: usize,
        /// Where reading it stopped.
        column: usize,
    },
}

impl RedactError {
    /// What it means for what happens next.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::Read { .. } | Self::Write { .. } => Class::RetryLater,
            Self::Form { .. } => Class::Rejected,
        }
    }
}

#[derive(Deserialize)]
struct Input {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    turns: Option<Vec<InputTurn>>,
}

#[derive(Deserialize)]
struct InputTurn {
    #[serde(default)]
    role: String,
    #[serde(default)]
    content: String,
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
/// When a line cannot be read, is not of the form, or cannot be written. Lines before it are
/// written by then.
pub fn run(
    mut input: impl BufRead,
    mut output: impl Write,
    plain: bool,
) -> Result<(), RedactError> {
    let settings = Settings::default();
    let mut buffer = String::new();
    for line in 1.. {
        buffer.clear();
        let read = input
            .read_line(&mut buffer)
            .map_err(|source| RedactError::Read { line, source })?;
        if read == 0 {
            break;
        }
        let text = buffer.trim_end_matches(['\n', '\r']);
        let written = if plain {
            writeln!(output, "{}", redact(text, &settings).0)
        } else if text.trim().is_empty() {
            Ok(())
        } else {
            let answer = redact_line(text, settings).map_err(|error| RedactError::Form {
                line,
                column: error,
            })?;
            writeln!(output, "{answer}")
        };
        written.map_err(|source| RedactError::Write { line, source })?;
    }
    output
        .flush()
        .map_err(|source| RedactError::Write { line: 0, source })
}

/// Redacts one JSON line; the error is the column at which it stopped being one.
fn redact_line(line: &str, settings: Settings) -> Result<String, usize> {
    let input: Input = serde_json::from_str(line).map_err(|error| error.column())?;
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
                    speaker: speaker(&turn.role),
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
        _ => return Err(0),
    };
    serde_json::to_string(&output).map_err(|error| error.column())
}

fn speaker(role: &str) -> Speaker {
    match role.to_ascii_lowercase().as_str() {
        "agent" | "assistant" | "bot" | "ai" | "system" => Speaker::Agent,
        "user" | "caller" | "customer" | "human" => Speaker::Caller,
        _ => Speaker::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(input: &str, plain: bool) -> Result<String, RedactError> {
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
        assert!(matches!(error, RedactError::Form { line: 2, .. }));
        assert!(!format!("{error:?} {error}").contains("4242"));
    }
}
