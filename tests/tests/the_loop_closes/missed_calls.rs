//! Calls whose deliveries never reached us.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use reconcile::MissedCalls;
use serde_json::{Value, json};
use shared::case::Workflow;
use shared::queue::{CallsMessage, Message as _, Outgoing, QueueError, SendMessage};
use shared::vendors::dialnexa::DialNexa;
use shared::vendors::http::{Transport, TransportError, WireRequest, WireResponse};

use crate::world::{World, ada};

/// DialNexa with the calls it lists, or its refusal.
struct Listed(u16, Vec<Value>);

#[async_trait]
impl Transport for Listed {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let Self(status, calls) = self;
        let wanted = request.path.strip_prefix("/v1/calls/");
        let body = match wanted {
            Some(id) => calls.iter().find(|call| call["id"] == id).cloned(),
            None => Some(json!(calls)),
        };
        Ok(WireResponse {
            status: if body.is_some() { *status } else { 404 },
            retry_after: None,
            rate_limit_reset: None,
            body: body.unwrap_or_default().to_string().into_bytes(),
        })
    }
}

#[derive(Default)]
struct Queue(Mutex<Vec<String>>);

#[async_trait]
impl SendMessage for Queue {
    async fn send(&self, message: &Outgoing) -> Result<(), QueueError> {
        self.0.lock().unwrap().push(message.body.clone());
        Ok(())
    }
}

fn call(id: &str, words: &str) -> Value {
    json!({
        "id": id, "status": "completed", "call_direction": "inbound",
        "from_number": "2348012345678", "to_number": "2342013300456",
        "createdAt": "2026-11-24T09:00:00Z", "duration": 60,
        "summary": words, "postcallanalysis": { "Outcome": "Refund request" },
    })
}

async fn world(status: u16, calls: Vec<Value>) -> (World, Arc<Queue>) {
    let mut world = World::new(json!({})).await;
    let queue = Arc::new(Queue::default());
    world.reconciler.missed_calls = Some(MissedCalls {
        dialnexa: DialNexa::new(Arc::new(Listed(status, calls)), Duration::from_secs(5)),
        calls: Arc::clone(&queue) as Arc<dyn SendMessage>,
    });
    (world, queue)
}

fn events(queue: &Queue) -> Vec<CallsMessage> {
    let bodies = queue.0.lock().unwrap();
    bodies
        .iter()
        .map(|body| CallsMessage::decode(body).unwrap())
        .collect()
}

#[tokio::test]
async fn a_call_that_was_never_delivered_is_found_and_redacted() {
    let words = "Caller wants a refund; card 4084 0840 8408 4081.";
    let known = call("call-known", "Caller asks for an invoice.");
    let (world, queue) = world(200, vec![known, call("call-missed", words)]).await;
    world
        .call(&ada("call-known", Workflow::PaymentStatus))
        .await;
    world.sweep_after(1).await;
    let found = events(&queue);
    assert_eq!(found.len(), 1);
    let CallsMessage::Event(event) = &found[0] else {
        panic!("an event")
    };
    assert_eq!(event.call.as_str(), "call-missed");
    assert!(event.is_actionable());
    assert!(!event.removed.is_empty());
    assert!(!queue.0.lock().unwrap()[0].contains("0840"));
}

#[tokio::test]
async fn the_list_is_not_asked_for_with_every_sweep() {
    let (world, queue) = world(200, vec![call("call-missed", "Caller wants a refund.")]).await;
    for _ in 0..5 {
        world.sweep_after(0).await;
    }
    assert_eq!(events(&queue).len(), 1);
}

#[tokio::test]
async fn a_call_without_content_is_left_alone() {
    let empty = json!({ "id": "call-empty", "status": "completed" });
    let (world, queue) = world(200, vec![empty]).await;
    world.sweep_after(1).await;
    assert!(events(&queue).is_empty());
}

#[tokio::test]
async fn a_refused_key_stops_nothing_else() {
    let (world, queue) = world(401, vec![call("call-missed", "Caller wants a refund.")]).await;
    let refund = world.refund("call-1").await;
    world.refund_moves(refund, sandbox::paystack::RefundStatus::Processed);
    world.sweep_after(2).await;
    assert!(events(&queue).is_empty());
    assert_eq!(
        world.told("call-1").await,
        [format!("refund.{refund}.done")]
    );
}
