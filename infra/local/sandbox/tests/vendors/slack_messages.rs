//! Slack as far as posting, editing and reading back goes.

use std::time::Duration;

use jiff::Timestamp;
use sandbox::Slack;
use sandbox::fault::{Fault, Rule};
use sandbox::slack::{Effect, Model, Settings};
use sandbox::wire::{Method, Request};
use serde_json::{Value, json};

const TOKEN: &str = "xoxb-sandbox";

fn now() -> Timestamp {
    "2026-10-09T12:00:00Z".parse().unwrap()
}

fn slack(settings: Settings) -> Slack {
    Slack::new(Model::new(settings))
}

fn send(slack: &mut Slack, request: Request) -> (u16, Value) {
    let outcome = slack.handle(&request.bearer(TOKEN), now());
    let response = outcome.within(Duration::from_secs(10)).expect("an answer");
    (response.status, response.body_value())
}

fn message(key: &str) -> Value {
    json!({
        "channel": "C0FINANCE", "text": "Refund approval needed",
        "metadata": { "event_type": "ledgerline_notice", "event_payload": { "key": key } },
    })
}

#[test]
fn two_equal_posts_are_two_messages_and_history_tells_them() {
    let mut slack = slack(Settings::default());
    let first = send(
        &mut slack,
        Request::post("/chat.postMessage", &message("a")),
    )
    .1;
    let second = send(
        &mut slack,
        Request::post("/chat.postMessage", &message("a")),
    )
    .1;
    assert_eq!(first["ok"], json!(true));
    assert_ne!(first["ts"], second["ts"]);
    let plain = send(
        &mut slack,
        Request::get("/conversations.history?channel=C0FINANCE"),
    )
    .1;
    assert_eq!(plain["messages"].as_array().unwrap().len(), 2);
    assert_eq!(plain["messages"][0]["metadata"], json!(null));
    let target = "/conversations.history?channel=C0FINANCE&include_all_metadata=true";
    let whole = send(&mut slack, Request::get(target)).1;
    assert_eq!(
        whole["messages"][0]["metadata"]["event_payload"]["key"],
        json!("a")
    );
    // Newest first.
    assert_eq!(whole["messages"][0]["ts"], second["ts"]);
}

