//! What there is to learn from: other people's labelled utterances, and our own patterns for the
//! workflows that those lack.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use shared::case::Workflow;
use thiserror::Error;

use crate::learn::{Example, Random};

/// How many sentences are drawn from one pattern at most.
const DRAWS: usize = 48;
/// What all sentences of one pattern weigh together, in examples.
const PATTERN_WEIGHT: f32 = 24.0;

/// The sources of the utterances, each a family of its own kind.
pub const FAMILIES: [&str; 6] = [
    "banking77",
    "clinc150",
    "dstc11",
    "multidogo",
    "nlupp",
    "star",
];

/// Why the data could not be read.
#[derive(Debug, Error)]
pub enum DataError {
    /// A file is missing or unreadable.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A line of labelled utterances is not one.
    #[error("line {line} of {path} is no labelled utterance")]
    Malformed {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// A pattern's braces do not match, or it names a list that is not there.
    #[error("pattern of {path} is broken: {pattern}")]
    Pattern {
        /// The file.
        path: String,
        /// The pattern.
        pattern: String,
    },
}

/// A labelled utterance, as the files of `data/intents` hold them.
#[derive(Debug, Deserialize)]
struct Utterance {
    text: String,
    label: Workflow,
    source: String,
}

/// The position of a workflow in `Workflow::ALL`.
#[must_use]
pub fn position(workflow: Workflow) -> usize {
    Workflow::ALL
        .iter()
        .position(|known| *known == workflow)
        .unwrap_or_default()
}

pub(crate) fn read(path: &Path) -> Result<String, DataError> {
    std::fs::read_to_string(path).map_err(|source| DataError::Unreadable {
        path: path.display().to_string(),
        source,
    })
}

/// Labelled utterances, one JSON object a line.
///
/// # Errors
/// [`DataError`] where the file is missing or a line is not one.
pub fn utterances(path: &Path) -> Result<Vec<Example>, DataError> {
    read(path)?
        .lines()
        .enumerate()
        .map(|(line, json)| {
            let utterance: Utterance =
                serde_json::from_str(json).map_err(|source| DataError::Malformed {
                    path: path.display().to_string(),
                    line: line + 1,
                    source,
                })?;
            Ok(Example::new(
                utterance.text,
                position(utterance.label),
                1.0,
                &utterance.source,
            ))
        })
        .collect()
}

/// The lists that the patterns of `folder` draw from.
pub(crate) fn lists(folder: &Path) -> Result<BTreeMap<String, String>, DataError> {
    Ok(read(&folder.join("lists.txt"))?
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, list)| (name.to_owned(), list.to_owned()))
        .collect())
}

/// The sentences of our own patterns, drawn with `seed`.
///
/// # Errors
/// [`DataError`] where a file is missing or a pattern is broken.
pub fn patterns(folder: &Path, seed: u64) -> Result<Vec<Example>, DataError> {
    let lists = lists(folder)?;
    let mut examples = Vec::new();
    let mut random = Random::new(seed);
    for workflow in Workflow::ALL {
        let path = folder.join(format!("{workflow}.txt"));
        let text = read(&path)?;
        for pattern in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let broken = || DataError::Pattern {
                path: path.display().to_string(),
                pattern: pattern.to_owned(),
            };
            let mut drawn = std::collections::BTreeSet::new();
            for _ in 0..DRAWS {
                let sentence = draw(pattern, &lists, &mut random, 0).ok_or_else(broken)?;
                drawn.insert(sentence.split_whitespace().collect::<Vec<_>>().join(" "));
            }
            #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
            let weight = (PATTERN_WEIGHT / drawn.len() as f32).min(1.0);
            examples.extend(drawn.into_iter().map(|sentence| {
                Example::new(sentence, position(workflow), weight, "ledgerline-patterns")
            }));
        }
    }
    Ok(examples)
}

/// One sentence of `pattern`: `{a|b}` chooses, `$name` is a list's choice.
pub(crate) fn draw(
    pattern: &str,
    lists: &BTreeMap<String, String>,
    random: &mut Random,
    depth: usize,
) -> Option<String> {
    if depth > 6 {
        return None;
    }
    let mut sentence = String::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '$', '}']) {
        let (plain, special) = rest.split_at_checked(at)?;
        sentence.push_str(plain);
        if special.starts_with('$') {
            let name_length = special
                .bytes()
                .skip(1)
                .take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_')
                .count();
            let name = special.get(1..=name_length)?;
            if let Some(list) = lists.get(name) {
                sentence.push_str(&draw(list, lists, random, depth + 1)?);
            } else if name.is_empty() {
                sentence.push('$');
            } else {
                return None;
            }
            rest = special.get(1 + name_length..)?;
        } else if special.starts_with('{') {
            let (choices, after) = choices(special.get(1..)?)?;
            let chosen = choices.get(random.below(choices.len()))?;
            sentence.push_str(&draw(chosen, lists, random, depth + 1)?);
            rest = after;
        } else {
            return None;
        }
    }
    sentence.push_str(rest);
    Some(sentence)
}

/// The choices up to the closing brace, and what follows it.
fn choices(text: &str) -> Option<(Vec<&str>, &str)> {
    let mut depth = 0_usize;
    let mut from = 0;
    let mut choices = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => {
                choices.push(text.get(from..at)?);
                return Some((choices, text.get(at + 1..)?));
            }
            b'}' => depth -= 1,
            b'|' if depth == 0 => {
                choices.push(text.get(from..at)?);
                from = at + 1;
            }
            _ => {}
        }
    }
    None
}
