//! An action that sends nothing: what only a person can do is done once approved, and what is only
//! recorded is done at once.

use async_trait::async_trait;
use shared::error::Class;
use shared::ledger::{Action, Check, Failure, Receipt, Sighting};

use super::VendorEffect;

/// A person's own task, or a record.
pub struct Review;

#[async_trait]
impl VendorEffect for Review {
    async fn check(&self, _action: &Action) -> Result<Check, Failure> {
        Ok(Check::Done(Receipt::default()))
    }

    async fn send(&self, _action: &Action) -> Result<Receipt, Failure> {
        Err(Failure::new(
            Class::Rejected,
            "nothing_to_send",
            "a review sends nothing",
        ))
    }

    async fn look_up(&self, _action: &Action) -> Result<Sighting, Failure> {
        Ok(Sighting::Absent)
    }
}
