//! The way to a vendor of the sandbox and back, in virtual time.

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use sandbox::fault::{Fault, Rule};
use sandbox::vendor::{Answer, Model, Vendor};
use sandbox::wire;
use shared::clock::Clock as _;
use shared::vendors::http::{Transport, TransportError, WireRequest, WireResponse};

use super::chaos::{Chaos, lock};
use super::clock::VirtualClock;
use super::translation::{received, sent};

/// Which vendor misbehaves how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Paystack.
    Paystack,
    /// Slack.
    Slack,
    /// Another system in which people are told: its lists are given the time that Slack's are.
    Paired,
}

/// How long the systems in which people are told are given to show a message.
const NOTICES_SETTLE: Duration = Duration::from_secs(30);

/// They lag less than their settle time, whatever Paystack's lists do.
const MOST_OF_NOTICES: f64 = 0.875;

/// How long Paystack's lists are given to show what was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settle {
    /// Refunds.
    pub refunds: Duration,
    /// Everything else.
    pub others: Duration,
}

/// A vendor behind a network.
pub struct SimVendor<M: Model> {
    vendor: Arc<Mutex<Vendor<M>>>,
    authorization: String,
    side: Side,
    settle: Settle,
    clock: VirtualClock,
    chaos: Arc<Chaos>,
}

impl<M: Model> Clone for SimVendor<M> {
    fn clone(&self) -> Self {
        Self {
            vendor: Arc::clone(&self.vendor),
            authorization: self.authorization.clone(),
            side: self.side,
            settle: self.settle,
            clock: self.clock,
            chaos: Arc::clone(&self.chaos),
        }
    }
}

impl<M: Model> SimVendor<M> {
    /// Puts `vendor` behind a network; requests carry `authorization`.
    #[must_use]
    pub fn new(
        vendor: Vendor<M>,
        authorization: String,
        side: Side,
        settle: Settle,
        clock: VirtualClock,
        chaos: Arc<Chaos>,
    ) -> Self {
        Self {
            vendor: Arc::new(Mutex::new(vendor)),
            authorization,
            side,
            settle,
            clock,
            chaos,
        }
    }

    /// The vendor, to be told of faults and asked what was done.
    pub fn lock(&self) -> MutexGuard<'_, Vendor<M>> {
        lock(&self.vendor)
    }

    fn strikes(&self) -> bool {
        let odds = self.chaos.odds();
        self.chaos.strikes(match self.side {
            Side::Paystack => odds.paystack,
            Side::Slack | Side::Paired => odds.slack,
        })
    }

    /// How long what `path` lists or makes is given to show.
    fn settle_time(&self, path: &str) -> Duration {
        match self.side {
            Side::Paystack if path.starts_with("/refund") => self.settle.refunds,
            Side::Paystack => self.settle.others,
            Side::Slack | Side::Paired => NOTICES_SETTLE,
        }
    }

    /// One of the vendor's misbehaviours; a read has nothing to commit.
    fn fault(&self, path: &str, is_write: bool, time_out: Duration) -> Fault {
        let latest = self
            .settle_time(path)
            .mul_f64(self.chaos.odds().late_commit);
        let late = self.chaos.up_to(latest) + time_out;
        let slow = self.chaos.up_to(time_out * 2);
        let mut dice = self.chaos.dice();
        let committed = is_write && dice.bool();
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        // A write that is carried out after its client has given up is what is hardest to tell.
        match dice.u8(0..if is_write { 12 } else { 7 }) {
            // Slack says of its 429 that nothing was posted; Paystack says nothing.
            0 => Fault::TooManyRequests {
                reset: dice.u64(0..90),
                committed: committed && self.side == Side::Paystack,
            },
            1 => Fault::ServerError { committed },
            2 => Fault::BadGateway { committed },
            3 => Fault::StatusFalse { committed },
            4 => Fault::AnswerLate {
                after_ms: milliseconds(slow),
            },
            5 => Fault::NeverAnswer,
            6 => Fault::ResetBeforeCommit,
            7 => Fault::DropAnswer,
            _ => Fault::CommitLate {
                after_ms: milliseconds(late),
            },
        }
    }

    /// Loads the dice for one request.
    fn mislead(&self, request: &wire::Request, is_write: bool, time_out: Duration) {
        if !self.chaos.is_on() {
            return;
        }
        let fault = self
            .strikes()
            .then(|| self.fault(&request.path, is_write, time_out));
        let share = self.chaos.odds().lists_lag;
        let share = match self.side {
            Side::Paystack => share,
            // The lag that a run may ask for is Paystack's.
            Side::Slack | Side::Paired => share.min(MOST_OF_NOTICES),
        };
        let lag = self.settle_time(&request.path).mul_f64(share);
        let mut vendor = self.lock();
        vendor.faults_mut().clear();
        if let Some(fault) = fault {
            let rule = Rule::new(request.method, &request.path, fault);
            vendor.faults_mut().add(rule);
        }
        if !lag.is_zero() {
            let by_ms = u64::try_from(lag.as_millis()).unwrap_or(u64::MAX);
            let lags = Fault::ListsLag { by_ms };
            vendor
                .faults_mut()
                .add(Rule::new(wire::Method::Get, "/**", lags));
        }
    }
}

#[async_trait]
impl<M> Transport for SimVendor<M>
where
    M: Model + Send,
    M::Effect: Send,
{
    async fn send(&self, request: WireRequest) -> Result<WireResponse, TransportError> {
        // No stall here: a request that leaves is bounded by its time-out, connecting included.
        tokio::task::yield_now().await;
        let is_write = request.method.is_write();
        if self.strikes() && self.chaos.dice().u8(0..4) == 0 {
            return Err(TransportError::NotSent(None));
        }
        let sent = sent(&request, &self.authorization);
        self.mislead(&sent, is_write, request.timeout);
        let outcome = self.lock().handle(&sent, self.clock.now());
        match outcome.answer {
            Answer::Arrives { response, after } if after < request.timeout => {
                if !after.is_zero() {
                    tokio::time::sleep(after).await;
                }
                self.chaos.breathe().await;
                Ok(received(&response))
            }
            Answer::Closed => {
                self.chaos.breathe().await;
                Err(TransportError::Broken(None))
            }
            Answer::Arrives { .. } | Answer::Never => {
                tokio::time::sleep(request.timeout).await;
                Err(TransportError::TimedOut)
            }
        }
    }
}
