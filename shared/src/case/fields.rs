//! What is captured from a call, each value with where it came from and how sure we are.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::DocumentKind;
use crate::ids::{
    CustomerCode, Email, PhoneNumber, PlanCode, RequestCode, SubscriptionCode, TransactionReference,
};
use crate::money::Money;

/// How sure we are, in thousandths: 1000 is certain. An integer, so that policy can compare it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Confidence(u16);

impl Confidence {
    /// No doubt at all.
    pub const CERTAIN: Self = Self(1000);
    /// Nothing known.
    pub const NONE: Self = Self(0);

    /// `thousandths`, at most 1000.
    #[must_use]
    pub const fn from_thousandths(thousandths: u16) -> Self {
        if thousandths > 1000 {
            Self(1000)
        } else {
            Self(thousandths)
        }
    }

    /// The value in thousandths.
    #[must_use]
    pub const fn thousandths(self) -> u16 {
        self.0
    }
}

/// Where a captured value came from, the most trusted first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Paystack's own record says it: what a case that Paystack started is made of.
    Paystack,
    /// The merchant's own system set it when it placed the call (F2 `metadata`, named in settings).
    MerchantSystem,
    /// The telephone network, as DialNexa reports it; a number can be spoofed.
    Network,
    /// A field of the merchant's post-call analysis: a model's guess.
    Analysis,
    /// DialNexa's summary of the call: a model's words.
    Summary,
    /// The caller said it.
    Caller,
    /// The agent said it; heard back from synthetic speech, so never exact.
    Agent,
    /// Nobody said it: the merchant's settings give it.
    Settings,
}

/// A value with where it came from and how sure we are of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured<T> {
    /// The value.
    pub value: T,
    /// Where it came from.
    pub source: Source,
    /// How sure we are.
    pub confidence: Confidence,
    /// The turn of the transcript it stands in, where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<usize>,
    /// A second, independent source says the same.
    #[serde(default)]
    pub corroborated: bool,
}

/// How the follow-up reaches the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// E-mail, the only channel Paystack notifies by.
    Email,
    /// Text message.
    Sms,
    /// `WhatsApp`.
    Whatsapp,
    /// Another call.
    Phone,
}

/// How soon a person must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Within the workflow's own time.
    Normal,
    /// Today.
    High,
    /// Now.
    Critical,
}

/// How the caller sounded, as facts for whoever rings back; never an adjective in a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Nothing stood out.
    Calm,
    /// The caller complained of how they were treated.
    Upset,
    /// The caller announced legal steps or a complaint to an authority.
    Formal,
}

/// What the caller says the state of a payment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Paid, says the caller.
    Paid,
    /// Not yet arrived.
    Pending,
    /// Refused.
    Failed,
    /// Money came back.
    Reversed,
}

/// A promise to pay, as made on the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseToPay {
    /// How much, where it was said.
    pub amount: Option<Money>,
    /// By when, where it was said.
    pub by: Option<Date>,
}

/// Everything a call may tell us. Free text here is redacted and belongs to the private record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// The customer's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_name: Option<Captured<String>>,
    /// The customer's account with the merchant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Captured<String>>,
    /// The customer's e-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Captured<Email>>,
    /// A telephone number given on the call; the network's own is `Case::caller`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Captured<PhoneNumber>>,
    /// Paystack's code of the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer_code: Option<Captured<CustomerCode>>,
    /// The merchant's invoice number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice_number: Option<Captured<String>>,
    /// The merchant's order number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_number: Option<Captured<String>>,
    /// The payment: a Paystack transaction reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_reference: Option<Captured<TransactionReference>>,
    /// An existing payment request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_code: Option<Captured<RequestCode>>,
    /// The subscription.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subscription: Option<Captured<SubscriptionCode>>,
    /// The plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<Captured<PlanCode>>,
    /// The region whose tax rules apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_region: Option<Captured<String>>,
    /// A postal address to be put right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub billing_address: Option<Captured<String>>,
    /// The amount the call is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Captured<Money>>,
    /// When it is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_date: Option<Captured<Date>>,
    /// The state of the payment, says the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_status: Option<Captured<PaymentStatus>>,
    /// What a payment request is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Captured<String>>,
    /// The document asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Captured<DocumentKind>>,
    /// Why a refund is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refund_reason: Option<Captured<String>>,
    /// Why a charge is disputed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispute_reason: Option<Captured<String>>,
    /// Whether a credit is wanted in place of a refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_request: Option<Captured<bool>>,
    /// The amount above which a person approves, where the call or settings name one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_threshold: Option<Captured<Money>>,
    /// Who in finance owns it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finance_owner: Option<Captured<String>>,
    /// Why it was escalated on the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalation_reason: Option<Captured<String>>,
    /// What the agent promised would happen next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promised_next_step: Option<Captured<String>>,
    /// By when the agent promised it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_up_deadline: Option<Captured<Date>>,
    /// What the caller promised to pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub promise_to_pay: Option<Captured<PromiseToPay>>,
    /// Whether the caller expects to be called back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_expected: Option<Captured<bool>>,
    /// Whether the caller agreed to be written to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<Captured<bool>>,
    /// Whether the caller agreed to their saved card being charged now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge_consent: Option<Captured<bool>>,
    /// Whether the recipient's address was read back and confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipient_confirmed: Option<Captured<bool>>,
    /// How the follow-up is to reach the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Captured<Channel>>,
    /// How soon a person must look.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Captured<Urgency>>,
    /// How the caller sounded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone: Option<Captured<Tone>>,
    /// The transcript in DialNexa.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub transcript_link: Option<Captured<String>>,
    /// The recording; a bearer secret until it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording_link: Option<Captured<String>>,
    /// The customer's page in the CRM.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crm_link: Option<Captured<String>>,
    /// The support ticket.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<Captured<String>>,
    /// The page of the payment platform.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_platform_link: Option<Captured<String>>,
}
