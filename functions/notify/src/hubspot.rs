//! The note on the customer's contact, found again by the mark in its last line.

use async_trait::async_trait;
use jiff::SignedDuration;
use shared::ids::Email;
use shared::ledger::{Action, Check, Effect, Failure, Receipt, Sighting};
use shared::vendors::exchange::ExchangeError;
use shared::vendors::hubspot::{Contact, Hubspot};

use crate::deliver::not_set_up;

/// One note on its way.
pub struct Note<'a> {
    /// `HubSpot`, where it is set up.
    pub hubspot: Option<&'a Hubspot>,
    /// The address on Paystack's record, where the caller is known to be that customer.
    pub email: Option<Email>,
    /// The note, its last line [`Note::mark`].
    pub body: String,
    /// The line by which it is found again.
    pub mark: String,
    /// How long the merchant's day still lasts.
    pub left_of_today: SignedDuration,
}

/// How little of a day has to have passed for its limit not to be used up already: then `HubSpot`'s
/// day begins at another hour than the merchant's, and it is asked each hour.
const JUST_BEGUN: SignedDuration = SignedDuration::from_hours(23);

impl Note<'_> {
    fn hubspot(&self) -> Result<&Hubspot, Failure> {
        self.hubspot.ok_or_else(|| not_set_up("HubSpot"))
    }

    async fn contact(&self) -> Result<Option<Contact>, Failure> {
        let Some(email) = &self.email else {
            return Ok(None);
        };
        self.hubspot()?
            .contact(email)
            .await
            .map_err(|error| self.failure(&error))
    }

    /// What is used up for today comes back at midnight.
    fn failure(&self, error: &ExchangeError) -> Failure {
        let mut failure = Failure::from(error);
        if error.is_for_the_day() && self.left_of_today < JUST_BEGUN {
            failure.wait = Some(self.left_of_today);
        }
        failure
    }
}

fn receipt(note: String, contact: Contact) -> Receipt {
    Receipt {
        id: note,
        second: Some(contact.id),
    }
}

#[async_trait]
impl Effect for Note<'_> {
    async fn check(&self, _action: &Action) -> Result<Check, Failure> {
        if self.hubspot.is_none() {
            return Ok(Check::Done(Receipt::default()));
        }
        // A contact that is not there is not made: a note is not worth a new record.
        Ok(match self.contact().await? {
            Some(_) => Check::Go,
            None => Check::Done(Receipt::default()),
        })
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let contact = self.contact().await?.ok_or_else(|| {
            Failure::new(
                shared::error::Class::Rejected,
                "contact_gone",
                "HubSpot no longer has the contact",
            )
        })?;
        let note = self
            .hubspot()?
            .create_note(&contact, &self.body, action.created_at)
            .await
            .map_err(|error| self.failure(&error))?;
        Ok(receipt(note, contact))
    }

    async fn look_up(&self, _action: &Action) -> Result<Sighting, Failure> {
        let Some(contact) = self.contact().await? else {
            return Ok(Sighting::Absent);
        };
        let found = self
            .hubspot()?
            .find_note(&contact, &self.mark)
            .await
            .map_err(|error| self.failure(&error))?;
        Ok(found.map_or(Sighting::Absent, |note| {
            Sighting::Found(receipt(note, contact))
        }))
    }

    fn announce(&self, _action: &Action) -> Vec<Action> {
        Vec::new()
    }
}
