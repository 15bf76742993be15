//! Zendesk: one ticket for each call, made once under an idempotency key, found again by its
//! external id; later news as comments, found again by the mark in their last line.

#[cfg(test)]
mod tests;
mod ticket;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::case::Urgency;
use shared::ledger::Recipient;
use shared::vendors::exchange::{Exchange, ExchangeError};
use shared::vendors::http::{Method, Transport};

pub use ticket::Ticket;

/// How many comments are asked for at a time, and pages read.
const PER_PAGE: &str = "100";
const MOST_PAGES: usize = 10;

/// The longest subject.
const LONGEST_SUBJECT: usize = 150;

/// A ticket to be made.
#[derive(Debug, Clone)]
pub struct NewTicket<'a> {
    /// What it is about, in one line.
    pub subject: &'a str,
    /// The first comment.
    pub body: &'a str,
    /// Whether the requester may read it, who is then mailed.
    pub public: bool,
    /// Whom it is about, where they may be told: naming an address makes a user of it.
    pub requester: Option<&'a Recipient>,
    /// How soon a person must look.
    pub urgency: Urgency,
    /// What it is tagged with.
    pub tags: Vec<String>,
    /// Our own id of it.
    pub external_id: &'a str,
    /// By when, where a person has to do something.
    pub due: Option<Timestamp>,
}

#[derive(Deserialize)]
struct One {
    ticket: Known,
}

#[derive(Deserialize)]
struct Known {
    id: u64,
    #[serde(default)]
    external_id: Option<String>,
}

#[derive(Deserialize)]
struct Many {
    #[serde(default)]
    tickets: Vec<Known>,
}

#[derive(Deserialize)]
struct Comments {
    #[serde(default)]
    comments: Vec<Comment>,
    #[serde(default)]
    meta: Value,
}

#[derive(Deserialize)]
struct Comment {
    id: u64,
    #[serde(default)]
    body: String,
}

/// A client of one Zendesk account. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Zendesk(Exchange);

impl Zendesk {
    /// A client whose every exchange may take `timeout`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, timeout: Duration) -> Self {
        Self(Exchange::new(transport, "Zendesk", timeout))
    }

    /// Makes a ticket; the same `key` within two hours makes no second one.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn create(&self, new: &NewTicket<'_>, key: &str) -> Result<u64, ExchangeError> {
        let subject: String = new.subject.chars().take(LONGEST_SUBJECT).collect();
        let priority = match new.urgency {
            Urgency::Normal => "normal",
            Urgency::High => "high",
            Urgency::Critical => "urgent",
        };
        let mut ticket = json!({
            "subject": subject,
            "comment": { "body": new.body, "public": new.public },
            "priority": priority,
            "tags": new.tags,
            "external_id": new.external_id,
            "type": "task",
        });
        if let Value::Object(ticket) = &mut ticket {
            if let Some(due) = new.due {
                ticket.insert("due_at".to_owned(), json!(due.to_string()));
            }
            if let Some(requester) = new.requester {
                let email = requester.email.expose();
                let name = requester.name.as_deref().unwrap_or(email);
                ticket.insert(
                    "requester".to_owned(),
                    json!({ "name": name, "email": email }),
                );
            }
        }
        let request = self
            .0
            .request(Method::Post, "/api/v2/tickets")
            .header("idempotency-key", key)
            .body(json!({ "ticket": ticket }));
        let made: One = self.0.write(request).await?;
        Ok(made.ticket.id)
    }

    /// The ticket under our own id; the oldest where there are several.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn find(&self, external_id: &str) -> Result<Option<u64>, ExchangeError> {
        let request = self
            .0
            .request(Method::Get, "/api/v2/tickets.json")
            .query("external_id", external_id);
        let found: Many = self.0.read(request).await?;
        Ok(found
            .tickets
            .into_iter()
            .filter(|ticket| ticket.external_id.as_deref() == Some(external_id))
            .map(|ticket| ticket.id)
            .min())
    }

    /// Adds a comment. Zendesk takes no key for it: look with [`Zendesk::find_comment`] first.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn comment(&self, ticket: u64, body: &str) -> Result<(), ExchangeError> {
        let request = self
            .0
            .request(Method::Put, "/api/v2/tickets/{id}")
            .parameter(&ticket.to_string())
            .body(json!({ "ticket": { "comment": { "body": body, "public": false } } }));
        let _commented: One = self.0.write(request).await?;
        Ok(())
    }

    /// The comment of a ticket whose text holds `mark`, the first one included.
    ///
    /// # Errors
    /// [`ExchangeError`], also where there are more than are read through.
    pub async fn find_comment(
        &self,
        ticket: u64,
        mark: &str,
    ) -> Result<Option<u64>, ExchangeError> {
        let mut after = None::<String>;
        for _ in 0..MOST_PAGES {
            let mut request = self
                .0
                .request(Method::Get, "/api/v2/tickets/{id}/comments")
                .parameter(&ticket.to_string())
                .query("page[size]", PER_PAGE);
            if let Some(after) = &after {
                request = request.query("page[after]", after);
            }
            let Some(page): Option<Comments> = self.0.find(request).await? else {
                return Ok(None);
            };
            if let Some(comment) = page.comments.iter().find(|it| it.body.contains(mark)) {
                return Ok(Some(comment.id));
            }
            let has_more = page.meta.get("has_more").and_then(Value::as_bool) == Some(true);
            after = page
                .meta
                .get("after_cursor")
                .and_then(Value::as_str)
                .map(str::to_owned);
            match (has_more, &after) {
                (false, _) => return Ok(None),
                (true, Some(_)) => {}
                (true, None) => return Err(self.0.incomplete()),
            }
        }
        Err(self.0.incomplete())
    }

    /// Whether the key is somebody who may write tickets: their role, where it is not.
    ///
    /// # Errors
    /// [`ExchangeError`] where it cannot be asked.
    pub async fn role_that_cannot_write(&self) -> Result<Option<String>, ExchangeError> {
        let request = self.0.request(Method::Get, "/api/v2/users/me.json");
        let me: Value = self.0.read(request).await?;
        let role = me.pointer("/user/role").and_then(Value::as_str);
        Ok(match role {
            Some("agent" | "admin") => None,
            Some(role) => Some(role.to_owned()),
            None => Some("nobody".to_owned()),
        })
    }
}
