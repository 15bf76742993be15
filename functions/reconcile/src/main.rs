//! The Lambda function `reconcile`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};
use shared::config::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::of_process();
    shared::telemetry::init(&environment);
    let sweeper = reconcile::start(&environment)?;
    run(service_fn(async |_schedule: LambdaEvent<Value>| {
        let swept = sweeper
            .sweep()
            .await
            .map_err(|failure| Error::from(format!("the ledger: {}", failure.reason.code)))?;
        Ok::<_, Error>(json!({ "reminded": swept.reminded, "failed": swept.failed }))
    }))
    .await
}
