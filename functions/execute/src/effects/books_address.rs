//! A postal address, written into `QuickBooks`' record of the customer whose address is the one on
//! Paystack's record. The record itself shows whether it was done. Never a tax identifier.

use async_trait::async_trait;
use shared::error::Class;
use shared::ids::CustomerCode;
use shared::ledger::{Action, Check, Failure, Reason, Receipt, Sighting};
use shared::paystack::Customer;

use super::customer::refusal;
use super::{Context, VendorEffect};
use crate::matching::Records;
use crate::paired::{BooksCustomer, is_stale, surely_before};
use crate::policy::Deed;

/// The code of a record that somebody has changed since our own change was sent and not answered.
const CHANGED_SINCE: &str = "changed_since";

/// A sparse `POST /v3/company/{realm}/customer`.
pub struct CorrectBooksAddress<'a> {
    pub(super) context: Context<'a>,
}

impl CorrectBooksAddress<'_> {
    fn address(&self) -> Result<&str, Check> {
        let address = self.context.case()?.fields.billing_address.as_ref();
        address.map(|it| it.value.trim()).ok_or_else(|| {
            Check::Decline(Reason::new(
                "no_details",
                "the call gives no postal address",
            ))
        })
    }

    /// The customer as Paystack and as `QuickBooks` has them; the latter where it has one and only
    /// one of that address.
    async fn customer(
        &self,
        action: &Action,
    ) -> Result<(Customer, Option<BooksCustomer>), Failure> {
        let code = CustomerCode::new(action.id.target.clone())
            .map_err(|_| Failure::new(Class::Bug, "no_customer", "the action names no customer"))?;
        let customer = self.context.customer(&code).await?;
        let books = self.context.books()?;
        let found = match &customer.email {
            Some(email) => books
                .customer(email)
                .await
                .map_err(|error| Failure::from(&error))?,
            None => None,
        };
        Ok((customer, found))
    }
}

fn receipt(customer: BooksCustomer) -> Receipt {
    Receipt {
        id: customer.id,
        second: None,
    }
}

fn no_customer() -> Failure {
    Failure::new(
        Class::Rejected,
        "no_books_customer",
        "QuickBooks has no customer with the e-mail address on Paystack's record, or several: where \
         they are in it, correct the address there",
    )
}

#[async_trait]
impl VendorEffect for CorrectBooksAddress<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let address = match self.address() {
            Ok(address) => address,
            Err(check) => return Ok(check),
        };
        let (customer, found) = self.customer(action).await?;
        let Some(found) = found else {
            return Ok(Check::Decline(no_customer().reason));
        };
        if found.has_address(address) {
            return Ok(Check::Done(receipt(found)));
        }
        // Ours may have been written, and another one over it: theirs is not overwritten unasked.
        let is_changed_since = action.sends > 0
            && action
                .sent_at
                .zip(found.changed_at)
                .is_none_or(|(sent, changed)| changed >= surely_before(sent));
        if is_changed_since && !action.was_approved_in_spite_of(CHANGED_SINCE) {
            return Ok(Check::AskPerson(Reason::new(
                CHANGED_SINCE,
                "somebody has changed the customer in QuickBooks since the correction was sent",
            )));
        }
        let records = Records {
            customer: Some(customer),
            ..Records::default()
        };
        Ok(self
            .context
            .ask_policy(Deed::CorrectBooksAddress, action, None, &records))
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let address = self.address().map_err(refusal)?;
        let (_, found) = self.customer(action).await?;
        let found = found.ok_or_else(no_customer)?;
        let corrected = self
            .context
            .books()?
            .correct_address(&found, address, &action.key)
            .await;
        match corrected {
            Ok(()) => Ok(receipt(found)),
            // Nothing was done: it is read, and decided on, again.
            Err(error) if is_stale(&error) => Err(Failure::new(
                Class::RetryLater,
                "quickbooks",
                "the customer was changed in QuickBooks at that moment",
            )),
            Err(error) => Err(Failure::from(&error)),
        }
    }

    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        let address = self.address().map_err(refusal)?;
        let (_, found) = self.customer(action).await?;
        let done = found.filter(|found| found.has_address(address));
        Ok(done.map_or(Sighting::Absent, |found| Sighting::Found(receipt(found))))
    }
}
