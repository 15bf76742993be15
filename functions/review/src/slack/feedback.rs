//! What is said to the member whose click was refused, and to nobody else: by the address that Slack
//! gives with the click, good for five answers within half an hour.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use shared::vendors::http::{Auth, HttpClients, HttpTransport, Method, Transport, WireRequest};

/// Where Slack takes answers to clicks.
pub const HOOKS_URL: &str = "https://hooks.slack.com";

/// How long it may take: Slack waits three seconds for the answer to the click itself.
const TIME_OUT: Duration = Duration::from_secs(1);

/// Where one click is answered. Whoever holds it can write there, so that it shows in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct ResponsePlace([String; 3]);

impl fmt::Debug for ResponsePlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ResponsePlace([redacted])")
    }
}

impl ResponsePlace {
    /// Reads a click's `response_url`; nothing where it is none of Slack's, whose host is put in front
    /// anew: `https://hooks.slack.com/actions/T…/…/…`.
    #[must_use]
    pub fn read(url: &str) -> Option<Self> {
        let (_, path) = url.split_once("/actions/")?;
        let mut parts = path.split('/').map(str::to_owned);
        let place = [parts.next()?, parts.next()?, parts.next()?];
        let is_plain = |part: &String| {
            (1..=100).contains(&part.len()) && part.bytes().all(|it| it.is_ascii_alphanumeric())
        };
        (parts.next().is_none() && place.iter().all(is_plain)).then_some(Self(place))
    }
}

/// Tells a member something that nobody else sees.
#[async_trait]
pub trait TellMember: Send + Sync {
    /// Tells it, once; that it fails changes nothing.
    async fn tell(&self, place: &ResponsePlace, words: &str);
}

/// Slack's own place for it, over the network.
pub struct Hooks(HttpTransport);

impl Hooks {
    /// Speaks to `base_url`.
    #[must_use]
    pub fn new(http: HttpClients, base_url: String) -> Self {
        Self(HttpTransport::with_auth(http, base_url, Auth::None))
    }
}

/// The answer to a click that only whoever clicked sees; the message stays.
fn answer(ResponsePlace([team, id, secret]): &ResponsePlace, words: &str) -> WireRequest {
    WireRequest::new(Method::Post, "/actions/{team}/{id}/{secret}", TIME_OUT)
        .parameter(team)
        .parameter(id)
        .parameter(secret)
        .body(json!({
            "response_type": "ephemeral",
            "replace_original": false,
            "text": words,
        }))
}

#[async_trait]
impl TellMember for Hooks {
    async fn tell(&self, place: &ResponsePlace, words: &str) {
        match self.0.send(answer(place, words)).await {
            Ok(answer) if answer.status < 300 => {}
            Ok(answer) => tracing::warn!(status = answer.status, "a member was not told"),
            Err(error) => tracing::warn!(%error, "a member was not told"),
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::vendors::testing::{assert_golden, golden};

    use super::*;

    #[test]
    fn a_click_is_answered_at_slack_and_nowhere_else_and_the_place_shows_nowhere() {
        let url = "https://hooks.slack.com/actions/T0SANDBOX/1234/s3cretAbC";
        let place = ResponsePlace::read(url).unwrap();
        let asked = answer(
            &place,
            "You are not among those who may decide. Nothing was done.",
        );
        assert_golden("slack-hooks/click-refused", &golden(&asked));
        for shown in [format!("{place:?}"), format!("{asked:?}")] {
            assert!(!shown.contains("s3cret"), "{shown}");
        }
        for none in [
            "",
            "https://hooks.slack.com/actions/T0/1",
            "https://hooks.slack.com/actions/T0/1/x/y",
            "https://hooks.slack.com/actions/T0/../x",
            "https://hooks.slack.com/actions/T0/1/x?to=evil",
            "https://hooks.slack.com/services/T0/1/x",
        ] {
            assert_eq!(ResponsePlace::read(none), None, "{none}");
        }
    }
}
