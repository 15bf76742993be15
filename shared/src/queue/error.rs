//! What can go wrong with a queue and its messages.

use std::error::Error;

use thiserror::Error;

use crate::error::Class;

/// Why a message could not be made, sent or read. Carries nothing of the message.
#[derive(Debug, Error)]
pub enum QueueError {
    /// Even compressed it does not fit.
    #[error("the message has {bytes} bytes; a queue holds {limit}", limit = super::MAX_MESSAGE_BYTES)]
    TooLarge {
        /// How large it is.
        bytes: usize,
    },
    /// Our own types could not be written as JSON.
    #[error("the message could not be written as JSON")]
    Unwritable(#[source] serde_json::Error),
    /// The record has no body.
    #[error("the record has no body")]
    NoBody,
    /// The body is not the JSON we write.
    #[error("the body is not a message of this queue (line {line}, column {column})")]
    Malformed {
        /// The line, from 1; 0 where the whole is wrong.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// A later release wrote it, or nobody of ours did.
    #[error("the message has version {found}; this build reads version {known}", known = super::message::VERSION)]
    UnknownVersion {
        /// The version it says.
        found: u64,
    },
    /// The compressed part cannot be opened, or opens to more than we ever write.
    #[error("the compressed part of the message cannot be opened")]
    Corrupt,
    /// SQS did not take it, or did not say.
    #[error("the queue did not confirm the message{}", code.as_deref().map(|code| format!(" ({code})")).unwrap_or_default())]
    Unconfirmed {
        /// What it means for what happens next.
        class: Class,
        /// SQS's own code, where there is one.
        code: Option<String>,
        /// What the client said.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
}

impl QueueError {
    /// What the error means for what happens next.
    ///
    /// An unconfirmed message is sent again: every reader of our queues takes a message twice.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self {
            Self::TooLarge { .. } => Class::Rejected,
            Self::Unwritable(_)
            | Self::NoBody
            | Self::Malformed { .. }
            | Self::UnknownVersion { .. }
            | Self::Corrupt => Class::Bug,
            Self::Unconfirmed { class, .. } => *class,
        }
    }
}
