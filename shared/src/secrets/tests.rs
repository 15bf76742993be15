//! A secret that is unset is never open, and one that was taken away stops working.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;

use super::*;
use crate::clock::ManualClock;
use crate::error::Class;
use crate::paystack::Mode;
use crate::vendors::testing::server::{Server, Then};

type Answer = Result<&'static str, SecretError>;

/// Plays back answers in their order and counts the questions.
#[derive(Clone, Default)]
struct Scripted(Arc<Mutex<(VecDeque<Answer>, usize)>>);

impl Scripted {
    fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self(Arc::new(Mutex::new((answers.into_iter().collect(), 0))))
    }

    fn asked(&self) -> usize {
        self.0.lock().unwrap().1
    }
}

#[async_trait]
impl ReadSecret for Scripted {
    async fn read(&self, _id: &str) -> Result<SecretString, SecretError> {
        let mut state = self.0.lock().unwrap();
        state.1 += 1;
        state
            .0
            .pop_front()
            .unwrap_or(Err(SecretError::Unavailable))
            .map(SecretString::from)
    }
}

struct Fixed(&'static str);

#[async_trait]
impl ReadSecret for Fixed {
    async fn read(&self, _id: &str) -> Result<SecretString, SecretError> {
        Ok(SecretString::from(self.0))
    }
}

fn cached(
    answers: impl IntoIterator<Item = Answer>,
) -> (CachedSecrets<Scripted>, Scripted, Arc<ManualClock>) {
    let (inner, clock) = (
        Scripted::new(answers),
        Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH)),
    );
    (
        CachedSecrets::new(inner.clone(), clock.clone()),
        inner,
        clock,
    )
}

async fn text(secrets: &CachedSecrets<Scripted>) -> Result<String, SecretError> {
    secrets
        .read("id")
        .await
        .map(|text| text.expose_secret().to_owned())
}

const fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

#[tokio::test]
async fn a_rotation_is_seen_within_five_minutes() {
    let (secrets, inner, clock) = cached([Ok("old"), Ok("new")]);
    assert_eq!(text(&secrets).await.unwrap(), "old");
    clock.advance(minutes(5) - SignedDuration::from_secs(1));
    assert_eq!(text(&secrets).await.unwrap(), "old");
    assert_eq!(inner.asked(), 1);
    clock.advance(SignedDuration::from_secs(1));
    assert_eq!(text(&secrets).await.unwrap(), "new");
}

#[tokio::test]
async fn a_rotation_is_seen_at_once_where_the_vendor_refused_the_old_key() {
    let (secrets, _, _) = cached([Ok("old"), Ok("new")]);
    assert_eq!(text(&secrets).await.unwrap(), "old");
    secrets.forget("id").await;
    assert_eq!(text(&secrets).await.unwrap(), "new");
}

#[tokio::test]
async fn an_outage_is_bridged_for_an_hour_and_no_longer() {
    let (secrets, inner, clock) = cached([Ok("old")]);
    assert_eq!(text(&secrets).await.unwrap(), "old");
    clock.advance(minutes(30));
    for _ in 0..10 {
        assert_eq!(text(&secrets).await.unwrap(), "old");
    }
    assert_eq!(
        inner.asked(),
        2,
        "a service that is down is left alone for a moment"
    );
    clock.advance(minutes(30));
    assert_eq!(text(&secrets).await, Err(SecretError::Unavailable));
}

#[tokio::test]
async fn the_pause_in_an_outage_does_not_reach_past_the_hour() {
    let (secrets, _, clock) = cached([Ok("old")]);
    text(&secrets).await.unwrap();
    clock.advance(minutes(60) - SignedDuration::from_secs(1));
    assert_eq!(text(&secrets).await.unwrap(), "old");
    clock.advance(SignedDuration::from_secs(1));
    assert_eq!(text(&secrets).await, Err(SecretError::Unavailable));
}

#[tokio::test]
async fn a_secret_that_was_taken_away_stops_working() {
    for gone in [SecretError::Missing, SecretError::Denied] {
        let (secrets, _, clock) = cached([Ok("old"), Err(gone), Err(SecretError::Unavailable)]);
        text(&secrets).await.unwrap();
        clock.advance(minutes(6));
        assert_eq!(text(&secrets).await, Err(gone));
        // Nor does an outage right after bring it back.
        assert_eq!(text(&secrets).await, Err(SecretError::Unavailable));
    }
}

#[tokio::test]
async fn a_clock_that_was_set_back_does_not_keep_a_secret_for_ever() {
    let (secrets, inner, clock) = cached([Ok("old"), Ok("new")]);
    text(&secrets).await.unwrap();
    clock.set(Timestamp::MIN);
    assert_eq!(text(&secrets).await.unwrap(), "new");
    assert_eq!(inner.asked(), 2);
}

