//! Puts `review` together from its environment.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_dynamodb::Client as DynamoClient;
use aws_sdk_secretsmanager::Client as SecretsClient;
use aws_sdk_sqs::Client as SqsClient;
use lambda_runtime::Error;
use shared::clock::SystemClock;
use shared::config::{AwsTimeouts, Environment, Settings, Variable, aws_config};
use shared::ids::{CallId, RandomTokens};
use shared::ledger::{DynamoTable, Ledger};
use shared::queue::{OutboxQueues, SqsQueue};
use shared::secrets::{CachedSecrets, ReadSecret, SecretsManager, dialnexa_api_key};
use shared::telemetry::Metrics;
use shared::vendors::dialnexa::{self, DialNexa};
use shared::vendors::http::{HttpClients, HttpTransport, base_url};
use shared::vendors::watched::Watched;

use crate::identity::{HttpProvider, IdentityProvider};
use crate::recording::{FindRecording, RecordingError, TIME_OUT};
use crate::slack::{HOOKS_URL, Hooks};
use crate::{Desk, SecretIds};

/// Reads the environment and the settings; asks nobody anything.
///
/// # Errors
/// What is missing, and what to do.
pub fn start(environment: &Environment) -> Result<Desk, Error> {
    let aws = aws_config(environment, AwsTimeouts::default())?;
    let clock = Arc::new(SystemClock);
    let settings = Arc::new(Settings::load(&environment.config_dir()?)?);
    let table = DynamoTable::new(
        DynamoClient::new(&aws),
        environment.required(Variable::TableName)?,
    );
    let sqs = SqsClient::new(&aws);
    let queue = |variable| -> Result<SqsQueue, Error> {
        Ok(SqsQueue::new(sqs.clone(), environment.required(variable)?))
    };
    let secrets: Arc<dyn ReadSecret> = Arc::new(CachedSecrets::new(
        SecretsManager::new(SecretsClient::new(&aws)),
        clock.clone(),
    ));
    let http = HttpClients::new()?;
    #[cfg(feature = "local")]
    let (issuer, dialnexa_url, hooks_url) = (
        environment.optional(Variable::OidcBaseUrl),
        environment.optional(Variable::DialNexaBaseUrl),
        environment.optional(Variable::SlackBaseUrl),
    );
    #[cfg(not(feature = "local"))]
    let (issuer, dialnexa_url, hooks_url) = (None::<String>, None::<String>, None::<String>);
    let oidc_secret = environment.required(Variable::OidcSecretId)?;
    let provider = issuer
        .or_else(|| settings.sign_in.issuer.clone())
        .map(|issuer| {
            Arc::new(HttpProvider::new(
                http.clone(),
                issuer,
                settings.sign_in.client_id.clone(),
                secrets.clone(),
                oidc_secret,
                clock.clone(),
            )) as Arc<dyn IdentityProvider>
        });
    let metrics = Metrics::new("review", clock.clone());
    Ok(Desk {
        ledger: Ledger::new(Arc::new(table), clock.clone(), Arc::new(RandomTokens)),
        settings,
        outbox: Arc::new(OutboxQueues {
            cases: Some(Arc::new(queue(Variable::CasesQueueUrl)?)),
            notices: Some(Arc::new(queue(Variable::NoticesQueueUrl)?)),
        }),
        tokens: Arc::new(RandomTokens),
        secret_ids: SecretIds {
            session: environment.required(Variable::SessionSecretId)?,
            slack_signing: environment.required(Variable::SlackSigningSecretId)?,
            caller: environment.required(Variable::CallerKeySecretId)?,
        },
        members: Arc::new(Hooks::new(
            http.clone(),
            base_url(HOOKS_URL, hooks_url.as_deref()),
        )),
        recordings: Arc::new(Recordings {
            http,
            base_url: base_url(dialnexa::BASE_URL, dialnexa_url.as_deref()),
            secrets: secrets.clone(),
            secret_id: environment.required(Variable::DialNexaApiSecretId)?,
            metrics: metrics.clone(),
        }),
        secrets,
        provider,
        public_base_url: environment.required_https_url(Variable::PublicBaseUrl)?,
        metrics,
    })
}

/// DialNexa, with its key as it is when somebody asks.
struct Recordings {
    http: HttpClients,
    base_url: String,
    secrets: Arc<dyn ReadSecret>,
    secret_id: String,
    metrics: Metrics,
}

#[async_trait]
impl FindRecording for Recordings {
    async fn recording(&self, call: &CallId) -> Result<String, RecordingError> {
        let key = dialnexa_api_key(&*self.secrets, &self.secret_id)
            .await
            .map_err(|_| RecordingError::Key)?;
        let transport = HttpTransport::new(self.http.clone(), self.base_url.clone(), key);
        let watched = Watched::new(transport, "dialnexa", &self.metrics);
        DialNexa::new(watched, TIME_OUT).recording(call).await
    }
}
