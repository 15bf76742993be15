//! `HubSpot`'s CRM, as far as contacts, owners, deals and notes go. A note is added as often as it is
//! asked for; what hangs on a contact is listed late.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::control::Stage;
use crate::vendor::{self, Answered, earlier};
use crate::wire::{Method, Request, Response};

/// How the account is set up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The private app's token.
    pub token: String,
    /// The scopes that the token lacks.
    pub missing_scopes: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            token: "pat-sandbox".into(),
            missing_scopes: BTreeSet::new(),
        }
    }
}

/// What a request did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
pub enum Effect {
    /// A note was put on a contact.
    NoteCreated {
        /// Its id.
        id: String,
        /// The contact's.
        contact: String,
    },
}

/// A note.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Note {
    /// Its id.
    pub id: String,
    /// The contact it stands on.
    pub contact: String,
    /// What it was made with.
    pub properties: Value,
    #[serde(skip)]
    made_at: Timestamp,
}

/// A contact, an owner or a deal, as a test puts it in place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Record {
    id: String,
    /// A deal's contact.
    #[serde(default)]
    contact: Option<String>,
    #[serde(default)]
    properties: Value,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Seed {
    contacts: Vec<Record>,
    owners: Vec<Record>,
    deals: Vec<Record>,
}

/// The account's records.
#[derive(Debug, Clone)]
pub struct Model {
    settings: Settings,
    contacts: Vec<Record>,
    owners: Vec<Record>,
    deals: Vec<Record>,
    notes: Vec<Note>,
}

impl Model {
    /// An account without records.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            contacts: Vec::new(),
            owners: Vec::new(),
            deals: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// The notes, in the order in which they were made.
    #[must_use]
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    fn lacks(&self, scope: &str) -> bool {
        self.settings.missing_scopes.contains(scope)
    }

    fn create_note(
        &mut self,
        request: &Request,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) -> Response {
        let body = request.body_value();
        let properties = body.get("properties").cloned().unwrap_or_default();
        if properties
            .get("hs_timestamp")
            .and_then(Value::as_str)
            .is_none()
        {
            return refusal(400, "VALIDATION_ERROR");
        }
        let kind = body.pointer("/associations/0/types/0/associationTypeId");
        let contact = body
            .pointer("/associations/0/to/id")
            .and_then(Value::as_str);
        let known = contact.filter(|id| self.contacts.iter().any(|it| it.id == **id));
        let Some(contact) = known.filter(|_| kind == Some(&json!(202))) else {
            return refusal(400, "INVALID_ASSOCIATION");
        };
        let id = (9_000 + self.notes.len()).to_string();
        let note = Note {
            id: id.clone(),
            contact: contact.to_owned(),
            properties: properties.clone(),
            made_at: now,
        };
        effects.push(Effect::NoteCreated {
            id: id.clone(),
            contact: contact.to_owned(),
        });
        self.notes.push(note);
        let at = now.to_string();
        let made = json!({ "id": id, "properties": properties, "createdAt": at, "updatedAt": at,
                           "archived": false });
        Response::json(201, &made)
    }

    fn read_notes(&self, request: &Request) -> Response {
        let body = request.body_value();
        let inputs = body.get("inputs").and_then(Value::as_array);
        let wanted: Vec<&str> = inputs
            .into_iter()
            .flatten()
            .filter_map(|input| input.get("id")?.as_str())
            .collect();
        let results: Vec<Value> = self
            .notes
            .iter()
            .filter(|note| wanted.contains(&note.id.as_str()))
            .map(|note| json!({ "id": note.id, "properties": note.properties }))
            .collect();
        Response::json(200, &json!({ "status": "COMPLETE", "results": results }))
    }

