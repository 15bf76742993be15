//! Looking after what is still owed: how it stands is read from where it stands, never taken from
//! whoever said that it moved.

use jiff::{SignedDuration, Timestamp};
use shared::clock::later;
use shared::error::Class;
use shared::ledger::{
    Action, ActionId, Destination, Failure, FollowUp, Key, Ledger, Reason, Stage, Subject,
    TableError,
};
use shared::paystack::{Paystack, RefundStatus, RequestKey};

use crate::Reconciler;

/// The most follow-ups of one record: a refund has one, a payment request a few.
const MOST_OF_A_RECORD: usize = 50;

/// The longest between two looks at what is open.
const SLOWEST_LOOK: SignedDuration = SignedDuration::from_hours(24);

/// How long a person has for what a follow-up leaves to them.
const REVIEW_LASTS: SignedDuration = SignedDuration::from_hours(72);

impl Reconciler {
    /// Looks at every follow-up of a record of Paystack's. Says how many there are.
    pub(crate) async fn look_at_record(&self, record: &str) -> Result<usize, Failure> {
        let known = self
            .ledger
            .follow_ups_of_record(record, MOST_OF_A_RECORD)
            .await?;
        for (follow_up, _) in &known {
            self.look_at(&follow_up.table_key()).await?;
        }
        Ok(known.len())
    }

    /// Looks at every follow-up of a payment request.
    pub(crate) async fn look_at_request(&self, key: &RequestKey) -> Result<(), Failure> {
        let code = match key {
            RequestKey::Code(code) => Some(code.clone()),
            RequestKey::Id(_) => self
                .paystack()?
                .payment_request(key)
                .await
                .map_err(|error| Failure::from(&error))?
                .and_then(|request| request.code),
        };
        match code {
            Some(code) => self.look_at_record(code.as_str()).await.map(|_| ()),
            None => Ok(()),
        }
    }

    /// Looks at a follow-up, and writes down what there is to see. Any number of times, by any
    /// number of workers.
    pub(crate) async fn look_at(&self, key: &Key) -> Result<(), Failure> {
        let Some((follow_up, revision)) = self.ledger.follow_up(key).await? else {
            return Ok(());
        };
        if follow_up.stage.is_closed() {
            return Ok(());
        }
        let now = self.ledger.now();
        let seen = self.see(&follow_up, now).await?;
        let was = follow_up.stage;
        let (follow_up, left) = self.moved(follow_up, seen, now);
        match self
            .ledger
            .move_follow_up(&follow_up, revision, was, left)
            .await
        {
            // Another worker looked at the same moment, and has written what there was to see.
            Err(TableError::ConditionFailed { .. }) => return Ok(()),
            outcome => outcome?,
        }
        tracing::info!(
            call = %follow_up.call,
            subject = follow_up.subject.as_str(),
            record = follow_up.record,
            from = was.as_str(),
            to = follow_up.stage.as_str(),
            "looked after"
        );
        self.ledger
            .flush(&follow_up.call, Destination::Notices, &*self.outbox)
            .await?;
        Ok(())
    }

    /// The follow-up after a look, and what is to be told or left to a person.
    fn moved(
        &self,
        mut follow_up: FollowUp,
        seen: Stage,
        now: Timestamp,
    ) -> (FollowUp, Vec<Action>) {
        let routes = &self.settings.notices;
        let was = follow_up.stage;
        // Never backwards: lists lag, and a look may be older than the one before.
        follow_up.stage = seen.max(was);
        follow_up.looks = follow_up.looks.saturating_add(1);
        follow_up.updated_at = now;
        let mut left = Vec::new();
        if follow_up.stage != was {
            if is_told(follow_up.subject, follow_up.stage) {
                left.extend(follow_up.notices(follow_up.stage.as_str(), routes));
            }
            if let Some(reason) = task(follow_up.subject, follow_up.stage) {
                left.push(follow_up.review(reason, later(now, REVIEW_LASTS)));
            }
        }
        if !follow_up.stage.is_closed() && follow_up.remind_at.is_some_and(|at| at <= now) {
            follow_up.remind_at = None;
            left.extend(follow_up.notices("reminder", routes));
            if follow_up.subject == Subject::Decision {
                // Its end is told by the action itself.
                follow_up.stage = Stage::Done;
            }
        }
        follow_up.look_at = next_look(&follow_up, now);
        (follow_up, left)
    }

    async fn see(&self, follow_up: &FollowUp, now: Timestamp) -> Result<Stage, Failure> {
        match follow_up.subject {
            Subject::Refund => refund(self.paystack()?, follow_up).await,
            Subject::Dispute => dispute(self.paystack()?, follow_up).await,
            Subject::PaymentRequest | Subject::Promise => {
                payment_request(self.paystack()?, follow_up, now).await
            }
            Subject::Deadline => promised(&self.ledger, follow_up, now).await,
            Subject::Decision => decision(&self.ledger, follow_up).await,
        }
    }
}

