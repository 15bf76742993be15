//! A line in, a line out: what `redact`, `classify` and `fields` read, and how they answer.

use std::io::{self, BufRead, Write};

use serde::Deserialize;
use shared::error::Class;
use shared::redact::Speaker;

/// Why a line was not answered. It names the line by its number and holds none of its text.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
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
    /// The line is of no form that the command takes.
    #[error("line {line} is not {wanted}")]
    Form {
        /// The line, from 1.
        line: usize,
        /// What the command takes.
        wanted: &'static str,
    },
}

impl LineError {
    /// What it means for what happens next.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::Read { .. } | Self::Write { .. } => Class::RetryLater,
            Self::Form { .. } => Class::Rejected,
        }
    }
}

/// What becomes of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// This is written.
    Line(String),
    /// Nothing is written.
    Nothing,
    /// The line is of no form that the command takes.
    Refused,
}

/// Writes to `output` what `answer` makes of each line of `input`. `wanted` says, for the error,
/// what a line has to be.
///
/// # Errors
/// When a line cannot be read, is refused, or cannot be written. The lines before it are written
/// by then.
pub fn answer_each(
    mut input: impl BufRead,
    mut output: impl Write,
    wanted: &'static str,
    mut answer: impl FnMut(&str) -> Answer,
) -> Result<(), LineError> {
    let mut buffer = String::new();
    for line in 1.. {
        buffer.clear();
        let read = input
            .read_line(&mut buffer)
            .map_err(|source| LineError::Read { line, source })?;
        if read == 0 {
            break;
        }
        match answer(buffer.trim_end_matches(['\n', '\r'])) {
            Answer::Line(text) => {
                writeln!(output, "{text}").map_err(|source| LineError::Write { line, source })?;
            }
            Answer::Nothing => {}
            Answer::Refused => return Err(LineError::Form { line, wanted }),
        }
    }
    output
        .flush()
        .map_err(|source| LineError::Write { line: 0, source })
}

/// A turn as a line holds it.
#[derive(Debug, Deserialize)]
pub struct SaidTurn {
    /// Who speaks, in the words of whoever wrote it down.
    #[serde(default)]
    pub role: String,
    /// What is said.
    #[serde(default)]
    pub content: String,
}

impl SaidTurn {
    /// Who speaks.
    #[must_use]
    pub fn speaker(&self) -> Speaker {
        match self.role.to_ascii_lowercase().as_str() {
            "agent" | "assistant" | "bot" | "ai" | "system" => Speaker::Agent,
            "user" | "caller" | "customer" | "human" => Speaker::Caller,
            _ => Speaker::Unknown,
        }
    }
}
