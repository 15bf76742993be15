//! The ledger's outbox, emptied into the queues.

use std::sync::Arc;

use async_trait::async_trait;

use super::{CaseMessage, Message, NoticeMessage, SendMessage};
use crate::error::Class;
use crate::ledger::{Destination, Failure, OutboxRecord, Post};

/// The queues that a function may send to.
#[derive(Clone, Default)]
pub struct OutboxQueues {
    /// To `execute`.
    pub cases: Option<Arc<dyn SendMessage>>,
    /// To `notify`.
    pub notices: Option<Arc<dyn SendMessage>>,
}

#[async_trait]
impl Post for OutboxQueues {
    async fn post(&self, message: &OutboxRecord) -> Result<(), Failure> {
        let (queue, outgoing) = match message.destination {
            Destination::Cases => (
                &self.cases,
                CaseMessage {
                    call: message.call.clone(),
                }
                .encode(),
            ),
            Destination::Notices => {
                let notice = message
                    .notice
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                (
                    &self.notices,
                    NoticeMessage {
                        call: message.call.clone(),
                        notice,
                    }
                    .encode(),
                )
            }
        };
        let outgoing = outgoing.map_err(|error| {
            Failure::new(error.class(), "queue", "the message could not be written")
        })?;
        let Some(queue) = queue else {
            return Err(Failure::new(
                Class::Bug,
                "queue",
                "this function has no such queue",
            ));
        };
        queue
            .send(&outgoing)
            .await
            .map_err(|error| Failure::new(error.class(), "queue", "the queue did not take it"))
    }
}
