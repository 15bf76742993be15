use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::timeout::TimeoutConfig;
use aws_sdk_sqs::config::{BehaviorVersion, Config, Credentials, Region};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

use crate::error::Class;
use crate::ids::CallId;
use crate::queue::{ExtendVisibility, Outgoing, QueueError, SendMessage, SqsQueue};
use crate::vendors::testing::server::{Server, Then};

/// SQS through the SDK, over TLS with the one provider that we link.
async fn queue(then: Then) -> (SqsQueue, Server) {
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
        .timeout_config(
            TimeoutConfig::builder()
                .operation_timeout(Duration::from_millis(500))
                .build(),
        )
        .build();
    (
        SqsQueue::new(
            Client::from_conf(config),
            format!("{}/1/calls", server.base_url),
        ),
        server,
    )
}

fn message() -> Outgoing {
    Outgoing {
        body: r#"{"version":1,"call":"call_a1"}"#.to_owned(),
        call: Some(CallId::new("call_a1").unwrap()),
    }
}

async fn send(then: Then) -> Result<(), QueueError> {
    let (queue, _server) = queue(then).await;
    queue.send(&message()).await
}

#[tokio::test]
async fn a_message_goes_out_with_its_call_beside_it() {
    let (queue, server) = queue(Then::ok(r#"{"MessageId":"m1"}"#)).await;
    queue.send(&message()).await.unwrap();
    let nameless = Outgoing {
        call: None,
        ..message()
    };
    queue.send(&nameless).await.unwrap();
    let requests = server.requests();
    assert!(
        requests[0].contains("AmazonSQS.SendMessage"),
        "{}",
        requests[0]
    );
    assert!(
        requests[0].contains(r#"{\"version\":1,\"call\":\"call_a1\"}"#),
        "{}",
        requests[0]
    );
    assert!(requests[0].contains(r#""call_id":{"#), "{}", requests[0]);
    assert!(!requests[1].contains("call_id"), "{}", requests[1]);
}

#[tokio::test]
async fn only_a_definite_no_is_not_worth_another_try() {
    for (status, kind, class) in [
        (
            400,
            "com.amazonaws.sqs#InvalidMessageContents",
            Class::Rejected,
        ),
        (
            400,
            "com.amazonaws.sqs#QueueDoesNotExist",
            Class::RetryLater,
        ),
        (403, "AccessDeniedException", Class::RetryLater),
        (400, "RequestThrottled", Class::RetryLater),
        (500, "InternalFailure", Class::RetryLater),
    ] {
        let body = format!(r#"{{"__type":"{kind}","message":"x"}}"#);
        let error = send(Then::answer(status, &body)).await.unwrap_err();
        assert_eq!(error.class(), class, "{kind}");
    }
}

#[tokio::test]
async fn a_lost_answer_is_unconfirmed_and_the_error_quotes_no_message() {
    for then in [Then::Hang, Then::Close, Then::Truncate] {
        let error = send(then).await.unwrap_err();
        assert_eq!(error.class(), Class::RetryLater);
        assert!(
            !format!("{error} {error:?}").contains("version"),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_failed_message_is_hidden_for_the_time_asked_for() {
    let (queue, server) = queue(Then::ok("{}")).await;
    queue
        .extend("receipt-1", Duration::from_secs(42))
        .await
        .unwrap();
    let requests = server.requests();
    assert!(
        requests[0].contains("AmazonSQS.ChangeMessageVisibility"),
        "{}",
        requests[0]
    );
    assert!(
        requests[0].contains(r#""VisibilityTimeout":42"#),
        "{}",
        requests[0]
    );
}
