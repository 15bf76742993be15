//! `ledgerline`, the operator's command line: what it does, apart from how it is called.

pub mod classify;
pub mod closing;
pub mod connect;
pub mod deliver;
pub mod demo;
pub mod error;
pub mod export;
pub mod forget;
pub mod inspect;
pub mod lines;
pub mod place;
pub mod policy;
pub mod redact;
pub mod redrive;
pub mod review;
#[cfg(feature = "local")]
pub mod simulate;
pub mod style;
