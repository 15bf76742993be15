//! The whole line in one process: each function's handler, the queues and the table in memory, and
//! the sandbox's Paystack and Slack. There is no network and no emulator, so that what is measured
//! is our own work, and the sandbox's.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use classify::Classifier;
use execute::Executor;
use execute::paired::Paired;
use ingest::{Ingest, SigningKeys};
use jiff::SignedDuration;
use notify::{Notifier, Systems};
use shared::clock::ManualClock;
use shared::ids::RandomTokens;
use shared::ledger::{CallerIndex, Driver, Ledger, Pace};
use shared::paystack::{Mode, Paystack};
use shared::queue::{
    ExtendVisibility, MemoryQueue, OutboxQueues, Outgoing, QueueError, SendMessage,
};
use shared::secrets::caller_key;
use shared::telemetry::Metrics;
use shared::vendors::slack::Slack;
use simulator::Merchant;
use simulator::vault::{self, Vault};
use tests::in_process::InProcess;

use crate::BenchError;
use crate::cost::{Cost, Meter};
use crate::counted::CountedTable;
use crate::deliveries::{batch, delivery};

/// A lease of `execute` and the time-out of its requests, as its own start module sets them.
const PACE: Pace = Pace {
    lease: SignedDuration::from_secs(60),
    time_out: SignedDuration::from_secs(20),
};

/// How far time moves on when everything waits for something.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);

/// How often everything may wait in a row before the line is given up.
const MOST_PAUSES: u32 = 20;

/// A queue in memory that functions share.
#[derive(Clone, Default)]
pub struct Queue(pub Arc<MemoryQueue>);

#[async_trait::async_trait]
impl SendMessage for Queue {
    async fn send(&self, message: &Outgoing) -> Result<(), QueueError> {
        self.0.send(message).await
    }
}

#[async_trait::async_trait]
impl ExtendVisibility for Queue {
    async fn extend(&self, receipt_handle: &str, delay: Duration) -> Result<(), QueueError> {
        self.0.extend(receipt_handle, delay).await
    }
}

/// A function of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Stage {
    /// Signature, redaction, and the queue's message.
    Ingest,
    /// Understanding and the claim.
    Classify,
    /// Matching, policy, the ledger and Paystack's sandbox.
    Execute,
    /// Wording, the ledger and Slack's sandbox.
    Notify,
}

impl Stage {
    /// All of them, in the order in which a call passes them.
    pub const ALL: [Self; 4] = [Self::Ingest, Self::Classify, Self::Execute, Self::Notify];
}

/// What each stage cost.
pub type Costs = [Cost; 4];

/// The line.
pub struct Line {
    clock: Arc<ManualClock>,
    table: Arc<CountedTable>,
    queues: [Queue; 3],
    ingest: Ingest<Vault, Queue>,
    classifier: Classifier,
    executor: Executor,
    notifier: Notifier,
    paystack: InProcess<sandbox::paystack::Model>,
}

impl Line {
    /// A line with an empty ledger, and the policies of `config`, the folder that is deployed.
    ///
    /// # Errors
    /// Where a function cannot be put together.
    pub async fn new(config: &Path, table: Arc<CountedTable>) -> Result<Self, BenchError> {
        let merchant = Merchant::with_policies_of(config)?;
        let clock = Arc::new(ManualClock::at("2026-11-24T09:15:52Z".parse()?));
        let queues: [Queue; 3] = Default::default();
        let [calls, cases, notices] = &queues;
        let ledger = Ledger::new(table.clone(), clock.clone(), Arc::new(RandomTokens));
        let keys = SigningKeys::new(Vault, "dialnexa".to_owned(), clock.clone());
        let caller_key = caller_key(&Vault, "caller-key").await?;
        let paystack = InProcess::new(
            sandbox::Paystack::new(sandbox::paystack::Model::new(sandbox::paystack::Settings {
                rate_limit: Some(0),
                ..sandbox::paystack::Settings::with_key(vault::PAYSTACK_KEY)
            })),
            vault::PAYSTACK_KEY,
            clock.clone(),
        );
        let slack = InProcess::new(
            sandbox::Slack::new(sandbox::slack::Model::new(sandbox::slack::Settings {
                token: vault::SLACK_TOKEN.to_owned(),
                ..sandbox::slack::Settings::default()
            })),
            vault::SLACK_TOKEN,
            clock.clone(),
        );
        let to = |queue: &Queue| Some(Arc::new(queue.clone()) as Arc<dyn SendMessage>);
        let outbox = |cases, notices| Arc::new(OutboxQueues { cases, notices });
        Ok(Self {
            ingest: Ingest::new(
                keys,
                calls.clone(),
                clock.clone(),
                Metrics::in_memory("ingest", clock.clone()),
            ),
            classifier: Classifier {
                ledger: ledger.clone(),
                mapping: merchant.mapping.clone(),
                retention: SignedDuration::from_hours(merchant.settings.limits.private_days * 24),
                outbox: outbox(to(cases), None),
            },
            executor: Executor {
                driver: Driver::new(ledger.clone(), PACE, "execute"),
                ledger: ledger.clone(),
                paystack: Paystack::new(Arc::new(paystack.clone()), Mode::Test),
                paired: Paired::default(),
                settings: merchant.settings.clone(),
                policy: merchant.policy.clone(),
                outbox: outbox(None, to(notices)),
                callers: CallerIndex::new(caller_key),
                public_base_url: "https://calls.example.com".to_owned(),
                metrics: Metrics::in_memory("execute", clock.clone()),
            },
            notifier: Notifier {
                driver: Driver::new(ledger.clone(), notify::PACE, "notify"),
                ledger,
                systems: Systems {
                    slack: Some(Slack::new(Arc::new(slack), Duration::from_secs(8))),
                    ..Systems::default()
                },
                settings: merchant.settings.clone(),
                public_base_url: "https://calls.example.com".to_owned(),
            },
            clock,
            table,
            queues,
            paystack,
        })
    }

