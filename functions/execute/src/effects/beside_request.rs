//! What is written beside an open payment request, whose amount stays as it is: corrected billing
//! details, or what was said and promised about it. The record itself shows whether it was done, and
//! nobody is written to.

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use shared::case::Case;
use shared::error::Class;
use shared::ids::RequestCode;
use shared::ledger::{Action, Check, Failure, Reason, Receipt, Sighting};
use shared::paystack::{Metadata, PaymentRequest, PaymentRequestChanges, RequestKey};

use super::billing_details::{billing_details, not_an_object, shows};
use super::customer::refusal;
use super::{Context, VendorEffect};
use crate::matching::Records;
use crate::policy::Deed;

/// What was said on a collections call, under the names that stand beside the payment request: the
/// call, and the promise in figures. None of the caller's words.
fn collections_note(case: &Case) -> Map<String, Value> {
    let mut note = Map::new();
    note.insert("collections_call".to_owned(), json!(case.call));
    if let Some(promise) = &case.fields.promise_to_pay {
        let promised = promise.value.amount.map(|amount| amount.to_string());
        let by = promise.value.by.map(|day| day.to_string());
        note.insert("promised".to_owned(), json!(promised.unwrap_or_default()));
        note.insert("promised_by".to_owned(), json!(by.unwrap_or_default()));
    }
    note
}

/// `PUT /paymentrequest/:code`, whose amount stays as it is.
pub struct AnnotateRequest<'a> {
    pub(super) context: Context<'a>,
    /// Why: the correction, or the note.
    pub(super) deed: Deed,
}

impl AnnotateRequest<'_> {
    fn additions(&self, case: &Case) -> Map<String, Value> {
        if self.deed == Deed::NotePaymentRequest {
            collections_note(case)
        } else {
            billing_details(case)
        }
    }

    fn key(action: &Action) -> Result<RequestKey, Failure> {
        RequestCode::new(action.id.target.clone())
            .map(RequestKey::Code)
            .map_err(|_| {
                Failure::new(
                    Class::Bug,
                    "no_request",
                    "the action names no payment request",
                )
            })
    }

    async fn request(&self, action: &Action) -> Result<Option<PaymentRequest>, Failure> {
        let key = Self::key(action)?;
        self.context
            .paystack
            .payment_request(&key)
            .await
            .map_err(|error| Failure::from(&error))
    }
}

fn receipt(action: &Action, request: &PaymentRequest) -> Receipt {
    Receipt {
        id: action.id.target.clone(),
        second: Some(request.id.to_string()),
    }
}

#[async_trait]
impl VendorEffect for AnnotateRequest<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let case = match self.context.case() {
            Ok(case) => case,
            Err(check) => return Ok(check),
        };
        let request = self.request(action).await?.filter(PaymentRequest::is_open);
        let Some(request) = request else {
            return Ok(Check::Reject(Reason::new(
                "request_not_open",
                "the payment request is no longer open",
            )));
        };
        if shows(&request.metadata, &self.additions(case)) {
            return Ok(Check::Done(receipt(action, &request)));
        }
        if request.metadata == Metadata::Other {
            return Ok(not_an_object());
        }
        let customer = match &request.customer.code {
            Some(code) => Some(self.context.customer(code).await?),
            None => None,
        };
        let records = Records {
            customer,
            request: Some(request),
            ..Records::default()
        };
        Ok(self.context.ask_policy(self.deed, action, None, &records))
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let case = self.context.case().map_err(refusal)?;
        let request = self.request(action).await?.ok_or_else(|| {
            Failure::new(
                Class::Rejected,
                "request_gone",
                "the payment request is no longer there",
            )
        })?;
        let mut metadata = match &request.metadata {
            Metadata::Object(map) => map.clone(),
            Metadata::Absent | Metadata::Other => Map::new(),
        };
        let ours = metadata.get("action_key").cloned();
        metadata.extend(self.additions(case));
        metadata.extend(self.context.metadata(action, case));
        // The key under which the request was made stays: that is how it is found again.
        if let Some(ours) = ours {
            metadata.insert("action_key".to_owned(), ours);
        }
        let changes = PaymentRequestChanges {
            metadata: Some(metadata),
            ..PaymentRequestChanges::default()
        };
        let updated = self
            .context
            .paystack
            .update_payment_request(&Self::key(action)?, &changes)
            .await
            .map_err(|error| Failure::from(&error))?;
        Ok(receipt(action, &updated))
    }

    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        let case = self.context.case().map_err(refusal)?;
        let request = self.request(action).await?;
        let done = request.filter(|request| shows(&request.metadata, &self.additions(case)));
        Ok(done.map_or(Sighting::Absent, |request| {
            Sighting::Found(receipt(action, &request))
        }))
    }
}
