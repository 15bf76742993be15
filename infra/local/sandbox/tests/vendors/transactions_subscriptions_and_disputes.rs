//! Transactions, subscriptions and disputes as Paystack plays them.

use std::time::Duration;

use crate::support::{Account, refusal, rows};
use sandbox::paystack::{Effect, EmailAbout, MoneyReason};
use sandbox::wire::{Method, Request};
use serde_json::{Value, json};

#[test]
fn an_unknown_reference_is_refused_in_paystacks_words() {
    let mut account = Account::new();
    let answer = account.get("/transaction/verify/T_none");
    assert_eq!(refusal(&answer), (400, "Transaction reference not found."));
    assert_eq!(answer.1["code"], json!("transaction_not_found"));
    let timeline = account.get("/transaction/timeline/T_none");
    assert_eq!(
        refusal(&timeline),
        (400, "Transaction ID or reference is invalid")
    );
}

#[test]
fn metadata_of_a_transaction_comes_in_every_shape() {
    let mut account = Account::new();
    for metadata in [
        json!(""),
        json!(0),
        json!(null),
        json!({ "order": "1042" }),
        json!("{}"),
    ] {
        account.seed(json!({ "transactions": [{
            "reference": "T_shape", "amount": 100, "customer": "ada@example.com", "id": 9,
            "metadata": metadata,
        }]}));
        let answer = account.get("/transaction/verify/T_shape").1;
        assert_eq!(answer["data"]["metadata"], metadata);
    }
}

#[test]
fn the_list_of_transactions_filters_by_the_customers_number_and_sums_them_up() {
    let mut account = Account::with_payment();
    account.seed(json!({ "transactions": [
        { "reference": "T_2", "amount": 5_000, "customer": "ada@example.com", "status": "failed" },
        { "reference": "T_3", "amount": 7_000, "customer": "bola@example.com" },
    ]}));
    let ada = account
        .paystack
        .model()
        .customer_by_email("ada@example.com")
        .unwrap()
        .clone();
    let list = account.get(&format!("/transaction?customer={}", ada.id));
    assert_eq!(
        (rows(&list), &list.1["meta"]["total_volume"]),
        (2, &json!(15_000))
    );
    assert_eq!(
        rows(&account.get(&format!("/transaction?customer={}", ada.code))),
        0
    );
    assert_eq!(rows(&account.get("/transaction?status=failed")), 1);
    assert_eq!(rows(&account.get("/transaction?amount=7000")), 1);
}

#[test]
fn a_card_is_charged_once_for_each_reference() {
    let mut account = Account::with_payment();
    let body = json!({
        "email": "ada@example.com", "amount": 5_000, "authorization_code": "AUTH_sandbox",
        "reference": "order-1", "currency": "NGN", "metadata": "{\"action_key\":\"key_1\"}",
    });
    let charged = account.post("/transaction/charge_authorization", body.clone());
    assert_eq!(
        charged.1["data"]["status"],
        json!("success"),
        "{}",
        charged.1
    );
    let again = account.post("/transaction/charge_authorization", body.clone());
    assert_eq!(refusal(&again), (400, "Duplicate Transaction Reference"));
    assert_eq!(again.1["code"], json!("duplicate_reference"));
    let verified = account.get("/transaction/verify/order-1").1;
    assert_eq!(verified["data"]["metadata"]["action_key"], json!("key_1"));
    let mut other = body;
    other["reference"] = json!("order-2");
    other["email"] = json!("bola@example.com");
    let message = account.post("/transaction/charge_authorization", other).1["message"].clone();
    assert!(
        message
            .as_str()
            .unwrap()
            .starts_with("Email does not match Authorization code.")
    );
    assert_eq!(
        account.count(|effect| matches!(effect, Effect::CardCharged { .. })),
        1
    );
}

fn with_subscription() -> (Account, String, String) {
    let mut account = Account::new();
    let made = account.seed(json!({ "subscriptions": [{
        "customer": "ada@example.com", "amount": 30_000, "status": "attention",
        "most_recent_invoice": { "status": "failed", "description": "Insufficient Funds" },
    }]}));
    let text = |name: &str| made["subscriptions"][0][name].as_str().unwrap().to_owned();
    let (code, token) = (text("subscription_code"), text("email_token"));
    (account, code, token)
}

#[test]
fn subscriptions_are_listed_by_numbers_only() {
    let (mut account, _, _) = with_subscription();
    let ada = account
        .paystack
        .model()
        .customer_by_email("ada@example.com")
        .unwrap()
        .clone();
    assert_eq!(
        rows(&account.get(&format!("/subscription?customer={}", ada.id))),
        1
    );
    assert_eq!(
        rows(&account.get(&format!("/subscription?customer={}", ada.code))),
        0
    );
    assert_eq!(
        rows(&account.get("/subscription?customer=ada@example.com")),
        0
    );
}

