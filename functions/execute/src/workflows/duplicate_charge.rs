//! The caller was charged twice for one thing: both charges are shown, and the refund of the later
//! one waits for a person.

use serde_json::{Value, json};
use shared::ledger::{Action, Reason};

use super::planner::Planner;

impl Planner<'_> {
    pub(super) fn duplicate_charge(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        self.refuse_several("charges")?;
        let (Some(earlier), Some(later)) = (&self.records.earlier, &self.records.payment) else {
            return Err(Reason::new(
                "no_duplicate",
                "no two successful charges of the same amount close in time were found",
            ));
        };
        if let Some(review) = self.review_of_open_dispute(later) {
            return Ok(review);
        }
        let mut refund = self.refund(later)?;
        if let Value::Object(parameters) = &mut refund.parameters {
            parameters.insert("earlier".to_owned(), json!(earlier.id.to_string()));
            parameters.insert("earlier_reference".to_owned(), json!(earlier.reference));
            parameters.insert("earlier_paid_at".to_owned(), json!(earlier.paid_at));
        }
        Ok(vec![refund])
    }
}
