//! A high-value customer cannot pay: a person rings them, with what Paystack shows at hand.

use serde_json::json;
use shared::case::Urgency;
use shared::clock::later;
use shared::ledger::{Action, Reason};

use super::planner::Planner;
use super::refund_request::shown;

impl Planner<'_> {
    pub(super) fn vip_payment_blocker(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        let payment = self.records.payment.as_ref();
        let mut found = payment.map_or(json!({}), shown);
        if let serde_json::Value::Object(found) = &mut found {
            let customer = self
                .records
                .customer
                .as_ref()
                .map(|customer| &customer.code);
            found.insert("customer".to_owned(), json!(customer));
            found.insert("may_be".to_owned(), json!(self.records.candidates));
        }
        let reason = Reason::new(
            "vip_payment_blocker",
            "a high-value customer cannot pay: ring them",
        );
        let due = later(self.now, self.workflow_settings().deadline);
        let mut review = self.review_of(reason, found, Some(due));
        for action in &mut review {
            action.urgency = Urgency::Critical;
        }
        Ok(review)
    }
}
