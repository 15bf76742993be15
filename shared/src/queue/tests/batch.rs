use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use serde_json::json;

use crate::error::Class;
use crate::queue::{
    BatchError, CaseMessage, ExtendVisibility, Failure, Incoming, MemoryQueue, QueueError,
    handle_batch,
};

fn record(id: Option<&str>, body: Option<&str>, received: u32) -> serde_json::Value {
    json!({
        "messageId": id,
        "receiptHandle": id.map(|id| format!("receipt-{id}")),
        "body": body,
        "attributes": { "ApproximateReceiveCount": received.to_string() },
    })
}

fn batch(records: &[serde_json::Value]) -> SqsEvent {
    serde_json::from_value(json!({ "Records": records })).unwrap()
}

fn good(call: &str) -> String {
    format!(r#"{{"version":1,"call":"{call}"}}"#)
}

fn failed(response: &SqsBatchResponse) -> Vec<&str> {
    response
        .batch_item_failures
        .iter()
        .map(|failure| failure.item_identifier.as_str())
        .collect()
}

async fn failing(incoming: Incoming<CaseMessage>) -> Result<(), Failure> {
    match incoming.message.call.as_str() {
        "later" => Err(Failure {
            class: Class::RetryLater,
            reason: "busy".to_owned(),
        }),
        "panics" => panic!("as told, about 4084084084084081"),
        _ => Ok(()),
    }
}

#[tokio::test]
async fn one_bad_record_of_each_kind_fails_alone() {
    let event = batch(&[
        record(Some("m1"), Some(&good("fine")), 1),
        record(Some("m2"), Some("not json"), 1),
        record(Some("m3"), None, 1),
        record(Some("m4"), Some(&good("panics")), 1),
        record(Some("m5"), Some(&good("later")), 1),
        record(Some("m6"), Some(r#"{"version":9,"call":"fine"}"#), 1),
        record(Some("m7"), Some(&good("fine")), 1),
    ]);
    let seen = Mutex::new(Vec::new());
    let response = handle_batch(
        event,
        &MemoryQueue::default(),
        async |incoming: Incoming<CaseMessage>| {
            seen.lock().unwrap().push(incoming.message.call.to_string());
            failing(incoming).await
        },
    )
    .await
    .unwrap();
    assert_eq!(failed(&response), ["m2", "m3", "m4", "m5", "m6"]);
    assert_eq!(
        seen.into_inner().unwrap(),
        ["fine", "panics", "later", "fine"]
    );
}

#[tokio::test]
async fn an_all_good_batch_reports_nothing() {
    let event = batch(&[record(Some("m1"), Some(&good("fine")), 1)]);
    let response = handle_batch(event, &MemoryQueue::default(), failing)
        .await
        .unwrap();
    assert_eq!(
        serde_json::to_value(&response).unwrap(),
        json!({ "batchItemFailures": [] })
    );
    let empty = handle_batch(batch(&[]), &MemoryQueue::default(), failing)
        .await
        .unwrap();
    assert!(empty.batch_item_failures.is_empty());
}

#[tokio::test]
async fn a_failed_record_without_an_id_fails_the_whole_batch_and_is_never_reported_empty() {
    for id in [None, Some("")] {
        let event = batch(&[
            record(Some("m1"), Some(&good("fine")), 1),
            record(id, Some(&good("later")), 1),
        ]);
        let outcome = handle_batch(event, &MemoryQueue::default(), failing).await;
        assert_eq!(outcome.unwrap_err(), BatchError::Unnamed);
    }
    let unnamed_but_fine = batch(&[record(None, Some(&good("fine")), 1)]);
    assert!(
        handle_batch(unnamed_but_fine, &MemoryQueue::default(), failing)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_record_that_keeps_failing_comes_back_later_each_time_and_not_all_at_once() {
    let queue = MemoryQueue::default();
    for received in 1..=12 {
        let event = batch(&[record(Some("m1"), Some(&good("later")), received)]);
        handle_batch(event, &queue, failing).await.unwrap();
    }
    let delays: Vec<u64> = queue
        .extensions()
        .iter()
        .map(|one| one.delay.as_secs())
        .collect();
    for (place, delay) in delays.iter().enumerate() {
        let whole = (10 << place).min(900);
        assert!((whole / 2..=whole).contains(delay), "{delays:?}");
    }
    assert_eq!(queue.extensions()[0].receipt_handle, "receipt-m1");

    let together = MemoryQueue::default();
    let ids: Vec<String> = (0..20).map(|number| format!("m{number}")).collect();
    let records: Vec<_> = ids
        .iter()
        .map(|id| record(Some(id), Some(&good("later")), 6))
        .collect();
    handle_batch(batch(&records), &together, failing)
        .await
        .unwrap();
    let mut spread: Vec<Duration> = together.extensions().iter().map(|one| one.delay).collect();
    spread.sort();
    spread.dedup();
    assert!(spread.len() > 10, "{spread:?}");
}

#[tokio::test]
async fn an_absurd_receive_count_neither_overflows_nor_is_believed() {
    let queue = MemoryQueue::default();
    for count in ["4294967295", "-1", "x", "99999999999999999999"] {
        let mut one = record(Some("m1"), Some(&good("later")), 1);
        one["attributes"]["ApproximateReceiveCount"] = json!(count);
        handle_batch(batch(&[one]), &queue, failing).await.unwrap();
    }
    assert!(
        queue
            .extensions()
            .iter()
            .all(|one| one.delay <= Duration::from_mins(15))
    );
}

/// A queue that does not answer.
struct Deaf;

#[async_trait]
impl ExtendVisibility for Deaf {
    async fn extend(&self, _receipt_handle: &str, _delay: Duration) -> Result<(), QueueError> {
        Err(QueueError::Unconfirmed {
            class: Class::RetryLater,
            code: None,
            source: None,
        })
    }
}

#[tokio::test]
async fn a_delay_that_cannot_be_set_changes_nothing_about_the_report() {
    let event = batch(&[
        record(Some("m1"), Some(&good("later")), 1),
        record(Some("m2"), Some(&good("fine")), 1),
    ]);
    let response = handle_batch(event, &Deaf, failing).await.unwrap();
    assert_eq!(failed(&response), ["m1"]);
}
