//! Refunds as Paystack plays them: where money is lost twice, and what stops it.

use std::time::Duration;

use crate::support::{Account, refusal, rows};
use sandbox::fault::Fault;
use sandbox::paystack::{Effect, EmailAbout, Happening, RefundStatus, Settings};
use sandbox::wire::{Method, Request};
use serde_json::{Value, json};

fn refund(account: &mut Account, body: Value) -> (u16, Value) {
    account.post("/refund", body)
}

fn status(account: &mut Account) -> Value {
    account.get("/transaction/verify/T_1042").1["data"]["status"].clone()
}

fn moved(account: &Account) -> i64 {
    let effects = account.paystack.log().effects();
    effects
        .filter_map(|effect| match effect {
            Effect::MoneyMoved { amount, .. } => Some(*amount),
            _ => None,
        })
        .sum()
}

#[test]
fn two_equal_partial_refunds_are_both_carried_out() {
    let mut account = Account::new();
    account.seed(json!({ "transactions": [
        { "reference": "T_1", "amount": 14_000, "customer": "ada@example.com" },
    ]}));
    let body = json!({ "transaction": "T_1", "amount": 5_000, "merchant_note": "key_1" });
    assert_eq!(refund(&mut account, body.clone()).0, 200);
    assert_eq!(refund(&mut account, body.clone()).0, 200);
    assert_eq!(moved(&account), 10_000);
    // Only the sum stops the third.
    let third = refund(&mut account, body);
    let limit = "Total refund amount cannot exceed original transaction amount";
    assert_eq!(refusal(&third), (400, limit));
}

#[test]
fn a_list_by_reference_is_empty_and_by_number_is_not() {
    let mut account = Account::with_payment();
    let made = refund(
        &mut account,
        json!({ "transaction": "T_1042", "amount": 5_000 }),
    );
    let id = made.1["data"]["transaction"]["id"].clone();
    assert_eq!(rows(&account.get("/refund?transaction=T_1042")), 0);
    let list = account.get(&format!("/refund?transaction={id}"));
    assert_eq!(rows(&list), 1);
    // An object on creation, a number in the list; the same for what looks like a flag.
    assert_eq!(list.1["data"][0]["transaction"], id);
    assert_eq!(list.1["data"][0]["fully_deducted"], json!(1));
    assert_eq!(made.1["data"]["fully_deducted"], json!(false));
}

#[test]
fn the_list_is_paged_and_its_page_size_is_a_text() {
    let mut account = Account::with_payment();
    account.seed(json!({ "transactions": [
        { "id": u64::MAX, "reference": "T_big", "amount": 900_000, "customer": "ada@example.com" },
    ]}));
    for _ in 0..60 {
        let body = json!({ "transaction": "T_big", "amount": 5_000 });
        assert_eq!(refund(&mut account, body).0, 200);
    }
    let first = account.get(&format!("/refund?transaction={}", u64::MAX));
    let second = account.get(&format!("/refund?transaction={}&page=2", u64::MAX));
    assert_eq!((rows(&first), rows(&second)), (50, 10));
    let meta = json!({
        "total": 60, "skipped": 50, "perPage": "50", "page": 2, "pageCount": 2,
        "failedRefundCount": 0,
    });
    assert_eq!(second.1["meta"], meta);
    // The id is unsigned and has all of its 64 bits.
    assert_eq!(second.1["data"][0]["transaction"], json!(u64::MAX));
}

#[test]
fn without_an_amount_it_is_the_whole_and_not_the_rest() {
    let mut account = Account::with_payment();
    assert_eq!(
        refund(
            &mut account,
            json!({ "transaction": "T_1042", "amount": 5_000 })
        )
        .0,
        200
    );
    let rest = refund(&mut account, json!({ "transaction": "T_1042" }));
    let limit = "Total refund amount cannot exceed original transaction amount";
    assert_eq!(refusal(&rest), (400, limit));
}

#[test]
fn a_fully_refunded_transaction_says_so_whoever_refunded_it() {
    let mut account = Account::with_payment();
    assert_eq!(
        refund(&mut account, json!({ "transaction": "T_1042" })).0,
        200
    );
    let again = refund(
        &mut account,
        json!({ "transaction": "T_1042", "amount": 5_000 }),
    );
    assert_eq!(
        refusal(&again),
        (400, "Transaction has been fully reversed")
    );
    assert_eq!(again.1["code"], json!("transaction_reversed"));
    assert_eq!(again.1["type"], json!("api_error"));
}

