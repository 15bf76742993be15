//! The desk as its users and its attackers meet it: requests in, pages out, and what stands in the
//! ledger afterwards. The table is in memory.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "what a test cannot have, it fails on"
)]

mod decide_once;
mod described;
mod getting_in;
mod pages_say;
mod queue_reads;
mod slack_clicks;
mod world;
