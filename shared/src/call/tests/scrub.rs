use proptest::prelude::*;
use serde_json::{Value, json};

use super::{CARD, ended, event, now, raw, sample, shows_card};
use crate::call::{
    CallEvent, CallStatus, Delivery, Direction, Shape, json as wire_json, keep, read, scrub_json,
};
use crate::redact::{Kind, Settings, Speaker};

fn written(event: &CallEvent) -> String {
    serde_json::to_string(event).unwrap()
}

fn rest(event: &CallEvent, path: &str) -> Option<String> {
    event.rest.get(path).map(crate::redact::Redacted::render)
}

fn kept(body: &str) -> crate::call::Kept {
    match read(body.as_bytes()).unwrap() {
        Delivery::Unknown(unknown) => keep(&unknown, now(), &Settings::default()),
        other => panic!("known after all: {other:?}"),
    }
}

#[test]
fn every_field_of_a_completed_call_finds_its_place() {
    let event = event(sample!("payment-request"));
    assert_eq!(event.name, "call_ended");
    assert_eq!(event.shape, Shape::EventType);
    assert_eq!(event.received_at, now());
    assert_eq!(event.status, Some(CallStatus::Completed));
    assert_eq!(event.direction, Some(Direction::Inbound));
    assert_eq!(event.caller().unwrap().expose(), "+2348031234567");
    assert_eq!(event.agent.as_deref(), Some("agent_billing_01"));
    assert_eq!(
        event.initiated_at.unwrap().to_string(),
        "2026-11-24T09:12:40.318Z"
    );
    assert!(event.duration.is_some_and(|seconds| seconds > 100.0));
    assert_eq!(event.transcript.len(), 19);
    assert_eq!(event.transcript[1].speaker, Speaker::Caller);
    assert_eq!(
        event.analysis["Customer email"].render(),
        "ada.obi@example.com"
    );
    assert_eq!(event.analysis["Consent"].render(), "true");
    assert_eq!(event.analysis["Amount"].render(), "15000");
    assert!(
        event
            .summary
            .as_ref()
            .unwrap()
            .render()
            .contains("NGN 15,000")
    );
    assert!(
        event
            .recording
            .as_ref()
            .unwrap()
            .starts_with("https://recordings.")
    );
    assert_eq!(rest(&event, "type").as_deref(), Some("phone_call"));
    assert_eq!(rest(&event, "hangup_reason").as_deref(), Some("user"));
    assert!(event.is_actionable());
}

#[test]
fn a_card_number_said_over_two_turns_is_gone_and_the_invoice_number_stays() {
    for body in [
        sample!("payment-request"),
        sample!("payment-request-flat"),
        sample!("session-transcript-ready"),
    ] {
        let event = event(body);
        let text = written(&event);
        assert!(
            event.removed.contains(&Kind::CardNumber),
            "{:?}",
            event.shape
        );
        for said in [
            "four zero eight four",
            "eight four zero eight",
            "four zero eight one",
        ] {
            assert!(!text.contains(said), "{said} in {:?}", event.shape);
        }
        assert!(text.contains("invoice one zero four two"));
        assert!(text.contains("ada dot obi at example dot com"));
        assert!(text.contains("Fifteen thousand naira"));
    }
}

