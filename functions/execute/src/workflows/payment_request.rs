//! The caller asks to be sent a request to pay: a draft that nobody sees, then its finalisation,
//! which writes to the customer. A request that exists is notified again instead.

use serde_json::json;
use shared::case::Case;
use shared::ledger::{Action, ActionId, Anchor, Reason};
use shared::paystack::RequestStatus;

use super::{Planner, end_of, short_hash};
use crate::effects::LOOK_BACK;
use crate::policy::Deed;

impl Planner<'_> {
    pub(super) fn payment_request(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        self.refuse_unwilling()?;
        if self.case.fields.request_code.is_some() {
            return Ok(vec![self.notify_existing()?]);
        }
        let mut actions = Vec::new();
        if self.records.customer.is_none() {
            actions.push(self.create_customer()?);
        }
        actions.extend(self.draft_and_finalise(actions.last())?);
        Ok(actions)
    }

    pub(super) fn refuse_unwilling(&self) -> Result<(), Reason> {
        if self
            .case
            .fields
            .consent
            .as_ref()
            .is_some_and(|consent| !consent.value)
        {
            return Err(Reason::new(
                "consent_refused",
                "the caller refused to be written to",
            ));
        }
        Ok(())
    }

    pub(super) fn draft_and_finalise(&self, after: Option<&Action>) -> Result<[Action; 2], Reason> {
        let fields = &self.case.fields;
        let amount = fields
            .amount
            .as_ref()
            .filter(|amount| amount.value.subunits > 0)
            .ok_or_else(|| Reason::new("no_amount", "the call gives no amount to ask for"))?
            .value;
        let customer = self.records.customer.as_ref();
        let email = customer
            .and_then(|customer| customer.email.as_ref())
            .or(fields.email.as_ref().map(|email| &email.value))
            .ok_or_else(|| Reason::new("no_email", "the call gives no e-mail address"))?;
        let purpose = purpose_key(self.case);
        // Two calls about one purpose ask for one payment: the lock is on both together.
        let resource = format!("request-{}-{purpose}", short_hash(&email.normalised()));
        let draft_id = ActionId::action(Deed::DraftPaymentRequest.as_str(), "new");
        let mut draft = self.action(
            draft_id,
            Anchor::ByKey,
            resource.clone(),
            after.map(|a| a.id.clone()),
        );
        draft.amount = Some(amount);
        // Paystack's lists lag, so that a like request may not show there yet: one at a time is
        // not enough, it is counted too.
        draft.reservations = vec![self.reservation(resource.clone(), 1, LOOK_BACK)];
        draft.parameters = json!({
            "customer": customer.map(|customer| customer.code.as_str()),
            "customer_id": customer.map(|customer| customer.id.to_string()),
            "due_date": fields.due_date.as_ref().map(|due| due.value),
        });
        self.decide(&mut draft, Deed::DraftPaymentRequest, Some(amount));
        let finalise_id = ActionId::action(Deed::FinalisePaymentRequest.as_str(), "new");
        let mut finalise = self.action(
            finalise_id,
            Anchor::ByState,
            resource,
            Some(draft.id.clone()),
        );
        finalise.amount = Some(amount);
        let due = fields.due_date.as_ref();
        finalise.parameters = json!({
            "due_at": due.and_then(|due| end_of(due.value, &self.settings.merchant.time_zone)),
        });
        self.decide(&mut finalise, Deed::FinalisePaymentRequest, Some(amount));
        Ok([draft, finalise])
    }

    pub(super) fn notify_existing(&self) -> Result<Action, Reason> {
        let request = self.records.request.as_ref().ok_or_else(|| {
            Reason::new("request_not_found", "Paystack has no such payment request")
        })?;
        let code = request.code.as_ref().ok_or_else(|| {
            Reason::new(
                "request_without_code",
                "Paystack gives no code for the payment request",
            )
        })?;
        let open = request.status == RequestStatus::Pending && !request.paid && !request.archived;
        if !open {
            return Err(Reason::new(
                "request_not_open",
                "the payment request is no longer open",
            ));
        }
        let id = ActionId::action(Deed::NotifyPaymentRequest.as_str(), code.as_str());
        let mut action = self.action(id, Anchor::None, format!("request-{code}"), None);
        action.amount = request.money();
        let limits = &self.settings.limits;
        action.reservations = vec![self.daily("notify", code.as_str(), limits.notices_per_day)];
        if let Some(customer) = &self.records.customer {
            let limit = limits.documents_per_customer_per_day;
            action
                .reservations
                .push(self.daily("documents", customer.code.as_str(), limit));
        }
        let amount = action.amount;
        self.decide(&mut action, Deed::NotifyPaymentRequest, amount);
        Ok(action)
    }
}

/// What a payment request is for, as a hash: two calls that say the same ask for one payment.
#[must_use]
pub fn purpose_key(case: &Case) -> String {
    let fields = &case.fields;
    let named = fields.invoice_number.as_ref().or(fields.purpose.as_ref());
    short_hash(&named.map(|it| it.value.to_lowercase()).unwrap_or_default())
}
