//! The language that all functions speak: calls, cases, money, the ledger, and the vendors'
//! clients that two or more of them use.

pub mod call;
pub mod case;
pub mod clock;
pub mod config;
pub mod error;
pub mod http;
pub mod ids;
pub mod ledger;
pub mod money;
pub mod mutants;
pub mod paystack;
pub mod queue;
pub mod redact;
pub mod secrets;
pub mod telemetry;
pub mod vendors;
