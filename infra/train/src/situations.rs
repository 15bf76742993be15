//! Calls that tell of a situation and never name what they want: what there is to learn from.

use std::collections::BTreeMap;
use std::path::Path;

use classify::understand::model::best;
use shared::case::Workflow;

use crate::data::{self, DataError, position};
use crate::learn::{Example, Options, Random, learn};
use crate::weights;

/// How many calls are drawn from one pattern.
const DRAWS: usize = 24;
/// Fewer exchanges of small talk than this stand before a turn that tells something.
const MOST_TALK: usize = 4;
/// What an utterance weighs that is a call of its own.
const ALONE: f32 = 0.2;
/// How many calls are heaped up of utterances that ask for nothing.
const HEAPS: usize = 1000;

/// What calls are learned from.
#[derive(Debug, Clone)]
pub struct Calls {
    /// Those of the situations first, then what stands behind them.
    pub examples: Vec<Example>,
    /// How many are situations.
    pub situations: usize,
}

/// What calls are learned from, drawn with `seed` from the patterns and utterances of `root`.
///
/// # Errors
/// [`DataError`] where a file is missing or broken.
pub fn read(root: &Path, seed: u64) -> Result<Calls, DataError> {
    let mut examples = situations(root, seed)?;
    let situations = examples.len();
    let mut said = data::utterances(&root.join("intents/intent_dev.jsonl"))?;
    let heaps = heaps(&said, seed);
    said.extend(data::patterns(&root.join("patterns"), seed)?);
    examples.extend(said.into_iter().map(|example| {
        let weight = ALONE * example.weight;
        let turns = [(false, example.text)];
        Example::of_call(&turns, example.label, weight, &example.source)
    }));
    examples.extend(heaps);
    Ok(Calls {
        examples,
        situations,
    })
}

/// Calls of a few utterances each that ask for nothing.
fn heaps(utterances: &[Example], seed: u64) -> Vec<Example> {
    let other = position(Workflow::Other);
    let harmless: Vec<&str> = utterances
        .iter()
        .filter(|example| example.label == other)
        .map(|example| example.text.as_str())
        .collect();
    let mut random = Random::new(seed);
    (0..HEAPS)
        .map(|_| {
            let turns: Vec<(bool, String)> = (0..2 + random.below(4))
                .filter_map(|_| harmless.get(random.below(harmless.len())))
                .map(|text| (false, (*text).to_owned()))
                .collect();
            Example::of_call(&turns, other, 1.0, "heap")
        })
        .collect()
}

/// The calls of our own patterns, one pattern a line: turns stand between ` / `, our own agent's
/// behind an `@`.
fn situations(root: &Path, seed: u64) -> Result<Vec<Example>, DataError> {
    let lists = data::lists(&root.join("patterns"))?;
    let mut random = Random::new(seed);
    let mut examples = Vec::new();
    for workflow in Workflow::ALL {
        let path = root.join("situations").join(format!("{workflow}.txt"));
        for (line, pattern) in data::read(&path)?.lines().enumerate() {
            if pattern.is_empty() || pattern.starts_with('#') {
                continue;
            }
            let source = format!("{workflow}-{line}");
            for _ in 0..DRAWS {
                let turns =
                    call(pattern, &lists, &mut random).ok_or_else(|| DataError::Pattern {
                        path: path.display().to_string(),
                        pattern: pattern.to_owned(),
                    })?;
                examples.push(Example::of_call(&turns, position(workflow), 1.0, &source));
            }
        }
    }
    Ok(examples)
}

/// One call of `pattern`: now and then a turn of it is left out, and small talk stands between.
fn call(
    pattern: &str,
    lists: &BTreeMap<String, String>,
    random: &mut Random,
) -> Option<Vec<(bool, String)>> {
    let parts: Vec<&str> = pattern.split(" / ").collect();
    let left_out = random.below(parts.len() * 2);
    let talkative = random.below(MOST_TALK);
    let mut turns = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        for _ in 0..random.below(1 + talkative) {
            turns.push((true, data::draw("$courtesy", lists, random, 0)?));
            if random.below(2) == 0 {
                turns.push((false, data::draw("$chat", lists, random, 0)?));
            }
        }
        let said = data::draw(part, lists, random, 0)?;
        if place != left_out || parts.len() < 3 {
            let by_agent = said.starts_with('@');
            turns.push((by_agent, said.trim_start_matches(['@', ' ']).to_owned()));
        }
    }
    Some(turns)
}

/// What is made of each situation by a model that saw nothing of its pattern: what it should be,
/// what it was, and by how much that led.
#[must_use]
pub fn unseen(told: &Calls, parts: usize, options: Options) -> Vec<(Workflow, Workflow, f32)> {
    let mut decisions = Vec::new();
    for part in 0..parts {
        let hidden = |index: usize, example: &Example| {
            index < told.situations && part_of(example, parts) == part
        };
        let (unseen, seen): (Vec<_>, Vec<_>) = told
            .examples
            .iter()
            .enumerate()
            .map(|(index, example)| (index, hidden(index, example)))
            .partition(|(_, is_hidden)| *is_hidden);
        let seen: Vec<usize> = seen.into_iter().map(|(index, _)| index).collect();
        let learned = weights::coarse(&learn(&told.examples, &seen, options));
        for example in unseen
            .iter()
            .filter_map(|(index, _)| told.examples.get(*index))
        {
            let (given, margin) = best(&learned.scores(&example.features));
            let expected = Workflow::ALL.get(example.label).copied();
            decisions.push((expected.unwrap_or(Workflow::Other), given, margin));
        }
    }
    decisions
}

/// Into which of `parts` the pattern of a call falls: what is drawn from one pattern is either all
/// learned from or all unseen.
fn part_of(example: &Example, parts: usize) -> usize {
    let mut mixed = Random::new(example.source.bytes().fold(0, |sum: u64, byte| {
        sum.wrapping_mul(31).wrapping_add(u64::from(byte))
    }));
    mixed.below(parts)
}
