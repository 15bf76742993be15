//! Lists decide whether something is sent again, so a list that is not whole is no list.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Answer, client, no, page, yes};
use crate::error::Class;

const TRANSACTION: u64 = 4_099_260_516;

fn row(id: u64, transaction: &Value) -> Value {
    json!({ "id": id, "transaction": transaction, "status": "processed", "amount": "100.00",
            "currency": "NGN", "domain": "test" })
}

fn rows(ids: std::ops::Range<u64>) -> Value {
    ids.map(|id| row(id, &json!(TRANSACTION))).collect()
}

async fn refunds(answers: Vec<Answer>) -> Result<Vec<u64>, &'static str> {
    let count = answers.len();
    let (paystack, transport) = client(answers);
    let found = paystack.refunds_of(TRANSACTION).await;
    assert_eq!(
        transport.asked().len(),
        count,
        "every page, and none after the last"
    );
    match found {
        Ok(rows) => Ok(rows.iter().map(|row| row.id).collect()),
        Err(error) => {
            assert_ne!(error.class(), Class::OutcomeUnknown);
            Err(error.code())
        }
    }
}

#[tokio::test]
async fn a_refund_on_the_second_page_is_found() {
    let meta = |page| json!({ "total": 101, "page": page, "pageCount": 2, "perPage": "100" });
    let answers = vec![page(rows(1..101), meta(1)), page(rows(101..102), meta(2))];
    assert_eq!(refunds(answers).await.unwrap().len(), 101);
}

#[tokio::test]
async fn a_list_without_an_account_of_itself_is_read_until_it_is_empty() {
    // Paystack gave 50 rows although 100 were asked for: that is not the end.
    let answers = vec![
        page(rows(1..51), Value::Null),
        page(rows(51..60), Value::Null),
        page(json!([]), Value::Null),
    ];
    assert_eq!(refunds(answers).await.unwrap().len(), 59);
}

#[tokio::test]
async fn a_row_pushed_to_the_next_page_counts_once() {
    let meta = json!({ "total": 3, "pageCount": 2 });
    let answers = vec![page(rows(2..4), meta.clone()), page(rows(1..3), meta)];
    assert_eq!(refunds(answers).await.unwrap(), [1, 2, 3]);
}

#[tokio::test]
async fn a_list_that_shows_less_than_its_total_decides_nothing() {
    let answers = vec![page(rows(1..3), json!({ "total": 3, "pageCount": 1 }))];
    assert_eq!(refunds(answers).await, Err("incomplete_list"));
    let answers = vec![page(json!([]), json!({ "total": 1 }))];
    assert_eq!(refunds(answers).await, Err("incomplete_list"));
}

#[tokio::test]
async fn a_failed_second_page_fails_the_whole_list() {
    let meta = json!({ "total": 101, "pageCount": 2 });
    let answers = vec![page(rows(1..101), meta), no(500, "oops")];
    assert_eq!(refunds(answers).await, Err("unavailable"));
}

#[tokio::test]
async fn a_list_of_everybodys_refunds_is_sieved() {
    // What Paystack does with a filter that it does not know.
    let all = json!([
        row(1, &json!(TRANSACTION)),
        row(2, &json!(7)),
        row(3, &json!({ "id": TRANSACTION.to_string() })),
    ]);
    assert_eq!(
        refunds(vec![page(all, json!({ "pageCount": 1 }))])
            .await
            .unwrap(),
        [1, 3]
    );
}

#[tokio::test]
async fn a_refund_of_who_knows_which_transaction_makes_the_list_unusable() {
    let all = json!([row(1, &json!(TRANSACTION)), row(2, &Value::Null)]);
    assert_eq!(
        refunds(vec![page(all, json!({ "pageCount": 1 }))]).await,
        Err("mismatch")
    );
}

