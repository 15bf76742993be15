//! The server: the same models over HTTP, their faults, and the control plane.

use std::time::Duration;

use jiff::Timestamp;
use sandbox::control::{Sandbox, Settings};
use sandbox::server::{Shared, serve};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

fn now() -> Timestamp {
    "2026-10-09T12:00:00Z".parse().unwrap()
}

struct Running {
    address: std::net::SocketAddr,
    shared: Shared,
}

impl Running {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Shared::new(Sandbox::new(Settings::default()), now);
        tokio::spawn(serve(listener, shared.clone()));
        Self { address, shared }
    }

    /// Sends a request and reads until the connection ends; nothing where there was no answer.
    async fn exchange(&self, method: &str, target: &str, body: &Value) -> Option<(u16, Value)> {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = format!(
            "{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
             authorization: Bearer {}\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            if target.starts_with("/slack") {
                "xoxb-sandbox"
            } else {
                "sk_test_sandbox"
            },
            body.len(),
        );
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // A connection that is reset has no answer either.
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Some((
            status,
            serde_json::from_str(body).unwrap_or_else(|_| json!(body)),
        ))
    }

    async fn answer(&self, method: &str, target: &str, body: Value) -> (u16, Value) {
        self.exchange(method, target, &body)
            .await
            .expect("an answer")
    }

    async fn customers(&self) -> usize {
        let state = self.answer("GET", "/_sandbox/state", Value::Null).await.1;
        state["paystack"]["customers"].as_array().unwrap().len()
    }
}

#[tokio::test]
async fn vendors_are_told_apart_by_their_prefix() {
    let sandbox = Running::start().await;
    assert_eq!(
        sandbox.answer("GET", "/healthz", Value::Null).await,
        (200, json!("ok"))
    );
    assert_eq!(
        sandbox
            .answer("GET", "/paystack/balance", Value::Null)
            .await
            .0,
        200
    );
    let body = json!({ "channel": "C1", "text": "Hello" });
    let posted = sandbox
        .answer("POST", "/slack/chat.postMessage", body)
        .await;
    assert_eq!(posted.1["ok"], json!(true));
    assert_eq!(
        sandbox
            .answer("GET", "/elsewhere/balance", Value::Null)
            .await
            .0,
        404
    );
    assert_eq!(
        sandbox
            .answer("GET", "/paystackish/balance", Value::Null)
            .await
            .0,
        404
    );
    let email = "/paystack/customer/ada%2Bshop%40example.com";
    let body = json!({ "email": "ada+shop@example.com" });
    assert_eq!(
        sandbox.answer("POST", "/paystack/customer", body).await.0,
        200
    );
    assert_eq!(sandbox.answer("GET", email, Value::Null).await.0, 200);
}

#[tokio::test]
async fn an_answer_is_dropped_after_the_commit_or_the_connection_before_it() {
    let sandbox = Running::start().await;
    let body = json!({ "email": "ada@example.com" });
    for (fault, customers) in [("reset_before_commit", 0), ("drop_answer", 1)] {
        let rule = json!({
            "vendor": "paystack", "method": "POST", "path": "/customer", "fault": fault,
        });
        assert_eq!(
            sandbox.answer("POST", "/_sandbox/faults", rule).await.0,
            200
        );
        assert_eq!(
            sandbox.exchange("POST", "/paystack/customer", &body).await,
            None
        );
        assert_eq!(sandbox.customers().await, customers);
    }
    let log = sandbox
        .answer(
            "GET",
            "/_sandbox/log?path=/customer&method=POST",
            Value::Null,
        )
        .await;
    let requests = log.1["paystack"]["requests"].as_array().unwrap().clone();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0]["carried_out"], json!(null));
    assert_eq!(requests[0]["fault"]["fault"], json!("reset_before_commit"));
    assert_eq!(
        requests[1]["effects"][0]["effect"],
        json!("customer_created")
    );
    assert_eq!(requests[1]["status"], json!(200));
}

#[tokio::test]
async fn a_client_that_is_never_answered_gives_up_by_itself() {
    let sandbox = Running::start().await;
    let rules = json!([
        { "vendor": "paystack", "path": "/customer", "fault": "never_answer" },
        { "vendor": "paystack", "path": "/customer", "fault": "answer_late", "after_ms": 50 },
    ]);
    assert_eq!(
        sandbox.answer("POST", "/_sandbox/faults", rules).await.0,
        200
    );
    let body = json!({ "email": "ada@example.com" });
    let patience = Duration::from_millis(100);
    let sent = sandbox.exchange("POST", "/paystack/customer", &body);
    assert!(tokio::time::timeout(patience, sent).await.is_err());
    assert_eq!(sandbox.customers().await, 1);
    assert_eq!(
        sandbox.answer("POST", "/paystack/customer", body).await.0,
        200
    );
}

