//! What all vendors share: a model of the vendor, the faults in its way, and the log of it all.
//!
//! Nothing here sleeps or reads a clock. [`Vendor::handle`] takes the present instant and returns
//! an [`Outcome`] that *says* when an answer arrives; the HTTP server waits, a simulator does not.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::fault::{Fault, Faults, Verdict};
use crate::log::{Entry, Log};
use crate::wire::{Request, Response};

/// How one vendor answers when nothing is in the way.
pub trait Model {
    /// What a request may do to the vendor's records or the outside world.
    type Effect: Clone + Serialize + std::fmt::Debug;

    /// Carries a request out.
    fn answer(
        &mut self,
        request: &Request,
        now: Timestamp,
        lists_lag: Duration,
    ) -> Answered<Self::Effect>;

    /// What the passing of time alone did up to `now`: nothing, at most vendors.
    fn settle(&mut self, _now: Timestamp) -> Vec<Self::Effect> {
        Vec::new()
    }

    /// The vendor's answer to too many requests.
    fn too_many_requests(&self, reset: u64) -> Response;

    /// The vendor's answer when it failed.
    fn server_error(&self) -> Response;

    /// The vendor's 200 that says no.
    fn status_false(&self) -> Response;
}

/// An answer, and what giving it did.
#[derive(Debug, Clone)]
pub struct Answered<E> {
    /// The operation's name, e.g. `payment_request.create`.
    pub operation: &'static str,
    /// The answer.
    pub response: Response,
    /// What it did.
    pub effects: Vec<E>,
}

/// What becomes of a request, told at once and without waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What the client gets.
    pub answer: Answer,
    /// When the request is carried out; `None` when never.
    pub carried_out: Option<Timestamp>,
}

impl Outcome {
    /// The answer if it arrives within the client's time-out.
    #[must_use]
    pub fn within(&self, time_out: Duration) -> Option<&Response> {
        match &self.answer {
            Answer::Arrives { response, after } if *after < time_out => Some(response),
            Answer::Arrives { .. } | Answer::Closed | Answer::Never => None,
        }
    }
}

/// What the client gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// An answer, `after` that time.
    Arrives {
        /// The answer.
        response: Response,
        /// The time it takes.
        after: Duration,
    },
    /// The connection ends without an answer.
    Closed,
    /// Nothing, ever: the client's time-out ends it.
    Never,
}

/// A vendor with faults before it and a log beside it.
#[derive(Debug, Clone)]
pub struct Vendor<M: Model> {
    model: M,
    faults: Faults,
    log: Log<M::Effect>,
    /// Requests to be carried out later, by the instant and then the order of their arrival.
    delayed: Vec<Delayed>,
}

#[derive(Debug, Clone)]
struct Delayed {
    at: Timestamp,
    entry: u64,
    request: Request,
    lists_lag: Duration,
}

impl<M: Model> Vendor<M> {
    /// A vendor without faults and with an empty log.
    #[must_use]
    pub fn new(model: M) -> Self {
        Self {
            model,
            faults: Faults::default(),
            log: Log::default(),
            delayed: Vec::new(),
        }
    }

