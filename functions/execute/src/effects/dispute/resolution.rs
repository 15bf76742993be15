//! The resolution, which may give money back: exactly what a person decided, once. The dispute shows
//! it.

use async_trait::async_trait;
use shared::error::Class;
use shared::ledger::{Action, Check, Failure, Receipt, Sighting};
use shared::paystack::{Dispute, DisputeStatus, Resolution, Resolve};

use super::{Answer, Context, VendorEffect, ask, decided, look, number, read};

/// What Paystack is told where the person said nothing more.
const ACCEPTED: &str = "The merchant accepts the claim.";

/// `PUT /dispute/:id/resolve`.
pub struct ResolveDispute<'a> {
    pub(in crate::effects) context: Context<'a>,
}

fn receipt(action: &Action) -> Receipt {
    Receipt {
        id: action.id.target.clone(),
        second: None,
    }
}

/// Whether the dispute ended as it was decided, and not by silence or another's answer.
fn is_ours(dispute: &Dispute, answer: &Answer) -> bool {
    let ours = answer.resolution().map(Resolution::as_str);
    dispute.status == DisputeStatus::Resolved
        && ours.is_some()
        && dispute.resolution.as_deref() == ours
}

#[async_trait]
impl VendorEffect for ResolveDispute<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let (_, answer) = decided(&self.context)?;
        if let Some(dispute) = read(&self.context, action).await?
            && is_ours(&dispute, &answer)
        {
            return Ok(Check::Done(receipt(action)));
        }
        match look(&self.context, action).await? {
            Ok(seen) => ask(&self.context, action, &seen),
            Err(over) => Ok(over),
        }
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let (decision, answer) = decided(&self.context)?;
        let (Some(resolution), Some(amount), Some(file)) = (
            answer.resolution(),
            answer.gives_back(decision.amount),
            self.context.before,
        ) else {
            return Err(Failure::new(
                Class::Bug,
                "no_answer",
                "nobody has decided how to answer the dispute",
            ));
        };
        let message = match answer.statement() {
            "" => ACCEPTED,
            said => said,
        };
        let evidence = file.second.as_ref().and_then(|number| number.parse().ok());
        self.context
            .paystack
            .resolve_dispute(
                number(action)?,
                &Resolve {
                    resolution,
                    message: message.to_owned(),
                    refund_amount: amount.subunits,
                    uploaded_filename: file.id.clone(),
                    evidence,
                },
            )
            .await
            .map_err(|error| Failure::from(&error))?;
        Ok(receipt(action))
    }

    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        let (_, answer) = decided(&self.context)?;
        let dispute = read(&self.context, action).await?;
        let is_there = dispute.is_some_and(|dispute| is_ours(&dispute, &answer));
        Ok(if is_there {
            Sighting::Found(receipt(action))
        } else {
            Sighting::Absent
        })
    }
}
