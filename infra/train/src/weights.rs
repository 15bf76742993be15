//! Writes what was learned as the file that the classifier embeds.

use classify::understand::features::BUCKETS;
use classify::understand::model::{LABELS, LENGTH, POINTS, ROW};

use crate::learn::Learned;

/// The file's bytes.
#[must_use]
pub fn bytes(learned: &Learned, workflows: &[u16; POINTS], other: &[u16; POINTS]) -> Vec<u8> {
    let scale = scale(learned);
    let mut file = Vec::with_capacity(LENGTH);
    for row in learned.weights.iter().take(BUCKETS) {
        file.extend(
            row.iter()
                .map(|weight| quantised(*weight, scale).cast_unsigned()),
        );
        file.extend(std::iter::repeat_n(0, ROW - LABELS));
    }
    file.extend(scale.to_le_bytes());
    file.extend(learned.bias.iter().flat_map(|bias| bias.to_le_bytes()));
    file.extend(
        workflows
            .iter()
            .chain(other)
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
