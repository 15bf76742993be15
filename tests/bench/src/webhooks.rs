//! A delivery taken in, claimed and sent on, with the real SDKs against an endpoint of AWS's: what
//! the peers in Python and Node do as well.

use std::sync::Arc;

use shared::clock::SystemClock;
use shared::config::Environment;
use shared::telemetry::Metrics;
use simulator::vault::Vault;

use crate::BenchError;
use crate::cost::{Cost, Meter};
use crate::deliveries::{batch, delivery};
use crate::endpoint::SIGNING_SECRET;
use crate::line::Queue;

/// Measures `calls` deliveries through `ingest`, and then what it makes of them through `classify`.
///
/// # Errors
/// Where one of them fails.
pub async fn measure(calls: usize) -> Result<[Cost; 2], BenchError> {
    let environment = Environment::of_process();
    let ingest = ingest::start(&environment)?;
    let classify = classify::start(&environment).map_err(|error| BenchError(error.to_string()))?;
    let mut deliveries = Vec::new();
    let messages = Queue::default();
    let beside = ingest::Ingest::new(
        ingest::SigningKeys::new(Vault, "dialnexa".to_owned(), Arc::new(SystemClock)),
        messages.clone(),
        Arc::new(SystemClock),
        Metrics::in_memory("ingest", Arc::new(SystemClock)),
    );
    for number in 0..calls {
        deliveries.push(delivery(number, SIGNING_SECRET)?);
        beside
            .handle(
                delivery(number, simulator::vault::SIGNING_SECRET)?,
                "benchmark",
            )
            .await;
    }
    ingest.warm().await;

    let meter = Meter::start();
    for request in deliveries {
        let answer = ingest.handle(request, "benchmark").await;
        if answer.status_code != 202 {
            return Err(BenchError(format!(
                "`ingest` answered {}",
                answer.status_code
            )));
        }
    }
    let taken_in = meter.stop();

    let events: Vec<_> = std::iter::from_fn(|| messages.0.take())
        .map(|message| batch(message.body))
        .collect();
    let meter = Meter::start();
    for event in events {
        let answer = classify.classifier.handle(event, &classify.queue).await;
        let failed = answer.map_err(|error| BenchError(error.to_string()))?;
        if !failed.batch_item_failures.is_empty() {
            return Err(BenchError("`classify` gave a message back".to_owned()));
        }
    }
    Ok([taken_in, meter.stop()])
}
