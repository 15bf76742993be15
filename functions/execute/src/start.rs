//! Puts `execute` together from its environment.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client as DynamoClient;
use aws_sdk_secretsmanager::Client as SecretsClient;
use aws_sdk_sqs::Client as SqsClient;
use jiff::SignedDuration;
use lambda_runtime::Error;
use shared::clock::SystemClock;
use shared::config::{AwsTimeouts, Environment, Settings, Variable, aws_config};
use shared::ids::RandomTokens;
use shared::ledger::{CallerIndex, Driver, DynamoTable, Ledger, Pace};
use shared::paystack::{self, Paystack, Timeouts};
use shared::queue::{OutboxQueues, SqsQueue};
use shared::secrets::{self, CachedSecrets, SecretsManager};
use shared::vendors::http::{HttpClients, HttpTransport, base_url};

use crate::Executor;
use crate::policy::Policy;

/// How much longer than a request's time-out a lease lasts: the look before the request, and the
/// writes around it.
const LEASE_BEYOND_TIME_OUT: SignedDuration = SignedDuration::from_secs(40);

/// What lives as long as the process.
pub struct Setup {
    ledger: Ledger,
    secrets: CachedSecrets<SecretsManager>,
    paystack_secret: String,
    caller_secret: String,
    paystack_url: String,
    http: HttpClients,
    settings: Arc<Settings>,
    policy: Arc<Policy>,
    cases: SqsQueue,
    notices: SqsQueue,
    public_base_url: String,
}

/// Reads the environment and the settings; asks no vendor.
///
/// # Errors
/// What is missing, and what to do.
pub fn start(environment: &Environment) -> Result<Setup, Error> {
    let aws = aws_config(environment, AwsTimeouts::default())?;
    let folder = environment.config_dir()?;
    let table = DynamoTable::new(
        DynamoClient::new(&aws),
        environment.required(Variable::TableName)?,
    );
    let sqs = SqsClient::new(&aws);
    let queue = |variable| -> Result<SqsQueue, Error> {
        Ok(SqsQueue::new(sqs.clone(), environment.required(variable)?))
    };
    #[cfg(feature = "local")]
    let override_with = environment.optional(Variable::PaystackBaseUrl);
    #[cfg(not(feature = "local"))]
    let override_with: Option<String> = None;
    Ok(Setup {
        ledger: Ledger::new(
            Arc::new(table),
            Arc::new(SystemClock),
            Arc::new(RandomTokens),
        ),
        secrets: CachedSecrets::new(
            SecretsManager::new(SecretsClient::new(&aws)),
            Arc::new(SystemClock),
        ),
        paystack_secret: environment.required(Variable::PaystackSecretId)?,
        caller_secret: environment.required(Variable::CallerKeySecretId)?,
        paystack_url: base_url(paystack::BASE_URL, override_with.as_deref()),
        http: HttpClients::new()?,
        settings: Arc::new(Settings::load(&folder)?),
        policy: Arc::new(Policy::load(&folder)?),
        cases: queue(Variable::CasesQueueUrl)?,
        notices: queue(Variable::NoticesQueueUrl)?,
        public_base_url: environment.required_https_url(Variable::PublicBaseUrl)?,
    })
}

/// Where files of evidence are put: Paystack's own place, or that of the local stack's sandbox.
fn upload_place(paystack_url: &str) -> String {
    if paystack_url == paystack::BASE_URL {
        paystack::UPLOAD_PLACE.to_owned()
    } else {
        format!("{paystack_url}/uploads/")
    }
}

impl Setup {
    /// An executor with the keys as they are now: a rotation needs no redeploy.
    ///
    /// # Errors
    /// Where a secret is unset or cannot be read.
    pub async fn executor(&self) -> Result<Executor, Error> {
        let key = secrets::paystack_key(&self.secrets, &self.paystack_secret).await?;
        let caller_key = secrets::caller_key(&self.secrets, &self.caller_secret).await?;
        let seconds = self.settings.limits.request_time_out_seconds;
        let time_out = SignedDuration::from_secs(seconds);
        let transport = HttpTransport::new(self.http.clone(), self.paystack_url.clone(), key.key);
        let per_request = Duration::from_secs(seconds.unsigned_abs());
        let paystack = Paystack::new(Arc::new(transport), key.mode)
            .with_timeouts(Timeouts {
                read: per_request,
                write: per_request,
            })
            .with_uploads(
                Arc::new(self.http.clone()),
                upload_place(&self.paystack_url),
            );
        let pace = Pace {
            lease: time_out.saturating_add(LEASE_BEYOND_TIME_OUT),
            time_out,
        };
        Ok(Executor {
            driver: Driver::new(self.ledger.clone(), pace, "execute"),
            ledger: self.ledger.clone(),
            paystack,
            settings: Arc::clone(&self.settings),
            policy: Arc::clone(&self.policy),
            outbox: Arc::new(OutboxQueues {
                cases: None,
                notices: Some(Arc::new(self.notices.clone())),
            }),
            callers: CallerIndex::new(caller_key),
            public_base_url: self.public_base_url.clone(),
        })
    }

    /// The queue whose messages are worked off.
    #[must_use]
    pub const fn queue(&self) -> &SqsQueue {
        &self.cases
    }
}
