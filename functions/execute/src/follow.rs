//! What is still owed once an action has come to its state, written in the same transaction:
//! `reconcile` looks after it until it has come about.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::case::Case;
use shared::clock::{earlier, later};
use shared::config::Settings;
use shared::ledger::{Action, FollowUp, Stage, State, Subject};

use crate::policy::Deed;
use crate::workflows::{ANSWER_DISPUTE, REVIEW, end_of};

/// When Paystack is first asked how a refund goes on.
const FIRST_LOOK: SignedDuration = SignedDuration::from_hours(1);

/// How long a refund may take before its owner is reminded: Paystack names up to ten working days
/// (`https://support.paystack.com/en/articles/2130690`).
const REFUND_TAKES: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How long before a bank's deadline its owner is reminded.
const BEFORE_DISPUTE: SignedDuration = SignedDuration::from_hours(24);

/// The follow-ups of an action in the state that it has come to.
#[must_use]
pub fn follow_ups(action: &Action) -> Vec<FollowUp> {
    let record = action.receipt.as_ref().map(|receipt| receipt.id.clone());
    let name = action.id.name.as_str();
    let found = match action.state {
        State::Succeeded if name == Deed::Refund.as_str() => record.map(|record| FollowUp {
            look_at: later(action.updated_at, FIRST_LOOK),
            remind_at: Some(later(action.updated_at, REFUND_TAKES)),
            ..begin(action, Subject::Refund, record)
        }),
        State::Succeeded if name == Deed::FinalisePaymentRequest.as_str() => {
            record.map(|record| until_due(action, Subject::PaymentRequest, record))
        }
        State::Succeeded if name == Deed::NotePaymentRequest.as_str() => {
            due_at(action).and(record.map(|record| until_due(action, Subject::Promise, record)))
        }
        State::AwaitingApproval if [REVIEW, ANSWER_DISPUTE].contains(&name) => {
            text(&action.parameters, "dispute")
                .map(|dispute| FollowUp {
                    look_at: later(action.updated_at, FIRST_LOOK),
                    remind_at: due_at(action).map(|due| earlier(due, BEFORE_DISPUTE)),
                    ..begin(action, Subject::Dispute, dispute)
                })
                .or_else(|| {
                    due_at(action)?;
                    let request = text(&action.parameters, "request")?;
                    Some(until_due(action, Subject::Promise, request))
                })
        }
        _ => None,
    };
    let decision = (action.state == State::AwaitingApproval).then(|| {
        let left = action.not_after.duration_since(action.updated_at);
        let near = earlier(action.not_after, left / 4);
        FollowUp {
            look_at: near,
            remind_at: Some(near),
            ..begin(action, Subject::Decision, action.id.sort_key())
        }
    });
    found.into_iter().chain(decision).collect()
}

/// What the agent promised on the call, by the end of the day that was named.
#[must_use]
pub fn promised_to_the_caller(
    case: &Case,
    settings: &Settings,
    now: Timestamp,
) -> Option<FollowUp> {
    let day = case.fields.follow_up_deadline.as_ref()?.value;
    let workflow = settings.workflow(case.workflow);
    let deadline = end_of(day, &settings.merchant.time_zone)?;
    (deadline > now).then(|| FollowUp {
        call: case.call.clone(),
        subject: Subject::Deadline,
        record: day.to_string(),
        about: None,
        stage: Stage::Open,
        amount: None,
        workflow: case.workflow,
        urgency: workflow.urgency,
        owner: workflow.owner.clone(),
        remind_at: None,
        deadline: Some(deadline),
        look_at: deadline,
        looks: 0,
        created_at: now,
        updated_at: now,
    })
}

/// A follow-up that is missed once its due time has passed.
fn until_due(action: &Action, subject: Subject, record: String) -> FollowUp {
    let deadline = due_at(action);
    FollowUp {
        deadline,
        look_at: deadline.unwrap_or_else(|| later(action.updated_at, REFUND_TAKES)),
        ..begin(action, subject, record)
    }
}

fn due_at(action: &Action) -> Option<Timestamp> {
    text(&action.parameters, "due_at")?.parse().ok()
}

fn begin(action: &Action, subject: Subject, record: String) -> FollowUp {
    FollowUp {
        call: action.call.clone(),
        subject,
        record,
        about: Some(action.id.sort_key()),
        stage: Stage::Open,
        amount: action.amount,
        workflow: action.workflow,
        urgency: action.urgency,
        owner: action.owner.clone(),
        remind_at: None,
        deadline: None,
        look_at: action.updated_at,
        looks: 0,
        created_at: action.updated_at,
        updated_at: action.updated_at,
    }
}

fn text(parameters: &Value, name: &str) -> Option<String> {
    parameters.get(name)?.as_str().map(str::to_owned)
}
