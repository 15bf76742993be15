//! What becomes of a delivery: queued, kept, or refused, and never lost in silence.

use std::collections::BTreeSet;

use aws_lambda_events::event::apigw::ApiGatewayV2httpRequest;
use doors::Doors;
use ingest::Answer;
use shared::call::UnknownReason;
use shared::queue::CallsMessage;

use crate::sample;
use crate::world::{SECRET, World, sign};

fn is((status, code): &(i64, String), expected: (i64, &str)) {
    assert_eq!((*status, code.as_str()), expected);
}

fn event(message: &CallsMessage) -> &shared::call::CallEvent {
    match message {
        CallsMessage::Event(event) => event,
        CallsMessage::Kept(kept) => panic!("kept: {:?}", kept.reason),
    }
}

#[tokio::test]
async fn every_event_of_a_call_is_queued_whether_it_can_be_acted_on_or_not() {
    for (body, name, actionable) in [
        (sample!("payment-request"), "call_ended", true),
        (sample!("payment-request-flat"), "call.completed", true),
        (
            sample!("session-analysis-ready"),
            "call.analysis_ready",
            true,
        ),
        (sample!("charged-twice"), "call_ended", true),
        (sample!("initiated"), "call_initiated", false),
        (sample!("hangup"), "call_ended", false),
        (sample!("transfer-completed"), "transfer_completed", false),
    ] {
        let world = World::new();
        is(&world.post_signed(body).await, (202, "accepted"));
        let queued = world.queued();
        let event = event(&queued[0]);
        assert_eq!(
            (event.name.as_str(), event.is_actionable()),
            (name, actionable)
        );
        assert_eq!(event.received_at.to_string(), "2026-11-24T09:15:52Z");
        assert_eq!(world.queue.messages()[0].call.as_ref(), Some(&event.call));
    }
}

#[tokio::test]
async fn the_same_delivery_twice_is_queued_twice_for_the_ledger_to_tell() {
    let world = World::new();
    for _ in 0..2 {
        is(
            &world.post_signed(sample!("payment-request")).await,
            (202, "accepted"),
        );
    }
    assert_eq!(world.queued().len(), 2);
}

