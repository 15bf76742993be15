//! Sending a message, and pushing back the time at which a failed one comes again.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::MessageAttributeValue;

use super::{Outgoing, QueueError};
use crate::error::Class;

/// Puts a message on one queue.
#[async_trait]
pub trait SendMessage: Send + Sync {
    /// Sends `message`; `Ok` means that the queue has it for good.
    ///
    /// # Errors
    /// [`QueueError::Unconfirmed`] where the queue may or may not have it.
    async fn send(&self, message: &Outgoing) -> Result<(), QueueError>;
}

/// Says when a message that failed comes again.
#[async_trait]
pub trait ExtendVisibility: Send + Sync {
    /// Hides the received message for `delay` from now.
    ///
    /// # Errors
    /// [`QueueError::Unconfirmed`]; the message then comes again when it would have.
    async fn extend(&self, receipt_handle: &str, delay: Duration) -> Result<(), QueueError>;
}

/// A queue of SQS.
#[derive(Debug, Clone)]
pub struct SqsQueue {
    client: aws_sdk_sqs::Client,
    url: String,
}

impl SqsQueue {
    /// The queue at `url`.
    #[must_use]
    pub const fn new(client: aws_sdk_sqs::Client, url: String) -> Self {
        Self { client, url }
    }
}

#[async_trait]
impl SendMessage for SqsQueue {
    async fn send(&self, message: &Outgoing) -> Result<(), QueueError> {
        let mut request = self
            .client
            .send_message()
            .queue_url(&self.url)
            .message_body(&message.body);
        if let Some(call) = &message.call {
            let value = MessageAttributeValue::builder()
                .data_type("String")
                .string_value(call.as_str())
                .build()
                .map_err(|error| unconfirmed(Class::Bug, None, error))?;
            request = request.message_attributes("call_id", value);
        }
        request.send().await.map(|_| ()).map_err(classify)
    }
}

#[async_trait]
impl ExtendVisibility for SqsQueue {
    async fn extend(&self, receipt_handle: &str, delay: Duration) -> Result<(), QueueError> {
        let seconds = i32::try_from(delay.as_secs()).unwrap_or(i32::MAX);
        self.client
            .change_message_visibility()
            .queue_url(&self.url)
            .receipt_handle(receipt_handle)
            .visibility_timeout(seconds)
            .send()
            .await
            .map(|_| ())
            .map_err(classify)
    }
}

/// A request that SQS calls wrong stays wrong; everything else is worth another try.
fn classify<E, R>(error: SdkError<E, R>) -> QueueError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    let code = error.code().map(str::to_owned);
    let class = match (&error, code.as_deref()) {
        (SdkError::ConstructionFailure(_), _) => Class::Bug,
        (
            SdkError::ServiceError(_),
            Some("InvalidMessageContents" | "InvalidParameterValue" | "UnsupportedOperation"),
        ) => Class::Rejected,
        _ => Class::RetryLater,
    };
    unconfirmed(class, code, error)
}

fn unconfirmed(
    class: Class,
    code: Option<String>,
    source: impl std::error::Error + Send + Sync + 'static,
) -> QueueError {
    QueueError::Unconfirmed {
        class,
        code,
        source: Some(Box::new(source)),
    }
}
