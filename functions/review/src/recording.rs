//! A call's recording, by a link that DialNexa makes on demand and that soon runs out.
//!
//! The link of the delivery is a secret that anybody may use who holds it; ours is asked for when
//! somebody wants to listen, is written into their trail, and is kept nowhere.

use std::time::Duration;

use async_trait::async_trait;
use secrecy::ExposeSecret as _;
use shared::error::Class;
use shared::ids::CallId;
use shared::vendors::dialnexa::DialNexa;
use thiserror::Error;

/// How long DialNexa may take: a person waits.
pub const TIME_OUT: Duration = Duration::from_secs(8);

/// Why there is no link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecordingError {
    /// DialNexa did not answer, or not as it should.
    #[error("DialNexa did not answer")]
    Unavailable,
    /// DialNexa refused our key, or there is none.
    #[error("DialNexa's key is missing or refused")]
    Key,
    /// There is no recording, or no longer.
    #[error("there is no recording of this call")]
    None,
}

impl RecordingError {
    /// What the error means for what happens next.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::Unavailable | Self::Key => Class::RetryLater,
            Self::None => Class::Rejected,
        }
    }
}

/// Finds the link of a recording.
#[async_trait]
pub trait FindRecording: Send + Sync {
    /// A fresh link.
    ///
    /// # Errors
    /// [`RecordingError`] where there is none.
    async fn recording(&self, call: &CallId) -> Result<String, RecordingError>;
}

#[async_trait]
impl FindRecording for DialNexa {
    async fn recording(&self, call: &CallId) -> Result<String, RecordingError> {
        let kept = self.call(call).await.map_err(|error| {
            if error.is_configuration() {
                RecordingError::Key
            } else {
                RecordingError::Unavailable
            }
        })?;
        let link = kept.and_then(|kept| kept.recording());
        link.map(|link| link.expose_secret().to_owned())
            .ok_or(RecordingError::None)
    }
}
