//! A call about money that the caller owes: facts and promises beside the open payment request,
//! and a follow-up on the day that was promised. Nobody is written to.

use jiff::Timestamp;
use serde_json::json;
use shared::ledger::{Action, Reason};

use super::{Planner, end_of, plus};

impl Planner<'_> {
    pub(super) fn collections(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        self.refuse_several("payment requests")?;
        let promise = self
            .case
            .fields
            .promise_to_pay
            .as_ref()
            .map(|promise| &promise.value);
        let request = self.records.request.as_ref();
        let promised_by = promise.and_then(|promise| promise.by);
        let ends = promised_by.and_then(|day| end_of(day, &self.settings.merchant.time_zone));
        let found = json!({
            "request": request.and_then(|request| request.code.as_ref()),
            "balance": request.and_then(shared::paystack::PaymentRequest::money),
            "due_date": request.and_then(|request| request.due_date),
            "promised": promise.and_then(|promise| promise.amount),
            "promised_by": promised_by,
            "due_at": ends,
            "call_back_expected": self.case.fields.callback_expected.as_ref().map(|it| it.value),
        });
        let reason = match promise {
            Some(_) => Reason::new(
                "promise_to_pay",
                "the caller promised to pay: check that day",
            ),
            None => Reason::new("no_promise", "the caller made no promise to pay"),
        };
        let due = ends.and_then(|ends| self.follow_up(ends));
        Ok(self.review_of(reason, found, due))
    }

    /// The workflow's time to act after the promised day has ended.
    fn follow_up(&self, ends: Timestamp) -> Option<Timestamp> {
        let due = plus(ends, self.workflow_settings().deadline);
        (due > plus(self.now, self.workflow_settings().not_after)).then_some(due)
    }
}
