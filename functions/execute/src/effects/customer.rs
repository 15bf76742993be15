//! Opening a customer record. Paystack keeps one record per e-mail address: the record itself
//! shows whether it was made, so that a missing answer is found out by asking for it.

use async_trait::async_trait;
use shared::ids::Email;
use shared::ledger::{Action, Check, Failure, Receipt, Sighting};
use shared::paystack::{Customer, NewCustomer, PrivateText};

use super::{Context, VendorEffect};
use crate::matching::Records;
use crate::policy::Deed;

/// `POST /customer`.
pub struct CreateCustomer<'a> {
    pub(super) context: Context<'a>,
}

impl CreateCustomer<'_> {
    fn email(&self) -> Result<&Email, Check> {
        self.context
            .case()?
            .fields
            .email
            .as_ref()
            .map(|email| &email.value)
            .ok_or_else(|| {
                Check::Decline(shared::ledger::Reason::new(
                    "no_email",
                    "the call gives no address",
                ))
            })
    }

    async fn existing(&self, email: &Email) -> Result<Option<Customer>, Failure> {
        self.context
            .paystack
            .customer_by_email(email)
            .await
            .map_err(|error| Failure::from(&error))
    }
}

fn receipt(customer: &Customer) -> Receipt {
    Receipt {
        id: customer.code.as_str().to_owned(),
        second: Some(customer.id.to_string()),
    }
}

#[async_trait]
impl VendorEffect for CreateCustomer<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let email = match self.email() {
            Ok(email) => email,
            Err(check) => return Ok(check),
        };
        if let Some(customer) = self.existing(email).await? {
            return Ok(Check::Done(receipt(&customer)));
        }
        let records = Records {
            is_new_customer: true,
            ..Records::default()
        };
        Ok(self
            .context
            .ask_policy(Deed::CreateCustomer, action, None, &records))
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let case = self.context.case().map_err(refusal)?;
        let email = self.email().map_err(refusal)?;
        let name = case
            .fields
            .customer_name
            .as_ref()
            .map(|name| name.value.trim());
        let (first, last) = name.map_or((None, None), |name| match name.rsplit_once(' ') {
            Some((first, last)) => (Some(first), Some(last)),
            None => (Some(name), None),
        });
        let customer = self
            .context
            .paystack
            .create_customer(&NewCustomer {
                email: email.clone(),
                first_name: first.map(PrivateText::new),
                last_name: last.map(PrivateText::new),
                phone: case.caller.clone(),
                metadata: self.context.metadata(action, case),
            })
            .await
            .map_err(|error| Failure::from(&error))?;
        Ok(receipt(&customer))
    }

    async fn look_up(&self, _action: &Action) -> Result<Sighting, Failure> {
        let email = self.email().map_err(refusal)?;
        Ok(match self.existing(email).await? {
            Some(customer) => Sighting::Found(receipt(&customer)),
            None => Sighting::Absent,
        })
    }
}

/// A check that says no, where an answer is expected: the caller's data is gone.
pub(super) fn refusal(check: Check) -> Failure {
    let reason = match check {
        Check::AskPerson(reason)
        | Check::AskPeople(reason, _)
        | Check::Decline(reason)
        | Check::Reject(reason) => reason,
        Check::Go | Check::Done(_) => shared::ledger::Reason::default(),
    };
    Failure {
        class: shared::error::Class::Bug,
        reason,
        wait: None,
    }
}
