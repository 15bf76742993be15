//! The simulator: two thousand bad days.

use tests::sim;

const SEEDS: u64 = 2_000;

#[test]
fn no_seed_of_two_thousand_finds_a_violation() {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64;
    let begun = std::time::Instant::now();
    std::thread::scope(|scope| {
        for worker in 0..workers {
            scope.spawn(move || {
                for seed in (worker..SEEDS).step_by(workers as usize) {
                    if let Err(violation) = sim::run(seed) {
                        panic!("{violation}");
                    }
                }
            });
        }
    });
    println!("{SEEDS} seeds in {:.1} s", begun.elapsed().as_secs_f64());
}

#[test]
fn the_same_seed_runs_the_same_way() {
    for seed in [1, 7, 1042] {
        assert_eq!(sim::run(seed), sim::run(seed));
    }
}