#[test]
fn switching_a_subscription_takes_its_token() {
    let (mut account, code, token) = with_subscription();
    let wrong = account.post(
        "/subscription/disable",
        json!({ "code": code, "token": "x" }),
    );
    let message = "Subscription with code not found or already inactive";
    assert_eq!(refusal(&wrong), (400, message));
    let body = json!({ "code": code, "token": token });
    let off = account.post("/subscription/disable", body.clone());
    assert_eq!(
        off.1["message"],
        json!("Subscription disabled successfully")
    );
    let again = account.post("/subscription/disable", body.clone());
    assert_eq!(refusal(&again), (400, message));
    let fetched = account.get(&format!("/subscription/{code}")).1;
    assert_eq!(fetched["data"]["status"], json!("non-renewing"));
    assert_eq!(account.post("/subscription/enable", body).0, 200);
}

#[test]
fn the_link_is_mailed_once_a_day_and_given_any_time() {
    let (mut account, code, _) = with_subscription();
    let mail = format!("/subscription/{code}/manage/email");
    assert_eq!(
        account.post(&mail, json!({})).1["message"],
        json!("Email successfully sent")
    );
    account.pass(Duration::from_hours(23));
    assert_eq!(account.post(&mail, json!({})).0, 400);
    let link = account.get(&format!("/subscription/{code}/manage/link")).1;
    assert!(link["data"]["link"].is_string());
    assert_eq!(account.mails(EmailAbout::SubscriptionLink), 1);
    account.pass(Duration::from_hours(1));
    assert_eq!(account.post(&mail, json!({})).0, 200);
    assert_eq!(account.mails(EmailAbout::SubscriptionLink), 2);
}

fn with_dispute(category: &str) -> (Account, u64) {
    let mut account = Account::with_payment();
    let made = account.seed(json!({ "disputes": [
        { "transaction": "T_1042", "category": category, "due_at": "2026-10-10T04:00:00Z" },
    ]}));
    let id = made["disputes"][0]["id"].as_u64().unwrap();
    (account, id)
}

fn lost(account: &Account) -> usize {
    let dispute = |effect: &Effect| {
        matches!(
            effect,
            Effect::MoneyMoved {
                reason: MoneyReason::Dispute,
                ..
            }
        )
    };
    account.count(dispute)
}

fn upload(account: &mut Account, id: u64) -> Value {
    let target = format!("/dispute/{id}/upload_url?upload_filename=receipt.pdf");
    account.get(&target).1["data"].clone()
}

fn put_file(account: &mut Account, signed: &Value) -> u16 {
    let target = signed["signedUrl"].as_str().unwrap();
    let target = target
        .strip_prefix("https://files.paystack.example")
        .unwrap();
    let mut request = Request::new(Method::Put, target);
    request.body = b"%PDF".to_vec();
    // No key: the address is the permission.
    account
        .paystack
        .handle(&request, account.now)
        .within(crate::support::TIME_OUT)
        .unwrap()
        .status
}

fn resolution(kind: &str, file: &Value) -> Value {
    json!({
        "resolution": kind, "message": "Delivered", "refund_amount": 5_000,
        "uploaded_filename": file["fileName"],
    })
}

#[test]
fn silence_loses_a_dispute_and_the_money() {
    let (mut account, id) = with_dispute("chargeback");
    account.pass(Duration::from_hours(16));
    let dispute = account.get(&format!("/dispute/{id}")).1["data"].clone();
    assert_eq!(dispute["status"], json!("resolved"));
    assert_eq!(dispute["resolution"], json!("auto-accepted"));
    assert_eq!(lost(&account), 1);
}

#[test]
fn the_disputes_of_a_transaction_come_as_one_object_unless_set_up_otherwise() {
    let (mut account, id) = with_dispute("chargeback");
    let transaction = account.paystack.model().transactions().next().unwrap().id;
    let target = format!("/dispute/transaction/{transaction}");
    assert_eq!(account.get(&target).1["data"]["id"], json!(id));
    account.paystack.model_mut().settings_mut().disputes_as_list = true;
    assert_eq!(account.get(&target).1["data"][0]["id"], json!(id));
    assert_eq!(
        rows(&account.get(&format!("/dispute?transaction={transaction}"))),
        1
    );
    assert_eq!(rows(&account.get("/dispute?transaction=T_1042")), 0);
}

