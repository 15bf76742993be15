//! Customers, keys, limits and paging as Paystack plays them.

use std::time::Duration;

use crate::support::{Account, refusal, rows};
use sandbox::paystack::{Effect, Settings};
use sandbox::wire::Request;
use serde_json::json;

#[test]
fn a_customer_is_found_by_encoded_email_or_code_and_by_nothing_else() {
    let mut account = Account::new();
    let body = json!({ "email": "ada+shop@example.com", "phone": "+2348012345678" });
    let made = account.post("/customer", body).1["data"].clone();
    assert_eq!(
        account.get("/customer/ada%2Bshop%40example.com").1["data"]["id"],
        made["id"]
    );
    let code = made["customer_code"].as_str().unwrap();
    assert_eq!(
        account.get(&format!("/customer/{code}")).1["data"]["email"],
        made["email"]
    );
    let unknown = account.get("/customer/%2B2348012345678");
    let message = "Customer email is invalid for your live domain.";
    assert_eq!(refusal(&unknown), (404, message));
}

#[test]
fn creating_one_again_gives_the_one_that_is_there() {
    let mut account = Account::new();
    let first = account.post("/customer", json!({ "email": "ada@example.com" }));
    let again = account.post("/customer", json!({ "email": "Ada@example.com" }));
    assert_eq!(
        first.1["data"]["customer_code"],
        again.1["data"]["customer_code"]
    );
    assert_eq!(
        account.count(|effect| matches!(effect, Effect::CustomerCreated { .. })),
        1
    );
    let sent = account
        .paystack
        .log()
        .requests(sandbox::wire::Method::Post, "/customer")
        .count();
    assert_eq!(sent, 2);
}

#[test]
fn metadata_must_be_an_object_whatever_the_specification_says() {
    let mut account = Account::with_payment();
    let code = account
        .paystack
        .model()
        .customers()
        .next()
        .unwrap()
        .code
        .clone();
    let message = "\"metadata\" must be of type object";
    let body = json!({ "email": "b@example.com", "metadata": "{}" });
    assert_eq!(refusal(&account.post("/customer", body)), (400, message));
    let update = account.put(&format!("/customer/{code}"), json!({ "metadata": "{}" }));
    assert_eq!(refusal(&update), (400, message));
}

#[test]
fn an_update_replaces_metadata_unless_set_up_to_merge_it_and_keeps_the_email() {
    for (merge_metadata, kept) in [(false, json!(null)), (true, json!("gold"))] {
        let mut account = Account::with(Settings {
            merge_metadata,
            rate_limit: Some(0),
            ..Settings::default()
        });
        let body = json!({ "email": "ada@example.com", "metadata": { "loyalty": "gold" } });
        let code = account.post("/customer", body).1["data"]["customer_code"].clone();
        let target = format!("/customer/{}", code.as_str().unwrap());
        let body = json!({ "email": "other@example.com", "metadata": { "call": "call_a1" } });
        let updated = account.put(&target, body).1["data"].clone();
        assert_eq!(updated["email"], json!("ada@example.com"));
        assert_eq!(updated["metadata"]["call"], json!("call_a1"));
        assert_eq!(updated["metadata"]["loyalty"], kept);
    }
}

#[test]
fn an_email_is_required_in_paystacks_words() {
    let mut account = Account::new();
    let answer = account.post("/customer", json!({ "first_name": "Ada" }));
    let body = json!({
        "status": false, "message": "Email Address is required",
        "meta": { "nextStep": "Provide all required params" },
        "type": "validation_error", "code": "missing_params",
    });
    assert_eq!(answer, (400, body));
}

#[test]
fn without_a_key_or_with_another_nothing_is_done() {
    let mut account = Account::new();
    let request = Request::post("/customer", &json!({ "email": "ada@example.com" }));
    let now = account.now;
    let mut answer = |request: &Request| {
        let outcome = account.paystack.handle(request, now);
        let response = outcome.within(crate::support::TIME_OUT).unwrap();
        (response.status, response.body_value())
    };
    let none = answer(&request);
    assert_eq!(refusal(&none), (401, "No Authorization Header was found"));
    let wrong = answer(&request.clone().bearer("sk_test_other"));
    let body = json!({
        "status": false, "message": "Invalid key",
        "meta": { "nextStep": "Ensure that you provide the correct authorization key for the request" },
        "type": "validation_error", "code": "invalid_Key",
    });
    assert_eq!(wrong, (401, body));
    assert_eq!(account.count(|_| true), 0);
}

