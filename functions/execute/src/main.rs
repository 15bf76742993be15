//! The Lambda function `execute`.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use shared::config::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::of_process();
    shared::telemetry::init(&environment);
    let setup = execute::start(&environment)?;
    run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        let executor = setup.executor().await?;
        Ok::<_, Error>(executor.handle(event.payload, setup.queue()).await?)
    }))
    .await
}
