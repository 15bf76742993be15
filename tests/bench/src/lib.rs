//! What the functions cost, measured: in one process without a network, and against an endpoint of
//! AWS's in memory, beside peers that do the same.

pub mod cost;
pub mod counted;
pub mod deliveries;
pub mod endpoint;
pub mod line;
pub mod webhooks;

use std::fmt::Display;

/// A benchmark could not be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BenchError(pub String);

impl<E: std::error::Error> From<E> for BenchError {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

impl Display for BenchError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "cannot be measured: {}", self.0)
    }
}