#[test]
fn limits_are_refused_in_paystacks_words() {
    let mut account = Account::with_payment();
    account.seed(json!({ "transactions": [
        { "reference": "T_cedi", "amount": 900, "currency": "GHS", "customer": "ada@example.com" },
        { "reference": "T_dollar", "amount": 900, "currency": "USD", "customer": "ada@example.com" },
    ]}));
    for (body, message) in [
        (
            json!({ "transaction": "nowhere", "amount": 5_000 }),
            "Transaction not found",
        ),
        (
            json!({ "transaction": "T_1042", "amount": 10_001 }),
            "Refund amount exceeds transaction amount",
        ),
        (
            json!({ "transaction": "T_1042", "amount": 5_000, "currency": "GHS" }),
            "Transaction currency must match refund currency",
        ),
        (
            json!({ "transaction": "T_1042", "amount": 4_999 }),
            "Cannot refund less than NGN50",
        ),
        (
            json!({ "transaction": "T_cedi", "amount": 99 }),
            "The minimum amount you may send in a single refund at this time is: GHS1.00",
        ),
        (
            json!({ "transaction": "T_dollar", "amount": 99 }),
            "Cannot refund less than USD 1",
        ),
    ] {
        let answer = refund(&mut account, body);
        assert_eq!(refusal(&answer), (400, message));
    }
    assert_eq!(moved(&account), 0);
}

#[test]
fn a_transaction_is_named_by_reference_or_by_number_as_number_or_text() {
    let mut account = Account::new();
    account.seed(json!({ "transactions": [
        { "id": 7, "reference": "T_7", "amount": 20_000, "customer": "ada@example.com" },
    ]}));
    for (named, amount) in [
        (json!("T_7"), json!(5_000)),
        (json!(7), json!(5_000.0)),
        (json!("7"), json!("5000")),
    ] {
        let answer = refund(
            &mut account,
            json!({ "transaction": named, "amount": amount }),
        );
        assert_eq!(answer.1["data"]["amount"], json!(5_000), "{}", answer.1);
    }
}

