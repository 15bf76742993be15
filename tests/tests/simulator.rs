//! The simulator: two thousand bad days.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "test code")]

use std::ops::ControlFlow;
use std::sync::Mutex;
use std::time::Instant;

use simulator::{Merchant, Options, Simulator};

const SEEDS: u64 = 2_000;

fn simulator() -> Simulator {
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/config");
    let merchant = Merchant::with_policies_of(config.as_ref()).unwrap();
    Simulator::new(merchant, Options::default())
}

#[test]
fn no_seed_of_two_thousand_finds_a_violation() {
    let violations = Mutex::new(Vec::new());
    let begun = Instant::now();
    simulator().run_all(0..SEEDS, |outcome| match outcome {
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
    let simulator = simulator();
    for seed in [1, 7, 1042] {
        assert_eq!(simulator.run(seed), simulator.run(seed));
    }
}
