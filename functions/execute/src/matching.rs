//! Who the caller is, and which Paystack record the call concerns.
//!
//! Paystack cannot search by telephone: the number confirms a record, it does not find one. A
//! number can be spoofed, so it makes the caller *matched*; *verified* takes a field that the
//! merchant's own system set.

use shared::case::{Captured, Case, Source};
use shared::error::Class;
use shared::ids::Email;
use shared::ledger::Failure;
use shared::paystack::{Customer, PaymentRequest, Paystack, PaystackError, RequestKey};

use crate::policy::Identity;

/// What Paystack knows about the records a case names.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// The customer, where the case names one that exists.
    pub customer: Option<Customer>,
    /// Whether Paystack was asked for the case's e-mail and definitely has no such customer.
    pub is_new_customer: bool,
    /// The payment request, where the case names one that exists.
    pub request: Option<PaymentRequest>,
    /// Whether the case names a payment request that does not exist.
    pub request_missing: bool,
}

/// Reads the records that a case names: at most two look-ups and one for the customer behind.
///
/// # Errors
/// [`Failure`] where Paystack cannot be asked.
pub async fn find(case: &Case, paystack: &Paystack) -> Result<Records, Failure> {
    let mut records = Records::default();
    if let Some(code) = &case.fields.request_code {
        let key = RequestKey::Code(code.value.clone());
        records.request = paystack
            .payment_request(&key)
            .await
            .map_err(|e| failure(&e))?;
        records.request_missing = records.request.is_none();
    }
    let owner = records.request.as_ref().map(|request| &request.customer);
    records.customer = if let Some(code) = owner.and_then(|owner| owner.code.as_ref()) {
        paystack
            .customer_by_code(code)
            .await
            .map_err(|error| failure(&error))?
    } else if let Some(code) = &case.fields.customer_code {
        paystack
            .customer_by_code(&code.value)
            .await
            .map_err(|error| failure(&error))?
    } else if let Some(email) = &case.fields.email {
        let found = paystack
            .customer_by_email(&email.value)
            .await
            .map_err(|error| failure(&error))?;
        records.is_new_customer = found.is_none();
        found
    } else {
        None
    };
    Ok(records)
}

/// How well we know that the caller is the customer on record, with the confidence in thousandths.
#[must_use]
pub fn identify(case: &Case, records: &Records, calling_code: &str) -> (Identity, i64) {
    let Some(customer) = &records.customer else {
        return match &case.fields.email {
            Some(email) if email.source == Source::MerchantSystem => (Identity::Verified, 1000),
            Some(email)
                if records.is_new_customer && email.corroborated && case.caller.is_some() =>
            {
                (
                    Identity::NewCorroborated,
                    i64::from(email.confidence.thousandths()),
                )
            }
            _ => (Identity::Unmatched, 0),
        };
    };
    // A field of the merchant's own system has to name this very customer.
    let named_email = case.fields.email.as_ref();
    let agrees = |email: &Captured<Email>| {
        customer
            .email
            .as_ref()
            .is_some_and(|own| own.normalised() == email.value.normalised())
    };
    if named_email.is_some_and(|email| email.source == Source::MerchantSystem && agrees(email))
        || case.fields.customer_code.as_ref().is_some_and(|code| {
            code.source == Source::MerchantSystem && code.value == customer.code
        })
    {
        return (Identity::Verified, 1000);
    }
    // An address that is not the one on record contradicts the number, whatever it says.
    if named_email.is_some_and(|email| !agrees(email)) {
        return (Identity::Unmatched, 0);
    }
    let on_record = customer.phone_number(Some(calling_code));
    match (&case.caller, on_record) {
        (Some(caller), Some(on_record)) if *caller == on_record => (Identity::Matched, 900),
        _ => (Identity::Unmatched, 0),
    }
}

/// What a failed exchange with Paystack means to an action.
#[must_use]
pub fn failure(error: &PaystackError) -> Failure {
    let mut failure = Failure::new(error.class(), error.code(), error.to_string());
    failure.wait = error
        .wait()
        .and_then(|wait| jiff::SignedDuration::try_from(wait).ok())
        .or_else(|| {
            // A person has to mend the key or top up the balance first: asking every few seconds
            // helps nobody.
            let slow = error.is_configuration()
                || error.reason() == Some(shared::paystack::Reason::InsufficientBalance);
            (slow && failure.class == Class::RetryLater)
                .then(|| jiff::SignedDuration::from_mins(10))
        });
    failure
}

#[cfg(test)]
#[path = "matching_tests.rs"]
mod tests;
