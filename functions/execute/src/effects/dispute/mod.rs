//! Answering a bank's dispute, as a person decided: the answer itself, evidence, a file, and the
//! resolution, each an action of its own.
//!
//! ```text
//!  answer ── a person approves exactly this resolution, amount and statement
//!    └ evidence ── the dispute shows it          └ file ── put at the signed place, at most once
//!        └ resolution ── the dispute shows it
//! ```
//!
//! What follows the answer does what the answer says, and has no other approval than its.

mod evidence;
mod file;
mod resolution;
mod statement;

use async_trait::async_trait;
use serde::Deserialize;
use shared::error::Class;
use shared::ledger::{Action, Check, Failure, Reason, Receipt, Sighting};
use shared::money::Money;
use shared::paystack::{Dispute, Resolution};

use super::customer::refusal;
use super::{Context, VendorEffect};
use crate::matching::Records;
use crate::payment::Payment;
use crate::policy::Deed;

pub use evidence::AddEvidence;
pub use file::UploadFile;
pub use resolution::ResolveDispute;

/// What a person decided, as the answer's parameters hold it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
struct Answer {
    resolution: String,
    statement: String,
}

impl Answer {
    fn of(action: &Action) -> Self {
        Self::deserialize(&action.parameters).unwrap_or_default()
    }

    fn resolution(&self) -> Option<Resolution> {
        match self.resolution.as_str() {
            "merchant-accepted" => Some(Resolution::MerchantAccepted),
            "declined" => Some(Resolution::Declined),
            _ => None,
        }
    }

    fn statement(&self) -> &str {
        self.statement.trim()
    }

    /// What goes back to the customer: nothing where the claim is declined.
    fn gives_back(&self, amount: Option<Money>) -> Option<Money> {
        match self.resolution()? {
            Resolution::MerchantAccepted => amount,
            Resolution::Declined => amount.map(|amount| Money::new(0, amount.currency)),
        }
    }
}

/// A dispute with everything that policy is asked about.
struct Seen {
    dispute: Dispute,
    records: Records,
}

fn number(action: &Action) -> Result<u64, Failure> {
    action
        .id
        .target
        .parse()
        .map_err(|_| Failure::new(Class::Bug, "no_dispute", "the action names no dispute"))
}

async fn read(context: &Context<'_>, action: &Action) -> Result<Option<Dispute>, Failure> {
    let found = context.paystack.dispute(number(action)?).await;
    found.map_err(|error| Failure::from(&error))
}

/// Reads the dispute and what it is about; or why nothing can be done about it any more.
async fn look(context: &Context<'_>, action: &Action) -> Result<Result<Seen, Check>, Failure> {
    let over = || {
        Check::Reject(Reason::new(
            "dispute_over",
            "the bank's dispute is over, or is no longer there",
        ))
    };
    let Some(dispute) = read(context, action).await?.filter(Dispute::is_open) else {
        return Ok(Err(over()));
    };
    let Some(transaction) = dispute.transaction.id else {
        return Ok(Err(over()));
    };
    let found = context.paystack.transaction(transaction).await;
    let Some(transaction) = found.map_err(|error| Failure::from(&error))? else {
        return Ok(Err(over()));
    };
    let customer = match &transaction.customer.code {
        Some(code) => Some(context.customer(code).await?),
        None => None,
    };
    let records = Records {
        customer,
        payment_named: context.is_payment_named(),
        payment: Some(Payment::read(transaction, context.paystack).await?),
        ..Records::default()
    };
    Ok(Ok(Seen { dispute, records }))
}

/// What a person decided, and the amount it is about. Without their answer nothing follows it.
fn decided<'a>(context: &Context<'a>) -> Result<(&'a Action, Answer), Failure> {
    let answer = context.decided.ok_or_else(|| {
        Failure::new(
            Class::Bug,
            "no_answer",
            "nobody has decided how to answer the dispute",
        )
    })?;
    Ok((answer, Answer::of(answer)))
}

/// Asks policy whether what was decided may still be done, on the records as they are now.
fn ask(context: &Context<'_>, action: &Action, seen: &Seen) -> Result<Check, Failure> {
    let (answer, said) = decided(context)?;
    let amount = said.gives_back(answer.amount);
    Ok(context.ask_policy(Deed::ResolveDispute, action, amount, &seen.records))
}

/// A person's answer: nothing leaves with it, and everything that follows rests on it.
pub struct AnswerDispute<'a> {
    pub(super) context: Context<'a>,
}

#[async_trait]
impl VendorEffect for AnswerDispute<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        let seen = match look(&self.context, action).await? {
            Ok(seen) => seen,
            Err(over) => return Ok(over),
        };
        let answer = Answer::of(action);
        let Some(resolution) = answer.resolution() else {
            return Ok(Check::AskPerson(Reason::new(
                "no_resolution",
                "a dispute is answered with merchant-accepted or declined",
            )));
        };
        if resolution == Resolution::Declined && answer.statement().is_empty() {
            return Ok(Check::AskPerson(Reason::new(
                "no_statement",
                "a dispute is declined with a statement of what was delivered",
            )));
        }
        let claimed = seen.dispute.money();
        let is_within = match (action.amount, claimed) {
            (Some(amount), Some(claimed)) => {
                amount.currency == claimed.currency && amount.subunits <= claimed.subunits
            }
            (Some(_), None) => true,
            (None, _) => false,
        };
        if !is_within {
            return Ok(Check::Reject(Reason::new(
                "amount_changed",
                "the bank claims another amount than the one that was decided on",
            )));
        }
        let amount = answer.gives_back(action.amount);
        let asked = self
            .context
            .ask_policy(Deed::ResolveDispute, action, amount, &seen.records);
        Ok(match asked {
            Check::Go => Check::Done(Receipt {
                id: action.id.target.clone(),
                second: None,
            }),
            otherwise => otherwise,
        })
    }

    async fn send(&self, _action: &Action) -> Result<Receipt, Failure> {
        Err(Failure::new(
            Class::Rejected,
            "nothing_to_send",
            "an answer sends nothing itself",
        ))
    }

    async fn look_up(&self, _action: &Action) -> Result<Sighting, Failure> {
        Ok(Sighting::Absent)
    }
}

fn gone(check: Check) -> Failure {
    match check {
        Check::Reject(reason) => Failure {
            class: Class::Rejected,
            reason,
            wait: None,
        },
        other => refusal(other),
    }
}
