//! Puts `classify` together from its environment.

use std::sync::Arc;

use aws_sdk_dynamodb::Client as DynamoClient;
use aws_sdk_sqs::Client as SqsClient;
use jiff::SignedDuration;
use lambda_runtime::Error;
use shared::clock::SystemClock;
use shared::config::{AwsTimeouts, Environment, Settings, Variable, aws_config};
use shared::ids::RandomTokens;
use shared::ledger::{DynamoTable, Ledger};
use shared::queue::{OutboxQueues, SqsQueue};

use crate::{Classifier, mapping};

/// What lives as long as the process.
pub struct Setup {
    /// Works off what comes.
    pub classifier: Classifier,
    /// The queue whose messages are worked off.
    pub queue: SqsQueue,
}

/// Reads the environment and the settings.
///
/// # Errors
/// What is missing, and what to do.
pub fn start(environment: &Environment) -> Result<Setup, Error> {
    let aws = aws_config(environment, AwsTimeouts::default())?;
    let settings = Settings::load(&environment.config_dir()?)?;
    let table = DynamoTable::new(
        DynamoClient::new(&aws),
        environment.required(Variable::TableName)?,
    );
    let sqs = SqsClient::new(&aws);
    let cases = SqsQueue::new(sqs.clone(), environment.required(Variable::CasesQueueUrl)?);
    let classifier = Classifier {
        ledger: Ledger::new(
            Arc::new(table),
            Arc::new(SystemClock),
            Arc::new(RandomTokens),
        ),
        mapping: mapping(&settings)?,
        retention: SignedDuration::from_hours(settings.limits.private_days.saturating_mul(24)),
        outbox: Arc::new(OutboxQueues {
            cases: Some(Arc::new(cases)),
            notices: None,
        }),
    };
    let queue = SqsQueue::new(sqs, environment.required(Variable::CallsQueueUrl)?);
    Ok(Setup { classifier, queue })
}
