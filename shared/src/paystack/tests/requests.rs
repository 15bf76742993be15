//! Every request that we send, against its golden file.

use jiff::Timestamp;
use jiff::civil::date;
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use super::super::{
    ChargeAuthorization, EvidenceFile, LineItem, NewCustomer, NewEvidence, NewPaymentRequest,
    NewRefund, PaymentRequestChanges, Paystack, PaystackError, PrivateText, RefundAccount,
    RequestKey, RequestLines, Resolution, Resolve, TaxItem,
};
use super::{Answer, client, customer, page, payment_request, refund, yes};
use crate::ids::{
    CustomerCode, Email, PhoneNumber, RequestCode, SubscriptionCode, TransactionReference,
};
use crate::money::{Currency, Money};
use crate::vendors::testing::{assert_golden, golden};

const TRANSACTION: u64 = 4_099_260_516;

/// Makes one call against the given answers and compares what it asked with the golden files
/// `names`, one for each request.
async fn check<T>(
    names: &[&str],
    answers: impl IntoIterator<Item = Answer>,
    call: impl AsyncFnOnce(Paystack) -> Result<T, PaystackError>,
) {
    let (paystack, transport) = client(answers);
    assert!(call(paystack).await.is_ok(), "{names:?}");
    let asked = transport.asked();
    assert_eq!(asked.len(), names.len(), "{names:?}");
    for (name, request) in names.iter().zip(&asked) {
        assert_golden(&format!("paystack/{name}"), &golden(request));
    }
}

fn metadata() -> Map<String, Value> {
    // In the order of the alphabet: some builds keep an order, others sort.
    let metadata = json!({ "action_key": "key_1", "dialnexa_call_id": "call_a1" });
    metadata.as_object().unwrap().clone()
}

fn window() -> (Timestamp, Timestamp) {
    (
        "2026-11-01T00:00:00Z".parse().unwrap(),
        "2026-11-08T00:00:00Z".parse().unwrap(),
    )
}

fn code() -> RequestCode {
    RequestCode::new("PRQ_y0z1").unwrap()
}

fn empty() -> Answer {
    page(json!([]), json!({ "total": 0, "page": 1, "pageCount": 0 }))
}

#[tokio::test]
async fn customers_are_asked_for_by_address_or_code_and_written_as_objects() {
    let email = Email::new("ada+shop@example.com").unwrap();
    let code = CustomerCode::new("CUS_x1y2").unwrap();
    let mut shopper = customer();
    shopper["email"] = json!("ada+shop@example.com");

    let by_email = async |paystack: Paystack| paystack.customer_by_email(&email).await;
    check(&["customer-by-email"], [yes(shopper.clone())], by_email).await;
    let by_code = async |paystack: Paystack| paystack.customer_by_code(&code).await;
    check(&["customer-by-code"], [yes(customer())], by_code).await;

    let new = NewCustomer {
        email: email.clone(),
        first_name: Some(PrivateText::new("Ada")),
        last_name: Some(PrivateText::new("Obi")),
        phone: Some(PhoneNumber::new("+2348012345678").unwrap()),
        metadata: metadata(),
    };
    let create = async |paystack: Paystack| paystack.create_customer(&new).await;
    check(&["customer-create"], [yes(shopper.clone())], create).await;

    shopper["email"] = json!("ada@example.com");
    shopper["metadata"] = json!({ "loyalty": "gold", "action_key": "key_0" });
    let add = async |paystack: Paystack| paystack.add_customer_metadata(&code, &metadata()).await;
    let names = ["customer-by-code", "customer-add-metadata"];
    check(&names, [yes(shopper), yes(customer())], add).await;
}

#[tokio::test]
async fn a_payment_request_is_a_draft_first_and_says_its_currency() {
    let mut new = NewPaymentRequest {
        customer: CustomerCode::new("CUS_x1y2").unwrap(),
        lines: RequestLines::Items {
            line_items: vec![LineItem {
                name: "Plan".to_owned(),
                amount: 10_000,
                quantity: 2,
            }],
            tax: vec![TaxItem {
                name: "VAT".to_owned(),
                amount: 1_500,
            }],
        },
        currency: Currency::Ngn,
        due_date: Some(date(2026, 12, 31)),
        description: "Invoice 1042".to_owned(),
        metadata: metadata(),
    };
    let create = async |paystack: Paystack| paystack.create_draft(&new).await;
    check(
        &["payment-request-create-items"],
        [yes(payment_request())],
        create,
    )
    .await;

    new.lines = RequestLines::Amount(21_500);
    new.due_date = None;
    let create = async |paystack: Paystack| paystack.create_draft(&new).await;
    check(
        &["payment-request-create-amount"],
        [yes(payment_request())],
        create,
    )
    .await;
}

