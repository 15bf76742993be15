//! The environment of a function: each variable with its name and what it is for, so that an
//! error says what to do.

use std::collections::BTreeMap;
use std::path::PathBuf;

use thiserror::Error;

use crate::error::Class;

/// A variable that a function reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variable {
    /// The queue `calls`.
    CallsQueueUrl,
    /// The queue `cases`.
    CasesQueueUrl,
    /// The queue `notices`.
    NoticesQueueUrl,
    /// The ledger's table.
    TableName,
    /// The secret with DialNexa's signing secrets.
    DialNexaSecretId,
    /// The secret with Paystack's key.
    PaystackSecretId,
    /// The secret with Slack's token.
    SlackSecretId,
    /// The secret with Zendesk's credential.
    ZendeskSecretId,
    /// The secret with `HubSpot`'s token.
    HubspotSecretId,
    /// The secret with Gmail's credential.
    GmailSecretId,
    /// The secret with Stripe's key.
    StripeSecretId,
    /// The secret with `QuickBooks`' credential.
    QuickBooksSecretId,
    /// The secret with the key of the caller index.
    CallerKeySecretId,
    /// The secret with the keys of sessions.
    SessionSecretId,
    /// The secret of the identity provider.
    OidcSecretId,
    /// The secret with what Slack signs with.
    SlackSigningSecretId,
    /// The secret with DialNexa's API key.
    DialNexaApiSecretId,
    /// Where our call pages are found.
    PublicBaseUrl,
    /// The folder of `settings.toml`.
    ConfigDir,
    /// The folder of the deployed function, set by Lambda.
    LambdaTaskRoot,
    /// The AWS region, set by Lambda.
    AwsRegion,
    /// Another place than AWS, of the local stack.
    AwsEndpointUrl,
    /// How much is logged.
    RustLog,
    /// Another place than Paystack, of the local stack.
    #[cfg(feature = "local")]
    PaystackBaseUrl,
    /// Another place than Slack, of the local stack.
    #[cfg(feature = "local")]
    SlackBaseUrl,
    /// Another place than Zendesk, of the local stack.
    #[cfg(feature = "local")]
    ZendeskBaseUrl,
    /// Another place than `HubSpot`, of the local stack.
    #[cfg(feature = "local")]
    HubspotBaseUrl,
    /// Another place than Gmail, of the local stack.
    #[cfg(feature = "local")]
    GmailBaseUrl,
    /// Another place than Google's tokens, of the local stack.
    #[cfg(feature = "local")]
    GoogleTokenBaseUrl,
    /// Another place than Stripe, of the local stack.
    #[cfg(feature = "local")]
    StripeBaseUrl,
    /// Another place than `QuickBooks`, of the local stack.
    #[cfg(feature = "local")]
    QuickBooksBaseUrl,
    /// Another place than Intuit's tokens, of the local stack.
    #[cfg(feature = "local")]
    IntuitTokenBaseUrl,
    /// Another place than DialNexa's API, of the local stack.
    #[cfg(feature = "local")]
    DialNexaBaseUrl,
    /// Another identity provider than the settings', of the local stack.
    #[cfg(feature = "local")]
    OidcBaseUrl,
}

