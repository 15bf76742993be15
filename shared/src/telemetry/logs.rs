//! The log: set up once, as the process starts.

use std::panic::PanicHookInfo;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::config::{Environment, Variable};

/// Our own crates: what they log holds no payload at any level.
const OURS: [&str; 7] = [
    "shared",
    "ingest",
    "classify",
    "execute",
    "notify",
    "reconcile",
    "review",
];

/// The most that other crates log. Below it some print the bodies that they carry.
const MOST_OF_OTHERS: LevelFilter = LevelFilter::INFO;

/// Begins logging, at the level that `RUST_LOG` names, or `info`. A second start changes nothing.
pub fn init(environment: &Environment) {
    let wanted = environment.optional(Variable::RustLog).unwrap_or_default();
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_ansi(false);
    let started = tracing_subscriber::registry()
        .with(filter(&wanted))
        .with(lines)
        .try_init();
    if started.is_ok() {
        std::panic::set_hook(Box::new(log_panic));
    }
}

/// What `RUST_LOG` asks for, with other crates held to [`MOST_OF_OTHERS`].
fn filter(wanted: &str) -> Targets {
    // Nothing at all would be read as "errors only".
    let wanted = if wanted.trim().is_empty() {
        "info"
    } else {
        wanted
    };
    let wanted: Targets = wanted.parse().unwrap_or_default();
    let default = wanted.default_level().unwrap_or(LevelFilter::INFO);
    let is_ours = |target: &str| {
        OURS.iter().any(|ours| {
            target
                .split("::")
                .next()
                .is_some_and(|first| first == *ours)
        })
    };
    Targets::new()
        .with_default(default.min(MOST_OF_OTHERS))
        .with_targets(OURS.map(|target| (target, default)))
        .with_targets(wanted.iter().map(|(target, level)| {
            let most = if is_ours(target) {
                LevelFilter::TRACE
            } else {
                MOST_OF_OTHERS
            };
            (target.to_owned(), level.min(most))
        }))
}

/// Logs where a panic happened. Its message stays unsaid: that of a slice out of bounds quotes the
/// text that was sliced.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string);
    tracing::error!(location, "panicked");
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn a_library_never_logs_what_passes_through_it() {
        for wanted in [
            "trace",
            "hyper=trace",
            "trace,aws_smithy_runtime=trace,ingest=debug",
        ] {
            let filter = filter(wanted);
            for library in ["hyper", "aws_smithy_runtime", "lambda_runtime"] {
                assert!(
                    !filter.would_enable(library, &Level::DEBUG),
                    "{library} under {wanted}"
                );
            }
        }
    }

    #[test]
    fn our_own_level_is_the_one_asked_for() {
        assert!(filter("").would_enable("ingest", &Level::INFO));
        assert!(!filter("").would_enable("ingest", &Level::DEBUG));
        assert!(filter("debug").would_enable("shared::queue", &Level::DEBUG));
        assert!(filter("warn,execute=trace").would_enable("execute::plan", &Level::TRACE));
        assert!(!filter("warn,execute=trace").would_enable("ingest", &Level::INFO));
        assert!(filter("not a level!").would_enable("ingest", &Level::INFO));
    }
}
