//! The workflows: one list, used everywhere.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What a call asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Workflow {
    /// The caller does not recognise or does not accept a charge.
    DisputedCharge,
    /// The caller was charged twice for one thing.
    DuplicateCharge,
    /// The caller's bank has taken, or is asked to take, the money back.
    Chargeback,
    /// An invoice, receipt, statement, tax form or payment link is to be sent again.
    DocumentResend,
    /// A subscription did not renew.
    FailedRenewal,
    /// The caller wants money back.
    RefundRequest,
    /// A billing address or tax detail is wrong.
    TaxBillingAddress,
    /// A customer record is to be opened.
    CreateCustomer,
    /// The caller asks to be sent a request to pay.
    PaymentRequest,
    /// The caller asks whether a payment arrived.
    PaymentStatus,
    /// A call about money that the caller owes.
    Collections,
    /// A high-value customer cannot pay or is locked out.
    VipPaymentBlocker,
    /// Not about any of these.
    Other,
}

impl Workflow {
    /// Every workflow, in the order of the enum.
    pub const ALL: [Self; 13] = [
        Self::DisputedCharge,
        Self::DuplicateCharge,
        Self::Chargeback,
        Self::DocumentResend,
        Self::FailedRenewal,
        Self::RefundRequest,
        Self::TaxBillingAddress,
        Self::CreateCustomer,
        Self::PaymentRequest,
        Self::PaymentStatus,
        Self::Collections,
        Self::VipPaymentBlocker,
        Self::Other,
    ];

    /// The name as it is written in settings, queues and records.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DisputedCharge => "disputed_charge",
            Self::DuplicateCharge => "duplicate_charge",
            Self::Chargeback => "chargeback",
            Self::DocumentResend => "document_resend",
            Self::FailedRenewal => "failed_renewal",
            Self::RefundRequest => "refund_request",
            Self::TaxBillingAddress => "tax_billing_address",
            Self::CreateCustomer => "create_customer",
            Self::PaymentRequest => "payment_request",
            Self::PaymentStatus => "payment_status",
            Self::Collections => "collections",
            Self::VipPaymentBlocker => "vip_payment_blocker",
            Self::Other => "other",
        }
    }

    /// The name as a person reads it.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::DisputedCharge => "Disputed charge",
            Self::DuplicateCharge => "Duplicate charge",
            Self::Chargeback => "Chargeback",
            Self::DocumentResend => "Document to be sent again",
            Self::FailedRenewal => "Failed renewal",
            Self::RefundRequest => "Refund request",
            Self::TaxBillingAddress => "Tax or billing address",
            Self::CreateCustomer => "New customer",
            Self::PaymentRequest => "Payment request",
            Self::PaymentStatus => "Payment status",
            Self::Collections => "Collections call",
            Self::VipPaymentBlocker => "VIP payment blocker",
            Self::Other => "Other",
        }
    }
}

impl fmt::Display for Workflow {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A name that is no workflow's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "not a workflow; give one of disputed_charge, duplicate_charge, chargeback, document_resend, failed_renewal, refund_request, tax_billing_address, create_customer, payment_request, payment_status, collections, vip_payment_blocker, other"
)]
pub struct UnknownWorkflow;

impl FromStr for Workflow {
    type Err = UnknownWorkflow;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|workflow| workflow.as_str() == text)
            .ok_or(UnknownWorkflow)
    }
}

/// A document that a caller may ask for again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// A bill that is open or paid.
    Invoice,
    /// Proof of a payment.
    Receipt,
    /// A list of payments over a time.
    Statement,
    /// A form for a tax office.
    TaxForm,
    /// A link by which to pay.
    PaymentLink,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_written_name_is_the_serialised_name() {
        for workflow in Workflow::ALL {
            let written = serde_json::to_string(&workflow).unwrap();
            assert_eq!(written, format!("\"{workflow}\""));
            assert_eq!(workflow.as_str().parse(), Ok(workflow));
        }
        assert_eq!("refund".parse::<Workflow>(), Err(UnknownWorkflow));
    }
}
