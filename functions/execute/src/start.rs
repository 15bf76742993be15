//! Puts `execute` together from its environment.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client as DynamoClient;
use aws_sdk_secretsmanager::Client as SecretsClient;
use aws_sdk_sqs::Client as SqsClient;
use jiff::SignedDuration;
use lambda_runtime::Error;
use shared::clock::{Clock, SystemClock};
use shared::config::{AwsTimeouts, Environment, Settings, Variable, aws_config};
use shared::ids::RandomTokens;
use shared::ledger::{CallerIndex, Driver, DynamoTable, Ledger, Pace, Table};
use shared::paystack::{self, Paystack, Timeouts};
use shared::queue::{OutboxQueues, SqsQueue};
use shared::secrets::{self, CachedSecrets, SecretError, SecretsManager};
use shared::telemetry::Metrics;
use shared::vendors::http::{HttpClients, HttpTransport, base_url};
use shared::vendors::hubspot::{self, Hubspot};
use shared::vendors::token::TokenTransport;
use shared::vendors::watched::Watched;

use crate::Executor;
use crate::paired::{self, Intuit, Paired, QuickBooks, QuickBooksTokens, Stripe};
use crate::policy::Policy;

/// How much longer than a request's time-out a lease lasts: the look before the request, and the
/// writes around it.
const LEASE_BEYOND_TIME_OUT: SignedDuration = SignedDuration::from_secs(40);

/// How long one exchange with a paired system may take.
const CONTEXT_TIME_OUT: Duration = Duration::from_secs(3);

/// How long one exchange with `QuickBooks` may take, which is written to as well. What it is asked for
/// context has its own patience.
const BOOKS_TIME_OUT: Duration = Duration::from_secs(8);

/// What lives as long as the process.
pub struct Setup {
    ledger: Ledger,
    secrets: Arc<CachedSecrets<SecretsManager>>,
    stripe_secret: String,
    hubspot_secret: String,
    quickbooks_secret: String,
    overrides: Overrides,
    books: Arc<QuickBooksTokens>,
    paystack_secret: String,
    caller_secret: String,
    paystack_url: String,
    http: HttpClients,
    settings: Arc<Settings>,
    policy: Arc<Policy>,
    cases: SqsQueue,
    notices: SqsQueue,
    public_base_url: String,
    metrics: Metrics,
}

/// Other places than the vendors' own, which only the local stack has.
#[derive(Default)]
struct Overrides {
    paystack: Option<String>,
    stripe: Option<String>,
    hubspot: Option<String>,
    quickbooks: Option<String>,
    intuit: Option<String>,
}

impl Overrides {
    #[cfg(feature = "local")]
    fn of(environment: &Environment) -> Self {
        Self {
            paystack: environment.optional(Variable::PaystackBaseUrl),
            stripe: environment.optional(Variable::StripeBaseUrl),
            hubspot: environment.optional(Variable::HubspotBaseUrl),
            quickbooks: environment.optional(Variable::QuickBooksBaseUrl),
            intuit: environment.optional(Variable::IntuitTokenBaseUrl),
        }
    }

