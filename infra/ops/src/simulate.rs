//! Plays days in which everything goes wrong, and says which of them broke a promise.

use std::io::Write;
use std::ops::{ControlFlow, Range};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;
use simulator::{Merchant, Options, Report, Simulator, Violation};

use crate::error::OpsError;
use crate::progress::bar;
use crate::style;

/// Between two lines of progress.
const TELLS_EVERY: Duration = Duration::from_secs(10);

/// At most so many failures are printed.
const MOST_PRINTED: usize = 10;

/// Which days are played, and how.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The seeds.
    pub seeds: Range<u64>,
    /// How far Paystack's lists lag at most, in settle times.
    pub lag: Option<f64>,
    /// Goes on after a failure.
    pub keep_going: bool,
    /// Keeps what happened, for a day that fails.
    pub trace: bool,
    /// Prints JSON.
    pub json: bool,
    /// The folder of the policies.
    pub config: PathBuf,
}

/// What the days came to, all together.
#[derive(Debug, Default)]
pub struct Sum {
    /// How many days were played.
    pub days: u64,
    /// Calls that were made.
    pub calls: usize,
    /// Deliveries that were accepted.
    pub accepted: u64,
    /// Invocations of functions.
    pub invocations: u64,
    /// Invocations that died.
    pub deaths: u64,
    /// Things that went wrong.
    pub faults: u64,
    /// Decisions that people took.
    pub decisions: u64,
    /// Actions and notices.
    pub actions: usize,
    /// How long it took.
    pub took: Duration,
    /// The days that broke a promise, the lowest seed first.
    pub failures: Vec<Violation>,
}

impl Sum {
    fn add(&mut self, outcome: Result<Report, Violation>) {
        self.days += 1;
        match outcome {
            Ok(report) => {
                self.calls += report.calls;
                self.accepted += report.accepted;
                self.invocations += report.invocations;
                self.deaths += report.deaths;
                self.faults += report.faults;
                self.decisions += report.decisions;
                self.actions += report.actions;
            }
            Err(violation) => self.failures.push(violation),
        }
    }
}

/// Plays the days on all cores, and tells `progress` how far it is.
///
/// # Errors
/// [`OpsError`] where the merchant's policies cannot be read.
pub fn run(ask: &Ask, progress: &mut (impl Write + Send)) -> Result<Sum, OpsError> {
    let merchant = Merchant::with_policies_of(&ask.config)
        .map_err(|error| OpsError::Other(error.to_string()))?;
    let options = Options {
        trace: ask.trace,
        lag: ask.lag,
    };
    let begun = Instant::now();
    let all = ask.seeds.end.saturating_sub(ask.seeds.start);
    // A bar for whoever watches, lines for a log.
    let bar = bar(all, "Days");
    let state = Mutex::new((Sum::default(), begun, progress));
    Simulator::new(merchant, options).run_all(ask.seeds.clone(), |outcome| {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let (sum, told, progress) = &mut *state;
        let failed = outcome.is_err();
        sum.add(outcome);
        bar.inc(1);
        if bar.is_hidden() && told.elapsed() >= TELLS_EVERY {
            *told = Instant::now();
            // Progress that cannot be shown is no reason to stop.
            let _ = writeln!(
                progress,
                "{} of {all} days, {} failures",
                sum.days,
                sum.failures.len()
            );
        }
        if failed && !ask.keep_going {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    let (mut sum, ..) = state.into_inner().unwrap_or_else(PoisonError::into_inner);
    sum.took = begun.elapsed();
    sum.failures.sort_by_key(|failure| failure.seed);
    Ok(sum)
}

/// Prints what the days came to, and how to see a failure again.
///
/// # Errors
/// Where the output cannot be written.
pub fn print(ask: &Ask, sum: &Sum, out: &mut dyn Write) -> std::io::Result<()> {
    if ask.json {
        let failures: Vec<_> = sum
            .failures
            .iter()
            .map(|failure| json!({ "seed": failure.seed, "what": failure.what, "trace": failure.trace }))
            .collect();
        let sum = json!({
            "from": ask.seeds.start,
            "days": sum.days,
            "calls": sum.calls,
            "accepted": sum.accepted,
            "invocations": sum.invocations,
            "deaths": sum.deaths,
            "faults": sum.faults,
            "decisions": sum.decisions,
            "actions": sum.actions,
            "seconds": sum.took.as_secs_f64(),
            "failures": failures,
        });
        return writeln!(out, "{sum}");
    }
    writeln!(
        out,
        "{} days in {:.1} s: {} calls, {} invocations, {} of which died, {} faults, {} decisions, \
         {} actions and notices",
        sum.days,
        sum.took.as_secs_f64(),
        sum.calls,
        sum.invocations,
        sum.deaths,
        sum.faults,
        sum.decisions,
        sum.actions,
    )?;
    if sum.failures.is_empty() {
        return writeln!(out, "{}", style::good("Every promise was kept."));
    }
    for failure in sum.failures.iter().take(MOST_PRINTED) {
        for line in &failure.trace {
            writeln!(out, "  {line}")?;
        }
        writeln!(
            out,
            "{} {}",
            style::bad(&format!("seed {}:", failure.seed)),
            failure.what
        )?;
        let lag = ask
            .lag
            .map(|lag| format!(" --lag {lag}"))
            .unwrap_or_default();
        writeln!(
            out,
            "  see it again: ledgerline simulate --from {} --seeds 1{lag} --trace",
            failure.seed
        )?;
    }
    writeln!(
        out,
        "{}",
        style::bad(&format!(
            "{} of {} days broke a promise.",
            sum.failures.len(),
            sum.days
        ))
    )
}
