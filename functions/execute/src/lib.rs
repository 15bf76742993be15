//! `execute`: who is the caller, which Paystack record, what may be done without a person; do it
//! once, and write down why.

mod announce;
mod effects;
mod follow;
mod matching;
mod measure;
pub mod paired;
mod payment;
pub mod policy;
mod recipient;
#[cfg(test)]
mod sample;
mod shown;
mod start;
mod workflows;

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use jiff::{SignedDuration, Timestamp};
use shared::case::{Case, RecordShown, Workflow};
use shared::config::{RunMode, Settings};
use shared::error::Class;
use shared::ids::CallId;
use shared::ledger::{
    Action, AuditNote, CallRecord, CallerIndex, Change, Destination, Driver, Failure, Ledger,
    LedgerError, Post, Progress, RECORDS, Reason, Receipt, Recipient, State, Write,
    reference_items,
};
use shared::paystack::Paystack;
use shared::queue::{self, BatchError, CaseMessage, ExtendVisibility, Incoming};
use shared::telemetry::Metrics;
use tracing::instrument;

use announce::Audience;
use effects::{Announced, AnyEffect, Context};
use paired::Paired;
use policy::Policy;
pub use start::{Setup, start};
use workflows::Wish;

/// How often a call is read again because another worker moved it meanwhile.
const RACES: u32 = 8;

/// Everything `execute` works with.
pub struct Executor {
    /// The ledger.
    pub ledger: Ledger,
    /// Drives actions through their lives.
    pub driver: Driver,
    /// Paystack.
    pub paystack: Paystack,
    /// The systems that are asked what they know of a case.
    pub paired: Paired,
    /// The merchant's settings.
    pub settings: Arc<Settings>,
    /// What may be done without a person.
    pub policy: Arc<Policy>,
    /// Where messages that are owed go.
    pub outbox: Arc<dyn Post>,
    /// Makes the caller index's entries.
    pub callers: CallerIndex,
    /// Where our own call pages live.
    pub public_base_url: String,
    /// What is counted of it.
    pub metrics: Metrics,
}

impl Executor {
    /// Works off a batch of `cases`.
    ///
    /// # Errors
    /// As [`queue::handle_batch`].
    pub async fn handle(
        &self,
        event: SqsEvent,
        visibility: &dyn ExtendVisibility,
    ) -> Result<SqsBatchResponse, BatchError> {
        queue::handle_batch(
            event,
            visibility,
            async |incoming: Incoming<CaseMessage>| {
                self.work(&incoming.message.call)
                    .await
                    .map_err(|failure| queue::Failure {
                        class: failure.class,
                        reason: failure.reason.code,
                    })
            },
        )
        .await
    }

    /// Takes a call as far as it goes now. Any number of times, by any number of workers.
    ///
    /// # Errors
    /// [`Failure`] where it has to be tried again.
    #[instrument(skip_all, fields(%call))]
    pub async fn work(&self, call: &CallId) -> Result<(), Failure> {
        let mut races = 0;
        let outcome = loop {
            match self.advance(call).await {
                Err(Stop::Ledger(error)) if error.is_race() && races < RACES => races += 1,
                outcome => break outcome,
            }
        };
        // What was decided is told even where the rest has to be tried again.
        self.ledger
            .flush(call, Destination::Notices, &*self.outbox)
            .await?;
        outcome.map_err(Failure::from)
    }

    async fn advance(&self, call: &CallId) -> Result<(), Stop> {
        let (record, revision) = self
            .ledger
            .call(call)
            .await
            .map_err(LedgerError::from)?
            .ok_or_else(|| {
                Failure::new(Class::Bug, "no_call", "the ledger does not know this call")
            })?;
        let case = self.ledger.case(call).await?;
        if !record.planned {
            match &case {
                Some(case) => self.plan(case, record, revision).await?,
                None => self.close_erased(record, revision).await?,
            }
        } else if record.contested {
            self.open_contested_review(record, revision, case.as_ref())
                .await?;
        }
        self.run_actions(call, case.as_ref()).await?;
        self.tell_what_people_decided(call, case.as_ref()).await
    }