    /// Takes a request at `now`. Instants must not go backwards.
    pub fn handle(&mut self, request: &Request, now: Timestamp) -> Outcome {
        self.settle(now);
        let Verdict { fault, lists_lag } = self.faults.judge(request);
        let entry = self.log.open(request, now, fault.clone());
        let Some(fault) = fault else {
            let response = self.carry_out(request, entry, now, lists_lag);
            return arrives(response, Duration::ZERO, Some(now));
        };
        match fault {
            Fault::DropAnswer => {
                self.carry_out(request, entry, now, lists_lag);
                Outcome {
                    answer: Answer::Closed,
                    carried_out: Some(now),
                }
            }
            Fault::NeverAnswer => {
                self.carry_out(request, entry, now, lists_lag);
                Outcome {
                    answer: Answer::Never,
                    carried_out: Some(now),
                }
            }
            Fault::CommitLate { after_ms } => {
                let at = later(now, Duration::from_millis(after_ms));
                self.delayed.push(Delayed {
                    at,
                    entry,
                    request: request.clone(),
                    lists_lag,
                });
                Outcome {
                    answer: Answer::Never,
                    carried_out: Some(at),
                }
            }
            Fault::AnswerLate { after_ms } => {
                let response = self.carry_out(request, entry, now, lists_lag);
                arrives(response, Duration::from_millis(after_ms), Some(now))
            }
            Fault::ResetBeforeCommit => Outcome {
                answer: Answer::Closed,
                carried_out: None,
            },
            Fault::TooManyRequests { reset, committed } => {
                let response = self.model.too_many_requests(reset);
                self.instead(response, committed, request, entry, now, lists_lag)
            }
            Fault::ServerError { committed } => {
                let response = self.model.server_error();
                self.instead(response, committed, request, entry, now, lists_lag)
            }
            Fault::BadGateway { committed } => {
                let page = "<html><body><h1>502 Bad Gateway</h1></body></html>";
                let response = Response::html(502, page);
                self.instead(response, committed, request, entry, now, lists_lag)
            }
            Fault::StatusFalse { committed } => {
                let response = self.model.status_false();
                self.instead(response, committed, request, entry, now, lists_lag)
            }
            Fault::Answer {
                status,
                body,
                committed,
            } => {
                let response = match body {
                    serde_json::Value::Null => Response::empty(status),
                    serde_json::Value::String(text) => Response::html(status, &text),
                    body => Response::json(status, &body),
                };
                self.instead(response, committed, request, entry, now, lists_lag)
            }
            // `judge` returns a lag beside the fault, never as one.
            Fault::ListsLag { .. } => {
                let response = self.carry_out(request, entry, now, lists_lag);
                arrives(response, Duration::ZERO, Some(now))
            }
        }
    }

    /// Carries out what is due by `now`: delayed requests, and what time alone does.
    pub fn settle(&mut self, now: Timestamp) {
        loop {
            let next = self
                .delayed
                .iter()
                .enumerate()
                .filter(|(_, delayed)| delayed.at <= now)
                .min_by_key(|(_, delayed)| (delayed.at, delayed.entry))
                .map(|(index, _)| index);
            let Some(index) = next else { break };
            let due = self.delayed.remove(index);
            self.pass_time(due.at);
            self.carry_out(&due.request, due.entry, due.at, due.lists_lag);
        }
        self.pass_time(now);
    }

    /// The vendor's records.
    #[must_use]
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The vendor's records, to be changed as only the vendor itself or a test's set-up does.
    pub fn model_mut(&mut self) -> &mut M {
        &mut self.model
    }

    /// The faults in force, to be added to or cleared.
    pub fn faults_mut(&mut self) -> &mut Faults {
        &mut self.faults
    }

    /// The faults in force.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// All requests so far and what each did.
    #[must_use]
    pub fn log(&self) -> &Log<M::Effect> {
        &self.log
    }

    /// How many requests wait to be carried out late.
    #[must_use]
    pub fn delayed(&self) -> usize {
        self.delayed.len()
    }

    /// Notes what happened without a request.
    pub(crate) fn note(&mut self, now: Timestamp, effects: Vec<M::Effect>) {
        self.log.note(now, effects);
    }

    fn pass_time(&mut self, now: Timestamp) {
        let effects = self.model.settle(now);
        self.note(now, effects);
    }

    fn carry_out(
        &mut self,
        request: &Request,
        entry: u64,
        now: Timestamp,
        lists_lag: Duration,
    ) -> Response {
        let answered = self.model.answer(request, now, lists_lag);
        let response = answered.response.clone();
        self.log.close(entry, now, answered);
        response
    }

    fn instead(
        &mut self,
        response: Response,
        committed: bool,
        request: &Request,
        entry: u64,
        now: Timestamp,
        lists_lag: Duration,
    ) -> Outcome {
        if committed {
            self.carry_out(request, entry, now, lists_lag);
        }
        arrives(response, Duration::ZERO, committed.then_some(now))
    }
}

fn arrives(response: Response, after: Duration, carried_out: Option<Timestamp>) -> Outcome {
    Outcome {
        answer: Answer::Arrives { response, after },
        carried_out,
    }
}

/// `now` and `step`, or the end of time.
pub(crate) fn later(now: Timestamp, step: Duration) -> Timestamp {
    now.saturating_add(step).unwrap_or(Timestamp::MAX)
}

/// `now` less `step`, or the beginning of time.
pub(crate) fn earlier(now: Timestamp, step: Duration) -> Timestamp {
    now.saturating_sub(step).unwrap_or(Timestamp::MIN)
}

/// An entry as the control plane shows it.
pub(crate) fn entries_as_json<E: Serialize>(entries: &[Entry<E>]) -> serde_json::Value {
    serde_json::to_value(entries).unwrap_or_default()
}
