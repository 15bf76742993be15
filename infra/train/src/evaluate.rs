//! `evaluate`: how well calls are understood, measured on what was not learned from.

#![expect(clippy::cast_precision_loss, reason = "counts of utterances are small")]

use std::io::Write;
use std::path::Path;

use classify::understand::model::{call_confidence, confidence};
use shared::case::Workflow;
use train::data::DataError;
use train::learn::{Example, Options, Random, learn};
use train::measure::{Answer, table};
use train::sets::Manner;
use train::{data, sets, situations, weights};

/// How many parts the utterances are cut into.
const FOLDS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut output = std::io::stdout().lock();
    let mut examples = data::utterances(&root.join("data/intents/intent_dev.jsonl"))?;
    let utterances = examples.len();
    let options = Options::default();
    examples.extend(data::patterns(&root.join("data/patterns"), options.seed)?);

    // Another shuffle than the one that the calibration curves were made with.
    let mut folds: Vec<usize> = (0..utterances).map(|index| index % FOLDS).collect();
    Random::new(options.seed + 1).shuffle(&mut folds);
    let mut answers = Vec::new();
    for fold in 0..FOLDS {
        answers.extend(unseen(&examples, utterances, options, &|index| {
            folds.get(index) == Some(&fold)
        }));
    }
    writeln!(
        output,
        "{}",
        table("Utterances, five-fold cross-validation", &answers)
    )?;
    writeln!(output, "{}", money(&answers))?;

    let mut strange = Vec::new();
    for family in data::FAMILIES {
        let belongs = |index: usize| {
            examples
                .get(index)
                .is_some_and(|example| example.source.starts_with(family))
        };
        let answers = unseen(&examples, utterances, options, &belongs);
        let head = table(&format!("Without {family}"), &answers);
        writeln!(output, "{}", head.lines().next().unwrap_or_default())?;
        strange.extend(answers);
    }
    writeln!(
        output,
        "\n{}",
        table("Utterances, each source learned without", &strange)
    )?;

    writeln!(
        output,
        "{}",
        table("Whole calls", &sets::answers(&sets::calls()?))
    )?;
    for (set, calls) in ["first", "second", "third", "fourth"]
        .into_iter()
        .zip(sets::blind()?)
    {
        for manner in [Manner::Named, Manner::Described, Manner::Single] {
            let answers = sets::answers(calls.iter().filter(|call| call.manner == manner));
            if answers.is_empty() {
                continue;
            }
            let title = format!("Blind calls, {set} set, {manner:?}");
            writeln!(output, "{}", table(&title, &answers))?;
        }
    }
    writeln!(
        output,
        "{}",
        table("Situations, each pattern learned without", &told(root)?)
    )?;
    writeln!(output, "{}", sets::table(&sets::spoken()?))?;
    Ok(())
}

/// What is made of calls of patterns that were not learned from.
fn told(root: &Path) -> Result<Vec<Answer>, DataError> {
    let options = Options::of_calls();
    let told = situations::read(&root.join("data"), options.seed)?;
    Ok(situations::unseen(&told, FOLDS, options)
        .into_iter()
        .map(|(expected, given, margin)| Answer {
            expected,
            given,
            confidence: call_confidence(margin).thousandths(),
        })
        .collect())
}

/// What a model that did not see the `hidden` utterances makes of them.
fn unseen(
    examples: &[Example],
    utterances: usize,
    options: Options,
    hidden: &dyn Fn(usize) -> bool,
) -> Vec<Answer> {
    let seen: Vec<usize> = (0..examples.len())
        .filter(|index| *index >= utterances || !hidden(*index))
        .collect();
    let learned = weights::coarse(&learn(examples, &seen, options));
    (0..utterances)
        .filter(|index| hidden(*index))
        .filter_map(|index| examples.get(index))
        .map(|example| {
            let (given, margin) = learned.decide(&example.text);
            Answer {
                expected: Workflow::ALL
                    .get(example.label)
                    .copied()
                    .unwrap_or(Workflow::Other),
                given,
                confidence: confidence(given, margin).thousandths(),
            }
        })
        .collect()
}

/// Precision at a coverage of 0.85 of the workflows that can move money.
fn money(answers: &[Answer]) -> String {
    let moves = |workflow: Workflow| {
        matches!(
            workflow,
            Workflow::RefundRequest | Workflow::DuplicateCharge | Workflow::DisputedCharge
        )
    };
    let mut given: Vec<&Answer> = answers
        .iter()
        .filter(|answer| moves(answer.given))
        .collect();
    given.sort_by_key(|answer| std::cmp::Reverse(answer.confidence));
    let expected = answers
        .iter()
        .filter(|answer| moves(answer.expected))
        .count();
    let mut right = 0;
    for (taken, answer) in given.iter().enumerate() {
        right += usize::from(answer.given == answer.expected);
        if right * 100 >= expected * 85 {
            let precision = 100.0 * right as f64 / (taken + 1) as f64;
            return format!(
                "Workflows that can move money: precision {precision:.1} % where 85 % of them are covered (confidence from {:.3})\n",
                f64::from(answer.confidence) / 1000.0
            );
        }
    }
    format!("Workflows that can move money: only {right} of {expected} are covered\n")
}
