//! From a case to the actions it asks for: pure, decided on what Paystack's records say.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared::case::{Case, Channel, Source, Urgency, Workflow};
use shared::config::{RunMode, Settings, WorkflowSettings};
use shared::ledger::{Action, ActionId, Anchor, Reason, Reservation, State};
use shared::money::Money;
use shared::paystack::RequestStatus;

use crate::effects::LOOK_BACK;
use crate::matching::{Records, identify};
use crate::policy::{Consent, Decision, Deed, Facts, Policy};

/// The name of an action that only a person can do.
pub const REVIEW: &str = "review";

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
        Workflow::PaymentRequest | Workflow::CreateCustomer | Workflow::DocumentResend => {
            planner.payment_workflow()
        }
        Workflow::DisputedCharge
        | Workflow::DuplicateCharge
        | Workflow::Chargeback
        | Workflow::FailedRenewal
        | Workflow::RefundRequest
        | Workflow::TaxBillingAddress
        | Workflow::PaymentStatus
        | Workflow::Collections
        | Workflow::VipPaymentBlocker => Err(Reason::new(
            "needs_person",
            "this workflow is decided by a person",
        )),
        Workflow::Other => Err(Reason::new(
            "unclear",
            "it is not clear what the call asks for",
        )),
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
    review.key = action_key(case, &review.id);
    review
}

/// The facts that policy is asked about, as of now.
#[must_use]
pub fn facts(
    deed: Deed,
    action_amount: Option<Money>,
    approvals: usize,
    case: &Case,
    records: &Records,
    settings: &Settings,
) -> Facts {
    let (identity, match_confidence) = identify(case, records, settings.merchant.calling_code());
    let fields = &case.fields;
    let own = records.customer.as_ref();
    let names_own_address = fields.email.as_ref().is_none_or(|named| {
        let on_record = own.and_then(|own| own.email.as_ref());
        on_record.is_some_and(|email| email.normalised() == named.value.normalised())
    });
    let mut facts = Facts {
        amount: action_amount.map_or(0, |amount| amount.subunits),
        currency: action_amount.map(|amount| amount.currency),
        identity,
        match_confidence,
        classification_confidence: i64::from(case.confidence.thousandths()),
        vip: own.is_some_and(|own| settings.people.vip_customers.contains(own.code.as_str())),
        consent: match fields.consent.as_ref().map(|consent| consent.value) {
            Some(true) => Consent::Given,
            Some(false) => Consent::Refused,
            None => Consent::Unknown,
        },
        by_email: fields
            .channel
            .as_ref()
            .is_some_and(|it| it.value == Channel::Email),
        recipient_confirmed: fields
            .recipient_confirmed
            .as_ref()
            .is_some_and(|it| it.value),
        // A record that is about to be opened gets the address that the call gives.
        recipient_on_record: match own {
            Some(_) => names_own_address,
            None => fields.email.is_some(),
        },
        purpose_known: fields.purpose.is_some() || records.request.is_some(),
        // A promise of the agent's, or the caller's own word on whether and how to be written to.
        follow_up_known: fields.promised_next_step.is_some()
            || (fields.channel.is_some() && fields.consent.is_some()),
        approvals: i64::try_from(approvals).unwrap_or(i64::MAX),
        ..Facts::cautious(deed, case.workflow)
    };
    facts.set_limits(&settings.limits);
    facts
}

struct Planner<'a> {
    case: &'a Case,
    records: &'a Records,
    settings: &'a Settings,
    policy: &'a Policy,
    now: Timestamp,
}

