//! The configuration of AWS's clients, put together by hand: a function needs the region and the
//! credentials of its own environment, not the search for them in files and on the network that
//! the SDK's default does while a function starts.

use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::SharedCredentialsProvider;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;

use super::{ConfigError, Environment, Variable};

/// How long a request to AWS may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AwsTimeouts {
    /// One attempt of it.
    pub attempt: Duration,
    /// All attempts together.
    pub whole: Duration,
}

impl Default for AwsTimeouts {
    /// Three attempts, within the five seconds that DialNexa's old webhooks wait.
    fn default() -> Self {
        Self {
            attempt: Duration::from_millis(1_500),
            whole: Duration::from_millis(4_500),
        }
    }
}

/// The configuration from which each service's client is made.
///
/// # Errors
/// [`ConfigError::Missing`] where there is no region.
pub fn aws_config(
    environment: &Environment,
    timeouts: AwsTimeouts,
) -> Result<SdkConfig, ConfigError> {
    let http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(timeouts.attempt)
        .operation_attempt_timeout(timeouts.attempt)
        .operation_timeout(timeouts.whole)
        .build();
    let credentials = EnvironmentVariableCredentialsProvider::new();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(environment.required(Variable::AwsRegion)?))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(http)
        .timeout_config(timeouts);
    if let Some(url) = environment.optional(Variable::AwsEndpointUrl) {
        config = config.endpoint_url(url);
    }
    Ok(config.build())
}
