//! From a case to the actions it asks for: pure, decided on what Paystack's records say. One file
//! for each workflow.
//!
//! A plan never does anything. What may run by itself is `planned`, what a person has to allow
//! waits as itself, with the very amount that they approve, and what no machine can do is a review
//! that says what is to be done.

mod chargeback;
mod collections;
mod create_customer;
mod disputed_charge;
mod document_resend;
mod duplicate_charge;
mod facts;
mod failed_renewal;
mod other;
mod payment_request;
mod payment_status;
mod planner;
mod refund_request;
mod tax_billing_address;
mod vip_payment_blocker;
mod wishes;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use shared::case::{Case, Workflow};
use shared::config::Settings;
use shared::ledger::{Action, ActionId, Reason, action_key};

use crate::matching::Records;
use crate::policy::Policy;
use planner::Planner;

pub use planner::short_hash;

pub use facts::facts;
pub use payment_request::purpose_key;
pub use wishes::{Wish, as_wish, plan_all, wishes};

/// The name of an action that only a person can do.
pub const REVIEW: &str = "review";

/// The name of an action by which a person says how a bank's dispute is answered.
pub const ANSWER_DISPUTE: &str = "answer_dispute";

/// The name of an action that adds what speaks for the merchant to a dispute.
pub const ADD_EVIDENCE: &str = "add_dispute_evidence";

/// The name of an action that puts the file that goes with an answer.
pub const UPLOAD_FILE: &str = "upload_dispute_file";

impl Planner<'_> {
    /// Plans the actions, in the order in which they are done.
    fn plan(&self) -> Vec<Action> {
        match self.case.workflow {
            Workflow::DisputedCharge => self.disputed_charge(),
            Workflow::DuplicateCharge => self.duplicate_charge(),
            Workflow::Chargeback => self.chargeback(),
            Workflow::DocumentResend => self.document_resend(),
            Workflow::FailedRenewal => self.failed_renewal(),
            Workflow::RefundRequest => self.refund_request(),
            Workflow::TaxBillingAddress => self.tax_billing_address(),
            Workflow::CreateCustomer => self.new_customer(),
            Workflow::PaymentRequest => self.payment_request(),
            Workflow::PaymentStatus => self.payment_status(),
            Workflow::Collections => self.collections(),
            Workflow::VipPaymentBlocker => self.vip_payment_blocker(),
            Workflow::Other => self.other(),
        }
        .unwrap_or_else(|reason| vec![self.review(reason)])
    }
}

/// The review of a call whose later report contradicts what was planned.
#[must_use]
pub fn contested_review(
    case: &Case,
    settings: &Settings,
    policy: &Policy,
    now: Timestamp,
) -> Action {
    let records = Records::default();
    let planner = Planner {
        case,
        records: &records,
        settings,
        policy,
        now,
        is_main: true,
    };
    let reason = Reason::new("contested", "a later report of the call contradicts it");
    let mut review = planner.review(reason);
    review.id = ActionId::action(REVIEW, "contested");
    review.key = action_key(&case.call, &review.id);
    review
}

/// The first instant of the day after `day`, where the merchant is.
pub fn end_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(day.tomorrow().ok()?.at(0, 0, 0, 0)).ok()
}

#[cfg(test)]
mod tests;