/// Later and later, but no later than the next time at which something is to be said.
fn next_look(follow_up: &FollowUp, now: Timestamp) -> Timestamp {
    let age = now.duration_since(follow_up.created_at);
    let pace = age.clamp(SignedDuration::from_hours(1), SLOWEST_LOOK);
    [follow_up.remind_at, follow_up.deadline]
        .into_iter()
        .flatten()
        .filter(|at| *at > now)
        .fold(later(now, pace), Timestamp::min)
}

/// Whether the owner hears of it.
const fn is_told(subject: Subject, stage: Stage) -> bool {
    match (subject, stage) {
        (Subject::Decision, _) | (_, Stage::Open | Stage::Underway) => false,
        (Subject::Deadline, stage) => matches!(stage, Stage::Missed),
        (_, Stage::NeedsAttention | Stage::Done | Stage::Failed | Stage::Missed) => true,
    }
}

/// What it leaves a person to do.
fn task(subject: Subject, stage: Stage) -> Option<Reason> {
    match (subject, stage) {
        (Subject::Refund, Stage::NeedsAttention) => Some(Reason::new(
            "refund_needs_attention",
            "Paystack cannot pay the refund out without the customer's account: have the customer \
             give it, and enter it in Paystack's dashboard, nowhere else",
        )),
        (Subject::Refund, Stage::Failed) => Some(Reason::new(
            "refund_failed",
            "Paystack could not pay the refund out; the money is back on the balance: agree with \
             the customer on another way",
        )),
        _ => None,
    }
}

async fn refund(paystack: &Paystack, follow_up: &FollowUp) -> Result<Stage, Failure> {
    let id = number(&follow_up.record)?;
    let refund = paystack
        .refund(id)
        .await
        .map_err(|error| Failure::from(&error))?;
    Ok(match refund.map(|refund| refund.status) {
        Some(RefundStatus::Processing) => Stage::Underway,
        Some(RefundStatus::NeedsAttention) => Stage::NeedsAttention,
        Some(RefundStatus::Processed) => Stage::Done,
        Some(RefundStatus::Failed) => Stage::Failed,
        // A list that lags, or a status that we do not know: its owner is reminded in time.
        Some(RefundStatus::Pending | RefundStatus::Unknown(_)) | None => Stage::Open,
    })
}

async fn dispute(paystack: &Paystack, follow_up: &FollowUp) -> Result<Stage, Failure> {
    let id = number(&follow_up.record)?;
    let dispute = paystack
        .dispute(id)
        .await
        .map_err(|error| Failure::from(&error))?;
    Ok(match dispute {
        Some(dispute) if !dispute.is_open() => Stage::Done,
        Some(_) | None => Stage::Open,
    })
}

async fn payment_request(
    paystack: &Paystack,
    follow_up: &FollowUp,
    now: Timestamp,
) -> Result<Stage, Failure> {
    let code = follow_up.record.parse().map_err(|_| no_record())?;
    let request = paystack
        .payment_request(&RequestKey::Code(code))
        .await
        .map_err(|error| Failure::from(&error))?;
    Ok(match request {
        Some(request) if request.paid => Stage::Done,
        Some(request) if request.archived => Stage::Failed,
        Some(_) | None => missed_after(follow_up.deadline, now),
    })
}

/// What the agent promised is kept once nothing of the call is open any more.
async fn promised(ledger: &Ledger, follow_up: &FollowUp, now: Timestamp) -> Result<Stage, Failure> {
    let actions = ledger.actions(&follow_up.call).await?;
    if actions.iter().all(|(action, _)| action.state.is_final()) {
        return Ok(Stage::Done);
    }
    Ok(missed_after(follow_up.deadline, now))
}

async fn decision(ledger: &Ledger, follow_up: &FollowUp) -> Result<Stage, Failure> {
    let id = ActionId::parse(&follow_up.record).ok_or_else(no_record)?;
    let action = ledger.action(&follow_up.call, &id).await?;
    let waits = action.is_some_and(|(action, _)| action.state.waits_for_person());
    Ok(if waits { Stage::Open } else { Stage::Done })
}

fn missed_after(deadline: Option<Timestamp>, now: Timestamp) -> Stage {
    if deadline.is_some_and(|deadline| deadline <= now) {
        Stage::Missed
    } else {
        Stage::Open
    }
}

fn number(record: &str) -> Result<u64, Failure> {
    record.parse().map_err(|_| no_record())
}

fn no_record() -> Failure {
    Failure::new(
        Class::Bug,
        "no_record",
        "the follow-up names no record that can be looked at",
    )
}
