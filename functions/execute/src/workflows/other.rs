//! A call about none of the workflows is recorded, and nothing is done; unless somebody was promised
//! an answer, which a person gives.

use serde_json::json;
use shared::ledger::{Action, Reason};

use super::planner::Planner;

impl Planner<'_> {
    pub(super) fn other(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_unsure()?;
        let fields = &self.case.fields;
        if self.owes_an_answer() || fields.escalation_reason.is_some() {
            let reason = Reason::new(
                "answer_promised",
                "the call is about something else, and the caller waits for an answer",
            );
            return Ok(self.review_of(reason, json!({}), self.promised_by()));
        }
        Ok(self.record("the call asks for nothing that is done here", json!({})))
    }
}
