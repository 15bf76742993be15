//! Metrics in the embedded metric format of `CloudWatch`: a line of JSON on standard output, of which
//! it makes a metric without a request of ours.

use std::fmt;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::clock::Clock;

/// The namespace of all our metrics.
const NAMESPACE: &str = "Ledgerline";

/// Where metrics are written to.
#[derive(Clone)]
pub struct Metrics {
    function: &'static str,
    clock: Arc<dyn Clock>,
    lines: Lines,
}

#[derive(Clone)]
enum Lines {
    StandardOutput,
    Memory(Arc<Mutex<Vec<String>>>),
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Metrics")
            .field("function", &self.function)
            .finish_non_exhaustive()
    }
}

impl Metrics {
    /// The metrics of `function`, on standard output.
    #[must_use]
    pub fn new(function: &'static str, clock: Arc<dyn Clock>) -> Self {
        Self {
            function,
            clock,
            lines: Lines::StandardOutput,
        }
    }

    /// Metrics that [`Metrics::written`] shows, for tests and the simulator.
    #[must_use]
    pub fn in_memory(function: &'static str, clock: Arc<dyn Clock>) -> Self {
        Self {
            function,
            clock,
            lines: Lines::Memory(Arc::default()),
        }
    }

    /// Counts `value` of `name`, by `dimensions`: names and values that we chose, few of each, and
    /// never anything of a call.
    pub fn metric(&self, name: &'static str, value: u64, dimensions: &[(&'static str, &str)]) {
        self.write(&self.line(name, (value, "Count"), dimensions, false));
    }

    /// How long `name` took.
    pub fn milliseconds(
        &self,
        name: &'static str,
        took: SignedDuration,
        dimensions: &[(&'static str, &str)],
    ) {
        // A clock that was set back in between tells nothing.
        let took = u64::try_from(took.as_millis()).unwrap_or_default();
        self.write(&self.line(name, (took, "Milliseconds"), dimensions, false));
    }

    /// Counts one `name` that must never be: by where it was seen, and in one sum over all functions,
    /// which an alarm can watch.
    pub fn alarming(&self, name: &'static str, dimensions: &[(&'static str, &str)]) {
        self.write(&self.line(name, (1, "Count"), dimensions, true));
    }

    /// The time, by the clock of what is written here.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn write(&self, line: &str) {
        match &self.lines {
            Lines::StandardOutput => {
                // A metric that cannot be written is not worth failing a call for.
                let _unwritten = writeln!(std::io::stdout().lock(), "{line}");
            }
            Lines::Memory(lines) => {
                lines
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(line.to_owned());
            }
        }
    }

    /// The lines written so far, of metrics in memory.
    #[must_use]
    pub fn written(&self) -> Vec<String> {
        match &self.lines {
            Lines::StandardOutput => Vec::new(),
            Lines::Memory(lines) => lines.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    fn line(
        &self,
        name: &str,
        (value, unit): (u64, &str),
        dimensions: &[(&'static str, &str)],
        in_one_sum: bool,
    ) -> String {
        let mut names = vec!["Function"];
        names.extend(dimensions.iter().map(|(dimension, _)| *dimension));
        let mut sets = vec![names];
        if in_one_sum {
            sets.push(Vec::new());
        }
        let mut line = Map::new();
        line.insert("Function".to_owned(), Value::from(self.function));
        for (dimension, of) in dimensions {
            line.insert((*dimension).to_owned(), Value::from(*of));
        }
        line.insert(name.to_owned(), Value::from(value));
        line.insert(
            "_aws".to_owned(),
            json!({
                "Timestamp": self.clock.now().as_millisecond(),
                "CloudWatchMetrics": [{
                    "Namespace": NAMESPACE,
                    "Dimensions": sets,
                    "Metrics": [{ "Name": name, "Unit": unit }],
                }],
            }),
        );
        Value::Object(line).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn a_line_is_what_cloudwatch_reads() {
        let clock = Arc::new(ManualClock::at(
            jiff::Timestamp::from_second(1_788_000_000).unwrap(),
        ));
        let metrics = Metrics::in_memory("ingest", clock);
        metrics.metric("UnknownShape", 1, &[("Reason", "no_call_id")]);
        let written = metrics.written();
        let line: Value = serde_json::from_str(&written[0]).unwrap();
        assert_eq!(
            line,
            json!({
                "_aws": {
                    "Timestamp": 1_788_000_000_000_i64,
                    "CloudWatchMetrics": [{
                        "Namespace": "Ledgerline",
                        "Dimensions": [["Function", "Reason"]],
                        "Metrics": [{ "Name": "UnknownShape", "Unit": "Count" }],
                    }],
                },
                "Function": "ingest",
                "Reason": "no_call_id",
                "UnknownShape": 1,
            })
        );
        assert!(!written[0].contains('\n'));
    }

    #[test]
    fn what_must_never_be_is_summed_over_all_functions_too() {
        let metrics =
            Metrics::in_memory("notify", Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH)));
        metrics.alarming("PanLikeSeen", &[("Where", "slack")]);
        metrics.milliseconds("VendorLatency", SignedDuration::from_millis(-3), &[]);
        let lines: Vec<Value> = metrics
            .written()
            .iter()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let said = |line: &Value, place: &str| line["_aws"]["CloudWatchMetrics"][0][place].clone();
        assert_eq!(
            said(&lines[0], "Dimensions"),
            json!([["Function", "Where"], []])
        );
        assert_eq!(said(&lines[1], "Metrics")[0]["Unit"], "Milliseconds");
        assert_eq!(lines[1]["VendorLatency"], 0);
    }
}
