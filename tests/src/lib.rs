//! What the tests of the whole have in common.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what a test cannot have, it fails on"
)]

pub mod in_process;
pub mod openapi;
pub mod stack;
pub mod stand_ins;
