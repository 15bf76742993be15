//! The HTTP layer against a TLS server of our own: what is told apart here decides about money.

use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::SecretString;
use serde_json::json;
use tokio::net::TcpListener;

use super::*;
use crate::vendors::testing::server::{Server, Then};

/// A transport that trusts `server`, and nobody else.
fn transport(server: &Server) -> HttpTransport {
    let mut roots = RootCertStore::empty();
    let own = CertificateDer::from_pem_slice(server.pem.as_bytes()).unwrap();
    roots.add(own).unwrap();
    let clients = HttpClients::trusting(roots, Duration::from_millis(500));
    HttpTransport::new(
        clients.unwrap(),
        server.base_url.clone(),
        SecretString::from("sk_test_1"),
    )
}

fn request(method: Method) -> WireRequest {
    WireRequest::new(method, "/refund", Duration::from_secs(5))
}

#[tokio::test]
async fn a_request_goes_over_tls_with_our_key_and_nothing_else_of_ours() {
    let server = Server::start(Then::ok("{\"status\":true}")).await;
    let request = WireRequest::new(Method::Post, "/customer/{id}/x", Duration::from_secs(5))
        .parameter("../a b@c.co")
        .query("from", "2026-01-01T00:00:00+01:00")
        .body(json!({ "amount": 1 }));
    let answer = transport(&server).send(request).await.unwrap();
    assert_eq!(
        (answer.status, answer.body.as_slice()),
        (200, b"{\"status\":true}".as_slice())
    );

    let sent = server.requests().remove(0);
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let expected =
        "POST /customer/..%2Fa%20b%40c.co/x?from=2026-01-01T00%3A00%3A00%2B01%3A00 HTTP/1.1";
    assert_eq!(lines.next(), Some(expected));
    let mut names: Vec<&str> = lines.map(|line| line.split(':').next().unwrap()).collect();
    names.sort_unstable();
    let expected = [
        "accept",
        "authorization",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    ];
    assert_eq!(names, expected);
    assert!(head.contains("authorization: Bearer sk_test_1\r\n"));
    assert_eq!(body, "{\"amount\":1}");
}

#[tokio::test]
async fn a_server_that_we_have_no_reason_to_trust_gets_nothing() {
    let (server, stranger) = (
        Server::start(Then::ok("{}")).await,
        Server::start(Then::ok("{}")).await,
    );
    let mut transport = transport(&server);
    transport.base_url.clone_from(&stranger.base_url);
    let error = transport.send(request(Method::Post)).await.unwrap_err();
    assert!(matches!(error, TransportError::NotSent(_)), "{error:?}");
    assert!(stranger.requests().is_empty());
}

#[tokio::test]
async fn a_connection_that_was_never_made_did_nothing() {
    let server = Server::start(Then::ok("{}")).await;
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = closed.local_addr().unwrap();
    drop(closed);
    // Nobody listens; and somebody listens but never shakes hands, which is a time-out as well.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let ports = [address.port(), silent.local_addr().unwrap().port()];
    for port in ports {
        let mut transport = transport(&server);
        transport.base_url = format!("https://localhost:{port}");
        let error = transport.send(request(Method::Post)).await.unwrap_err();
        assert!(matches!(error, TransportError::NotSent(_)), "{error:?}");
    }
}

#[tokio::test]
async fn an_answer_that_never_comes_is_not_a_refusal() {
    let server = Server::start(Then::Hang).await;
    let mut request = request(Method::Post);
    request.timeout = Duration::from_millis(300);
    let error = transport(&server).send(request).await.unwrap_err();
    assert!(matches!(error, TransportError::TimedOut), "{error:?}");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_not_asked_for_again() {
    for then in [Then::Close, Then::Truncate] {
        for method in [Method::Get, Method::Post, Method::Put] {
            let server = Server::start(then.clone()).await;
            let error = transport(&server).send(request(method)).await.unwrap_err();
            assert!(matches!(error, TransportError::Broken(_)), "{error:?}");
            assert_eq!(server.requests().len(), 1, "sent once");
        }
    }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_an_order() {
    let answer = "HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n";
    let server = Server::start(Then::Answer(answer.to_owned())).await;
    let answer = transport(&server).send(request(Method::Get)).await.unwrap();
    assert_eq!((answer.status, server.requests().len()), (302, 1));
}

#[tokio::test]
async fn a_write_never_travels_on_a_connection_that_lay_idle() {
    let server = Server::start(Then::ok("{}")).await;
    let transport = transport(&server);
    for _ in 0..3 {
        transport.send(request(Method::Get)).await.unwrap();
    }
    assert_eq!(server.connections(), 1, "reads share one");
    for _ in 0..3 {
        transport.send(request(Method::Post)).await.unwrap();
    }
    assert_eq!(server.connections(), 4, "each write makes its own");
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let server = Server::start(Then::ok(&"a".repeat(MAX_RESPONSE_BYTES + 1))).await;
    let error = transport(&server)
        .send(request(Method::Get))
        .await
        .unwrap_err();
    assert!(matches!(error, TransportError::TooLarge), "{error:?}");
}

#[tokio::test]
async fn the_vendors_wait_is_read_where_it_is_a_number() {
    let answer = "HTTP/1.1 429 Slow\r\nretry-after: 30\r\nx-ratelimit-reset: soon\r\n\
                  content-length: 0\r\n\r\n";
    let server = Server::start(Then::Answer(answer.to_owned())).await;
    let answer = transport(&server).send(request(Method::Get)).await.unwrap();
    assert_eq!(
        (answer.retry_after, answer.rate_limit_reset),
        (Some(30), None)
    );
}

#[tokio::test]
async fn nothing_of_a_request_shows_in_a_log() {
    let server = Server::start(Then::Close).await;
    let transport = transport(&server);
    let request = WireRequest::new(Method::Get, "/customer/{email}", Duration::from_secs(5))
        .parameter("ada@example.com")
        .body(json!({ "name": "Ada" }));
    let built = format!("{request:?} {transport:?}");
    let error = transport.send(request).await.unwrap_err();
    let source = std::error::Error::source(&error);
    let printed = format!("{built} {error:?} {error} {source:?}");
    for secret in ["ada", "Ada", "sk_test"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

#[tokio::test]
async fn a_key_that_cannot_stand_in_a_header_is_our_mistake() {
    let server = Server::start(Then::ok("{}")).await;
    let mut transport = transport(&server);
    transport.auth = Auth::Bearer(SecretString::from("sk_test_\n"));
    let error = transport.send(request(Method::Get)).await.unwrap_err();
    assert!(matches!(error, TransportError::Unbuildable(_)), "{error:?}");
    assert!(server.requests().is_empty());
}

#[test]
fn a_deployed_build_speaks_to_the_vendor_and_nobody_else() {
    let chosen = base_url("https://api.paystack.co", Some("http://127.0.0.1:9/"));
    let expected = if cfg!(feature = "local") {
        "http://127.0.0.1:9"
    } else {
        "https://api.paystack.co"
    };
    assert_eq!(chosen, expected);
    assert_eq!(
        base_url("https://api.paystack.co", None),
        "https://api.paystack.co"
    );
    assert_eq!(
        base_url("https://api.paystack.co", Some("")),
        "https://api.paystack.co"
    );
}

#[test]
fn the_systems_certificates_are_enough_to_begin_with() {
    assert!(HttpClients::new().is_ok());
}
