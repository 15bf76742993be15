//! Each answer that Paystack, or something between us, may give, and what it means.

use std::time::Duration;

use serde_json::json;

use super::super::{
    ChargeAuthorization, Mode, NewPaymentRequest, NewRefund, Paystack, PaystackError, Reason,
    RequestKey, RequestLines,
};
use super::{Answer, answer, client, customer, no, payment_request, refund, yes};
use crate::error::Class;
use crate::ids::{CustomerCode, Email, RequestCode, SubscriptionCode, TransactionReference};
use crate::money::{Currency, Money};
use crate::vendors::http::{TransportError, WireResponse};

fn new_refund() -> NewRefund {
    NewRefund {
        transaction: 4_099_260_516,
        amount: Money::new(5_000, Currency::Ngn),
        merchant_note: "key_1".to_owned(),
        customer_note: None,
    }
}

async fn write(given: Answer) -> PaystackError {
    let (paystack, transport) = client([given]);
    let error = paystack.create_refund(&new_refund()).await.unwrap_err();
    assert_eq!(transport.asked().len(), 1, "a write is sent once");
    error
}

async fn read(given: Answer) -> PaystackError {
    let (paystack, _) = client([given]);
    paystack.refund(18_633_077).await.unwrap_err()
}

#[expect(clippy::unnecessary_wraps, reason = "an element of a script")]
fn raw(status: u16, body: &str) -> Answer {
    Ok(WireResponse {
        status,
        body: body.as_bytes().to_vec(),
        ..WireResponse::default()
    })
}

#[tokio::test]
async fn what_may_have_been_done_is_never_called_a_failure() {
    let open: [fn() -> Answer; 16] = [
        || Err(TransportError::TimedOut),
        || Err(TransportError::Broken(None)),
        || Err(TransportError::TooLarge),
        || raw(200, "<html>it worked</html>"),
        || raw(200, ""),
        || answer(200, json!({ "message": "no status" })),
        || answer(200, json!({ "status": false, "message": "hm" })),
        || answer(200, json!({ "status": true, "message": "no data" })),
        || {
            answer(
                200,
                json!({ "status": true, "data": { "id": "not a number" } }),
            )
        },
        || raw(302, ""),
        || raw(403, "<html>a firewall</html>"),
        || {
            answer(
                408,
                json!({ "status": false, "message": "Request timeout" }),
            )
        },
        || {
            answer(
                400,
                json!({ "status": false, "type": "api_error", "code": "unknown",
                               "message": "An error occurred" }),
            )
        },
        || {
            answer(
                429,
                json!({ "status": false, "message": "Rate limit exceeded!" }),
            )
        },
        || {
            answer(
                500,
                json!({ "status": false, "message": "Transaction not found" }),
            )
        },
        || raw(502, "<html>bad gateway</html>"),
    ];
    for (place, given) in open.iter().enumerate() {
        let (written, looked) = (write(given()).await, read(given()).await);
        assert_eq!(
            written.class(),
            Class::OutcomeUnknown,
            "{place}: {written:?}"
        );
        assert_eq!(looked.class(), Class::RetryLater, "{place}: {looked:?}");
    }
}

#[tokio::test]
async fn what_never_left_did_nothing() {
    assert_eq!(
        write(Err(TransportError::NotSent(None))).await.class(),
        Class::RetryLater
    );
    assert_eq!(
        write(Err(TransportError::Unbuildable(None))).await.class(),
        Class::Bug
    );
}

#[tokio::test]
async fn a_definite_no_is_a_no_with_its_reason() {
    let cases = [
        (
            400,
            "Transaction has been fully reversed",
            Reason::TransactionReversed,
        ),
        (
            400,
            "Transaction has already been reversed",
            Reason::TransactionReversed,
        ),
        (
            400,
            "Refund amount exceeds transaction amount",
            Reason::OverRefund,
        ),
        (
            400,
            "Total refund amount cannot exceed original transaction amount",
            Reason::OverRefund,
        ),
        (
            400,
            "Transaction currency must match refund currency",
            Reason::CurrencyMismatch,
        ),
        (400, "Cannot refund less than NGN50", Reason::BelowMinimum),
        (
            400,
            "Duplicate Transaction Reference",
            Reason::DuplicateReference,
        ),
        (400, "Transaction not found", Reason::NotFound),
        (
            422,
            "Invalid Refund state, refund status should be \"needs-attention\"",
            Reason::WrongState,
        ),
        (403, "You cannot do this", Reason::NotAllowed),
        (400, "\"amount\" must be an integer", Reason::Other),
    ];
    for (status, message, reason) in cases {
        let error = write(no(status, message)).await;
        assert_eq!(error.reason(), Some(reason), "{message}");
        assert_eq!(error.class(), Class::Rejected, "{message}");
        assert!(
            !format!("{error:?} {error}").contains(message),
            "an error repeats what was sent"
        );
    }
    // The flag as text, as one page of the documents has it.
    let error = write(answer(400, json!({ "status": "false", "message": "x" }))).await;
    assert_eq!(error.class(), Class::Rejected);
}

