//! The linear models: weights of eight bits in the binary, added up for the features of a sentence,
//! and others for those of a whole call.

use shared::case::{Confidence, Workflow};

use super::features::{BUCKETS, CALL_BUCKETS, idea_features, word_features};
use super::rules::adjustment;

/// How many workflows there are.
pub const LABELS: usize = Workflow::ALL.len();
/// What is added up at once: a bucket's row, and the first bytes of what follows it, for the sake of
/// whole vectors.
const WIDE: usize = 16;
/// Points of each calibration curve; they lie [`STEP`] of margin apart.
pub const POINTS: usize = 33;
/// Margin between two points of a calibration curve.
pub const STEP: f32 = 0.5;

/// The file: of each model the rows of weights, the scale of a weight and a bias for each label; then
/// the calibration curves of workflows, of `other` and of whole calls.
const SENTENCES: Model = Model {
    at: 0,
    buckets: BUCKETS,
};
const CALLS: Model = Model {
    at: SENTENCES.end(),
    buckets: CALL_BUCKETS,
};
const CURVES: usize = CALLS.end();
/// The length of the weights' file.
pub const LENGTH: usize = CURVES + 3 * 2 * POINTS;

/// Where a model stands in the file.
#[derive(Debug, Clone, Copy)]
struct Model {
    at: usize,
    buckets: usize,
}

impl Model {
    const fn scale(self) -> usize {
        self.at + self.buckets * LABELS
    }

    const fn bias(self) -> usize {
        self.scale() + 4
    }

    const fn end(self) -> usize {
        self.bias() + 4 * LABELS
    }

    /// Adds a bucket's row.
    #[inline]
    fn add(self, sums: &mut [i32; WIDE], bucket: usize) {
        let Some(row) = WEIGHTS
            .get(self.at + bucket * LABELS..)
            .and_then(<[u8]>::first_chunk::<WIDE>)
        else {
            return;
        };
        for (sum, weight) in sums.iter_mut().zip(row) {
            *sum += i32::from(weight.cast_signed());
        }
    }

    /// What the sums of `count` features come to.
    fn values(self, sums: [i32; WIDE], count: usize) -> [f32; LABELS] {
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts of a call's features are small"
        )]
        let scale = read(self.scale()) / (count.max(1) as f32).sqrt();
        let mut values = [0.0; LABELS];
        for (label, (value, sum)) in values.iter_mut().zip(sums).enumerate() {
            #[expect(
                clippy::cast_precision_loss,
                reason = "sums of a call's weights are small"
            )]
            let sum = sum as f32;
            *value = sum * scale + read(self.bias() + 4 * label);
        }
        values
    }
}

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
    values: [i32; WIDE],
    count: usize,
    pub(super) ideas: u64,
}

impl Sums {
    /// Of a sentence.
    pub(super) fn of(sentence: &str) -> Self {
        let mut values = [0; WIDE];
        let (count, ideas) = word_features(sentence, |bucket| SENTENCES.add(&mut values, bucket));
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
        let count =
            self.count + idea_features(self.ideas, |bucket| SENTENCES.add(&mut sums, bucket));
        let values = SENTENCES.values(sums, count);
        Scores {
            values: adjusted(values, self.ideas),
            ideas: self.ideas,
        }
    }
}

/// What a call's features are added up in; those of two turns add up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CallSums {
    values: [i32; WIDE],
    count: usize,
}

impl CallSums {
    /// Adds a feature.
    pub(super) fn add(&mut self, bucket: usize) {
        CALLS.add(&mut self.values, bucket);
        self.count += 1;
    }

    /// The score of each workflow.
    pub(super) fn scores(&self) -> [f32; LABELS] {
        CALLS.values(self.values, self.count)
    }

    /// By how much `workflow` leads `other`.
    pub(super) fn lead_of(&self, workflow: Workflow) -> f32 {
        let scores = self.scores();
        let score = |wanted: Workflow| {
            Workflow::ALL
                .into_iter()
                .zip(scores)
                .find_map(|(known, score)| (known == wanted).then_some(score))
                .unwrap_or_default()
        };
        score(workflow) - score(Workflow::Other)
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
    on_curve(usize::from(workflow == Workflow::Other), margin)
}

/// The same of a whole call, of which no sentence says what it is about.
#[must_use]
pub fn call_confidence(margin: f32) -> Confidence {
    on_curve(2, margin)
}

fn on_curve(curve: usize, margin: f32) -> Confidence {
    let curve = CURVES + curve * 2 * POINTS;
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
