//! A transport for tests: it plays back answers and keeps what was asked, to be compared with golden
//! files.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "it fails the tests that use it, and is in no build that is deployed"
)]

#[cfg(test)]
pub(crate) mod server;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};

use super::http::{Transport, TransportError, WireRequest, WireResponse};

type Answer = Result<WireResponse, TransportError>;

/// Plays back answers in their order; asking past the last one fails the test.
#[derive(Default)]
pub struct Scripted {
    answers: Mutex<VecDeque<Answer>>,
    asked: Mutex<Vec<WireRequest>>,
}

impl Scripted {
    /// A transport with these answers.
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        let answers = Mutex::new(answers.into_iter().collect());
        Arc::new(Self {
            answers,
            asked: Mutex::default(),
        })
    }

    /// What was asked, in order.
    ///
    /// # Panics
    /// Where a test that used it has panicked.
    pub fn asked(&self) -> Vec<WireRequest> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: WireRequest) -> Answer {
        self.asked.lock().unwrap().push(request);
        self.answers
            .lock()
            .unwrap()
            .pop_front()
            .expect("an answer for every request")
    }
}

/// A JSON answer.
///
/// # Errors
/// None: it is an element of a script.
#[expect(clippy::needless_pass_by_value, reason = "an element of a script")]
pub fn answer(status: u16, body: Value) -> Answer {
    Ok(WireResponse {
        status,
        body: body.to_string().into_bytes(),
        ..WireResponse::default()
    })
}

/// A request as its golden file shows it.
///
/// # Panics
/// Where a name stands twice in its query.
#[must_use]
pub fn golden(request: &WireRequest) -> Value {
    let query: serde_json::Map<String, Value> = request
        .query
        .iter()
        .map(|(name, value)| (name.clone(), json!(value)))
        .collect();
    let headers: serde_json::Map<String, Value> = request
        .headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    assert_eq!(
        query.len(),
        request.query.len(),
        "a name stands twice in the query"
    );
    let mut golden = json!({
        "method": request.method.as_str(),
        "path": request.path,
        "query": query,
        "body": request.body,
    });
    if let (false, Some(golden)) = (headers.is_empty(), golden.as_object_mut()) {
        golden.insert("headers".to_owned(), Value::Object(headers));
    }
    golden
}

/// Compares `value` with the golden file `tests/golden/<name>.json`, or writes it where the
/// environment says `UPDATE_GOLDEN=1`.
///
/// # Panics
/// Where they differ, or there is none.
pub fn assert_golden(name: &str, value: &Value) {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden");
    let path = std::path::Path::new(root).join(format!("{name}.json"));
    let mut text = serde_json::to_string_pretty(value).unwrap();
    text.push('\n');
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        return;
    }
    let golden = std::fs::read_to_string(&path)
        .unwrap_or_else(|_| panic!("no golden file {name}; run with UPDATE_GOLDEN=1"));
    // As values: the order of an object's keys depends on what else is built.
    let golden: Value = serde_json::from_str(&golden).unwrap();
    assert_eq!(
        golden, *value,
        "the request differs from its golden file {name}"
    );
}
