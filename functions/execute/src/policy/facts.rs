//! What policy is asked about: integers, booleans and enums only, so that no word of a caller can
//! reach a decision.

use serde::{Deserialize, Serialize};
use shared::case::{DocumentKind, Workflow};
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
    /// Write beside an open payment request what was said about it.
    NotePaymentRequest,
    /// Have `QuickBooks` mail an invoice again, to the address on record.
    SendBooksInvoice,
    /// Write a postal address into `QuickBooks`' record of a customer.
    CorrectBooksAddress,
    /// Write down what the call says, and do nothing.
    RecordCall,
}

impl Deed {
    /// Every deed, in the order of the enum.
    pub const ALL: [Self; 15] = [
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
        Self::NotePaymentRequest,
        Self::SendBooksInvoice,
        Self::CorrectBooksAddress,
        Self::RecordCall,
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
            Self::NotePaymentRequest => "note_payment_request",
            Self::SendBooksInvoice => "send_books_invoice",
            Self::CorrectBooksAddress => "correct_books_address",
            Self::RecordCall => "record_call",
        }
    }

    /// The groups that it belongs to, by which policies speak of several deeds at once. They are the
    /// schema's: `Policy::check` refuses a schema that says otherwise.
    pub(super) const fn groups(self) -> &'static [&'static str] {
        match self {
            Self::CreateCustomer | Self::NotePaymentRequest | Self::RecordCall => &[],
            Self::DraftPaymentRequest => &["asks_for_money"],
            Self::FinalisePaymentRequest => &["asks_for_money", "writes_to_customer"],
            Self::NotifyPaymentRequest
            | Self::SendCardUpdateLink
            | Self::SendDocument
            | Self::SendBooksInvoice => &["writes_to_customer"],
            Self::Refund => &["moves_money", "gives_money_back", "needs_verified_caller"],
            Self::ResolveDispute => &["moves_money", "gives_money_back"],
            Self::ChargeAuthorization => &["moves_money", "needs_verified_caller"],
            Self::CorrectBillingDetails
            | Self::UpdatePaymentRequest
            | Self::CorrectBooksAddress => &["needs_verified_caller"],
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

impl Identity {
    /// The name as policies and the audit trail write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Matched => "matched",
            Self::NewCorroborated => "new_corroborated",
            Self::Unmatched => "unmatched",
        }
    }
}

/// What the call says about being written to, or about a saved card being charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// The caller agreed.
    Given,
    /// The caller refused.
    Refused,
    /// Nothing was said.
    #[default]
    Unknown,
}

impl Consent {
    /// The name as policies write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

/// What a decision rests on.
///
/// [`Facts::cautious`] knows nothing: fill in what is known, and what was forgotten asks a person.
/// [`Facts::set_limits`] fills in what the settings say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact that policy asks about by name"
)]
pub struct Facts {
    /// What is to be done.
    pub deed: Deed,
    /// What the call is about, as far as this deed is concerned: a second workflow of the call has
    /// deeds of its own.
    pub workflow: Workflow,
    /// What moves or is asked for, in subunits; 0 where nothing is. For the update of a payment
    /// request: what is asked for from now on, and 0 where that stays as it is.
    pub amount: i64,
    /// Its currency.
    pub currency: Option<Currency>,
    /// The most of it that may run without a person, in subunits of that currency; 0 where the
    /// settings have no limit for the currency.
    pub limit: i64,
    /// The amount above which two people have to approve, in subunits of that currency; 0 where the
    /// settings have none for the currency.
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
    /// What was paid, in subunits; 0 where no payment is concerned, or it did not succeed.
    pub paid: i64,
    /// What was already given back, pending refunds counted, in subunits.
    pub already_refunded: i64,
    /// Whether an earlier refund of the payment waits for the customer's details.
    #[serde(default)]
    pub refund_needs_attention: bool,
    /// How many days ago the payment was made.
    pub transaction_age_days: i64,
    /// For how many days refunds run without a person.
    pub refund_window_days: i64,
    /// Whether Paystack can still charge the subscription: `active`, `attention`, `non-renewing`.
    #[serde(default)]
    pub subscription_live: bool,
    /// Consent to be written to.
    pub consent: Consent,
    /// Consent to the saved card being charged now.
    #[serde(default)]
    pub charge_consent: Consent,
    /// Whether the follow-up goes by e-mail, the only channel Paystack writes by.
    pub by_email: bool,
    /// Whether the recipient's address was confirmed on the call.
    pub recipient_confirmed: bool,
    /// Whether the address that is written to is the one on Paystack's record of the customer, or
    /// will be, where the record is about to be opened.
    #[serde(default)]
    pub recipient_on_record: bool,
    /// Whether it is known what it is for.
    pub purpose_known: bool,
    /// Whether it is known what follow-up was promised on the call, and this is it.
    #[serde(default)]
    pub follow_up_known: bool,
    /// The document asked for, where one is.
    #[serde(default)]
    pub document: Option<DocumentKind>,
    /// How many actions of this kind the customer has had in the window of the cap, this one not
    /// counted.
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

impl Facts {
    /// Facts of which nothing is known that would let `deed` run by itself.
    #[must_use]
    pub const fn cautious(deed: Deed, workflow: Workflow) -> Self {
        Self {
            deed,
            workflow,
            amount: 0,
            currency: None,
            limit: 0,
            second_limit: 0,
            identity: Identity::Unmatched,
            match_confidence: 0,
            classification_confidence: 0,
            confidence_needed: 1000,
            vip: false,
            open_dispute: false,
            paid: 0,
            already_refunded: 0,
            refund_needs_attention: false,
            transaction_age_days: 0,
            refund_window_days: 0,
            subscription_live: false,
            consent: Consent::Unknown,
            charge_consent: Consent::Unknown,
            by_email: false,
            recipient_confirmed: false,
            recipient_on_record: false,
            purpose_known: false,
            follow_up_known: false,
            document: None,
            velocity: 0,
            velocity_limit: 0,
            contested: false,
            sensitive: false,
            approvals: 0,
        }
    }
}
