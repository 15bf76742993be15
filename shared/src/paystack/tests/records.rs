//! Records in every shape that Paystack has been seen to send.

use jiff::civil::date;
use serde_json::{Value, json};

use super::super::{
    Charge, Customer, Dispute, DisputeStatus, EvidenceFile, Metadata, PaymentRequest, Refund,
    RefundStatus, RequestLines, RequestStatus, Subscription, SubscriptionStatus, TaxItem,
    Transaction, TransactionStatus, wire,
};
use crate::money::{Currency, Money};

#[test]
fn ids_and_amounts_are_read_as_number_or_text_and_never_rounded() {
    for (given, expected) in [
        (json!(u64::MAX), Some(u64::MAX)),
        (json!("18633077"), Some(18_633_077)),
        (json!(7.0), Some(7)),
        (json!(-1), None),
        (json!(7.5), None),
        (json!("T68"), None),
        (Value::Null, None),
    ] {
        assert_eq!(wire::as_u64(&given), expected, "{given}");
    }
    for (given, expected) in [
        (json!(5000), Some(5000)),
        (json!("5000"), Some(5000)),
        (json!("5000.00"), Some(5000)),
        (json!(100.0), Some(100)),
        (json!(100.5), None),
        (json!("100.50"), None),
        (json!("1e3"), None),
        (json!("5,000"), None),
        (json!(true), None),
    ] {
        assert_eq!(wire::as_i64(&given), expected, "{given}");
    }
}

#[test]
fn metadata_comes_in_five_shapes() {
    for nothing in [
        json!(null),
        json!(""),
        json!(0),
        json!([]),
        json!({}),
        json!("{}"),
    ] {
        let metadata: Metadata = serde_json::from_value(nothing.clone()).unwrap();
        assert_eq!(metadata, Metadata::Absent, "{nothing}");
    }
    for object in [
        json!({ "action_key": "k" }),
        json!("{\"action_key\":\"k\"}"),
    ] {
        let metadata: Metadata = serde_json::from_value(object).unwrap();
        assert_eq!(metadata.text("action_key"), Some("k"));
    }
    for odd in [json!("words"), json!([1]), json!(5), json!(true)] {
        let metadata: Metadata = serde_json::from_value(odd.clone()).unwrap();
        assert_eq!(metadata, Metadata::Other, "{odd}");
    }
}

#[test]
fn a_record_needs_nothing_but_its_id() {
    let record = json!({ "id": "5" });
    assert_eq!(
        wire::record::<PaymentRequest>(record.clone()).unwrap().id,
        5
    );
    assert_eq!(wire::record::<Transaction>(record.clone()).unwrap().id, 5);
    assert_eq!(wire::record::<Refund>(record.clone()).unwrap().id, 5);
    assert_eq!(wire::record::<Dispute>(record.clone()).unwrap().id, 5);
    assert_eq!(wire::record::<Subscription>(record).unwrap().id, 5);
    let customer = json!({ "id": 5, "customer_code": "CUS_x1" });
    assert_eq!(wire::record::<Customer>(customer).unwrap().id, 5);
}

#[test]
fn a_field_that_nobody_needs_never_costs_the_answer() {
    let record = json!({
        "id": 5, "request_code": 7, "status": null, "paid": null, "archived": "?", "amount": null,
        "currency": "EUR", "customer": null, "metadata": 0, "notifications": {}, "tax": null,
        "line_items": "none", "due_date": "soon", "created_at": "yesterday", "paid_at": 0,
        "description": [], "offline_reference": 12, "invoice_number": null,
    });
    let request = wire::record::<PaymentRequest>(record).unwrap();
    assert_eq!(request.status, RequestStatus::Unknown(String::new()));
    assert_eq!(
        (request.money(), request.created_at, request.due_date),
        (None, None, None)
    );
    assert!(!request.is_open());
}

