//! `QuickBooks` Online, as far as finding and sending invoices and correcting a customer's address
//! goes, and the place where Intuit gives tokens.
//!
//! A refresh token is good once: using it makes a new one. A write with a `requestid` that was used
//! before is answered as it was then, refusals too, and does nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::control::Stage;
use crate::vendor::{self, Answered};
use crate::wire::{Method, Request, Response};

/// The longest `requestid`.
const LONGEST_REQUEST_ID: usize = 50;

/// How the company is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The application.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// The company.
    pub realm_id: String,
    /// The refresh token that is good now.
    pub refresh_token: String,
    /// The access token that is good now.
    pub access_token: String,
    /// How many seconds a refresh token is good for.
    pub refresh_lasts: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            client_id: "intuit-client-sandbox".into(),
            client_secret: "intuit-secret-sandbox".into(),
            realm_id: "9341452".into(),
            refresh_token: "intuit-refresh-0".into(),
            access_token: "intuit-access-0".into(),
            refresh_lasts: 8_640_000,
        }
    }
}

/// What a request did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// A refresh token was used up and another given.
    TokenRotated,
    /// An invoice was mailed.
    InvoiceSent {
        /// Its id.
        id: String,
        /// To whom.
        to: String,
    },
    /// A customer was changed.
    CustomerUpdated {
        /// Their id.
        id: String,
    },
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Seed {
    customers: Vec<Value>,
    invoices: Vec<Value>,
}

/// The company's records.
#[derive(Debug, Clone)]
pub struct Model {
    settings: Settings,
    customers: Vec<Value>,
    invoices: Vec<Value>,
    answered: BTreeMap<String, Response>,
    rotations: u32,
}

impl Model {
    /// A company without records.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            customers: Vec::new(),
            invoices: Vec::new(),
            answered: BTreeMap::new(),
            rotations: 0,
        }
    }

    /// The customers.
    #[must_use]
    pub fn customers(&self) -> &[Value] {
        &self.customers
    }

    /// The invoices.
    #[must_use]
    pub fn invoices(&self) -> &[Value] {
        &self.invoices
    }

    /// How the company is set up, its tokens as they are now.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    fn give_token(&mut self, request: &Request, effects: &mut Vec<Effect>) -> Response {
        let pair = format!(
            "{}:{}",
            self.settings.client_id, self.settings.client_secret
        );
        let expected = format!("Basic {}", STANDARD.encode(pair));
        if request.header_value("authorization") != Some(&expected) {
            return Response::json(401, &json!({ "error": "invalid_client" }));
        }
        let given = form_urlencoded::parse(&request.body)
            .find(|(name, _)| name == "refresh_token")
            .map(|(_, value)| value.into_owned());
        if given.as_deref() != Some(&self.settings.refresh_token) {
            return Response::json(400, &json!({ "error": "invalid_grant" }));
        }
        self.rotations += 1;
        self.settings.refresh_token = format!("intuit-refresh-{}", self.rotations);
        self.settings.access_token = format!("intuit-access-{}", self.rotations);
        effects.push(Effect::TokenRotated);
        Response::json(
            200,
            &json!({
                "token_type": "bearer",
                "access_token": self.settings.access_token,
                "expires_in": 3600,
                "refresh_token": self.settings.refresh_token,
                "x_refresh_token_expires_in": self.settings.refresh_lasts,
            }),
        )
    }

    /// `select * from Invoice where DocNumber = '1042'`, and the like.
    fn query(&self, request: &Request) -> Response {
        let query = request.query_value("query").unwrap_or_default();
        let parsed = query
            .strip_prefix("select * from ")
            .and_then(|rest| rest.split_once(" where "))
            .and_then(|(entity, rest)| Some((entity, rest.split_once(" = '")?)));
        let Some((entity, (field, value))) = parsed else {
            return fault(400, "4000");
        };
        let value = value.trim_end_matches('\'').replace("\\'", "'");
        let pool = match entity {
            "Invoice" => &self.invoices,
            "Customer" => &self.customers,
            _ => return fault(400, "4001"),
        };
        let own = |record: &Value| {
            let found = match field {
                "PrimaryEmailAddr" => record.pointer("/PrimaryEmailAddr/Address"),
                _ => record.get(field),
            };
            found.and_then(Value::as_str).map(str::to_owned)
        };
        let found: Vec<&Value> = pool
            .iter()
            .filter(|record| own(record).as_deref() == Some(&value))
            .collect();
        let mut answer = Map::new();
        if !found.is_empty() {
            answer.insert(entity.to_owned(), json!(found));
        }
        Response::json(200, &json!({ "QueryResponse": answer }))
    }

    fn send_invoice(
        &mut self,
        id: &str,
        request: &Request,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) -> Response {
        let to = request.query_value("sendTo").unwrap_or_default().to_owned();
        let Some(invoice) = self.invoices.iter_mut().find(|it| has_id(it, id)) else {
            return fault(400, "610");
        };
        if let Value::Object(invoice) = &mut *invoice {
            invoice.insert("EmailStatus".into(), json!("EmailSent"));
            invoice.insert("BillEmail".into(), json!({ "Address": to }));
            let delivered = json!({ "DeliveryType": "Email", "DeliveryTime": in_california(now) });
            invoice.insert("DeliveryInfo".into(), delivered);
        }
        effects.push(Effect::InvoiceSent {
            id: id.to_owned(),
            to,
        });
        Response::json(200, &json!({ "Invoice": invoice }))
    }

    fn update_customer(
        &mut self,
        request: &Request,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) -> Response {
        let body = request.body_value();
        let id = body.get("Id").and_then(Value::as_str).unwrap_or_default();
        let Some(customer) = self.customers.iter_mut().find(|it| has_id(it, id)) else {
            return fault(400, "610");
        };
        if customer.get("SyncToken") != body.get("SyncToken") {
            return fault(400, "5010");
        }
        if body.get("sparse") != Some(&json!(true)) {
            return fault(400, "2020");
        }
        let token: u64 = customer
            .get("SyncToken")
            .and_then(Value::as_str)
            .and_then(|token| token.parse().ok())
            .unwrap_or(0);
        if let (Value::Object(customer), Value::Object(changes)) = (&mut *customer, &body) {
            let kept = changes.iter().filter(|(name, _)| *name != "sparse");
            customer.extend(kept.map(|(name, value)| (name.clone(), value.clone())));
            customer.insert("SyncToken".into(), json!((token + 1).to_string()));
            let changed = json!({ "LastUpdatedTime": in_california(now) });
            customer.insert("MetaData".into(), changed);
        }
        effects.push(Effect::CustomerUpdated { id: id.to_owned() });
        Response::json(200, &json!({ "Customer": customer }))
    }

    fn route(
        &mut self,
        request: &Request,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) -> (&'static str, Response) {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let ["v3", "company", realm, rest @ ..] = segments.as_slice() else {
            return ("unknown", fault(404, "404"));
        };
        let expected = format!("Bearer {}", self.settings.access_token);
        if request.header_value("authorization") != Some(&expected) {
            return ("unsigned", fault(401, "3200"));
        }
        if *realm != self.settings.realm_id {
            return ("refused", fault(403, "3100"));
        }
        match (request.method, rest) {
            (Method::Get, ["query"]) => ("query", self.query(request)),
            (Method::Get, ["companyinfo", _]) => (
                "companyinfo",
                Response::json(200, &json!({ "CompanyInfo": { "CompanyName": "Sandbox" } })),
            ),
            (Method::Post, rest) => {
                let key = request.query_value("requestid").map(str::to_owned);
                let is_key = |key: &String| (1..=LONGEST_REQUEST_ID).contains(&key.len());
                if key.as_ref().is_some_and(|key| !is_key(key)) {
                    return ("refused", fault(400, "2010"));
                }
                if let Some(known) = key.as_ref().and_then(|key| self.answered.get(key)) {
                    return ("replayed", known.clone());
                }
                let (operation, response) = match rest {
                    ["invoice", id, "send"] => {
                        ("invoice.send", self.send_invoice(id, request, now, effects))
                    }
                    ["customer"] => (
                        "customer.update",
                        self.update_customer(request, now, effects),
                    ),
                    _ => ("unknown", fault(404, "404")),
                };
                // Whether a refusal is replayed as well is not documented: the harder case.
                if let Some(key) = key {
                    self.answered.insert(key, response.clone());
                }
                (operation, response)
            }
            _ => ("unknown", fault(404, "404")),
        }
    }
}

