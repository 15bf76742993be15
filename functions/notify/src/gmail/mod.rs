//! Gmail: a message is drafted, which nobody outside sees, and then sent, which uses the draft up.
//! Its Message-ID is our own, so that draft and message are found again.

mod letter;
mod mail;
mod tokens;

use std::sync::Arc;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use shared::vendors::exchange::{Exchange, ExchangeError};
use shared::vendors::http::{Method, Transport};

pub use letter::{HeaderError, Letter, Unfilled, fill};
pub use mail::Mail;
pub use tokens::GoogleTokens;

/// Where Gmail's API lives.
pub const BASE_URL: &str = "https://gmail.googleapis.com";
/// Where Google gives tokens.
pub const TOKEN_URL: &str = "https://oauth2.googleapis.com";
/// What drafting and sending needs: `drafts` is not covered by `gmail.send`.
pub const SCOPE: &str = "https://www.googleapis.com/auth/gmail.compose";
/// What looking for a sent message needs: `gmail.compose` covers drafts, not the search of messages.
pub const SEARCH_SCOPE: &str = "https://www.googleapis.com/auth/gmail.readonly";

#[derive(Deserialize)]
struct Draft {
    id: String,
}

#[derive(Default, Deserialize)]
struct Drafts {
    #[serde(default)]
    drafts: Vec<Draft>,
}

#[derive(Deserialize)]
struct Message {
    id: String,
    #[serde(default, rename = "labelIds")]
    labels: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Messages {
    #[serde(default)]
    messages: Vec<Message>,
}

/// A client of one mailbox. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Gmail(Exchange);

impl Gmail {
    /// A client whose every exchange may take `timeout`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, timeout: Duration) -> Self {
        Self(Exchange::new(transport, "Gmail", timeout))
    }

    /// Drafts a message. Nobody outside sees it, so that a missing answer does no harm.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn draft(&self, raw: &str) -> Result<String, ExchangeError> {
        let request = self
            .0
            .request(Method::Post, "/gmail/v1/users/me/drafts")
            .body(json!({ "message": { "raw": raw } }));
        let draft: Draft = self.0.read(request).await?;
        Ok(draft.id)
    }

    /// A draft with this Message-ID.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn find_draft(&self, message_id: &str) -> Result<Option<String>, ExchangeError> {
        let request = self
            .0
            .request(Method::Get, "/gmail/v1/users/me/drafts")
            .query("q", format!("rfc822msgid:{message_id}"));
        let found: Drafts = self.0.read(request).await?;
        Ok(found.drafts.into_iter().next().map(|draft| draft.id))
    }

    /// Sends a draft, which is then gone: the same draft cannot be sent twice.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn send_draft(&self, draft: &str) -> Result<String, ExchangeError> {
        let request = self
            .0
            .request(Method::Post, "/gmail/v1/users/me/drafts/send")
            .body(json!({ "id": draft }));
        let message: Message = self.0.write(request).await?;
        Ok(message.id)
    }

    /// The message that was sent with this Message-ID.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn find_sent(&self, message_id: &str) -> Result<Option<String>, ExchangeError> {
        let request = self
            .0
            .request(Method::Get, "/gmail/v1/users/me/messages")
            .query("q", format!("rfc822msgid:{message_id}"))
            .query("includeSpamTrash", "true");
        let found: Messages = self.0.read(request).await?;
        for message in found.messages {
            let request = self
                .0
                .request(Method::Get, "/gmail/v1/users/me/messages/{id}")
                .parameter(&message.id)
                .query("format", "minimal");
            let read: Option<Message> = self.0.find(request).await?;
            if let Some(read) = read.filter(|it| it.labels.iter().any(|label| label == "SENT")) {
                return Ok(Some(read.id));
            }
        }
        Ok(None)
    }

    /// Which of the scopes that are needed the credential lacks.
    ///
    /// # Errors
    /// [`ExchangeError`] where it cannot be asked.
    pub async fn missing_scopes(&self) -> Result<Vec<&'static str>, ExchangeError> {
        let mut missing = Vec::new();
        for (route, scope) in [
            ("/gmail/v1/users/me/drafts", SCOPE),
            ("/gmail/v1/users/me/messages", SEARCH_SCOPE),
        ] {
            let request = self
                .0
                .request(Method::Get, route)
                .query("q", "rfc822msgid:connect@ledgerline")
                .query("maxResults", "1");
            match self.0.read::<Value>(request).await {
                Err(error) if lacks_scope(&error) => missing.push(scope),
                outcome => {
                    outcome?;
                }
            }
        }
        Ok(missing)
    }
}

fn lacks_scope(error: &ExchangeError) -> bool {
    use shared::vendors::exchange::Problem;
    matches!(
        &error.problem,
        Problem::KeyRefused { code } if code == "insufficientPermissions"
    )
}

#[cfg(test)]
mod tests {
    use shared::vendors::testing::{Scripted, answer, assert_golden, golden};

    use super::*;

    const MESSAGE_ID: &str = "ll-0123456789abcdef0123@example.com";

    #[tokio::test]
    async fn a_message_is_drafted_sent_and_found_as_gmail_documents() {
        let sent = json!({ "id": "m1", "threadId": "m1", "labelIds": ["SENT"] });
        let listed = json!({ "drafts": [{ "id": "r-1" }], "resultSizeEstimate": 1 });
        let transport = Scripted::new([
            answer(200, json!({ "id": "r-1", "message": { "id": "m1" } })),
            answer(200, listed),
            answer(200, sent.clone()),
            answer(200, json!({ "messages": [{ "id": "m0" }, { "id": "m1" }] })),
            answer(200, json!({ "id": "m0", "labelIds": ["DRAFT"] })),
            answer(200, sent),
        ]);
        let gmail = Gmail::new(transport.clone(), Duration::from_secs(8));
        assert_eq!(gmail.draft("VG86IGE").await.unwrap(), "r-1");
        let draft = gmail.find_draft(MESSAGE_ID).await.unwrap();
        assert_eq!(draft.as_deref(), Some("r-1"));
        assert_eq!(gmail.send_draft("r-1").await.unwrap(), "m1");
        // What is only drafted has not been sent.
        let found = gmail.find_sent(MESSAGE_ID).await.unwrap();
        assert_eq!(found.as_deref(), Some("m1"));
        let names = [
            "draft-create",
            "drafts-by-message-id",
            "draft-send",
            "messages-by-message-id",
            "message-labels",
        ];
        for (name, asked) in names.iter().zip(transport.asked()) {
            assert_golden(&format!("gmail/{name}"), &golden(&asked));
        }
    }

    #[tokio::test]
    async fn a_list_without_messages_has_none() {
        // Gmail leaves out a list that is empty.
        let empty = || answer(200, json!({ "resultSizeEstimate": 0 }));
        let gmail = Gmail::new(Scripted::new([empty(), empty()]), Duration::from_secs(8));
        assert_eq!(gmail.find_draft(MESSAGE_ID).await.unwrap(), None);
        assert_eq!(gmail.find_sent(MESSAGE_ID).await.unwrap(), None);
    }
}