#[tokio::test]
async fn one_secret_is_not_taken_for_another() {
    let (secrets, _, _) = cached([Ok("one"), Ok("two")]);
    assert_eq!(secrets.read("a").await.unwrap().expose_secret(), "one");
    assert_eq!(secrets.read("b").await.unwrap().expose_secret(), "two");
}

#[tokio::test]
async fn an_unset_secret_is_never_open() {
    for text in [
        "",
        "  ",
        "REPLACE_ME",
        "changeme",
        "<whsec>",
        "{}",
        r#"{"current":""}"#,
        r#"{"current":null}"#,
        r#"{"current":" "}"#,
        r#"{"current":"REPLACE_ME"}"#,
        r#"{"current":"whsec_…"}"#,
        r#"{"current":"whsec_..."}"#,
        r#"{"current":"<secret>","previous":"whsec_good"}"#,
    ] {
        let error = dialnexa_secrets(&Fixed(text), "id").await.unwrap_err();
        assert!(matches!(error, SecretError::Unset(_)), "{text}: {error:?}");
        assert!(error.is_configuration() && error.class() == Class::RetryLater);
    }
    for text in ["whsec_bare", "[]", r#"{"current":7}"#, "null x"] {
        let error = dialnexa_secrets(&Fixed(text), "id").await.unwrap_err();
        assert!(
            matches!(error, SecretError::Malformed { .. }),
            "{text}: {error:?}"
        );
        assert!(
            !format!("{error} {error:?}").contains("bare"),
            "an error shows the secret"
        );
    }
    for text in [
        r#"{"secret_key":""}"#,
        r#"{"secret_key":"sk_test_…"}"#,
        r#"{"other":"x"}"#,
    ] {
        let error = paystack_key(&Fixed(text), "id").await.unwrap_err();
        assert!(matches!(error, SecretError::Unset(_)), "{text}: {error:?}");
    }
    for text in [r#"{"key":""}"#, "{}", r#"{"key":"placeholder"}"#] {
        let error = caller_key(&Fixed(text), "id").await.unwrap_err();
        assert!(matches!(error, SecretError::Unset(_)), "{text}: {error:?}");
    }
    let short = caller_key(&Fixed(r#"{"key":"0123456789"}"#), "id")
        .await
        .unwrap_err();
    assert!(matches!(short, SecretError::Malformed { .. }));
}

#[tokio::test]
async fn an_empty_previous_secret_is_none_and_signs_nothing() {
    for (text, count) in [
        (r#"{"current":"whsec_a"}"#, 1),
        (r#"{"current":"whsec_a","previous":null}"#, 1),
        (r#"{"current":"whsec_a","previous":""}"#, 1),
        (r#"{"current":"whsec_a","previous":"REPLACE_ME"}"#, 1),
        (r#"{"current":"whsec_a","previous":"whsec_b"}"#, 2),
    ] {
        let secrets = dialnexa_secrets(&Fixed(text), "id").await.unwrap();
        assert_eq!(secrets.all().count(), count, "{text}");
        assert_eq!(secrets.all().next().unwrap().expose_secret(), "whsec_a");
    }
}

#[tokio::test]
async fn paystacks_key_says_its_mode() {
    let test = paystack_key(&Fixed(r#"{"secret_key":"sk_test_a1"}"#), "id")
        .await
        .unwrap();
    assert_eq!(
        (test.mode, test.key.expose_secret()),
        (Mode::Test, "sk_test_a1")
    );
    let live = paystack_key(&Fixed(r#"{"secret_key":"sk_live_a1"}"#), "id")
        .await
        .unwrap();
    assert_eq!(live.mode, Mode::Live);
    for text in [
        r#"{"secret_key":"pk_live_a1"}"#,
        "{\"secret_key\":\"sk_live_a1\\n\"}",
    ] {
        let error = paystack_key(&Fixed(text), "id").await.unwrap_err();
        assert!(
            matches!(error, SecretError::Malformed { .. }),
            "{text}: {error:?}"
        );
    }
}

#[tokio::test]
async fn slack_may_be_left_out_but_not_half_set_up() {
    for text in [
        "",
        " ",
        "{}",
        r#"{"bot_token":""}"#,
        r#"{"bot_token":null}"#,
    ] {
        assert!(
            slack_token(&Fixed(text), "id").await.unwrap().is_none(),
            "{text}"
        );
    }
    let token = slack_token(&Fixed(r#"{"bot_token":"xoxb-1-a"}"#), "id")
        .await
        .unwrap();
    assert_eq!(token.unwrap().expose_secret(), "xoxb-1-a");
    for text in [
        "REPLACE",
        r#"{"bot_token":"xoxb-…"}"#,
        r#"{"bot_token":"abc"}"#,
        "[]",
    ] {
        assert!(slack_token(&Fixed(text), "id").await.is_err(), "{text}");
    }
}

#[tokio::test]
async fn a_secret_prints_as_nothing() {
    let key = r#"{"key":"0123456789abcdef0123456789abcdef"}"#;
    let printed = format!(
        "{:?} {:?} {:?}",
        dialnexa_secrets(&Fixed(r#"{"current":"whsec_a1"}"#), "id")
            .await
            .unwrap(),
        paystack_key(&Fixed(r#"{"secret_key":"sk_test_a1"}"#), "id")
            .await
            .unwrap(),
        caller_key(&Fixed(key), "id").await.unwrap(),
    );
    for secret in ["whsec_", "sk_test", "0123"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

/// Secrets Manager through the SDK, over TLS with the one provider that we link.
async fn manager(then: Then) -> Result<String, SecretError> {
    use aws_sdk_secretsmanager::Client;
    use aws_sdk_secretsmanager::config::retry::RetryConfig;
    use aws_sdk_secretsmanager::config::{BehaviorVersion, Config, Credentials, Region};
    use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
    use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

    let server = Server::start(then).await;
    let trust = TrustStore::empty().with_pem_certificate(server.pem.as_bytes());
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(
            TlsContext::builder()
                .with_trust_store(trust)
                .build()
                .unwrap(),
        )
        .build_https();
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("a", "b", None, None, "test"))
        .endpoint_url(&server.base_url)
        .http_client(http)
        .retry_config(RetryConfig::disabled())
        .build();
    let secrets = SecretsManager::new(Client::from_conf(config));
    let text = secrets.read("ledgerline/paystack").await;
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.contains("ledgerline/paystack"))
    );
    text.map(|text| text.expose_secret().to_owned())
}

#[tokio::test]
async fn secrets_managers_answers_are_told_apart() {
    let text = manager(Then::ok(r#"{"SecretString":"{}","Name":"x"}"#)).await;
    assert_eq!(text.as_deref(), Ok("{}"));
    let bytes = manager(Then::ok(r#"{"SecretBinary":"AAAA","Name":"x"}"#)).await;
    assert!(matches!(bytes, Err(SecretError::Malformed { .. })));
    for (status, kind, expected) in [
        (400, "ResourceNotFoundException", SecretError::Missing),
        (400, "AccessDeniedException", SecretError::Denied),
        (400, "DecryptionFailure", SecretError::Denied),
        (400, "ThrottlingException", SecretError::Unavailable),
        (500, "InternalServiceError", SecretError::Unavailable),
    ] {
        let body = format!("{{\"__type\":\"{kind}\",\"Message\":\"x\"}}");
        assert_eq!(
            manager(Then::answer(status, &body)).await,
            Err(expected),
            "{kind}"
        );
    }
    assert_eq!(manager(Then::Close).await, Err(SecretError::Unavailable));
}

#[tokio::test]
async fn the_desks_secrets_are_read_whole_or_not_at_all() {
    let long = r#"{"key":"0123456789abcdef0123456789abcdef","previous":null}"#;
    let keys = session_keys(&Fixed(long), "s").await.unwrap();
    assert_eq!(keys.current.expose_secret().len(), 32);
    assert!(keys.previous.is_none());
    for short in [
        r#"{"key":"short"}"#,
        r#"{"key":"0123456789abcdef0123456789abcdef","previous":"short"}"#,
    ] {
        let refused = session_keys(&Fixed(short), "s").await.unwrap_err();
        assert!(matches!(refused, SecretError::Malformed { .. }), "{short}");
    }
    for unset in ["{}", "", r#"{"client_secret":"replace me"}"#] {
        assert!(
            oidc_client_secret(&Fixed(unset), "s").await.is_err(),
            "{unset}"
        );
        assert!(session_keys(&Fixed(unset), "s").await.is_err(), "{unset}");
        assert!(
            slack_signing_secret(&Fixed(unset), "s").await.is_err(),
            "{unset}"
        );
        assert!(
            dialnexa_api_key(&Fixed(unset), "s").await.is_err(),
            "{unset}"
        );
    }
    let spaced = r#"{"api_key":"key id:secret"}"#;
    assert!(dialnexa_api_key(&Fixed(spaced), "s").await.is_err());
}