#[test]
fn accepting_pays_and_declining_needs_the_file_that_arrived() {
    let (mut account, id) = with_dispute("chargeback");
    let resolve = format!("/dispute/{id}/resolve");
    let file = upload(&mut account, id);
    assert_eq!(account.put(&resolve, resolution("declined", &file)).0, 400);
    assert_eq!(put_file(&mut account, &file), 200);
    let declined = account.put(&resolve, resolution("declined", &file));
    assert_eq!(
        declined.1["message"],
        json!("Dispute successfully resolved")
    );
    assert_eq!(declined.1["data"]["message"]["body"], json!("Delivered"));
    assert_eq!(lost(&account), 0);
    assert_eq!(
        account
            .put(&resolve, resolution("merchant-accepted", &file))
            .0,
        400
    );

    let (mut account, id) = with_dispute("chargeback");
    let file = upload(&mut account, id);
    let resolve = format!("/dispute/{id}/resolve");
    assert_eq!(
        account
            .put(&resolve, resolution("merchant-accepted", &file))
            .0,
        200
    );
    assert_eq!(lost(&account), 1);
}

#[test]
fn a_fraud_claim_is_declined_with_evidence_only() {
    let (mut account, id) = with_dispute("fraud");
    let file = upload(&mut account, id);
    put_file(&mut account, &file);
    let resolve = format!("/dispute/{id}/resolve");
    let mut body = resolution("declined", &file);
    assert_eq!(account.put(&resolve, body.clone()).0, 400);
    let evidence = account.post(
        &format!("/dispute/{id}/evidence"),
        json!({
            "customer_email": "ada@example.com", "customer_name": "Ada Obi",
            "customer_phone": "+2348012345678", "service_details": "Plan",
        }),
    );
    assert_eq!(evidence.1["message"], json!("Evidence created"));
    body["evidence"] = evidence.1["data"]["id"].clone();
    assert_eq!(account.put(&resolve, body).0, 200);
}

#[test]
fn a_signed_address_works_for_half_an_hour_and_for_three_kinds_of_file() {
    let (mut account, id) = with_dispute("chargeback");
    let file = upload(&mut account, id);
    account.pass(Duration::from_mins(30));
    assert_eq!(put_file(&mut account, &file), 403);
    let bad = format!("/dispute/{id}/upload_url?upload_filename=receipt.exe");
    assert_eq!(account.get(&bad).0, 400);
}

#[test]
fn an_update_answers_with_a_list_and_refuses_more_than_was_paid() {
    let (mut account, id) = with_dispute("chargeback");
    let target = format!("/dispute/{id}");
    let updated = account.put(&target, json!({ "refund_amount": 4_000 }));
    assert_eq!(updated.1["data"][0]["refund_amount"], json!(4_000));
    let over = account.put(&target, json!({ "refund_amount": 10_001 }));
    let message = "Refund amount cannot be greater than initial amount";
    assert_eq!(refusal(&over), (400, message));
}

#[test]
fn webhook_events_are_listed_looked_up_and_resent() {
    let mut account = Account::with_payment();
    let body = json!({ "transaction": "T_1042", "amount": 5_000 });
    let refund = account.post("/refund", body).1["data"]["id"].clone();
    account.draft();
    let all = account.get("/integration/webhooks/events?limit=1");
    assert_eq!(
        (rows(&all), &all.1["data"][0]["event_type"]),
        (1, &json!("paymentrequest.draft"))
    );
    let next = all.1["meta"]["next"].as_str().unwrap();
    let target = format!("/integration/webhooks/events?limit=1&next={next}");
    let last = account.get(&target);
    assert_eq!(last.1["data"][0]["event_type"], json!("refund.pending"));
    assert_eq!(last.1["meta"]["next"], json!(null));
    let found = account.get(&format!(
        "/integration/webhooks/events/lookup?reference={refund}"
    ));
    assert_eq!(
        found.1["data"][0]["event_payload"]["event"],
        json!("refund.pending")
    );
    let id = last.1["data"][0]["_id"].clone();
    let whole = account.get(&format!(
        "/integration/webhooks/events/{}",
        id.as_str().unwrap()
    ));
    assert_eq!(whole.1["data"]["trials"], json!(0));
    let resent = account.post(
        "/integration/webhooks/events/resend",
        json!({ "ids": [id] }),
    );
    assert_eq!(resent.0, 200);
    assert_eq!(
        rows(&account.get("/integration/webhooks/events?status=Failed")),
        0
    );
    account.paystack.model_mut().settings_mut().webhook_status = "Failed".into();
    assert_eq!(
        rows(&account.get("/integration/webhooks/events?status=Failed")),
        2
    );
}
