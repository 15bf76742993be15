//! How well we know that the caller is the customer on record.

use shared::call::Direction;
use shared::case::{Captured, Case, Source};
use shared::paystack::Customer;

use super::{Records, is_address_of};
use crate::policy::Identity;

/// How sure a match is that rests on the number on record.
const BY_NUMBER: i64 = 900;

/// How sure a match is where the name on record is another than the caller's: a number may have
/// changed its owner.
const OTHER_NAME: i64 = 600;

/// How sure a match is where nobody named the payment: it is the only one that it can be.
const NOT_NAMED: i64 = 700;

/// Whether the address that the call gives, where it gives one, is the customer's on record.
#[must_use]
pub fn is_recipient_on_record(case: &Case, records: &Records) -> bool {
    let named = case.fields.email.as_ref().map(|email| &email.value);
    match &records.customer {
        Some(customer) => {
            customer.email.is_some() && named.is_none_or(|named| is_address_of(customer, named))
        }
        // The record is about to be opened with that address.
        None => records.is_new_customer && named.is_some(),
    }
}

/// How well we know that the caller is the customer on record, with the confidence in thousandths.
#[must_use]
pub fn identify(case: &Case, records: &Records, calling_code: &str) -> (Identity, i64) {
    let (identity, confidence) = identify_customer(case, records, calling_code);
    if records.payment.is_some() && !records.payment_named {
        return (identity, confidence.min(NOT_NAMED));
    }
    (identity, confidence)
}

fn identify_customer(case: &Case, records: &Records, calling_code: &str) -> (Identity, i64) {
    if records.ambiguity.is_some() {
        return (Identity::Unmatched, 0);
    }
    let email = case.fields.email.as_ref();
    let code = case.fields.customer_code.as_ref();
    let Some(customer) = &records.customer else {
        return match email {
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
    // An address or a code that is not the one on record contradicts whatever else there is.
    if email.is_some_and(|email| !is_address_of(customer, &email.value))
        || code.is_some_and(|code| code.value != customer.code)
    {
        return (Identity::Unmatched, 0);
    }
    // A field of the merchant's own system has to name this very customer.
    let named_by_merchant = set_by_merchant(email) || set_by_merchant(code);
    if named_by_merchant {
        return match case.direction {
            // It says whom the merchant rang, not who picked up.
            Some(Direction::Outbound) => (Identity::Matched, BY_NUMBER),
            Some(Direction::Inbound) | None => (Identity::Verified, 1000),
        };
    }
    let on_record = customer.phone_number(Some(calling_code));
    match (&case.caller, on_record) {
        (Some(caller), Some(on_record)) if *caller == on_record => (
            Identity::Matched,
            if has_other_name(case, customer) {
                OTHER_NAME
            } else {
                BY_NUMBER
            },
        ),
        _ => (Identity::Unmatched, 0),
    }
}

fn set_by_merchant<T>(field: Option<&Captured<T>>) -> bool {
    field.is_some_and(|field| field.source == Source::MerchantSystem)
}

/// Whether the caller gave a name that shares no part with the one on record.
fn has_other_name(case: &Case, customer: &Customer) -> bool {
    let parts = |text: &str| -> Vec<String> {
        text.to_lowercase()
            .split_whitespace()
            .map(str::to_owned)
            .collect()
    };
    let said = case
        .fields
        .customer_name
        .as_ref()
        .map(|name| parts(&name.value));
    let on_record: Vec<String> = [&customer.first_name, &customer.last_name]
        .into_iter()
        .flatten()
        .flat_map(|name| parts(name.expose()))
        .collect();
    said.is_some_and(|said| {
        !said.is_empty()
            && !on_record.is_empty()
            && said.iter().all(|part| !on_record.contains(part))
    })
}
