//! Vendors of the sandbox as our clients' transport, in this process.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use sandbox::paystack::Model;
use sandbox::vendor::{Answer, Vendor};
use sandbox::wire;
use secrecy::{ExposeSecret, SecretString};
use shared::clock::{Clock, ManualClock};
use shared::vendors::http::{
    Method, PutFile, Transport, TransportError, WireRequest, WireResponse,
};

/// A vendor in this process.
pub(crate) struct InProcess<M: sandbox::vendor::Model = Model> {
    pub(crate) vendor: Arc<Mutex<Vendor<M>>>,
    /// The key that it is signed with.
    pub(crate) key: &'static str,
    pub(crate) clock: Arc<ManualClock>,
}

impl<M: sandbox::vendor::Model> Clone for InProcess<M> {
    fn clone(&self) -> Self {
        Self {
            vendor: Arc::clone(&self.vendor),
            key: self.key,
            clock: Arc::clone(&self.clock),
        }
    }
}

#[async_trait]
impl<M> Transport for InProcess<M>
where
    M: sandbox::vendor::Model + Send,
    M::Effect: Send,
{
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let method = match request.method {
            Method::Get => wire::Method::Get,
            Method::Post => wire::Method::Post,
            Method::Put => wire::Method::Put,
            Method::Patch => wire::Method::Patch,
        };
        let mut sent = wire::Request::new(method, &request.path).bearer(self.key);
        sent.query = request.query;
        if let Some(body) = &request.body {
            sent = sent.json(body);
        }
        let outcome = self.vendor.lock().unwrap().handle(&sent, self.clock.now());
        match outcome.answer {
            Answer::Arrives { response, after } if after < request.timeout => Ok(WireResponse {
                status: response.status,
                retry_after: None,
                rate_limit_reset: None,
                body: response.body.clone(),
            }),
            Answer::Closed => Err(TransportError::Broken(None)),
            Answer::Arrives { .. } | Answer::Never => {
                self.clock
                    .advance(SignedDuration::try_from(request.timeout).unwrap());
                Err(TransportError::TimedOut)
            }
        }
    }
}

/// Where the sandbox keeps files of evidence.
pub(crate) const FILES: &str = "https://files.paystack.example/";

#[async_trait]
impl PutFile for InProcess {
    async fn put_file(
        &self,
        url: &SecretString,
        _content_type: &'static str,
        file: Vec<u8>,
        timeout: Duration,
    ) -> Result<u16, TransportError> {
        let target = url.expose_secret().strip_prefix(FILES).unwrap();
        let mut sent = wire::Request::new(wire::Method::Put, &format!("/{target}"));
        sent.body = file;
        let outcome = self.vendor.lock().unwrap().handle(&sent, self.clock.now());
        match outcome.answer {
            Answer::Arrives { response, after } if after < timeout => Ok(response.status),
            Answer::Closed => Err(TransportError::Broken(None)),
            Answer::Arrives { .. } | Answer::Never => {
                self.clock
                    .advance(SignedDuration::try_from(timeout).unwrap());
                Err(TransportError::TimedOut)
            }
        }
    }
}
