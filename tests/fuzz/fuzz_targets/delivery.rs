//! Any body that DialNexa might sign: it is taken in or refused, never an error of ours, and what is
//! queued can be read again.
#![no_main]

use std::sync::Arc;

use async_trait::async_trait;
use fuzz::{SECRET, Vault, clock, request, run, sha256};
use ingest::{Ingest, SigningKeys};
use libfuzzer_sys::fuzz_target;
use shared::queue::{CallsMessage, MemoryQueue, Message, Outgoing, QueueError, SendMessage};
use shared::telemetry::Metrics;

#[derive(Clone, Default)]
struct Queue(Arc<MemoryQueue>);

#[async_trait]
impl SendMessage for Queue {
    async fn send(&self, message: &Outgoing) -> Result<(), QueueError> {
        self.0.send(message).await
    }
}

fuzz_target!(|body: &str| {
    let queue = Queue::default();
    let keys = SigningKeys::new(Vault, "dialnexa".to_owned(), clock());
    let metrics = Metrics::in_memory("ingest", clock());
    let ingest = Ingest::new(keys, queue.clone(), clock(), metrics);
    let request = request(body, "x-dialnexa-signature", &sha256(body.as_bytes()));
    let answer = run(ingest.handle(request, "fuzz"));
    assert!(
        [200, 202, 400, 413].contains(&answer.status_code),
        "{}",
        answer.status_code
    );
    while let Some(message) = queue.0.take() {
        let read = CallsMessage::decode(&message.body).expect("what we wrote can be read");
        assert_eq!(read.encode().expect("and written again"), message);
        assert!(!message.body.contains(SECRET));
    }
});
