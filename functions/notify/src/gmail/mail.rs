//! A notice as a message to the customer: only to the address on Paystack's record, drafted, then
//! sent, and looked for by its Message-ID before it is sent again.

use async_trait::async_trait;
use shared::error::Class;
use shared::ledger::{Action, Check, Effect, Failure, Reason, Receipt, Sighting};

use super::{Gmail, Letter};
use crate::deliver::not_set_up;

/// One message on its way.
pub struct Mail<'a> {
    /// Gmail, where it is set up.
    pub gmail: Option<&'a Gmail>,
    /// The message, or why there can be none.
    pub letter: Result<Letter, Reason>,
}

impl Mail<'_> {
    fn gmail(&self) -> Result<&Gmail, Failure> {
        self.gmail.ok_or_else(|| not_set_up("Gmail"))
    }

    fn letter(&self) -> Result<&Letter, Failure> {
        self.letter.as_ref().map_err(|reason| Failure {
            class: Class::Rejected,
            reason: reason.clone(),
            wait: None,
        })
    }
}

fn receipt(id: String) -> Receipt {
    Receipt { id, second: None }
}

#[async_trait]
impl Effect for Mail<'_> {
    async fn check(&self, _action: &Action) -> Result<Check, Failure> {
        Ok(match (&self.gmail, &self.letter) {
            (None, _) => Check::Done(Receipt::default()),
            (Some(_), Err(reason)) => Check::Reject(reason.clone()),
            (Some(_), Ok(letter)) => match letter.raw() {
                Ok(_) => Check::Go,
                Err(error) => Check::Reject(Reason::new("header", error.to_string())),
            },
        })
    }

    async fn send(&self, _action: &Action) -> Result<Receipt, Failure> {
        let gmail = self.gmail()?;
        let letter = self.letter()?;
        let raw = letter
            .raw()
            .map_err(|error| Failure::new(Class::Rejected, "header", error.to_string()))?;
        let known = gmail
            .find_draft(&letter.message_id)
            .await
            .map_err(|error| Failure::from(&error))?;
        let draft = match known {
            Some(draft) => draft,
            None => gmail
                .draft(&raw)
                .await
                .map_err(|error| Failure::from(&error))?,
        };
        match gmail.send_draft(&draft).await {
            Ok(message) => Ok(receipt(message)),
            // The draft is gone: somebody has sent it or thrown it away.
            Err(error) if error.refused_with() == Some(404) => Err(Failure::new(
                Class::OutcomeUnknown,
                "draft_gone",
                "the draft is gone: it may have been sent",
            )),
            Err(error) => Err(Failure::from(&error)),
        }
    }

    async fn look_up(&self, _action: &Action) -> Result<Sighting, Failure> {
        let found = self
            .gmail()?
            .find_sent(&self.letter()?.message_id)
            .await
            .map_err(|error| Failure::from(&error))?;
        Ok(found.map_or(Sighting::Absent, |message| {
            Sighting::Found(receipt(message))
        }))
    }

    fn announce(&self, _action: &Action) -> Vec<Action> {
        Vec::new()
    }
}
