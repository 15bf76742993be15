//! Logs as JSON lines and metrics in the embedded format of AWS, both on standard output.
//!
//! Neither holds a payload: spans and events name ids, names and counts, and libraries are kept to
//! the levels at which they do not print what passes through them.

mod logs;
mod metrics;

pub use logs::init;
pub use metrics::Metrics;
