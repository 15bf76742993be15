//! Prints how well the redactor does on the labelled set, or on the folder named first.
//!
//! `--faults` lists each miss and false alarm.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::panic,
    reason = "a report for people, on the terminal"
)]

use std::path::PathBuf;

#[path = "../redaction/scoring.rs"]
mod scoring;

fn main() {
    let mut folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/redaction"));
    let mut faults = false;
    for argument in std::env::args().skip(1) {
        if argument == "--faults" {
            faults = true;
        } else {
            folder = PathBuf::from(argument);
        }
    }
    let score = scoring::score(&scoring::read(&folder));
    print!("{}", scoring::table(&score));
    if faults {
        score.faults.iter().for_each(|fault| println!("{fault}"));
    }
}