#[test]
fn a_time_stamp_has_two_spellings_and_may_have_both() {
    let expected = "2026-01-02T03:04:05Z".parse().unwrap();
    for record in [
        json!({ "id": 1, "createdAt": "2026-01-02T03:04:05.000Z" }),
        json!({ "id": 1, "created_at": "2026-01-02T03:04:05.000Z" }),
        json!({ "id": 1, "created_at": "2026-01-02T03:04:05.000Z",
                "createdAt": "2020-01-01T00:00:00.000Z", "paidAt": null, "paid_at": null }),
        json!({ "id": 1, "created_at": null, "createdAt": "2026-01-02T04:04:05+01:00" }),
        json!({ "id": 1, "created_at": "2026-01-02 03:04:05" }),
    ] {
        let transaction = wire::record::<Transaction>(record.clone()).unwrap();
        assert_eq!(transaction.created_at, Some(expected), "{record}");
    }
    let dispute = wire::record::<Dispute>(json!({ "id": 1, "dueAt": "2026-01-02T03:04:05.000Z" }));
    assert_eq!(dispute.unwrap().due_at, Some(expected));
}

#[test]
fn a_payment_request_reads_as_paystack_sends_it() {
    let request = wire::record::<PaymentRequest>(json!({
        "id": 1_089_700, "domain": "test", "amount": 21500, "currency": "NGN",
        "due_date": "2026-12-31T00:00:00.000Z", "has_invoice": true, "invoice_number": 1042,
        "description": "Invoice 1042", "request_code": "PRQ_y0z1", "status": "pending",
        "paid": false, "archived": 0, "pdf_url": null,
        "line_items": [{ "name": "Plan", "amount": "20000" }],
        "tax": [{ "name": "VAT", "amount": 1500 }],
        "metadata": { "action_key": "k" }, "offline_reference": "4634337895939",
        "notifications": [{ "sent_at": "2026-01-02T03:04:05.000Z", "channel": "email" }],
        "customer": { "id": 7_454_223, "customer_code": "CUS_x1y2", "email": "ada@example.com" },
        "created_at": "2026-01-02T03:04:05.000Z",
    }))
    .unwrap();
    assert_eq!(request.money(), Some(Money::new(21_500, Currency::Ngn)));
    assert_eq!(request.due_date, Some(date(2026, 12, 31)));
    assert_eq!(
        (request.line_items[0].amount, request.line_items[0].quantity),
        (20_000, 1)
    );
    assert_eq!(request.customer.id, Some(7_454_223));
    assert_eq!(request.notifications.len(), 1);
    assert!(request.is_open());
    assert!(
        !PaymentRequest {
            paid: true,
            ..request.clone()
        }
        .is_open()
    );
    assert!(
        !PaymentRequest {
            archived: true,
            ..request.clone()
        }
        .is_open()
    );
    assert!(
        !PaymentRequest {
            status: RequestStatus::Draft,
            ..request
        }
        .is_open()
    );
}

#[test]
fn a_total_past_64_bits_is_no_total() {
    let tax = |amount| {
        vec![TaxItem {
            name: "VAT".to_owned(),
            amount,
        }]
    };
    let lines = RequestLines::Items {
        line_items: Vec::new(),
        tax: tax(5),
    };
    assert_eq!(lines.total(), Some(5));
    let tax = [tax(i64::MAX), tax(1)].concat();
    assert_eq!(
        RequestLines::Items {
            line_items: Vec::new(),
            tax
        }
        .total(),
        None
    );
}

#[test]
fn a_refund_counts_until_it_is_known_to_have_failed() {
    let refund = |status: Value| {
        wire::record::<Refund>(json!({ "id": 1, "status": status, "transaction": "68" })).unwrap()
    };
    for status in [
        "pending",
        "processing",
        "processed",
        "needs-attention",
        "new-word",
    ] {
        assert!(refund(json!(status)).counts(), "{status}");
    }
    assert!(!refund(json!("failed")).counts());
    assert_eq!(
        refund(json!("on-hold")).status,
        RefundStatus::Unknown("on-hold".to_owned())
    );
    assert_eq!(refund(Value::Null).transaction.id, Some(68));
}

