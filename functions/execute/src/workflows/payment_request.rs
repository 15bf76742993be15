//! The caller asks to be sent a request to pay: a draft that nobody sees, then its finalisation,
//! which writes to the customer. A request that exists is notified again instead.

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::{Value, json};
use shared::case::Case;
use shared::ledger::{Action, ActionId, Anchor, Reason};
use shared::money::Money;
use shared::paystack::RequestStatus;

use super::planner::{Planner, short_hash};
use crate::effects::LOOK_BACK;
use crate::policy::Deed;

/// What a customer is to be asked to pay.
pub(super) struct Wanted {
    pub(super) amount: Money,
    /// What it is for, as a hash.
    pub(super) purpose: String,
    /// What else the effect has to know.
    pub(super) parameters: Value,
}

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
        actions.extend(self.draft_and_finalise(&self.wanted()?, actions.last())?);
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

    /// What the caller asked for, in their own words and never more exact than they were.
    fn wanted(&self) -> Result<Wanted, Reason> {
        let amount = self.case.fields.amount.as_ref();
        let amount = amount
            .filter(|amount| amount.value.subunits > 0)
            .ok_or_else(|| Reason::new("no_amount", "the call gives no amount to ask for"))?
            .value;
        Ok(Wanted {
            amount,
            purpose: purpose_key(self.case),
            parameters: json!({}),
        })
    }

    /// The due date that was agreed, else so many days from now as the settings say.
    fn due_date(&self) -> Date {
        let agreed = self.case.fields.due_date.as_ref().map(|due| due.value);
        let today = self.local().date();
        let days = self.settings.limits.payment_request_due_days;
        let later = today.saturating_add(days.days());
        agreed.filter(|day| *day >= today).unwrap_or(later)
    }

    pub(super) fn draft_and_finalise(
        &self,
        wanted: &Wanted,
        after: Option<&Action>,
    ) -> Result<[Action; 2], Reason> {
        let customer = self.records.customer.as_ref();
        let email = customer
            .and_then(|customer| customer.email.as_ref())
            .or(self.case.fields.email.as_ref().map(|email| &email.value))
            .ok_or_else(|| Reason::new("no_email", "the call gives no e-mail address"))?;
        // Nobody's address stands in a counter's or a lock's name.
        let whose = short_hash(&email.normalised());
        // Two calls about one purpose ask for one payment: the lock is on both together.
        let resource = format!("request-{whose}-{}", wanted.purpose);
        let draft_id = ActionId::action(Deed::DraftPaymentRequest.as_str(), "new");
        let mut draft = self.action(
            draft_id,
            Anchor::ByKey,
            resource.clone(),
            after.map(|a| a.id.clone()),
        );
        draft.amount = Some(wanted.amount);
        let limit = self.settings.limits.payment_requests_per_customer_per_day;
        draft.reservations = vec![
            // Paystack's lists lag, so that a like request may not show there yet: one at a time is
            // not enough, it is counted too.
            self.reservation(resource.clone(), 1, LOOK_BACK),
            self.daily("payment-requests", &whose, limit),
        ];
        draft.parameters = wanted.parameters.clone();
        if let Value::Object(parameters) = &mut draft.parameters {
            let known = [
                ("customer", json!(customer.map(|it| it.code.as_str()))),
                ("customer_id", json!(customer.map(|it| it.id.to_string()))),
                ("due_date", json!(self.due_date())),
            ];
            parameters.extend(known.map(|(name, value)| (name.to_owned(), value)));
        }
        self.decide(&mut draft, Deed::DraftPaymentRequest, Some(wanted.amount));
        let finalise_id = ActionId::action(Deed::FinalisePaymentRequest.as_str(), "new");
        let mut finalise = self.action(
            finalise_id,
            Anchor::ByState,
            resource,
            Some(draft.id.clone()),
        );
        finalise.amount = Some(wanted.amount);
        finalise.parameters = wanted.parameters.clone();
        if let Value::Object(parameters) = &mut finalise.parameters {
            let due = self.end_of(self.due_date());
            parameters.insert("due_at".to_owned(), json!(due));
        }
        self.decide(
            &mut finalise,
            Deed::FinalisePaymentRequest,
            Some(wanted.amount),
        );
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
