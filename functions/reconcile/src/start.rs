//! Puts `reconcile` together from its environment.

use std::sync::Arc;

use aws_sdk_dynamodb::Client as DynamoClient;
use aws_sdk_sqs::Client as SqsClient;
use lambda_runtime::Error;
use shared::clock::SystemClock;
use shared::config::{AwsTimeouts, Environment, Variable, aws_config};
use shared::ids::RandomTokens;
use shared::ledger::{DynamoTable, Ledger};
use shared::queue::{OutboxQueues, SqsQueue};

use crate::Sweeper;

/// Reads the environment.
///
/// # Errors
/// What is missing, and what to do.
pub fn start(environment: &Environment) -> Result<Sweeper, Error> {
    let aws = aws_config(environment, AwsTimeouts::default())?;
    let table = DynamoTable::new(
        DynamoClient::new(&aws),
        environment.required(Variable::TableName)?,
    );
    let sqs = SqsClient::new(&aws);
    let cases = SqsQueue::new(sqs.clone(), environment.required(Variable::CasesQueueUrl)?);
    let notices = SqsQueue::new(sqs, environment.required(Variable::NoticesQueueUrl)?);
    Ok(Sweeper {
        ledger: Ledger::new(
            Arc::new(table),
            Arc::new(SystemClock),
            Arc::new(RandomTokens),
        ),
        outbox: Arc::new(OutboxQueues {
            cases: Some(Arc::new(cases)),
            notices: Some(Arc::new(notices)),
        }),
    })
}
