//! `HubSpot`: a contact by its address, what hangs on it, and a note on it, found again by its marker.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::exchange::{Exchange, ExchangeError};
use super::http::{Method, Transport};
use crate::ids::Email;

/// Where `HubSpot`'s API lives.
pub const BASE_URL: &str = "https://api.hubapi.com";

/// What associates a note with a contact (`HUBSPOT_DEFINED`).
const NOTE_TO_CONTACT: u32 = 202;

/// The longest note.
const LONGEST_NOTE: usize = 65_536;

/// How many associations are asked for at a time, and pages read.
const PER_PAGE: &str = "500";
const MOST_PAGES: usize = 4;

/// How many notes are read at a time: the most that `HubSpot` takes in one batch.
const BATCH: usize = 100;

/// How many deals of a contact are read.
const MOST_DEALS: usize = 10;

/// A path of the CRM. Date-versioned paths are replacing this version: it stands here only.
macro_rules! crm {
    ($path:literal) => {
        concat!("/crm/v3", $path)
    };
}

/// The same for associations, whose version is their own.
macro_rules! associations {
    ($path:literal) => {
        concat!("/crm/v4", $path)
    };
}

/// A contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its id.
    pub id: String,
    /// The id of the owner, where it has one.
    pub owner: Option<String>,
    /// Its stage, such as `customer` or `evangelist`.
    pub lifecycle: Option<String>,
}

/// Whoever owns a contact.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Owner {
    /// The address they work under.
    pub email: Option<String>,
}

/// A deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deal {
    /// Its id.
    pub id: String,
    /// Its pipeline.
    pub pipeline: Option<String>,
    /// When it closes: of a renewal, when it is due.
    pub closes: Option<Date>,
}

#[derive(Deserialize)]
struct Object {
    #[serde(deserialize_with = "id_text")]
    id: String,
    #[serde(default)]
    properties: Value,
}

impl Object {
    fn text(&self, name: &str) -> Option<String> {
        let text = self.properties.get(name)?.as_str()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

#[derive(Deserialize)]
struct Associated {
    #[serde(default)]
    results: Vec<Association>,
    #[serde(default)]
    paging: Value,
}

#[derive(Deserialize)]
struct Association {
    #[serde(rename = "toObjectId", deserialize_with = "id_text")]
    to: String,
}

#[derive(Deserialize)]
struct Batch {
    #[serde(default)]
    results: Vec<Object>,
}

/// An id, which comes as a number or a text.
fn id_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) if !text.is_empty() => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(serde::de::Error::custom("no id")),
    }
}

/// A client of one `HubSpot` account. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Hubspot(Exchange);

