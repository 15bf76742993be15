//! The Lambda function `reconcile`.

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;
use shared::config::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::of_process();
    shared::telemetry::init(&environment);
    let setup = reconcile::start(&environment)?;
    run(service_fn(async |event: LambdaEvent<Value>| {
        setup.answer(event.payload).await
    }))
    .await
}