#[tokio::test]
async fn answers_carry_the_vendors_own_headers_and_bodies() {
    let sandbox = Running::start().await;
    let rules = json!([
        { "vendor": "paystack", "path": "/balance", "fault": "too_many_requests", "reset": 9 },
        { "vendor": "paystack", "path": "/balance", "fault": "bad_gateway" },
        { "vendor": "slack", "path": "/chat.postMessage", "fault": "status_false" },
    ]);
    sandbox.answer("POST", "/_sandbox/faults", rules).await;
    let limited = sandbox
        .answer("GET", "/paystack/balance", Value::Null)
        .await;
    assert_eq!(
        (limited.0, &limited.1["code"]),
        (429, &json!("rate_limited"))
    );
    let gateway = sandbox
        .answer("GET", "/paystack/balance", Value::Null)
        .await;
    assert_eq!(gateway.0, 502);
    assert!(gateway.1.is_string());
    let body = json!({ "channel": "C1", "text": "Hello" });
    let refused = sandbox
        .answer("POST", "/slack/chat.postMessage", body)
        .await;
    assert_eq!((refused.0, &refused.1["ok"]), (200, &json!(false)));
}

#[tokio::test]
async fn the_control_plane_seeds_changes_clears_and_resets() {
    let sandbox = Running::start().await;
    let seed = json!({ "paystack": { "transactions": [
        { "reference": "T_1", "amount": 10_000, "customer": "ada@example.com" },
    ]}});
    let seeded = sandbox.answer("POST", "/_sandbox/seed", seed).await;
    assert!(seeded.1["paystack"]["transactions"][0]["id"].is_u64());
    let refund = json!({ "transaction": "T_1", "amount": 5_000 });
    let made = sandbox.answer("POST", "/paystack/refund", refund).await;
    let happening = json!({
        "event": "refund_moves", "refund": made.1["data"]["id"], "status": "processed",
    });
    assert_eq!(
        sandbox
            .answer("POST", "/_sandbox/happen", happening)
            .await
            .0,
        200
    );
    let verified = sandbox
        .answer("GET", "/paystack/transaction/verify/T_1", Value::Null)
        .await;
    assert_eq!(verified.1["data"]["status"], json!("reversed"));

    let settings = json!({ "paystack": { "rate_limit": 1 } });
    assert_eq!(
        sandbox
            .answer("PUT", "/_sandbox/settings", settings)
            .await
            .0,
        200
    );
    sandbox
        .answer("GET", "/paystack/balance", Value::Null)
        .await;
    assert_eq!(
        sandbox
            .answer("GET", "/paystack/balance", Value::Null)
            .await
            .0,
        429
    );

    let rule = json!({ "vendor": "paystack", "path": "/**", "fault": "server_error", "count": 0 });
    sandbox.answer("POST", "/_sandbox/faults", rule).await;
    assert_eq!(
        sandbox
            .answer("GET", "/paystack/customer", Value::Null)
            .await
            .0,
        500
    );
    sandbox
        .answer("DELETE", "/_sandbox/faults", Value::Null)
        .await;
    assert_eq!(
        sandbox
            .answer("GET", "/paystack/customer", Value::Null)
            .await
            .0,
        200
    );

    assert_eq!(
        sandbox
            .answer("POST", "/_sandbox/reset", Value::Null)
            .await
            .0,
        200
    );
    assert_eq!(sandbox.customers().await, 0);
    assert!(sandbox.shared.lock().paystack.log().entries().is_empty());
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_refused() {
    let sandbox = Running::start().await;
    for (method, target, body, status) in [
        (
            "POST",
            "/_sandbox/faults",
            json!({ "vendor": "paystack", "path": "/x", "fault": "y" }),
            400,
        ),
        (
            "POST",
            "/_sandbox/seed",
            json!({ "paystack": { "customer": [] } }),
            400,
        ),
        (
            "POST",
            "/_sandbox/happen",
            json!({ "event": "payment_request_paid", "request": "x" }),
            400,
        ),
        ("GET", "/_sandbox/nothing", Value::Null, 404),
    ] {
        let refused = sandbox.answer(method, target, body).await;
        assert_eq!(refused.0, status, "{method} {target}");
        assert!(refused.1["error"].is_string());
    }
}
