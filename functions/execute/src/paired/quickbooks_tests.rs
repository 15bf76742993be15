//! What is asked of `QuickBooks`, compared with golden files, and how its answers are read.

use serde_json::json;
use shared::error::Class;
use shared::vendors::testing::{Scripted, answer, assert_golden, golden};

use super::*;

fn client(transport: Arc<Scripted>) -> QuickBooks {
    QuickBooks::new(transport, "9341452".to_owned(), Duration::from_secs(8))
}

fn ada() -> Email {
    Email::new("ada.obi@example.com").unwrap()
}

/// As Intuit documents a customer, cut to what concerns us.
fn documented_customer() -> Value {
    json!({ "QueryResponse": { "Customer": [{
        "Id": "58", "SyncToken": "3", "sparse": false, "DisplayName": "Ada Obi",
        "PrimaryEmailAddr": { "Address": "ada.obi@example.com" },
        "BillAddr": { "Id": "2", "Line1": "3 Broad Street", "City": "Lagos", "PostalCode": "101001",
                      "Country": "Nigeria", "Lat": "6.45", "Long": "3.39" },
        "MetaData": { "CreateTime": "2014-09-11T16:48:43-07:00",
                      "LastUpdatedTime": "2026-10-01T13:39:32-07:00" },
    }], "startPosition": 1, "maxResults": 1 }, "time": "2026-11-24T02:00:00.000-08:00" })
}

#[tokio::test]
async fn an_invoice_is_found_by_its_number_and_mailed_under_a_request_id() {
    let found = json!({ "QueryResponse": { "Invoice": [{
        "Id": "130", "SyncToken": "0", "DocNumber": "1042", "Balance": 362.07,
        "CurrencyRef": { "value": "NGN", "name": "Nigerian Naira" },
        "CustomerRef": { "value": "58", "name": "Ada Obi" }, "EmailStatus": "EmailSent",
        "DeliveryInfo": { "DeliveryType": "Email", "DeliveryTime": "2026-11-02T10:00:00-08:00" },
    }] } });
    let transport = Scripted::new([
        answer(200, found.clone()),
        answer(200, found),
        answer(200, json!({ "Invoice": { "Id": "130" } })),
    ]);
    let books = client(transport.clone());
    let invoice = books.invoice("1042").await.unwrap().unwrap();
    assert_eq!(invoice.balance, Some(Money::new(36_207, Currency::Ngn)));
    assert_eq!(invoice.customer.as_deref(), Some("58"));
    let mailed = "2026-11-02T18:00:00Z".parse().unwrap();
    assert_eq!(invoice.sent_at, Some(mailed));
    books.invoice_by_id("130").await.unwrap();
    let sent = books
        .send_invoice("130", &ada(), "ll-0123456789abcdef0123")
        .await;
    sent.unwrap();
    for (name, asked) in ["invoice-by-number", "invoice-by-id", "invoice-send"]
        .iter()
        .zip(transport.asked())
    {
        assert_golden(&format!("quickbooks/{name}"), &golden(&asked));
    }
}

#[tokio::test]
async fn an_address_is_a_sparse_update_of_the_revision_that_was_read() {
    let transport = Scripted::new([
        answer(200, documented_customer()),
        answer(200, json!({ "Customer": { "Id": "58" } })),
    ]);
    let books = client(transport.clone());
    let customer = books.customer(&ada()).await.unwrap().unwrap();
    let changed = "2026-10-01T20:39:32Z".parse().unwrap();
    assert_eq!(customer.changed_at, Some(changed));
    let address = "14 Marina Road, Lagos";
    let key = "ll-0123456789abcdef0123";
    books
        .correct_address(&customer, address, key)
        .await
        .unwrap();
    let asked = transport.asked();
    assert_golden("quickbooks/customer-by-email", &golden(&asked[0]));
    assert_golden("quickbooks/customer-address", &golden(&asked[1]));
}

#[test]
fn an_address_is_the_same_however_it_is_divided() {
    let answer: Answer = serde_json::from_value(documented_customer()).unwrap();
    let found = answer.only("Customer").and_then(customer).unwrap();
    for same in [
        "3 Broad Street, Lagos 101001",
        "3 broad street lagos 101001, Nigeria",
    ] {
        assert!(found.has_address(same), "{same}");
    }
    for other in ["3 Broad Street", "14 Marina Road, Lagos", ""] {
        assert!(!found.has_address(other), "{other}");
    }
}

#[tokio::test]
async fn a_customer_that_somebody_else_changed_is_told_from_any_other_refusal() {
    let fault = |code: &str| {
        answer(
            400,
            json!({ "Fault": { "type": "ValidationFault", "Error": [{ "code": code }] } }),
        )
    };
    let answers = [
        answer(200, documented_customer()),
        fault("5010"),
        fault("2020"),
    ];
    let books = client(Scripted::new(answers));
    let customer = books.customer(&ada()).await.unwrap().unwrap();
    let mut refused = Vec::new();
    for _ in 0..2 {
        let error = books
            .correct_address(&customer, "x", "k")
            .await
            .unwrap_err();
        refused.push((is_stale(&error), error.class()));
    }
    assert_eq!(refused, [(true, Class::Rejected), (false, Class::Rejected)]);
}

#[tokio::test]
async fn two_records_of_one_number_or_address_are_none() {
    let two = |entity: &str| {
        answer(
            200,
            json!({ "QueryResponse": { entity: [{ "Id": "1", "SyncToken": "0" }, { "Id": "2", "SyncToken": "0" }] } }),
        )
    };
    let books = client(Scripted::new([two("Invoice"), two("Customer")]));
    assert_eq!(books.invoice("1042").await.unwrap(), None);
    assert_eq!(books.customer(&ada()).await.unwrap(), None);
}

#[test]
fn a_quote_in_a_number_ends_no_query() {
    assert_eq!(
        select("Invoice", "DocNumber", "1042' or 'a'='a"),
        "select * from Invoice where DocNumber = '1042\\' or \\'a\\'=\\'a'"
    );
}

#[test]
fn a_balance_is_read_to_the_hundredth_and_not_through_a_float() {
    for (written, read) in [
        ("362.07", Some(36_207)),
        ("0.1", Some(10)),
        ("15000", Some(1_500_000)),
        ("-3.5", Some(-350)),
        ("-0.25", Some(-25)),
        ("1.005", None),
        ("1.500", Some(150)),
    ] {
        let number: Value = serde_json::from_str(written).unwrap();
        assert_eq!(hundredths(&number), read, "{written}");
    }
}
