//! A call's recording, by a link that DialNexa makes on demand and that soon runs out.
//!
//! The link of the delivery is a secret that anybody may use who holds it; ours is asked for when
//! somebody wants to listen, is written into their trail, and is kept nowhere.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;
use shared::error::Class;
use shared::ids::CallId;
use shared::vendors::http::{Method, Transport, WireRequest};
use thiserror::Error;

/// Where DialNexa's API lives.
pub const BASE_URL: &str = "https://api.dialnexa.com";

/// How long DialNexa may take: a person waits.
const TIME_OUT: Duration = Duration::from_secs(8);

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

/// DialNexa's API.
pub struct DialNexa {
    transport: Arc<dyn Transport>,
}

impl DialNexa {
    /// Speaks through `transport`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        Self { transport }
    }
}

/// As much of `GET /v1/calls/{id}` as is needed; which of the names is used differs by version.
#[derive(Deserialize)]
struct Call {
    #[serde(default)]
    recording_sas_url: Option<String>,
    #[serde(default)]
    recording_url: Option<String>,
}

#[async_trait]
impl FindRecording for DialNexa {
    async fn recording(&self, call: &CallId) -> Result<String, RecordingError> {
        let request =
            WireRequest::new(Method::Get, "/v1/calls/{id}", TIME_OUT).parameter(call.as_str());
        let answer = self
            .transport
            .send(request)
            .await
            .map_err(|_| RecordingError::Unavailable)?;
        match answer.status {
            200 => {}
            401 | 403 => return Err(RecordingError::Key),
            404 => return Err(RecordingError::None),
            _ => return Err(RecordingError::Unavailable),
        }
        let call: Call =
            serde_json::from_slice(&answer.body).map_err(|_| RecordingError::Unavailable)?;
        call.recording_sas_url
            .or(call.recording_url)
            .filter(|link| link.starts_with("https://"))
            .ok_or(RecordingError::None)
    }
}
