//! Postal address and tax region, written beside the customer's record and the open payment
//! request. The record itself shows whether it was done. Whether Paystack merges or replaces what
//! is beside a record is not documented, so the whole is read and written.

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use shared::case::Case;
use shared::error::Class;
use shared::ids::{CustomerCode, RequestCode};
use shared::ledger::{Action, Check, Failure, Reason, Receipt, Sighting};
use shared::paystack::{Metadata, PaymentRequest, PaymentRequestChanges, RequestKey};

use super::customer::refusal;
use super::{Context, PaystackEffect};
use crate::matching::{Records, failure};
use crate::policy::Deed;

/// What is corrected, under the names that stand beside Paystack's records. Never a tax identifier.
#[must_use]
pub fn billing_details(case: &Case) -> Map<String, Value> {
    [
        ("billing_address", case.fields.billing_address.as_ref()),
        ("tax_region", case.fields.tax_region.as_ref()),
    ]
    .into_iter()
    .filter_map(|(name, field)| {
        let value = field?.value.trim();
        (!value.is_empty()).then(|| (name.to_owned(), json!(value)))
    })
    .collect()
}

/// Whether the record shows all of `details`.
fn shows(metadata: &Metadata, details: &Map<String, Value>) -> bool {
    details
        .iter()
        .all(|(name, value)| metadata.text(name) == value.as_str())
}

fn not_an_object() -> Check {
    Check::Reject(Reason::new(
        "metadata_not_an_object",
        "what stands beside the record cannot be added to: correct it in Paystack's dashboard",
    ))
}

/// `PUT /customer/:code`.
pub struct CorrectBillingDetails<'a> {
    pub(super) context: Context<'a>,
}

impl CorrectBillingDetails<'_> {
    fn code(action: &Action) -> Result<CustomerCode, Failure> {
        CustomerCode::new(action.id.target.clone())
            .map_err(|_| Failure::new(Class::Bug, "no_customer", "the action names no customer"))
    }
}

#[async_trait]
impl PaystackEffect for CorrectBillingDetails<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let case = match self.context.case() {
            Ok(case) => case,
            Err(check) => return Ok(check),
        };
        let code = Self::code(action)?;
        let customer = self.context.customer(&code).await?;
        if shows(&customer.metadata, &billing_details(case)) {
            return Ok(Check::Done(Receipt {
                id: code.to_string(),
                second: Some(customer.id.to_string()),
            }));
        }
        if customer.metadata == Metadata::Other {
            return Ok(not_an_object());
        }
        let records = Records {
            customer: Some(customer),
            ..Records::default()
        };
        Ok(self
            .context
            .ask_policy(Deed::CorrectBillingDetails, action, None, &records))
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let case = self.context.case().map_err(refusal)?;
        let code = Self::code(action)?;
        let mut additions = billing_details(case);
        additions.extend(self.context.metadata(action, case));
        let updated = self
            .context
            .paystack
            .add_customer_metadata(&code, &additions)
            .await
            .map_err(|error| failure(&error))?
            .ok_or_else(|| {
                Failure::new(
                    Class::Rejected,
                    "customer_gone",
                    "the customer is no longer there",
                )
            })?;
        Ok(Receipt {
            id: code.to_string(),
            second: Some(updated.id.to_string()),
        })
    }

    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        let case = self.context.case().map_err(refusal)?;
        let code = Self::code(action)?;
        let customer = self.context.customer(&code).await?;
        Ok(if shows(&customer.metadata, &billing_details(case)) {
            Sighting::Found(Receipt {
                id: code.to_string(),
                second: Some(customer.id.to_string()),
            })
        } else {
            Sighting::Absent
        })
    }
}

/// `PUT /paymentrequest/:code`, whose amount stays as it is.
pub struct UpdatePaymentRequest<'a> {
    pub(super) context: Context<'a>,
}

impl UpdatePaymentRequest<'_> {
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
            .map_err(|error| failure(&error))
    }
}

fn receipt(action: &Action, request: &PaymentRequest) -> Receipt {
    Receipt {
        id: action.id.target.clone(),
        second: Some(request.id.to_string()),
    }
}

#[async_trait]
impl PaystackEffect for UpdatePaymentRequest<'_> {
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
        if shows(&request.metadata, &billing_details(case)) {
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
        Ok(self
            .context
            .ask_policy(Deed::UpdatePaymentRequest, action, None, &records))
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
        metadata.extend(billing_details(case));
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
            .map_err(|error| failure(&error))?;
        Ok(receipt(action, &updated))
    }

    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        let case = self.context.case().map_err(refusal)?;
        let request = self.request(action).await?;
        let done = request.filter(|request| shows(&request.metadata, &billing_details(case)));
        Ok(done.map_or(Sighting::Absent, |request| {
            Sighting::Found(receipt(action, &request))
        }))
    }
}