impl Hubspot {
    /// A client whose every exchange may take `timeout`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, timeout: Duration) -> Self {
        Self(Exchange::new(transport, "HubSpot", timeout))
    }

    /// The contact under this address, read directly: the search index lags.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn contact(&self, email: &Email) -> Result<Option<Contact>, ExchangeError> {
        let request = self
            .0
            .request(Method::Get, crm!("/objects/contacts/{email}"))
            .parameter(email.expose())
            .query("idProperty", "email")
            .query("properties", "email,hubspot_owner_id,lifecyclestage");
        let found: Option<Object> = self.0.find(request).await?;
        Ok(found.map(|contact| Contact {
            owner: contact.text("hubspot_owner_id"),
            lifecycle: contact.text("lifecyclestage"),
            id: contact.id,
        }))
    }

    /// An owner by their id.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn owner(&self, id: &str) -> Result<Option<Owner>, ExchangeError> {
        let request = self
            .0
            .request(Method::Get, crm!("/owners/{id}"))
            .parameter(id);
        self.0.find(request).await
    }

    /// The deals of a contact, at most ten.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn deals(&self, contact: &Contact) -> Result<Vec<Deal>, ExchangeError> {
        let request = self
            .0
            .request(
                Method::Get,
                associations!("/objects/contacts/{id}/associations/deals"),
            )
            .parameter(&contact.id)
            .query("limit", MOST_DEALS.to_string());
        let ids: Associated = self.0.read(request).await?;
        let mut deals = Vec::new();
        for association in ids.results.iter().take(MOST_DEALS) {
            let request = self
                .0
                .request(Method::Get, crm!("/objects/deals/{id}"))
                .parameter(&association.to)
                .query("properties", "pipeline,closedate");
            let Some(deal): Option<Object> = self.0.find(request).await? else {
                continue;
            };
            deals.push(Deal {
                pipeline: deal.text("pipeline"),
                // A date, or an instant whose day it is.
                closes: deal
                    .text("closedate")
                    .and_then(|text| text.get(..10)?.parse().ok()),
                id: deal.id,
            });
        }
        Ok(deals)
    }

    /// Puts a note on a contact, under the contact's owner. Its last line is its anchor; see
    /// [`Hubspot::find_note`].
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn create_note(
        &self,
        contact: &Contact,
        body: &str,
        at: Timestamp,
    ) -> Result<String, ExchangeError> {
        let mut properties = json!({
            "hs_timestamp": at.to_string(),
            "hs_note_body": cut(body),
        });
        if let (Some(owner), Value::Object(properties)) = (&contact.owner, &mut properties) {
            properties.insert("hubspot_owner_id".to_owned(), json!(owner));
        }
        let body = json!({
            "properties": properties,
            "associations": [{
                "to": { "id": contact.id },
                "types": [{
                    "associationCategory": "HUBSPOT_DEFINED",
                    "associationTypeId": NOTE_TO_CONTACT,
                }],
            }],
        });
        let request = self
            .0
            .request(Method::Post, crm!("/objects/notes"))
            .body(body);
        let note: Object = self.0.write(request).await?;
        Ok(note.id)
    }

    /// The note on a contact whose text holds `marker`.
    ///
    /// # Errors
    /// [`ExchangeError`], also where the contact has more notes than are read through.
    pub async fn find_note(
        &self,
        contact: &Contact,
        marker: &str,
    ) -> Result<Option<String>, ExchangeError> {
        let mut after = None::<String>;
        for _ in 0..MOST_PAGES {
            let mut request = self
                .0
                .request(
                    Method::Get,
                    associations!("/objects/contacts/{id}/associations/notes"),
                )
                .parameter(&contact.id)
                .query("limit", PER_PAGE);
            if let Some(after) = &after {
                request = request.query("after", after);
            }
            let page: Associated = self.0.read(request).await?;
            for ids in page.results.chunks(BATCH) {
                if let Some(found) = self.among(ids, marker).await? {
                    return Ok(Some(found));
                }
            }
            after = page
                .paging
                .pointer("/next/after")
                .and_then(Value::as_str)
                .map(str::to_owned);
            if after.is_none() {
                return Ok(None);
            }
        }
        Err(self.0.incomplete())
    }

    async fn among(
        &self,
        ids: &[Association],
        marker: &str,
    ) -> Result<Option<String>, ExchangeError> {
        let inputs: Vec<Value> = ids.iter().map(|it| json!({ "id": it.to })).collect();
        // A POST that reads: ids do not fit into a query.
        let request = self
            .0
            .request(Method::Post, crm!("/objects/notes/batch/read"))
            .body(json!({ "inputs": inputs, "properties": ["hs_note_body"] }));
        let notes: Batch = self.0.read(request).await?;
        Ok(notes
            .results
            .into_iter()
            .find(|note| {
                note.text("hs_note_body")
                    .is_some_and(|it| it.contains(marker))
            })
            .map(|note| note.id))
    }

    /// Whether the key may do what notices and context need: the names of the scopes it lacks.
    ///
    /// # Errors
    /// [`ExchangeError`] where it cannot be asked.
    pub async fn missing_scopes(&self) -> Result<Vec<&'static str>, ExchangeError> {
        let asked = [
            (crm!("/objects/contacts"), "crm.objects.contacts.read"),
            (crm!("/objects/notes"), "crm.objects.contacts.write"),
            (crm!("/objects/deals"), "crm.objects.deals.read"),
            (crm!("/owners"), "crm.objects.owners.read"),
        ];
        let mut missing = Vec::new();
        for (route, scope) in asked {
            let request = self.0.request(Method::Get, route).query("limit", "1");
            match self.0.read::<Value>(request).await {
                Err(error) if error.is_configuration() && !is_key_itself(&error) => {
                    missing.push(scope);
                }
                outcome => {
                    outcome?;
                }
            }
        }
        Ok(missing)
    }
}

/// Whether the key itself is refused, and not only one of its rights missing.
fn is_key_itself(error: &ExchangeError) -> bool {
    match &error.problem {
        super::exchange::Problem::KeyRefused { code } => code != "MISSING_SCOPES",
        _ => false,
    }
}

