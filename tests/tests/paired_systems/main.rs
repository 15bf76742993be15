//! The paired systems as people see them: which of them is told what, in which words, once, and
//! what happens while they are down.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what a test cannot have, it fails on"
)]

mod calls;
mod connect;
mod context;
mod messages;
mod metered;
mod one_place;
mod outage;
mod rules;
mod set_up;
mod specifications;
mod told_once;
mod what_it_costs;
mod world;