#[test]
fn any_refund_makes_the_payment_verify_as_reversal_pending() {
    let mut account = Account::with_payment();
    let made = refund(
        &mut account,
        json!({ "transaction": "T_1042", "amount": 5_000 }),
    );
    let id = made.1["data"]["id"].as_u64().unwrap();
    assert_eq!(status(&mut account), json!("reversal-pending"));
    let now = account.now;
    let failed = Happening::RefundMoves {
        refund: id,
        status: RefundStatus::Failed,
    };
    account.paystack.happen(&failed, now).unwrap();
    // Failed: a success again, and the money is back.
    assert_eq!(status(&mut account), json!("success"));
    assert_eq!(
        account.count(|effect| matches!(effect, Effect::MoneyReturned { .. })),
        1
    );
    let balance = account.get("/balance").1;
    let naira = balance["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["currency"] == "NGN");
    assert_eq!(naira.unwrap()["balance"], json!(1_000_000_000));
    // What failed does not count towards the limit.
    assert_eq!(
        refund(&mut account, json!({ "transaction": "T_1042" })).0,
        200
    );
}

#[test]
fn refunds_move_by_themselves_as_the_test_cards_make_them() {
    let settings = Settings {
        rate_limit: Some(0),
        refund_step_ms: 60_000,
        ..Settings::default()
    };
    let mut account = Account::with(settings);
    for last4 in ["4081", "1803", "1902"] {
        account.seed(json!({ "transactions": [{
            "reference": format!("T_{last4}"), "amount": 10_000, "customer": "ada@example.com",
            "authorization": { "last4": last4 },
        }]}));
        let body = json!({ "transaction": format!("T_{last4}"), "amount": 5_000 });
        assert_eq!(refund(&mut account, body).0, 200);
    }
    account.pass(Duration::from_mins(1));
    let all = |account: &mut Account| {
        let list = account.get("/refund").1;
        let rows = list["data"].as_array().unwrap().clone();
        rows.iter()
            .rev()
            .map(|row| row["status"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        all(&mut account),
        ["processing", "processing", "processing"]
    );
    account.pass(Duration::from_mins(1));
    assert_eq!(
        all(&mut account),
        ["processed", "failed", "needs-attention"]
    );
    let verified = account.get("/transaction/verify/T_4081").1;
    assert_eq!(verified["data"]["status"], json!("reversed"));
}

#[test]
fn only_a_refund_that_needs_attention_is_retried() {
    let mut account = Account::with_payment();
    let made = refund(
        &mut account,
        json!({ "transaction": "T_1042", "amount": 5_000 }),
    );
    let id = made.1["data"]["id"].as_u64().unwrap();
    let details = json!({ "refund_account_details": {
        "currency": "NGN", "account_number": "1234567890", "bank_id": "9",
    }});
    let target = format!("/refund/retry_with_customer_details/{id}");
    let early = account.post(&target, details.clone());
    let message = "Invalid Refund state, refund status should be \"needs-attention\"";
    assert_eq!(refusal(&early), (422, message));
    let now = account.now;
    let stuck = Happening::RefundMoves {
        refund: id,
        status: RefundStatus::NeedsAttention,
    };
    account.paystack.happen(&stuck, now).unwrap();
    let retried = account.post(&target, details);
    assert_eq!(retried.0, 200);
    assert_eq!(retried.1["data"]["status"], json!("processing"));
}

#[test]
fn a_balance_that_is_too_low_refuses_and_a_top_up_changes_that() {
    let mut account = Account::with_payment();
    account.seed(json!({ "balances": { "NGN": 4_000 } }));
    let body = json!({ "transaction": "T_1042", "amount": 5_000 });
    let poor = refund(&mut account, body.clone());
    let message = "Insufficient balance to fulfill this refund. Please top up.";
    assert_eq!(refusal(&poor), (400, message));
    assert_eq!(poor.1["code"], json!("insufficient_balance"));
    account.seed(json!({ "balances": { "NGN": 9_000 } }));
    assert_eq!(refund(&mut account, body).0, 200);
    assert_eq!(account.paystack.model().balance("NGN"), 4_000);
}

#[test]
fn notes_that_are_left_out_are_filled_in() {
    let mut account = Account::with_payment();
    let made = refund(
        &mut account,
        json!({ "transaction": "T_1042", "amount": 5_000 }),
    )
    .1;
    assert_eq!(
        made["data"]["customer_note"],
        json!("Refund for transaction T_1042")
    );
    let merchant = made["data"]["merchant_note"].as_str().unwrap();
    assert!(merchant.contains("finance@merchant.example"));
    let made = refund(
        &mut account,
        json!({ "transaction": "T_1042", "amount": 5_000, "merchant_note": "key_1 why" }),
    );
    let fetched = account.get(&format!("/refund/{}", made.1["data"]["id"])).1;
    assert_eq!(fetched["data"]["merchant_note"], json!("key_1 why"));
    assert_eq!(account.mails(EmailAbout::Refund), 2);
}

#[test]
fn a_refund_event_writes_its_amount_as_a_text_until_it_fails() {
    let mut account = Account::with_payment();
    let made = refund(
        &mut account,
        json!({ "transaction": "T_1042", "amount": 5_000 }),
    );
    let id = made.1["data"]["id"].as_u64().unwrap();
    let now = account.now;
    let failed = Happening::RefundMoves {
        refund: id,
        status: RefundStatus::Failed,
    };
    account.paystack.happen(&failed, now).unwrap();
    let events = account.paystack.model().webhook_events();
    let told: Vec<_> = events
        .iter()
        .map(|event| (event.name(), &event.payload["data"]["amount"]))
        .collect();
    let expected = [
        ("refund.pending", &json!("5000")),
        ("refund.failed", &json!(5_000)),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_list_that_lags_hides_the_refund_that_a_retry_looks_for() {
    let mut account = Account::with_payment();
    account.fault(Method::Get, "/refund", Fault::ListsLag { by_ms: 900_000 });
    account.fault(Method::Post, "/refund", Fault::DropAnswer);
    let body = json!({ "transaction": "T_1042", "amount": 5_000, "merchant_note": "key_1" });
    let lost = account.outcome(Request::post("/refund", &body));
    assert_eq!(lost.within(crate::support::TIME_OUT), None);
    let id = account.get("/transaction/verify/T_1042").1["data"]["id"].clone();
    let page = format!("/refund?transaction={id}");
    account.pass(Duration::from_mins(14));
    assert_eq!(rows(&account.get(&page)), 0);
    account.pass(Duration::from_mins(1));
    assert_eq!(rows(&account.get(&page)), 1);
}
