//! Writes what was learned as the file that the classifier embeds.

use classify::understand::model::{LENGTH, POINTS};

use crate::learn::Learned;

/// The file's bytes: what was learned of sentences and of calls, and the curves of workflows, of
/// `other` and of calls.
#[must_use]
pub fn bytes(sentences: &Learned, calls: &Learned, curves: &[[u16; POINTS]; 3]) -> Vec<u8> {
    let mut file = Vec::with_capacity(LENGTH);
    for learned in [sentences, calls] {
        let scale = scale(learned);
        file.extend(
            learned
                .weights
                .iter()
                .flatten()
                .map(|weight| quantised(*weight, scale).cast_unsigned()),
        );
        file.extend(scale.to_le_bytes());
        file.extend(learned.bias.iter().flat_map(|bias| bias.to_le_bytes()));
    }
    file.extend(
        curves
            .iter()
            .flatten()
            .flat_map(|point| point.to_le_bytes()),
    );
    file
}

/// What was learned, as coarse as the file holds it.
#[must_use]
pub fn coarse(learned: &Learned) -> Learned {
    let scale = scale(learned);
    let mut coarse = learned.clone();
    for weight in coarse.weights.iter_mut().flatten() {
        *weight = f32::from(quantised(*weight, scale)) * scale;
    }
    coarse
}

/// What one step of eight bits is worth: the few largest weights are cut, so that the many small
/// ones keep their shape.
fn scale(learned: &Learned) -> f32 {
    let mut sizes: Vec<f32> = learned
        .weights
        .iter()
        .flatten()
        .map(|weight| weight.abs())
        .collect();
    sizes.sort_by(f32::total_cmp);
    let largest = sizes
        .get(sizes.len() * 9_998 / 10_000)
        .copied()
        .unwrap_or(1.0);
    largest.max(1e-6) / 127.0
}

fn quantised(weight: f32, scale: f32) -> i8 {
    (weight / scale).round().clamp(-127.0, 127.0) as i8
}