impl Planner<'_> {
    /// The customer and the payment request that a case asks for, or why a person has to look.
    fn payment_workflow(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        if self.case.fields.request_code.is_some() {
            return Ok(vec![self.notify_existing()?]);
        }
        let mut actions = Vec::new();
        if self.records.customer.is_none() {
            actions.push(self.create_customer()?);
        } else if self.case.workflow == Workflow::CreateCustomer {
            return Err(Reason::new(
                "customer_exists",
                "the customer is on record already",
            ));
        }
        if self.case.workflow == Workflow::PaymentRequest {
            actions.extend(self.draft_and_finalise(actions.last())?);
        } else if self.case.workflow == Workflow::DocumentResend {
            return Err(Reason::new("document", "no payment request was named"));
        }
        Ok(actions)
    }

    fn refuse_what_is_unclear(&self) -> Result<(), Reason> {
        let fields = &self.case.fields;
        if self.case.confidence.thousandths() < self.settings.limits.confidence_thousandths {
            return Err(Reason::new(
                "low_confidence",
                "it is not sure enough what the call is about",
            ));
        }
        if self.records.request_missing {
            return Err(Reason::new(
                "request_not_found",
                "Paystack has no payment request of the code that was named",
            ));
        }
        if fields
            .consent
            .as_ref()
            .is_some_and(|consent| !consent.value)
        {
            return Err(Reason::new(
                "consent_refused",
                "the caller refused to be written to",
            ));
        }
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

    fn create_customer(&self) -> Result<Action, Reason> {
        let email = self.case.fields.email.as_ref().ok_or_else(|| {
            Reason::new(
                "no_email",
                "the call gives no e-mail address for the customer",
            )
        })?;
        let target = short_hash(&email.value.normalised());
        let id = ActionId::action(Deed::CreateCustomer.as_str(), &target);
        let mut action = self.action(id, Anchor::ByState, format!("customer-{target}"), None);
        self.decide(&mut action, Deed::CreateCustomer, None);
        Ok(action)
    }

    fn draft_and_finalise(&self, after: Option<&Action>) -> Result<[Action; 2], Reason> {
        let fields = &self.case.fields;
        let amount = fields
            .amount
            .as_ref()
            .filter(|amount| amount.value.subunits > 0)
            .ok_or_else(|| Reason::new("no_amount", "the call gives no amount to ask for"))?
            .value;
        let customer = self.records.customer.as_ref();
        let email = customer
            .and_then(|customer| customer.email.as_ref())
            .or(fields.email.as_ref().map(|email| &email.value))
            .ok_or_else(|| Reason::new("no_email", "the call gives no e-mail address"))?;
        let purpose = purpose_key(self.case);
        // Two calls about one purpose ask for one payment: the lock is on both together.
        let resource = format!("request-{}-{purpose}", short_hash(&email.normalised()));
        let draft_id = ActionId::action(Deed::DraftPaymentRequest.as_str(), "new");
        let mut draft = self.action(
            draft_id,
            Anchor::ByKey,
            resource.clone(),
            after.map(|a| a.id.clone()),
        );
        draft.amount = Some(amount);
        // Paystack's lists lag, so that a like request may not show there yet: one at a time is
        // not enough, it is counted too.
        draft.reservations = vec![Reservation {
            counter: resource.clone(),
            limit: 1,
            take: 1,
            expires_at: plus(self.now, LOOK_BACK),
        }];
        draft.parameters = json!({
            "customer": customer.map(|customer| customer.code.as_str()),
            "customer_id": customer.map(|customer| customer.id.to_string()),
            "due_date": fields.due_date.as_ref().map(|due| due.value),
        });
        self.decide(&mut draft, Deed::DraftPaymentRequest, Some(amount));
        let finalise_id = ActionId::action(Deed::FinalisePaymentRequest.as_str(), "new");
        let mut finalise = self.action(
            finalise_id,
            Anchor::ByState,
            resource,
            Some(draft.id.clone()),
        );
        finalise.amount = Some(amount);
        self.decide(&mut finalise, Deed::FinalisePaymentRequest, Some(amount));
        Ok([draft, finalise])
    }

    fn notify_existing(&self) -> Result<Action, Reason> {
        let request = self.records.request.as_ref().ok_or_else(|| {
            Reason::new("request_not_found", "Paystack has no such payment request")
        })?;
        let code = request.code.as_ref().ok_or_else(|| {
            Reason::new(
                "request_without_code",
                "Paystack gives no code for the payment request",
            )
        })?;
        let open = request.status == RequestStatus::Pending && !request.paid && !request.archived;
        if !open {
            return Err(Reason::new(
                "request_not_open",
                "the payment request is no longer open",
            ));
        }
        let id = ActionId::action(Deed::NotifyPaymentRequest.as_str(), code.as_str());
        let mut action = self.action(id, Anchor::None, format!("request-{code}"), None);
        action.amount = request.money();
        let day = self
            .settings
            .merchant
            .time_zone
            .to_datetime(self.now)
            .date();
        action.reservations = vec![Reservation {
            counter: format!("notify#{code}#{day}"),
            limit: self.settings.limits.notices_per_day,
            take: 1,
            expires_at: plus(self.now, SignedDuration::from_hours(48)),
        }];
        let amount = action.amount;
        self.decide(&mut action, Deed::NotifyPaymentRequest, amount);
        Ok(action)
    }

    /// A case that only a person can close.
    fn review(&self, reason: Reason) -> Action {
        let id = ActionId::action(REVIEW, self.case.workflow.as_str());
        let mut action = self.action(id, Anchor::None, format!("review-{}", self.case.call), None);
        action.state = self.in_mode(State::AwaitingApproval);
        action.reason = Some(reason);
        action
    }

    /// Asks policy, and puts the action into the state that its answer and the mode give.
    fn decide(&self, action: &mut Action, deed: Deed, amount: Option<Money>) {
        let facts = facts(deed, amount, 0, self.case, self.records, self.settings);
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

    fn action(
        &self,
        id: ActionId,
        anchor: Anchor,
        resource: String,
        after: Option<ActionId>,
    ) -> Action {
        let workflow = self.workflow_settings();
        Action {
            key: action_key(self.case, &id),
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

/// Our key of an action at Paystack: the call and the action's place, hashed, so that it says
/// nothing of the caller and never depends on the amount.
fn action_key(case: &Case, id: &ActionId) -> String {
    format!("ll-{}", short_hash(&format!("{}/{id}", case.call)))
}

/// What a payment request is for, as a hash: two calls that say the same ask for one payment.
#[must_use]
pub fn purpose_key(case: &Case) -> String {
    let fields = &case.fields;
    let named = fields.invoice_number.as_ref().or(fields.purpose.as_ref());
    short_hash(&named.map(|it| it.value.to_lowercase()).unwrap_or_default())
}

/// The first 80 bits of a SHA-256, in hexadecimal.
fn short_hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    hex::encode(digest.get(..10).unwrap_or_default())
}

fn plus(at: Timestamp, wait: SignedDuration) -> Timestamp {
    at.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
