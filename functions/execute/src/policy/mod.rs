//! What may be done without a person, and why.
//!
//! The policies stand in `infra/config/policy/*.cedar`, where a finance lead can read them; the
//! limits that they compare with stand in the settings. Here, facts are put to them and their
//! answers are read.

mod bases;
mod cases;
mod check;
mod decision;
mod engine;
mod explain;
mod facts;
mod files;
mod limits;
mod request;

pub use bases::{Bases, CasesError};
pub use cases::{CaseFailure, CaseReport, test_cases};
pub use decision::Decision;
pub use engine::Policy;
pub use explain::{Explanation, explain};
pub use facts::{Consent, Deed, Facts, Identity};
pub use files::{PolicyError, Rule};

#[cfg(test)]
mod tests;
