//! Who the caller is, and which Paystack record the call concerns.
//!
//! Paystack cannot search by telephone: the number confirms a record, it does not find one. A
//! number can be spoofed, so it makes the caller *matched*; *verified* takes a field that the
//! merchant's own system set. Whoever names a record names anybody's: its customer has to agree
//! with everything else that is known of the caller.

mod identity;
mod unnamed;

use jiff::Timestamp;
use shared::case::Case;
use shared::ids::{CustomerCode, Email};
use shared::ledger::{Failure, Reason};
use shared::paystack::{Customer, PaymentRequest, Paystack, RequestKey, Subscription, Transaction};

use crate::paired::Around;
use crate::payment::Payment;

pub use identity::{identify, is_recipient_on_record};
use unnamed::find_unnamed;
pub use unnamed::is_live;

/// What Paystack knows about the records a case names.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an answer of Paystack's to a question of its own"
)]
pub struct Records {
    /// The customer, where the case names one that exists.
    pub customer: Option<Customer>,
    /// Whether Paystack was asked for the case's e-mail and definitely has no such customer.
    pub is_new_customer: bool,
    /// The payment request, where the case names one that exists.
    pub request: Option<PaymentRequest>,
    /// Whether the case names a payment request that does not exist.
    pub request_missing: bool,
    /// The payment, where the case names one that exists, or only one can be meant.
    pub payment: Option<Payment>,
    /// Whether the case names a payment that does not exist.
    pub payment_missing: bool,
    /// Whether the payment was named, and not only the one that can be meant.
    pub payment_named: bool,
    /// The earlier of two equal charges, of which `payment` is the later.
    pub earlier: Option<Transaction>,
    /// The subscription, where the case names one that exists, or only one can be meant.
    pub subscription: Option<Subscription>,
    /// Whether the case names a subscription that does not exist.
    pub subscription_missing: bool,
    /// The records that may be meant, by number or code, where there are several.
    pub candidates: Vec<String>,
    /// Why the records contradict each other, with the codes of both sides.
    pub ambiguity: Option<Reason>,
    /// What the paired systems know.
    pub around: Around,
}

/// Reads the records that a case names: at most one look-up for each kind of record, four for what
/// belongs to a payment, two for the customer, and one list where nothing was named.
///
/// # Errors
/// [`Failure`] where Paystack cannot be asked.
pub async fn find(case: &Case, paystack: &Paystack, now: Timestamp) -> Result<Records, Failure> {
    let mut records = Records::default();
    if let Some(code) = &case.fields.request_code {
        let key = RequestKey::Code(code.value.clone());
        records.request = paystack
            .payment_request(&key)
            .await
            .map_err(|e| Failure::from(&e))?;
        records.request_missing = records.request.is_none();
    }
    if let Some(reference) = &case.fields.payment_reference {
        let found = paystack.verify_transaction(&reference.value).await;
        records.payment = match found.map_err(|error| Failure::from(&error))? {
            Some(transaction) => Some(Payment::read(transaction, paystack).await?),
            None => None,
        };
        records.payment_missing = records.payment.is_none();
        records.payment_named = records.payment.is_some();
    }
    if let Some(code) = &case.fields.subscription {
        let found = paystack.subscription(&code.value).await;
        records.subscription = found.map_err(|error| Failure::from(&error))?;
        records.subscription_missing = records.subscription.is_none();
    }
    find_customer(case, paystack, &mut records).await?;
    if records.ambiguity.is_none() {
        find_unnamed(case, paystack, &mut records, now).await?;
    }
    Ok(records)
}

/// The customer behind the records, else the one that the call names. Two of them are none.
async fn find_customer(
    case: &Case,
    paystack: &Paystack,
    records: &mut Records,
) -> Result<(), Failure> {
    let by_code = async |code: &CustomerCode| {
        paystack
            .customer_by_code(code)
            .await
            .map_err(|error| Failure::from(&error))
    };
    let mut owners: Vec<&CustomerCode> = [
        records
            .request
            .as_ref()
            .and_then(|it| it.customer.code.as_ref()),
        records
            .payment
            .as_ref()
            .and_then(|it| it.transaction.customer.code.as_ref()),
        records
            .subscription
            .as_ref()
            .and_then(|it| it.customer.code.as_ref()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let behind_records = !owners.is_empty();
    owners.extend(case.fields.customer_code.as_ref().map(|code| &code.value));
    owners.sort_unstable();
    owners.dedup();
    let named_email = case.fields.email.as_ref().map(|email| &email.value);
    match owners.as_slice() {
        [] => {
            if let Some(email) = named_email {
                let found = paystack.customer_by_email(email).await;
                records.customer = found.map_err(|error| Failure::from(&error))?;
                records.is_new_customer = records.customer.is_none();
            }
        }
        [one] => {
            records.customer = by_code(one).await?;
            let own = records.customer.as_ref();
            let other_address = named_email.filter(|named| {
                own.is_some_and(|own| !is_address_of(own, named)) && behind_records
            });
            // The address may be another customer's: then both sides are shown.
            if let (Some(own), Some(email)) = (own, other_address)
                && let Some(other) = paystack
                    .customer_by_email(email)
                    .await
                    .map_err(|e| Failure::from(&e))?
                && other.code != own.code
            {
                records.ambiguity = Some(two_sides(&[&own.code, &other.code]));
            }
        }
        several => records.ambiguity = Some(two_sides(several)),
    }
    Ok(())
}

fn two_sides(codes: &[&CustomerCode]) -> Reason {
    let codes: Vec<&str> = codes.iter().map(|code| code.as_str()).collect();
    Reason::new(
        "two_customers",
        format!(
            "the call names records of different customers: {}",
            codes.join(", ")
        ),
    )
}

fn is_address_of(customer: &Customer, email: &Email) -> bool {
    customer
        .email
        .as_ref()
        .is_some_and(|own| own.normalised() == email.normalised())
}

#[cfg(test)]
mod tests;
