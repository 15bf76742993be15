//! What policy is asked about: integers, booleans and enums only, so that no word of a caller can
//! reach a decision.

use serde::{Deserialize, Serialize};
use shared::case::Workflow;
use shared::money::Currency;

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Open a customer record.
    CreateCustomer,
    /// Draft a payment request, which nobody outside sees.
    DraftPaymentRequest,
    /// Finalise a draft, which writes to the customer.
    FinalisePaymentRequest,
    /// Write to the customer again about a payment request that exists.
    NotifyPaymentRequest,
    /// Give money back.
    Refund,
    /// Answer a bank's dispute.
    ResolveDispute,
    /// Send the link by which a subscriber changes their card.
    SendCardUpdateLink,
    /// Charge a saved card.
    ChargeAuthorization,
    /// Write postal address or tax region into a customer's metadata.
    CorrectBillingDetails,
    /// Change an open payment request.
    UpdatePaymentRequest,
    /// Send a document to the address on record.
    SendDocument,
}

impl Deed {
    /// Every deed, in the order of the enum.
    pub const ALL: [Self; 11] = [
        Self::CreateCustomer,
        Self::DraftPaymentRequest,
        Self::FinalisePaymentRequest,
        Self::NotifyPaymentRequest,
        Self::Refund,
        Self::ResolveDispute,
        Self::SendCardUpdateLink,
        Self::ChargeAuthorization,
        Self::CorrectBillingDetails,
        Self::UpdatePaymentRequest,
        Self::SendDocument,
    ];

    /// The name as actions, policies and the audit trail write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateCustomer => "create_customer",
            Self::DraftPaymentRequest => "draft_payment_request",
            Self::FinalisePaymentRequest => "finalise_payment_request",
            Self::NotifyPaymentRequest => "notify_payment_request",
            Self::Refund => "refund",
            Self::ResolveDispute => "resolve_dispute",
            Self::SendCardUpdateLink => "send_card_update_link",
            Self::ChargeAuthorization => "charge_authorization",
            Self::CorrectBillingDetails => "correct_billing_details",
            Self::UpdatePaymentRequest => "update_payment_request",
            Self::SendDocument => "send_document",
        }
    }
}

/// How well we know that the caller is the customer on record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// A field set by the merchant's own system names the customer.
    Verified,
    /// The caller's number is the customer's on record.
    Matched,
    /// Paystack has no such customer, and two sources agree on who the caller is.
    NewCorroborated,
    /// None of these.
    Unmatched,
}

/// What the call says about being written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// The caller agreed.
    Given,
    /// The caller refused.
    Refused,
    /// Nothing was said.
    Unknown,
}

/// What a decision rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What is to be done.
    pub deed: Deed,
    /// What the call is about.
    pub workflow: Workflow,
    /// What moves or is asked for, in subunits; 0 where nothing is.
    pub amount: i64,
    /// Its currency.
    pub currency: Option<Currency>,
    /// The most of it that may run without a person, in subunits of that currency.
    pub limit: i64,
    /// The amount from which two people have to approve, in subunits of that currency.
    pub second_limit: i64,
    /// Who the caller is.
    pub identity: Identity,
    /// How sure that is, in thousandths.
    pub match_confidence: i64,
    /// How sure the workflow is, in thousandths.
    pub classification_confidence: i64,
    /// How sure it has to be, in thousandths.
    pub confidence_needed: i64,
    /// Whether the customer is a high-value one.
    pub vip: bool,
    /// Whether a bank dispute about the transaction is open.
    pub open_dispute: bool,
    /// What was paid, in subunits; 0 where no payment is concerned.
    pub paid: i64,
    /// What was already given back, pending refunds counted, in subunits.
    pub already_refunded: i64,
    /// How many days ago the payment was made.
    pub transaction_age_days: i64,
    /// For how many days refunds run without a person.
    pub refund_window_days: i64,
    /// Consent to be written to.
    pub consent: Consent,
    /// Whether the follow-up goes by e-mail, the only channel Paystack writes by.
    pub by_email: bool,
    /// Whether the recipient's address was confirmed on the call.
    pub recipient_confirmed: bool,
    /// Whether it is known what it is for.
    pub purpose_known: bool,
    /// How many actions of this kind the customer has had in the window of the limit.
    pub velocity: i64,
    /// How many of them may run without a person.
    pub velocity_limit: i64,
    /// Whether a later report of the call contradicts it.
    pub contested: bool,
    /// Whether the call asks for something sensitive: legal terms, access, a customer commitment.
    pub sensitive: bool,
    /// How many people have approved exactly this.
    pub approvals: i64,
}
