//! The alert in Slack: one message for each call and channel, changed in place as the case moves,
//! found again by the key in its metadata.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use shared::error::Class;
use shared::ledger::{Action, Check, Effect, Failure, Receipt, Sighting};
use shared::vendors::slack::{ChannelId, Message, MessageKey, Posted, Slack, SlackError};

use crate::deliver::{Earlier, unsent};

/// The kind of our messages in Slack.
const EVENT_TYPE: &str = "ledgerline_notice";

/// How much earlier than our own clock says Slack's history is read.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(10);

/// One alert on its way.
pub struct Alert<'a> {
    /// Slack, where it is set up.
    pub slack: Option<&'a Slack>,
    /// The channel, from settings.
    pub channel: &'a str,
    /// Whether it is one of the five things that finance is alerted of.
    pub is_for_finance: bool,
    /// Our earlier message about the call in this channel, where there is one.
    pub earlier: Earlier<'a>,
    /// What it says.
    pub message: Message,
}

impl Alert<'_> {
    fn place(&self) -> Result<(&Slack, ChannelId), Failure> {
        let slack = self.slack.ok_or_else(|| {
            Failure::new(
                Class::RetryLater,
                "slack_not_set_up",
                "Slack is no longer set up",
            )
        })?;
        let channel = ChannelId::new(self.channel)
            .map_err(|error| Failure::new(Class::Bug, "slack_channel", error.to_string()))?;
        Ok((slack, channel))
    }

    /// The message that is there already.
    async fn posted(&self, notice: &Action) -> Result<Option<Posted>, Failure> {
        let earlier = self.earlier.now(notice).await?;
        Ok(earlier.and_then(|it| {
            Some(Posted {
                channel: ChannelId::new(it.id).ok()?,
                ts: it.second?,
            })
        }))
    }
}

fn key(action: &Action) -> MessageKey {
    MessageKey {
        event_type: EVENT_TYPE,
        key: action.key.clone(),
    }
}

fn receipt(posted: &Posted) -> Receipt {
    Receipt {
        id: posted.channel.as_str().to_owned(),
        second: Some(posted.ts.clone()),
    }
}

fn failure(error: &SlackError) -> Failure {
    let mut failure = Failure::new(error.class(), "slack", error.to_string());
    failure.wait = error
        .wait()
        .and_then(|wait| SignedDuration::try_from(wait).ok());
    failure
}

#[async_trait]
impl Effect for Alert<'_> {
    async fn check(&self, action: &Action) -> Result<Check, Failure> {
        // Without Slack the structured event in the log is the notice; and where finance was not
        // alerted of the case, nobody there waits to hear how it ended.
        let has_news = self.is_for_finance || self.earlier.now(action).await?.is_some();
        Ok(match self.slack {
            Some(_) if has_news => Check::Go,
            Some(_) | None => Check::Done(Receipt::default()),
        })
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let (slack, channel) = self.place()?;
        let posted = match self.posted(action).await.map_err(unsent)? {
            Some(posted) => slack.update_message(&posted, &self.message).await,
            None => {
                slack
                    .post_message(&channel, &self.message, &key(action))
                    .await
            }
        };
        posted
            .map(|posted| receipt(&posted))
            .map_err(|error| failure(&error))
    }

    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        if self.posted(action).await?.is_some() {
            // A change in place can be made again without anybody noticing.
            return Ok(Sighting::Absent);
        }
        let (slack, channel) = self.place()?;
        let since = action
            .created_at
            .saturating_sub(CLOCK_SKEW)
            .unwrap_or(Timestamp::MIN);
        let found = slack
            .find_message(&channel, &key(action), since)
            .await
            .map_err(|error| failure(&error))?;
        Ok(found.map_or(Sighting::Absent, |posted| Sighting::Found(receipt(&posted))))
    }

    fn announce(&self, _action: &Action) -> Vec<Action> {
        Vec::new()
    }
}
