//! `notify`: tells the people who own the next step what became of a call. Each notice goes to one
//! destination and lives in the ledger by the same rules as money: sent once, and looked up before
//! it is sent again. A system that is down holds up its own notices and no others.

mod decision;
mod deliver;
mod follow_up;
pub mod gmail;
mod hubspot;
mod outcome;
mod render;
mod slack;
mod start;
mod story;
pub mod zendesk;

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use jiff::SignedDuration;
use shared::config::{Settings, System};
use shared::error::Class;
use shared::ids::CallId;
use shared::ledger::{
    Action, ActionId, Driver, Failure, Ledger, LedgerError, Pace, Progress, State,
};
use shared::queue::{self, BatchError, ExtendVisibility, Incoming, NoticeMessage};
use tracing::instrument;

pub use deliver::{Delivery, Systems};
use deliver::{Desk, Earlier, Nowhere, newest};
pub use follow_up::FollowedUp;
pub use render::{Rendered, render};
pub use start::{Setup, start};
pub use story::{Story, Told};

/// How often a notice is read again because another worker moved it meanwhile.
const RACES: u32 = 8;

/// How long a notice is being worked on: at most three requests of eight seconds each for what one
/// destination needs, the look before and the writes around it.
pub const PACE: Pace = Pace {
    lease: SignedDuration::from_secs(55),
    time_out: SignedDuration::from_secs(25),
};

/// Everything `notify` works with.
pub struct Notifier {
    /// The ledger.
    pub ledger: Ledger,
    /// Drives notices through their lives.
    pub driver: Driver,
    /// The systems in which people are told.
    pub systems: Systems,
    /// The merchant's settings.
    pub settings: Arc<Settings>,
    /// Where our own call pages live.
    pub public_base_url: String,
}

impl Notifier {
    /// Works off a batch of `notices`.
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
            async |incoming: Incoming<NoticeMessage>| {
                let NoticeMessage { call, notice } = &incoming.message;
                self.tell(call, notice)
                    .await
                    .map_err(|failure| queue::Failure {
                        class: failure.class,
                        reason: failure.reason.code,
                    })
            },
        )
        .await
    }

    /// Takes a notice as far as it goes now, and, once it is told, those that found its place taken
    /// by it: their own messages are used up.
    ///
    /// # Errors
    /// [`Failure`] where it has to be tried again.
    #[instrument(skip_all, fields(%call, notice))]
    pub async fn tell(&self, call: &CallId, notice: &str) -> Result<(), Failure> {
        let id = ActionId::parse(notice)
            .ok_or_else(|| Failure::new(Class::Bug, "no_notice", "the message names no notice"))?;
        self.go(call, &id, Turn::Own).await?;
        let mut told = vec![id.clone()];
        while let Some(next) = self.waiting_behind(call, &id, &told).await? {
            self.go(call, &next, Turn::AfterNeighbour).await?;
            told.push(next);
        }
        Ok(())
    }

    async fn go(&self, call: &CallId, id: &ActionId, turn: Turn) -> Result<(), Failure> {
        let mut races = 0;
        loop {
            match self.advance(call, id, turn).await {
                Err(Stop::Ledger(error)) if error.is_race() && races < RACES => races += 1,
                Err(Stop::Ledger(error)) => return Err(error.into()),
                Err(Stop::Failure(failure)) => return Err(failure),
                Ok(()) => return Ok(()),
            }
        }
    }

    /// The oldest notice that waits for the place in which `id` was told, of those not yet `told`.
    async fn waiting_behind(
        &self,
        call: &CallId,
        id: &ActionId,
        told: &[ActionId],
    ) -> Result<Option<ActionId>, Failure> {
        let all = self.ledger.notices(call).await?;
        let place = all
            .iter()
            .find(|(notice, _)| notice.id == *id && notice.state.is_final())
            .map(|(notice, _)| notice.resource.as_str());
        Ok(all
            .iter()
            .map(|(notice, _)| notice)
            .filter(|notice| Some(notice.resource.as_str()) == place)
            .filter(|notice| notice.state == State::Planned && notice.not_before.is_some())
            .filter(|notice| !told.contains(&notice.id))
            .min_by_key(|notice| (notice.created_at, &notice.id))
            .map(|notice| notice.id.clone()))
    }

    async fn advance(&self, call: &CallId, id: &ActionId, turn: Turn) -> Result<(), Stop> {
        let all = self.ledger.notices(call).await.map_err(LedgerError::from)?;
        let (notice, revision) = all
            .iter()
            .find(|(notice, _)| notice.id == *id)
            .cloned()
            .ok_or_else(|| {
                Failure::new(
                    Class::Bug,
                    "no_notice",
                    "the ledger does not know this notice",
                )
            })?;
        let others: Vec<Action> = all.into_iter().map(|(notice, _)| notice).collect();
        let told = self.told(&notice);
        let earlier = Earlier::among(&self.ledger, &notice, &others);
        let system = told.map(|told| told.destination.system);
        // What is changed in place is brought to how things stand now.
        let is_changed_in_place = system == Some(System::Slack);
        let subject = newest(&notice, &others)
            .filter(|_| is_changed_in_place)
            .unwrap_or(&notice);
        let story = Story::read(&self.ledger, subject).await?;
        let desk = Desk {
            systems: &self.systems,
            settings: &self.settings,
            public_base_url: &self.public_base_url,
            now: self.ledger.now(),
        };
        let delivery = match told {
            Some(told) => desk.delivery(&notice, &story, told, earlier),
            None => Delivery::Nowhere(Nowhere),
        };
        let driver = &self.driver;
        let progress = match turn {
            Turn::Own => driver.run(notice, revision, &delivery).await?,
            Turn::AfterNeighbour => {
                driver
                    .run_after_neighbour(notice, revision, &delivery)
                    .await?
            }
        };
        match progress {
            Progress::Rests(notice) => {
                // The structured event of every notice, wherever it went: ids and codes only.
                tracing::info!(
                    about = story.about.as_ref().map(|about| about.id.to_string()),
                    state = story.state.as_str(),
                    workflow = notice.workflow.as_str(),
                    urgency = ?notice.urgency,
                    system = system.map(System::as_str),
                    delivery = notice.state.as_str(),
                    "notice"
                );
                Ok(())
            }
            Progress::Waits(..) => Ok(()),
            Progress::Retry(_, failure) => Err(failure.into()),
        }
    }

    /// Where a notice goes and how it is laid out, by the names it was written with; nothing where
    /// settings have changed since.
    fn told(&self, notice: &Action) -> Option<Told<'_>> {
        let template = notice.parameters.get("template")?.as_str()?;
        let routes = &self.settings.notices;
        Some(Told {
            destination: routes.destinations.get(&notice.id.name)?,
            template: routes.templates.get(template)?,
        })
    }
}

/// Why a notice is taken in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// It is its own time.
    Own,
    /// The notice that it waited for has been told.
    AfterNeighbour,
}

/// Why a notice goes no further now.
enum Stop {
    Ledger(LedgerError),
    Failure(Failure),
}

impl From<LedgerError> for Stop {
    fn from(error: LedgerError) -> Self {
        Self::Ledger(error)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}