#[tokio::test]
async fn a_payment_request_is_read_finalised_notified_changed_and_archived() {
    let by_code = RequestKey::from(code());
    let by_id = RequestKey::from(1_089_700);

    let fetch = async |paystack: Paystack| paystack.payment_request(&by_code).await;
    check(
        &["payment-request-fetch-by-code"],
        [yes(payment_request())],
        fetch,
    )
    .await;
    let fetch = async |paystack: Paystack| paystack.payment_request(&by_id).await;
    check(
        &["payment-request-fetch-by-id"],
        [yes(payment_request())],
        fetch,
    )
    .await;
    let finalise =
        async |paystack: Paystack| paystack.finalize_payment_request(&by_code, true).await;
    check(
        &["payment-request-finalize"],
        [yes(payment_request())],
        finalise,
    )
    .await;
    let notify = async |paystack: Paystack| paystack.notify_payment_request(&code()).await;
    check(&["payment-request-notify"], [yes(Value::Null)], notify).await;

    let changes = PaymentRequestChanges {
        lines: Some(RequestLines::Items {
            line_items: vec![LineItem {
                name: "Plan".to_owned(),
                amount: 20_000,
                quantity: 1,
            }],
            tax: vec![TaxItem {
                name: "VAT".to_owned(),
                amount: 1_500,
            }],
        }),
        due_date: Some(date(2027, 1, 15)),
        description: Some("Invoice 1042 (corrected VAT)".to_owned()),
        metadata: Some(metadata()),
    };
    let update =
        async |paystack: Paystack| paystack.update_payment_request(&by_code, &changes).await;
    check(
        &["payment-request-update"],
        [yes(payment_request())],
        update,
    )
    .await;
    let archive = async |paystack: Paystack| paystack.archive_payment_request(&by_code).await;
    check(&["payment-request-archive"], [yes(Value::Null)], archive).await;

    let (from, to) = window();
    let list = async |paystack: Paystack| paystack.payment_requests_of(7_454_223, from, to).await;
    let names = ["payment-request-list-drafts", "payment-request-list"];
    check(&names, [empty(), empty()], list).await;
}

#[tokio::test]
async fn transactions_are_verified_read_listed_and_a_card_is_charged_under_our_reference() {
    let reference = TransactionReference::new("order-1042.v2=a").unwrap();
    let transaction =
        json!({ "id": TRANSACTION, "reference": reference, "status": "success", "domain": "test" });

    let verify = async |paystack: Paystack| paystack.verify_transaction(&reference).await;
    check(&["transaction-verify"], [yes(transaction.clone())], verify).await;
    let fetch = async |paystack: Paystack| paystack.transaction(TRANSACTION).await;
    check(&["transaction-fetch"], [yes(transaction.clone())], fetch).await;
    let (from, to) = window();
    let list = async |paystack: Paystack| paystack.transactions_of(7_454_223, from, to).await;
    check(&["transaction-list"], [empty()], list).await;

    let charge = ChargeAuthorization {
        email: Email::new("ada@example.com").unwrap(),
        amount: Money::new(30_000, Currency::Ngn),
        authorization_code: SecretString::from("AUTH_df1l5ehnym"),
        reference: reference.clone(),
        metadata: metadata(),
    };
    let charge = async |paystack: Paystack| paystack.charge_authorization(&charge).await;
    check(
        &["transaction-charge-authorization"],
        [yes(transaction)],
        charge,
    )
    .await;
}

#[tokio::test]
async fn a_refund_says_its_amount_and_is_listed_by_number() {
    let mut new = NewRefund {
        transaction: TRANSACTION,
        amount: Money::new(5_000, Currency::Ngn),
        merchant_note: "key_1 charged twice https://desk.example/calls/call_a1".to_owned(),
        customer_note: Some("Charged twice".to_owned()),
    };
    let create = async |paystack: Paystack| paystack.create_refund(&new).await;
    check(&["refund-create"], [yes(refund())], create).await;
    new.customer_note = None;
    let create = async |paystack: Paystack| paystack.create_refund(&new).await;
    check(
        &["refund-create-without-customer-note"],
        [yes(refund())],
        create,
    )
    .await;

    let list = async |paystack: Paystack| paystack.refunds_of(TRANSACTION).await;
    check(&["refund-list"], [empty()], list).await;
    let fetch = async |paystack: Paystack| paystack.refund(18_633_077).await;
    check(&["refund-fetch"], [yes(refund())], fetch).await;

    let account = RefundAccount {
        currency: Currency::Ngn,
        account_number: SecretString::from("1234567890"),
        bank_id: 9,
    };
    let retry = async |paystack: Paystack| paystack.retry_refund(18_633_077, &account).await;
    check(&["refund-retry"], [yes(refund())], retry).await;
}