#[tokio::test]
async fn a_list_that_is_no_list_is_unreadable() {
    assert_eq!(refunds(vec![yes(json!({}))]).await, Err("unreadable"));
    assert_eq!(
        refunds(vec![yes(json!([{ "id": null }]))]).await,
        Err("unreadable")
    );
    let mut live = row(1, &json!(TRANSACTION));
    live["domain"] = json!("live");
    assert_eq!(refunds(vec![yes(json!([live]))]).await, Err("wrong_mode"));
}

#[tokio::test]
async fn a_list_without_end_is_given_up() {
    let endless = (0..50)
        .map(|_| page(rows(1..2), json!({ "pageCount": 1000 })))
        .collect();
    assert_eq!(refunds(endless).await, Err("incomplete_list"));
}

#[tokio::test]
async fn a_draft_is_found_although_the_plain_list_hides_it() {
    let draft = json!({ "id": 1, "status": "draft", "customer": { "id": 9 } });
    let sent = json!({ "id": 2, "status": "pending", "customer": 9 });
    let foreign = json!({ "id": 3, "status": "pending", "customer": { "id": "8" } });
    let meta = json!({ "pageCount": 1 });
    let (paystack, _) = client([
        page(json!([draft]), meta.clone()),
        page(json!([sent, foreign]), meta),
    ]);
    let found = paystack
        .payment_requests_of(9, Timestamp::MIN, Timestamp::MAX)
        .await
        .unwrap();
    let ids: Vec<u64> = found.iter().map(|row| row.id).collect();
    assert_eq!(ids, [2, 1]);
}

#[tokio::test]
async fn a_dispute_is_found_in_either_place_and_in_either_shape() {
    let dispute = json!({ "id": 5, "status": "pending", "transaction": { "id": TRANSACTION } });
    let nothing = || page(json!([]), json!({ "total": 0 }));
    let one = page(json!([dispute]), json!({ "total": 1, "pageCount": 1 }));
    for (answers, expected) in [
        ([nothing(), yes(dispute.clone())], vec![5]),
        ([nothing(), yes(json!([dispute.clone()]))], vec![5]),
        ([nothing(), no(404, "Dispute not found")], vec![]),
        ([nothing(), yes(Value::Null)], vec![]),
        ([nothing(), yes(json!({}))], vec![]),
        ([one, yes(dispute.clone())], vec![5]),
    ] {
        let (paystack, _) = client(answers);
        let found = paystack.disputes_of(TRANSACTION).await.unwrap();
        let ids: Vec<u64> = found.iter().map(|row| row.id).collect();
        assert_eq!(ids, expected);
    }
    // Neither place's filter is trusted, nor another mode's answer.
    let foreign = json!({ "id": 6, "status": "pending", "transaction": { "id": 7 } });
    let (paystack, _) = client([nothing(), yes(foreign)]);
    assert!(paystack.disputes_of(TRANSACTION).await.unwrap().is_empty());
    let mut live = dispute;
    live["domain"] = json!("live");
    let (paystack, _) = client([nothing(), yes(live)]);
    assert_eq!(
        paystack.disputes_of(TRANSACTION).await.unwrap_err().code(),
        "wrong_mode"
    );
    // A failed look is not "no dispute".
    let (paystack, _) = client([nothing(), no(500, "oops")]);
    assert!(paystack.disputes_of(TRANSACTION).await.is_err());
}

#[tokio::test]
async fn another_customers_records_are_sieved_out_of_every_list() {
    let rows = || {
        let rows = json!([{ "id": 1, "customer": { "id": 9 } }, { "id": 2, "customer": 8 },
                          { "id": 3 }]);
        page(rows, json!({ "pageCount": 1 }))
    };
    let (paystack, _) = client([rows(), rows()]);
    let found = paystack
        .transactions_of(9, Timestamp::MIN, Timestamp::MAX)
        .await
        .unwrap();
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 3]);
    let found = paystack.subscriptions_of(9).await.unwrap();
    assert_eq!(found.iter().map(|row| row.id).collect::<Vec<_>>(), [1, 3]);
}
