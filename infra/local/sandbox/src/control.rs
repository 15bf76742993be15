//! All vendors of the sandbox together, and what a test may order and ask of them.

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::dialnexa::DialNexa;
use crate::fault::{Faults, Rule};
use crate::paystack::{Happening, NotThere};
use crate::vendor::{Answer, Model, Outcome, Vendor, entries_as_json};
use crate::webhooks::{self, Webhooks};
use crate::wire::{Method, Request, Response};
use crate::{
    Gmail, Hubspot, Paystack, QuickBooks, Slack, Stripe, Zendesk, gmail, hubspot, identity,
    paystack, quickbooks, slack, stripe, zendesk,
};

/// A model that the control plane sets up, fills and looks into.
pub trait Stage: Model {
    /// How it is set up.
    type Settings: serde::Serialize + DeserializeOwned + Clone;

    /// A vendor without records.
    fn begin(settings: Self::Settings) -> Self;

    /// How it is set up, to be looked at and changed; its records stay.
    fn set_up(&mut self) -> &mut Self::Settings;

    /// Its records, for a test to look at.
    fn shown(&self) -> Value;

    /// Puts records in place, and gives back what was made.
    ///
    /// # Errors
    /// What is wrong with them.
    fn fill(&mut self, records: Value, now: Timestamp) -> Result<Value, String>;
}

/// A vendor, whichever it is.
trait Staged {
    fn handle(&mut self, request: &Request, now: Timestamp) -> Outcome;
    fn settle(&mut self, now: Timestamp);
    fn faults_mut(&mut self) -> &mut Faults;
    fn log(&self, request: &Request) -> Value;
    fn state(&self) -> Value;
    fn settings(&mut self) -> Value;
    fn set_settings(&mut self, settings: Value) -> Result<(), serde_json::Error>;
    fn seed(&mut self, records: Value, now: Timestamp) -> Result<Value, String>;
    fn reset(&mut self);
}

impl<M: Stage> Staged for Vendor<M> {
    fn handle(&mut self, request: &Request, now: Timestamp) -> Outcome {
        Self::handle(self, request, now)
    }

    fn settle(&mut self, now: Timestamp) {
        Self::settle(self, now);
    }

    fn faults_mut(&mut self) -> &mut Faults {
        Self::faults_mut(self)
    }

    fn log(&self, request: &Request) -> Value {
        shown(self, request)
    }

    fn state(&self) -> Value {
        self.model().shown()
    }

    fn settings(&mut self) -> Value {
        serde_json::to_value(self.model_mut().set_up()).unwrap_or_default()
    }

    fn set_settings(&mut self, settings: Value) -> Result<(), serde_json::Error> {
        *self.model_mut().set_up() = serde_json::from_value(settings)?;
        Ok(())
    }

    fn seed(&mut self, records: Value, now: Timestamp) -> Result<Value, String> {
        self.model_mut().fill(records, now)
    }

    fn reset(&mut self) {
        *self = Self::new(M::begin(self.model_mut().set_up().clone()));
    }
}

/// The vendors.
#[derive(Debug, Clone)]
pub struct Sandbox {
    /// Paystack, under `/paystack`.
    pub paystack: Paystack,
    /// Slack, under `/slack`.
    pub slack: Slack,
    /// Zendesk, under `/zendesk`.
    pub zendesk: Zendesk,
    /// `HubSpot`, under `/hubspot`.
    pub hubspot: Hubspot,
    /// Gmail, and where Google gives tokens, under `/gmail`.
    pub gmail: Gmail,
    /// Stripe, under `/stripe`.
    pub stripe: Stripe,
    /// `QuickBooks`, and where Intuit gives tokens, under `/quickbooks`.
    pub quickbooks: QuickBooks,
    /// Where Paystack posts what happens.
    pub webhooks: Webhooks,
    /// An identity provider, under `/identity`. It plays no faults.
    pub identity: identity::Provider,
    /// DialNexa's API, under `/dialnexa`. It plays no faults.
    pub dialnexa: DialNexa,
}

/// How the vendors are set up.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The Paystack account.
    pub paystack: paystack::Settings,
    /// The Slack workspace.
    pub slack: slack::Settings,
    /// The Zendesk account.
    pub zendesk: zendesk::Settings,
    /// The `HubSpot` account.
    pub hubspot: hubspot::Settings,
    /// The mailbox.
    pub gmail: gmail::Settings,
    /// The Stripe account.
    pub stripe: stripe::Settings,
    /// The `QuickBooks` company.
    pub quickbooks: quickbooks::Settings,
    /// The identity provider.
    pub identity: identity::Settings,
    /// DialNexa's API.
    pub dialnexa: DialNexa,
}

/// A rule and the vendor that it is for.
#[derive(Debug, Deserialize)]
struct FaultOrder {
    vendor: String,
    #[serde(flatten)]
    rule: Rule,
}

