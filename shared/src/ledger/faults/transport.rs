//! A way to a vendor on which requests and answers are lost.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;

use super::{Course, Faults};
use crate::vendors::http::{PutFile, Transport, TransportError, WireRequest, WireResponse};

/// A transport some of whose exchanges go wrong. Nothing repeats a request by itself: our clients
/// send each once.
pub struct FaultyTransport {
    inner: Arc<dyn Transport>,
    files: Arc<dyn PutFile>,
    faults: Faults,
}

impl FaultyTransport {
    /// `inner` and `files`, with the faults that `faults` plans.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>, files: Arc<dyn PutFile>, faults: Faults) -> Self {
        Self {
            inner,
            files,
            faults,
        }
    }
}

#[async_trait]
impl Transport for FaultyTransport {
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let course = if request.method.is_write() {
            self.faults.next().await
        } else {
            self.faults.next_read().await
        };
        match course {
            Course::Well | Course::Twice => self.inner.send(request).await,
            Course::Unanswered => {
                let _lost = self.inner.send(request).await;
                Err(TransportError::TimedOut)
            }
            Course::Not => Err(TransportError::NotSent(None)),
        }
    }
}

#[async_trait]
impl PutFile for FaultyTransport {
    async fn put_file(
        &self,
        url: &SecretString,
        content_type: &'static str,
        file: Vec<u8>,
        timeout: Duration,
    ) -> Result<u16, TransportError> {
        match self.faults.next().await {
            Course::Well | Course::Twice => {
                self.files.put_file(url, content_type, file, timeout).await
            }
            Course::Unanswered => {
                let _lost = self.files.put_file(url, content_type, file, timeout).await;
                Err(TransportError::TimedOut)
            }
            Course::Not => Err(TransportError::NotSent(None)),
        }
    }
}
