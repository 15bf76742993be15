//! What each action does at Paystack or in `QuickBooks`: how it is checked, sent once, and looked up.

mod beside_request;
mod billing_details;
mod books_address;
mod books_invoice;
mod card_update_link;
mod charge;
mod customer;
mod dispute;
mod document;
mod payment_request;
mod refund;
mod review;

use async_trait::async_trait;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use shared::case::Case;
use shared::config::Settings;
use shared::error::Class;
use shared::ids::CustomerCode;
use shared::ledger::{Action, Check, Effect, Failure, FollowUp, Receipt, Sighting};
use shared::money::Money;
use shared::paystack::{Customer, Paystack};

use crate::announce::{self, Audience};
use crate::follow;
use crate::matching::Records;
use crate::paired::QuickBooks;
use crate::policy::{Decision, Deed, Policy};
use crate::workflows::{ADD_EVIDENCE, ANSWER_DISPUTE, REVIEW, UPLOAD_FILE, facts};

pub use beside_request::AnnotateRequest;
pub use billing_details::{CorrectBillingDetails, billing_details};
pub use books_address::CorrectBooksAddress;
pub use books_invoice::SendBooksInvoice;
pub use card_update_link::SendCardUpdateLink;
pub use charge::{ChargeSavedCard, missed_amount};
pub use customer::CreateCustomer;
pub use dispute::{AddEvidence, AnswerDispute, ResolveDispute, UploadFile};
pub use document::SendDocument;
pub(crate) use payment_request::LOOK_BACK;
pub use payment_request::{DraftRequest, FinaliseRequest, NotifyRequest};
pub use refund::RefundPayment;
pub use review::Review;

/// What every effect works with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// What the call asks for; nothing once the caller was erased.
    pub case: Option<&'a Case>,
    /// Paystack.
    pub paystack: &'a Paystack,
    /// `QuickBooks`, where it is set up and its credential can be read.
    pub books: Option<&'a QuickBooks>,
    /// The merchant's settings.
    pub settings: &'a Settings,
    /// What may be done without a person.
    pub policy: &'a Policy,
    /// Where our own call pages live.
    pub public_base_url: &'a str,
    /// What the action before gave.
    pub before: Option<&'a Receipt>,
    /// The action that a person decided on and that this one carries out, where it is one of
    /// several steps.
    pub decided: Option<&'a Action>,
}

impl Context<'_> {
    /// The case, or why nothing can be done without it.
    fn case(&self) -> Result<&Case, Check> {
        self.case.ok_or_else(|| {
            Check::Decline(shared::ledger::Reason::new(
                "erased",
                "the caller's data was erased before it was done",
            ))
        })
    }

    /// Asks policy again, on the records as they are now.
    fn ask_policy(
        &self,
        deed: Deed,
        action: &Action,
        amount: Option<Money>,
        records: &Records,
    ) -> Check {
        let case = match self.case() {
            Ok(case) => case,
            Err(check) => return check,
        };
        // The action was written when it was claimed, which is now.
        let now = action.updated_at;
        let decided = self.decided.unwrap_or(action);
        let approvals = decided.standing_approvals();
        let mut facts = facts(deed, amount, approvals, case, records, self.settings, now);
        // What the paired systems said when it was planned still holds.
        facts.vip |= action.parameters.get("vip") == Some(&json!(true));
        match self.policy.decide(&facts) {
            Decision::Run { .. } => Check::Go,
            Decision::AskPerson {
                reason,
                approvals_needed,
            } if decided.approvals.is_empty() => Check::AskPeople(reason, approvals_needed),
            // Denied again after an approval: no loop, an end with the policy's id.
            Decision::AskPerson { reason, .. } | Decision::Forbid { reason } => {
                Check::Decline(reason)
            }
        }
    }

    /// The customer behind a record, as it is now.
    async fn customer(&self, code: &CustomerCode) -> Result<Customer, Failure> {
        let found = self.paystack.customer_by_code(code).await;
        found
            .map_err(|error| Failure::from(&error))?
            .ok_or_else(|| {
                Failure::new(
                    Class::Rejected,
                    "customer_gone",
                    "the customer is no longer there",
                )
            })
    }

    /// `QuickBooks`. An action that was planned for it waits while its credential cannot be read.
    fn books(&self) -> Result<&QuickBooks, Failure> {
        self.books.ok_or_else(|| {
            Failure::new(
                Class::RetryLater,
                "quickbooks",
                "QuickBooks is not set up, or its credential cannot be read",
            )
        })
    }

    /// Whether the call named the payment, and did not leave it to be the only one that fits.
    fn is_payment_named(&self) -> bool {
        self.case
            .is_some_and(|case| case.fields.payment_reference.is_some())
    }

    /// What we keep beside a record at Paystack: our key, the call, its page and its summary.
    fn metadata(&self, action: &Action, case: &Case) -> Map<String, Value> {
        let mut metadata = Map::new();
        metadata.insert("action_key".to_owned(), json!(action.key));
        metadata.insert("dialnexa_call_id".to_owned(), json!(case.call));
        metadata.insert("call_page".to_owned(), json!(self.call_page(case)));
        metadata.insert("summary".to_owned(), json!(case.summary));
        metadata
    }

    fn call_page(&self, case: &Case) -> String {
        format!(
            "{}/calls/{}",
            self.public_base_url.trim_end_matches('/'),
            case.call
        )
    }
}

