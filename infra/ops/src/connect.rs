//! Checks a credential against the system that it is for, and says what is missing in words that a
//! person can act on. Reads only: nothing is posted, written or sent.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use clap::ValueEnum;
use execute::paired::{self, Intuit, QuickBooks, QuickBooksTokens, Stripe};
use notify::gmail::{self, Gmail, GoogleTokens};
use notify::zendesk::Zendesk;
use serde::Serialize;
use shared::clock::Clock;
use shared::config::{Settings, System};
use shared::ids::Tokens;
use shared::ledger::Table;
use shared::paystack::{self, Paystack, Timeouts};
use shared::secrets::{self, KeepSecret, ReadSecret, SecretError};
use shared::telemetry::Metrics;
use shared::vendors::dialnexa;
use shared::vendors::exchange::{Exchange, ExchangeError, Problem};
use shared::vendors::http::{Auth, HttpClients, HttpTransport, Method, base_url};
use shared::vendors::hubspot::{self, Hubspot};
use shared::vendors::slack::{self, ChannelId, Slack, SlackError};
use shared::vendors::token::{AccessTokens as _, TokenTransport};

/// How long one exchange may take.
const TIME_OUT: Duration = Duration::from_secs(15);

/// A system that a credential is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Which {
    /// Where things are done: nothing works without it.
    Paystack,
    /// Where calls come from: what it signs with, and its API.
    Dialnexa,
    /// Finance alerts.
    Slack,
    /// Billing tickets.
    Zendesk,
    /// Notes, owners and deals.
    Hubspot,
    /// Mail to customers.
    Gmail,
    /// Payment and subscription status.
    Stripe,
    /// Invoices and addresses.
    Quickbooks,
}

impl Which {
    /// Every system.
    pub const ALL: [Self; 8] = [
        Self::Paystack,
        Self::Dialnexa,
        Self::Slack,
        Self::Zendesk,
        Self::Hubspot,
        Self::Gmail,
        Self::Stripe,
        Self::Quickbooks,
    ];

    /// The name under which its secret and its sandbox are found.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Paystack => "paystack",
            Self::Dialnexa => "dialnexa",
            Self::Slack => "slack",
            Self::Zendesk => "zendesk",
            Self::Hubspot => "hubspot",
            Self::Gmail => "gmail",
            Self::Stripe => "stripe",
            Self::Quickbooks => "quickbooks",
        }
    }
}

/// What a check came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// It is not set up, which is no fault.
    NotUsed,
    /// Everything that Ledgerline needs is there.
    Ready,
    /// What is missing, and what to do about each.
    Missing(Vec<String>),
}

impl Finding {
    fn of(missing: Vec<String>) -> Self {
        if missing.is_empty() {
            Self::Ready
        } else {
            Self::Missing(missing)
        }
    }
}

/// What a check is made with.
pub struct Connector {
    /// The secrets.
    pub secrets: Arc<dyn KeepSecret>,
    /// Their ids, by the system's name.
    pub ids: BTreeMap<String, String>,
    /// Where the sandbox of vendors answers, for the local stack.
    pub sandbox: Option<String>,
    /// The HTTP clients.
    pub http: HttpClients,
    /// The merchant's settings: which channels and addresses are written to.
    pub settings: Settings,
    /// Where the lease of a rotating token is kept.
    pub table: Arc<dyn Table>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Tells our own writes from others'.
    pub tokens: Arc<dyn Tokens>,
}

impl Connector {
    /// Checks one system.
    pub async fn check(&self, which: Which) -> Finding {
        let found = match which {
            Which::Paystack => self.paystack().await,
            Which::Dialnexa => self.dialnexa().await,
            Which::Slack => self.slack().await,
            Which::Zendesk => self.zendesk().await,
            Which::Hubspot => self.hubspot().await,
            Which::Gmail => self.gmail().await,
            Which::Stripe => self.stripe().await,
            Which::Quickbooks => self.quickbooks().await,
        };
        found.unwrap_or_else(|error| Finding::Missing(vec![secret_advice(which, error)]))
    }

    fn id(&self, which: Which) -> Result<&str, SecretError> {
        let id = self.ids.get(which.name()).map(String::as_str);
        id.ok_or(SecretError::Missing)
    }

    fn url(&self, own: &str, name: &str) -> String {
        let sandbox = self.sandbox.as_ref().map(|url| format!("{url}/{name}"));
        base_url(own, sandbox.as_deref())
    }

