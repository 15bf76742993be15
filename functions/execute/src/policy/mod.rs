//! What may be done without a person, and why.

mod facts;
mod rules;

pub use facts::{Consent, Deed, Facts, Identity};
pub use rules::{Decision, Policy};
