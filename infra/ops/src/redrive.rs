//! Brings messages back from a dead-letter queue.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::QueueAttributeName;
use serde::Serialize;

use crate::error::OpsError;
use crate::place::Place;
use crate::progress;

/// A queue's attributes by their names.
type Attributes = HashMap<QueueAttributeName, String>;

/// How a redrive was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Redriven {
    /// Nothing lay there.
    Nothing,
    /// So many lie there; nothing was moved.
    WouldMove(usize),
    /// SQS moves about so many by itself.
    Started(usize),
    /// So many were received, sent and deleted, where the endpoint cannot move them itself.
    Moved(usize),
}

/// Brings back what lies in the dead-letter queue of `queue`.
///
/// # Errors
/// [`OpsError::Queue`] where SQS refuses. A message is deleted only once it was sent.
pub async fn redrive(place: &Place, queue: &str, dry_run: bool) -> Result<Redriven, OpsError> {
    let source = place.dead_letter_queue(queue)?;
    let target = place.queue(queue)?;
    let attributes = attributes(place, source).await?;
    let waiting = waiting(&attributes);
    if dry_run {
        return Ok(Redriven::WouldMove(waiting));
    }
    let arn = attributes
        .get(&QueueAttributeName::QueueArn)
        .ok_or_else(|| OpsError::Queue("the dead-letter queue has no ARN".to_owned()))?;
    match place
        .sqs
        .start_message_move_task()
        .source_arn(arn)
        .send()
        .await
    {
        Ok(_) if waiting == 0 => Ok(Redriven::Nothing),
        Ok(_) => Ok(Redriven::Started(waiting)),
        Err(error) if matches!(error.code(), Some("InvalidAction" | "UnsupportedOperation")) => {
            move_by_hand(place, source, target, waiting).await
        }
        Err(error) => Err(failed(&error)),
    }
}

/// How many messages lie in the dead-letter queue of `queue`, about.
///
/// # Errors
/// [`OpsError::Queue`] where SQS refuses.
pub async fn dead_letters(place: &Place, queue: &str) -> Result<usize, OpsError> {
    let source = place.dead_letter_queue(queue)?;
    Ok(waiting(&attributes(place, source).await?))
}

/// What SQS says of a queue.
pub(crate) async fn attributes(place: &Place, url: &str) -> Result<Attributes, OpsError> {
    let answer = place
        .sqs
        .get_queue_attributes()
        .queue_url(url)
        .attribute_names(QueueAttributeName::All)
        .send()
        .await
        .map_err(|error| failed(&error))?;
    Ok(answer.attributes.unwrap_or_default())
}

fn waiting(attributes: &Attributes) -> usize {
    attributes
        .get(&QueueAttributeName::ApproximateNumberOfMessages)
        .and_then(|count| count.parse().ok())
        .unwrap_or(0)
}

/// Receives, sends, deletes, until a message comes a second time or none comes.
async fn move_by_hand(
    place: &Place,
    source: &str,
    target: &str,
    about: usize,
) -> Result<Redriven, OpsError> {
    let mut moved = BTreeSet::new();
    let bar = progress::bar(u64::try_from(about).unwrap_or_default(), "Moving");
    loop {
        let batch = place
            .sqs
            .receive_message()
            .queue_url(source)
            .max_number_of_messages(10)
            .visibility_timeout(60)
            .wait_time_seconds(1)
            .message_attribute_names("All")
            .send()
            .await
            .map_err(|error| failed(&error))?;
        let messages = batch.messages();
        if messages.is_empty() {
            return Ok(match moved.len() {
                0 => Redriven::Nothing,
                count => Redriven::Moved(count),
            });
        }
        for message in messages {
            let (Some(body), Some(receipt)) = (message.body(), message.receipt_handle()) else {
                continue;
            };
            place
                .sqs
                .send_message()
                .queue_url(target)
                .message_body(body)
                .set_message_attributes(message.message_attributes().cloned())
                .send()
                .await
                .map_err(|error| failed(&error))?;
            place
                .sqs
                .delete_message()
                .queue_url(source)
                .receipt_handle(receipt)
                .send()
                .await
                .map_err(|error| failed(&error))?;
            moved.insert(message.message_id().unwrap_or_default().to_owned());
            bar.inc(1);
        }
    }
}

fn failed<E: ProvideErrorMetadata, R>(error: &aws_sdk_sqs::error::SdkError<E, R>) -> OpsError {
    OpsError::Queue(error.code().unwrap_or("not reached").to_owned())
}
