//! A call asks for more than one thing: each wish is planned like a call of its own, and none is
//! lost.
//!
//! ```text
//!  main wish ── its actions                 another wish ── its actions, each waiting for a person
//!     └ unsure what it is? one review           ├ part of another one? said in its parameters
//!                                               └ the same action again? the stricter of the two
//! ```

use jiff::Timestamp;
use serde_json::{Value, json};
use shared::case::{Case, Confidence, Workflow};
use shared::config::Settings;
use shared::ledger::{Action, State};

use super::planner::Planner;
use crate::matching::Records;
use crate::policy::Policy;

/// So many wishes of one call are planned at most, so that a call cannot have Paystack read for
/// ever; the others are named in the first action.
const MOST_WISHES: usize = 4;

/// One of the things that a call asks for, and what Paystack knows about it.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The call, as if it were about this alone.
    pub case: Case,
    /// What Paystack knows.
    pub records: Records,
}

/// What a call asks for, the main thing first. A call of which it is not sure enough what it is
/// mainly about is one wish: a person reads it, whatever else it may hold.
#[must_use]
pub fn wishes(case: &Case, settings: &Settings) -> Vec<Case> {
    let mut wishes = vec![case.clone()];
    if case.confidence.thousandths() < settings.limits.confidence_thousandths {
        return wishes;
    }
    for also in &case.also {
        let is_planned = wishes
            .iter()
            .any(|wish| wish.workflow == *also || is_part_of(*also, wish.workflow));
        if !is_planned && wishes.len() < MOST_WISHES {
            wishes.push(as_wish(case, *also));
        }
    }
    wishes
}

/// The call as if it were about `workflow` alone. That it is, where another thing is the main one,
/// is sure to nobody.
#[must_use]
pub fn as_wish(case: &Case, workflow: Workflow) -> Case {
    if workflow == case.workflow {
        return case.clone();
    }
    Case {
        workflow,
        confidence: Confidence::NONE,
        also: Vec::new(),
        ..case.clone()
    }
}

/// Whether whoever has `whole` dealt with has had `part` dealt with.
fn is_part_of(part: Workflow, whole: Workflow) -> bool {
    let about_a_payment = matches!(
        whole,
        Workflow::DuplicateCharge
            | Workflow::DisputedCharge
            | Workflow::Chargeback
            | Workflow::RefundRequest
            | Workflow::VipPaymentBlocker
    );
    match part {
        Workflow::Other => true,
        Workflow::PaymentStatus => about_a_payment,
        Workflow::RefundRequest => matches!(
            whole,
            Workflow::DuplicateCharge | Workflow::DisputedCharge | Workflow::Chargeback
        ),
        Workflow::DisputedCharge => whole == Workflow::Chargeback,
        Workflow::CreateCustomer => whole == Workflow::PaymentRequest,
        Workflow::PaymentRequest => whole == Workflow::FailedRenewal,
        Workflow::DuplicateCharge
        | Workflow::Chargeback
        | Workflow::DocumentResend
        | Workflow::FailedRenewal
        | Workflow::TaxBillingAddress
        | Workflow::Collections
        | Workflow::VipPaymentBlocker => false,
    }
}

/// Plans everything that a call asks for.
#[must_use]
pub fn plan_all(
    wishes: &[Wish],
    settings: &Settings,
    policy: &Policy,
    now: Timestamp,
) -> Vec<Action> {
    let mut actions: Vec<Action> = Vec::new();
    for (number, wish) in wishes.iter().enumerate() {
        let own = Planner {
            case: &wish.case,
            records: &wish.records,
            settings,
            policy,
            now,
            is_main: number == 0,
        };
        let mut planned = own.plan();
        mark_last(&mut planned);
        for action in planned {
            match actions.iter_mut().find(|it| it.id == action.id) {
                Some(same) => be_as_strict(same, action),
                None => actions.push(action),
            }
        }
    }
    let also = wishes.first().map(|main| main.case.also.as_slice());
    if let (Some(also), Some(first)) = (also.filter(|also| !also.is_empty()), actions.first_mut()) {
        let names: Vec<&str> = also.iter().map(|workflow| workflow.as_str()).collect();
        set(first, "also", json!(names));
    }
    actions
}

/// Whoever hears of a wish's last action has heard of the wish.
fn mark_last(actions: &mut [Action]) {
    if let Some(last) = actions.last_mut() {
        set(last, "last", json!(true));
    }
}

fn set(action: &mut Action, name: &str, value: Value) {
    if let Value::Object(parameters) = &mut action.parameters {
        parameters.insert(name.to_owned(), value);
    }
}

/// Two wishes ask for one thing to be done: it waits for a person where either of them makes it.
fn be_as_strict(action: &mut Action, other: Action) {
    let is_stricter = action.state == State::Planned
        && matches!(other.state, State::AwaitingApproval | State::Declined)
        && action.after.is_none();
    if is_stricter {
        action.state = other.state;
        action.reason = other.reason;
    }
    action.approvals_needed = action.approvals_needed.max(other.approvals_needed);
}
