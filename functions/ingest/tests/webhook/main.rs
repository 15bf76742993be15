//! `ingest` from HTTP to the queue, without AWS.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in its helpers too"
)]

mod deliveries;
mod nothing_leaks;
mod signatures;
mod world;

/// A sample body from `events/dialnexa`.
macro_rules! sample {
    ($name:literal) => {
        include_str!(concat!("../../../../events/dialnexa/", $name, ".json")).as_bytes()
    };
}
use sample;
