//! Who the caller is, and which Paystack record the call concerns.
//!
//! Paystack cannot search by telephone: the number confirms a record, it does not find one. A
//! number can be spoofed, so it makes the caller *matched*; *verified* takes a field that the
//! merchant's own system set. Whoever names a record names anybody's: its customer has to agree
//! with everything else that is known of the caller.

use jiff::{SignedDuration, Timestamp};
use shared::call::Direction;
use shared::case::{Captured, Case, Source, Workflow};
use shared::error::Class;
use shared::ids::{CustomerCode, Email};
use shared::ledger::{Failure, Reason};
use shared::paystack::{
    Customer, PaymentRequest, Paystack, PaystackError, RequestKey, Subscription,
    SubscriptionStatus, Transaction, TransactionStatus,
};

use crate::payment::{Payment, is_paid};
use crate::policy::Identity;

/// How far back a payment that was not named is looked for.
const PAYMENTS_SINCE: SignedDuration = SignedDuration::from_hours(90 * 24);

/// How far back an open payment request that was not named is looked for.
const REQUESTS_SINCE: SignedDuration = SignedDuration::from_hours(365 * 24);

/// How far apart two charges for one thing lie at most.
const TWINS_WITHIN: SignedDuration = SignedDuration::from_hours(72);

/// Where merchants keep what a payment is for.
const PURPOSE_FIELDS: [&str; 5] = [
    "order_id",
    "order_number",
    "invoice_number",
    "cart_id",
    "purpose_key",
];

/// At most so many candidates are shown.
const MOST_CANDIDATES: usize = 10;

/// How sure a match is that rests on the number on record.
const BY_NUMBER: i64 = 900;

/// How sure a match is where the name on record is another than the caller's: a number may have
/// changed its owner.
const OTHER_NAME: i64 = 600;

/// How sure a match is where nobody named the payment: it is the only one that it can be.
const NOT_NAMED: i64 = 700;

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
            .map_err(|e| failure(&e))?;
        records.request_missing = records.request.is_none();
    }
    if let Some(reference) = &case.fields.payment_reference {
        let found = paystack.verify_transaction(&reference.value).await;
        records.payment = match found.map_err(|error| failure(&error))? {
            Some(transaction) => Some(Payment::read(transaction, paystack).await?),
            None => None,
        };
        records.payment_missing = records.payment.is_none();
        records.payment_named = records.payment.is_some();
    }
    if let Some(code) = &case.fields.subscription {
        let found = paystack.subscription(&code.value).await;
        records.subscription = found.map_err(|error| failure(&error))?;
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
            .map_err(|error| failure(&error))
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
                records.customer = found.map_err(|error| failure(&error))?;
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
                    .map_err(|e| failure(&e))?
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

/// Looks among the customer's own records for the one that can be meant, where none was named.
async fn find_unnamed(
    case: &Case,
    paystack: &Paystack,
    records: &mut Records,
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(customer) = records.customer.as_ref().map(|customer| customer.id) else {
        return Ok(());
    };
    let window = |since: SignedDuration| {
        let from = now.saturating_sub(since).unwrap_or(Timestamp::MIN);
        (
            from,
            now.saturating_add(SignedDuration::from_hours(24))
                .unwrap_or(Timestamp::MAX),
        )
    };
    match case.workflow {
        Workflow::DuplicateCharge if !records.payment_missing => {
            let (from, to) = window(PAYMENTS_SINCE);
            let found = paystack.transactions_of(customer, from, to).await;
            find_twins(records, found.map_err(|error| failure(&error))?, paystack).await
        }
        Workflow::RefundRequest
        | Workflow::DisputedCharge
        | Workflow::Chargeback
        | Workflow::PaymentStatus
        | Workflow::VipPaymentBlocker
            if records.payment.is_none() && !records.payment_missing =>
        {
            let (from, to) = window(PAYMENTS_SINCE);
            let found = paystack.transactions_of(customer, from, to).await;
            let mut meant = meant_payments(case, found.map_err(|error| failure(&error))?);
            if meant.len() > 1 {
                records.candidates = shown(meant.iter().map(|it| it.id.to_string()));
            } else if let Some(only) = meant.pop() {
                records.payment = Some(Payment::read(only, paystack).await?);
            }
            Ok(())
        }
        Workflow::FailedRenewal
            if records.subscription.is_none() && !records.subscription_missing =>
        {
            let found = paystack.subscriptions_of(customer).await;
            find_subscription(records, found.map_err(|error| failure(&error))?);
            Ok(())
        }
        Workflow::DocumentResend | Workflow::TaxBillingAddress | Workflow::Collections
            if records.request.is_none() && !records.request_missing =>
        {
            let (from, to) = window(REQUESTS_SINCE);
            let found = paystack.payment_requests_of(customer, from, to).await;
            let mut open = found.map_err(|error| failure(&error))?;
            open.retain(|request| request.is_open() && is_meant_request(case, request));
            if open.len() > 1 {
                let codes = open.iter().filter_map(|it| it.code.as_ref());
                records.candidates = shown(codes.map(ToString::to_string));
            } else {
                records.request = open.pop();
            }
            Ok(())
        }
        Workflow::DisputedCharge
        | Workflow::DuplicateCharge
        | Workflow::Chargeback
        | Workflow::DocumentResend
        | Workflow::FailedRenewal
        | Workflow::RefundRequest
        | Workflow::TaxBillingAddress
        | Workflow::CreateCustomer
        | Workflow::PaymentRequest
        | Workflow::PaymentStatus
        | Workflow::Collections
        | Workflow::VipPaymentBlocker
        | Workflow::Other => Ok(()),
    }
}

/// The payments that can be meant: of the amount that was said, else any.
fn meant_payments(case: &Case, mut found: Vec<Transaction>) -> Vec<Transaction> {
    let any_status = matches!(
        case.workflow,
        Workflow::PaymentStatus | Workflow::VipPaymentBlocker
    );
    found.retain(|transaction| any_status || is_paid(transaction));
    let said = case.fields.amount.as_ref().map(|amount| amount.value);
    let (exact, rest): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|it| said.is_some() && it.money() == said);
    if exact.is_empty() { rest } else { exact }
}