    #[cfg(not(feature = "local"))]
    fn of(_environment: &Environment) -> Self {
        Self::default()
    }
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
    let overrides = Overrides::of(environment);
    let http = HttpClients::new()?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let table: Arc<dyn Table> = Arc::new(table);
    let secrets = Arc::new(CachedSecrets::new(
        SecretsManager::new(SecretsClient::new(&aws)),
        Arc::clone(&clock),
    ));
    let metrics = Metrics::new("execute", Arc::clone(&clock));
    let quickbooks_secret = environment.required(Variable::QuickBooksSecretId)?;
    let books = QuickBooksTokens {
        intuit: Intuit {
            http: http.clone(),
            url: base_url(paired::INTUIT_URL, overrides.intuit.as_deref()),
            timeout: CONTEXT_TIME_OUT,
        },
        secrets: secrets.clone(),
        secret: quickbooks_secret.clone(),
        table: Arc::clone(&table),
        clock: Arc::clone(&clock),
        tokens: Arc::new(RandomTokens),
        metrics: metrics.clone(),
    };
    Ok(Setup {
        ledger: Ledger::new(table, clock, Arc::new(RandomTokens)),
        secrets,
        stripe_secret: environment.required(Variable::StripeSecretId)?,
        hubspot_secret: environment.required(Variable::HubspotSecretId)?,
        quickbooks_secret,
        books: Arc::new(books),
        paystack_secret: environment.required(Variable::PaystackSecretId)?,
        caller_secret: environment.required(Variable::CallerKeySecretId)?,
        paystack_url: base_url(paystack::BASE_URL, overrides.paystack.as_deref()),
        overrides,
        http,
        settings: Arc::new(Settings::load(&folder)?),
        policy: Arc::new(Policy::load(&folder)?),
        cases: queue(Variable::CasesQueueUrl)?,
        notices: queue(Variable::NoticesQueueUrl)?,
        public_base_url: environment.required_https_url(Variable::PublicBaseUrl)?,
        metrics,
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
        let key = secrets::paystack_key(&*self.secrets, &self.paystack_secret).await?;
        let caller_key = secrets::caller_key(&*self.secrets, &self.caller_secret).await?;
        let seconds = self.settings.limits.request_time_out_seconds;
        let time_out = SignedDuration::from_secs(seconds);
        let transport = HttpTransport::new(self.http.clone(), self.paystack_url.clone(), key.key);
        let per_request = Duration::from_secs(seconds.unsigned_abs());
        let watched = Watched::new(transport, "paystack", &self.metrics);
        let paystack = Paystack::new(watched, key.mode)
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
            paired: self.paired().await,
            settings: Arc::clone(&self.settings),
            policy: Arc::clone(&self.policy),
            outbox: Arc::new(OutboxQueues {
                cases: None,
                notices: Some(Arc::new(self.notices.clone())),
            }),
            callers: CallerIndex::new(caller_key),
            public_base_url: self.public_base_url.clone(),
            metrics: self.metrics.clone(),
        })
    }

    /// The systems that are asked what they know. One whose credential cannot be read, or is not
    /// what it should be, is not asked: it never stops a case.
    async fn paired(&self) -> Paired {
        let (secrets, metrics) = (&*self.secrets, &self.metrics);
        let stripe = usable(
            "stripe",
            secrets::stripe_key(secrets, &self.stripe_secret).await,
        );
        let hubspot = usable(
            "hubspot",
            secrets::hubspot_token(secrets, &self.hubspot_secret).await,
        );
        let books = usable(
            "quickbooks",
            secrets::quickbooks_credential(secrets, &self.quickbooks_secret).await,
        );
        Paired {
            stripe: stripe.map(|key| {
                let url = base_url(paired::STRIPE_URL, self.overrides.stripe.as_deref());
                let way = HttpTransport::new(self.http.clone(), url, key);
                Stripe::new(Watched::new(way, "stripe", metrics), CONTEXT_TIME_OUT)
            }),
            hubspot: hubspot.map(|token| {
                let url = base_url(hubspot::BASE_URL, self.overrides.hubspot.as_deref());
                let way = HttpTransport::new(self.http.clone(), url, token);
                Hubspot::new(Watched::new(way, "hubspot", metrics), CONTEXT_TIME_OUT)
            }),
            quickbooks: books.map(|credential| {
                let own = if credential.is_sandbox {
                    paired::SANDBOX_URL
                } else {
                    paired::QUICKBOOKS_URL
                };
                let url = base_url(own, self.overrides.quickbooks.as_deref());
                let way = TokenTransport::new(self.http.clone(), url, self.books.clone());
                let watched = Watched::new(way, "quickbooks", metrics);
                QuickBooks::new(watched, credential.realm_id, BOOKS_TIME_OUT)
            }),
        }
    }

    /// The queue whose messages are worked off.
    #[must_use]
    pub const fn queue(&self) -> &SqsQueue {
        &self.cases
    }
}

/// A credential that can be used now, else nothing, and a line in the log.
fn usable<T>(system: &'static str, read: Result<Option<T>, SecretError>) -> Option<T> {
    read.inspect_err(|error| tracing::warn!(system, %error, "a paired system is not asked"))
        .ok()
        .flatten()
}
