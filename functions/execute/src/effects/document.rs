//! Letting a document go: nothing is sent to Paystack. Once it is let go and counted, the mail with it
//! is a notice like any other, told once; or a person has sent it.

use async_trait::async_trait;
use shared::ledger::{Action, Check, Failure, Receipt, Sighting};

use super::{Context, VendorEffect, planned_customer};
use crate::matching::Records;
use crate::policy::Deed;

/// Lets a document go to the customer on record.
pub struct SendDocument<'a> {
    pub(super) context: Context<'a>,
}

fn receipt(action: &Action) -> Result<Receipt, Failure> {
    Ok(Receipt {
        id: planned_customer(action)?.to_string(),
        second: None,
    })
}

#[async_trait]
impl VendorEffect for SendDocument<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let records = Records {
            customer: Some(self.context.customer(&planned_customer(action)?).await?),
            ..Records::default()
        };
        Ok(self
            .context
            .ask_policy(Deed::SendDocument, action, None, &records))
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        receipt(action)
    }

    /// That it was let go is written down with its count, and there is nothing else to be seen.
    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        Ok(Sighting::Found(receipt(action)?))
    }
}