#[test]
fn a_flat_body_says_its_name_by_its_status_and_carries_metadata() {
    let body = r#"{"call_id":"c1","status":"completed","transcript":"Agent: Hi Customer: Hello","sentiment":"negative",
        "extracted_data":{"refund_reason":"duplicate"},"duration":184,"metadata":{"paystack_reference":"T685312322670591","depth":{"a":[1,2]}},"billing":null}"#;
    let event = event(body);
    assert_eq!(event.name, "call.completed");
    assert_eq!(
        event.metadata["paystack_reference"].render(),
        "T685312322670591"
    );
    assert_eq!(event.metadata["depth.a.1"].render(), "2");
    assert_eq!(event.analysis["refund_reason"].render(), "duplicate");
    assert_eq!(event.duration, Some(184.0));
    assert_eq!(rest(&event, "sentiment").as_deref(), Some("negative"));
    assert!(event.is_actionable());
    assert_eq!(super::event(r#"{"call_id":"c1"}"#).name, "call.unknown");
}

#[test]
fn only_a_completed_call_with_content_is_actionable() {
    let actionable = [
        "payment-request",
        "payment-request-flat",
        "session-transcript-ready",
        "session-analysis-ready",
        "unclear-caller",
    ];
    let bodies = [
        ("payment-request", sample!("payment-request")),
        ("payment-request-flat", sample!("payment-request-flat")),
        (
            "session-transcript-ready",
            sample!("session-transcript-ready"),
        ),
        ("session-analysis-ready", sample!("session-analysis-ready")),
        ("unclear-caller", sample!("unclear-caller")),
        ("initiated", sample!("initiated")),
        ("hangup", sample!("hangup")),
        ("transfer-completed", sample!("transfer-completed")),
    ];
    for (name, body) in bodies {
        assert_eq!(
            event(body).is_actionable(),
            actionable.contains(&name),
            "{name}"
        );
    }
    assert!(
        !event(&ended("")).is_actionable(),
        "completed, but nothing was said"
    );
}

#[test]
fn a_transfer_and_whatever_else_stands_around_a_call_is_kept() {
    let event = event(sample!("transfer-completed"));
    assert_eq!(event.name, "transfer_completed");
    assert_eq!(
        rest(&event, "call_transfer.destination").as_deref(),
        Some("+2342013300499")
    );
    assert_eq!(
        rest(&event, "call_transfer.destination_id").as_deref(),
        Some("finance_desk")
    );
    let body = r#"{"event_type":"call_ended","trace":{"id":7},"payload":{"x":[true],"call":{"id":"c1","status":"hangup"}}}"#;
    let around = super::event(body);
    assert_eq!(rest(&around, "trace.id").as_deref(), Some("7"));
    assert_eq!(rest(&around, "x.0").as_deref(), Some("true"));
}

#[test]
fn the_old_webhooks_number_is_the_customers_where_the_direction_tells_which_that_is() {
    let body = |direction: &str| {
        format!(
            r#"{{"event":"call.ended","session_id":"s1","phone_number":"+2348031234567"{direction}}}"#
        )
    };
    let inbound = event(&body(r#","direction":"INBOUND""#));
    assert_eq!(inbound.from.as_ref().unwrap().expose(), "+2348031234567");
    let outbound = event(&body(r#","direction":"outbound""#));
    assert_eq!(outbound.caller().unwrap().expose(), "+2348031234567");
    let untold = event(&body(""));
    assert_eq!(untold.caller(), None);
    assert_eq!(
        rest(&untold, "phone_number").as_deref(),
        Some("+2348031234567")
    );
}

#[test]
fn a_field_that_is_not_what_it_should_be_is_kept_as_text() {
    let event = event(&ended(
        r#""direction":"sideways","from_number":"anonymous","to_number":{"n":1},"agent_id":"a b",
        "initiated_at":"yesterday","duration_in_seconds":"long","recording_url":"http://x.example/a",
        "summary":["a","b"],"post_call_analysis":"none","metadata":[1]"#,
    ));
    assert_eq!(event.direction, None);
    assert_eq!(event.from, None);
    assert_eq!(event.to, None);
    assert_eq!(event.agent, None);
    assert_eq!(event.initiated_at, None);
    assert_eq!(event.duration, None);
    assert_eq!(event.recording, None);
    assert_eq!(event.summary, None);
    for (path, value) in [
        ("direction", "sideways"),
        ("from_number", "anonymous"),
        ("to_number.n", "1"),
        ("agent_id", "a b"),
        ("initiated_at", "yesterday"),
        ("duration_in_seconds", "long"),
        ("summary.0", "a"),
        ("summary.1", "b"),
        ("post_call_analysis", "none"),
        ("metadata.0", "1"),
    ] {
        assert_eq!(rest(&event, path).as_deref(), Some(value), "{path}");
    }
    assert!(event.rest.contains_key("recording_url"));
}

#[test]
fn times_and_numbers_are_read_in_the_spellings_that_occur() {
    let seconds = event(&ended(
        r#""initiated_at":1795511752,"duration_in_seconds":"184.5","from_number":2348031234567"#,
    ));
    assert_eq!(seconds.initiated_at.unwrap().as_second(), 1_795_511_752);
    assert_eq!(seconds.duration, Some(184.5));
    assert_eq!(seconds.from.unwrap().expose(), "+2348031234567");
    let milliseconds = event(&ended(r#""initiated_at":1795511752000"#));
    assert_eq!(milliseconds.initiated_at, seconds.initiated_at);
    let analysis = event(&ended(r#""post_call_analysis":"{\"Amount\":5000}""#));
    assert_eq!(analysis.analysis["Amount"].render(), "5000");
}

#[test]
fn an_event_or_state_with_an_odd_name_is_not_taken_for_a_name() {
    let body = format!(
        r#"{{"event_type":"my card is {CARD}","payload":{{"call":{{"id":"c1","status":"{CARD}"}}}}}}"#
    );
    let event = event(&body);
    assert_eq!(event.name, "call.unknown");
    assert_eq!(event.status, None);
    assert!(!shows_card(&written(&event)), "{}", written(&event));
    assert!(event.rest.contains_key("event") && event.rest.contains_key("status"));
    let unheard_of = super::event(&ended("").replace("completed", "voicemail_left"));
    assert_eq!(
        unheard_of.status,
        Some(CallStatus::Unknown("voicemail_left".to_owned()))
    );
}

#[test]
fn digits_that_come_one_by_one_are_seen_as_the_number_they_make() {
    let digits: Vec<u32> = CARD
        .chars()
        .map(|digit| digit.to_digit(10).unwrap())
        .collect();
    let as_text: Vec<String> = digits.iter().map(ToString::to_string).collect();
    let words: Vec<Value> = as_text
        .iter()
        .map(|word| json!({"word": word, "confidence": 0.9}))
        .collect();
    let keyed: serde_json::Map<String, Value> = as_text
        .iter()
        .enumerate()
        .map(|(place, digit)| (place.to_string(), json!(digit)))
        .collect();
    for list in [
        json!(digits),
        json!(as_text),
        json!(words),
        json!(keyed),
        json!(
            CARD.as_bytes()
                .chunks(4)
                .map(|four| String::from_utf8_lossy(four))
                .collect::<Vec<_>>()
        ),
    ] {
        let fields = format!(r#""dtmf":{list},"post_call_analysis":{{"keyed":{list}}}"#);
        let event = event(&ended(&fields));
        assert!(event.removed.contains(&Kind::CardNumber), "{list}");
        let left: String = event
            .rest
            .values()
            .chain(event.analysis.values())
            .map(|value| {
                value
                    .segments()
                    .iter()
                    .map(|segment| match segment {
                        crate::redact::Segment::Text(text) if text != "0.9" => text.clone(),
                        _ => String::new(),
                    })
                    .collect::<String>()
            })
            .collect();
        assert!(!shows_card(&left), "{list}: {left}");
    }
}

#[test]
fn numbers_of_different_fields_are_not_taken_for_one_number() {
    let event = event(&ended(
        r#""post_call_analysis":{"Invoice":"4084","Amount":"08408","Order":"4084","Quantity":"081"}"#,
    ));
    assert_eq!(event.analysis["Invoice"].render(), "4084");
    assert_eq!(event.analysis["Amount"].render(), "08408");
    assert!(event.removed.is_empty());
}

#[test]
fn a_recording_link_is_kept_whole_unless_a_card_number_hides_in_it() {
    let link = |url: &str| event(&ended(&format!(r#""recording_url":"{url}""#)));
    let signed = "https://recordings.dialnexa.com/c.mp3?se=2026-12-01T00%3A00%3A00Z&t=1795511752000&sig=a1b2";
    assert_eq!(link(signed).recording.as_deref(), Some(signed));
    for hidden in [
        format!("https://x.example/{CARD}"),
        format!("https://x.example/?card={}", "4084-0840-8408-4081"),
        "https://x.example/?card=4084+0840+8408+4081".to_owned(),
    ] {
        let event = link(&hidden);
        assert_eq!(event.recording, None, "{hidden}");
        assert!(!shows_card(&written(&event)), "{hidden}");
    }
}

#[test]
fn a_name_that_is_there_in_two_places_loses_neither_value() {
    let body = r#"{"event_type":"call_ended","note":"outer","payload":{"note":"middle","call":{"id":"c1","note":"inner"}}}"#;
    let event = event(body);
    let mut notes: Vec<String> = event
        .rest
        .values()
        .map(crate::redact::Redacted::render)
        .collect();
    notes.sort();
    assert_eq!(notes, ["inner", "middle", "outer"]);
}

#[test]
fn what_stands_beside_a_turns_text_is_kept() {
    let event = event(&ended(
        r#""transcript":[{"role":"user","content":"Hi","start":1,"end":2,"emotion":"angry"}]"#,
    ));
    assert_eq!(
        rest(&event, "transcript.0.emotion").as_deref(),
        Some("angry")
    );
}

#[test]
fn an_unknown_delivery_is_kept_redacted_and_the_same_one_only_once() {
    let kept_one = kept(sample!("unknown-shape"));
    let text = serde_json::to_string(&kept_one).unwrap();
    assert!(!shows_card(&text.replace(&kept_one.digest, "")), "{text}");
    assert!(kept_one.removed.contains(&Kind::CardNumber));
    assert_eq!(
        kept_one.fields["campaign.name"].render(),
        "November reminders"
    );
    assert_eq!(kept_one.fields["campaign.calls"].render(), "240");
    let mut again = kept(sample!("unknown-shape"));
    again.received_at = kept_one.received_at;
    assert_eq!(again, kept_one);
    assert_ne!(kept(r#"{"a":"1"}"#).digest, kept(r#"{"a":"2"}"#).digest);
    assert_ne!(kept(r#"{"a":"bc"}"#).digest, kept(r#"{"ab":"c"}"#).digest);
    assert_eq!(kept("[1,\"two\"]").fields["body.1"].render(), "two");
}

#[test]
fn both_values_of_a_key_that_is_there_twice_are_kept() {
    let twice = kept(r#"{"call_id":"c1","amount":"5000","amount":"500000"}"#);
    let amounts: Vec<String> = twice
        .fields
        .values()
        .map(crate::redact::Redacted::render)
        .collect();
    assert!(amounts.contains(&"5000".to_owned()) && amounts.contains(&"500000".to_owned()));
}

#[test]
fn an_event_comes_back_from_json_as_it_was() {
    for body in [
        sample!("payment-request"),
        sample!("payment-request-flat"),
        sample!("charged-twice"),
        sample!("transfer-completed"),
    ] {
        let event = event(body);
        let back: CallEvent = serde_json::from_str(&written(&event)).unwrap();
        assert_eq!(back, event);
    }
}

/// A card number as people and machines write it.
fn card_as_written() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("4084084084084081".to_owned()),
        Just("4084 0840 8408 4081".to_owned()),
        Just("4084-0840-8408-4081".to_owned()),
        Just("my card is 4084.0840.8408.4081 thanks".to_owned()),
    ]
}

/// JSON with the card somewhere in it.
fn body_with_card() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        card_as_written().prop_map(Value::from),
        Just(json!(4_084_084_084_084_081_u64)),
        Just(json!(4_084_084_084_084_081.0_f64)),
        Just(json!("hello")),
        Just(json!(5000)),
        Just(json!(null)),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(
                prop_oneof![
                    "[a-z_]{1,8}",
                    Just("transcript".to_owned()),
                    Just("summary".to_owned()),
                    Just("status".to_owned()),
                    Just("from_number".to_owned()),
                    Just("recording_url".to_owned()),
                    Just("post_call_analysis".to_owned()),
                    Just("agent".to_owned()),
                    Just("content".to_owned()),
                    card_as_written(),
                ],
                inner,
                0..5
            )
            .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn wherever_a_card_number_stands_in_a_body_it_is_not_in_what_is_queued(value in body_with_card()) {
        let object = if value.is_object() { value.clone() } else { json!({ "transcript": value }) };
        let mut call = object.clone();
        call["id"] = json!("call_a1");
        let mut flat = object.clone();
        flat["call_id"] = json!("call_a1");
        for field in ["event", "event_type"] {
            flat.as_object_mut().unwrap().remove(field);
        }
        let f1 = json!({"event_type": "call_ended", "payload": {"call": call, "beside": value}});
        for body in [f1.to_string(), flat.to_string()] {
            let event = event(&body);
            // A telephone number may begin like a card; nothing else may.
            let seen = CallEvent { from: None, ..event };
            prop_assert!(!shows_card(&written(&seen).replace("4084084084084081", "")) && !written(&seen).contains(CARD),
                "{body} became {}", written(&seen));
        }
        let unknown = json!({ "unheard": value }).to_string();
        let (fields, _) = scrub_json(&wire_json::parse(unknown.as_bytes()).unwrap().value, &Settings::default());
        let text = serde_json::to_string(&fields).unwrap();
        prop_assert!(!shows_card(&text), "{unknown} became {text}");
    }

    #[test]
    fn no_word_of_any_field_is_lost(
        fields in proptest::collection::btree_map(
            prop_oneof!["[a-hj-z][a-z]{0,5}", Just("transcript".to_owned()), Just("summary".to_owned()), Just("status".to_owned()),
                Just("metadata".to_owned()), Just("post_call_analysis".to_owned()), Just("direction".to_owned())],
            prop_oneof![
                "[g-z]{3,9}( [g-z]{3,9}){0,3}".prop_map(Value::from),
                proptest::collection::vec("[g-z]{3,9}", 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[a-z]{1,5}", "[g-z]{3,9}", 0..4)
                    .prop_map(|map| json!(map)),
            ],
            0..8)
    ) {
        let mut call = json!(fields);
        call["id"] = json!("call_a1");
        let body = json!({"event_type": "call_ended", "payload": {"call": call}}).to_string();
        let event = event(&body);
        prop_assume!(event.removed.is_empty());
        let text = written(&event);
        for word in json!(fields.values().collect::<Vec<_>>()).to_string().split(|letter: char| !letter.is_alphabetic()) {
            // Names of fields within a transcript may be speakers.
            prop_assert!(word.len() < 3 || word.bytes().any(|letter| letter < b'g') || text.contains(word), "{word} of {body} is not in {text}");
        }
    }
}

#[test]
fn a_raw_call_has_the_fields_it_was_given_less_the_id() {
    let call = raw(sample!("hangup"));
    assert!(call.field("hangup_reason").is_some() && call.field("id").is_none());
}
