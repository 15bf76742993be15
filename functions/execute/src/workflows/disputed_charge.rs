//! The caller does not recognise or accept a charge. Where the bank has a dispute about it, a
//! person answers that; where it has none, its refund waits for a person who hears both sides.

use shared::ledger::{Action, Reason};

use super::planner::Planner;

impl Planner<'_> {
    pub(super) fn disputed_charge(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        let payment = self.payment()?;
        if let Some(review) = self.review_of_open_dispute(payment) {
            return Ok(review);
        }
        Ok(vec![self.refund(payment)?])
    }
}
