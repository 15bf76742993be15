//! The linear model: weights of eight bits in the binary, added up for the features of a sentence.

use shared::case::{Confidence, Workflow};

use super::features::{BUCKETS, idea_features, word_features};
use super::rules::adjustment;

/// How many workflows there are.
pub const LABELS: usize = Workflow::ALL.len();
/// Bytes of a bucket's row: the labels, and what rounds them up to a vector.
pub const ROW: usize = 16;
/// Points of each calibration curve; they lie [`STEP`] of margin apart.
pub const POINTS: usize = 33;
/// Margin between two points of a calibration curve.
pub const STEP: f32 = 0.5;

/// The file: rows of weights, the scale of a weight, a bias for each label, two calibration curves.
const ROWS: usize = BUCKETS * ROW;
const SCALE: usize = ROWS;
const BIAS: usize = SCALE + 4;
const CURVES: usize = BIAS + 4 * LABELS;
/// The length of the weights' file.
pub const LENGTH: usize = CURVES + 2 * 2 * POINTS;

/// Made by the trainer (`make train`).
static WEIGHTS: &[u8; LENGTH] = include_bytes!("weights.bin");

/// What the model and the rules say of a sentence.
#[derive(Debug, Clone, Copy)]
pub struct Scores {
    /// A score for each workflow, in the order of [`Workflow::ALL`].
    pub values: [f32; LABELS],
    /// The ideas that stand in the sentence.
    pub(super) ideas: u64,
}

impl Scores {
    /// The best workflow, and by how much it leads the next.
    #[must_use]
    pub fn best(&self) -> (Workflow, f32) {
        best(&self.values)
    }

    /// The best workflow apart from `other`.
    #[must_use]
    pub fn best_of_ours(&self) -> Option<Workflow> {
        Workflow::ALL
            .into_iter()
            .zip(self.values)
            .filter(|(workflow, _)| *workflow != Workflow::Other)
            .max_by(|one, other| one.1.total_cmp(&other.1))
            .map(|(workflow, _)| workflow)
    }
}

/// The best of `values`, and by how much it leads the next.
#[must_use]
pub fn best(values: &[f32; LABELS]) -> (Workflow, f32) {
    let mut leader = (Workflow::Other, f32::MIN);
    let mut second = f32::MIN;
    for (workflow, value) in Workflow::ALL.into_iter().zip(*values) {
        if value > leader.1 {
            second = leader.1;
            leader = (workflow, value);
        } else if value > second {
            second = value;
        }
    }
    (leader.0, leader.1 - second)
}

/// The sums of a sentence's word features; those of two sentences add up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    values: [i32; ROW],
    count: usize,
    pub(super) ideas: u64,
}

impl Sums {
    /// Of a sentence.
    pub(super) fn of(sentence: &str) -> Self {
        let mut values = [0; ROW];
        let (count, ideas) = word_features(sentence, |bucket| add(&mut values, bucket));
        Self {
            values,
            count,
            ideas,
        }
    }

    /// Of this and `other` together.
    pub(super) fn with(&self, other: &Self) -> Self {
        let mut sums = *self;
        for (value, more) in sums.values.iter_mut().zip(other.values) {
            *value += more;
        }
        sums.count += other.count;
        sums.ideas |= other.ideas;
        sums
    }

    /// The scores that they come to, with what the rules add.
    pub(super) fn scores(&self) -> Scores {
        let mut sums = self.values;
        let count = self.count + idea_features(self.ideas, |bucket| add(&mut sums, bucket));
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts of a sentence's features are small"
        )]
        let scale = read(SCALE) / (count.max(1) as f32).sqrt();
        let mut values = [0.0; LABELS];
        for (label, (value, sum)) in values.iter_mut().zip(sums).enumerate() {
            #[expect(
                clippy::cast_precision_loss,
                reason = "sums of a sentence's weights are small"
            )]
            let sum = sum as f32;
            *value = sum * scale + read(BIAS + 4 * label);
        }
        Scores {
            values: adjusted(values, self.ideas),
            ideas: self.ideas,
        }
    }
}

/// Adds a bucket's row.
fn add(sums: &mut [i32; ROW], bucket: usize) {
    let Some(row) = WEIGHTS
        .get(bucket * ROW..)
        .and_then(<[u8]>::first_chunk::<ROW>)
    else {
        return;
    };
    for (sum, weight) in sums.iter_mut().zip(row) {
        *sum += i32::from(weight.cast_signed());
    }
}

/// Scores a sentence: the model's sums, with what the rules add.
#[must_use]
pub fn score(sentence: &str) -> Scores {
    Sums::of(sentence).scores()
}

/// Scores with what the rules add for a sentence's ideas.
#[must_use]
pub fn adjusted(mut values: [f32; LABELS], ideas: u64) -> [f32; LABELS] {
    for (value, workflow) in values.iter_mut().zip(Workflow::ALL) {
        *value += adjustment(workflow, ideas);
    }
    values
}

/// How often a decision with this margin was right, on sentences that the model had not seen.
#[must_use]
pub fn confidence(workflow: Workflow, margin: f32) -> Confidence {
    let curve = CURVES
        + if workflow == Workflow::Other {
            2 * POINTS
        } else {
            0
        };
    let place = (margin / STEP).clamp(0.0, 31.999);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to the curve just above"
    )]
    let point = place as usize;
    let low = f32::from(read_short(curve + 2 * point));
    let high = f32::from(read_short(curve + 2 * point + 2));
    #[expect(clippy::cast_precision_loss, reason = "at most 32")]
    let between = low + (high - low) * (place - point as f32);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "thousandths lie between 0 and 1000"
    )]
    Confidence::from_thousandths(between.round() as u16)
}

fn read(at: usize) -> f32 {
    WEIGHTS
        .get(at..)
        .and_then(<[u8]>::first_chunk)
        .map_or(0.0, |bytes| f32::from_le_bytes(*bytes))
}

fn read_short(at: usize) -> u16 {
    WEIGHTS
        .get(at..)
        .and_then(<[u8]>::first_chunk)
        .map_or(0, |bytes| u16::from_le_bytes(*bytes))
}
