//! Puts `reconcile` together from its environment.

use std::sync::Arc;
use std::time::Duration;

use aws_lambda_events::event::apigw::ApiGatewayV2httpRequest;
use aws_sdk_dynamodb::Client as DynamoClient;
use aws_sdk_secretsmanager::Client as SecretsClient;
use aws_sdk_sqs::Client as SqsClient;
use lambda_runtime::Error;
use serde_json::{Value, json};
use shared::clock::SystemClock;
use shared::config::{AwsTimeouts, Environment, Settings, Variable, aws_config};
use shared::ids::RandomTokens;
use shared::ledger::{DynamoTable, Ledger};
use shared::paystack::{self, Paystack, Timeouts};
use shared::queue::{OutboxQueues, SqsQueue};
use shared::secrets::{self, CachedSecrets, PaystackKey, SecretsManager};
use shared::telemetry::Metrics;
use shared::vendors::dialnexa::{self, DialNexa};
use shared::vendors::http::{HttpClients, HttpTransport, base_url};
use shared::vendors::watched::Watched;

use crate::{Answer, MissedCalls, Reconciler};

/// How long DialNexa may take.
const DIALNEXA_TIME_OUT: Duration = Duration::from_secs(10);

/// What lives as long as the process.
pub struct Setup {
    ledger: Ledger,
    outbox: Arc<OutboxQueues>,
    secrets: CachedSecrets<SecretsManager>,
    paystack_secret: String,
    paystack_url: String,
    dialnexa_secret: String,
    dialnexa_url: String,
    calls: SqsQueue,
    http: HttpClients,
    settings: Arc<Settings>,
    metrics: Metrics,
}

/// Reads the environment and the settings; asks no vendor.
///
/// # Errors
/// What is missing, and what to do.
pub fn start(environment: &Environment) -> Result<Setup, Error> {
    let aws = aws_config(environment, AwsTimeouts::default())?;
    let table = DynamoTable::new(
        DynamoClient::new(&aws),
        environment.required(Variable::TableName)?,
    );
    let sqs = SqsClient::new(&aws);
    let cases = SqsQueue::new(sqs.clone(), environment.required(Variable::CasesQueueUrl)?);
    let notices = SqsQueue::new(
        sqs.clone(),
        environment.required(Variable::NoticesQueueUrl)?,
    );
    #[cfg(feature = "local")]
    let (paystack_at, dialnexa_at) = (
        environment.optional(Variable::PaystackBaseUrl),
        environment.optional(Variable::DialNexaBaseUrl),
    );
    #[cfg(not(feature = "local"))]
    let (paystack_at, dialnexa_at): (Option<String>, Option<String>) = (None, None);
    Ok(Setup {
        ledger: Ledger::new(
            Arc::new(table),
            Arc::new(SystemClock),
            Arc::new(RandomTokens),
        ),
        outbox: Arc::new(OutboxQueues {
            cases: Some(Arc::new(cases)),
            notices: Some(Arc::new(notices)),
        }),
        secrets: CachedSecrets::new(
            SecretsManager::new(SecretsClient::new(&aws)),
            Arc::new(SystemClock),
        ),
        paystack_secret: environment.required(Variable::PaystackSecretId)?,
        paystack_url: base_url(paystack::BASE_URL, paystack_at.as_deref()),
        dialnexa_secret: environment.required(Variable::DialNexaApiSecretId)?,
        dialnexa_url: base_url(dialnexa::BASE_URL, dialnexa_at.as_deref()),
        calls: SqsQueue::new(sqs.clone(), environment.required(Variable::CallsQueueUrl)?),
        http: HttpClients::new()?,
        settings: Arc::new(Settings::load(&environment.config_dir()?)?),
        metrics: Metrics::new("reconcile", Arc::new(SystemClock)),
    })
}

impl Setup {
    /// Answers what woke the function: a webhook of Paystack's, or the schedule.
    ///
    /// # Errors
    /// Where the ledger cannot be read, so that the alarm of failed sweeps hears of it.
    pub async fn answer(&self, event: Value) -> Result<Value, Error> {
        if event.get("requestContext").is_some() {
            let request: ApiGatewayV2httpRequest = serde_json::from_value(event)?;
            let answer = self.take_in(request).await;
            self.metrics
                .metric("PaystackWebhook", 1, &[("Answer", answer.code())]);
            tracing::info!(code = answer.code(), "webhook");
            return Ok(serde_json::to_value(answer.response())?);
        }
        let swept = self
            .reconciler(self.key().await.ok(), self.missed_calls().await)
            .sweep()
            .await
            .map_err(|failure| Error::from(format!("the ledger: {}", failure.reason.code)))?;
        Ok(json!({ "reminded": swept.reminded, "failed": swept.failed }))
    }

    async fn take_in(&self, request: ApiGatewayV2httpRequest) -> Answer {
        match self.key().await {
            Ok(key) => {
                let secret = key.key.clone();
                self.reconciler(Some(key), None)
                    .take_in(request, &secret)
                    .await
            }
            // An unset key never means "open".
            Err(_) => Answer::Unavailable,
        }
    }

    async fn key(&self) -> Result<PaystackKey, secrets::SecretError> {
        let key = secrets::paystack_key(&self.secrets, &self.paystack_secret).await;
        key.inspect_err(|error| tracing::error!(%error, "Paystack's key"))
    }

    /// Where missed calls are found: nowhere while DialNexa's API key is not set.
    async fn missed_calls(&self) -> Option<MissedCalls> {
        let key = secrets::dialnexa_api_key(&self.secrets, &self.dialnexa_secret).await;
        let key = key.inspect_err(|error| tracing::debug!(%error, "DialNexa's API key"));
        let transport = HttpTransport::new(self.http.clone(), self.dialnexa_url.clone(), key.ok()?);
        Some(MissedCalls {
            dialnexa: DialNexa::new(
                Watched::new(transport, "dialnexa", &self.metrics),
                DIALNEXA_TIME_OUT,
            ),
            calls: Arc::new(self.calls.clone()),
        })
    }

    fn reconciler(
        &self,
        key: Option<PaystackKey>,
        missed_calls: Option<MissedCalls>,
    ) -> Reconciler {
        let seconds = self.settings.limits.request_time_out_seconds.unsigned_abs();
        let time_out = Duration::from_secs(seconds);
        let paystack = key.map(|key| {
            let transport =
                HttpTransport::new(self.http.clone(), self.paystack_url.clone(), key.key);
            let watched = Watched::new(transport, "paystack", &self.metrics);
            Paystack::new(watched, key.mode).with_timeouts(Timeouts {
                read: time_out,
                write: time_out,
            })
        });
        Reconciler {
            ledger: self.ledger.clone(),
            outbox: self.outbox.clone(),
            paystack,
            settings: Arc::clone(&self.settings),
            missed_calls,
            metrics: self.metrics.clone(),
        }
    }
}
