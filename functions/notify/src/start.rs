//! Puts `notify` together from its environment.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client as DynamoClient;
use aws_sdk_secretsmanager::Client as SecretsClient;
use aws_sdk_sqs::Client as SqsClient;
use lambda_runtime::Error;
use shared::clock::{Clock, SystemClock};
use shared::config::{AwsTimeouts, Environment, Settings, Variable, aws_config};
use shared::ids::RandomTokens;
use shared::ledger::{Driver, DynamoTable, Ledger};
use shared::queue::SqsQueue;
use shared::secrets::{self, CachedSecrets, ReadSecret, SecretError, SecretsManager};
use shared::telemetry::Metrics;
use shared::vendors::exchange::Exchange;
use shared::vendors::http::{Auth, HttpClients, HttpTransport, base_url};
use shared::vendors::hubspot::{self, Hubspot};
use shared::vendors::slack::{self, Slack};
use shared::vendors::token::TokenTransport;
use shared::vendors::watched::Watched;

use crate::gmail::{self, Gmail, GoogleTokens};
use crate::zendesk::Zendesk;
use crate::{Notifier, PACE, Systems};

/// How long one exchange may take.
const TIME_OUT: Duration = Duration::from_secs(8);

/// What lives as long as the process.
pub struct Setup {
    ledger: Ledger,
    secrets: Arc<dyn ReadSecret>,
    slack_secret: String,
    zendesk_secret: String,
    hubspot_secret: String,
    gmail_secret: String,
    overrides: Overrides,
    google: Arc<GoogleTokens>,
    http: HttpClients,
    settings: Arc<Settings>,
    notices: SqsQueue,
    public_base_url: String,
    metrics: Metrics,
}

/// Other places than the vendors' own, which only the local stack has.
#[derive(Default)]
struct Overrides {
    slack: Option<String>,
    zendesk: Option<String>,
    hubspot: Option<String>,
    gmail: Option<String>,
    google: Option<String>,
}

impl Overrides {
    #[cfg(feature = "local")]
    fn of(environment: &Environment) -> Self {
        Self {
            slack: environment.optional(Variable::SlackBaseUrl),
            zendesk: environment.optional(Variable::ZendeskBaseUrl),
            hubspot: environment.optional(Variable::HubspotBaseUrl),
            gmail: environment.optional(Variable::GmailBaseUrl),
            google: environment.optional(Variable::GoogleTokenBaseUrl),
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
    let table = DynamoTable::new(
        DynamoClient::new(&aws),
        environment.required(Variable::TableName)?,
    );
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let secrets: Arc<dyn ReadSecret> = Arc::new(CachedSecrets::new(
        SecretsManager::new(SecretsClient::new(&aws)),
        Arc::clone(&clock),
    ));
    let metrics = Metrics::new("notify", Arc::clone(&clock));
    let overrides = Overrides::of(environment);
    let http = HttpClients::new()?;
    let gmail_secret = environment.required(Variable::GmailSecretId)?;
    let token_url = base_url(gmail::TOKEN_URL, overrides.google.as_deref());
    let to_google = HttpTransport::with_auth(http.clone(), token_url, Auth::None);
    Ok(Setup {
        ledger: Ledger::new(Arc::new(table), Arc::clone(&clock), Arc::new(RandomTokens)),
        google: Arc::new(GoogleTokens::new(
            Exchange::new(Arc::new(to_google), "Google", TIME_OUT),
            Arc::clone(&secrets),
            gmail_secret.clone(),
            clock,
        )),
        secrets,
        slack_secret: environment.required(Variable::SlackSecretId)?,
        zendesk_secret: environment.required(Variable::ZendeskSecretId)?,
        hubspot_secret: environment.required(Variable::HubspotSecretId)?,
        gmail_secret,
        overrides,
        http,
        settings: Arc::new(Settings::load(&environment.config_dir()?)?),
        notices: SqsQueue::new(
            SqsClient::new(&aws),
            environment.required(Variable::NoticesQueueUrl)?,
        ),
        public_base_url: environment.required_https_url(Variable::PublicBaseUrl)?,
        metrics,
    })
}

impl Setup {
    /// A notifier with the credentials as they are now.
    ///
    /// # Errors
    /// Where a secret cannot be read, or is there and not what it should be.
    pub async fn notifier(&self) -> Result<Notifier, Error> {
        Ok(Notifier {
            driver: Driver::new(self.ledger.clone(), PACE, "notify"),
            ledger: self.ledger.clone(),
            systems: self.systems().await?,
            settings: Arc::clone(&self.settings),
            public_base_url: self.public_base_url.clone(),
        })
    }

    async fn systems(&self) -> Result<Systems, SecretError> {
        let secrets = &*self.secrets;
        let transport = |vendor, default: &str, chosen: &Option<String>, auth| {
            let url = base_url(default, chosen.as_deref());
            let way = HttpTransport::with_auth(self.http.clone(), url, auth);
            Watched::new(way, vendor, &self.metrics)
        };
        let slack = secrets::slack_token(secrets, &self.slack_secret).await?;
        let zendesk = secrets::zendesk_credential(secrets, &self.zendesk_secret).await?;
        let hubspot = secrets::hubspot_token(secrets, &self.hubspot_secret).await?;
        let gmail = secrets::google_credential(secrets, &self.gmail_secret).await?;
        Ok(Systems {
            slack: slack.map(|token| {
                let auth = Auth::Bearer(token);
                let way = transport("slack", slack::BASE_URL, &self.overrides.slack, auth);
                Slack::new(way, TIME_OUT)
            }),
            zendesk: zendesk.map(|credential| {
                let auth = Auth::Basic {
                    user: credential.user,
                    password: credential.token,
                };
                let own = format!("https://{}.zendesk.com", credential.subdomain);
                let way = transport("zendesk", &own, &self.overrides.zendesk, auth);
                Zendesk::new(way, TIME_OUT)
            }),
            hubspot: hubspot.map(|token| {
                let auth = Auth::Bearer(token);
                let way = transport("hubspot", hubspot::BASE_URL, &self.overrides.hubspot, auth);
                Hubspot::new(way, TIME_OUT)
            }),
            gmail: gmail.map(|_| {
                let url = base_url(gmail::BASE_URL, self.overrides.gmail.as_deref());
                let way = TokenTransport::new(self.http.clone(), url, self.google.clone());
                Gmail::new(Watched::new(way, "gmail", &self.metrics), TIME_OUT)
            }),
        })
    }

    /// The queue whose messages are worked off.
    #[must_use]
    pub const fn queue(&self) -> &SqsQueue {
        &self.notices
    }
}
