//! A call about money that the caller owes: facts and promises are noted beside the open payment
//! request, and followed up on the day that was promised. Nobody is written to.

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::case::PromiseToPay;
use shared::clock::later;
use shared::ledger::{Action, ActionId, Anchor, Reason};
use shared::paystack::PaymentRequest;

use super::planner::Planner;
use crate::policy::Deed;

impl Planner<'_> {
    pub(super) fn collections(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        self.refuse_several("payment requests")?;
        let promise = self.case.fields.promise_to_pay.as_ref();
        let promise = promise.map(|promise| &promise.value);
        let request = self.records.request.as_ref();
        let found = self.spoken_of(request, promise);
        let open = request.filter(|request| request.is_open());
        let Some(code) = open.and_then(|request| request.code.as_ref()) else {
            let reason = match promise {
                Some(_) => Reason::new(
                    "promise_to_pay",
                    "the caller promised to pay, and no open payment request was found: check that \
                     day",
                ),
                None => Reason::new(
                    "no_promise",
                    "the caller made no promise to pay, and no open payment request was found",
                ),
            };
            let due = self.due(promise);
            let due = (due > later(self.now, self.workflow_settings().not_after)).then_some(due);
            return Ok(self.review_of(reason, found, due));
        };
        let mut note = self.action(
            ActionId::action(Deed::NotePaymentRequest.as_str(), code.as_str()),
            Anchor::ByState,
            format!("request-{code}"),
            None,
        );
        note.parameters = found;
        self.decide(&mut note, Deed::NotePaymentRequest, None);
        Ok(vec![note])
    }

    /// The balance and the promise: ids, amounts and days, in nobody's words.
    fn spoken_of(&self, request: Option<&PaymentRequest>, promise: Option<&PromiseToPay>) -> Value {
        json!({
            "request": request.and_then(|request| request.code.as_ref()),
            "balance": request.and_then(PaymentRequest::money),
            "due_date": request.and_then(|request| request.due_date),
            "promised": promise.and_then(|promise| promise.amount),
            "promised_by": promise.and_then(|promise| promise.by),
            "due_at": promise.and_then(|promise| self.end_of(promise.by?)),
            "call_back_expected": self.case.fields.callback_expected.as_ref().map(|it| it.value),
        })
    }

    /// The end of the day that was promised, and the workflow's time to act after it.
    fn due(&self, promise: Option<&PromiseToPay>) -> Timestamp {
        let day = promise.and_then(|promise| promise.by);
        let end = day.and_then(|day| self.end_of(day)).unwrap_or(self.now);
        later(end, self.workflow_settings().deadline)
    }
}
