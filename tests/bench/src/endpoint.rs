//! `DynamoDB`, SQS and Secrets Manager in memory, as an HTTP server that costs next to nothing, so
//! that what is measured against it is the client's own work.
//!
//! It keeps items and gives them back. Conditions it does not look at: every call it is shown is
//! new, so that each would hold.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// The signing secret that [`serve`] holds for DialNexa; also that of `events/`.
pub const SIGNING_SECRET: &str = "whsec_of_the_events_folder_only";

/// What every function needs: each reads the fields that it knows.
const SECRETS: &str = r#"{"current":"whsec_of_the_events_folder_only","previous":null,
"secret_key":"sk_test_of_the_benchmarks_0000000000000000","bot_token":"xoxb-of-the-benchmarks",
"key":"caller-key-of-the-benchmarks-3f9a1b5c7d2e4860"}"#;

/// What is stored: the items by their partition and sort keys.
#[derive(Default)]
struct Store {
    items: BTreeMap<(String, String), Value>,
}

impl Store {
    fn put(&mut self, item: &Value) {
        self.items.insert(key_of(item), item.clone());
    }

    fn under(&self, pk: &str, prefix: &str) -> Vec<Value> {
        self.items
            .range((pk.to_owned(), prefix.to_owned())..)
            .take_while(|((found, sort), _)| found == pk && sort.starts_with(prefix))
            .map(|(_, item)| item.clone())
            .collect()
    }

    fn answer(&mut self, action: &str, asked: &Value) -> Option<Value> {
        Some(match action {
            "GetItem" => match self.items.get(&key_of(&asked["Key"])) {
                Some(item) => json!({ "Item": item }),
                None => json!({}),
            },
            // What is due stands in an index, of which nothing asks here but for what is new.
            "Query" if asked["IndexName"].is_string() => json!({ "Items": [], "Count": 0 }),
            "Query" => {
                let values = &asked["ExpressionAttributeValues"];
                let items = self.under(text(&values[":pk"]), text(&values[":prefix"]));
                json!({ "Count": items.len(), "Items": items })
            }
            "PutItem" => {
                self.put(&asked["Item"]);
                json!({})
            }
            "TransactWriteItems" => {
                for write in asked["TransactItems"].as_array().into_iter().flatten() {
                    if let Some(item) = write.pointer("/Put/Item") {
                        self.put(item);
                    }
                    if let Some(key) = write.pointer("/Delete/Key") {
                        self.items.remove(&key_of(key));
                    }
                }
                json!({})
            }
            "UpdateItem" | "ChangeMessageVisibility" => json!({}),
            "SendMessage" => json!({ "MessageId": "00000001-6d1e-4c1f-9a55-0b2f3c4d5e6f" }),
            "GetSecretValue" => json!({
                "ARN": asked["SecretId"],
                "Name": asked["SecretId"],
                "SecretString": secret(asked["SecretId"].as_str().unwrap_or_default()),
                "VersionId": "00000000-0000-0000-0000-000000000001",
            }),
            _ => return None,
        })
    }
}

/// The secret `id`: of the paired systems only Slack is set up.
fn secret(id: &str) -> &'static str {
    match id {
        "zendesk" | "hubspot" | "gmail" | "stripe" | "quickbooks" => "{}",
        _ => SECRETS,
    }
}

/// The item's place: ours by `pk` and `sk`, an idempotency record's by `id`.
fn key_of(item: &Value) -> (String, String) {
    let pk = if item["pk"].is_null() {
        &item["id"]
    } else {
        &item["pk"]
    };
    (text(pk).to_owned(), text(&item["sk"]).to_owned())
}

fn text(attribute: &Value) -> &str {
    attribute["S"].as_str().unwrap_or_default()
}

/// Serves on a free port of this machine until the process ends, and tells `ready` where.
///
/// # Errors
/// Where no port can be had.
pub async fn serve(ready: impl FnOnce(SocketAddr)) -> std::io::Result<()> {
    let store = Arc::new(Mutex::new(Store::default()));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    ready(listener.local_addr()?);
    axum::serve(listener, Router::new().fallback(handle).with_state(store)).await
}

async fn handle(
    State(store): State<Arc<Mutex<Store>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let action = headers
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok())
        .and_then(|target| target.rsplit('.').next())
        .unwrap_or_default();
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let answer = store
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .answer(action, &asked);
    let content_type = [("content-type", "application/x-amz-json-1.0")];
    if let Some(answer) = answer {
        (content_type, answer.to_string()).into_response()
    } else {
        let refusal = json!({ "__type": "UnknownOperationException", "message": action });
        (StatusCode::BAD_REQUEST, content_type, refusal.to_string()).into_response()
    }
}