#[test]
fn history_is_paged_and_bounded() {
    let mut slack = slack(Settings::default());
    let posted: Vec<_> = (0..5)
        .map(|number| {
            let body = message(&number.to_string());
            send(&mut slack, Request::post("/chat.postMessage", &body)).1["ts"].clone()
        })
        .collect();
    let target = "/conversations.history?channel=C0FINANCE&limit=3";
    let first = send(&mut slack, Request::get(target)).1;
    assert_eq!(first["has_more"], json!(true));
    let cursor = first["response_metadata"]["next_cursor"].as_str().unwrap();
    let rest = send(
        &mut slack,
        Request::get(&format!("{target}&cursor={cursor}")),
    )
    .1;
    assert_eq!(rest["messages"].as_array().unwrap().len(), 2);
    assert_eq!(rest["has_more"], json!(false));
    let oldest = posted[3].as_str().unwrap();
    let bounded = send(
        &mut slack,
        Request::get(&format!("{target}&oldest={oldest}")),
    )
    .1;
    assert_eq!(bounded["messages"].as_array().unwrap().len(), 1);
    let inclusive = format!("{target}&oldest={oldest}&inclusive=true");
    assert_eq!(
        send(&mut slack, Request::get(&inclusive)).1["messages"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn an_edit_changes_the_message_and_makes_no_other() {
    let mut slack = slack(Settings::default());
    let ts = send(
        &mut slack,
        Request::post("/chat.postMessage", &message("a")),
    )
    .1["ts"]
        .clone();
    let body = json!({ "channel": "C0FINANCE", "ts": ts, "text": "Approved by Bola" });
    assert_eq!(
        send(&mut slack, Request::post("/chat.update", &body)).1["ok"],
        json!(true)
    );
    let messages = slack.model().messages("C0FINANCE");
    assert_eq!(
        (messages.len(), messages[0].text.as_str()),
        (1, "Approved by Bola")
    );
    assert!(messages[0].edited);
    let lost = json!({ "channel": "C0FINANCE", "ts": "1.000000", "text": "x" });
    let refused = send(&mut slack, Request::post("/chat.update", &lost));
    assert_eq!(
        refused,
        (200, json!({ "ok": false, "error": "message_not_found" }))
    );
}

#[test]
fn refusals_are_200_with_ok_false() {
    let channels = ["C0FINANCE".to_owned()].into();
    let mut slack = slack(Settings {
        channels,
        ..Settings::default()
    });
    let mut many = message("a");
    many["blocks"] = json!(vec![json!({ "type": "divider" }); 51]);
    for (body, error) in [
        (
            json!({ "channel": "C0OTHER", "text": "x" }),
            "channel_not_found",
        ),
        (json!({ "channel": "C0FINANCE" }), "no_text"),
        (
            json!({ "channel": "C0FINANCE", "text": "x", "blocks": {} }),
            "invalid_blocks_format",
        ),
        (many, "invalid_blocks"),
        (
            json!({ "channel": "C0FINANCE", "text": "x", "metadata": {} }),
            "invalid_metadata_format",
        ),
    ] {
        let refused = send(&mut slack, Request::post("/chat.postMessage", &body));
        assert_eq!(refused, (200, json!({ "ok": false, "error": error })));
    }
    let request = Request::post("/chat.postMessage", &message("a"));
    let outcome = slack.handle(&request, now());
    assert_eq!(
        outcome.within(Duration::MAX).unwrap().body_value()["error"],
        "not_authed"
    );
    let outcome = slack.handle(&request.bearer("xoxb-other"), now());
    assert_eq!(
        outcome.within(Duration::MAX).unwrap().body_value()["error"],
        "invalid_auth"
    );
    assert!(slack.model().messages("C0FINANCE").is_empty());
}

#[test]
fn too_many_messages_are_429_with_retry_after() {
    let mut slack = slack(Settings {
        messages_per_second: 1,
        ..Settings::default()
    });
    assert_eq!(
        send(
            &mut slack,
            Request::post("/chat.postMessage", &message("a"))
        )
        .0,
        200
    );
    let request = Request::post("/chat.postMessage", &message("b")).bearer(TOKEN);
    let refused = slack.handle(&request, now());
    let refused = refused.within(Duration::MAX).unwrap();
    assert_eq!(
        (refused.status, refused.header_value("retry-after")),
        (429, Some("1"))
    );
    assert_eq!(
        slack
            .log()
            .count(|effect| matches!(effect, Effect::MessagePosted { .. })),
        1
    );
}

#[test]
fn a_post_whose_answer_was_lost_is_in_the_history() {
    let mut slack = slack(Settings::default());
    let drop = Rule::new(Method::Post, "/chat.postMessage", Fault::DropAnswer);
    slack.faults_mut().add(drop);
    let request = Request::post("/chat.postMessage", &message("a")).bearer(TOKEN);
    assert_eq!(slack.handle(&request, now()).within(Duration::MAX), None);
    let target = "/conversations.history?channel=C0FINANCE&include_all_metadata=1";
    let history = send(&mut slack, Request::get(target)).1;
    assert_eq!(
        history["messages"][0]["metadata"]["event_payload"]["key"],
        json!("a")
    );
}

#[test]
fn a_form_is_taken_as_well_as_json() {
    let mut slack = slack(Settings::default());
    let mut request = Request::new(Method::Post, "/chat.postMessage")
        .header("content-type", "application/x-www-form-urlencoded");
    request.body =
        b"channel=C0FINANCE&text=Hello&blocks=%5B%7B%22type%22%3A%22divider%22%7D%5D".into();
    assert_eq!(send(&mut slack, request).1["ok"], json!(true));
    assert_eq!(
        slack.model().messages("C0FINANCE")[0].blocks[0]["type"],
        json!("divider")
    );
}
