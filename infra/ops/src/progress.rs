//! A bar on work that takes long, for whoever watches: on standard error, and only where that is a
//! terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar for `length` steps of `what`.
#[must_use]
pub fn bar(length: u64, what: &'static str) -> ProgressBar {
    // Hidden by itself where standard error is no terminal.
    let bar = ProgressBar::new(length).with_message(what);
    match ProgressStyle::with_template("{msg} {wide_bar} {pos} of {len}, {eta} left") {
        Ok(style) => bar.with_style(style),
        // A bar in its own style shows as much.
        Err(_) => bar,
    }
}
