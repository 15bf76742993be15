//! DialNexa's API: the calls that it keeps, whether or not their deliveries reached us.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};
use shared::clock::Clock as _;
use shared::vendors::http::{Transport, TransportError, WireRequest, WireResponse};

use super::chaos::{Chaos, lock};
use super::clock::VirtualClock;

/// A call as DialNexa keeps it.
#[derive(Debug, Clone)]
struct Kept {
    began: Timestamp,
    ended: Timestamp,
    call: Value,
}

/// DialNexa behind a network.
#[derive(Clone)]
pub(crate) struct SimDialNexa {
    calls: Arc<Mutex<Vec<Kept>>>,
    clock: VirtualClock,
    chaos: Arc<Chaos>,
}

impl SimDialNexa {
    /// DialNexa without any call.
    pub(crate) fn new(clock: VirtualClock, chaos: Arc<Chaos>) -> Self {
        Self {
            calls: Arc::default(),
            clock,
            chaos,
        }
    }

    /// Keeps a call that is listed once it has ended.
    pub(crate) fn keep(&self, call: Value, began: Timestamp, ended: Timestamp) {
        lock(&self.calls).push(Kept { began, ended, call });
    }

    /// The ids of its calls, those too that go on.
    pub(crate) fn calls(&self) -> Vec<String> {
        let calls = lock(&self.calls);
        let ids = calls.iter().filter_map(|it| it.call.get("id")?.as_str());
        ids.map(str::to_owned).collect()
    }

    fn answer(&self, request: &WireRequest) -> Option<Value> {
        let now = self.clock.now();
        let calls = lock(&self.calls);
        let mut ended = calls.iter().filter(|it| it.ended <= now);
        if let Some(id) = request.path.strip_prefix("/v1/calls/") {
            let found = ended.find(|it| it.call.get("id").is_some_and(|own| own == id));
            return found.map(|it| it.call.clone());
        }
        let time = |name: &str| -> Option<Timestamp> {
            let mut named = request.query.iter().filter(|(own, _)| own == name);
            named.next()?.1.parse().ok()
        };
        let (from, to) = time("start_date").zip(time("end_date"))?;
        let listed = ended.filter(|it| (from..=to).contains(&it.began));
        let ids: Vec<Value> = listed
            .map(|it| json!({ "id": it.call.get("id"), "status": "completed" }))
            .collect();
        Some(Value::Array(ids))
    }
}

#[async_trait]
impl Transport for SimDialNexa {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        tokio::task::yield_now().await;
        let answered = |status: u16, body: Value| WireResponse {
            status,
            retry_after: None,
            rate_limit_reset: None,
            body: body.to_string().into_bytes(),
        };
        let failed = |status: u16| answered(status, json!({ "statusCode": status }));
        if self.chaos.strikes(self.chaos.odds().dialnexa) {
            let kind = self.chaos.dice().u8(0..4);
            return match kind {
                0 => Err(TransportError::NotSent(None)),
                1 => {
                    tokio::time::sleep(request.timeout).await;
                    Err(TransportError::TimedOut)
                }
                2 => Ok(failed(429)),
                _ => Ok(failed(503)),
            };
        }
        let found = self.answer(&request);
        self.chaos.breathe().await;
        Ok(found.map_or_else(|| failed(404), |body| answered(200, body)))
    }
}