#[test]
fn each_endpoint_has_its_own_limit_and_says_when_it_ends() {
    let mut account = Account::with(Settings {
        rate_limit: Some(2),
        ..Settings::default()
    });
    assert_eq!(account.get("/balance").0, 200);
    account.pass(Duration::from_secs(20));
    assert_eq!(account.get("/balance").0, 200);
    let refused = account.send(Request::get("/balance"));
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header_value("x-ratelimit-limit"), Some("2"));
    assert_eq!(refused.header_value("x-ratelimit-remaining"), Some("0"));
    assert_eq!(refused.header_value("x-ratelimit-reset"), Some("40"));
    assert_eq!(refused.header_value("retry-after"), None);
    let body = json!({
        "status": false, "message": "Rate limit exceeded!",
        "meta": { "nextStep": "Wait a few minutes and try the API call again" },
        "type": "api_error", "code": "rate_limited",
    });
    assert_eq!(refused.body_value(), body);
    // Another endpoint is free, and so is this one in the next window.
    assert_eq!(account.get("/customer").0, 200);
    account.pass(Duration::from_secs(40));
    assert_eq!(account.get("/balance").0, 200);
}

#[test]
fn the_key_decides_mode_and_limit() {
    for (key, domain, admitted) in [("sk_test_a", "test", 100), ("sk_live_a", "live", 600)] {
        let mut account = Account::with(Settings::with_key(key));
        let now = account.now;
        let request = Request::get("/balance").bearer(key);
        let statuses = (0..=admitted).map(|_| {
            account
                .paystack
                .handle(&request, now)
                .within(crate::support::TIME_OUT)
                .unwrap()
                .status
        });
        let statuses: Vec<u16> = statuses.collect();
        assert_eq!(
            statuses.iter().filter(|status| **status == 200).count(),
            admitted
        );
        let body = json!({ "email": "ada@example.com" });
        let made = account
            .paystack
            .handle(&Request::post("/customer", &body).bearer(key), now);
        assert_eq!(
            made.within(crate::support::TIME_OUT).unwrap().body_value()["data"]["domain"],
            domain
        );
    }
}

#[test]
fn lists_page_by_number_or_by_cursor_and_show_each_row_once() {
    let mut account = Account::new();
    let customers: Vec<_> = (0..7)
        .map(|number| json!({ "email": format!("c{number}@example.com") }))
        .collect();
    account.seed(json!({ "customers": customers }));
    let second = account.get("/customer?perPage=3&page=2");
    let meta = json!({ "total": 7, "skipped": 3, "perPage": 3, "page": 2, "pageCount": 3 });
    assert_eq!((rows(&second), &second.1["meta"]), (3, &meta));
    assert_eq!(rows(&account.get("/customer?perPage=3&page=4")), 0);
    let mut seen = Vec::new();
    let mut target = "/customer?use_cursor=true&perPage=3".to_owned();
    loop {
        let page = account.get(&target).1;
        let rows = page["data"].as_array().unwrap();
        seen.extend(
            rows.iter()
                .map(|row| row["email"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["meta"]["next"].as_str() else {
            break;
        };
        target = format!("/customer?use_cursor=true&perPage=3&next={next}");
    }
    let newest_first: Vec<_> = (0..7)
        .rev()
        .map(|number| format!("c{number}@example.com"))
        .collect();
    assert_eq!(seen, newest_first);
}

#[test]
fn a_window_of_time_takes_dates_and_instants() {
    let mut account = Account::new();
    account.seed(json!({ "customers": [
        { "email": "old@example.com", "created_at": "2026-01-05" },
        { "email": "new@example.com", "created_at": "2026-10-08T10:00:00Z" },
    ]}));
    assert_eq!(rows(&account.get("/customer?from=2026-10-01")), 1);
    assert_eq!(rows(&account.get("/customer?to=2026-10-08T09:59:59Z")), 1);
    assert_eq!(account.get("/customer?from=yesterday").0, 400);
}

#[test]
fn an_unknown_endpoint_is_not_found() {
    let mut account = Account::new();
    let answer = account.get("/nowhere");
    assert_eq!((answer.0, &answer.1["code"]), (404, &json!("not_found")));
}