/// A time as `QuickBooks` writes it.
fn in_california(at: Timestamp) -> String {
    let there = TimeZone::fixed(jiff::tz::offset(-8)).to_datetime(at);
    there.strftime("%Y-%m-%dT%H:%M:%S-08:00").to_string()
}

fn has_id(record: &Value, id: &str) -> bool {
    record.get("Id").and_then(Value::as_str) == Some(id)
}

fn fault(status: u16, code: &str) -> Response {
    let body = json!({ "Fault": { "type": "ValidationFault", "Error": [
        { "code": code, "Message": "see Intuit's documentation", "Detail": "" },
    ] } });
    Response::json(status, &body)
}

impl vendor::Model for Model {
    type Effect = Effect;

    fn answer(
        &mut self,
        request: &Request,
        now: Timestamp,
        _lists_lag: Duration,
    ) -> Answered<Effect> {
        let mut effects = Vec::new();
        let (operation, response) = if request.path == "/oauth2/v1/tokens/bearer" {
            ("token", self.give_token(request, &mut effects))
        } else {
            self.route(request, now, &mut effects)
        };
        Answered {
            operation,
            response,
            effects,
        }
    }

    fn too_many_requests(&self, reset: u64) -> Response {
        fault(429, "003001").header("retry-after", &reset.to_string())
    }

    fn server_error(&self) -> Response {
        fault(500, "10000")
    }

    fn status_false(&self) -> Response {
        fault(503, "3001")
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
        json!({ "customers": self.customers, "invoices": self.invoices })
    }

    fn fill(&mut self, records: Value, _now: Timestamp) -> Result<Value, String> {
        let seed: Seed = serde_json::from_value(records).map_err(|error| error.to_string())?;
        self.customers.extend(seed.customers);
        self.invoices.extend(seed.invoices);
        Ok(self.shown())
    }
}