/// The effect of an action, by its name.
pub enum AnyEffect<'a> {
    /// Opens a customer record.
    CreateCustomer(CreateCustomer<'a>),
    /// Drafts a payment request.
    Draft(DraftRequest<'a>),
    /// Finalises a draft.
    Finalise(FinaliseRequest<'a>),
    /// Notifies about an existing payment request.
    Notify(NotifyRequest<'a>),
    /// Gives money back.
    Refund(RefundPayment<'a>),
    /// Has the link to change a card mailed.
    CardUpdateLink(SendCardUpdateLink<'a>),
    /// Corrects what stands beside a customer's record.
    BillingDetails(CorrectBillingDetails<'a>),
    /// Adds to what stands beside an open payment request.
    AnnotateRequest(AnnotateRequest<'a>),
    /// Charges a saved card.
    Charge(ChargeSavedCard<'a>),
    /// A person's answer to a bank's dispute.
    AnswerDispute(AnswerDispute<'a>),
    /// Adds what speaks for the merchant.
    AddEvidence(AddEvidence<'a>),
    /// Puts the file that goes with an answer.
    UploadFile(UploadFile<'a>),
    /// Answers a bank's dispute.
    ResolveDispute(ResolveDispute<'a>),
    /// Lets a document go.
    SendDocument(SendDocument<'a>),
    /// Has `QuickBooks` mail an invoice.
    BooksInvoice(SendBooksInvoice<'a>),
    /// Corrects a postal address in `QuickBooks`.
    BooksAddress(CorrectBooksAddress<'a>),
    /// Does nothing itself: a person does, or there is nothing to be done.
    Review(Review),
}

impl<'a> AnyEffect<'a> {
    /// The effect of `action`, or nothing where its name is none that this build knows.
    #[must_use]
    pub fn of(action: &Action, context: Context<'a>) -> Option<Self> {
        let name = action.id.name.as_str();
        match name {
            REVIEW => return Some(Self::Review(Review)),
            ANSWER_DISPUTE => return Some(Self::AnswerDispute(AnswerDispute { context })),
            ADD_EVIDENCE => return Some(Self::AddEvidence(AddEvidence { context })),
            UPLOAD_FILE => return Some(Self::UploadFile(UploadFile { context })),
            _ => {}
        }
        let deed = Deed::ALL.into_iter().find(|deed| deed.as_str() == name)?;
        Some(match deed {
            Deed::CreateCustomer => Self::CreateCustomer(CreateCustomer { context }),
            Deed::DraftPaymentRequest => Self::Draft(DraftRequest { context }),
            Deed::FinalisePaymentRequest => Self::Finalise(FinaliseRequest { context }),
            Deed::NotifyPaymentRequest => Self::Notify(NotifyRequest { context }),
            Deed::Refund => Self::Refund(RefundPayment { context }),
            Deed::SendCardUpdateLink => Self::CardUpdateLink(SendCardUpdateLink { context }),
            Deed::CorrectBillingDetails => Self::BillingDetails(CorrectBillingDetails { context }),
            Deed::UpdatePaymentRequest | Deed::NotePaymentRequest => {
                Self::AnnotateRequest(AnnotateRequest { context, deed })
            }
            Deed::ChargeAuthorization => Self::Charge(ChargeSavedCard { context }),
            Deed::SendDocument => Self::SendDocument(SendDocument { context }),
            Deed::SendBooksInvoice => Self::BooksInvoice(SendBooksInvoice { context }),
            Deed::CorrectBooksAddress => Self::BooksAddress(CorrectBooksAddress { context }),
            // A record is there once it is written down.
            Deed::RecordCall => Self::Review(Review),
            Deed::ResolveDispute => Self::ResolveDispute(ResolveDispute { context }),
        })
    }

    fn inner(&self) -> &dyn VendorEffect {
        match self {
            Self::CreateCustomer(effect) => effect,
            Self::Draft(effect) => effect,
            Self::Finalise(effect) => effect,
            Self::Notify(effect) => effect,
            Self::Refund(effect) => effect,
            Self::CardUpdateLink(effect) => effect,
            Self::BillingDetails(effect) => effect,
            Self::AnnotateRequest(effect) => effect,
            Self::Charge(effect) => effect,
            Self::AnswerDispute(effect) => effect,
            Self::AddEvidence(effect) => effect,
            Self::UploadFile(effect) => effect,
            Self::ResolveDispute(effect) => effect,
            Self::SendDocument(effect) => effect,
            Self::BooksInvoice(effect) => effect,
            Self::BooksAddress(effect) => effect,
            Self::Review(effect) => effect,
        }
    }
}

/// What the plan wrote down beside an action.
fn parameters<T: DeserializeOwned>(action: &Action) -> Result<T, Failure> {
    T::deserialize(&action.parameters).map_err(|_| {
        Failure::new(
            Class::Bug,
            "parameters",
            "the action's parameters cannot be read",
        )
    })
}

/// The customer whom the plan wrote down beside an action on something of theirs.
fn planned_customer(action: &Action) -> Result<CustomerCode, Failure> {
    #[derive(Deserialize)]
    struct Parameters {
        customer: CustomerCode,
    }
    parameters(action).map(|Parameters { customer }| customer)
}

/// What one kind of action does; who is told is the same for all.
#[async_trait]
trait VendorEffect: Send + Sync {
    async fn check(&self, action: &Action) -> Result<Check, Failure>;
    async fn send(&self, action: &Action) -> Result<Receipt, Failure>;
    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure>;
}

/// An effect, and who is told of what it comes to.
pub struct Announced<'a> {
    /// The effect.
    pub effect: AnyEffect<'a>,
    /// By what it is decided who is told.
    pub audience: Audience<'a>,
}

#[async_trait]
impl Effect for Announced<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        self.effect.inner().check(action).await
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        self.effect.inner().send(action).await
    }

    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        self.effect.inner().look_up(action).await
    }

    fn announce(&self, action: &Action) -> Vec<Action> {
        announce::notices(action, self.audience)
    }

    fn follow_ups(&self, action: &Action) -> Vec<FollowUp> {
        follow::follow_ups(action)
    }
}
