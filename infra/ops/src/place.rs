//! Where the deployment is that a command works on: the local stack of this checkout, or AWS.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client as DynamoClient;
use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::types::TableDescription;
use aws_sdk_secretsmanager::Client as SecretsClient;
use aws_sdk_sqs::Client as SqsClient;
use aws_sdk_sqs::config::{Credentials, SharedCredentialsProvider};
use serde::Deserialize;
use shared::clock::SystemClock;
use shared::config::{AwsTimeouts, ConfigError, Environment, Settings, Variable, aws_config};
use shared::ids::RandomTokens;
use shared::ledger::{CallerIndex, DynamoTable, Ledger};
use shared::queue::{OutboxQueues, SqsQueue};
use shared::secrets::{CachedSecrets, SecretsManager, caller_key};
use shared::vendors::http::HttpClients;

use crate::connect::Connector;
use crate::error::OpsError;

/// The file in which a running local stack describes itself.
pub const LOCAL_STACK: &str = ".local/run/stack.json";

/// The file beside it with the outputs of a deployed stack, as `aws cloudformation describe-stacks
/// --query 'Stacks[0].Outputs'` and `make deploy` write them.
pub const OUTPUTS: &str = "outputs.json";

/// The queues.
pub const QUEUES: [&str; 3] = ["calls", "cases", "notices"];

/// The secrets: the name here, the output of the template, the variable.
const SECRETS: [(&str, &str, Variable); 13] = [
    (
        "caller_key",
        "CallerKeySecretArn",
        Variable::CallerKeySecretId,
    ),
    ("dialnexa", "DialNexaSecretArn", Variable::DialNexaSecretId),
    (
        "dialnexa_api",
        "DialNexaApiSecretArn",
        Variable::DialNexaApiSecretId,
    ),
    ("gmail", "GmailSecretArn", Variable::GmailSecretId),
    ("hubspot", "HubspotSecretArn", Variable::HubspotSecretId),
    ("identity", "OidcSecretArn", Variable::OidcSecretId),
    ("paystack", "PaystackSecretArn", Variable::PaystackSecretId),
    (
        "quickbooks",
        "QuickBooksSecretArn",
        Variable::QuickBooksSecretId,
    ),
    ("session", "SessionSecretArn", Variable::SessionSecretId),
    ("slack", "SlackSecretArn", Variable::SlackSecretId),
    (
        "slack_signing",
        "SlackSigningSecretArn",
        Variable::SlackSigningSecretId,
    ),
    ("stripe", "StripeSecretArn", Variable::StripeSecretId),
    ("zendesk", "ZendeskSecretArn", Variable::ZendeskSecretId),
];

/// What a running local stack says of itself.
#[derive(Debug, Clone, Deserialize)]
pub struct LocalStack {
    /// Where the AWS services answer.
    pub endpoint_url: String,
    /// The region it plays.
    pub region: String,
    /// Where the sandbox of vendors answers.
    pub sandbox_url: String,
    /// Where DialNexa delivers.
    pub webhook_url: String,
    /// Where the desk is opened in a browser.
    #[serde(default)]
    pub desk_url: String,
    /// The ledger's table.
    pub table_name: String,
    /// The queues by name.
    pub queues: BTreeMap<String, String>,
    /// Their dead-letter queues by name.
    pub dead_letter_queues: BTreeMap<String, String>,
    /// The ids of its secrets by name.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
    /// The values of its secrets, readable by this user alone.
    pub secrets_file: PathBuf,
}

impl LocalStack {
    /// Reads the description, where there is one.
    ///
    /// # Errors
    /// [`OpsError::Stack`] where it is there and cannot be read.
    pub fn read(path: &Path) -> Result<Option<Self>, OpsError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(OpsError::Stack(path.to_owned(), error.to_string())),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| OpsError::Stack(path.to_owned(), error.to_string()))
    }

    /// The secret that DialNexa's deliveries to this stack are signed with.
    ///
    /// # Errors
    /// [`OpsError::Stack`] where the secrets' file cannot be read.
    pub fn signing_secret(&self) -> Result<String, OpsError> {
        let problem = |what: String| OpsError::Stack(self.secrets_file.clone(), what);
        let text = std::fs::read_to_string(&self.secrets_file)
            .map_err(|error| problem(error.to_string()))?;
        let values: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| problem(error.to_string()))?;
        values
            .pointer("/dialnexa/current")
            .and_then(serde_json::Value::as_str)
            .map(str::to_owned)
            .ok_or_else(|| problem("it has no dialnexa.current".to_owned()))
    }
}

