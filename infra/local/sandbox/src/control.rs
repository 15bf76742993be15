//! All vendors of the sandbox together, and what a test may order and ask of them.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::fault::Rule;
use crate::paystack::{Happening, NotThere, Seed, SeedError};
use crate::vendor::{Model, Outcome, Vendor, entries_as_json};
use crate::wire::{Method, Request, Response};
use crate::{Paystack, Slack, paystack, slack};

/// The vendors.
#[derive(Debug, Clone)]
pub struct Sandbox {
    /// Paystack, under `/paystack`.
    pub paystack: Paystack,
    /// Slack, under `/slack`.
    pub slack: Slack,
}

/// How the vendors are set up.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The Paystack account.
    pub paystack: paystack::Settings,
    /// The Slack workspace.
    pub slack: slack::Settings,
}

/// A rule and the vendor that it is for.
#[derive(Debug, Deserialize)]
struct FaultOrder {
    vendor: VendorName,
    #[serde(flatten)]
    rule: Rule,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum VendorName {
    Paystack,
    Slack,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct SeedOrder {
    paystack: Seed,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SettingsOrder {
    #[serde(default)]
    paystack: Option<paystack::Settings>,
    #[serde(default)]
    slack: Option<slack::Settings>,
}

/// An order of a test that makes no sense.
#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("not the JSON that was expected: {0}")]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Seed(#[from] SeedError),
    #[error(transparent)]
    Happening(#[from] NotThere),
    #[error("no such order")]
    Unknown,
}

impl OrderError {
    fn status(&self) -> u16 {
        match self {
            Self::Json(_) | Self::Seed(_) | Self::Happening(_) => 400,
            Self::Unknown => 404,
        }
    }
}

impl Sandbox {
    /// Vendors without records, faults or a log.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            paystack: Vendor::new(paystack::Model::new(settings.paystack)),
            slack: Vendor::new(slack::Model::new(settings.slack)),
        }
    }

    /// Takes a request to a vendor; `None` where the path names none.
    pub fn handle(&mut self, request: &Request, now: Timestamp) -> Option<Outcome> {
        if let Some(request) = below("/paystack", request) {
            Some(self.paystack.handle(&request, now))
        } else {
            below("/slack", request).map(|request| self.slack.handle(&request, now))
        }
    }

    /// Takes a test's order, a request under `/_sandbox`.
    pub fn order(&mut self, request: &Request, now: Timestamp) -> Response {
        self.paystack.settle(now);
        self.slack.settle(now);
        match self.obey(request, now) {
            Ok(body) => Response::json(200, &body),
            Err(error) => Response::json(error.status(), &json!({ "error": error.to_string() })),
        }
    }

    fn obey(&mut self, request: &Request, now: Timestamp) -> Result<Value, OrderError> {
        let order = request.path.strip_prefix("/_sandbox").unwrap_or_default();
        match (request.method, order.trim_matches('/')) {
            (Method::Post, "faults") => {
                let body: Value = serde_json::from_slice(&request.body)?;
                let orders: Vec<FaultOrder> = match body {
                    Value::Array(_) => serde_json::from_value(body)?,
                    one => vec![serde_json::from_value(one)?],
                };
                for order in orders {
                    match order.vendor {
                        VendorName::Paystack => self.paystack.faults_mut().add(order.rule),
                        VendorName::Slack => self.slack.faults_mut().add(order.rule),
                    }
                }
                Ok(self.faults())
            }
            (Method::Get, "faults") => Ok(self.faults()),
            (Method::Delete, "faults") => {
                self.paystack.faults_mut().clear();
                self.slack.faults_mut().clear();
                Ok(self.faults())
            }
            (Method::Get, "log") => Ok(json!({
                "paystack": shown(&self.paystack, request),
                "slack": shown(&self.slack, request),
            })),
            (Method::Get, "state") => Ok(json!({
                "paystack": self.paystack.model().state(),
                "slack": self.slack.model().state(),
            })),
            (Method::Post, "seed") => {
                let seed: SeedOrder = serde_json::from_slice(&request.body)?;
                Ok(json!({ "paystack": self.paystack.model_mut().seed(seed.paystack, now)? }))
            }
            (Method::Post, "happen") => {
                let happening: Happening = serde_json::from_slice(&request.body)?;
                self.paystack.happen(&happening, now)?;
                Ok(json!({}))
            }
            (Method::Get, "settings") => Ok(self.settings_json()),
            (Method::Put, "settings") => {
                let settings: SettingsOrder = serde_json::from_slice(&request.body)?;
                if let Some(paystack) = settings.paystack {
                    *self.paystack.model_mut().settings_mut() = paystack;
                }
                if let Some(slack) = settings.slack {
                    *self.slack.model_mut().settings_mut() = slack;
                }
                Ok(self.settings_json())
            }
            (Method::Post, "reset") => {
                *self = Self::new(Settings {
                    paystack: self.paystack.model().settings().clone(),
                    slack: self.slack.model().settings().clone(),
                });
                Ok(json!({}))
            }
            _ => Err(OrderError::Unknown),
        }
    }

    fn faults(&self) -> Value {
        json!({ "paystack": self.paystack.faults().rules(), "slack": self.slack.faults().rules() })
    }

    fn settings_json(&self) -> Value {
        json!({
            "paystack": self.paystack.model().settings(),
            "slack": self.slack.model().settings(),
        })
    }
}

/// The request as the vendor below that prefix sees it.
fn below(prefix: &str, request: &Request) -> Option<Request> {
    let path = request.path.strip_prefix(prefix)?;
    (path.is_empty() || path.starts_with('/')).then(|| Request {
        path: path.to_owned(),
        ..request.clone()
    })
}

/// A vendor's log, by the query's `method`, `path` (a pattern) and `operation`.
fn shown<M: Model>(vendor: &Vendor<M>, request: &Request) -> Value {
    let method = request.query_value("method");
    let path = request.query_value("path");
    let operation = request.query_value("operation");
    let log = vendor.log();
    let entries: Vec<_> = log
        .entries()
        .iter()
        .filter(|entry| method.is_none_or(|method| entry.method.as_str() == method))
        .filter(|entry| path.is_none_or(|path| crate::fault::path_matches(path, &entry.path)))
        .filter(|entry| operation.is_none_or(|operation| entry.operation == Some(operation)))
        .cloned()
        .collect();
    json!({
        "requests": entries_as_json(&entries),
        "happened": serde_json::to_value(log.happened()).unwrap_or_default(),
        "waiting": vendor.delayed(),
    })
}