/// The note at most as long as `HubSpot` takes it, its end kept: the marker stands there.
fn cut(body: &str) -> String {
    let length = body.chars().count();
    if length <= LONGEST_NOTE {
        return body.to_owned();
    }
    body.chars().skip(length - LONGEST_NOTE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vendors::testing::{Scripted, answer, assert_golden, golden};

    fn contact() -> Contact {
        Contact {
            id: "151".to_owned(),
            owner: Some("77".to_owned()),
            lifecycle: None,
        }
    }

    #[tokio::test]
    async fn a_contact_is_read_by_its_address_and_a_note_put_on_it() {
        let found = json!({ "id": "151", "properties": {
            "email": "ada@example.com", "hubspot_owner_id": "77", "lifecyclestage": "customer" } });
        let transport = Scripted::new([
            answer(200, found),
            answer(201, json!({ "id": "900", "properties": {} })),
        ]);
        let hubspot = Hubspot::new(transport.clone(), Duration::from_secs(8));
        let email = Email::new("ada@example.com").unwrap();
        let found = hubspot.contact(&email).await.unwrap().unwrap();
        assert_eq!(found.owner.as_deref(), Some("77"));
        let at = "2026-11-24T10:00:00Z".parse().unwrap();
        let note = hubspot.create_note(&found, "Refund<br>Ref ll-1", at).await;
        assert_eq!(note.unwrap(), "900");
        let asked = transport.asked();
        assert_golden("hubspot/contact-by-email", &golden(&asked[0]));
        assert_golden("hubspot/note-create", &golden(&asked[1]));
    }

    #[tokio::test]
    async fn who_owns_a_contact_and_when_they_renew_is_read_by_ids() {
        let deal = json!({ "id": "31", "properties": {
            "pipeline": "renewals", "closedate": "2026-12-01T09:00:00Z" } });
        let transport = Scripted::new([
            answer(200, json!({ "id": "77", "email": "ngozi@example.com" })),
            answer(200, json!({ "results": [{ "toObjectId": 31 }] })),
            answer(200, deal),
        ]);
        let hubspot = Hubspot::new(transport.clone(), Duration::from_secs(8));
        let owner = hubspot.owner("77").await.unwrap().unwrap();
        assert_eq!(owner.email.as_deref(), Some("ngozi@example.com"));
        let deals = hubspot.deals(&contact()).await.unwrap();
        assert_eq!(deals[0].closes, "2026-12-01".parse().ok());
        let names = ["owner", "deals-of-contact", "deal"];
        for (name, asked) in names.iter().zip(transport.asked()) {
            assert_golden(&format!("hubspot/{name}"), &golden(&asked));
        }
    }

    #[tokio::test]
    async fn a_contact_that_is_not_there_is_none() {
        let transport = Scripted::new([answer(404, json!({ "category": "OBJECT_NOT_FOUND" }))]);
        let hubspot = Hubspot::new(transport, Duration::from_secs(8));
        let email = Email::new("ada@example.com").unwrap();
        assert_eq!(hubspot.contact(&email).await.unwrap(), None);
    }

    #[tokio::test]
    async fn our_note_is_found_by_its_marker_on_a_later_page() {
        let note =
            |id: &str, body: &str| json!({ "id": id, "properties": { "hs_note_body": body } });
        let transport = Scripted::new([
            answer(
                200,
                json!({ "results": [{ "toObjectId": 1 }],
                                "paging": { "next": { "after": "2" } } }),
            ),
            answer(200, json!({ "results": [note("1", "Ref ll-10")] })),
            answer(200, json!({ "results": [{ "toObjectId": "2" }] })),
            answer(
                200,
                json!({ "results": [note("2", "Called.<br>Ref ll-1.")] }),
            ),
        ]);
        let hubspot = Hubspot::new(transport.clone(), Duration::from_secs(8));
        let found = hubspot.find_note(&contact(), "Ref ll-1.").await.unwrap();
        assert_eq!(found.as_deref(), Some("2"));
        assert_golden("hubspot/notes-of-contact", &golden(&transport.asked()[0]));
        assert_golden("hubspot/notes-batch-read", &golden(&transport.asked()[1]));
    }

    #[tokio::test]
    async fn more_notes_than_we_read_are_not_taken_for_none() {
        let page = || {
            answer(
                200,
                json!({ "results": [], "paging": { "next": { "after": "2" } } }),
            )
        };
        let hubspot = Hubspot::new(
            Scripted::new((0..MOST_PAGES).map(|_| page())),
            Duration::from_secs(8),
        );
        let error = hubspot.find_note(&contact(), "Ref ll-1").await.unwrap_err();
        assert_eq!(error.class(), crate::error::Class::RetryLater);
    }

    #[test]
    fn a_note_that_is_cut_keeps_its_marker() {
        let body = format!("{}Ref ll-1.", "é".repeat(LONGEST_NOTE));
        let kept = cut(&body);
        assert_eq!(kept.chars().count(), LONGEST_NOTE);
        assert!(kept.ends_with("Ref ll-1."));
    }
}