impl Variable {
    /// The variable's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CallsQueueUrl => "CALLS_QUEUE_URL",
            Self::CasesQueueUrl => "CASES_QUEUE_URL",
            Self::NoticesQueueUrl => "NOTICES_QUEUE_URL",
            Self::TableName => "TABLE_NAME",
            Self::DialNexaSecretId => "DIALNEXA_SECRET_ID",
            Self::PaystackSecretId => "PAYSTACK_SECRET_ID",
            Self::SlackSecretId => "SLACK_SECRET_ID",
            Self::ZendeskSecretId => "ZENDESK_SECRET_ID",
            Self::HubspotSecretId => "HUBSPOT_SECRET_ID",
            Self::GmailSecretId => "GMAIL_SECRET_ID",
            Self::StripeSecretId => "STRIPE_SECRET_ID",
            Self::QuickBooksSecretId => "QUICKBOOKS_SECRET_ID",
            Self::CallerKeySecretId => "CALLER_KEY_SECRET_ID",
            Self::SessionSecretId => "SESSION_SECRET_ID",
            Self::OidcSecretId => "OIDC_SECRET_ID",
            Self::SlackSigningSecretId => "SLACK_SIGNING_SECRET_ID",
            Self::DialNexaApiSecretId => "DIALNEXA_API_SECRET_ID",
            Self::PublicBaseUrl => "PUBLIC_BASE_URL",
            Self::ConfigDir => "CONFIG_DIR",
            Self::LambdaTaskRoot => "LAMBDA_TASK_ROOT",
            Self::AwsRegion => "AWS_REGION",
            Self::AwsEndpointUrl => "AWS_ENDPOINT_URL",
            Self::RustLog => "RUST_LOG",
            #[cfg(feature = "local")]
            Self::PaystackBaseUrl => "PAYSTACK_BASE_URL",
            #[cfg(feature = "local")]
            Self::SlackBaseUrl => "SLACK_BASE_URL",
            #[cfg(feature = "local")]
            Self::ZendeskBaseUrl => "ZENDESK_BASE_URL",
            #[cfg(feature = "local")]
            Self::HubspotBaseUrl => "HUBSPOT_BASE_URL",
            #[cfg(feature = "local")]
            Self::GmailBaseUrl => "GMAIL_BASE_URL",
            #[cfg(feature = "local")]
            Self::GoogleTokenBaseUrl => "GOOGLE_TOKEN_BASE_URL",
            #[cfg(feature = "local")]
            Self::StripeBaseUrl => "STRIPE_BASE_URL",
            #[cfg(feature = "local")]
            Self::QuickBooksBaseUrl => "QUICKBOOKS_BASE_URL",
            #[cfg(feature = "local")]
            Self::IntuitTokenBaseUrl => "INTUIT_TOKEN_BASE_URL",
            #[cfg(feature = "local")]
            Self::DialNexaBaseUrl => "DIALNEXA_BASE_URL",
            #[cfg(feature = "local")]
            Self::OidcBaseUrl => "OIDC_BASE_URL",
        }
    }

    /// What to set it to.
    #[must_use]
    pub const fn purpose(self) -> &'static str {
        match self {
            Self::CallsQueueUrl => "the URL of the queue `calls`",
            Self::CasesQueueUrl => "the URL of the queue `cases`",
            Self::NoticesQueueUrl => "the URL of the queue `notices`",
            Self::TableName => "the name of the ledger's table",
            Self::DialNexaSecretId => {
                "the name or ARN of the secret with DialNexa's signing secrets"
            }
            Self::PaystackSecretId => "the name or ARN of the secret with Paystack's key",
            Self::SlackSecretId => "the name or ARN of the secret with Slack's token",
            Self::ZendeskSecretId => "the name or ARN of the secret with Zendesk's credential",
            Self::HubspotSecretId => "the name or ARN of the secret with HubSpot's token",
            Self::GmailSecretId => "the name or ARN of the secret with Gmail's credential",
            Self::StripeSecretId => "the name or ARN of the secret with Stripe's key",
            Self::QuickBooksSecretId => "the name or ARN of the secret with QuickBooks' credential",
            Self::CallerKeySecretId => "the name or ARN of the secret with the caller index's key",
            Self::SessionSecretId => "the name or ARN of the secret with the keys of sessions",
            Self::OidcSecretId => "the name or ARN of the secret of the identity provider",
            Self::SlackSigningSecretId => {
                "the name or ARN of the secret with what Slack signs its requests with"
            }
            Self::DialNexaApiSecretId => "the name or ARN of the secret with DialNexa's API key",
            Self::PublicBaseUrl => "the https URL under which call pages are found",
            Self::ConfigDir => "the folder that holds settings.toml",
            Self::LambdaTaskRoot => {
                "the function's folder; Lambda sets it, elsewhere set CONFIG_DIR"
            }
            Self::AwsRegion => "the AWS region; Lambda sets it",
            Self::AwsEndpointUrl => "the URL of the local stack, or nothing for AWS",
            Self::RustLog => "a level such as info, or nothing",
            #[cfg(feature = "local")]
            Self::PaystackBaseUrl => "the URL of the sandbox's Paystack, or nothing",
            #[cfg(feature = "local")]
            Self::SlackBaseUrl => "the URL of the sandbox's Slack, or nothing",
            #[cfg(feature = "local")]
            Self::ZendeskBaseUrl => "the URL of the sandbox's Zendesk, or nothing",
            #[cfg(feature = "local")]
            Self::HubspotBaseUrl => "the URL of the sandbox's HubSpot, or nothing",
            #[cfg(feature = "local")]
            Self::GmailBaseUrl => "the URL of the sandbox's Gmail, or nothing",
            #[cfg(feature = "local")]
            Self::GoogleTokenBaseUrl => "the URL of the sandbox's Google tokens, or nothing",
            #[cfg(feature = "local")]
            Self::StripeBaseUrl => "the URL of the sandbox's Stripe, or nothing",
            #[cfg(feature = "local")]
            Self::QuickBooksBaseUrl => "the URL of the sandbox's QuickBooks, or nothing",
            #[cfg(feature = "local")]
            Self::IntuitTokenBaseUrl => "the URL of the sandbox's Intuit tokens, or nothing",
            #[cfg(feature = "local")]
            Self::DialNexaBaseUrl => "the URL of the sandbox's DialNexa, or nothing",
            #[cfg(feature = "local")]
            Self::OidcBaseUrl => "the URL of the sandbox's identity provider, or nothing",
        }
    }
}

/// Why a function cannot start. Names the variable and what to do, never its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ConfigError {
    /// It is not set, or empty.
    #[error(
        "{} is not set: set it to {} (infra/template.yaml does)", .0.name(), .0.purpose()
    )]
    Missing(Variable),
    /// It is set to something else.
    #[error("{} is not {}: correct it (infra/template.yaml sets it)", .0.name(), .0.purpose())]
    Invalid(Variable),
    /// There can be no TLS to AWS.
    #[error("TLS to AWS cannot be set up: the certificates in shared/src/config are damaged")]
    Tls,
}