/// The only pair of equal charges close in time, or everything that could be one.
async fn find_twins(
    records: &mut Records,
    mut found: Vec<Transaction>,
    paystack: &Paystack,
) -> Result<(), Failure> {
    let named = records
        .payment
        .as_ref()
        .map(|payment| payment.transaction.id);
    found.retain(is_paid);
    found.sort_by_key(|transaction| (begun(transaction), transaction.id));
    let mut pairs = Vec::new();
    for (index, earlier) in found.iter().enumerate() {
        for later in found.iter().skip(index.saturating_add(1)) {
            let is_named = named.is_none_or(|id| id == earlier.id || id == later.id);
            if is_named && are_twins(earlier, later) {
                pairs.push((earlier, later));
            }
        }
    }
    match pairs.as_slice() {
        [] => records.payment = None,
        [(earlier, later)] => {
            let is_later_named = named == Some(later.id);
            records.earlier = Some((*earlier).clone());
            if !is_later_named {
                records.payment = Some(Payment::read((*later).clone(), paystack).await?);
            }
        }
        several => {
            let mut ids: Vec<u64> = several
                .iter()
                .flat_map(|(earlier, later)| [earlier.id, later.id])
                .collect();
            ids.sort_unstable();
            ids.dedup();
            records.payment = None;
            records.candidates = shown(ids.into_iter().map(|id| id.to_string()));
        }
    }
    Ok(())
}

fn begun(transaction: &Transaction) -> Timestamp {
    transaction
        .created_at
        .or(transaction.paid_at)
        .unwrap_or(Timestamp::MIN)
}

/// Same customer, same amount, nothing that says that they are for different things, close in time.
fn are_twins(earlier: &Transaction, later: &Transaction) -> bool {
    let apart = begun(later).duration_since(begun(earlier));
    let one_purpose = PURPOSE_FIELDS.iter().all(|field| {
        let (one, other) = (earlier.metadata.text(field), later.metadata.text(field));
        one.is_none() || other.is_none() || one == other
    });
    earlier.money().is_some()
        && earlier.money() == later.money()
        && earlier.status != TransactionStatus::Reversed
        && apart <= TWINS_WITHIN
        && one_purpose
}

/// The one whose charge failed, else the only one that is charged at all.
fn find_subscription(records: &mut Records, found: Vec<Subscription>) {
    let (mut failed, mut others): (Vec<_>, Vec<_>) = found
        .into_iter()
        .filter(is_live)
        .partition(|it| it.status == SubscriptionStatus::Attention);
    if failed.is_empty() {
        failed.append(&mut others);
    }
    if failed.len() > 1 {
        let codes = failed.iter().filter_map(|it| it.code.as_ref());
        records.candidates = shown(codes.map(ToString::to_string));
    } else {
        records.subscription = failed.pop();
    }
}

/// Whether Paystack can still charge the subscription.
#[must_use]
pub fn is_live(subscription: &Subscription) -> bool {
    matches!(
        subscription.status,
        SubscriptionStatus::Active
            | SubscriptionStatus::Attention
            | SubscriptionStatus::NonRenewing
    )
}

/// Whether what was said of invoice number and amount allows this request.
fn is_meant_request(case: &Case, request: &PaymentRequest) -> bool {
    let number = case.fields.invoice_number.as_ref();
    let same_number = number.is_none_or(|said| {
        request
            .invoice_number
            .is_none_or(|own| said.value.trim() == own.to_string())
    });
    let amount = case.fields.amount.as_ref().map(|amount| amount.value);
    let of_balance = case.workflow != Workflow::Collections;
    let same_amount = !of_balance || amount.is_none() || request.money() == amount;
    same_number && same_amount
}

fn shown(ids: impl Iterator<Item = String>) -> Vec<String> {
    ids.take(MOST_CANDIDATES).collect()
}

fn is_address_of(customer: &Customer, email: &Email) -> bool {
    customer
        .email
        .as_ref()
        .is_some_and(|own| own.normalised() == email.normalised())
}

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
