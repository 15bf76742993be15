//! Slack at the wire.

use serde_json::{Value, json};

use super::*;
use crate::vendors::testing::{Scripted, answer, assert_golden, golden};

type Answer = Result<WireResponse, TransportError>;

fn client(answers: impl IntoIterator<Item = Answer>) -> (Slack, Arc<Scripted>) {
    let transport = Scripted::new(answers);
    (
        Slack::new(transport.clone(), Duration::from_secs(10)),
        transport,
    )
}

fn channel() -> ChannelId {
    ChannelId::new("C0FINANCE").unwrap()
}

fn key() -> MessageKey {
    MessageKey {
        event_type: "ledgerline_notice",
        key: "call_a1:refund".to_owned(),
    }
}

fn message() -> Message {
    Message {
        text: Markup::new().text("Refund of NGN 50.00 asked for <by phone>"),
        blocks: vec![
            Block::Header("Refund request".to_owned()),
            Block::Section(
                Markup::new()
                    .text("Charged twice & upset ")
                    .link("https://desk.example/a1", "Open"),
            ),
            Block::Fields(vec![Markup::new().bold("Owner").text("\nFinance")]),
            Block::Divider,
            Block::Context(vec![Markup::new().text("call_a1")]),
        ],
    }
}

async fn post(given: Answer) -> Result<Posted, SlackError> {
    client([given])
        .0
        .post_message(&channel(), &message(), &key())
        .await
}

#[tokio::test]
async fn messages_are_posted_and_changed_as_slack_documents() {
    let posted = json!({ "ok": true, "channel": "C0FINANCE", "ts": "1712345678.000100" });
    let (slack, transport) = client([answer(200, posted.clone()), answer(200, posted)]);
    let place = slack
        .post_message(&channel(), &message(), &key())
        .await
        .unwrap();
    assert_eq!(place.ts, "1712345678.000100");
    slack.update_message(&place, &message()).await.unwrap();
    let asked = transport.asked();
    assert_golden("slack/post-message", &golden(&asked[0]));
    assert_golden("slack/update-message", &golden(&asked[1]));
}

#[tokio::test]
async fn our_message_is_found_on_a_later_page_and_nobody_elses_is_taken_for_it() {
    let with = |event_type: &str, key: &str| {
        json!({ "ts": "1712345678.000100", "text": "call_a1:refund",
                "metadata": { "event_type": event_type, "event_payload": { "key": key } } })
    };
    let others = json!([with("ledgerline_notice", "call_a2:refund"), { "ts": "1", "text": "hi" },
                        with("somebody", "call_a1:refund")]);
    let first = json!({ "ok": true, "has_more": true, "messages": others,
                        "response_metadata": { "next_cursor": "bmV4dA==" } });
    let second = json!({ "ok": true, "has_more": false,
                         "messages": [with("ledgerline_notice", "call_a1:refund")],
                         "response_metadata": { "next_cursor": "" } });
    let (slack, transport) = client([answer(200, first.clone()), answer(200, second)]);
    let since = Timestamp::from_second(1_712_000_000).unwrap();
    let found = slack.find_message(&channel(), &key(), since).await.unwrap();
    assert_eq!(found.unwrap().ts, "1712345678.000100");
    let asked = transport.asked();
    assert_golden("slack/history", &golden(&asked[0]));
    assert_golden("slack/history-next", &golden(&asked[1]));

    let none = json!({ "ok": true, "messages": [], "has_more": false });
    let (slack, _) = client([answer(200, none)]);
    assert_eq!(
        slack.find_message(&channel(), &key(), since).await.unwrap(),
        None
    );
    let cut = json!({ "ok": true, "messages": [], "has_more": true });
    let (slack, _) = client([answer(200, cut)]);
    let error = slack
        .find_message(&channel(), &key(), since)
        .await
        .unwrap_err();
    assert!(matches!(error, SlackError::Incomplete));
    // A failed look is not "it is not there".
    let (slack, _) = client([answer(200, first), answer(500, Value::Null)]);
    let error = slack
        .find_message(&channel(), &key(), since)
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::RetryLater);
}

#[tokio::test]
async fn a_post_without_an_answer_may_be_in_the_channel() {
    for given in [
        Err(TransportError::TimedOut),
        Err(TransportError::Broken(None)),
        answer(500, Value::Null),
        answer(503, json!({ "ok": false, "error": "service_unavailable" })),
        answer(200, json!({ "ok": true })),
        answer(200, json!("a login page")),
        answer(302, Value::Null),
        answer(200, json!({ "ok": false, "error": "fatal_error" })),
        answer(200, json!({ "ok": false, "error": "internal_error" })),
    ] {
        assert_eq!(
            post(given).await.unwrap_err().class(),
            Class::OutcomeUnknown
        );
    }
    // Changing a message to the same again does no harm.
    let (slack, _) = client([Err(TransportError::TimedOut)]);
    let place = Posted {
        channel: channel(),
        ts: "1.2".to_owned(),
    };
    let error = slack.update_message(&place, &message()).await.unwrap_err();
    assert_eq!(error.class(), Class::RetryLater);
}

#[tokio::test]
async fn ok_decides_and_not_the_http_status() {
    let refused = post(answer(
        200,
        json!({ "ok": false, "error": "channel_not_found" }),
    ))
    .await;
    assert!(matches!(refused, Err(SlackError::Refused { code }) if code == "channel_not_found"));
    for error in ["invalid_auth", "token_revoked", "missing_scope"] {
        let error = post(answer(200, json!({ "ok": false, "error": error })))
            .await
            .unwrap_err();
        assert!(
            error.is_configuration() && error.class() == Class::RetryLater,
            "{error:?}"
        );
    }
    let odd = json!({ "ok": false, "error": "Ada's card 4111 1111 1111 1111 was refused" });
    let error = post(answer(200, odd)).await.unwrap_err();
    assert_eq!(error.to_string(), "Slack refused: unnamed");
}

#[tokio::test]
async fn a_429_that_is_not_slacks_leaves_open_what_became_of_the_message() {
    let given = WireResponse {
        status: 429,
        body: b"<html>too many requests</html>".to_vec(),
        ..WireResponse::default()
    };
    let error = post(Ok(given)).await.unwrap_err();
    assert_eq!(error.class(), Class::OutcomeUnknown);
}

#[tokio::test]
async fn slacks_wait_is_honoured_within_bounds_of_our_own() {
    for (status, retry_after, seconds) in [
        (429, Some(30), 30),
        (429, None, 1),
        (429, Some(86_400), 300),
        (200, Some(0), 1),
    ] {
        let body = json!({ "ok": false, "error": "ratelimited" })
            .to_string()
            .into_bytes();
        let given = WireResponse {
            status,
            retry_after,
            body,
            ..WireResponse::default()
        };
        let error = post(Ok(given)).await.unwrap_err();
        assert_eq!(error.wait(), Some(Duration::from_secs(seconds)));
        assert_eq!(error.class(), Class::RetryLater);
    }
    assert_eq!(
        post(Err(TransportError::NotSent(None)))
            .await
            .unwrap_err()
            .class(),
        Class::RetryLater
    );
}

#[test]
fn a_channel_is_an_id_and_not_a_name() {
    assert!(ChannelId::new("C024BE91L").is_ok());
    for wrong in [
        "#finance",
        "finance",
        "U024BE91L",
        "C",
        "C024be91l",
        "C024 BE91L",
    ] {
        assert!(ChannelId::new(wrong).is_err(), "{wrong}");
    }
}