    /// What a person ended, by declining it or by saying that it has happened, is told like what
    /// ended by itself: their decision was written without its notices.
    async fn tell_what_people_decided(
        &self,
        call: &CallId,
        case: Option<&Case>,
    ) -> Result<(), Stop> {
        let actions = self.ledger.actions(call).await?;
        let told = self.ledger.notices(call).await?;
        let now = self.ledger.now();
        for (action, _) in actions.iter().filter(|(it, _)| it.state.is_final()) {
            let untold: Vec<Action> = announce::notices(action, self.audience(case))
                .into_iter()
                .filter(|notice| now <= notice.not_after)
                .filter(|notice| !told.iter().any(|(known, _)| known.id == notice.id))
                .collect();
            if untold.is_empty() {
                continue;
            }
            let mut change = Change::default();
            for notice in &untold {
                change.create_notice(notice)?;
            }
            self.ledger.commit(call, change).await?;
        }
        Ok(())
    }

    /// The customer on Paystack's record: of the wish that a document is sent for, else of the first.
    async fn recipient(
        &self,
        wishes: &[Wish],
        now: Timestamp,
    ) -> Result<Option<Recipient>, Failure> {
        let about = wishes
            .iter()
            .find(|wish| wish.case.workflow == Workflow::DocumentResend)
            .or_else(|| wishes.first());
        match about {
            Some(Wish { case, records }) => {
                recipient::recipient(case, records, &self.settings, &self.paystack, now).await
            }
            None => Ok(None),
        }
    }

    /// Reads what there is to know of a call, and plans its actions.
    async fn plan(&self, case: &Case, record: CallRecord, revision: u64) -> Result<(), Stop> {
        let now = self.ledger.now();
        let mut wishes = Vec::new();
        for wish in workflows::wishes(case, &self.settings) {
            let records = matching::find(&wish, &self.paystack, now).await?;
            wishes.push(Wish {
                case: wish,
                records,
            });
        }
        let recipient = self.recipient(&wishes, now).await?;
        let email = recipient.as_ref().map(|recipient| &recipient.email);
        let today = self.settings.merchant.time_zone.to_datetime(now).date();
        // On the heap: three systems are asked at once.
        let asking = self
            .paired
            .around(case, email, &self.settings.context, today);
        let around = Box::pin(asking).await;
        for wish in &mut wishes {
            wish.records.around = around.clone();
        }
        let planned = (wishes.as_slice(), recipient.as_ref());
        self.write_plan(case, planned, record, revision).await
    }

