//! What goes wrong between a call and its payment request, one hazard at a time: all functions in
//! one process, over a table, queues and vendors that fail on order.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "test code"
)]

mod approvals;
mod confirmed_by_a_person;
mod contradictions;
mod dead_letters;
mod erased_too_early;
mod nothing_is_told;
mod owed_message;
mod reminders_of_what_waits;
mod same_event_many_times;
mod support;
mod two_calls_one_request;
mod worker_killed_anywhere;
mod workflow_steps_under_faults;
