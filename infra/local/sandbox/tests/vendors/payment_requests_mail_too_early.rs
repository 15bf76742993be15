//! Payment requests as Paystack plays them: who is mailed when, and what names what.

use crate::support::{Account, refusal, rows};
use sandbox::paystack::{Effect, EmailAbout, Settings};
use serde_json::json;

#[test]
fn a_draft_reaches_nobody_until_it_is_finalised() {
    let mut account = Account::new();
    let code = account.draft();
    assert_eq!(account.mails(EmailAbout::PaymentRequest), 0);
    let done = account.post(&format!("/paymentrequest/finalize/{code}"), json!({}));
    assert_eq!(done.1["data"]["status"], json!("pending"));
    assert_eq!(account.mails(EmailAbout::PaymentRequest), 1);
}

#[test]
fn finalising_quietly_mails_nobody() {
    let mut account = Account::new();
    let code = account.draft();
    let quietly = json!({ "send_notification": false });
    assert_eq!(
        account
            .post(&format!("/paymentrequest/finalize/{code}"), quietly)
            .0,
        200
    );
    assert_eq!(account.mails(EmailAbout::PaymentRequest), 0);
}

#[test]
fn creation_mails_at_once_unless_told_not_to() {
    let mut account = Account::with_payment();
    let id = account.get("/customer/ada%40example.com").1["data"]["id"].clone();
    let loud = json!({ "customer": id, "amount": "5000" });
    let made = account.post("/paymentrequest", loud);
    assert_eq!(made.1["data"]["status"], json!("pending"));
    // NGN is what Paystack takes where no currency is sent.
    assert_eq!(made.1["data"]["currency"], json!("NGN"));
    assert_eq!(account.mails(EmailAbout::PaymentRequest), 1);
    let quiet = json!({ "customer": id.to_string(), "amount": 5000.0, "send_notification": false });
    assert_eq!(account.post("/paymentrequest", quiet).0, 200);
    assert_eq!(account.mails(EmailAbout::PaymentRequest), 1);
}

#[test]
fn the_customer_is_a_number_on_creation_and_an_object_afterwards() {
    let mut account = Account::new();
    let code = account.draft();
    let log = account.paystack.log();
    let created = log
        .entries()
        .iter()
        .find(|entry| entry.path == "/paymentrequest")
        .unwrap();
    let id = created.answer["data"]["customer"].as_u64().unwrap();
    let fetched = account.get(&format!("/paymentrequest/{code}"));
    assert_eq!(fetched.1["data"]["customer"]["id"], json!(id));
    let list = account.get(&format!("/paymentrequest?customer={id}"));
    assert_eq!(list.1["data"][0]["customer"]["id"], json!(id));
    let final_ = account.post(&format!("/paymentrequest/finalize/{code}"), json!({}));
    assert_eq!(final_.1["data"]["customer"]["id"], json!(id));
}

#[test]
fn lists_filter_by_the_customers_number_and_find_nothing_by_code() {
    let mut account = Account::new();
    account.draft();
    let customer = account.paystack.model().customers().next().unwrap().clone();
    assert_eq!(
        rows(&account.get(&format!("/paymentrequest?customer={}", customer.id))),
        1
    );
    assert_eq!(
        rows(&account.get(&format!("/paymentrequest?customer={}", customer.code))),
        0
    );
    assert_eq!(rows(&account.get("/paymentrequest?status=pending")), 0);
    assert_eq!(rows(&account.get("/paymentrequest?status=draft")), 1);
}

#[test]
fn metadata_comes_back_so_that_a_lost_request_can_be_found() {
    let mut account = Account::new();
    account.draft();
    let list = account.get("/paymentrequest?status=draft").1;
    assert_eq!(
        list["data"][0]["metadata"],
        json!({ "action_key": "key_1" })
    );
}

#[test]
fn verify_takes_a_code_and_no_draft() {
    let mut account = Account::new();
    let code = account.draft();
    let id = account.paystack.model().payment_request(&code).unwrap().id;
    let invalid = (400, "Slug is invalid");
    assert_eq!(
        refusal(&account.get(&format!("/paymentrequest/verify/{code}"))),
        invalid
    );
    account.post(&format!("/paymentrequest/finalize/{id}"), json!({}));
    assert_eq!(
        refusal(&account.get(&format!("/paymentrequest/verify/{id}"))),
        invalid
    );
    let verified = account.get(&format!("/paymentrequest/verify/{code}"));
    assert_eq!(verified.1["data"]["pending_amount"], json!(5_000));
    assert_eq!(verified.1["data"]["integration"]["name"], json!("Sandbox"));
    account.post(&format!("/paymentrequest/archive/{code}"), json!({}));
    assert_eq!(
        refusal(&account.get(&format!("/paymentrequest/verify/{code}"))),
        invalid
    );
}

#[test]
fn any_value_of_include_archive_includes_the_archived() {
    let mut account = Account::new();
    let code = account.draft();
    assert_eq!(
        account
            .post(&format!("/paymentrequest/archive/{code}"), json!({}))
            .0,
        200
    );
    assert_eq!(rows(&account.get("/paymentrequest")), 0);
    assert_eq!(
        rows(&account.get("/paymentrequest?include_archive=false")),
        1
    );
    let unknown = account.post("/paymentrequest/archive/PRQ_nothing", json!({}));
    assert_eq!(refusal(&unknown), (400, "Payment request code is invalid"));
}

