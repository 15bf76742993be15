//! The operational summary: composed from the fields in fixed wording, so that nothing a caller
//! says can get into it but a checked value, and no adjective about anyone.

use std::fmt::Write as _;

use jiff::civil::Date;
use shared::case::{DocumentKind, Fields, PaymentStatus, Workflow};

/// The longest summary, in characters.
pub const LONGEST: usize = 500;

/// Composes the summary of a call.
#[must_use]
pub(super) fn compose(workflow: Workflow, also: &[Workflow], fields: &Fields) -> String {
    let mut summary = claim(workflow, fields);
    if let Some(wanted) = &fields.credit_request
        && wanted.value
    {
        summary.push_str(" Wants a credit in place of a refund.");
    }
    if let Some(promise) = &fields.promise_to_pay {
        summary.push_str(" Caller promised to pay");
        if let Some(amount) = promise.value.amount {
            let _ = write!(summary, " {amount}");
        }
        if let Some(by) = promise.value.by {
            let _ = write!(summary, " by {}", day(by));
        }
        summary.push('.');
    }
    match (&fields.promised_next_step, &fields.follow_up_deadline) {
        (_, Some(deadline)) => {
            let _ = write!(summary, " Promised: answer by {}.", day(deadline.value));
        }
        (Some(_), None) => summary.push_str(" A next step was promised on the call."),
        (None, None) => {}
    }
    if fields
        .callback_expected
        .as_ref()
        .is_some_and(|expected| expected.value)
    {
        summary.push_str(" Expects a call back.");
    }
    if !also.is_empty() {
        let titles: Vec<String> = also
            .iter()
            .map(|also| also.title().to_lowercase())
            .collect();
        let _ = write!(summary, " Also: {}.", titles.join(", "));
    }
    cut(summary)
}

/// What the caller says, by workflow.
fn claim(workflow: Workflow, fields: &Fields) -> String {
    let record = record(fields);
    let amount = fields
        .amount
        .as_ref()
        .map(|amount| format!(", {}", amount.value))
        .unwrap_or_default();
    match workflow {
        Workflow::DisputedCharge => format!("Caller disputes {record}{amount}."),
        Workflow::DuplicateCharge => {
            format!("Caller says {record} was charged twice{amount}. Wants one refunded.")
        }
        Workflow::Chargeback => format!("Caller speaks of a chargeback on {record}{amount}."),
        Workflow::DocumentResend => {
            let document = match fields.document.as_ref().map(|document| document.value) {
                Some(DocumentKind::Receipt) => "the receipt",
                Some(DocumentKind::Statement) => "a statement",
                Some(DocumentKind::TaxForm) => "a tax form",
                Some(DocumentKind::PaymentLink) => "the payment link",
                Some(DocumentKind::Invoice) | None => "the invoice",
            };
            format!("Caller asks for {document} of {record} to be sent again.")
        }
        Workflow::FailedRenewal => {
            let subscription = fields.subscription.as_ref().map_or_else(
                || "a subscription".to_owned(),
                |code| format!("subscription {}", code.value),
            );
            format!("Caller says {subscription} did not renew{amount}.")
        }
        Workflow::RefundRequest => format!("Caller asks for a refund of {record}{amount}."),
        Workflow::TaxBillingAddress => {
            "Caller asks for a correction of tax or billing address details.".to_owned()
        }
        Workflow::CreateCustomer => "Caller asks for a customer record to be opened.".to_owned(),
        Workflow::PaymentRequest => {
            let due = fields
                .due_date
                .as_ref()
                .map(|due| format!(", due {}", day(due.value)));
            format!(
                "Caller asks for a payment request{amount}{}.",
                due.unwrap_or_default()
            )
        }
        Workflow::PaymentStatus => {
            let status = match fields.payment_status.as_ref().map(|status| status.value) {
                Some(PaymentStatus::Paid) => " Says it was paid.",
                Some(PaymentStatus::Pending) => " Says it is pending.",
                Some(PaymentStatus::Failed) => " Says it failed.",
                Some(PaymentStatus::Reversed) => " Says it was reversed.",
                None => "",
            };
            format!("Caller asks about the status of {record}{amount}.{status}")
        }
        Workflow::Collections => format!("Call about a balance owed on {record}{amount}."),
        Workflow::VipPaymentBlocker => {
            format!("High-value customer reports a blocked payment{amount}.")
        }
        Workflow::Other => "Call about none of the money workflows.".to_owned(),
    }
}

/// The record the call is about.
fn record(fields: &Fields) -> String {
    if let Some(reference) = &fields.payment_reference {
        reference.value.to_string()
    } else if let Some(code) = &fields.request_code {
        format!("payment request {}", code.value)
    } else if let Some(number) = fields
        .invoice_number
        .as_ref()
        .and_then(|number| code(&number.value))
    {
        format!("invoice {number}")
    } else if let Some(number) = fields
        .order_number
        .as_ref()
        .and_then(|number| code(&number.value))
    {
        format!("order {number}")
    } else {
        "a payment".to_owned()
    }
}

/// A number that a source gave as free text, where it is one: a claim is no way to write into the
/// summary.
fn code(text: &str) -> Option<&str> {
    let short = (1..=32).contains(&text.len());
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/' | b'.'));
    (short && plain && text.bytes().any(|byte| byte.is_ascii_digit())).then_some(text)
}

/// `3 Nov`, as finance writes it; the year where it matters is in the fields.
fn day(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// At most [`LONGEST`] characters, cut at the end of a sentence.
fn cut(summary: String) -> String {
    let Some((end, _)) = summary.char_indices().nth(LONGEST) else {
        return summary;
    };
    let head = summary.get(..end).unwrap_or_default();
    let stop = head.rfind(". ").map_or(end, |at| at + 1);
    head.get(..stop).unwrap_or(head).to_owned()
}
