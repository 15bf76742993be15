//! Whom messages to the customer go to, and what a receipt or statement says: all of it from
//! Paystack's records.

use jiff::{SignedDuration, Timestamp};
use shared::case::{Case, DocumentKind, Workflow};
use shared::clock::earlier;
use shared::config::Settings;
use shared::ledger::{Failure, Paid, Recipient};
use shared::paystack::{Customer, Paystack, Transaction};

use crate::matching::{Records, identify};
use crate::payment::is_paid;
use crate::policy::Identity;

/// How sure the match has to be, in thousandths: a number whose owner goes by another name may have
/// changed hands.
const SURE: i64 = 700;

/// How far back a statement reaches, and how many payments it lists.
const STATEMENT_SINCE: SignedDuration = SignedDuration::from_hours(90 * 24);
const MOST_PAYMENTS: usize = 50;

/// The customer on Paystack's record, where the caller is known to be them.
///
/// # Errors
/// [`Failure`] where a statement is asked for and Paystack cannot be.
pub async fn recipient(
    case: &Case,
    records: &Records,
    settings: &Settings,
    paystack: &Paystack,
    now: Timestamp,
) -> Result<Option<Recipient>, Failure> {
    let (identity, confidence) = identify(case, records, settings.merchant.calling_code());
    let is_known = matches!(identity, Identity::Verified | Identity::Matched);
    let Some(customer) = records
        .customer
        .as_ref()
        .filter(|_| is_known && confidence >= SURE)
    else {
        return Ok(None);
    };
    let Some(email) = customer.email.clone() else {
        return Ok(None);
    };
    let document = case.fields.document.as_ref().map(|document| document.value);
    let payments = match document.filter(|_| case.workflow == Workflow::DocumentResend) {
        Some(DocumentKind::Receipt) => {
            let payment = records.payment.as_ref().map(|it| &it.transaction);
            payment.into_iter().filter_map(paid).collect()
        }
        Some(DocumentKind::Statement) => {
            let from = earlier(now, STATEMENT_SINCE);
            let found = paystack.transactions_of(customer.id, from, now).await;
            let mut payments: Vec<Paid> = found
                .map_err(|error| Failure::from(&error))?
                .iter()
                .filter_map(paid)
                .collect();
            payments.sort_by_key(|payment| std::cmp::Reverse(payment.at));
            payments.truncate(MOST_PAYMENTS);
            payments
        }
        Some(DocumentKind::Invoice | DocumentKind::TaxForm | DocumentKind::PaymentLink) | None => {
            Vec::new()
        }
    };
    Ok(Some(Recipient {
        email,
        name: name(customer),
        payments,
    }))
}

fn name(customer: &Customer) -> Option<String> {
    let parts: Vec<&str> = [&customer.first_name, &customer.last_name]
        .into_iter()
        .flatten()
        .map(|name| name.expose().trim())
        .filter(|name| !name.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn paid(transaction: &Transaction) -> Option<Paid> {
    if !is_paid(transaction) {
        return None;
    }
    Some(Paid {
        reference: transaction.reference.as_ref()?.to_string(),
        amount: transaction.money()?,
        at: transaction.paid_at.or(transaction.created_at),
    })
}
