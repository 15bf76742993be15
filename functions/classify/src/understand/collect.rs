//! Puts what several sources say of one field together: the most trusted speaks, an independent
//! source that says the same makes it surer, one that says otherwise makes it doubtful and is named.

use jiff::civil::Date;
use shared::case::{
    Captured, Channel, Confidence, DocumentKind, Fields, PaymentStatus, PromiseToPay, Source, Tone,
    Urgency, Workflow,
};
use shared::ids::{
    CustomerCode, Email, PhoneNumber, PlanCode, RequestCode, SubscriptionCode, TransactionReference,
};
use shared::money::Money;

/// How much surer a second, independent source makes a value, in thousandths.
const CORROBORATION: u16 = 150;
/// What is left of a value's confidence where an independent source says otherwise.
const DISPUTED: u16 = 450;

/// Whether two sources say the same.
pub(super) trait Agrees {
    /// Whether `self` and `other` are one statement.
    fn agrees(&self, other: &Self) -> bool;
}

impl Agrees for String {
    /// Two texts are one when their letters and digits are, or when one is a part of the other:
    /// "Ada" and "Ada Obi", "invoice 1042" and "1042".
    fn agrees(&self, other: &Self) -> bool {
        let (ours, theirs) = (plain(self), plain(other));
        !ours.is_empty() && !theirs.is_empty() && (ours.contains(&theirs) || theirs.contains(&ours))
    }
}

impl Agrees for Email {
    fn agrees(&self, other: &Self) -> bool {
        self.normalised() == other.normalised()
    }
}

impl Agrees for PromiseToPay {
    /// A promise that leaves something out does not contradict one that says it.
    fn agrees(&self, other: &Self) -> bool {
        let amounts = self
            .amount
            .zip(other.amount)
            .is_none_or(|(ours, theirs)| ours == theirs);
        let dates = self
            .by
            .zip(other.by)
            .is_none_or(|(ours, theirs)| ours == theirs);
        amounts && dates
    }
}

macro_rules! agrees_when_equal {
    ($($name:ty),* $(,)?) => {
        $(impl Agrees for $name {
            fn agrees(&self, other: &Self) -> bool {
                self == other
            }
        })*
    };
}

agrees_when_equal!(
    bool,
    Channel,
    CustomerCode,
    Date,
    DocumentKind,
    Money,
    PaymentStatus,
    PhoneNumber,
    PlanCode,
    RequestCode,
    SubscriptionCode,
    Tone,
    TransactionReference,
    Urgency,
);

fn plain(text: &str) -> String {
    text.chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Declares what is collected, and how each field is called where its sources disagree.
macro_rules! collected {
    ($($name:ident: $type:ty = $words:literal),* $(,)?) => {
        /// What each source says of each field, in the order in which it was found.
        #[derive(Debug, Default)]
        pub(super) struct Collected {
            $(pub(super) $name: Vec<Captured<$type>>,)*
            /// What the call was about, as the merchant's system or its analysis names it.
            pub(super) outcomes: Vec<(Workflow, Source)>,
            /// Whether the caller is a high-value customer.
            pub(super) vip: bool,
        }

        impl Collected {
            /// Settles every field, and names the fields whose sources disagree.
            pub(super) fn settle(self, disagreements: &mut Vec<String>) -> Fields {
                Fields { $($name: settle(self.$name, $words, disagreements)),*, ..Fields::default() }
            }
        }
    };
}

collected! {
    customer_name: String = "the customer's name",
    account: String = "the account",
    email: Email = "the e-mail address",
    phone: PhoneNumber = "the telephone number",
    customer_code: CustomerCode = "the customer code",
    invoice_number: String = "the invoice number",
    order_number: String = "the order number",
    payment_reference: TransactionReference = "the transaction reference",
    request_code: RequestCode = "the payment request",
    subscription: SubscriptionCode = "the subscription",
    plan: PlanCode = "the plan",
    tax_region: String = "the tax region",
    billing_address: String = "the billing address",
    amount: Money = "the amount",
    due_date: Date = "the due date",
    payment_status: PaymentStatus = "the payment's status",
    purpose: String = "the purpose",
    document: DocumentKind = "the document",
    refund_reason: String = "the refund's reason",
    dispute_reason: String = "the dispute's reason",
    credit_request: bool = "whether a credit is wanted",
    approval_threshold: Money = "the approval threshold",
    finance_owner: String = "the finance owner",
    escalation_reason: String = "the escalation's reason",
    promised_next_step: String = "the promised next step",
    follow_up_deadline: Date = "the follow-up deadline",
    promise_to_pay: PromiseToPay = "the promise to pay",
    callback_expected: bool = "whether a call back is expected",
    consent: bool = "consent",
    charge_consent: bool = "consent to a charge",
    recipient_confirmed: bool = "whether the recipient was confirmed",
    channel: Channel = "the channel",
    urgency: Urgency = "the urgency",
    tone: Tone = "the tone",
    transcript_link: String = "the transcript link",
    crm_link: String = "the CRM link",
    ticket: String = "the ticket",
    payment_platform_link: String = "the payment platform link",
}

/// Free text is paraphrased by every source, so that differing words are no contradiction.
const PARAPHRASED: [&str; 7] = [
    "the customer's name",
    "the purpose",
    "the refund's reason",
    "the dispute's reason",
    "the escalation's reason",
    "the promised next step",
    "the billing address",
];

fn settle<T: Agrees>(
    mut found: Vec<Captured<T>>,
    words: &str,
    disagreements: &mut Vec<String>,
) -> Option<Captured<T>> {
    found.sort_by_key(|captured| captured.source);
    let mut found = found.into_iter();
    let mut chosen = found.next()?;
    let mut disputed = false;
    for other in found {
        if !independent(chosen.source, other.source) {
            continue;
        }
        if chosen.value.agrees(&other.value) {
            chosen.corroborated = true;
            chosen.turn = chosen.turn.or(other.turn);
        } else if !PARAPHRASED.contains(&words) {
            disputed = true;
        }
    }
    let sure = chosen.confidence.thousandths();
    if chosen.corroborated {
        chosen.confidence = Confidence::from_thousandths(sure.saturating_add(CORROBORATION));
    }
    if disputed && !chosen.corroborated && chosen.source != Source::MerchantSystem {
        chosen.confidence = Confidence::from_thousandths(sure.min(DISPUTED));
    }
    if disputed {
        disagreements.push(format!("The sources disagree on {words}."));
    }
    Some(chosen)
}

/// Whether two sources can err apart: analysis and summary are one model's reading of one call,
/// and the agent repeats what it heard.
fn independent(one: Source, other: Source) -> bool {
    const fn group(source: Source) -> u8 {
        match source {
            Source::MerchantSystem => 0,
            Source::Network => 1,
            Source::Analysis | Source::Summary => 2,
            Source::Caller => 3,
            Source::Agent => 4,
            Source::Settings => 5,
            Source::Paystack => 6,
        }
    }
    group(one) != group(other)
}
