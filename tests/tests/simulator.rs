//! The simulator: two thousand bad days.

use std::ops::ControlFlow;
use std::sync::Mutex;
use std::time::Instant;

use tests::sim::{self, Options};

const SEEDS: u64 = 2_000;

#[test]
fn no_seed_of_two_thousand_finds_a_violation() {
    let violations = Mutex::new(Vec::new());
    let begun = Instant::now();
    sim::run_all(0..SEEDS, &Options::default(), |outcome| match outcome {
        Ok(_) => ControlFlow::Continue(()),
        Err(violation) => {
            violations.lock().unwrap().push(violation.to_string());
            ControlFlow::Break(())
        }
    });
    println!("{SEEDS} seeds in {:.1} s", begun.elapsed().as_secs_f64());
    assert_eq!(violations.into_inner().unwrap(), Vec::<String>::new());
}

#[test]
fn the_same_seed_runs_the_same_way() {
    for seed in [1, 7, 1042] {
        assert_eq!(sim::run(seed), sim::run(seed));
    }
}