#[test]
fn notify_says_yes_and_proves_nothing() {
    let mut account = Account::new();
    let code = account.draft();
    account.post(&format!("/paymentrequest/finalize/{code}"), json!({}));
    let before = account.get(&format!("/paymentrequest/{code}")).1["data"].clone();
    let told = account.post(&format!("/paymentrequest/notify/{code}"), json!({}));
    assert_eq!(
        told,
        (
            200,
            json!({ "status": true, "message": "Notification sent" })
        )
    );
    let after = account.get(&format!("/paymentrequest/{code}")).1["data"].clone();
    assert_eq!(before, after);
    assert_eq!(account.mails(EmailAbout::PaymentRequestReminder), 1);
    // Twice is twice: there is no cool-down of Paystack's.
    account.post(&format!("/paymentrequest/notify/{code}"), json!({}));
    assert_eq!(account.mails(EmailAbout::PaymentRequestReminder), 2);
}

#[test]
fn a_notification_shows_where_the_account_is_set_up_to_show_it() {
    let settings = Settings {
        notifications_grow: true,
        rate_limit: Some(0),
        ..Settings::default()
    };
    let mut account = Account::with(settings);
    let code = account.draft();
    account.post(&format!("/paymentrequest/finalize/{code}"), json!({}));
    let shown = account.get(&format!("/paymentrequest/{code}")).1["data"]["notifications"].clone();
    assert_eq!(
        shown,
        json!([{ "sent_at": "2026-10-09T12:00:00.000Z", "channel": "email" }])
    );
}

#[test]
fn careless_clients_notify_drafts_and_finalise_twice_unless_the_account_is_strict() {
    for (strict, status, mails) in [(false, 200, 3), (true, 400, 1)] {
        let settings = Settings {
            strict_states: strict,
            rate_limit: Some(0),
            ..Settings::default()
        };
        let mut account = Account::with(settings);
        let code = account.draft();
        let notify = format!("/paymentrequest/notify/{code}");
        let finalize = format!("/paymentrequest/finalize/{code}");
        assert_eq!(account.post(&notify, json!({})).0, status);
        assert_eq!(account.post(&finalize, json!({})).0, 200);
        assert_eq!(account.post(&finalize, json!({})).0, status);
        let all = account.count(|effect| matches!(effect, Effect::EmailSent { .. }));
        assert_eq!(all, mails, "strict: {strict}");
    }
}

#[test]
fn lines_and_taxes_make_the_amount_and_a_change_makes_it_anew() {
    let mut account = Account::with_payment();
    let code = account
        .paystack
        .model()
        .customers()
        .next()
        .unwrap()
        .code
        .clone();
    let made = account.post(
        "/paymentrequest",
        json!({
            "customer": code, "draft": true, "due_date": "2026-12-31",
            "line_items": [{ "name": "Plan", "amount": 10_000, "quantity": 2 }],
            "tax": [{ "name": "VAT", "amount": 1_500 }],
        }),
    );
    assert_eq!(made.1["data"]["amount"], json!(21_500));
    assert_eq!(
        made.1["data"]["due_date"],
        json!("2026-12-31T00:00:00.000Z")
    );
    let target = format!("/paymentrequest/{}", made.1["data"]["id"]);
    let changed = account.put(
        &target,
        json!({
            "line_items": [{ "name": "Plan", "amount": 20_000 }],
            "tax": [{ "name": "VAT", "amount": 750 }],
        }),
    );
    assert_eq!(changed.1["data"]["amount"], json!(20_750));
    assert_eq!(changed.1["data"]["status"], json!("draft"));
    assert_eq!(account.mails(EmailAbout::PaymentRequest), 0);
}

#[test]
fn bodies_are_refused_in_paystacks_words() {
    let mut account = Account::with_payment();
    let code = account
        .paystack
        .model()
        .customers()
        .next()
        .unwrap()
        .code
        .clone();
    for (body, message) in [
        (
            json!({ "customer": code }),
            "Amount was not passed or could not be extrapolated from line items.",
        ),
        (
            json!({ "customer": code, "amount": 100.5 }),
            "\"amount\" must be an integer",
        ),
        (
            json!({ "customer": code, "amount": "100.50" }),
            "\"amount\" must be an integer",
        ),
        (
            json!({ "customer": code, "amount": 0 }),
            "Invalid Amount Sent",
        ),
        (
            json!({ "customer": code, "amount": -5 }),
            "Invalid Amount Sent",
        ),
        (
            json!({ "customer": code, "amount": 5_000, "metadata": "{}" }),
            "\"metadata\" must be of type object",
        ),
        (
            json!({ "customer": code, "amount": 5_000, "currency": "EUR" }),
            "Currency not supported by merchant",
        ),
        (
            json!({ "customer": code, "amount": 5_000, "due_date": "31/12/2026" }),
            "Due date is not in a valid format",
        ),
    ] {
        let answer = account.post("/paymentrequest", body);
        assert_eq!(refusal(&answer), (400, message));
    }
    let made = |effect: &Effect| matches!(effect, Effect::PaymentRequestCreated { .. });
    assert_eq!(account.count(made), 0);
}

#[test]
fn totals_leave_drafts_out() {
    let mut account = Account::new();
    account.draft();
    account.seed(json!({ "payment_requests": [
        { "customer": "ada@example.com", "amount": 700 },
        { "customer": "ada@example.com", "amount": 300, "status": "success" },
    ]}));
    let totals = account.get("/paymentrequest/totals").1["data"].clone();
    let naira = json!({ "currency": "NGN", "amount": 700 });
    assert_eq!(totals["pending"][0], naira);
    assert_eq!(totals["total"][0]["amount"], json!(1_000));
}