    fn way(&self, own: &str, name: &str, auth: Auth) -> Arc<HttpTransport> {
        let url = self.url(own, name);
        Arc::new(HttpTransport::with_auth(self.http.clone(), url, auth))
    }

    async fn paystack(&self) -> Result<Finding, SecretError> {
        let key = secrets::paystack_key(&*self.secrets, self.id(Which::Paystack)?).await?;
        let way = self.way(paystack::BASE_URL, "paystack", Auth::Bearer(key.key));
        let timeouts = Timeouts {
            read: TIME_OUT,
            write: TIME_OUT,
        };
        let paystack = Paystack::new(way, key.mode).with_timeouts(timeouts);
        Ok(match paystack.balances().await {
            Ok(_) => Finding::Ready,
            Err(error) => Finding::Missing(vec![format!(
                "{error}: copy the secret key of Paystack's dashboard, Settings, API Keys & \
                 Webhooks, into the secret again"
            )]),
        })
    }

    /// The signing secret must be there; the API key is needed for recordings, for missed calls and
    /// to set DialNexa up.
    async fn dialnexa(&self) -> Result<Finding, SecretError> {
        secrets::dialnexa_secrets(&*self.secrets, self.id(Which::Dialnexa)?).await?;
        let way = match self.dialnexa_api().await {
            Ok(way) => way,
            Err(SecretError::Unset(_)) => {
                return Ok(Finding::Missing(vec![
                    "there is no API key: recordings cannot be heard, and calls that were not \
                     delivered are not found; make one in DialNexa's dashboard, API access"
                        .to_owned(),
                ]));
            }
            Err(error) => return Err(error),
        };
        let exchange = Exchange::new(way, "DialNexa", TIME_OUT);
        let request = exchange
            .request(Method::Get, "/v1/calls")
            .query("limit", "1");
        Ok(match exchange.read::<serde_json::Value>(request).await {
            Ok(_) => Finding::Ready,
            Err(error) => Finding::Missing(vec![advice(
                &error,
                "copy the API key, as key_id:secret, into the secret again",
            )]),
        })
    }

    /// The way to DialNexa's API.
    ///
    /// # Errors
    /// [`SecretError`] where its key is not to be had.
    pub async fn dialnexa_api(&self) -> Result<Arc<HttpTransport>, SecretError> {
        let id = self.ids.get("dialnexa_api").ok_or(SecretError::Missing)?;
        let key = secrets::dialnexa_api_key(&*self.secrets, id).await?;
        Ok(self.way(dialnexa::BASE_URL, "dialnexa", Auth::Bearer(key)))
    }

    /// What DialNexa signs with now.
    ///
    /// # Errors
    /// [`SecretError`] where it is not to be had.
    pub async fn dialnexa_signs_with(&self) -> Result<secrecy::SecretString, SecretError> {
        let found = secrets::dialnexa_secrets(&*self.secrets, self.id(Which::Dialnexa)?).await?;
        Ok(found.current)
    }

    /// What the desk needs: with what it signs sessions, how the identity provider knows it, the key
    /// of the caller index; and, where Slack is used, with what Slack signs its buttons.
    pub async fn desk(&self) -> Finding {
        let id = |name: &str| self.ids.get(name).map(String::as_str).unwrap_or_default();
        let secrets = &*self.secrets;
        let mut found = vec![
            secrets::session_keys(secrets, id("session")).await.err(),
            secrets::caller_key(secrets, id("caller_key")).await.err(),
            secrets::oidc_client_secret(secrets, id("identity"))
                .await
                .err(),
        ];
        let slack = secrets::slack_token(secrets, id("slack")).await;
        if matches!(slack, Ok(Some(_))) {
            let signing = secrets::slack_signing_secret(secrets, id("slack_signing")).await;
            found.push(signing.err());
        }
        let missing = found.into_iter().flatten().map(|error| error.to_string());
        Finding::of(missing.collect())
    }

