//! The file that goes with an answer, put at the place that Paystack signs for it. Nothing shows that
//! it is there, so it is put there at most once by itself.

use async_trait::async_trait;
use shared::error::Class;
use shared::ledger::{Action, Check, Failure, Receipt, Sighting};
use shared::paystack::EvidenceFile;

use super::statement::Statement;
use super::{Context, VendorEffect, ask, decided, gone, look};

/// `GET /dispute/:id/upload_url`, then `PUT` to the place that it names.
pub struct UploadFile<'a> {
    pub(in crate::effects) context: Context<'a>,
}

#[async_trait]
impl VendorEffect for UploadFile<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        match look(&self.context, action).await? {
            Ok(seen) => ask(&self.context, action, &seen),
            Err(over) => Ok(over),
        }
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let (answer, said) = decided(&self.context)?;
        let seen = look(&self.context, action).await?.map_err(gone)?;
        let name = format!("statement-{}.pdf", seen.dispute.id);
        let name = EvidenceFile::new(&name)
            .map_err(|error| Failure::new(Class::Bug, "file_name", error.to_string()))?;
        let statement = Statement {
            merchant: &self.context.settings.merchant.name,
            dispute: &seen.dispute,
            gives_back: said.gives_back(answer.amount),
            words: said.statement(),
        };
        let paystack = self.context.paystack;
        let target = paystack
            .upload_target(seen.dispute.id, &name)
            .await
            .map_err(|error| Failure::from(&error))?;
        paystack
            .put_evidence(&target, statement.pdf())
            .await
            .map_err(|error| Failure::from(&error))?;
        let evidence = self.context.before.map(|before| before.id.clone());
        Ok(Receipt {
            id: target.file_name,
            second: evidence.filter(|number| !number.is_empty()),
        })
    }

    async fn look_up(&self, _action: &Action) -> Result<Sighting, Failure> {
        Ok(Sighting::Absent)
    }
}
