//! One exchange with a paired system that speaks plain HTTP statuses and JSON: what came of it, told
//! apart by what may have happened at the other end.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use serde_json::Value;
use thiserror::Error;
use tracing::instrument;

use super::http::{Method, Transport, TransportError, WireRequest, WireResponse};
use crate::error::Class;
use crate::ledger::Failure;

/// The shortest and the longest that we wait because a system told us to.
const THROTTLE_WAIT: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(5));

/// How long a system is left alone whose day is used up, where it is not known when that ends.
const DAY_WAIT: Duration = Duration::from_hours(1);

/// How long a system whose key is refused is left alone: a person has to mend it first.
const KEY_WAIT: Duration = Duration::from_mins(10);

/// What went wrong, with none of the system's or anybody else's text.
#[derive(Debug, Error)]
pub enum Problem {
    /// No connection was made; nothing left.
    #[error("was not reached")]
    NotReached(#[source] TransportError),
    /// The answer is missing or cannot be read.
    #[error("did not say what became of the request")]
    NoAnswer(#[source] Option<TransportError>),
    /// It asks us to slow down; nothing was done.
    #[error("asks us to slow down")]
    Throttled {
        /// How long to wait, within bounds of our own.
        wait: Duration,
    },
    /// What may be asked in a day is used up (`HubSpot`'s `DAILY`); nothing was done.
    #[error("has answered as often as it does in a day")]
    DayUsedUp,
    /// The key is wrong, revoked or lacks a right. A person is told; nothing was done.
    #[error("does not accept our key: {code}")]
    KeyRefused {
        /// The system's own code, or the status.
        code: String,
    },
    /// A definite no.
    #[error("refused: {code}")]
    Refused {
        /// The status.
        status: u16,
        /// The system's own code, or the status.
        code: String,
    },
    /// More is there than we read through; whether it is there is open.
    #[error("holds more than we look through")]
    Incomplete,
    /// The request could not be built.
    #[error("could not be asked: the request could not be built")]
    Unbuildable(#[source] TransportError),
}

/// A failed exchange with a paired system.
#[derive(Debug, Error)]
#[error("{system} {problem}")]
pub struct ExchangeError {
    /// The system's name.
    pub system: &'static str,
    /// What went wrong.
    #[source]
    pub problem: Problem,
    /// Whether asking again does no harm.
    repeatable: bool,
}

impl ExchangeError {
    /// What happens next.
    #[must_use]
    pub const fn class(&self) -> Class {
        match &self.problem {
            Problem::NoAnswer(_) if !self.repeatable => Class::OutcomeUnknown,
            Problem::NotReached(_)
            | Problem::NoAnswer(_)
            | Problem::Throttled { .. }
            | Problem::DayUsedUp
            | Problem::KeyRefused { .. }
            | Problem::Incomplete => Class::RetryLater,
            Problem::Refused { .. } => Class::Rejected,
            Problem::Unbuildable(_) => Class::Bug,
        }
    }

    /// How long to leave the system alone, where it says so or only a person can help.
    #[must_use]
    pub const fn wait(&self) -> Option<Duration> {
        match &self.problem {
            Problem::Throttled { wait } => Some(*wait),
            Problem::DayUsedUp => Some(DAY_WAIT),
            Problem::KeyRefused { .. } => Some(KEY_WAIT),
            _ => None,
        }
    }

    /// Whether the system has answered as often as it does in a day.
    #[must_use]
    pub const fn is_for_the_day(&self) -> bool {
        matches!(self.problem, Problem::DayUsedUp)
    }

    /// Whether only a person can put this right.
    #[must_use]
    pub const fn is_configuration(&self) -> bool {
        matches!(self.problem, Problem::KeyRefused { .. })
    }

    /// The status of a definite no.
    #[must_use]
    pub const fn refused_with(&self) -> Option<u16> {
        match &self.problem {
            Problem::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }
}

impl From<&ExchangeError> for Failure {
    fn from(error: &ExchangeError) -> Self {
        let code = error.system.to_lowercase();
        let mut failure = Self::new(error.class(), code, error.to_string());
        failure.wait = error
            .wait()
            .and_then(|wait| SignedDuration::try_from(wait).ok());
        failure
    }
}

/// Asks one paired system. Cheap to clone.
#[derive(Clone)]
pub struct Exchange {
    transport: Arc<dyn Transport>,
    system: &'static str,
    timeout: Duration,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Exchange")
            .field("system", &self.system)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

impl Exchange {
    /// Asks `system` over `transport`; each request may take `timeout`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, system: &'static str, timeout: Duration) -> Self {
        Self {
            transport,
            system,
            timeout,
        }
    }

    /// A request for a route.
    #[must_use]
    pub fn request(&self, method: Method, route: &'static str) -> WireRequest {
        WireRequest::new(method, route, self.timeout)
    }

    /// Reads: asking again does no harm.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn read<T: DeserializeOwned>(
        &self,
        request: WireRequest,
    ) -> Result<T, ExchangeError> {
        self.call(request, true).await
    }

    /// Reads what may not be there: nothing on 404.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn find<T: DeserializeOwned>(
        &self,
        request: WireRequest,
    ) -> Result<Option<T>, ExchangeError> {
        match self.call(request, true).await {
            Err(error) if error.refused_with() == Some(404) => Ok(None),
            outcome => outcome.map(Some),
        }
    }

    /// Changes something: a missing answer leaves open whether it did.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn write<T: DeserializeOwned>(
        &self,
        request: WireRequest,
    ) -> Result<T, ExchangeError> {
        self.call(request, false).await
    }

    /// That what was read is not all there is.
    #[must_use]
    pub const fn incomplete(&self) -> ExchangeError {
        self.failed(Problem::Incomplete, true)
    }

    const fn failed(&self, problem: Problem, repeatable: bool) -> ExchangeError {
        ExchangeError {
            system: self.system,
            problem,
            repeatable,
        }
    }

    #[instrument(level = "debug", skip_all, fields(system = self.system, route = request.route))]
    async fn call<T: DeserializeOwned>(
        &self,
        request: WireRequest,
        repeatable: bool,
    ) -> Result<T, ExchangeError> {
        let answer = self
            .transport
            .send(request)
            .await
            .map_err(|source| match source {
                TransportError::NotSent(_) => Problem::NotReached(source),
                TransportError::Unbuildable(_) => Problem::Unbuildable(source),
                TransportError::TimedOut | TransportError::Broken(_) | TransportError::TooLarge => {
                    Problem::NoAnswer(Some(source))
                }
            })
            .and_then(|answer| match problem(&answer) {
                Some(problem) => Err(problem),
                None => Ok(answer),
            })
            .map_err(|problem| self.failed(problem, repeatable))?;
        let body: &[u8] = if answer.body.is_empty() {
            b"null"
        } else {
            &answer.body
        };
        serde_json::from_slice(body).map_err(|_| self.failed(Problem::NoAnswer(None), repeatable))
    }
}

/// What an answer says went wrong. Statuses that leave open whether the request was carried out
/// (a request that timed out at the other end, a conflict with one still under way, anything that
/// is the server's own fault) count as no answer.
fn problem(answer: &WireResponse) -> Option<Problem> {
    let code = || code_of(&answer.body).unwrap_or_else(|| format!("status {}", answer.status));
    match answer.status {
        200..=299 => None,
        429 if is_for_the_day(&answer.body) => Some(Problem::DayUsedUp),
        429 => Some(throttled(answer)),
        // Gmail says so with 403.
        403 if code_of(&answer.body).is_some_and(|code| code.ends_with("ateLimitExceeded")) => {
            Some(throttled(answer))
        }
        401 | 403 => Some(Problem::KeyRefused { code: code() }),
        408 | 409 | 425 => Some(Problem::NoAnswer(None)),
        400..=499 => Some(Problem::Refused {
            status: answer.status,
            code: code(),
        }),
        _ => Some(Problem::NoAnswer(None)),
    }
}

fn is_for_the_day(body: &[u8]) -> bool {
    let body: Option<Value> = serde_json::from_slice(body).ok();
    body.is_some_and(|body| body.get("policyName").and_then(Value::as_str) == Some("DAILY"))
}

fn throttled(answer: &WireResponse) -> Problem {
    let (shortest, longest) = THROTTLE_WAIT;
    let wait = Duration::from_secs(answer.retry_after.unwrap_or(10)).clamp(shortest, longest);
    Problem::Throttled { wait }
}

/// The system's own code, from the places where ours write one, if it is a code and no sentence.
fn code_of(body: &[u8]) -> Option<String> {
    const PLACES: [&str; 7] = [
        "/error/errors/0/reason",
        "/error/code",
        "/error/status",
        "/Fault/Error/0/code",
        "/category",
        "/error/title",
        "/error",
    ];
    let body: Value = serde_json::from_slice(body).ok()?;
    PLACES
        .iter()
        .filter_map(|place| body.pointer(place)?.as_str())
        .find(|code| {
            (1..=60).contains(&code.len())
                && code
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::vendors::testing::{Scripted, answer};

    async fn class_of(status: u16, body: Value, is_write: bool) -> Option<Class> {
        let system = Exchange::new(
            Scripted::new([answer(status, body)]),
            "Zendesk",
            Duration::from_secs(5),
        );
        let request = system.request(Method::Post, "/x");
        let outcome: Result<Value, _> = if is_write {
            system.write(request).await
        } else {
            system.read(request).await
        };
        outcome.err().map(|error| error.class())
    }

    #[tokio::test]
    async fn only_a_definite_no_is_a_failure_of_a_write() {
        for (status, expected) in [
            (201, None),
            (400, Some(Class::Rejected)),
            (422, Some(Class::Rejected)),
            (401, Some(Class::RetryLater)),
            (403, Some(Class::RetryLater)),
            (429, Some(Class::RetryLater)),
            (408, Some(Class::OutcomeUnknown)),
            (409, Some(Class::OutcomeUnknown)),
            (500, Some(Class::OutcomeUnknown)),
            (503, Some(Class::OutcomeUnknown)),
            (302, Some(Class::OutcomeUnknown)),
        ] {
            assert_eq!(
                class_of(status, json!({}), true).await,
                expected,
                "{status}"
            );
        }
        assert_eq!(
            class_of(500, json!({}), false).await,
            Some(Class::RetryLater)
        );
    }

    #[tokio::test]
    async fn a_system_that_asks_for_a_year_is_given_five_minutes() {
        for (asked, given) in [(Some(31_536_000), 300), (Some(0), 1), (None, 10)] {
            let mut throttled = answer(429, json!({})).unwrap();
            throttled.retry_after = asked;
            let system = Exchange::new(
                Scripted::new([Ok(throttled)]),
                "HubSpot",
                Duration::from_secs(5),
            );
            let request = system.request(Method::Get, "/x");
            let error = system.read::<Value>(request).await.unwrap_err();
            assert_eq!(error.wait(), Some(Duration::from_secs(given)));
        }
        let used_up = json!({ "errorType": "RATE_LIMIT", "policyName": "DAILY" });
        let system = Exchange::new(
            Scripted::new([answer(429, used_up)]),
            "HubSpot",
            Duration::from_secs(5),
        );
        let request = system.request(Method::Post, "/x");
        let error = system.write::<Value>(request).await.unwrap_err();
        assert_eq!(error.class(), Class::RetryLater);
        assert_eq!(error.wait(), Some(Duration::from_hours(1)));
        let body =
            json!({ "error": { "code": 403, "errors": [{ "reason": "userRateLimitExceeded" }] } });
        assert_eq!(class_of(403, body, true).await, Some(Class::RetryLater));
    }

    #[tokio::test]
    async fn an_error_carries_a_code_and_no_sentence() {
        for (body, shown) in [
            (
                json!({ "error": "RecordInvalid" }),
                "Zendesk refused: RecordInvalid",
            ),
            (
                json!({ "error": "Ada Obi was not found" }),
                "Zendesk refused: status 422",
            ),
        ] {
            let system = Exchange::new(
                Scripted::new([answer(422, body)]),
                "Zendesk",
                Duration::from_secs(5),
            );
            let request = system.request(Method::Post, "/x");
            let error = system.write::<Value>(request).await.unwrap_err();
            assert_eq!(error.to_string(), shown);
        }
    }
}
