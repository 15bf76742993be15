//! What speaks for the merchant, added to the dispute in words. The dispute shows that it is there.

use async_trait::async_trait;
use shared::error::Class;
use shared::ledger::{Action, Check, Failure, Receipt, Sighting};
use shared::paystack::{NewEvidence, PrivateText, Resolution};

use super::{Context, Seen, VendorEffect, ask, decided, gone, look, read};

/// `POST /dispute/:id/evidence`.
pub struct AddEvidence<'a> {
    pub(in crate::effects) context: Context<'a>,
}

impl AddEvidence<'_> {
    /// The evidence, where Paystack's record of the customer gives all that has to be in it.
    fn evidence(&self, seen: &Seen) -> Result<Option<NewEvidence>, Failure> {
        let (_, answer) = decided(&self.context)?;
        let Some(customer) = &seen.records.customer else {
            return Ok(None);
        };
        let names = [&customer.first_name, &customer.last_name];
        let names: Vec<&str> = names
            .into_iter()
            .flatten()
            .map(PrivateText::expose)
            .collect();
        let name = names.join(" ").trim().to_owned();
        let phone = customer.phone_number(Some(self.context.settings.merchant.calling_code()));
        let (Some(email), Some(phone), false) = (customer.email.clone(), phone, name.is_empty())
        else {
            return Ok(None);
        };
        let address = customer.metadata.text("billing_address");
        Ok(Some(NewEvidence {
            customer_email: email,
            customer_name: PrivateText::new(name),
            customer_phone: phone,
            service_details: PrivateText::new(answer.statement()),
            delivery_address: address.map(PrivateText::new),
            delivery_date: None,
        }))
    }
}

fn receipt(evidence: Option<u64>) -> Receipt {
    Receipt {
        id: evidence
            .map(|number| number.to_string())
            .unwrap_or_default(),
        second: None,
    }
}

#[async_trait]
impl VendorEffect for AddEvidence<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let (_, answer) = decided(&self.context)?;
        let seen = match look(&self.context, action).await? {
            Ok(seen) => seen,
            Err(over) => return Ok(over),
        };
        // Only a claim that is declined needs evidence, and only a claim of fraud cannot do without.
        let is_needed = answer.resolution() == Some(Resolution::Declined);
        let is_fraud = seen.dispute.category.as_deref() == Some("fraud");
        if !is_needed || seen.dispute.evidence.is_some() {
            return Ok(Check::Done(receipt(seen.dispute.evidence)));
        }
        if self.evidence(&seen)?.is_none() {
            return Ok(if is_fraud {
                Check::Reject(shared::ledger::Reason::new(
                    "evidence_incomplete",
                    "Paystack's record of the customer lacks a name, an address or a number, which a \
                     claim of fraud is not declined without",
                ))
            } else {
                Check::Done(receipt(None))
            });
        }
        ask(&self.context, action, &seen)
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let seen = look(&self.context, action).await?.map_err(gone)?;
        let evidence = self.evidence(&seen)?.ok_or_else(|| {
            Failure::new(
                Class::Rejected,
                "evidence_incomplete",
                "Paystack's record of the customer lacks a name, an address or a number",
            )
        })?;
        let number = self
            .context
            .paystack
            .add_evidence(seen.dispute.id, &evidence)
            .await
            .map_err(|error| Failure::from(&error))?;
        Ok(receipt(Some(number)))
    }

    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        let dispute = read(&self.context, action).await?;
        let evidence = dispute.and_then(|dispute| dispute.evidence);
        Ok(evidence.map_or(Sighting::Absent, |number| {
            Sighting::Found(receipt(Some(number)))
        }))
    }
}
