//! The five functions, put together as their own `start` modules do it, on the world's ports.

use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use aws_lambda_events::http::{HeaderMap, HeaderValue};
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use classify::Classifier;
use execute::Executor;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ingest::{Ingest, SigningKeys};
use jiff::SignedDuration;
use notify::gmail::Gmail;
use notify::zendesk::Zendesk;
use notify::{Notifier, Systems};
use reconcile::{MissedCalls, Reconciler, SIGNATURE_HEADER};
use sha2::{Sha256, Sha512};
use shared::clock::Clock;
use shared::ids::Tokens;
use shared::ledger::{CallerIndex, Driver, Ledger, Pace};
use shared::paystack::{Mode, Paystack, Timeouts};
use shared::queue::OutboxQueues;
use shared::secrets::caller_key;
use shared::telemetry::Metrics;
use shared::vendors::dialnexa::DialNexa;
use shared::vendors::hubspot::Hubspot;
use shared::vendors::slack::Slack;

use super::SimError;
use super::calls::Body;
use super::dialnexa::SimDialNexa;
use super::merchant::Merchant;
use super::queue::{Received, SimQueue};
use super::table::SimTable;
use super::vault::{self, Vault};
use super::wire::SimVendor;

/// Where the call pages of the made-up merchant live.
const PUBLIC_BASE_URL: &str = "https://calls.example.com";

/// How long one exchange of `notify` may take, as its own start module says.
const NOTICE_TIME_OUT: Duration = Duration::from_secs(8);

/// How long DialNexa may take, as the start module of `reconcile` says.
const DIALNEXA_TIME_OUT: Duration = Duration::from_secs(10);

/// The functions, with what the template says of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// Takes in deliveries.
    Ingest,
    /// Reads `calls`.
    Classify,
    /// Reads `cases`.
    Execute,
    /// Reads `notices`.
    Notify,
    /// Runs by the minute, and takes in Paystack's webhooks.
    Reconcile,
}

impl Function {
    /// How long an invocation may take.
    #[must_use]
    pub const fn time_out(self) -> Duration {
        Duration::from_secs(match self {
            Self::Ingest => 10,
            Self::Classify => 30,
            Self::Execute => 90,
            Self::Notify => 60,
            Self::Reconcile => 50,
        })
    }

    /// How many messages an invocation is given at most.
    #[must_use]
    pub const fn batch(self) -> usize {
        match self {
            Self::Classify => 10,
            Self::Ingest | Self::Execute | Self::Notify | Self::Reconcile => 1,
        }
    }

    /// How many invocations there may be at once.
    #[must_use]
    pub const fn concurrency(self) -> usize {
        match self {
            Self::Ingest => usize::MAX,
            Self::Classify | Self::Execute | Self::Notify => 5,
            Self::Reconcile => 1,
        }
    }
}

/// What a function's instance is put together from.
pub(super) struct Parts<'a> {
    pub(super) merchant: &'a Merchant,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) tokens: Arc<dyn Tokens>,
    pub(super) table: &'a SimTable,
    /// `calls`, `cases`, `notices`.
    pub(super) queues: [&'a SimQueue; 3],
    pub(super) paystack: &'a SimVendor<sandbox::paystack::Model>,
    pub(super) slack: &'a SimVendor<sandbox::slack::Model>,
    pub(super) zendesk: &'a SimVendor<sandbox::zendesk::Model>,
    pub(super) hubspot: &'a SimVendor<sandbox::hubspot::Model>,
    pub(super) gmail: &'a SimVendor<sandbox::gmail::Model>,
    pub(super) dialnexa: &'a SimDialNexa,
    pub(super) metrics: &'a Metrics,
}

/// One sandbox of each function.
pub(super) struct Instance {
    pub(super) ingest: Ingest<Vault, SimQueue>,
    classifier: Classifier,
    executor: Executor,
    notifier: Notifier,
    pub(super) reconciler: Reconciler,
}

