//! What the merchant's settings say about reading a call: which analysis field means what, which
//! names come from the merchant's own system, and the defaults of its market.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use shared::case::Workflow;
use shared::money::Currency;

use super::extract::Country;

/// One of our fields, as settings name it (`"Customer email" = "email"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// What the call was about, by [`Mapping::outcomes`].
    Outcome,
    /// The customer's name.
    CustomerName,
    /// The customer's account with the merchant.
    Account,
    /// The customer's e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// Paystack's code of the customer.
    CustomerCode,
    /// The merchant's invoice number.
    InvoiceNumber,
    /// The merchant's order number.
    OrderNumber,
    /// A Paystack transaction reference.
    PaymentReference,
    /// A Paystack payment request code.
    RequestCode,
    /// A Paystack subscription code.
    Subscription,
    /// A Paystack plan code.
    Plan,
    /// The region whose tax rules apply.
    TaxRegion,
    /// A postal address to be put right.
    BillingAddress,
    /// The amount the call is about, in units of its currency.
    Amount,
    /// The currency of [`Field::Amount`].
    Currency,
    /// When it is due.
    DueDate,
    /// The state of the payment, says the caller.
    PaymentStatus,
    /// What a payment request is for.
    Purpose,
    /// The document asked for.
    Document,
    /// Why a refund is wanted.
    RefundReason,
    /// Why a charge is disputed.
    DisputeReason,
    /// Whether a credit is wanted in place of a refund.
    CreditRequest,
    /// The amount above which a person approves.
    ApprovalThreshold,
    /// Who in finance owns it.
    FinanceOwner,
    /// Why it was escalated.
    EscalationReason,
    /// What the agent promised would happen next.
    PromisedNextStep,
    /// By when the agent promised it.
    FollowUpDeadline,
    /// How much the caller promised to pay.
    PromiseAmount,
    /// By when the caller promised to pay.
    PromiseDate,
    /// Whether the caller expects to be called back.
    CallbackExpected,
    /// Whether the caller agreed to be written to.
    Consent,
    /// Whether the caller agreed to their saved card being charged now.
    ChargeConsent,
    /// Whether the recipient's address was read back and confirmed.
    RecipientConfirmed,
    /// How the follow-up is to reach the caller.
    Channel,
    /// How soon a person must look.
    Urgency,
    /// How the caller sounded.
    Tone,
    /// Whether the caller is a high-value customer.
    Vip,
    /// The transcript in DialNexa.
    TranscriptLink,
    /// The customer's page in the CRM.
    CrmLink,
    /// The support ticket.
    Ticket,
    /// The page of the payment platform.
    PaymentPlatformLink,
}

/// What settings say about reading a call.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The merchant's analysis field names, normalised by [`normalise`], and what they mean.
    pub analysis: BTreeMap<String, Field>,
    /// The names of `metadata` that the merchant's own system sets, normalised, and what they mean.
    pub metadata: BTreeMap<String, Field>,
    /// The values of [`Field::Outcome`], normalised, and the workflow each stands for.
    pub outcomes: BTreeMap<String, Workflow>,
    /// The currency of an amount said without one.
    pub default_currency: Currency,
    /// Where the merchant's days begin and end.
    pub time_zone: TimeZone,
    /// The country of a telephone number said without one.
    pub country: Country,
    /// A main workflow less sure than this many thousandths goes to a person.
    pub abstain_below: u16,
}

