//! `train`: learns from `data` and writes the weights that the classifier embeds.

use std::path::{Path, PathBuf};

use classify::understand::model::POINTS;
use shared::case::Workflow;
use train::calibrate::{Decision, curve};
use train::learn::{Example, Options, Random, learn};
use train::situations::Calls;
use train::{data, situations, weights};

/// How many parts the utterances are cut into for calibration.
const FOLDS: usize = 5;
/// How much a decision counts that was made without the sentence's whole source: other people's
/// calls are unlike ours in that way too.
const STRANGE: f32 = 0.35;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut examples = data::utterances(&root.join("data/intents/intent_dev.jsonl"))?;
    let utterances = examples.len();
    let options = Options::default();
    examples.extend(data::patterns(&root.join("data/patterns"), options.seed)?);
    let (workflows, other) = calibration(&examples, utterances, options);
    let all: Vec<usize> = (0..examples.len()).collect();
    let sentences = learn(&examples, &all, options);
    let options = Options::of_calls();
    let told = situations::read(&root.join("data"), options.seed)?;
    let curves = [workflows, other, calibration_of_calls(&told, options)];
    let all: Vec<usize> = (0..told.examples.len()).collect();
    let calls = learn(&told.examples, &all, options);
    let target: PathBuf = root.join("../../functions/classify/src/understand/weights.bin");
    std::fs::write(target, weights::bytes(&sentences, &calls, &curves))?;
    Ok(())
}

/// The calibration curve of what calls tell, on patterns that were not learned from.
fn calibration_of_calls(told: &Calls, options: Options) -> [u16; POINTS] {
    let decisions = situations::unseen(told, FOLDS, options)
        .into_iter()
        .filter(|(_, given, _)| *given != Workflow::Other)
        .map(|(expected, given, margin)| Decision {
            margin,
            right: given == expected,
            weight: 1.0,
        })
        .collect();
    curve(decisions)
}

/// The calibration curves of workflows and of `other`.
fn calibration(
    examples: &[Example],
    utterances: usize,
    options: Options,
) -> ([u16; POINTS], [u16; POINTS]) {
    let mut order: Vec<usize> = (0..utterances).collect();
    Random::new(options.seed).shuffle(&mut order);
    let fold_of: Vec<usize> = {
        let mut folds = vec![0; utterances];
        for (place, index) in order.iter().enumerate() {
            if let Some(fold) = folds.get_mut(*index) {
                *fold = place % FOLDS;
            }
        }
        folds
    };
    let mut decisions: (Vec<Decision>, Vec<Decision>) = (Vec::new(), Vec::new());
    let mut look = |unseen: &dyn Fn(usize) -> bool, weight: f32| {
        let seen: Vec<usize> = (0..examples.len())
            .filter(|index| *index >= utterances || !unseen(*index))
            .collect();
        let learned = weights::coarse(&learn(examples, &seen, options));
        for example in (0..utterances)
            .filter(|index| unseen(*index))
            .filter_map(|index| examples.get(index))
        {
            let (workflow, margin) = learned.decide(&example.text);
            let right = data::position(workflow) == example.label;
            let side = if workflow == Workflow::Other {
                &mut decisions.1
            } else {
                &mut decisions.0
            };
            side.push(Decision {
                margin,
                right,
                weight,
            });
        }
    };
    for fold in 0..FOLDS {
        look(&|index| fold_of.get(index) == Some(&fold), 1.0);
    }
    for source in data::FAMILIES {
        let belongs = |index: usize| {
            examples
                .get(index)
                .is_some_and(|example| example.source.starts_with(source))
        };
        look(&belongs, STRANGE);
    }
    (curve(decisions.0), curve(decisions.1))
}