    async fn slack(&self) -> Result<Finding, SecretError> {
        let id = self.id(Which::Slack)?;
        let Some(token) = secrets::slack_token(&*self.secrets, id).await? else {
            return Ok(Finding::NotUsed);
        };
        let slack = Slack::new(
            self.way(slack::BASE_URL, "slack", Auth::Bearer(token)),
            TIME_OUT,
        );
        let mut missing = Vec::new();
        let destinations = self.settings.notices.destinations.iter();
        let channels = destinations
            .filter(|(_, it)| it.system == System::Slack)
            .filter_map(|(name, it)| Some((name, ChannelId::new(it.channel.clone()?).ok()?)));
        let mut any = false;
        for (name, channel) in channels {
            any = true;
            if let Err(error) = slack.check_channel(&channel).await {
                missing.push(slack_advice(name, &channel, &error));
            }
        }
        if !any {
            missing.push(
                "no destination of settings.toml is in Slack: add one under notices.destinations"
                    .to_owned(),
            );
        }
        missing.sort();
        missing.dedup();
        Ok(Finding::of(missing))
    }

    async fn zendesk(&self) -> Result<Finding, SecretError> {
        let id = self.id(Which::Zendesk)?;
        let Some(credential) = secrets::zendesk_credential(&*self.secrets, id).await? else {
            return Ok(Finding::NotUsed);
        };
        let own = format!("https://{}.zendesk.com", credential.subdomain);
        let auth = Auth::Basic {
            user: credential.user,
            password: credential.token,
        };
        let zendesk = Zendesk::new(self.way(&own, "zendesk", auth), TIME_OUT);
        Ok(match zendesk.role_that_cannot_write().await {
            Ok(None) => Finding::Ready,
            Ok(Some(role)) => Finding::Missing(vec![format!(
                "the address in the secret is {role} at Zendesk: give it the role of an agent"
            )]),
            Err(error) => Finding::Missing(vec![advice(
                &error,
                "check subdomain, email and api_token in the secret, and that token access is on \
                 under Admin Center, Apps and integrations, Zendesk API",
            )]),
        })
    }

    async fn hubspot(&self) -> Result<Finding, SecretError> {
        let id = self.id(Which::Hubspot)?;
        let Some(token) = secrets::hubspot_token(&*self.secrets, id).await? else {
            return Ok(Finding::NotUsed);
        };
        let way = self.way(hubspot::BASE_URL, "hubspot", Auth::Bearer(token));
        let scopes = Hubspot::new(way, TIME_OUT).missing_scopes().await;
        Ok(lacking(
            scopes,
            "scope",
            "add it to the private app under Settings, Integrations, Private Apps, Scopes",
            "copy the private app's token into the secret again",
        ))
    }

    async fn gmail(&self) -> Result<Finding, SecretError> {
        let id = self.id(Which::Gmail)?;
        if secrets::google_credential(&*self.secrets, id)
            .await?
            .is_none()
        {
            return Ok(Finding::NotUsed);
        }
        let google = self.way(gmail::TOKEN_URL, "gmail", Auth::None);
        let secrets: Arc<dyn ReadSecret> = Arc::new(Reading(Arc::clone(&self.secrets)));
        let tokens = Arc::new(GoogleTokens::new(
            Exchange::new(google, "Google", TIME_OUT),
            secrets,
            id.to_owned(),
            Arc::clone(&self.clock),
        ));
        if tokens.token().await.is_none() {
            return Ok(Finding::Missing(vec![
                "Google gives no access token for the secret: for a refresh token, ask the \
                 mailbox's owner for consent again; for a service account, allow its client id \
                 the two scopes under Admin console, Security, API controls, Domain-wide \
                 delegation"
                    .to_owned(),
            ]));
        }
        let url = self.url(gmail::BASE_URL, "gmail");
        let way = Arc::new(TokenTransport::new(self.http.clone(), url, tokens));
        let scopes = Gmail::new(way, TIME_OUT).missing_scopes().await;
        Ok(lacking(
            scopes,
            "scope",
            "ask for consent again with it, or add it to the delegation",
            "put a fresh credential into the secret",
        ))
    }

    async fn stripe(&self) -> Result<Finding, SecretError> {
        let id = self.id(Which::Stripe)?;
        let Some(key) = secrets::stripe_key(&*self.secrets, id).await? else {
            return Ok(Finding::NotUsed);
        };
        let way = self.way(paired::STRIPE_URL, "stripe", Auth::Bearer(key));
        let rights = Stripe::new(way, TIME_OUT).missing_rights().await;
        Ok(lacking(
            rights,
            "permission",
            "edit the restricted key under Developers, API keys",
            "make a restricted key under Developers, API keys, and put it into the secret",
        ))
    }

