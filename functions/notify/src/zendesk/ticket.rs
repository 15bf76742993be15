//! A notice as a ticket, or as a comment on the ticket that the call has already.

use async_trait::async_trait;
use jiff::Timestamp;
use shared::case::Urgency;
use shared::error::Class;
use shared::ledger::{Action, Check, Effect, Failure, Receipt, Recipient, Sighting};

use super::{NewTicket, Zendesk};
use crate::deliver::{Earlier, not_set_up, unsent};

/// One ticket or comment on its way.
pub struct Ticket<'a> {
    /// Zendesk, where it is set up.
    pub zendesk: Option<&'a Zendesk>,
    /// The ticket that an earlier notice about the call was put in.
    pub earlier: Earlier<'a>,
    /// The call's external id.
    pub external_id: String,
    /// The subject, for a new ticket.
    pub subject: String,
    /// The text, its last line [`Ticket::mark`].
    pub body: String,
    /// The line by which it is found again.
    pub mark: String,
    /// Whether the requester may read the first comment.
    pub public: bool,
    /// Whom a public ticket is about.
    pub requester: Option<Recipient>,
    /// How soon a person must look.
    pub urgency: Urgency,
    /// What a new ticket is tagged with.
    pub tags: Vec<String>,
    /// By when, where a person has to do something.
    pub due: Option<Timestamp>,
}

impl Ticket<'_> {
    fn zendesk(&self) -> Result<&Zendesk, Failure> {
        self.zendesk.ok_or_else(|| not_set_up("Zendesk"))
    }

    /// The call's ticket: from our own record, else as Zendesk knows it.
    async fn ticket(&self, notice: &Action) -> Result<Option<u64>, Failure> {
        let earlier = self.earlier.now(notice).await?;
        let known = earlier.and_then(|it| it.id.parse().ok());
        if known.is_some() {
            return Ok(known);
        }
        self.zendesk()?
            .find(&self.external_id)
            .await
            .map_err(|error| Failure::from(&error))
    }
}

fn receipt(ticket: u64, comment: Option<u64>) -> Receipt {
    Receipt {
        id: ticket.to_string(),
        second: comment.map(|comment| comment.to_string()),
    }
}

#[async_trait]
impl Effect for Ticket<'_> {
    async fn check(&self, _action: &Action) -> Result<Check, Failure> {
        Ok(match self.zendesk {
            Some(_) => Check::Go,
            None => Check::Done(Receipt::default()),
        })
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let zendesk = self.zendesk()?;
        // A look-up that fails has sent nothing.
        let known = self.ticket(action).await.map_err(unsent)?;
        if let Some(ticket) = known {
            zendesk
                .comment(ticket, &self.body)
                .await
                .map_err(|error| Failure::from(&error))?;
            return Ok(receipt(ticket, None));
        }
        let new = NewTicket {
            subject: &self.subject,
            body: &self.body,
            public: self.public,
            requester: self.requester.as_ref().filter(|_| self.public),
            urgency: self.urgency,
            tags: self.tags.clone(),
            external_id: &self.external_id,
            due: self.due,
        };
        match zendesk.create(&new, &action.key).await {
            Ok(ticket) => Ok(receipt(ticket, None)),
            Err(error) => {
                let mut failure = Failure::from(&error);
                // The key was used with another text, so that the first request has arrived.
                if error.to_string().contains("IdempotentRequestError") {
                    failure.class = Class::OutcomeUnknown;
                }
                Err(failure)
            }
        }
    }

    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        let Some(ticket) = self.ticket(action).await? else {
            return Ok(Sighting::Absent);
        };
        let comment = self
            .zendesk()?
            .find_comment(ticket, &self.mark)
            .await
            .map_err(|error| Failure::from(&error))?;
        Ok(comment.map_or(Sighting::Absent, |comment| {
            Sighting::Found(receipt(ticket, Some(comment)))
        }))
    }

    fn announce(&self, _action: &Action) -> Vec<Action> {
        Vec::new()
    }
}