    /// Writes the plan, its notices and the caller's index entries in one transaction.
    async fn write_plan(
        &self,
        case: &Case,
        (wishes, recipient): (&[Wish], Option<&Recipient>),
        record: CallRecord,
        revision: u64,
    ) -> Result<(), Stop> {
        let now = self.ledger.now();
        let mut actions = workflows::plan_all(wishes, &self.settings, &self.policy, now);
        if let Some(wish) = wishes.first() {
            for action in &mut actions {
                wish.records.around.stand_beside(action);
            }
        }
        let mut change = Change::default();
        let record = CallRecord {
            planned: true,
            ..record
        };
        change.write(Write::replace(record.item()?, revision));
        let audience = self.audience(Some(case));
        if let Some(recipient) = recipient {
            change.set_recipient(&case.call, recipient, self.forget_at(now))?;
        }
        for action in &actions {
            change.create_action(action)?;
            let mode = self.settings.workflow(action.workflow).mode;
            let is_dry = action.state == State::Observed && mode == RunMode::DryRun;
            let told = if is_dry {
                announce::of_state(action, audience)
            } else {
                announce::notices(action, audience)
            };
            for notice in &told {
                change.create_notice(notice)?;
            }
            for follow_up in follow::follow_ups(action) {
                change.create_follow_up(&follow_up)?;
            }
        }
        if self.settings.workflow(case.workflow).mode == RunMode::Live
            && let Some(promise) = follow::promised_to_the_caller(case, &self.settings, now)
        {
            change.create_follow_up(&promise)?;
        }
        for item in self.callers.items(case, now)? {
            change.write(Write::create(item));
        }
        // For the person who decides, and for whoever looks for the call by a record's number.
        let mut shown: Vec<RecordShown> = Vec::new();
        let mut references = BTreeSet::new();
        for Wish { records, .. } in wishes {
            // Two wishes may rest on one record.
            for record in shown::shown(records, now) {
                if !shown.contains(&record) {
                    shown.push(record);
                }
            }
            references.extend(shown::references(records));
        }
        change.private(&case.call, RECORDS, &shown, self.forget_at(now))?;
        let references = references.iter().map(String::as_str);
        for item in reference_items(&case.call, references, now)? {
            change.write(Write::create(item));
        }
        self.ledger.commit(&case.call, change).await?;
        for action in &actions {
            measure::decided(action, &self.metrics);
        }
        Ok(())
    }

    /// By what it is decided who is told.
    fn audience<'a>(&'a self, case: Option<&'a Case>) -> Audience<'a> {
        Audience {
            routes: &self.settings.notices,
            case,
        }
    }

    /// Until when what is private to a call is kept.
    fn forget_at(&self, now: Timestamp) -> Option<Timestamp> {
        let days = self.settings.limits.private_days;
        now.saturating_add(SignedDuration::from_hours(days.saturating_mul(24)))
            .ok()
    }

    /// The caller was erased before anything was planned or asked: nothing is left that anybody
    /// could act on, and nobody is reminded of it.
    async fn close_erased(&self, record: CallRecord, revision: u64) -> Result<(), Stop> {
        let record = CallRecord {
            planned: true,
            contest_answered: record.contested,
            ..record
        };
        let mut change = Change::default();
        change.write(Write::replace(record.item()?, revision));
        change.note(AuditNote {
            what: "erased".to_owned(),
            ..AuditNote::default()
        });
        self.ledger.commit(&record.call, change).await?;
        Ok(())
    }

    /// A later report contradicted what was planned: a person looks, whatever has been done.
    async fn open_contested_review(
        &self,
        record: CallRecord,
        revision: u64,
        case: Option<&Case>,
    ) -> Result<(), Stop> {
        if record.contest_answered {
            return Ok(());
        }
        let Some(case) = case else {
            return self.close_erased(record, revision).await;
        };
        let now = self.ledger.now();
        let review = workflows::contested_review(case, &self.settings, &self.policy, now);
        let record = CallRecord {
            contest_answered: true,
            ..record
        };
        let mut change = Change::default();
        change.write(Write::replace(record.item()?, revision));
        change.create_action(&review)?;
        let audience = self.audience(Some(case));
        for notice in announce::notices(&review, audience) {
            change.create_notice(&notice)?;
        }
        for follow_up in follow::follow_ups(&review) {
            change.create_follow_up(&follow_up)?;
        }
        self.ledger.commit(&record.call, change).await?;
        Ok(())
    }