    /// The ledger's table.
    #[must_use]
    pub fn table(&self) -> &CountedTable {
        &self.table
    }

    /// How many payment requests Paystack's sandbox has sent to their payers.
    #[must_use]
    pub fn finalised(&self) -> usize {
        use sandbox::paystack::Effect;
        let sent = |effect: &Effect| matches!(effect, Effect::PaymentRequestFinalized { .. });
        self.paystack.lock().log().count(sent)
    }

    /// Takes in the calls `numbers` and works until every queue is empty, or those behind `last`
    /// are all that is left.
    ///
    /// # Errors
    /// Where a delivery is refused, or the line stands still.
    pub async fn run(&self, numbers: Range<usize>, last: Stage) -> Result<Costs, BenchError> {
        let [mut ingest, mut classify, mut execute, mut notify] = Costs::default();
        for number in numbers {
            ingest += self.take_in(number).await?;
        }
        let mut behind = [
            (Stage::Classify, &mut classify),
            (Stage::Execute, &mut execute),
            (Stage::Notify, &mut notify),
        ];
        let mut pauses = 0;
        while self.waits(last) {
            let mut progress = false;
            for (stage, cost) in &mut behind {
                if *stage <= last {
                    progress |= self.work_off(*stage, cost).await?;
                }
            }
            if progress {
                pauses = 0;
            } else if pauses == MOST_PAUSES {
                return Err(BenchError("the line stands still".to_owned()));
            } else {
                pauses += 1;
                self.clock.advance(PAUSE);
            }
        }
        Ok([ingest, classify, execute, notify])
    }

    /// Takes in one call, and puts it on `calls`.
    async fn take_in(&self, number: usize) -> Result<Cost, BenchError> {
        let request = delivery(number, vault::SIGNING_SECRET)?;
        let meter = Meter::start();
        let answer = self.ingest.handle(request, "benchmark").await;
        let cost = meter.stop();
        if answer.status_code == 202 {
            Ok(cost)
        } else {
            let status = answer.status_code;
            Err(BenchError(format!("call {number} is answered {status}")))
        }
    }

    /// Whether a message waits for one of the stages up to `last`.
    fn waits(&self, last: Stage) -> bool {
        Stage::ALL
            .into_iter()
            .filter(|stage| *stage <= last)
            .filter_map(|stage| self.queue(stage))
            .any(|queue| !queue.0.messages().is_empty())
    }

    fn queue(&self, stage: Stage) -> Option<&Queue> {
        let [calls, cases, notices] = &self.queues;
        match stage {
            Stage::Ingest => None,
            Stage::Classify => Some(calls),
            Stage::Execute => Some(cases),
            Stage::Notify => Some(notices),
        }
    }

    /// Works off each message that waits for `stage` now, once; whether one of them succeeded.
    async fn work_off(&self, stage: Stage, cost: &mut Cost) -> Result<bool, BenchError> {
        let mut progress = false;
        let Some(queue) = self.queue(stage) else {
            return Ok(false);
        };
        for _ in 0..queue.0.messages().len() {
            let Some(message) = queue.0.take() else { break };
            let event = batch(message.body.clone());
            let meter = Meter::start();
            let answer = match stage {
                Stage::Ingest | Stage::Classify => self.classifier.handle(event, queue).await,
                Stage::Execute => self.executor.handle(event, queue).await,
                Stage::Notify => self.notifier.handle(event, queue).await,
            };
            *cost += meter.stop();
            let answer = answer.map_err(|error| BenchError(error.to_string()))?;
            if answer.batch_item_failures.is_empty() {
                progress = true;
            } else {
                queue.send(&message).await?;
            }
        }
        Ok(progress)
    }
}
