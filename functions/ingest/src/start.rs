//! Puts `ingest` together from its environment.

use std::sync::Arc;

use aws_sdk_secretsmanager::Client as SecretsClient;
use aws_sdk_sqs::Client as SqsClient;
use shared::clock::SystemClock;
use shared::config::{AwsTimeouts, ConfigError, Environment, Variable, aws_config};
use shared::queue::SqsQueue;
use shared::secrets::SecretsManager;
use shared::telemetry::Metrics;

use crate::{Ingest, SigningKeys};

/// Reads the environment; asks nobody anything.
///
/// # Errors
/// What is missing, and what to do.
pub fn start(environment: &Environment) -> Result<Ingest<SecretsManager, SqsQueue>, ConfigError> {
    let aws = aws_config(environment, AwsTimeouts::default())?;
    let clock = Arc::new(SystemClock);
    let secret_id = environment.required(Variable::DialNexaSecretId)?;
    let secrets = SecretsManager::new(SecretsClient::new(&aws));
    let keys = SigningKeys::new(secrets, secret_id, clock.clone());
    let queue = SqsQueue::new(
        SqsClient::new(&aws),
        environment.required(Variable::CallsQueueUrl)?,
    );
    Ok(Ingest::new(
        keys,
        queue,
        clock.clone(),
        Metrics::new("ingest", clock),
    ))
}
