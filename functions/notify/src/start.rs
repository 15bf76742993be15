//! Puts `notify` together from its environment.

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
use shared::ledger::{Driver, DynamoTable, Ledger, Pace};
use shared::queue::SqsQueue;
use shared::secrets::{self, CachedSecrets, SecretsManager};
use shared::vendors::http::{HttpClients, HttpTransport, base_url};
use shared::vendors::slack::{self, Slack};

use crate::Notifier;

/// How long Slack may take.
const TIME_OUT: Duration = Duration::from_secs(10);

/// How long a notice is being worked on: the time-out, the look before and the writes around it.
const PACE: Pace = Pace {
    lease: SignedDuration::from_secs(45),
    time_out: SignedDuration::from_secs(10),
};

/// What lives as long as the process.
pub struct Setup {
    ledger: Ledger,
    secrets: CachedSecrets<SecretsManager>,
    slack_secret: String,
    slack_url: String,
    http: HttpClients,
    settings: Arc<Settings>,
    notices: SqsQueue,
    public_base_url: String,
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
    #[cfg(feature = "local")]
    let override_with = environment.optional(Variable::SlackBaseUrl);
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
        slack_secret: environment.required(Variable::SlackSecretId)?,
        slack_url: base_url(slack::BASE_URL, override_with.as_deref()),
        http: HttpClients::new()?,
        settings: Arc::new(Settings::load(&environment.config_dir()?)?),
        notices: SqsQueue::new(
            SqsClient::new(&aws),
            environment.required(Variable::NoticesQueueUrl)?,
        ),
        public_base_url: environment.required_https_url(Variable::PublicBaseUrl)?,
    })
}

impl Setup {
    /// A notifier with the tokens as they are now.
    ///
    /// # Errors
    /// Where a secret cannot be read.
    pub async fn notifier(&self) -> Result<Notifier, Error> {
        let token = secrets::slack_token(&self.secrets, &self.slack_secret).await?;
        let slack = token.map(|token| {
            let transport = HttpTransport::new(self.http.clone(), self.slack_url.clone(), token);
            Slack::new(Arc::new(transport), TIME_OUT)
        });
        Ok(Notifier {
            driver: Driver::new(self.ledger.clone(), PACE, "notify"),
            ledger: self.ledger.clone(),
            slack,
            settings: Arc::clone(&self.settings),
            public_base_url: self.public_base_url.clone(),
        })
    }

    /// The queue whose messages are worked off.
    #[must_use]
    pub const fn queue(&self) -> &SqsQueue {
        &self.notices
    }
}
