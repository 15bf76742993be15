//! Multinomial logistic regression over hashed features, learned by `AdaGrad`.
//!
//! No machine learning crate: those that are kept (`linfa`, `smartcore`) want dense matrices, and
//! forty thousand examples by thirty thousand buckets is not one. What is needed is a hundred
//! lines, and being ours they give the same bytes on every machine: no threads, no `exp` of the
//! platform's.

use classify::understand::features::{
    BUCKETS, CALL_BUCKETS, features, told_features, turn_features,
};
use classify::understand::model::{LABELS, adjusted, best};
use classify::understand::utterance;
use shared::case::Workflow;

/// A sentence with what it asks for.
#[derive(Debug, Clone)]
pub struct Example {
    /// The sentence.
    pub text: String,
    /// Its features.
    pub features: Vec<u32>,
    /// Its workflow, as a position in `Workflow::ALL`.
    pub label: usize,
    /// How much it counts.
    pub weight: f32,
    /// Where it came from.
    pub source: String,
}

impl Example {
    /// A sentence of `source` that asks for `label`.
    #[must_use]
    pub fn new(text: String, label: usize, weight: f32, source: &str) -> Self {
        let mut buckets = Vec::new();
        features(&text, |bucket| {
            buckets.push(u32::try_from(bucket).unwrap_or_default());
        });
        Self {
            text,
            features: buckets,
            label,
            weight,
            source: source.to_owned(),
        }
    }
}

impl Example {
    /// A call whose turns, our own agent's marked, tell of `label`.
    #[must_use]
    pub fn of_call(turns: &[(bool, String)], label: usize, weight: f32, source: &str) -> Self {
        let mut buckets = Vec::new();
        let mut take = |bucket| buckets.push(u32::try_from(bucket).unwrap_or_default());
        let mut ideas = 0;
        for (by_agent, turn) in turns {
            let found = turn_features(turn, *by_agent, &mut take);
            if !by_agent {
                ideas |= found;
            }
        }
        told_features(ideas, &mut take);
        let said: Vec<&str> = turns.iter().map(|(_, turn)| turn.as_str()).collect();
        Self {
            text: said.join(" / "),
            features: buckets,
            label,
            weight,
            source: source.to_owned(),
        }
    }
}

/// What is learned: a weight for each bucket and label, and a bias for each label.
#[derive(Debug, Clone)]
pub struct Learned {
    /// A row of `LABELS` for each bucket.
    pub weights: Vec<[f32; LABELS]>,
    /// One for each label.
    pub bias: [f32; LABELS],
}

/// How to learn.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many buckets the features fall into.
    pub buckets: usize,
    /// Passes over the examples.
    pub epochs: usize,
    /// The step.
    pub rate: f32,
    /// How strongly weights are pulled to nothing.
    pub decay: f32,
    /// How many of a hundred features are left out at each look, so that none is leant on alone.
    pub dropped: usize,
    /// Where the shuffle starts.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            buckets: BUCKETS,
            epochs: 20,
            rate: 1.0,
            decay: 1e-4,
            dropped: 25,
            seed: 20_260_901,
        }
    }
}

impl Options {
    /// How to learn what calls tell.
    #[must_use]
    pub fn of_calls() -> Self {
        Self {
            buckets: CALL_BUCKETS,
            epochs: 12,
            dropped: 40,
            ..Self::default()
        }
    }
}

/// Random numbers that are the same everywhere (`SplitMix64`).
#[derive(Debug)]
pub struct Random(u64);

impl Random {
    /// Numbers from `seed` on.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.draw() % bound.max(1) as u64).unwrap_or_default()
    }

    /// Shuffles `items`.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

/// Learns from the `chosen` of `examples`.
#[must_use]
pub fn learn(examples: &[Example], chosen: &[usize], options: Options) -> Learned {
    let mut learned = Learned {
        weights: vec![[0.0; LABELS]; options.buckets],
        bias: [0.0; LABELS],
    };
    let mut squares = vec![[1e-2_f32; LABELS]; options.buckets];
    let mut bias_squares = [1e-2_f32; LABELS];
    let mut order = chosen.to_vec();
    let mut random = Random::new(options.seed);
    let mut kept: Vec<u32> = Vec::new();
    for _ in 0..options.epochs {
        random.shuffle(&mut order);
        for example in order.iter().filter_map(|index| examples.get(*index)) {
            kept.clear();
            kept.extend(
                example
                    .features
                    .iter()
                    .filter(|_| random.below(100) >= options.dropped)
                    .copied(),
            );
            let scale = 1.0 / (kept.len().max(1) as f32).sqrt();
            let chances = softmax(&learned.scores(&kept));
            let mut slope = [0.0; LABELS];
            for (label, (slope, chance)) in slope.iter_mut().zip(chances).enumerate() {
                let target = if label == example.label { 1.0 } else { 0.0 };
                *slope = (chance - target) * example.weight;
            }
            for bucket in &kept {
                let bucket = *bucket as usize;
                let (Some(row), Some(square)) =
                    (learned.weights.get_mut(bucket), squares.get_mut(bucket))
                else {
                    continue;
                };
                for ((weight, square), slope) in row.iter_mut().zip(square).zip(slope) {
                    let gradient = slope * scale + options.decay * *weight;
                    *square += gradient * gradient;
                    *weight -= options.rate * gradient / square.sqrt();
                }
            }
            for ((bias, square), slope) in learned.bias.iter_mut().zip(&mut bias_squares).zip(slope)
            {
                *square += slope * slope;
                *bias -= 0.1 * options.rate * slope / square.sqrt();
            }
        }
    }
    learned
}

impl Learned {
    /// What the classifier would make of an utterance with these weights: the workflow, and by how
    /// much it leads.
    #[must_use]
    pub fn decide(&self, text: &str) -> (Workflow, f32) {
        utterance::decide(text, |part| {
            let mut buckets = Vec::new();
            let (_, ideas) = features(part, |bucket| {
                buckets.push(u32::try_from(bucket).unwrap_or_default());
            });
            best(&adjusted(self.scores(&buckets), ideas))
        })
    }

    /// The score of each label for a sentence's features.
    #[must_use]
    pub fn scores(&self, features: &[u32]) -> [f32; LABELS] {
        let mut sums = [0.0; LABELS];
        for row in features
            .iter()
            .filter_map(|bucket| self.weights.get(*bucket as usize))
        {
            for (sum, weight) in sums.iter_mut().zip(row) {
                *sum += weight;
            }
        }
        let scale = 1.0 / (features.len().max(1) as f32).sqrt();
        for (sum, bias) in sums.iter_mut().zip(self.bias) {
            *sum = *sum * scale + bias;
        }
        sums
    }
}

/// Scores as chances that sum to one.
#[must_use]
pub fn softmax(scores: &[f32; LABELS]) -> [f32; LABELS] {
    let highest = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut chances = [0.0; LABELS];
    for (chance, score) in chances.iter_mut().zip(scores) {
        *chance = exponential(score - highest);
    }
    let sum: f32 = chances.iter().sum();
    chances.map(|chance| chance / sum)
}

/// `e` to the power of a number not above zero, the same on every machine.
fn exponential(power: f32) -> f32 {
    if power < -30.0 {
        return 0.0;
    }
    // (1 + x/1024)^1024 with the second-order term is close enough to learn by.
    let step = f64::from(power) / 1024.0;
    let mut value = 1.0 + step + step * step / 2.0;
    for _ in 0..10 {
        value *= value;
    }
    value as f32
}