/// A deployment.
pub struct Place {
    /// The ledger.
    pub ledger: Ledger,
    /// The queues.
    pub sqs: SqsClient,
    /// The table's service.
    pub dynamo: DynamoClient,
    table: DynamoTable,
    table_name: String,
    queues: BTreeMap<String, String>,
    dead_letter_queues: BTreeMap<String, String>,
    secrets: SecretsClient,
    secret_ids: BTreeMap<String, String>,
    sandbox_url: Option<String>,
    webhook_url: Option<String>,
    desk_url: Option<String>,
}

/// One output of a deployed stack, in the words of `CloudFormation`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Output {
    output_key: String,
    output_value: String,
}

impl Place {
    /// The local stack where one runs here, else the deployment whose outputs lie beside it, else
    /// the one that the environment names.
    ///
    /// # Errors
    /// [`OpsError`] where neither is there.
    pub fn find(stack: &Path) -> Result<Self, OpsError> {
        if let Some(local) = LocalStack::read(stack)? {
            let environment = Environment::of([
                (Variable::AwsRegion, local.region.as_str()),
                (Variable::AwsEndpointUrl, local.endpoint_url.as_str()),
            ]);
            // The emulator takes any credentials, and the user's own must never reach it.
            let anyone = Credentials::new("local", "local", None, None, "local stack");
            let aws = aws_config(&environment, AwsTimeouts::default())?
                .into_builder()
                .credentials_provider(SharedCredentialsProvider::new(anyone))
                .build();
            let place = Self::new(
                &aws,
                &local.table_name,
                local.queues,
                local.dead_letter_queues,
            );
            return Ok(Self {
                secret_ids: local.secrets,
                sandbox_url: Some(local.sandbox_url),
                webhook_url: Some(local.webhook_url),
                desk_url: Some(local.desk_url).filter(|url| !url.is_empty()),
                ..place
            });
        }
        let environment = Environment::of_process();
        if let Some(outputs) = read_outputs(&stack.with_file_name(OUTPUTS))? {
            return Self::of_outputs(&environment, &outputs);
        }
        let table = environment.required(Variable::TableName)?;
        let queues: BTreeMap<String, String> = [
            ("calls", Variable::CallsQueueUrl),
            ("cases", Variable::CasesQueueUrl),
            ("notices", Variable::NoticesQueueUrl),
        ]
        .into_iter()
        .filter_map(|(name, variable)| Some((name.to_owned(), environment.optional(variable)?)))
        .collect();
        let dead = queues
            .iter()
            .map(|(name, url)| (name.clone(), format!("{url}-dead-letter")))
            .collect();
        let aws = aws_config(&environment, AwsTimeouts::default())?;
        let secret_ids = SECRETS
            .into_iter()
            .filter_map(|(name, _, variable)| {
                Some((name.to_owned(), environment.optional(variable)?))
            })
            .collect();
        Ok(Self {
            secret_ids,
            desk_url: environment.optional(Variable::PublicBaseUrl),
            ..Self::new(&aws, &table, queues, dead)
        })
    }

    /// The deployment with these outputs, reached with the credentials of `environment`.
    fn of_outputs(
        environment: &Environment,
        outputs: &BTreeMap<String, String>,
    ) -> Result<Self, OpsError> {
        let output = |name: &str| {
            let missing = || OpsError::Other(format!("{OUTPUTS} has no {name}: write it anew"));
            outputs.get(name).cloned().ok_or_else(missing)
        };
        let named = |suffix: &str| -> Result<BTreeMap<String, String>, OpsError> {
            [
                ("calls", "Calls"),
                ("cases", "Cases"),
                ("notices", "Notices"),
            ]
            .into_iter()
            .map(|(name, title)| Ok((name.to_owned(), output(&format!("{title}{suffix}"))?)))
            .collect()
        };
        let (queues, dead) = (named("QueueUrl")?, named("DeadLetterQueueUrl")?);
        let aws = aws_config(environment, AwsTimeouts::default())?;
        let secret_ids = SECRETS
            .into_iter()
            .filter_map(|(name, key, _)| Some((name.to_owned(), outputs.get(key)?.clone())))
            .collect();
        Ok(Self {
            secret_ids,
            webhook_url: outputs.get("WebhookUrl").cloned(),
            desk_url: environment
                .optional(Variable::PublicBaseUrl)
                .or_else(|| outputs.get("PublicBaseUrl").cloned()),
            ..Self::new(&aws, &output("TableName")?, queues, dead)
        })
    }

    fn new(
        aws: &SdkConfig,
        table: &str,
        queues: BTreeMap<String, String>,
        dead_letter_queues: BTreeMap<String, String>,
    ) -> Self {
        let dynamo = DynamoClient::new(aws);
        let table_name = table.to_owned();
        let table = DynamoTable::new(dynamo.clone(), table);
        let shared_table = Arc::new(table.clone());
        Self {
            dynamo,
            table,
            table_name,
            ledger: Ledger::new(shared_table, Arc::new(SystemClock), Arc::new(RandomTokens)),
            sqs: SqsClient::new(aws),
            queues,
            dead_letter_queues,
            secrets: SecretsClient::new(aws),
            secret_ids: BTreeMap::new(),
            sandbox_url: None,
            webhook_url: None,
            desk_url: None,
        }
    }

