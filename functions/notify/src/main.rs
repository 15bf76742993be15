//! The Lambda function `notify`.

use aws_lambda_events::event::sqs::SqsEvent;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use shared::config::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let environment = Environment::of_process();
    shared::telemetry::init(&environment);
    let setup = notify::start(&environment)?;
    run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        let notifier = setup.notifier().await?;
        Ok::<_, Error>(notifier.handle(event.payload, setup.queue()).await?)
    }))
    .await
}
