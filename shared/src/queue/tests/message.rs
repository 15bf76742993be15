use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::call::{CallEvent, Delivery, Json, keep, read, scrub};
use crate::error::Class;
use crate::ids::CallId;
use crate::queue::{
    CallsMessage, CaseMessage, MAX_MESSAGE_BYTES, Message, NoticeMessage, QueueError,
};
use crate::redact::Settings;

const AT: jiff::Timestamp = jiff::Timestamp::UNIX_EPOCH;

fn event(fields: &str) -> CallEvent {
    let body = format!(r#"{{"call_id":"call_a1","status":"completed"{fields}}}"#);
    let Ok(Delivery::Call(raw)) = read(body.as_bytes()) else {
        panic!("{body}")
    };
    scrub(&raw, AT, &Settings::default())
}

fn with_summary(text: &str) -> CallEvent {
    event(&format!(
        r#","summary":{}"#,
        serde_json::to_string(text).unwrap()
    ))
}

/// Text that does not compress.
fn noise(bytes: usize) -> String {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..bytes)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(b"ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ"[(state % 40) as usize])
        })
        .collect()
}

fn round_trip(event: CallEvent) -> String {
    let message = CallsMessage::Event(Box::new(event));
    let outgoing = message.encode().unwrap();
    assert_eq!(CallsMessage::decode(&outgoing.body).unwrap(), message);
    assert_eq!(outgoing.call, Some(CallId::new("call_a1").unwrap()));
    outgoing.body
}