#[tokio::test]
async fn an_unknown_shape_is_answered_2xx_counted_and_kept_for_an_operator() {
    let world = World::new();
    for (body, reason) in [
        (sample!("unknown-shape"), UnknownReason::Shape),
        (
            br#"{"event_type":"call_ended","payload":{"call":{}}}"#.as_slice(),
            UnknownReason::NoCallId,
        ),
        (br#"{"call_id":"a","call_id":"b"}"#, UnknownReason::KeyTwice),
        (b"[]", UnknownReason::Shape),
    ] {
        is(&world.post_signed(body).await, (202, "kept"));
        let queued = world.queued();
        let Some(CallsMessage::Kept(kept)) = queued.last() else {
            panic!("{queued:?}")
        };
        assert_eq!(kept.reason, reason);
    }
    let metrics = world.metrics.written().join("\n");
    assert_eq!(
        metrics.matches("\"UnknownShape\":1").count(),
        4,
        "{metrics}"
    );
    assert!(metrics.contains("\"Reason\":\"key_twice\""));
}

#[tokio::test]
async fn what_is_no_json_is_malformed_and_queues_nothing() {
    let world = World::new();
    let deep = "[".repeat(10_000);
    let bodies: [&[u8]; 6] = [
        b"",
        b"{",
        b"{}x",
        b"\xff\xfe",
        b"call_id=1",
        deep.as_bytes(),
    ];
    for body in bodies {
        is(&world.post_signed(body).await, (400, "malformed_body"));
    }
    assert!(world.queued().is_empty());
}

#[tokio::test]
async fn a_summary_that_was_cut_within_an_emoji_is_taken_in() {
    let world = World::new();
    let body = br#"{"call_id":"c1","status":"completed","summary":"Thanks \ud83d"}"#;
    is(&world.post_signed(body).await, (202, "accepted"));
    assert_eq!(
        event(&world.queued()[0]).summary.as_ref().unwrap().render(),
        "Thanks \u{fffd}"
    );
}

#[tokio::test]
async fn a_body_over_four_megabytes_is_refused_before_it_is_hashed() {
    let world = World::without_secret();
    let large = vec![b' '; shared::http::MAX_BODY_BYTES + 1];
    is(&world.post_signed(&large).await, (413, "body_too_large"));
    assert_eq!(world.secrets.reads(), 0);
}

#[tokio::test]
async fn the_longest_call_is_queued_in_one_message() {
    let world = World::new();
    let talk = "Agent: Could you say that again, please? Customer: Fifteen thousand naira. ";
    let transcript = talk.repeat(3_900_000 / talk.len());
    let body =
        serde_json::json!({ "call_id": "c1", "status": "completed", "transcript": transcript });
    is(
        &world.post_signed(body.to_string().as_bytes()).await,
        (202, "accepted"),
    );
    assert!(world.queue.messages()[0].body.len() < 1_000_000);
    assert!(event(&world.queued()[0]).transcript.len() > 50_000);
}

#[tokio::test]
async fn a_queue_that_does_not_answer_makes_dialnexa_come_again() {
    let world = World::new();
    world.queue.refuse_next();
    is(
        &world.post_signed(sample!("payment-request")).await,
        (503, "unavailable"),
    );
    assert!(world.queued().is_empty());
    is(
        &world.post_signed(sample!("payment-request")).await,
        (202, "accepted"),
    );
    // Where only the answer was lost, the message is there twice, and never not at all.
    world.queue.lose_next_answer();
    is(
        &world.post_signed(sample!("payment-request")).await,
        (503, "unavailable"),
    );
    is(
        &world.post_signed(sample!("payment-request")).await,
        (202, "accepted"),
    );
    assert_eq!(world.queued().len(), 3);
}

#[tokio::test]
async fn every_sample_of_api_gateway_is_answered_as_it_should_be() {
    macro_rules! gateway {
        ($name:literal) => {
            include_str!(concat!("../../../../events/ingest/", $name, ".json"))
        };
    }
    for (text, expected) in [
        (gateway!("call-ended"), 202),
        (gateway!("call-ended-flat"), 202),
        (gateway!("call-ended-base64"), 202),
        (gateway!("call-initiated"), 202),
        (gateway!("call-hangup"), 202),
        (gateway!("transcript-ready"), 202),
        (gateway!("unknown-shape"), 202),
        (gateway!("verification"), 200),
        (gateway!("ping"), 200),
    ] {
        let request: ApiGatewayV2httpRequest = serde_json::from_str(text).unwrap();
        let world = World::new();
        let response = world.ingest.handle(request, "lambda-request").await;
        assert_eq!(response.status_code, expected, "{text}");
        assert_eq!(world.queued().len(), usize::from(expected == 202));
    }
}

#[tokio::test]
async fn a_request_without_an_id_is_answered_with_lambdas() {
    let world = World::new();
    let mut request =
        crate::world::request(b"{", Some(("x-dialnexa-signature", &sign(SECRET, b"{"))));
    request.request_context.request_id = None;
    let response = world.ingest.handle(request, "lambda-request").await;
    let body = serde_json::to_string(&response.body).unwrap();
    assert!(body.contains("lambda-request"), "{body}");
}

#[test]
fn the_statuses_that_dialnexa_is_answered_are_the_ones_described() {
    let ours: BTreeSet<u16> = [
        Answer::Accepted,
        Answer::Kept,
        Answer::Greeted,
        Answer::Malformed,
        Answer::NotSigned,
        Answer::TooLarge,
        Answer::Unavailable,
        Answer::Internal,
    ]
    .map(Answer::status)
    .into();
    let doors = Doors::read();
    assert_eq!(doors.statuses("POST", "/webhooks/dialnexa"), Some(&ours));
}