#[test]
fn statuses_read_as_paystack_writes_them() {
    let transaction = json!({ "id": 1, "status": "reversal-pending" });
    let transaction = wire::record::<Transaction>(transaction).unwrap();
    assert_eq!(transaction.status, TransactionStatus::ReversalPending);
    for word in ["completed", "complete"] {
        let subscription = json!({ "id": 1, "status": word });
        let subscription = wire::record::<Subscription>(subscription).unwrap();
        assert_eq!(subscription.status, SubscriptionStatus::Completed, "{word}");
    }
    for (word, open) in [
        ("pending", true),
        ("resolved", false),
        ("archived", false),
        ("x", true),
    ] {
        let dispute = wire::record::<Dispute>(json!({ "id": 1, "status": word })).unwrap();
        assert_eq!(dispute.is_open(), open, "{word}");
        assert_eq!(dispute.status.as_str(), word);
        assert_eq!(
            dispute.status == DisputeStatus::Unknown(word.to_owned()),
            word == "x"
        );
    }
}

#[test]
fn a_charge_that_waits_for_the_customer_has_no_number() {
    assert!(
        wire::record::<Charge>(json!([])).is_none(),
        "a list is no record"
    );
    let charge = wire::record::<Charge>(json!({
        "paused": true, "reference": "T1", "authorization_url": "https://checkout.example/x",
    }))
    .unwrap();
    assert!(charge.paused && charge.id.is_none());
}

#[test]
fn a_failed_renewal_shows_its_last_attempt() {
    let subscription = wire::record::<Subscription>(json!({
        "id": 9, "subscription_code": "SUB_a1", "status": "attention", "amount": 50000,
        "email_token": "t", "customer": { "id": 3 },
        "plan": { "plan_code": "PLN_a1", "name": "Monthly", "currency": "NGN" },
        "authorization": { "authorization_code": "AUTH_secret", "reusable": 1 },
        "most_recent_invoice": { "invoice_code": "INV_a1", "status": "attention", "paid": 0,
            "description": "Insufficient Funds", "amount": 50000, "transaction": 12,
            "createdAt": "x", "created_at": "y" },
    }))
    .unwrap();
    assert_eq!(
        subscription.money(),
        Some(Money::new(50_000, Currency::Ngn))
    );
    assert!(subscription.authorization.as_ref().unwrap().reusable);
    let attempt = subscription.most_recent_invoice.as_ref().unwrap();
    assert_eq!((attempt.paid, attempt.transaction.id), (false, Some(12)));
    let printed = format!("{subscription:?}");
    assert!(
        !printed.contains("AUTH_secret") && !printed.contains("Insufficient"),
        "{printed}"
    );
}

#[test]
fn a_national_number_on_record_is_completed_only_with_a_calling_code() {
    let customer = |phone: &str, metadata: Value| {
        let record = json!({ "id": 1, "customer_code": "CUS_x1", "phone": phone,
                             "first_name": "Ada", "metadata": metadata });
        wire::record::<Customer>(record).unwrap()
    };
    let number = |customer: Customer, code| {
        customer
            .phone_number(code)
            .map(|number| number.expose().to_owned())
    };
    let expected = Some("+2348012345678".to_owned());
    assert_eq!(number(customer("08012345678", Value::Null), None), None);
    assert_eq!(
        number(customer("08012345678", Value::Null), Some("234")),
        expected
    );
    let own = json!({ "calling_code": "+234" });
    assert_eq!(number(customer("08012345678", own), Some("233")), expected);
    assert_eq!(
        number(customer("+234 801 234 5678", Value::Null), None),
        expected
    );
    assert_eq!(number(customer("", Value::Null), Some("234")), None);
    let printed = format!("{:?}", customer("08012345678", Value::Null));
    assert!(
        !printed.contains("0801") && !printed.contains("Ada"),
        "{printed}"
    );
}

#[test]
fn a_file_name_cannot_leave_its_folder() {
    assert!(EvidenceFile::new("receipt-1042.pdf").is_ok());
    for wrong in [
        "../x.pdf",
        "a/b.jpg",
        ".pdf",
        "x.exe",
        "x.pdf.exe",
        "a b.pdf",
        "é.pdf",
    ] {
        assert!(EvidenceFile::new(wrong).is_err(), "{wrong}");
    }
}
