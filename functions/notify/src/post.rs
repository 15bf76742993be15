//! A notice in Slack: posted once, found again by the key in its metadata.

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use shared::error::Class;
use shared::ledger::{Action, Check, Effect, Failure, Receipt, Sighting};
use shared::vendors::slack::{ChannelId, Message, MessageKey, Posted, Slack, SlackError};

/// The kind of our messages in Slack.
const EVENT_TYPE: &str = "ledgerline_notice";

/// How much earlier than our own clock says Slack's history is read.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(10);

/// One notice on its way.
pub struct PostNotice<'a> {
    /// Slack, where it is set up.
    pub slack: Option<&'a Slack>,
    /// The channel, where settings name one.
    pub channel: Option<&'a str>,
    /// What it says.
    pub message: Message,
}

impl PostNotice<'_> {
    fn destination(&self) -> Result<Option<(&Slack, ChannelId)>, Failure> {
        let Some((slack, channel)) = self.slack.zip(self.channel) else {
            return Ok(None);
        };
        let channel = ChannelId::new(channel).map_err(|error| {
            Failure::new(
                Class::Bug,
                "slack_channel",
                format!("notices.slack_channel: {error}"),
            )
        })?;
        Ok(Some((slack, channel)))
    }

    fn expect_destination(&self) -> Result<(&Slack, ChannelId), Failure> {
        self.destination()?.ok_or_else(|| {
            Failure::new(
                Class::RetryLater,
                "slack_not_set_up",
                "Slack is no longer set up",
            )
        })
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
impl Effect for PostNotice<'_> {
    async fn check(&self, _action: &Action) -> Result<Check, Failure> {
        // Without Slack the structured event in the log is the notice.
        Ok(match self.destination()? {
            Some(_) => Check::Go,
            None => Check::Done(Receipt::default()),
        })
    }

    async fn send(&self, action: &Action) -> Result<Receipt, Failure> {
        let (slack, channel) = self.expect_destination()?;
        let posted = slack
            .post_message(&channel, &self.message, &key(action))
            .await
            .map_err(|error| failure(&error))?;
        Ok(receipt(&posted))
    }

    async fn look_up(&self, action: &Action) -> Result<Sighting, Failure> {
        let (slack, channel) = self.expect_destination()?;
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
