//! A vendor of the sandbox as our clients' transport, in this process: nothing sleeps, and time is
//! what the test says it is.
//!
//! ```
//! use std::sync::Arc;
//!
//! use sandbox::fault::{Fault, Rule};
//! use sandbox::paystack::{Model, Settings};
//! use sandbox::wire::Method;
//! use shared::clock::ManualClock;
//! use shared::paystack::{Mode, Paystack};
//! use tests::in_process::InProcess;
//!
//! let clock = Arc::new(ManualClock::at("2026-10-09T12:00:00Z".parse()?));
//! let vendor = sandbox::Paystack::new(Model::new(Settings::default()));
//! let transport = InProcess::new(vendor, "sk_test_sandbox", clock);
//! let client = Paystack::new(Arc::new(transport.clone()), Mode::Test);
//!
//! transport.lock().faults_mut().add(Rule::new(Method::Post, "/refund", Fault::DropAnswer));
//! # let _ = client;
//! # Ok::<(), jiff::Error>(())
//! ```

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use jiff::SignedDuration;
use sandbox::vendor::{Answer, Model, Vendor};
use shared::clock::{Clock, ManualClock};
use shared::vendors::http::{Transport, TransportError, WireRequest, WireResponse};
use simulator::translation;

/// A vendor that several clients share. An exchange that times out moves the clock on by the
/// request's time-out, as it would have had to be waited for.
pub struct InProcess<M: Model> {
    vendor: Arc<Mutex<Vendor<M>>>,
    authorization: String,
    clock: Arc<ManualClock>,
}

impl<M: Model> Clone for InProcess<M> {
    fn clone(&self) -> Self {
        Self {
            vendor: Arc::clone(&self.vendor),
            authorization: self.authorization.clone(),
            clock: Arc::clone(&self.clock),
        }
    }
}

impl<M: Model> InProcess<M> {
    /// Puts `vendor` behind a transport that signs with `key`.
    #[must_use]
    pub fn new(vendor: Vendor<M>, key: &str, clock: Arc<ManualClock>) -> Self {
        Self::signed(vendor, format!("Bearer {key}"), clock)
    }

    /// The same, for requests that carry `authorization` as it is.
    #[must_use]
    pub fn signed(vendor: Vendor<M>, authorization: String, clock: Arc<ManualClock>) -> Self {
        Self {
            vendor: Arc::new(Mutex::new(vendor)),
            authorization,
            clock,
        }
    }

    /// The vendor, to be told of faults and asked what was done.
    pub fn lock(&self) -> MutexGuard<'_, Vendor<M>> {
        self.vendor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass(&self, step: Duration) {
        self.clock
            .advance(SignedDuration::try_from(step).unwrap_or(SignedDuration::MAX));
    }
}

#[async_trait]
impl<M> Transport for InProcess<M>
where
    M: Model + Send,
    M::Effect: Send,
{
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        let sent = translation::sent(&request, &self.authorization);
        let outcome = self.lock().handle(&sent, self.clock.now());
        match outcome.answer {
            Answer::Arrives { response, after } if after < request.timeout => {
                self.pass(after);
                Ok(translation::received(&response))
            }
            Answer::Closed => Err(TransportError::Broken(None)),
            Answer::Arrives { .. } | Answer::Never => {
                self.pass(request.timeout);
                Err(TransportError::TimedOut)
            }
        }
    }
}
