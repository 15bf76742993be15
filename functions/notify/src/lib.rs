//! `notify`: tells the people who own the next step what became of a call. Each notice lives in
//! the ledger by the same rules as money: sent once, and looked up before it is sent again.

mod message;
mod post;
mod start;

use std::sync::Arc;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use shared::config::Settings;
use shared::error::Class;
use shared::ids::CallId;
use shared::ledger::{ActionId, Driver, Failure, Ledger, LedgerError, Progress};
use shared::queue::{self, BatchError, ExtendVisibility, Incoming, NoticeMessage};
use shared::vendors::slack::Slack;
use tracing::instrument;

pub use message::{Story, message};
use post::PostNotice;
pub use start::{Setup, start};

/// How often a notice is read again because another worker moved it meanwhile.
const RACES: u32 = 8;

/// Everything `notify` works with.
pub struct Notifier {
    /// The ledger.
    pub ledger: Ledger,
    /// Drives notices through their lives.
    pub driver: Driver,
    /// Slack, where it is set up.
    pub slack: Option<Slack>,
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

    /// Takes a notice as far as it goes now.
    ///
    /// # Errors
    /// [`Failure`] where it has to be tried again.
    #[instrument(skip_all, fields(%call, notice))]
    pub async fn tell(&self, call: &CallId, notice: &str) -> Result<(), Failure> {
        let id = ActionId::parse(notice)
            .ok_or_else(|| Failure::new(Class::Bug, "no_notice", "the message names no notice"))?;
        let mut races = 0;
        loop {
            match self.advance(call, &id).await {
                Err(Stop::Ledger(error)) if error.is_race() && races < RACES => races += 1,
                Err(Stop::Ledger(error)) => return Err(error.into()),
                Err(Stop::Failure(failure)) => return Err(failure),
                Ok(()) => return Ok(()),
            }
        }
    }

    async fn advance(&self, call: &CallId, id: &ActionId) -> Result<(), Stop> {
        let (notice, revision) = self
            .ledger
            .action(call, id)
            .await
            .map_err(LedgerError::from)?
            .ok_or_else(|| {
                Failure::new(
                    Class::Bug,
                    "no_notice",
                    "the ledger does not know this notice",
                )
            })?;
        let story = self.story(call, &notice).await?;
        let post = PostNotice {
            slack: self.slack.as_ref(),
            channel: self.settings.notices.slack_channel.as_deref(),
            message: message(&story, &self.settings, &self.public_base_url),
        };
        match self.driver.run(notice, revision, &post).await? {
            Progress::Rests(notice) => {
                // The structured event of every notice, Slack or not: ids and codes only.
                tracing::info!(
                    about = story.about.as_ref().map(|about| about.id.to_string()),
                    state = story.state.as_str(),
                    workflow = notice.workflow.as_str(),
                    urgency = ?notice.urgency,
                    delivery = notice.state.as_str(),
                    "notice"
                );
                Ok(())
            }
            Progress::Waits(..) => Ok(()),
            Progress::Retry(_, failure) => Err(failure.into()),
        }
    }

    /// What a notice is about, as the ledger has it now.
    async fn story(&self, call: &CallId, notice: &shared::ledger::Action) -> Result<Story, Stop> {
        let about = notice
            .parameters
            .get("about")
            .and_then(serde_json::Value::as_str);
        let about = match about.and_then(ActionId::parse) {
            Some(id) => self
                .ledger
                .action(call, &id)
                .await
                .map_err(LedgerError::from)?,
            None => None,
        };
        let state = notice
            .parameters
            .get("state")
            .and_then(|state| serde_json::from_value(state.clone()).ok())
            .unwrap_or(shared::ledger::State::NeedsPerson);
        Ok(Story {
            call: call.clone(),
            workflow: notice.workflow,
            urgency: notice.urgency,
            owner: notice.owner.clone(),
            state,
            about: about.map(|(action, _)| action),
            case: self.ledger.case(call).await?,
        })
    }
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
