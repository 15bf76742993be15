use proptest::prelude::*;

use super::{CARD, ended, raw, sample};
use crate::call::{Delivery, Shape, UnknownReason, WireError, is_greeting, mend, read};

fn reason(body: &str) -> UnknownReason {
    match read(body.as_bytes()).unwrap() {
        Delivery::Unknown(unknown) => unknown.reason,
        other => panic!("known after all: {other:?}"),
    }
}

fn name(body: &str) -> Option<String> {
    raw(body).name.map(std::borrow::Cow::into_owned)
}

#[test]
fn each_shape_is_told_by_its_own_mark() {
    let f1 = raw(sample!("payment-request"));
    assert_eq!(
        (f1.shape, f1.id.as_str()),
        (Shape::EventType, "call_7f3a91c2")
    );
    let f2 = raw(sample!("payment-request-flat"));
    assert_eq!(
        (f2.shape, f2.id.as_str(), f2.name),
        (Shape::Flat, "call_7f3a91c2", None)
    );
    let f3 = raw(sample!("session-analysis-ready"));
    assert_eq!((f3.shape, f3.id.as_str()), (Shape::Session, "sess_4410"));
    assert_eq!(name(sample!("hangup")).unwrap(), "call_ended");
    assert_eq!(
        name(sample!("transfer-completed")).unwrap(),
        "transfer_completed"
    );
    assert_eq!(
        name(sample!("session-transcript-ready")).unwrap(),
        "call.transcript_ready"
    );
}