    fn route(
        &mut self,
        request: &Request,
        now: Timestamp,
        lists_lag: Duration,
        effects: &mut Vec<Effect>,
    ) -> (&'static str, Response) {
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let scope = scope_of(&segments);
        if self.lacks(scope) {
            return ("refused", refusal(403, "MISSING_SCOPES"));
        }
        let one = |found: Option<&Record>| {
            found.map_or_else(
                || refusal(404, "OBJECT_NOT_FOUND"),
                |it| Response::json(200, &json!({ "id": it.id, "properties": it.properties })),
            )
        };
        let linked = |ids: Vec<&str>| {
            let results: Vec<Value> = ids
                .into_iter()
                .map(|id| json!({ "toObjectId": id, "associationTypes": [] }))
                .collect();
            Response::json(200, &json!({ "results": results }))
        };
        match (request.method, segments.as_slice()) {
            (Method::Post, ["crm", "v3", "objects", "notes"]) => {
                ("notes.create", self.create_note(request, now, effects))
            }
            (Method::Post, ["crm", "v3", "objects", "notes", "batch", "read"]) => {
                ("notes.batch_read", self.read_notes(request))
            }
            (
                Method::Get,
                ["crm", "v3", "objects", "contacts" | "notes" | "deals"] | ["crm", "v3", "owners"],
            ) => ("list", Response::json(200, &json!({ "results": [] }))),
            (Method::Get, ["crm", "v3", "objects", "contacts", key]) => {
                let by_email = request.query_value("idProperty") == Some("email");
                let found = self.contacts.iter().find(|it| {
                    let email = it.properties.get("email").and_then(Value::as_str);
                    if by_email {
                        email.is_some_and(|email| email.eq_ignore_ascii_case(key))
                    } else {
                        it.id == *key
                    }
                });
                ("contacts.read", one(found))
            }
            (Method::Get, ["crm", "v3", "objects", "deals", id]) => {
                ("deals.read", one(self.deals.iter().find(|it| it.id == *id)))
            }
            (Method::Get, ["crm", "v3", "owners", id]) => {
                let found = self.owners.iter().find(|it| it.id == *id);
                let response = found.map_or_else(
                    || refusal(404, "OBJECT_NOT_FOUND"),
                    |owner| {
                        let email = owner.properties.get("email");
                        Response::json(200, &json!({ "id": owner.id, "email": email }))
                    },
                );
                ("owners.read", response)
            }
            (
                Method::Get,
                [
                    "crm",
                    "v4",
                    "objects",
                    "contacts",
                    id,
                    "associations",
                    "notes",
                ],
            ) => {
                let seen = earlier(now, lists_lag);
                let notes = self.notes.iter();
                let ids = notes
                    .filter(|note| note.contact == *id && note.made_at <= seen)
                    .map(|note| note.id.as_str());
                ("associations.notes", linked(ids.collect()))
            }
            (
                Method::Get,
                [
                    "crm",
                    "v4",
                    "objects",
                    "contacts",
                    id,
                    "associations",
                    "deals",
                ],
            ) => {
                let deals = self.deals.iter();
                let ids = deals
                    .filter(|deal| deal.contact.as_deref() == Some(*id))
                    .map(|deal| deal.id.as_str());
                ("associations.deals", linked(ids.collect()))
            }
            _ => ("unknown", refusal(404, "OBJECT_NOT_FOUND")),
        }
    }
}

/// The scope that a path asks for.
fn scope_of(segments: &[&str]) -> &'static str {
    match segments {
        [_, "v3", "objects", "notes", "batch", "read"] => "crm.objects.contacts.read",
        [_, "v3", "objects", "notes", ..] => "crm.objects.contacts.write",
        [_, "v3", "objects", "deals", ..] => "crm.objects.deals.read",
        [_, "v3", "owners", ..] => "crm.objects.owners.read",
        _ => "crm.objects.contacts.read",
    }
}

fn refusal(status: u16, category: &str) -> Response {
    let message = "see HubSpot's documentation";
    let body = json!({ "status": "error", "message": message, "category": category });
    Response::json(status, &body)
}

impl vendor::Model for Model {
    type Effect = Effect;

    fn answer(
        &mut self,
        request: &Request,
        now: Timestamp,
        lists_lag: Duration,
    ) -> Answered<Effect> {
        let mut effects = Vec::new();
        let expected = format!("Bearer {}", self.settings.token);
        let (operation, response) = if request.header_value("authorization") == Some(&expected) {
            self.route(request, now, lists_lag, &mut effects)
        } else {
            ("unsigned", refusal(401, "INVALID_AUTHENTICATION"))
        };
        Answered {
            operation,
            response,
            effects,
        }
    }

    fn too_many_requests(&self, reset: u64) -> Response {
        let body = json!({ "status": "error", "errorType": "RATE_LIMIT", "category": "RATE_LIMITS",
                           "policyName": "TEN_SECONDLY_ROLLING" });
        Response::json(429, &body).header("retry-after", &reset.to_string())
    }

    fn server_error(&self) -> Response {
        refusal(500, "INTERNAL_ERROR")
    }

    fn status_false(&self) -> Response {
        refusal(502, "BAD_GATEWAY")
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
        json!({ "contacts": self.contacts, "notes": self.notes })
    }

    fn fill(&mut self, records: Value, _now: Timestamp) -> Result<Value, String> {
        let seed: Seed = serde_json::from_value(records).map_err(|error| error.to_string())?;
        self.contacts.extend(seed.contacts);
        self.owners.extend(seed.owners);
        self.deals.extend(seed.deals);
        Ok(json!({ "contacts": self.contacts, "owners": self.owners, "deals": self.deals }))
    }
}