#[tokio::test]
async fn disputes_are_read_and_answered() {
    let dispute = json!({ "id": 2867, "status": "awaiting-merchant-feedback", "domain": "test",
                          "transaction": { "id": TRANSACTION, "reference": "T68" } });

    let fetch = async |paystack: Paystack| paystack.dispute(2867).await;
    check(&["dispute-fetch"], [yes(dispute.clone())], fetch).await;
    let list = async |paystack: Paystack| paystack.disputes_of(TRANSACTION).await;
    let names = ["dispute-list", "dispute-of-transaction"];
    check(&names, [empty(), yes(dispute.clone())], list).await;

    let evidence = NewEvidence {
        customer_email: Email::new("ada@example.com").unwrap(),
        customer_name: PrivateText::new("Ada Obi"),
        customer_phone: PhoneNumber::new("+2348012345678").unwrap(),
        service_details: PrivateText::new("Plan of November"),
        delivery_address: Some(PrivateText::new("3a Ladoke Akintola, Lagos")),
        delivery_date: Some(date(2026, 11, 3)),
    };
    let add = async |paystack: Paystack| paystack.add_evidence(2867, &evidence).await;
    check(&["dispute-evidence"], [yes(json!({ "id": 21 }))], add).await;

    let file = EvidenceFile::new("receipt-1042.pdf").unwrap();
    let target = async |paystack: Paystack| paystack.upload_target(2867, &file).await;
    let place = json!({ "signedUrl": "https://files.example/x?y", "fileName": "qesp8a4df1" });
    check(&["dispute-upload-url"], [yes(place)], target).await;

    let resolve = Resolve {
        resolution: Resolution::Declined,
        message: "Delivered on 3 November".to_owned(),
        refund_amount: 0,
        uploaded_filename: "qesp8a4df1".to_owned(),
        evidence: Some(21),
    };
    let resolve = async |paystack: Paystack| paystack.resolve_dispute(2867, &resolve).await;
    check(&["dispute-resolve"], [yes(dispute)], resolve).await;
}

#[tokio::test]
async fn subscriptions_balances_and_lost_webhooks_are_read() {
    let code = SubscriptionCode::new("SUB_vsyqdmlzble3uii").unwrap();
    let subscription = json!({ "id": 9, "subscription_code": code, "domain": "test" });

    let fetch = async |paystack: Paystack| paystack.subscription(&code).await;
    check(&["subscription-fetch"], [yes(subscription)], fetch).await;
    let list = async |paystack: Paystack| paystack.subscriptions_of(7_454_223).await;
    check(&["subscription-list"], [empty()], list).await;
    let link = async |paystack: Paystack| paystack.manage_link(&code).await;
    let page_of_ours = json!({ "link": "https://paystack.com/manage/subscriptions/x" });
    check(&["subscription-manage-link"], [yes(page_of_ours)], link).await;
    let email = async |paystack: Paystack| paystack.send_manage_email(&code).await;
    check(&["subscription-manage-email"], [yes(Value::Null)], email).await;

    let balances = async |paystack: Paystack| paystack.balances().await;
    check(
        &["balance"],
        [yes(json!([{ "currency": "NGN", "balance": 1 }]))],
        balances,
    )
    .await;

    let (from, to) = window();
    let events = async |paystack: Paystack| paystack.failed_webhook_events(from, to).await;
    let first = page(
        json!([{ "_id": "a", "event_type": "refund.processed" }]),
        json!({ "next": "cursor_2" }),
    );
    let second = page(json!([{ "_id": "b" }]), json!({ "next": "null" }));
    check(
        &["webhook-events", "webhook-events-next"],
        [first, second],
        events,
    )
    .await;
    let body = async |paystack: Paystack| paystack.webhook_event_body("66f1c0ffee").await;
    let whole = json!({ "_id": "66f1c0ffee", "event_payload": { "event": "refund.processed" } });
    check(&["webhook-event"], [yes(whole)], body).await;
}