#[tokio::test]
async fn an_empty_balance_is_waited_out() {
    let given = json!({ "status": false, "code": "insufficient_balance", "message": "Top up." });
    let error = write(answer(400, given)).await;
    assert_eq!(error.reason(), Some(Reason::InsufficientBalance));
    assert_eq!(error.class(), Class::RetryLater);
}

#[tokio::test]
async fn a_key_that_is_refused_is_a_matter_for_a_person() {
    for given in [
        answer(
            401,
            json!({ "status": false, "message": "Invalid key", "code": "invalid_Key" }),
        ),
        answer(
            401,
            json!({ "status": false, "message": "No Authorization Header was found" }),
        ),
        answer(
            400,
            json!({ "status": false, "message": "Invalid key", "code": "invalid_Key" }),
        ),
    ] {
        let error = write(given).await;
        assert!(error.is_configuration(), "{error:?}");
        assert_eq!(error.class(), Class::RetryLater);
    }
}

#[tokio::test]
async fn the_vendors_wait_is_honoured_within_bounds_of_our_own() {
    let cases = [
        (None, 60),
        (Some(0), 1),
        (Some(17), 17),
        (Some(1_790_000_000), 120),
    ];
    for (rate_limit_reset, seconds) in cases {
        let given = WireResponse {
            status: 429,
            rate_limit_reset,
            ..WireResponse::default()
        };
        let wait = read(Ok(given)).await.wait();
        assert_eq!(
            wait,
            Some(Duration::from_secs(seconds)),
            "{rate_limit_reset:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_from_the_other_mode_is_not_believed() {
    let mut live = refund();
    live["domain"] = json!("live");
    assert!(matches!(
        read(yes(live.clone())).await,
        PaystackError::WrongMode { .. }
    ));
    assert_eq!(write(yes(live)).await.class(), Class::OutcomeUnknown);

    let transport = crate::vendors::testing::Scripted::new([yes(customer())]);
    let paystack = Paystack::new(transport, Mode::Live);
    let email = Email::new("ada@example.com").unwrap();
    let error = paystack.customer_by_email(&email).await.unwrap_err();
    assert!(error.is_configuration(), "{error:?}");
}

#[tokio::test]
async fn an_answer_about_another_record_is_not_believed() {
    let mut other = refund();
    other["transaction"]["id"] = json!(1);
    assert_eq!(write(yes(other)).await.code(), "mismatch");
    let mut other = refund();
    other["amount"] = json!(50_000);
    assert_eq!(write(yes(other)).await.class(), Class::OutcomeUnknown);
    let mut other = refund();
    other["id"] = json!(1);
    assert_eq!(read(yes(other)).await.class(), Class::Rejected);

    let asked = TransactionReference::new("T1").unwrap();
    let (paystack, _) = client([yes(json!({ "id": 1, "reference": "T2" }))]);
    assert_eq!(
        paystack
            .verify_transaction(&asked)
            .await
            .unwrap_err()
            .code(),
        "mismatch"
    );

    let (paystack, _) = client([yes(payment_request())]);
    let key = RequestKey::from(RequestCode::new("PRQ_other").unwrap());
    assert_eq!(
        paystack.payment_request(&key).await.unwrap_err().code(),
        "mismatch"
    );

    let (paystack, _) = client([yes(customer()), yes(customer())]);
    let email = Email::new("eve@example.com").unwrap();
    assert_eq!(
        paystack.customer_by_email(&email).await.unwrap_err().code(),
        "mismatch"
    );
    let code = CustomerCode::new("CUS_other").unwrap();
    assert_eq!(
        paystack.customer_by_code(&code).await.unwrap_err().code(),
        "mismatch"
    );
}

#[tokio::test]
async fn only_paystack_itself_can_say_that_there_is_no_such_customer() {
    let email = Email::new("ada@example.com").unwrap();
    let absent = no(404, "Customer email is invalid for your live domain.");
    let (paystack, _) = client([absent]);
    assert!(paystack.customer_by_email(&email).await.unwrap().is_none());

    // A proxy's 404 page is no proof that a customer may be created.
    for given in [raw(404, "<html>404</html>"), raw(404, ""), raw(503, "")] {
        let (paystack, _) = client([given]);
        let error = paystack.customer_by_email(&email).await.unwrap_err();
        assert_eq!(error.class(), Class::RetryLater);
    }
}

#[tokio::test]
async fn metadata_is_added_to_and_never_lost() {
    let code = CustomerCode::new("CUS_x1y2").unwrap();
    let mut kept = customer();
    kept["metadata"] = json!({ "loyalty": "gold", "tax_region": "old" });
    let (paystack, transport) = client([yes(kept), yes(customer())]);
    let additions = json!({ "tax_region": "NG-LA" })
        .as_object()
        .unwrap()
        .clone();
    paystack
        .add_customer_metadata(&code, &additions)
        .await
        .unwrap();
    let written = transport.asked()[1].body.clone();
    let expected = json!({ "metadata": { "loyalty": "gold", "tax_region": "NG-LA" } });
    assert_eq!(written, Some(expected));

    // Something we do not understand is left alone rather than replaced.
    let mut odd = customer();
    odd["metadata"] = json!("free text");
    let (paystack, transport) = client([yes(odd)]);
    let error = paystack
        .add_customer_metadata(&code, &additions)
        .await
        .unwrap_err();
    assert_eq!(
        (error.class(), transport.asked().len()),
        (Class::Rejected, 1)
    );
}

#[tokio::test]
async fn no_record_is_taken_for_the_one_asked_for() {
    let code = SubscriptionCode::new("SUB_a1").unwrap();
    let other = yes(json!({ "id": 1, "subscription_code": "SUB_b2" }));
    let (paystack, _) = client([other]);
    assert_eq!(
        paystack.subscription(&code).await.unwrap_err().code(),
        "mismatch"
    );

    let (paystack, _) = client([yes(json!({ "id": 2 })), yes(json!({ "id": 2 }))]);
    assert_eq!(
        paystack.transaction(1).await.unwrap_err().code(),
        "mismatch"
    );
    assert_eq!(paystack.dispute(1).await.unwrap_err().code(), "mismatch");

    let charge = ChargeAuthorization {
        email: Email::new("ada@example.com").unwrap(),
        amount: Money::new(30_000, Currency::Ngn),
        authorization_code: "AUTH_a1".into(),
        reference: TransactionReference::new("T1").unwrap(),
        metadata: serde_json::Map::new(),
    };
    let (paystack, _) = client([yes(
        json!({ "id": 2, "reference": "T2", "status": "success" }),
    )]);
    let error = paystack.charge_authorization(&charge).await.unwrap_err();
    assert_eq!(error.class(), Class::OutcomeUnknown);
}

#[tokio::test]
async fn a_draft_over_another_sum_is_not_finalised_blindly() {
    let new = NewPaymentRequest {
        customer: CustomerCode::new("CUS_x1y2").unwrap(),
        lines: RequestLines::Amount(21_500),
        currency: Currency::Ngn,
        due_date: None,
        description: "Invoice 1042".to_owned(),
        metadata: serde_json::Map::new(),
    };
    for (field, value) in [
        ("amount", json!(215)),
        ("amount", json!(null)),
        ("currency", json!("GHS")),
        ("currency", json!(null)),
    ] {
        let mut made = payment_request();
        made[field] = value;
        let (paystack, _) = client([yes(made)]);
        let error = paystack.create_draft(&new).await.unwrap_err();
        assert_eq!(
            (error.code(), error.class()),
            ("mismatch", Class::OutcomeUnknown)
        );
    }
}

#[tokio::test]
async fn a_balance_that_cannot_be_read_is_not_an_empty_one() {
    let rows = json!([{ "currency": "NGN", "balance": "12.5" }]);
    let (paystack, _) = client([yes(rows)]);
    assert_eq!(paystack.balances().await.unwrap_err().code(), "unreadable");
    let rows = json!([{ "currency": "NGN", "balance": "1250" }, { "currency": "EUR" }]);
    let (paystack, _) = client([yes(rows)]);
    let balances = paystack.balances().await.unwrap();
    assert_eq!(balances, [Money::new(1_250, Currency::Ngn)]);
}
