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
mod refund_request;
mod tax_billing_address;
mod vip_payment_blocker;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared::case::{Case, Source, Urgency, Workflow};
use shared::config::{RunMode, Settings, WorkflowSettings};
use shared::ledger::{Action, ActionId, Anchor, Reason, Reservation, State, action_key};
use shared::money::Money;
use shared::paystack::Customer;

use crate::matching::Records;
use crate::policy::{Decision, Deed, Policy};

pub use facts::facts;
pub use payment_request::purpose_key;

/// The name of an action that only a person can do.
pub const REVIEW: &str = "review";

/// For how long one customer's actions of a month are counted.
const MONTH: SignedDuration = SignedDuration::from_hours(32 * 24);

/// For how long what is counted by the day is kept.
const DAY: SignedDuration = SignedDuration::from_hours(48);

/// Plans a call's actions, in the order in which they are done.
#[must_use]
pub fn plan(
    case: &Case,
    records: &Records,
    settings: &Settings,
    policy: &Policy,
    now: Timestamp,
) -> Vec<Action> {
    let planner = Planner {
        case,
        records,
        settings,
        policy,
        now,
    };
    let mut actions = match case.workflow {
        Workflow::DisputedCharge => planner.disputed_charge(),
        Workflow::DuplicateCharge => planner.duplicate_charge(),
        Workflow::Chargeback => planner.chargeback(),
        Workflow::DocumentResend => planner.document_resend(),
        Workflow::FailedRenewal => planner.failed_renewal(),
        Workflow::RefundRequest => planner.refund_request(),
        Workflow::TaxBillingAddress => planner.tax_billing_address(),
        Workflow::CreateCustomer => planner.new_customer(),
        Workflow::PaymentRequest => planner.payment_request(),
        Workflow::PaymentStatus => planner.payment_status(),
        Workflow::Collections => planner.collections(),
        Workflow::VipPaymentBlocker => planner.vip_payment_blocker(),
        Workflow::Other => other::plan(),
    }
    .unwrap_or_else(|reason| vec![planner.review(reason)]);
    if let Some(last) = actions.last_mut()
        && let Value::Object(parameters) = &mut last.parameters
    {
        parameters.insert("last".to_owned(), json!(true));
    }
    actions
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
    };
    let reason = Reason::new("contested", "a later report of the call contradicts it");
    let mut review = planner.review(reason);
    review.id = ActionId::action(REVIEW, "contested");
    review.key = action_key(&case.call, &review.id);
    review
}

struct Planner<'a> {
    case: &'a Case,
    records: &'a Records,
    settings: &'a Settings,
    policy: &'a Policy,
    now: Timestamp,
}