/// An order of a test that makes no sense.
#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("not the JSON that was expected: {0}")]
    Json(#[from] serde_json::Error),
    #[error("{0}")]
    Seed(String),
    #[error(transparent)]
    Happening(#[from] NotThere),
    #[error("there is no vendor {0:?}")]
    NoVendor(String),
    #[error("no such order")]
    Unknown,
}

impl OrderError {
    fn status(&self) -> u16 {
        match self {
            Self::Json(_) | Self::Seed(_) | Self::Happening(_) | Self::NoVendor(_) => 400,
            Self::Unknown => 404,
        }
    }
}

fn at_once(response: Response, now: Timestamp) -> Outcome {
    Outcome {
        answer: Answer::Arrives {
            response,
            after: Duration::ZERO,
        },
        carried_out: Some(now),
    }
}

impl Sandbox {
    /// Vendors without records, faults or a log.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            paystack: Vendor::new(Stage::begin(settings.paystack)),
            slack: Vendor::new(Stage::begin(settings.slack)),
            zendesk: Vendor::new(Stage::begin(settings.zendesk)),
            hubspot: Vendor::new(Stage::begin(settings.hubspot)),
            gmail: Vendor::new(Stage::begin(settings.gmail)),
            stripe: Vendor::new(Stage::begin(settings.stripe)),
            quickbooks: Vendor::new(Stage::begin(settings.quickbooks)),
            webhooks: Webhooks::default(),
            identity: identity::Provider::new(settings.identity),
            dialnexa: settings.dialnexa,
        }
    }

    /// The vendors by the names under which they are found.
    fn all(&mut self) -> [(&'static str, &mut dyn Staged); 7] {
        [
            ("paystack", &mut self.paystack),
            ("slack", &mut self.slack),
            ("zendesk", &mut self.zendesk),
            ("hubspot", &mut self.hubspot),
            ("gmail", &mut self.gmail),
            ("stripe", &mut self.stripe),
            ("quickbooks", &mut self.quickbooks),
        ]
    }

    /// What `ask` gives for each vendor, by its name.
    fn of_all(&mut self, ask: impl Fn(&mut dyn Staged) -> Value) -> Value {
        let answers = self
            .all()
            .map(|(name, vendor)| (name.to_owned(), ask(vendor)));
        Value::Object(answers.into_iter().collect())
    }

    fn named(&mut self, name: &str) -> Result<&mut dyn Staged, OrderError> {
        self.all()
            .into_iter()
            .find(|(own, _)| *own == name)
            .map(|(_, vendor)| vendor)
            .ok_or_else(|| OrderError::NoVendor(name.to_owned()))
    }

    /// Takes a request to a vendor; `None` where the path names none.
    pub fn handle(&mut self, request: &Request, now: Timestamp) -> Option<Outcome> {
        if let Some(request) = below("/identity", request) {
            return Some(at_once(self.identity.answer(&request, now), now));
        }
        if let Some(request) = below("/dialnexa", request) {
            return Some(at_once(self.dialnexa.answer(&request), now));
        }
        let (_, path) = request.path.split_once('/')?;
        let name = path.split('/').next().unwrap_or_default().to_owned();
        let below = below(&format!("/{name}"), request)?;
        Some(self.named(&name).ok()?.handle(&below, now))
    }

    /// What Paystack is to post now.
    pub fn webhooks_due(&mut self, now: Timestamp) -> Vec<webhooks::Posting> {
        self.paystack.settle(now);
        let model = self.paystack.model();
        self.webhooks
            .due(model.webhook_events(), &model.settings().key, now)
    }

    /// Takes a test's order, a request under `/_sandbox`.
    pub fn order(&mut self, request: &Request, now: Timestamp) -> Response {
        for (_, vendor) in self.all() {
            vendor.settle(now);
        }
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
                    self.named(&order.vendor)?.faults_mut().add(order.rule);
                }
                Ok(self.faults())
            }
            (Method::Get, "faults") => Ok(self.faults()),
            (Method::Delete, "faults") => {
                for (_, vendor) in self.all() {
                    vendor.faults_mut().clear();
                }
                Ok(self.faults())
            }
            (Method::Get, "log") => Ok(self.of_all(|vendor| vendor.log(request))),
            (Method::Get, "state") => Ok(self.of_all(|vendor| vendor.state())),
            (Method::Post, "seed") => {
                let seeds: Map<String, Value> = serde_json::from_slice(&request.body)?;
                let mut made = Map::new();
                for (name, records) in seeds {
                    let vendor = self.named(&name)?;
                    let records = vendor.seed(records, now).map_err(OrderError::Seed)?;
                    made.insert(name, records);
                }
                Ok(Value::Object(made))
            }
            (Method::Post, "happen") => {
                let happening: Happening = serde_json::from_slice(&request.body)?;
                self.paystack.happen(&happening, now)?;
                Ok(json!({}))
            }
            (Method::Post, "webhooks") => {
                let body: Value = serde_json::from_slice(&request.body)?;
                let so_far = self.paystack.model().webhook_events().len();
                self.webhooks.send_to(webhooks::address(&body), so_far);
                Ok(json!({}))
            }
            (Method::Get, "settings") => Ok(self.of_all(|vendor| vendor.settings())),
            (Method::Put, "settings") => {
                let orders: Map<String, Value> = serde_json::from_slice(&request.body)?;
                for (name, settings) in orders {
                    self.named(&name)?.set_settings(settings)?;
                }
                Ok(self.of_all(|vendor| vendor.settings()))
            }
            (Method::Post, "reset") => {
                for (_, vendor) in self.all() {
                    vendor.reset();
                }
                Ok(json!({}))
            }
            _ => Err(OrderError::Unknown),
        }
    }

    fn faults(&mut self) -> Value {
        self.of_all(|vendor| json!(vendor.faults_mut().rules()))
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
