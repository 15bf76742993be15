//! What Paystack says later, and what was promised: webhooks in any order, twice, forged or odd, and
//! the sweep that needs none of them. `execute` and `reconcile` in one process, over the sandbox's
//! Paystack.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test code"
)]

mod cases_from_paystack;
mod follow_ups;
mod forgotten;
mod missed_calls;
mod webhooks;
mod world;