/// The names under which a field is known without any settings.
const FIELD_NAMES: &[(Field, &[&str])] = &[
    (
        Field::Outcome,
        &[
            "outcome",
            "call outcome",
            "intent",
            "workflow",
            "reason",
            "call reason",
        ],
    ),
    (
        Field::CustomerName,
        &[
            "customer name",
            "customer",
            "caller name",
            "name",
            "full name",
        ],
    ),
    (
        Field::Account,
        &["account", "account id", "account name", "customer account"],
    ),
    (
        Field::Email,
        &[
            "customer email",
            "email",
            "email address",
            "recipient",
            "recipient email",
        ],
    ),
    (
        Field::Phone,
        &["phone", "phone number", "customer phone", "callback number"],
    ),
    (Field::CustomerCode, &["customer code", "paystack customer"]),
    (
        Field::InvoiceNumber,
        &["invoice", "invoice number", "invoice no", "invoice id"],
    ),
    (Field::OrderNumber, &["order", "order number", "order id"]),
    (
        Field::PaymentReference,
        &[
            "transaction reference",
            "payment reference",
            "reference",
            "payment id",
            "transaction",
            "transaction id",
        ],
    ),
    (
        Field::RequestCode,
        &["request code", "payment request", "payment request code"],
    ),
    (
        Field::Subscription,
        &["subscription", "subscription id", "subscription code"],
    ),
    (Field::Plan, &["plan", "plan code"]),
    (
        Field::TaxRegion,
        &["tax region", "tax country", "tax jurisdiction"],
    ),
    (
        Field::BillingAddress,
        &["billing address", "address", "new address"],
    ),
    (
        Field::Amount,
        &[
            "amount",
            "amount mentioned",
            "disputed amount",
            "refund amount",
        ],
    ),
    (Field::Currency, &["currency"]),
    (Field::DueDate, &["due date", "due", "due on"]),
    (
        Field::PaymentStatus,
        &["payment status", "status of payment"],
    ),
    (
        Field::Purpose,
        &["purpose", "description", "payment purpose"],
    ),
    (
        Field::Document,
        &["document", "document type", "document kind"],
    ),
    (Field::RefundReason, &["refund reason"]),
    (Field::DisputeReason, &["dispute reason"]),
    (
        Field::CreditRequest,
        &["credit request", "wants credit", "store credit"],
    ),
    (Field::ApprovalThreshold, &["approval threshold"]),
    (Field::FinanceOwner, &["finance owner", "owner"]),
    (
        Field::EscalationReason,
        &["escalation reason", "escalation"],
    ),
    (
        Field::PromisedNextStep,
        &["next step", "promised next step", "follow up"],
    ),
    (
        Field::FollowUpDeadline,
        &["follow up deadline", "deadline", "promised by"],
    ),
    (
        Field::PromiseAmount,
        &["promise amount", "promise to pay amount", "promised amount"],
    ),
    (
        Field::PromiseDate,
        &["promise date", "promise to pay date", "promise to pay"],
    ),
    (
        Field::CallbackExpected,
        &[
            "callback",
            "callback expected",
            "call back",
            "wants callback",
        ],
    ),
    (
        Field::Consent,
        &["consent", "consent given", "agreed to be contacted"],
    ),
    (
        Field::ChargeConsent,
        &["charge consent", "consent to charge", "agreed to charge"],
    ),
    (
        Field::RecipientConfirmed,
        &[
            "recipient confirmed",
            "email confirmed",
            "address confirmed",
            "recipient verified",
        ],
    ),
    (
        Field::Channel,
        &["channel", "preferred channel", "contact channel"],
    ),
    (Field::Urgency, &["urgency", "priority"]),
    (Field::Tone, &["tone", "sentiment"]),
    (
        Field::Vip,
        &["vip", "is vip", "vip customer", "high value customer"],
    ),
    (
        Field::TranscriptLink,
        &["transcript link", "transcript url"],
    ),
    (Field::CrmLink, &["crm link", "crm url", "hubspot link"]),
    (
        Field::Ticket,
        &["ticket", "support ticket", "ticket id", "zendesk ticket"],
    ),
    (
        Field::PaymentPlatformLink,
        &["payment platform link", "paystack link"],
    ),
];