impl ConfigError {
    /// What the error means for what happens next: nothing, until a person corrects it.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::Missing(_) | Self::Invalid(_) | Self::Tls => Class::Bug,
        }
    }
}

/// The environment: the process's own, or one that a test made.
#[derive(Debug, Clone)]
pub struct Environment(Source);

#[derive(Debug, Clone)]
enum Source {
    Process,
    Given(BTreeMap<Variable, String>),
}

impl Environment {
    /// The environment of this process.
    #[must_use]
    pub const fn of_process() -> Self {
        Self(Source::Process)
    }

    /// An environment of just these variables.
    #[must_use]
    pub fn of<'value>(variables: impl IntoIterator<Item = (Variable, &'value str)>) -> Self {
        let given = variables
            .into_iter()
            .map(|(variable, value)| (variable, value.to_owned()));
        Self(Source::Given(given.collect()))
    }

    /// The value of `variable`, unless it is unset or blank.
    #[must_use]
    pub fn optional(&self, variable: Variable) -> Option<String> {
        let value = match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "the one place that reads it")]
            Source::Process => std::env::var(variable.name()).ok(),
            Source::Given(given) => given.get(&variable).cloned(),
        };
        value
            .map(|value| value.trim().to_owned())
            .filter(|value| !value.is_empty())
    }

    /// The value of `variable`.
    ///
    /// # Errors
    /// [`ConfigError::Missing`] where it is unset or blank.
    pub fn required(&self, variable: Variable) -> Result<String, ConfigError> {
        self.optional(variable)
            .ok_or(ConfigError::Missing(variable))
    }

    /// The https URL that `variable` holds, without a slash at its end.
    ///
    /// # Errors
    /// [`ConfigError`] where it is unset or no https URL.
    pub fn required_https_url(&self, variable: Variable) -> Result<String, ConfigError> {
        let url = self.required(variable)?;
        // The local stack's front door speaks plain HTTP, on this machine only.
        let near = if cfg!(feature = "local") {
            url.strip_prefix("http://")
                .filter(|host| host.starts_with("localhost:"))
        } else {
            None
        };
        let host = url.strip_prefix("https://").or(near).unwrap_or_default();
        let is_url = host.starts_with(|first: char| first.is_ascii_alphanumeric())
            && host
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"?#\"<>\\".contains(&byte));
        if is_url {
            Ok(url.trim_end_matches('/').to_owned())
        } else {
            Err(ConfigError::Invalid(variable))
        }
    }

    /// The folder of `settings.toml`: `CONFIG_DIR`, or `config` beside the function.
    ///
    /// # Errors
    /// [`ConfigError::Missing`] where neither is set.
    pub fn config_dir(&self) -> Result<PathBuf, ConfigError> {
        if let Some(folder) = self.optional(Variable::ConfigDir) {
            return Ok(folder.into());
        }
        let root = self.required(Variable::LambdaTaskRoot)?;
        Ok(PathBuf::from(root).join("config"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_variable_is_named_with_what_to_do() {
        let error = Environment::of([])
            .required(Variable::CallsQueueUrl)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "CALLS_QUEUE_URL is not set: set it to the URL of the queue `calls` \
             (infra/template.yaml does)"
        );
        let blank = Environment::of([(Variable::TableName, " ")]);
        assert_eq!(
            blank.required(Variable::TableName),
            Err(ConfigError::Missing(Variable::TableName))
        );
    }

    #[test]
    fn a_public_address_is_https_or_refused() {
        let url = |url| {
            Environment::of([(Variable::PublicBaseUrl, url)])
                .required_https_url(Variable::PublicBaseUrl)
        };
        assert_eq!(
            url("https://billing.example.com/"),
            Ok("https://billing.example.com".into())
        );
        for wrong in [
            "http://billing.example.com",
            "https://",
            "https:///x",
            "billing",
            "https://a b",
        ] {
            assert_eq!(
                url(wrong),
                Err(ConfigError::Invalid(Variable::PublicBaseUrl)),
                "{wrong}"
            );
        }
    }

    #[test]
    fn settings_lie_beside_the_function_unless_told_otherwise() {
        let on_lambda = Environment::of([(Variable::LambdaTaskRoot, "/var/task")]);
        assert_eq!(
            on_lambda.config_dir(),
            Ok(PathBuf::from("/var/task/config"))
        );
        let told = Environment::of([
            (Variable::LambdaTaskRoot, "/var/task"),
            (Variable::ConfigDir, "infra/config"),
        ]);
        assert_eq!(told.config_dir(), Ok(PathBuf::from("infra/config")));
        assert_eq!(
            Environment::of([]).config_dir(),
            Err(ConfigError::Missing(Variable::LambdaTaskRoot))
        );
    }
}