#[test]
fn a_message_says_its_version_and_what_it_is() {
    let call = CallId::new("call_a1").unwrap();
    let case = CaseMessage { call: call.clone() };
    assert_eq!(
        case.encode().unwrap().body,
        r#"{"version":1,"call":"call_a1"}"#
    );
    assert_eq!(
        CaseMessage::decode(r#"{"version":1,"call":"call_a1","new":1}"#).unwrap(),
        case
    );
    let notice = NoticeMessage {
        call,
        notice: "notice#case#x#1".to_owned(),
    };
    let body = notice.encode().unwrap().body;
    assert_eq!(
        body,
        r#"{"version":1,"call":"call_a1","notice":"notice#case#x#1"}"#
    );
    assert_eq!(NoticeMessage::decode(&body).unwrap(), notice);
    assert!(round_trip(event("")).starts_with(r#"{"version":1,"event":{"call":"call_a1","#));
}

#[test]
fn a_kept_delivery_travels_without_a_call() {
    let Ok(Delivery::Unknown(unknown)) = read(br#"{"hello":"world"}"#) else {
        panic!()
    };
    let message = CallsMessage::Kept(Box::new(keep(&unknown, AT, &Settings::default())));
    let outgoing = message.encode().unwrap();
    assert_eq!(outgoing.call, None);
    assert_eq!(CallsMessage::decode(&outgoing.body).unwrap(), message);
}

#[test]
fn a_long_call_is_compressed_and_comes_back_whole() {
    let words = "The customer asked again about the invoice. ".repeat(40_000);
    let body = round_trip(with_summary(&words));
    assert!(body.starts_with(r#"{"version":1,"deflate":""#));
    assert!(body.len() < 200_000, "{}", body.len());
    let small = round_trip(with_summary("The customer asked again."));
    assert!(!small.contains("deflate"));
}

#[test]
fn a_character_that_sqs_refuses_for_good_does_not_lose_the_call() {
    for odd in ["\u{fffe}", "a\u{ffff}b"] {
        let body = round_trip(with_summary(odd));
        assert!(body.is_ascii(), "{body}");
    }
    let controls = round_trip(with_summary("\u{0}\u{b}\u{1f}\u{7f}"));
    let allowed = |character: char| matches!(character, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(controls.chars().all(allowed));
}

#[test]
fn what_does_not_fit_even_compressed_is_refused_and_never_cut() {
    let fits = CallsMessage::Event(Box::new(with_summary(&noise(900_000))));
    assert!(fits.encode().unwrap().body.len() <= MAX_MESSAGE_BYTES);
    let too_large = CallsMessage::Event(Box::new(with_summary(&noise(2_000_000))));
    let error = too_large.encode().unwrap_err();
    assert!(matches!(error, QueueError::TooLarge { bytes } if bytes > MAX_MESSAGE_BYTES));
    assert_eq!(error.class(), Class::Rejected);
}

#[test]
fn a_later_releases_message_is_called_that_and_not_malformed() {
    for body in [
        r#"{"version":2,"call":{"id":"call_a1"}}"#,
        r#"{"version":2}"#,
    ] {
        assert!(matches!(
            CaseMessage::decode(body),
            Err(QueueError::UnknownVersion { found: 2 })
        ));
        assert!(matches!(
            CallsMessage::decode(body),
            Err(QueueError::UnknownVersion { found: 2 })
        ));
    }
}

#[test]
fn what_is_no_message_is_refused_without_quoting_it() {
    let secret = "4084084084084081";
    for body in [
        "",
        "{}",
        "null",
        secret,
        &format!(r#"{{"version":1,"call":"{secret} "}}"#),
        &format!(r#"{{"version":1,"call":{secret}}}"#),
        &format!(r#"{{"version":"{secret}","call":"a"}}"#),
        r#"{"version":1,"notice":"x"}"#,
        r#"{"version":1,"call":"../x"}"#,
    ] {
        let error = CaseMessage::decode(body).unwrap_err();
        assert_eq!(error.class(), Class::Bug);
        let shown = format!("{error} {error:?}");
        assert!(matches!(error, QueueError::Malformed { .. }), "{shown}");
        assert!(!shown.contains("4084"), "{shown}");
    }
    assert!(NoticeMessage::decode(r#"{"version":1,"call":"call_a1"}"#).is_err());
    for body in [
        r#"{"version":1}"#,
        r#"{"version":1,"event":{},"kept":{}}"#,
        r#"{"version":1,"call":"call_a1"}"#,
    ] {
        assert!(
            matches!(
                CallsMessage::decode(body),
                Err(QueueError::Malformed { .. })
            ),
            "{body}"
        );
    }
}

#[test]
fn a_compressed_part_that_is_none_or_swells_is_refused() {
    use base64::Engine as _;
    use std::io::Write as _;
    let bomb = {
        let mut encoder =
            flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
        let zeros = vec![b' '; 1024 * 1024];
        for _ in 0..40 {
            encoder.write_all(&zeros).unwrap();
        }
        base64::engine::general_purpose::STANDARD_NO_PAD.encode(encoder.finish().unwrap())
    };
    for packed in ["", "AAAA", "not base64!", bomb.as_str()] {
        let body = serde_json::json!({ "version": 1, "deflate": packed }).to_string();
        let error = CallsMessage::decode(&body).unwrap_err();
        assert!(
            matches!(error, QueueError::Corrupt | QueueError::Malformed { .. }),
            "{error:?}"
        );
    }
}

proptest! {
    #[test]
    fn any_text_travels_unchanged(text in ".{0,200}", key in "[a-z]{1,8}") {
        let fields = BTreeMap::from([(key, text)]);
        let json = serde_json::to_string(&fields).unwrap();
        round_trip(event(&format!(r#","extracted_data":{json},"transcript":{json}"#)));
    }

    #[test]
    fn any_body_is_read_or_refused(body in ".{0,200}") {
        let _ = CallsMessage::decode(&body);
        let _ = CaseMessage::decode(&body);
        let _ = NoticeMessage::decode(&body);
        let _ = Json::Text(body.as_str().into()).scalar();
    }
}

#[test]
fn the_sample_events_are_messages_that_this_build_reads() {
    macro_rules! bodies {
        ($path:literal) => {{
            let text = include_str!(concat!("../../../../events/", $path, ".json"));
            let event: aws_lambda_events::event::sqs::SqsEvent =
                serde_json::from_str(text).unwrap();
            event
                .records
                .into_iter()
                .map(|record| record.body.unwrap())
                .collect::<Vec<_>>()
        }};
    }
    let calls = [
        bodies!("classify/call-ended"),
        bodies!("classify/call-initiated"),
        bodies!("classify/kept"),
    ];
    let calls: Vec<CallsMessage> = calls
        .concat()
        .iter()
        .map(|body| CallsMessage::decode(body).unwrap())
        .collect();
    assert!(matches!(&calls[0], CallsMessage::Event(event) if event.is_actionable()));
    assert!(matches!(&calls[1], CallsMessage::Event(event) if !event.is_actionable()));
    assert!(matches!(&calls[2], CallsMessage::Kept(_)));
    assert!(
        bodies!("execute/case")
            .iter()
            .all(|body| CaseMessage::decode(body).is_ok())
    );
    assert!(
        bodies!("notify/notice")
            .iter()
            .all(|body| NoticeMessage::decode(body).is_ok())
    );
}
