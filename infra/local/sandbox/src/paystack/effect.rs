//! What a request did to Paystack's records, to the merchant's money, and to the customer.

use serde::Serialize;

/// One thing that was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// A customer that did not exist before.
    CustomerCreated {
        /// The code.
        customer_code: String,
        /// The e-mail.
        email: String,
    },
    /// A customer changed.
    CustomerUpdated {
        /// The code.
        customer_code: String,
    },
    /// A new payment request.
    PaymentRequestCreated {
        /// The code.
        request_code: String,
        /// Whose.
        customer_code: String,
        /// In subunits.
        amount: i64,
        /// ISO code.
        currency: String,
        /// Whether it is a draft yet.
        draft: bool,
    },
    /// A payment request changed.
    PaymentRequestUpdated {
        /// The code.
        request_code: String,
        /// In subunits, now.
        amount: i64,
    },
    /// A draft became pending.
    PaymentRequestFinalized {
        /// The code.
        request_code: String,
    },
    /// A payment request left the lists.
    PaymentRequestArchived {
        /// The code.
        request_code: String,
    },
    /// An e-mail left for the customer.
    EmailSent {
        /// The address.
        to: String,
        /// What it is about.
        about: EmailAbout,
        /// The code or id of that record.
        record: String,
    },
    /// A new refund.
    RefundCreated {
        /// The id.
        refund: u64,
        /// The reference of the transaction.
        transaction_reference: String,
        /// In subunits.
        amount: i64,
    },
    /// A refund that needed attention was queued again.
    RefundRetried {
        /// The id.
        refund: u64,
    },
    /// A payer's card was charged.
    CardCharged {
        /// The new transaction's reference.
        transaction_reference: String,
        /// In subunits.
        amount: i64,
        /// ISO code.
        currency: String,
    },
    /// Money left the merchant's balance for the payer.
    MoneyMoved {
        /// In subunits.
        amount: i64,
        /// ISO code.
        currency: String,
        /// Why.
        reason: MoneyReason,
        /// The id of the refund or dispute.
        record: u64,
    },
    /// A failed refund's money came back to the balance.
    MoneyReturned {
        /// In subunits.
        amount: i64,
        /// ISO code.
        currency: String,
        /// The id of the refund.
        record: u64,
    },
    /// A refund went on to another status.
    RefundMoved {
        /// The id.
        refund: u64,
        /// The status it has now.
        status: String,
    },
    /// A payer paid a payment request.
    PaymentRequestPaid {
        /// The code.
        request_code: String,
    },
    /// A subscription will be charged again.
    SubscriptionEnabled {
        /// The code.
        subscription_code: String,
    },
    /// A subscription will not be charged again.
    SubscriptionDisabled {
        /// The code.
        subscription_code: String,
    },
    /// A dispute's amount or file changed.
    DisputeUpdated {
        /// The id.
        dispute: u64,
    },
    /// Evidence was added to a dispute.
    EvidenceAdded {
        /// The dispute's id.
        dispute: u64,
        /// The evidence's id.
        evidence: u64,
    },
    /// A file arrived at a signed address.
    FileUploaded {
        /// Its name.
        file_name: String,
        /// Its size in bytes.
        bytes: usize,
    },
    /// A dispute came to its end.
    DisputeResolved {
        /// The id.
        dispute: u64,
        /// How.
        resolution: String,
    },
    /// Webhook events were sent again.
    WebhooksResent {
        /// Which.
        events: Vec<String>,
    },
}

/// What an e-mail to a customer is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailAbout {
    /// A payment request, on its creation, finalisation or change.
    PaymentRequest,
    /// A reminder of a payment request, by notify.
    PaymentRequestReminder,
    /// A refund.
    Refund,
    /// The link to change a subscription's card.
    SubscriptionLink,
}

/// Why money moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyReason {
    /// A refund.
    Refund,
    /// A dispute that was accepted, by the merchant or by silence.
    Dispute,
}