impl Planner<'_> {
    fn refuse_what_is_unclear(&self) -> Result<(), Reason> {
        if self.case.confidence.thousandths() < self.settings.limits.confidence_thousandths {
            return Err(Reason::new(
                "low_confidence",
                "it is not sure enough what the call is about",
            ));
        }
        if let Some(ambiguity) = &self.records.ambiguity {
            return Err(ambiguity.clone());
        }
        if self.records.request_missing {
            return Err(Reason::new(
                "request_not_found",
                "Paystack has no payment request of the code that was named",
            ));
        }
        if self.records.payment_missing {
            return Err(Reason::new(
                "payment_not_found",
                "Paystack has no payment of the reference that was named",
            ));
        }
        if self.records.subscription_missing {
            return Err(Reason::new(
                "subscription_not_found",
                "Paystack has no subscription of the code that was named",
            ));
        }
        self.refuse_missing_fields()
    }

    fn refuse_missing_fields(&self) -> Result<(), Reason> {
        let fields = &self.case.fields;
        let present = [
            ("email", fields.email.is_some()),
            ("customer_name", fields.customer_name.is_some()),
            ("amount", fields.amount.is_some()),
            ("purpose", fields.purpose.is_some()),
            ("due_date", fields.due_date.is_some()),
            ("consent", fields.consent.is_some()),
            ("channel", fields.channel.is_some()),
            ("recipient_confirmed", fields.recipient_confirmed.is_some()),
            ("invoice_number", fields.invoice_number.is_some()),
            ("payment_reference", self.records.payment.is_some()),
            ("subscription", self.records.subscription.is_some()),
            ("refund_reason", fields.refund_reason.is_some()),
            ("dispute_reason", fields.dispute_reason.is_some()),
        ];
        let existing = self.records.request.is_some();
        let missing: Vec<&str> = present
            .into_iter()
            .filter(|(name, there)| {
                // A request that exists says itself how much it is for and to whom.
                let told_by_request = existing && matches!(*name, "email" | "amount" | "purpose");
                !there
                    && !told_by_request
                    && self.workflow_settings().required_fields.contains(*name)
            })
            .map(|(name, _)| name)
            .collect();
        if missing.is_empty() {
            Ok(())
        } else {
            let words = format!("the call does not give: {}", missing.join(", "));
            Err(Reason::new("missing_fields", words))
        }
    }

    /// That several records may be meant, with their numbers or codes; nothing where there is one.
    fn refuse_several(&self, what: &str) -> Result<(), Reason> {
        if self.records.candidates.is_empty() {
            return Ok(());
        }
        let words = format!(
            "several {what} may be meant: {}",
            self.records.candidates.join(", ")
        );
        Err(Reason::new("several_records", words))
    }

    fn customer(&self) -> Result<&Customer, Reason> {
        self.records.customer.as_ref().ok_or_else(|| {
            Reason::new(
                "no_customer",
                "Paystack has no customer on record for this call",
            )
        })
    }

    /// A case that only a person can close.
    fn review(&self, reason: Reason) -> Action {
        let id = ActionId::action(REVIEW, self.case.workflow.as_str());
        let mut action = self.action(id, Anchor::None, format!("review-{}", self.case.call), None);
        action.state = self.in_mode(State::AwaitingApproval);
        action.reason = Some(reason);
        action
    }

    /// A review with what was found, due at `due` where that is given.
    fn review_of(&self, reason: Reason, found: Value, due: Option<Timestamp>) -> Vec<Action> {
        let mut review = self.review(reason);
        review.parameters = found;
        if let Some(due) = due {
            review.not_after = due;
        }
        vec![review]
    }

    /// Asks policy, and puts the action into the state that its answer and the mode give.
    fn decide(&self, action: &mut Action, deed: Deed, amount: Option<Money>) {
        let facts = facts(
            deed,
            amount,
            0,
            self.case,
            self.records,
            self.settings,
            self.now,
        );
        match self.policy.decide(&facts) {
            Decision::Run { policies } => {
                action.reason = Some(Reason {
                    policies,
                    ..Reason::new("allowed", "policy allows it")
                });
                action.state = self.in_mode(State::Planned);
            }
            Decision::AskPerson {
                reason,
                approvals_needed,
            } => {
                action.reason = Some(reason);
                action.approvals_needed = approvals_needed;
                // What waits for another action is asked about when its turn comes.
                let state = if action.after.is_some() {
                    State::Planned
                } else {
                    State::AwaitingApproval
                };
                action.state = self.in_mode(state);
            }
            Decision::Forbid { reason } => {
                action.reason = Some(reason);
                action.state = State::Declined;
            }
        }
    }

    fn in_mode(&self, state: State) -> State {
        match self.workflow_settings().mode {
            RunMode::Live => state,
            RunMode::Observe | RunMode::DryRun => State::Observed,
        }
    }

    fn workflow_settings(&self) -> &WorkflowSettings {
        self.settings.workflow(self.case.workflow)
    }

    /// A count by customer and month, on the merchant's calendar.
    fn monthly(&self, what: &str, customer: &str, limit: i64) -> Reservation {
        let month = self.local().strftime("%Y-%m");
        self.reservation(format!("{what}#{customer}#{month}"), limit, MONTH)
    }

    /// A count by record and day, on the merchant's calendar.
    fn daily(&self, what: &str, record: &str, limit: i64) -> Reservation {
        let day = self.local().date();
        self.reservation(format!("{what}#{record}#{day}"), limit, DAY)
    }

    fn reservation(&self, counter: String, limit: i64, lasts: SignedDuration) -> Reservation {
        Reservation {
            counter,
            limit,
            take: 1,
            expires_at: plus(self.now, lasts),
        }
    }

    fn local(&self) -> DateTime {
        self.settings.merchant.time_zone.to_datetime(self.now)
    }

    fn action(
        &self,
        id: ActionId,
        anchor: Anchor,
        resource: String,
        after: Option<ActionId>,
    ) -> Action {
        let workflow = self.workflow_settings();
        Action {
            key: action_key(&self.case.call, &id),
            call: self.case.call.clone(),
            id,
            state: State::Planned,
            anchor,
            resource,
            after,
            amount: None,
            parameters: json!({}),
            workflow: self.case.workflow,
            urgency: urgency(self.case, workflow),
            owner: workflow.owner.clone(),
            lease: None,
            sends: 0,
            sent_at: None,
            absent_since: None,
            look_ups: 0,
            not_before: None,
            not_after: plus(self.now, workflow.not_after),
            settle_seconds: self.settings.limits.settle_seconds,
            reservations: Vec::new(),
            receipt: None,
            reason: None,
            approvals_needed: 1,
            approvals: Vec::new(),
            created_at: self.now,
            updated_at: self.now,
        }
    }
}

/// The more urgent of what settings say and what the merchant's own system or the call says.
fn urgency(case: &Case, settings: &WorkflowSettings) -> Urgency {
    let said = case
        .fields
        .urgency
        .as_ref()
        .filter(|said| said.source != Source::Agent);
    said.map_or(settings.urgency, |said| said.value.max(settings.urgency))
}

/// The first 80 bits of a SHA-256, in hexadecimal.
pub fn short_hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    hex::encode(digest.get(..10).unwrap_or_default())
}

/// The first instant of the day after `day`, where the merchant is.
pub fn end_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(day.tomorrow().ok()?.at(0, 0, 0, 0)).ok()
}

fn plus(at: Timestamp, wait: SignedDuration) -> Timestamp {
    at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
