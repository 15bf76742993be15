//! What every workflow plans with: the call, what Paystack knows, the settings, and policy.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared::case::{Case, Source, Urgency};
use shared::clock::later;
use shared::config::{RunMode, Settings, WorkflowSettings};
use shared::ledger::{Action, ActionId, Anchor, Reason, Reservation, State};
use shared::money::Money;
use shared::paystack::Customer;

use super::{REVIEW, end_of, facts};
use crate::matching::Records;
use crate::policy::{Decision, Deed, Policy};

/// For how long one customer's actions of a month are counted.
pub(super) const MONTH: SignedDuration = SignedDuration::from_hours(32 * 24);

/// For how long what is counted by the day is kept.
const DAY: SignedDuration = SignedDuration::from_hours(48);

/// Plans one wish of a call.
pub(super) struct Planner<'a> {
    pub(super) case: &'a Case,
    pub(super) records: &'a Records,
    pub(super) settings: &'a Settings,
    pub(super) policy: &'a Policy,
    pub(super) now: Timestamp,
    /// Whether it is what the call is mainly about.
    pub(super) is_main: bool,
}

impl Planner<'_> {
    /// Another wish of the call than its main one is as unsure as can be: whatever it asks for is
    /// planned in full, and policy has a person decide on it.
    pub(super) fn refuse_unsure(&self) -> Result<(), Reason> {
        let needed = self.settings.limits.confidence_thousandths;
        if self.is_main && self.case.confidence.thousandths() < needed {
            return Err(Reason::new(
                "low_confidence",
                "it is not sure enough what the call is about",
            ));
        }
        Ok(())
    }

    pub(super) fn refuse_what_is_unclear(&self) -> Result<(), Reason> {
        self.refuse_unsure()?;
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
    pub(super) fn refuse_several(&self, what: &str) -> Result<(), Reason> {
        if self.records.candidates.is_empty() {
            return Ok(());
        }
        let words = format!(
            "several {what} may be meant: {}",
            self.records.candidates.join(", ")
        );
        Err(Reason::new("several_records", words))
    }

    pub(super) fn customer(&self) -> Result<&Customer, Reason> {
        self.records.customer.as_ref().ok_or_else(|| {
            Reason::new(
                "no_customer",
                "Paystack has no customer on record for this call",
            )
        })
    }

    /// A case that only a person can close.
    pub(super) fn review(&self, reason: Reason) -> Action {
        let id = ActionId::action(REVIEW, self.case.workflow.as_str());
        let mut action = self.action(id, Anchor::None, format!("review-{}", self.case.call), None);
        action.state = self.in_mode(State::AwaitingApproval);
        action.reason = Some(reason);
        action
    }

    /// A review with what was found, due at `due` where that is given.
    pub(super) fn review_of(
        &self,
        reason: Reason,
        found: Value,
        due: Option<Timestamp>,
    ) -> Vec<Action> {
        let mut review = self.review(reason);
        review.parameters = found;
        if let Some(due) = due {
            review.not_after = due;
        }
        vec![review]
    }

    /// Writes down what the call says, where nothing else is to be done.
    pub(super) fn record(&self, says: &str, mut found: Value) -> Vec<Action> {
        let id = ActionId::action(Deed::RecordCall.as_str(), self.case.workflow.as_str());
        let resource = format!("record-{}", self.case.call);
        let mut action = self.action(id, Anchor::None, resource, None);
        if let Value::Object(found) = &mut found {
            found.insert("says".to_owned(), json!(says));
        }
        action.parameters = found;
        self.decide(&mut action, Deed::RecordCall, None);
        vec![action]
    }

    /// By when somebody was promised an answer, where that is still to come.
    pub(super) fn promised_by(&self) -> Option<Timestamp> {
        let day = self.case.fields.follow_up_deadline.as_ref()?.value;
        self.end_of(day).filter(|end| *end > self.now)
    }

    /// Whether somebody told the caller that they would hear from us.
    pub(super) fn owes_an_answer(&self) -> bool {
        let fields = &self.case.fields;
        let call_back = fields.callback_expected.as_ref();
        fields.promised_next_step.is_some()
            || fields.follow_up_deadline.is_some()
            || call_back.is_some_and(|expected| expected.value)
    }

    /// The end of a day where the merchant is.
    pub(super) fn end_of(&self, day: Date) -> Option<Timestamp> {
        end_of(day, &self.settings.merchant.time_zone)
    }

    /// Asks policy, and puts the action into the state that its answer and the mode give.
    pub(super) fn decide(&self, action: &mut Action, deed: Deed, amount: Option<Money>) {
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

    pub(super) fn in_mode(&self, state: State) -> State {
        match self.workflow_settings().mode {
            RunMode::Live => state,
            RunMode::Observe | RunMode::DryRun => State::Observed,
        }
    }

    pub(super) fn workflow_settings(&self) -> &WorkflowSettings {
        self.settings.workflow(self.case.workflow)
    }

    /// A count by customer and month, on the merchant's calendar.
    pub(super) fn monthly(&self, what: &str, customer: &str, limit: i64) -> Reservation {
        let month = self.local().strftime("%Y-%m");
        self.reservation(format!("{what}#{customer}#{month}"), limit, MONTH)
    }

    /// A count by record and day, on the merchant's calendar.
    pub(super) fn daily(&self, what: &str, record: &str, limit: i64) -> Reservation {
        let day = self.local().date();
        self.reservation(format!("{what}#{record}#{day}"), limit, DAY)
    }

    pub(super) fn reservation(
        &self,
        counter: String,
        limit: i64,
        lasts: SignedDuration,
    ) -> Reservation {
        Reservation {
            counter,
            limit,
            take: 1,
            expires_at: later(self.now, lasts),
        }
    }

    pub(super) fn local(&self) -> DateTime {
        self.settings.merchant.time_zone.to_datetime(self.now)
    }

    pub(super) fn action(
        &self,
        id: ActionId,
        anchor: Anchor,
        resource: String,
        after: Option<ActionId>,
    ) -> Action {
        let workflow = self.workflow_settings();
        Action {
            anchor,
            resource,
            after,
            not_after: later(self.now, workflow.not_after),
            settle_seconds: self.settings.limits.settle_seconds,
            ..Action::planned(
                self.case.call.clone(),
                id,
                self.case.workflow,
                urgency(self.case, workflow),
                workflow.owner.clone(),
                self.now,
            )
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
