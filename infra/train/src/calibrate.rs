//! Turns margins into how often a decision with such a margin is right, by isotonic regression
//! on decisions about sentences that the model had not seen.

use classify::understand::model::{POINTS, STEP};

/// A decision about an unseen sentence.
#[derive(Debug, Clone, Copy)]
pub struct Decision {
    /// By how much the best workflow led the next.
    pub margin: f32,
    /// Whether it was right.
    pub right: bool,
    /// How much it counts.
    pub weight: f32,
}

/// The curve through `decisions`, in thousandths at margins [`STEP`] apart.
#[must_use]
pub fn curve(mut decisions: Vec<Decision>) -> [u16; POINTS] {
    decisions.sort_by(|one, other| one.margin.total_cmp(&other.margin));
    // Pool neighbours that are out of order: (weight of right, weight, first and last margin).
    let mut pools: Vec<(f32, f32, f32, f32)> = Vec::new();
    for decision in decisions {
        let right = if decision.right { decision.weight } else { 0.0 };
        pools.push((right, decision.weight, decision.margin, decision.margin));
        while let [.., before, last] = pools.as_slice() {
            if before.0 / before.1 <= last.0 / last.1 && before.1 >= SMALLEST_POOL {
                break;
            }
            let merged = (before.0 + last.0, before.1 + last.1, before.2, last.3);
            pools.truncate(pools.len() - 2);
            pools.push(merged);
        }
    }
    let knots: Vec<(f32, f32)> = pools
        .iter()
        .map(|pool| (pool.2.midpoint(pool.3), pool.0 / pool.1))
        .collect();
    let mut curve = [0; POINTS];
    for (point, value) in curve.iter_mut().enumerate() {
        let chance = between(&knots, point as f32 * STEP);
        // Nothing that was only measured is certain.
        #[expect(clippy::cast_sign_loss, reason = "clamped to the range just here")]
        let thousandths = (chance * 1000.0).clamp(0.0, 998.0) as u16;
        *value = thousandths;
    }
    curve
}

/// Fewer decisions than this say too little to stand alone.
const SMALLEST_POOL: f32 = 25.0;

fn between(knots: &[(f32, f32)], margin: f32) -> f32 {
    let Some(after) = knots.iter().position(|knot| knot.0 >= margin) else {
        return knots.last().map_or(0.5, |knot| knot.1);
    };
    let Some(before) = after.checked_sub(1).and_then(|before| knots.get(before)) else {
        return knots.first().map_or(0.5, |knot| knot.1);
    };
    let Some(next) = knots.get(after) else {
        return before.1;
    };
    let share = (margin - before.0) / (next.0 - before.0).max(1e-6);
    before.1 + (next.1 - before.1) * share
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_rises_and_says_what_was_measured() {
        let decisions = (0..1000_u16)
            .map(|index| Decision {
                margin: f32::from(index % 8),
                right: index % 8 >= 4 || index % 16 < 8,
                weight: 1.0,
            })
            .collect();
        let curve = curve(decisions);
        assert!(curve.is_sorted(), "{curve:?}");
        assert!((450..=550).contains(&curve[0]), "{curve:?}");
        assert_eq!(curve[POINTS - 1], 998);
    }
}