/// The outcomes that are known without any settings, besides the workflows' own names.
const OUTCOME_NAMES: &[(Workflow, &[&str])] = &[
    (
        Workflow::DisputedCharge,
        &["dispute", "charge dispute", "unrecognised charge", "fraud"],
    ),
    (
        Workflow::DuplicateCharge,
        &["double charge", "charged twice", "duplicate payment"],
    ),
    (Workflow::Chargeback, &["bank reversal"]),
    (
        Workflow::DocumentResend,
        &[
            "resend invoice",
            "invoice request",
            "receipt request",
            "resend receipt",
            "document",
        ],
    ),
    (
        Workflow::FailedRenewal,
        &[
            "renewal failed",
            "subscription failed",
            "failed subscription",
        ],
    ),
    (Workflow::RefundRequest, &["refund"]),
    (
        Workflow::TaxBillingAddress,
        &[
            "billing correction",
            "address change",
            "tax correction",
            "billing address",
        ],
    ),
    (
        Workflow::CreateCustomer,
        &["new customer", "onboarding", "sign up", "customer creation"],
    ),
    (
        Workflow::PaymentRequest,
        &[
            "send payment request",
            "send invoice",
            "request for payment",
        ],
    ),
    (
        Workflow::PaymentStatus,
        &["payment enquiry", "payment inquiry", "payment query"],
    ),
    (
        Workflow::Collections,
        &[
            "collection",
            "collections call",
            "overdue",
            "promise to pay",
        ],
    ),
    (
        Workflow::VipPaymentBlocker,
        &["vip blocker", "vip escalation", "payment blocker"],
    ),
    (
        Workflow::Other,
        &["general enquiry", "general inquiry", "none", "no action"],
    ),
];

impl Default for Mapping {
    /// The names that make sense without settings, naira, and Lagos.
    fn default() -> Self {
        let analysis = FIELD_NAMES
            .iter()
            .flat_map(|(field, names)| names.iter().map(|name| ((*name).to_owned(), *field)))
            .collect();
        let mut outcomes: BTreeMap<String, Workflow> = OUTCOME_NAMES
            .iter()
            .flat_map(|(workflow, names)| names.iter().map(|name| ((*name).to_owned(), *workflow)))
            .collect();
        for workflow in Workflow::ALL {
            outcomes.insert(normalise(workflow.as_str()), workflow);
            outcomes.insert(normalise(workflow.title()), workflow);
        }
        Self {
            analysis,
            metadata: BTreeMap::new(),
            outcomes,
            default_currency: Currency::Ngn,
            time_zone: TimeZone::get("Africa/Lagos").unwrap_or(TimeZone::UTC),
            country: Country::Nigeria,
            abstain_below: 600,
        }
    }
}

impl Mapping {
    /// Names one more of the merchant's analysis fields.
    pub fn map_analysis(&mut self, name: &str, field: Field) {
        self.analysis.insert(normalise(name), field);
    }

    /// Names a value of `metadata` that the merchant's own system sets.
    pub fn trust_metadata(&mut self, name: &str, field: Field) {
        self.metadata.insert(normalise(name), field);
    }

    /// Names one more value of the merchant's outcome field.
    pub fn map_outcome(&mut self, value: &str, workflow: Workflow) {
        self.outcomes.insert(normalise(value), workflow);
    }
}

/// The form that spellings of one name share: lower case, one space between words, where `_`,
/// `-` and a capital inside a word (`customerEmail`) part words as well.
#[must_use]
pub fn normalise(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    let mut previous_lower = false;
    for character in name.trim().chars() {
        let parts = !character.is_alphanumeric();
        if (parts || (previous_lower && character.is_uppercase())) && !normal.ends_with(' ') {
            normal.push(' ');
        }
        if !parts {
            normal.extend(character.to_lowercase());
        }
        previous_lower = character.is_lowercase();
    }
    normal.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_name_is_known_however_it_is_written() {
        for name in [
            "Customer email",
            "customer_email",
            "CUSTOMER EMAIL",
            "customerEmail",
        ] {
            assert_eq!(normalise(name), "customer email", "{name}");
        }
        let mapping = Mapping::default();
        assert_eq!(mapping.analysis.get("customer email"), Some(&Field::Email));
        assert_eq!(
            mapping.outcomes.get("payment request"),
            Some(&Workflow::PaymentRequest)
        );
    }
}
