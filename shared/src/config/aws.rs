//! The configuration of AWS's clients, put together by hand: a function needs the region and the
//! credentials of its own environment, not the search for them in files and on the network that
//! the SDK's default does while a function starts.

use std::time::Duration;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_sqs::config::SharedCredentialsProvider;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

use super::{ConfigError, Environment, Variable};

/// The authorities that sign for AWS's endpoints (`https://www.amazontrust.com/repository/`). To read
/// all that a system trusts takes longer than everything else that a function does while it starts.
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon_roots.pem");

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
/// [`ConfigError::Missing`] where there is no region, and [`ConfigError::Tls`] where TLS cannot be
/// set up.
pub fn aws_config(
    environment: &Environment,
    timeouts: AwsTimeouts,
) -> Result<SdkConfig, ConfigError> {
    let trusted = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    let tls = TlsContext::builder()
        .with_trust_store(trusted)
        .build()
        .map_err(|_| ConfigError::Tls)?;
    let http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amazons_authorities_can_be_read_and_a_client_trusts_them() {
        let environment = Environment::of([(Variable::AwsRegion, "eu-west-1")]);
        let config = aws_config(&environment, AwsTimeouts::default()).unwrap();
        // The SDK reads them, and panics where it cannot, as a client is made.
        let _client = aws_sdk_sqs::Client::new(&config);
        let begun = AMAZON_ROOTS.split(|byte| *byte == b'\n');
        let certificates = begun.filter(|line| *line == b"-----BEGIN CERTIFICATE-----");
        assert_eq!(certificates.count(), 5);
    }
}