#[test]
fn a_body_with_the_marks_of_two_shapes_is_read_as_the_first_in_the_contracts_order() {
    let f1_first = r#"{"event":"call.ended","session_id":"s1","call_id":"c1","event_type":"call_ended","payload":{"call":{"id":"call_a1"}}}"#;
    assert_eq!(raw(f1_first).shape, Shape::EventType);
    let f3_second = r#"{"call_id":"c1","event":"call.ended","session_id":"s1"}"#;
    assert_eq!(raw(f3_second).shape, Shape::Session);
    // A name that belongs to no shape makes a flat body unknown: it may mean something else by it.
    assert_eq!(
        reason(r#"{"call_id":"c1","event":"call.ended"}"#),
        UnknownReason::Shape
    );
    assert_eq!(
        reason(r#"{"call_id":"c1","event_type":"call_ended"}"#),
        UnknownReason::Shape
    );
}

#[test]
fn an_id_is_the_same_call_as_number_and_as_text() {
    let number = raw(r#"{"call_id":48151623,"status":"completed"}"#);
    let text = raw(r#"{"call_id":"48151623","status":"completed"}"#);
    assert_eq!(number.id, text.id);
}

#[test]
fn a_call_without_a_usable_id_is_kept_and_not_guessed() {
    for id in [
        "null", "true", "\"\"", "\"a b\"", "\"../x\"", "{}", "[1]", "1.5e300",
    ] {
        let f1 = format!(r#"{{"event_type":"call_ended","payload":{{"call":{{"id":{id}}}}}}}"#);
        assert_eq!(reason(&f1), UnknownReason::NoCallId, "{id}");
        assert_eq!(
            reason(&format!(r#"{{"call_id":{id}}}"#)),
            UnknownReason::NoCallId,
            "{id}"
        );
    }
    assert_eq!(
        reason(r#"{"event_type":"call_ended","payload":{}}"#),
        UnknownReason::NoCallId
    );
    assert_eq!(
        reason(r#"{"event":"alert.triggered","workspace_id":"w"}"#),
        UnknownReason::NoCallId
    );
}

#[test]
fn a_card_number_in_the_place_of_an_id_never_becomes_a_key() {
    assert_eq!(
        reason(&format!(r#"{{"call_id":"{CARD}"}}"#)),
        UnknownReason::NoCallId
    );
    assert_eq!(
        reason(&format!(r#"{{"call_id":{CARD}}}"#)),
        UnknownReason::NoCallId
    );
}

#[test]
fn a_key_that_is_there_twice_makes_no_call() {
    let two_ids = r#"{"call_id":"c1","call_id":"c2","status":"completed"}"#;
    assert_eq!(reason(two_ids), UnknownReason::KeyTwice);
    let two_amounts = ended(r#""post_call_analysis":{"Amount":"5000","Amount":"500000"}"#);
    assert_eq!(reason(&two_amounts), UnknownReason::KeyTwice);
}

#[test]
fn what_is_json_but_no_delivery_is_unknown_and_no_error() {
    let unknown = [
        "{}",
        "[]",
        "null",
        "1",
        "\"text\"",
        r#"{"event_type":1}"#,
        r#"{"event_type":"x","payload":"y"}"#,
        r#"{"event":"call.ended"}"#,
        sample!("unknown-shape"),
    ];
    for body in unknown {
        assert_eq!(reason(body), UnknownReason::Shape, "{body}");
    }
}

#[test]
fn greetings_are_recognised_signed_or_not() {
    for body in [
        sample!("verification"),
        r#"{"event_type":"verification","message":"m","timestamp":"t"}"#,
        r#"{"event_type":"verification","payload":{}}"#,
    ] {
        assert_eq!(read(body.as_bytes()), Ok(Delivery::Verification));
        assert!(is_greeting(body.as_bytes()), "{body}");
    }
    for body in [sample!("ping"), r#"{"event":"ping"}"#] {
        assert_eq!(read(body.as_bytes()), Ok(Delivery::Ping));
        assert!(is_greeting(body.as_bytes()), "{body}");
    }
}

#[test]
fn an_unsigned_body_passes_for_a_greeting_only_without_a_call() {
    let padded = format!(r#"{{"event":"ping","message":"{}"}}"#, "x".repeat(4096));
    for body in [
        r#"{"event_type":"verification","payload":{"call":{"id":"call_a1","status":"completed"}}}"#,
        r#"{"event_type":"verification","payload":{"message":{"nested":1}}}"#,
        r#"{"event_type":"verification","call_id":"call_a1"}"#,
        r#"{"event_type":"verification","other":{}}"#,
        r#"{"event_type":"verification","event_type":"verification"}"#,
        r#"{"event_type":"Verification"}"#,
        r#"{"event":"ping","call_id":"call_a1"}"#,
        r#"{"event":"ping","event_type":"call_ended"}"#,
        r#"{"event":"ping","items":[]}"#,
        r#"{"event":"pong"}"#,
        r#"["verification"]"#,
        "verification",
        "",
        sample!("payment-request"),
        sample!("payment-request-flat"),
        sample!("session-analysis-ready"),
        &padded,
    ] {
        assert!(!is_greeting(body.as_bytes()), "{body}");
    }
}

#[test]
fn text_that_was_cut_within_an_emoji_loses_no_call() {
    let cut = ended(r#""summary":"Thanks \ud83d""#);
    assert!(matches!(
        read(cut.as_bytes()),
        Err(WireError::Malformed { .. })
    ));
    let mended = mend(cut.as_bytes()).unwrap();
    let summary = raw(std::str::from_utf8(&mended).unwrap()).fields;
    assert!(
        summary
            .iter()
            .any(|(_, value)| value.as_text() == Some("Thanks \u{fffd}"))
    );
}

#[test]
fn mending_touches_nothing_but_lone_surrogates() {
    for whole in [
        r#""\ud83d\ude00""#,
        r#""\\ud83d""#,
        r#""\u00e9 \n \\\\""#,
        "plain",
        "",
        "\\",
        "\\u",
        "\\ud8",
    ] {
        assert_eq!(mend(whole.as_bytes()), None, "{whole}");
    }
    let text = |body: &[u8]| String::from_utf8(mend(body).unwrap()).unwrap();
    assert_eq!(
        text(br#""\ude00\ud83d\ude00\ud83d""#),
        r#""\ufffd\ud83d\ude00\ufffd""#
    );
    assert_eq!(text(br#""\ud83d\ud83d\ude00""#), r#""\ufffd\ud83d\ude00""#);
    assert_eq!(text(br"\\\ud83d"), r"\\\ufffd");
}

#[test]
fn no_debug_output_shows_what_was_said() {
    let body = ended(&format!(
        r#""summary":"{CARD}","transcript":"Agent: {CARD}""#
    ));
    let seen = format!("{:?}", read(body.as_bytes()).unwrap());
    assert!(!seen.contains("4084"), "{seen}");
    let unknown = format!(r#"{{"note":"{CARD}"}}"#);
    assert!(!format!("{:?}", read(unknown.as_bytes()).unwrap()).contains("4084"));
}

proptest! {
    #[test]
    fn any_bytes_are_read_refused_or_kept_and_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
        let _ = is_greeting(&bytes);
        if let Some(mended) = mend(&bytes) {
            prop_assert_eq!(mend(&mended), None);
        }
    }

    #[test]
    fn a_sample_with_one_byte_changed_never_panics(position in 0..4000_usize, byte in any::<u8>()) {
        let mut body = sample!("payment-request").as_bytes().to_vec();
        let position = position % body.len();
        body[position] = byte;
        let _ = read(&body);
        let _ = mend(&body);
    }
}
