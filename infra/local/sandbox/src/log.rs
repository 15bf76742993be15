//! Every request that reached a vendor and what it did: the oracle of tests.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::fault::{Fault, path_matches};
use crate::vendor::Answered;
use crate::wire::{Method, Request};

/// One request and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry<E> {
    /// Its place in the order of arrival, from 1.
    pub number: u64,
    /// When it arrived.
    pub at: Timestamp,
    /// The method.
    pub method: Method,
    /// The path as sent, without the vendor's prefix.
    pub path: String,
    /// The query's pairs, decoded.
    pub query: Vec<(String, String)>,
    /// The body: JSON, else text, else null.
    pub body: Value,
    /// The operation's name once carried out, e.g. `payment_request.create`.
    pub operation: Option<&'static str>,
    /// What went wrong, if anything.
    pub fault: Option<Fault>,
    /// When it was carried out; absent while it was not.
    pub carried_out: Option<Timestamp>,
    /// The status that the vendor gave when it carried the request out; a fault may have kept it
    /// from the client.
    pub status: Option<u16>,
    /// The body that went with it.
    pub answer: Value,
    /// What it did.
    pub effects: Vec<E>,
}

/// What happened at the vendor without a request: time passed, or the other side acted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Happened<E> {
    /// When.
    pub at: Timestamp,
    /// What.
    pub effects: Vec<E>,
}

/// All entries in the order of arrival. Keys and other headers are not kept.
#[derive(Debug, Clone)]
pub struct Log<E> {
    entries: Vec<Entry<E>>,
    happened: Vec<Happened<E>>,
}

impl<E> Default for Log<E> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            happened: Vec::new(),
        }
    }
}

impl<E> Log<E> {
    /// All requests in the order of arrival.
    #[must_use]
    pub fn entries(&self) -> &[Entry<E>] {
        &self.entries
    }

    /// What happened without a request.
    #[must_use]
    pub fn happened(&self) -> &[Happened<E>] {
        &self.happened
    }

    /// The requests of that method whose path has that shape (`*` one segment, `**` the rest).
    pub fn requests<'a>(
        &'a self,
        method: Method,
        pattern: &'a str,
    ) -> impl Iterator<Item = &'a Entry<E>> {
        self.entries
            .iter()
            .filter(move |entry| entry.method == method && path_matches(pattern, &entry.path))
    }

    /// Everything that was done, by requests in the order of arrival and then without one.
    pub fn effects(&self) -> impl Iterator<Item = &E> {
        let by_requests = self.entries.iter().flat_map(|entry| &entry.effects);
        by_requests.chain(self.happened.iter().flat_map(|happened| &happened.effects))
    }

    /// How often something was done.
    pub fn count(&self, what: impl Fn(&E) -> bool) -> usize {
        self.effects().filter(|effect| what(effect)).count()
    }

    pub(crate) fn open(&mut self, request: &Request, at: Timestamp, fault: Option<Fault>) -> u64 {
        let number = self.entries.last().map_or(1, |entry| entry.number + 1);
        self.entries.push(Entry {
            number,
            at,
            method: request.method,
            path: request.path.clone(),
            query: request.query.clone(),
            body: without_credentials(request.body_value()),
            operation: None,
            fault,
            carried_out: None,
            status: None,
            answer: Value::Null,
            effects: Vec::new(),
        });
        number
    }

    pub(crate) fn close(&mut self, number: u64, at: Timestamp, answered: Answered<E>) {
        if let Some(entry) = self
            .entries
            .iter_mut()
            .rev()
            .find(|entry| entry.number == number)
        {
            entry.operation = Some(answered.operation);
            entry.carried_out = Some(at);
            entry.status = Some(answered.response.status);
            entry.answer = if entry.body == CREDENTIALS {
                Value::from(CREDENTIALS)
            } else {
                answered.response.body_value()
            };
            entry.effects = answered.effects;
        }
    }

    pub(crate) fn note(&mut self, at: Timestamp, effects: Vec<E>) {
        if !effects.is_empty() {
            self.happened.push(Happened { at, effects });
        }
    }
}

/// What stands where a request for a token, or its answer, would.
const CREDENTIALS: &str = "(credentials are not kept)";

/// What a request for a token carries is kept nowhere, not even here.
fn without_credentials(body: Value) -> Value {
    let asks_for_token = body
        .as_str()
        .is_some_and(|text| text.contains("grant_type="));
    if asks_for_token {
        Value::from(CREDENTIALS)
    } else {
        body
    }
}
