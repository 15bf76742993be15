//! The weights that the classifier carries are those that the trainer learns from the data beside
//! it, byte for byte: nobody has changed one without the other.

#![allow(
    clippy::unwrap_used,
    reason = "data that cannot be read fails its test"
)]

use std::path::Path;

use classify::understand::model::POINTS;
use train::learn::{Options, learn};
use train::{data, situations, weights};

/// Three calibration curves of two bytes a point end the file; `make train` alone makes those, since
/// that takes many times as long.
const CURVES: usize = 3 * 2 * POINTS;

#[test]
fn what_is_learned_is_what_is_carried() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let options = Options::default();
    let mut examples = data::utterances(&root.join("data/intents/intent_dev.jsonl")).unwrap();
    examples.extend(data::patterns(&root.join("data/patterns"), options.seed).unwrap());
    let all: Vec<usize> = (0..examples.len()).collect();
    let sentences = learn(&examples, &all, options);
    let options = Options::of_calls();
    let told = situations::read(&root.join("data"), options.seed).unwrap();
    let all: Vec<usize> = (0..told.examples.len()).collect();
    let calls = learn(&told.examples, &all, options);
    let made = weights::bytes(&sentences, &calls, &[[0; POINTS]; 3]);
    let carried =
        std::fs::read(root.join("../../functions/classify/src/understand/weights.bin")).unwrap();
    assert!(carried.len() <= 512 * 1024, "{}", carried.len());
    assert_eq!(made.len(), carried.len());
    let differing = made
        .iter()
        .zip(&carried)
        .take(made.len() - CURVES)
        .filter(|(one, other)| one != other)
        .count();
    assert_eq!(differing, 0, "learn them anew with `make train`");
}
