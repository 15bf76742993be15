//! An invoice that `QuickBooks` mails again: the customer's own, and to the address on Paystack's
//! record only. The invoice itself shows when it was last mailed.

use async_trait::async_trait;
use shared::error::Class;
use shared::ids::Email;
use shared::ledger::{Action, Check, Failure, Reason, Receipt, Sighting};
use shared::paystack::Customer;

use super::{Context, VendorEffect, planned_customer};
use crate::matching::Records;
use crate::paired::{Invoice, surely_before};
use crate::policy::Deed;

/// `POST /v3/company/{realm}/invoice/{id}/send`.
pub struct SendBooksInvoice<'a> {
    pub(super) context: Context<'a>,
}

impl SendBooksInvoice<'_> {
    async fn customer(&self, action: &Action) -> Result<Customer, Failure> {
        self.context.customer(&planned_customer(action)?).await
    }

    async fn invoice(&self, action: &Action) -> Result<Option<Invoice>, Failure> {
        let found = self.context.books()?.invoice_by_id(&action.id.target).await;
        found.map_err(|error| Failure::from(&error))
    }

    /// The address on Paystack's record, where `QuickBooks` has the invoice under a customer with
    /// just that address.
    async fn recipient(
        &self,
        customer: &Customer,
        invoice: &Invoice,
    ) -> Result<Option<Email>, Failure> {
        let Some(email) = &customer.email else {
            return Ok(None);
        };
        let found = self.context.books()?.customer(email).await;
        let own = found.map_err(|error| Failure::from(&error))?;
        let is_theirs = own.is_some_and(|own| invoice.customer == Some(own.id));
        Ok(is_theirs.then(|| email.clone()))
    }
}

fn not_theirs() -> Failure {
    Failure::new(
        Class::Rejected,
        "books_invoice_of_another",
        "QuickBooks no longer has the invoice under the customer with the address on Paystack's \
         record",
    )
}

fn receipt(invoice: Invoice) -> Receipt {
    Receipt {
        id: invoice.id,
        second: None,
    }
}

#[async_trait]
impl VendorEffect for SendBooksInvoice<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let customer = self.customer(action).await?;
        let Some(invoice) = self.invoice(action).await? else {
            return Ok(Check::Reject(Reason::new(
                "books_invoice_gone",
                "QuickBooks no longer has the invoice",
            )));
        };
        if self.recipient(&customer, &invoice).await?.is_none() {
            return Ok(Check::Reject(not_theirs().reason));
        }
        let records = Records {
            customer: Some(customer),
            ..Records::default()
        };
        Ok(self
            .context
            .ask_policy(Deed::SendBooksInvoice, action, action.amount, &records))
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let customer = self.customer(action).await?;
        let invoice = self.invoice(action).await?;
        let theirs = match &invoice {
            Some(invoice) => self.recipient(&customer, invoice).await?,
            None => None,
        };
        let Some((invoice, email)) = invoice.zip(theirs) else {
            return Err(not_theirs());
        };
        let books = self.context.books()?;
        let sent = books.send_invoice(&invoice.id, &email, &action.key).await;
        sent.map_err(|error| Failure::from(&error))?;
        Ok(receipt(invoice))
    }

    /// Mailed at the time that it was sent or later, by whomever: the customer has it.
    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        let invoice = self.invoice(action).await?;
        let since = action.sent_at.map(surely_before);
        let done = invoice.filter(|invoice| {
            let mailed = invoice.sent_at.zip(since);
            mailed.is_some_and(|(mailed, since)| mailed >= since)
        });
        Ok(done.map_or(Sighting::Absent, |invoice| {
            Sighting::Found(receipt(invoice))
        }))
    }
}
