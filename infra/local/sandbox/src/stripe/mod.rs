//! Stripe, as far as reading customers, charges, subscriptions and invoices goes. Its records are
//! Stripe's own fixtures (`fixtures.json`, MIT, with its licence beside it) with a test's values in
//! them.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::control::Stage;
use crate::vendor::{self, Answered};
use crate::wire::{Method, Request, Response};

const FIXTURES: &str = include_str!("fixtures.json");

/// The lists, with the fixture that each is made of.
const LISTS: [(&str, &str); 4] = [
    ("customers", "customer"),
    ("charges", "charge"),
    ("subscriptions", "subscription"),
    ("invoices", "invoice"),
];

/// How the account is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The restricted key.
    pub key: String,
    /// The lists that the key may not read.
    pub forbidden: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            key: "rk_test_sandbox".into(),
            forbidden: BTreeSet::new(),
        }
    }
}

/// What a request did: Stripe is only read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Effect {}

/// The account's records.
#[derive(Debug, Clone)]
pub struct Model {
    settings: Settings,
    records: Map<String, Value>,
}

impl Model {
    /// An account without records.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            records: Map::new(),
        }
    }

    fn list(&self, name: &str, request: &Request) -> Response {
        if self.settings.forbidden.contains(name) {
            return refusal(403, "more_permissions_required");
        }
        let limit = request
            .query_value("limit")
            .and_then(|limit| limit.parse().ok())
            .unwrap_or(10);
        let all = self.records.get(name).and_then(Value::as_array);
        let fits = |record: &&Value| {
            ["email", "customer", "status"].iter().all(|field| {
                let wanted = request.query_value(field).filter(|it| *it != "all");
                let own = record.get(field).and_then(Value::as_str);
                wanted.is_none_or(|wanted| own == Some(wanted))
            })
        };
        let found: Vec<&Value> = all.into_iter().flatten().filter(fits).collect();
        let has_more = found.len() > limit;
        let page: Vec<&Value> = found.into_iter().take(limit).collect();
        let url = format!("/v1/{name}");
        let body = json!({ "object": "list", "data": page, "has_more": has_more, "url": url });
        Response::json(200, &body)
    }
}

fn refusal(status: u16, code: &str) -> Response {
    let body = json!({ "error": { "type": "invalid_request_error", "code": code,
                                  "message": "see Stripe's documentation" } });
    Response::json(status, &body)
}

/// The fixture of that name with `values` in it.
fn record(fixtures: &Value, name: &str, values: &Value) -> Value {
    let mut record = fixtures.get(name).cloned().unwrap_or_default();
    if let (Value::Object(record), Value::Object(values)) = (&mut record, values) {
        record.extend(values.clone());
    }
    record
}

impl vendor::Model for Model {
    type Effect = Effect;

    fn answer(
        &mut self,
        request: &Request,
        _now: Timestamp,
        _lists_lag: Duration,
    ) -> Answered<Effect> {
        let expected = format!("Bearer {}", self.settings.key);
        let name = request.path.trim_matches('/').strip_prefix("v1/");
        let known = LISTS.iter().find(|(list, _)| Some(*list) == name);
        let (operation, response) = if request.header_value("authorization") != Some(&expected) {
            ("unsigned", refusal(401, "api_key_invalid"))
        } else if request.header_value("stripe-version").is_none() {
            ("unversioned", refusal(400, "no_version"))
        } else {
            match (request.method, known) {
                (Method::Get, Some((list, _))) => (*list, self.list(list, request)),
                _ => ("unknown", refusal(404, "resource_missing")),
            }
        };
        Answered {
            operation,
            response,
            effects: Vec::new(),
        }
    }

    fn too_many_requests(&self, reset: u64) -> Response {
        refusal(429, "rate_limit").header("retry-after", &reset.to_string())
    }

    fn server_error(&self) -> Response {
        refusal(500, "api_error")
    }

    fn status_false(&self) -> Response {
        refusal(402, "request_failed")
    }
}

impl Stage for Model {
    type Settings = Settings;

    fn begin(settings: Settings) -> Self {
        Self::new(settings)
    }

    fn set_up(&mut self) -> &mut Settings {
        &mut self.settings
    }

    fn shown(&self) -> Value {
        Value::Object(self.records.clone())
    }

    fn fill(&mut self, records: Value, _now: Timestamp) -> Result<Value, String> {
        let fixtures: Value = serde_json::from_str(FIXTURES).map_err(|error| error.to_string())?;
        let Value::Object(lists) = records else {
            return Err("give lists of records by their names".to_owned());
        };
        for (name, values) in lists {
            let known = LISTS.iter().find(|(list, _)| *list == name);
            let (_, fixture) = known.ok_or_else(|| format!("Stripe has no list {name:?} here"))?;
            let values = values.as_array().ok_or("a list of records is a list")?;
            let made = values.iter().map(|it| record(&fixtures, fixture, it));
            let list = self.records.entry(name).or_insert_with(|| json!([]));
            if let Value::Array(list) = list {
                list.extend(made);
            }
        }
        Ok(self.shown())
    }
}