    async fn quickbooks(&self) -> Result<Finding, SecretError> {
        let id = self.id(Which::Quickbooks)?;
        let credential = secrets::quickbooks_credential(&*self.secrets, id).await?;
        let Some(credential) = credential else {
            return Ok(Finding::NotUsed);
        };
        let tokens = Arc::new(QuickBooksTokens {
            intuit: Intuit {
                http: self.http.clone(),
                url: self.url(paired::INTUIT_URL, "quickbooks"),
                timeout: TIME_OUT,
            },
            secrets: Arc::clone(&self.secrets),
            secret: id.to_owned(),
            table: Arc::clone(&self.table),
            clock: Arc::clone(&self.clock),
            tokens: Arc::clone(&self.tokens),
            metrics: Metrics::in_memory("connect", Arc::clone(&self.clock)),
        });
        if tokens.token().await.is_none() {
            return Ok(Finding::Missing(vec![
                "Intuit gives no access token: the refresh token was used elsewhere or has ended. \
                 Connect the company again in Intuit's OAuth playground, and put client_id, \
                 client_secret and the new refresh_token into the secret"
                    .to_owned(),
            ]));
        }
        let own = if credential.is_sandbox {
            paired::SANDBOX_URL
        } else {
            paired::QUICKBOOKS_URL
        };
        let url = self.url(own, "quickbooks");
        let way = Arc::new(TokenTransport::new(self.http.clone(), url, tokens));
        let books = QuickBooks::new(way, credential.realm_id, TIME_OUT);
        Ok(match books.company().await {
            Ok(()) => Finding::Ready,
            Err(error) => Finding::Missing(vec![advice(
                &error,
                "check realm_id in the secret: it is the company's, and the application needs the \
                 scope com.intuit.quickbooks.accounting; for a company of Intuit's sandbox set \
                 \"sandbox\": true",
            )]),
        })
    }
}

/// A secret that is only read.
struct Reading(Arc<dyn KeepSecret>);

#[async_trait::async_trait]
impl ReadSecret for Reading {
    async fn read(&self, id: &str) -> Result<secrecy::SecretString, SecretError> {
        self.0.read(id).await
    }
}

fn lacking(
    outcome: Result<Vec<&'static str>, ExchangeError>,
    what: &str,
    then: &str,
    key: &str,
) -> Finding {
    match outcome {
        Ok(missing) => Finding::of(
            missing
                .into_iter()
                .map(|name| format!("the key lacks the {what} {name}: {then}"))
                .collect(),
        ),
        Err(error) => Finding::Missing(vec![advice(&error, key)]),
    }
}

fn advice(error: &ExchangeError, key: &str) -> String {
    match error.problem {
        Problem::KeyRefused { .. } | Problem::Refused { .. } => format!("{error}: {key}"),
        Problem::DayUsedUp => format!("{error}: try again tomorrow, or raise its daily limit"),
        Problem::NotReached(_) => format!("{error}: check the network, and its status page"),
        Problem::NoAnswer(_)
        | Problem::Throttled { .. }
        | Problem::Incomplete
        | Problem::Unbuildable(_) => format!("{error}: try again in some minutes"),
    }
}

fn slack_advice(name: &str, channel: &ChannelId, error: &SlackError) -> String {
    let code = match error {
        SlackError::TokenRefused { code } | SlackError::Refused { code } => code.as_str(),
        _ => return format!("{error}: try again in some minutes"),
    };
    let channel = channel.as_str();
    match code {
        "missing_scope" => {
            "the token lacks a scope: under OAuth & Permissions add chat:write and channels:history \
             (groups:history for a private channel), and install the app again"
                .to_owned()
        }
        "channel_not_found" => format!(
            "{name}: the app sees no channel {channel}: copy the id from the channel's details, and \
             invite the app to the channel"
        ),
        "not_in_channel" => {
            format!("{name}: invite the app to the channel {channel} (/invite in the channel)")
        }
        "is_archived" => format!("{name}: the channel {channel} is archived: name another"),
        code => format!(
            "Slack does not accept the token ({code}): install the app to the workspace, and copy \
             the bot token, which begins with xoxb-, into the secret"
        ),
    }
}

fn secret_advice(which: Which, error: SecretError) -> String {
    match error {
        SecretError::Unavailable => format!("{error}: try again in some minutes"),
        SecretError::Missing | SecretError::Denied => format!(
            "{error}: set {}_SECRET_ID to the secret that the stack's outputs name, and use \
             credentials that may read it",
            which.name().to_uppercase()
        ),
        SecretError::Unset(_) | SecretError::Malformed { .. } | SecretError::Changed => {
            error.to_string()
        }
    }
}