    /// Where DialNexa delivers, where that is known.
    #[must_use]
    pub fn webhook_url(&self) -> Option<&str> {
        self.webhook_url.as_deref()
    }

    /// Where the desk is opened in a browser, where that is known.
    #[must_use]
    pub fn desk_url(&self) -> Option<&str> {
        self.desk_url.as_deref()
    }

    /// Where the sandbox of vendors answers, on the local stack.
    #[must_use]
    pub fn sandbox_url(&self) -> Option<&str> {
        self.sandbox_url.as_deref()
    }

    /// What credentials are checked with.
    ///
    /// # Errors
    /// [`OpsError::Other`] where this machine has no usable certificate store.
    pub fn connector(&self, settings: Settings) -> Result<Connector, OpsError> {
        let clock = Arc::new(SystemClock);
        let secrets = SecretsManager::new(self.secrets.clone());
        Ok(Connector {
            secrets: Arc::new(CachedSecrets::new(secrets, clock.clone())),
            ids: self.secret_ids.clone(),
            sandbox: self.sandbox_url.clone(),
            http: HttpClients::new().map_err(|error| OpsError::Other(error.to_string()))?,
            settings,
            table: Arc::new(self.table.clone()),
            clock,
            tokens: Arc::new(RandomTokens),
        })
    }

    /// The ledger's table.
    #[must_use]
    pub fn table(&self) -> DynamoTable {
        self.table.clone()
    }

    /// What leads from a caller to their calls.
    ///
    /// # Errors
    /// [`OpsError`] where the key is not named or cannot be read.
    pub async fn caller_index(&self) -> Result<CallerIndex, OpsError> {
        let missing = ConfigError::Missing(Variable::CallerKeySecretId);
        let id = self.secret_ids.get("caller_key").ok_or(missing)?;
        let secrets = SecretsManager::new(self.secrets.clone());
        let key = caller_key(&secrets, id)
            .await
            .map_err(|error| OpsError::Other(error.to_string()))?;
        Ok(CallerIndex::new(key))
    }

    /// The address of a queue.
    ///
    /// # Errors
    /// [`OpsError::NoQueue`] where there is none of that name.
    pub fn queue(&self, name: &str) -> Result<&str, OpsError> {
        self.queues
            .get(name)
            .map(String::as_str)
            .ok_or_else(|| OpsError::NoQueue(name.to_owned()))
    }

    /// The address of a queue's dead-letter queue.
    ///
    /// # Errors
    /// [`OpsError::NoQueue`] where there is none of that name.
    pub fn dead_letter_queue(&self, name: &str) -> Result<&str, OpsError> {
        self.dead_letter_queues
            .get(name)
            .map(String::as_str)
            .ok_or_else(|| OpsError::NoQueue(name.to_owned()))
    }

    /// The names of the table's indexes.
    ///
    /// # Errors
    /// [`OpsError::Other`] where the table cannot be described.
    pub async fn index_names(&self) -> Result<Vec<String>, OpsError> {
        let described = self
            .dynamo
            .describe_table()
            .table_name(&self.table_name)
            .send()
            .await;
        let described = described.map_err(|error| {
            let code = error.code().unwrap_or("not reached").to_owned();
            OpsError::Other(format!("the table cannot be described: {code}"))
        })?;
        let table = described
            .table
            .unwrap_or_else(|| TableDescription::builder().build());
        let indexes = table.global_secondary_indexes.unwrap_or_default();
        Ok(indexes
            .into_iter()
            .filter_map(|index| index.index_name)
            .collect())
    }

    /// Where messages that the ledger owes go.
    ///
    /// # Errors
    /// [`OpsError::NoQueue`] where a queue is unknown.
    pub fn outbox(&self) -> Result<OutboxQueues, OpsError> {
        let queue = |name: &str| -> Result<_, OpsError> {
            Ok(Some(Arc::new(SqsQueue::new(
                self.sqs.clone(),
                self.queue(name)?.to_owned(),
            )) as _))
        };
        Ok(OutboxQueues {
            cases: queue("cases")?,
            notices: queue("notices")?,
        })
    }
}

/// The outputs in a file by their names; nothing where there is no such file.
fn read_outputs(path: &Path) -> Result<Option<BTreeMap<String, String>>, OpsError> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(OpsError::File(path.to_owned(), error)),
    };
    let outputs: Vec<Output> = serde_json::from_str(&text).map_err(|error| {
        OpsError::Other(format!("{} is no list of outputs: {error}", path.display()))
    })?;
    let named = outputs
        .into_iter()
        .map(|output| (output.output_key, output.output_value));
    Ok(Some(named.collect()))
}
