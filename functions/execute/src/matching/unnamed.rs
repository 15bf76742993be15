//! The record that a call does not name: looked for among the customer's own, and taken only where
//! no other can be meant.

use jiff::{SignedDuration, Timestamp};
use shared::case::{Case, Workflow};
use shared::clock::{earlier, later};
use shared::ledger::Failure;
use shared::paystack::{
    PaymentRequest, Paystack, Subscription, SubscriptionStatus, Transaction, TransactionStatus,
};

use super::Records;
use crate::payment::{Payment, is_paid};

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

/// Looks among the customer's own records for the one that can be meant, where none was named.
pub(super) async fn find_unnamed(
    case: &Case,
    paystack: &Paystack,
    records: &mut Records,
    now: Timestamp,
) -> Result<(), Failure> {
    let Some(customer) = records.customer.as_ref().map(|customer| customer.id) else {
        return Ok(());
    };
    let window = |since: SignedDuration| {
        let from = earlier(now, since);
        (
            from,
            now.saturating_add(SignedDuration::from_hours(24))
                .unwrap_or(Timestamp::MAX),
        )
    };
    match case.workflow {
        Workflow::DuplicateCharge if !records.payment_missing => {
            // The twin of a payment that was named lies near it, however long ago that was.
            let named = records.payment.as_ref().map(|it| begun(&it.transaction));
            let (from, to) = named.map_or_else(|| window(PAYMENTS_SINCE), near);
            let found = paystack.transactions_of(customer, from, to).await;
            find_twins(
                records,
                found.map_err(|error| Failure::from(&error))?,
                paystack,
            )
            .await
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
            let mut meant = meant_payments(case, found.map_err(|error| Failure::from(&error))?);
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
            find_subscription(records, found.map_err(|error| Failure::from(&error))?);
            Ok(())
        }
        Workflow::DocumentResend | Workflow::TaxBillingAddress | Workflow::Collections
            if records.request.is_none() && !records.request_missing =>
        {
            let (from, to) = window(REQUESTS_SINCE);
            let found = paystack.payment_requests_of(customer, from, to).await;
            let mut open = found.map_err(|error| Failure::from(&error))?;
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

/// Where a twin of a payment of `at` can lie.
fn near(at: Timestamp) -> (Timestamp, Timestamp) {
    (earlier(at, TWINS_WITHIN), later(at, TWINS_WITHIN))
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