impl Instance {
    pub(super) async fn new(parts: &Parts<'_>) -> Result<Self, SimError> {
        let [calls, cases, notices] = parts.queues;
        let settings = &parts.merchant.settings;
        let ledger = Ledger::new(
            Arc::new(parts.table.clone()),
            Arc::clone(&parts.clock),
            Arc::clone(&parts.tokens),
        );
        let keys = SigningKeys::new(Vault, "dialnexa".to_owned(), Arc::clone(&parts.clock));
        let caller_key = caller_key(&Vault, "caller-key")
            .await
            .map_err(|error| SimError(error.to_string()))?;
        let seconds = settings.limits.request_time_out_seconds;
        let time_out = SignedDuration::from_secs(seconds);
        let per_request = Duration::from_secs(seconds.unsigned_abs());
        let pace = Pace {
            lease: time_out.saturating_add(SignedDuration::from_secs(40)),
            time_out,
        };
        let to = |cases: Option<&SimQueue>, notices: Option<&SimQueue>| OutboxQueues {
            cases: cases.map(|queue| Arc::new(queue.clone()) as _),
            notices: notices.map(|queue| Arc::new(queue.clone()) as _),
        };
        let paystack =
            Paystack::new(Arc::new(parts.paystack.clone()), Mode::Test).with_timeouts(Timeouts {
                read: per_request,
                write: per_request,
            });
        Ok(Self {
            ingest: Ingest::new(
                keys,
                calls.clone(),
                Arc::clone(&parts.clock),
                parts.metrics.clone(),
            ),
            classifier: Classifier {
                ledger: ledger.clone(),
                mapping: parts.merchant.mapping.clone(),
                retention: SignedDuration::from_hours(settings.limits.private_days * 24),
                outbox: Arc::new(to(Some(cases), None)),
            },
            executor: Executor {
                driver: Driver::new(ledger.clone(), pace, "execute"),
                ledger: ledger.clone(),
                paystack: paystack.clone(),
                paired: execute::paired::Paired::default(),
                settings: Arc::clone(settings),
                policy: Arc::clone(&parts.merchant.policy),
                outbox: Arc::new(to(None, Some(notices))),
                callers: CallerIndex::new(caller_key),
                public_base_url: PUBLIC_BASE_URL.to_owned(),
                metrics: parts.metrics.clone(),
            },
            notifier: Notifier {
                driver: Driver::new(ledger.clone(), notify::PACE, "notify"),
                ledger: ledger.clone(),
                systems: Systems {
                    slack: Some(Slack::new(Arc::new(parts.slack.clone()), NOTICE_TIME_OUT)),
                    zendesk: Some(Zendesk::new(
                        Arc::new(parts.zendesk.clone()),
                        NOTICE_TIME_OUT,
                    )),
                    hubspot: Some(Hubspot::new(
                        Arc::new(parts.hubspot.clone()),
                        NOTICE_TIME_OUT,
                    )),
                    gmail: Some(Gmail::new(Arc::new(parts.gmail.clone()), NOTICE_TIME_OUT)),
                },
                settings: Arc::clone(settings),
                public_base_url: PUBLIC_BASE_URL.to_owned(),
            },
            reconciler: Reconciler {
                ledger,
                outbox: Arc::new(to(Some(cases), Some(notices))),
                paystack: Some(paystack),
                settings: Arc::clone(settings),
                missed_calls: Some(MissedCalls {
                    dialnexa: DialNexa::new(Arc::new(parts.dialnexa.clone()), DIALNEXA_TIME_OUT),
                    calls: Arc::new(calls.clone()),
                }),
                metrics: parts.metrics.clone(),
            },
        })
    }

    /// Works off a batch; the ids of the messages that failed, or nothing where all of it did.
    pub(super) async fn read(
        &self,
        function: Function,
        event: SqsEvent,
        queue: &SimQueue,
    ) -> Option<Vec<String>> {
        let answer = match function {
            Function::Classify => self.classifier.handle(event, queue).await,
            Function::Execute => self.executor.handle(event, queue).await,
            Function::Notify => self.notifier.handle(event, queue).await,
            Function::Ingest | Function::Reconcile => return None,
        };
        let failures = answer.ok()?.batch_item_failures;
        Some(
            failures
                .into_iter()
                .map(|failure| failure.item_identifier)
                .collect(),
        )
    }
}

/// The batch as Lambda gets it.
pub(super) fn event(batch: &[Received]) -> SqsEvent {
    let records = batch
        .iter()
        .map(|received| {
            let mut record = SqsMessage::default();
            record.message_id = Some(received.id.clone());
            record.receipt_handle = Some(received.receipt.clone());
            record.body = Some(received.body.clone());
            record.attributes.insert(
                "ApproximateReceiveCount".to_owned(),
                received.received.to_string(),
            );
            record
        })
        .collect();
    let mut event = SqsEvent::default();
    event.records = records;
    event
}

/// A delivery as API Gateway hands it on, signed by DialNexa.
pub(super) fn request(body: &Body) -> ApiGatewayV2httpRequest {
    let mut request = ApiGatewayV2httpRequest::default();
    let signature = sign(&body.text);
    let (name, value) = if body.is_flat {
        ("x-nexa-signature", format!("sha256={signature}"))
    } else {
        ("x-dialnexa-signature", signature)
    };
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(&value) {
        headers.insert(name, value);
    }
    request.headers = headers;
    request.body = Some(body.text.clone());
    request
}

/// A webhook as API Gateway hands it on, signed with `key`.
pub(super) fn webhook(body: &str, key: &str) -> ApiGatewayV2httpRequest {
    let mut request = ApiGatewayV2httpRequest::default();
    let mac = Hmac::<Sha512>::new_from_slice(key.as_bytes()).map(|mac| mac.chain_update(body));
    let signature = mac.map(|mac| hex::encode(mac.finalize().into_bytes()));
    let value = signature
        .ok()
        .and_then(|it| HeaderValue::from_str(&it).ok());
    if let Some(value) = value {
        request.headers.insert(SIGNATURE_HEADER, value);
    }
    request.body = Some(body.to_owned());
    request
}

fn sign(body: &str) -> String {
    Hmac::<Sha256>::new_from_slice(vault::SIGNING_SECRET.as_bytes()).map_or_else(
        |_| String::new(),
        |mut mac| {
            mac.update(body.as_bytes());
            hex::encode(mac.finalize().into_bytes())
        },
    )
}
