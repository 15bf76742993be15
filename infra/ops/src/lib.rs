//! `ledgerline`, the operator's command line: what it does, apart from how it is called.

pub mod classify;
pub mod closing;
pub mod connect;
pub mod deliver;
pub mod demo;
pub mod doctor;
pub mod drift;
pub mod error;
pub mod export;
pub mod forget;
pub mod inspect;
pub mod lines;
pub mod pending;
pub mod place;
pub mod policy;
pub mod progress;
pub mod redact;
pub mod redrive;
pub mod replay;
pub mod review;
pub mod setup;
#[cfg(feature = "local")]
pub mod simulate;
pub mod style;
