//! Deciding, by a button in Slack: the same binding, the same conditional write, the same people.

use shared::ledger::{Decision, DecisionError, Verdict};
use shared::secrets::slack_signing_secret;

use super::decide::code;
use super::{Desk, Stop};
use crate::session::is_approver;
use crate::slack::{Click, verify};
use crate::web::{Answer, Request};

impl Desk {
    /// Takes a click. Slack wants its answer within three seconds: nothing is waited for here but
    /// the ledger, the queue, and for a second that a refusal is told.
    pub(super) async fn click(&self, request: &Request) -> Result<Answer, Stop> {
        let secret = slack_signing_secret(&*self.secrets, &self.secret_ids.slack_signing).await?;
        let header = |name: &str| request.headers.get(name).map(String::as_str);
        let signed = verify(
            &request.body,
            header("x-slack-request-timestamp"),
            header("x-slack-signature"),
            &secret,
            self.ledger.now(),
        );
        if let Err(error) = signed {
            self.refuse(None, error.code(), "slack").await;
            return Ok(plain(401, "not signed by Slack\n"));
        }
        let form = request.form();
        let Some(click) = form.get("payload").and_then(|payload| Click::read(payload)) else {
            return Ok(plain(400, "no press of a button\n"));
        };
        self.take(&click).await?;
        // Slack shows nothing of this answer: the message itself is brought up to date, and who is
        // refused is told apart.
        Ok(plain(200, ""))
    }

    async fn take(&self, click: &Click) -> Result<(), Stop> {
        let member = format!("slack:{}/{}", click.team, click.user);
        let Some(press) = &click.press else {
            self.refuse(None, "slack_unknown_button", &member).await;
            let words = "This message is too old to decide on. Open the call to decide.";
            self.say(click, words).await;
            return Ok(());
        };
        let people = &self.settings.people;
        if people.slack_team.as_deref() != Some(click.team.as_str()) {
            self.refuse(Some(&press.call), "slack_wrong_team", &member)
                .await;
            let words = "Nobody decides from this workspace. Nothing was done.";
            self.say(click, words).await;
            return Ok(());
        }
        let by = people
            .slack_approvers
            .get(&click.user)
            .filter(|email| is_approver(email, &self.settings));
        let Some(by) = by else {
            self.refuse(Some(&press.call), "slack_not_an_approver", &member)
                .await;
            let words = "You are not among those who may decide. Nothing was done.";
            self.say(click, words).await;
            return Ok(());
        };
        let by = by.to_ascii_lowercase();
        let reason = match press.verdict {
            Verdict::Decline => "declined in Slack",
            Verdict::Approve | Verdict::Confirm => "",
        };
        let decision = Decision {
            by: by.clone(),
            verdict: press.verdict,
            binding: press.binding.clone(),
            reason: reason.to_owned(),
        };
        match self
            .ledger
            .decide(&press.call, &press.action, &decision)
            .await
        {
            Ok(_) => self.send_on(&press.call).await,
            Err(DecisionError::Ledger(error)) => return Err(error.into()),
            Err(error) => {
                self.refuse(Some(&press.call), code(&error), &by).await;
                self.say(click, &format!("Nothing was done: {error}."))
                    .await;
            }
        }
        Ok(())
    }

    /// Tells whoever clicked why nothing came of it: the message, which everybody sees, stays.
    async fn say(&self, click: &Click, words: &str) {
        if let Some(place) = &click.answered_at {
            self.members.tell(place, words).await;
        }
    }
}

fn plain(status: u16, words: &str) -> Answer {
    Answer::text(status, "text/plain; charset=utf-8", words.to_owned())
}
