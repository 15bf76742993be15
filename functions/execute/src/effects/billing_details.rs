//! Postal address and tax region, written beside the customer's record. The record itself shows
//! whether it was done. Whether Paystack merges or replaces what
//! is beside a record is not documented, so the whole is read and written.

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use shared::case::Case;
use shared::error::Class;
use shared::ids::CustomerCode;
use shared::ledger::{Action, Check, Failure, Reason, Receipt, Sighting};
use shared::paystack::Metadata;

use super::customer::refusal;
use super::{Context, VendorEffect};
use crate::matching::Records;
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
pub(super) fn shows(metadata: &Metadata, details: &Map<String, Value>) -> bool {
    details
        .iter()
        .all(|(name, value)| metadata.text(name) == value.as_str())
}

pub(super) fn not_an_object() -> Check {
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
impl VendorEffect for CorrectBillingDetails<'_> {
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
            .map_err(|error| Failure::from(&error))?
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