    fn effect<'a>(
        &'a self,
        action: &Action,
        before: Option<&'a Receipt>,
        wish: Option<&'a Case>,
        case: Option<&'a Case>,
        decided: Option<&'a Action>,
    ) -> Result<Announced<'a>, Failure> {
        let context = Context {
            case: wish,
            paystack: &self.paystack,
            books: self.paired.quickbooks.as_ref(),
            settings: &self.settings,
            policy: &self.policy,
            public_base_url: &self.public_base_url,
            before,
            decided,
        };
        let effect = AnyEffect::of(action, context).ok_or_else(|| {
            Failure::new(
                Class::Bug,
                "unknown_action",
                "this build does not know the action",
            )
        })?;
        Ok(Announced {
            effect,
            audience: self.audience(case),
        })
    }

    /// What the action before gave. A person who confirms that it has happened gives nothing to go
    /// on with: then it is what Paystack shows of it.
    async fn receipt_of(
        &self,
        before: Option<&(Action, u64)>,
        actions: &[(Action, u64)],
        case: Option<&Case>,
    ) -> Result<Option<Receipt>, Failure> {
        let Some((before, revision)) = before else {
            return Ok(None);
        };
        if before.receipt.is_some() || before.state != State::Succeeded {
            return Ok(before.receipt.clone());
        }
        let earlier = predecessor(before, actions).and_then(|(it, _)| it.receipt.as_ref());
        let wish = case.map(|case| workflows::as_wish(case, before.workflow));
        let decided = decided(before, actions);
        let effect = self.effect(before, earlier, wish.as_ref(), case, decided)?;
        self.driver
            .find_receipt(before.clone(), *revision, &effect)
            .await
    }

    /// Runs what can run, each action after the one it waits for. One that has to be tried again
    /// holds up only what waits for it: another may be for another system.
    async fn run_actions(&self, call: &CallId, case: Option<&Case>) -> Result<(), Stop> {
        let mut tried = Vec::new();
        let mut failed = None;
        loop {
            let actions = self.ledger.actions(call).await?;
            let next = actions.iter().find(|(action, _)| {
                !action.state.is_final()
                    && !tried.contains(&action.id)
                    && predecessor(action, &actions).is_none_or(|(it, _)| it.state.is_final())
            });
            let Some((action, revision)) = next else {
                return failed.map_or(Ok(()), |failure: Failure| Err(failure.into()));
            };
            tried.push(action.id.clone());
            let before = predecessor(action, &actions);
            let wish = case.map(|case| workflows::as_wish(case, action.workflow));
            let receipt = self.receipt_of(before, &actions, case).await?;
            let decided = decided(action, &actions);
            let effect = self.effect(action, receipt.as_ref(), wish.as_ref(), case, decided)?;
            if before.is_some_and(|(before, _)| before.state != State::Succeeded) {
                let reason =
                    Reason::new(announce::BEFORE_FAILED, "the action before it was not done");
                self.driver
                    .decline(action.clone(), *revision, reason, &effect)
                    .await?;
                continue;
            }
            match self.driver.run(action.clone(), *revision, &effect).await? {
                Progress::Rests(action) | Progress::Waits(action, _) => {
                    measure::came_to(&action, &self.metrics);
                }
                Progress::Retry(_, failure) => {
                    failed.get_or_insert(failure);
                }
            }
        }
    }
}

/// The action that `action` waits for, with its revision.
fn predecessor<'a>(action: &Action, actions: &'a [(Action, u64)]) -> Option<&'a (Action, u64)> {
    let after = action.after.as_ref()?;
    actions.iter().find(|(other, _)| other.id == *after)
}

/// The person's answer that `action` carries out a step of, where it does.
fn decided<'a>(action: &Action, actions: &'a [(Action, u64)]) -> Option<&'a Action> {
    let mut before = predecessor(action, actions);
    // No chain is longer than the call has actions.
    for _ in actions {
        let (step, _) = before?;
        if step.id.name == workflows::ANSWER_DISPUTE {
            return Some(step);
        }
        before = predecessor(step, actions);
    }
    None
}

/// Why a call goes no further now.
enum Stop {
    Ledger(LedgerError),
    Failure(Failure),
}

impl From<LedgerError> for Stop {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<shared::ledger::TableError> for Stop {
    fn from(error: shared::ledger::TableError) -> Self {
        Self::Ledger(error.into())
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Ledger(error) => Self::from(error),
            Stop::Failure(failure) => failure,
        }
    }
}
