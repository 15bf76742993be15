use shared::call::{CallEvent, CallStatus, Direction, Shape, TurnRecord};
use shared::ids::{CallId, PhoneNumber};
use shared::redact::{Settings, Speaker, redact};

use super::merge;

fn event(name: &str, shape: Shape, at: &str) -> CallEvent {
    CallEvent {
        call: CallId::new("call_a1").unwrap(),
        name: name.to_owned(),
        shape,
        received_at: at.parse().unwrap(),
        status: None,
        direction: None,
        from: None,
        to: None,
        agent: None,
        initiated_at: None,
        duration: None,
        transcript: Vec::new(),
        summary: None,
        analysis: std::collections::BTreeMap::new(),
        metadata: std::collections::BTreeMap::new(),
        recording: None,
        rest: std::collections::BTreeMap::new(),
        removed: std::collections::BTreeSet::new(),
    }
}

fn words(text: &str) -> shared::redact::Redacted {
    redact(text, &Settings::default()).0
}

fn turn(text: &str) -> TurnRecord {
    TurnRecord {
        speaker: Speaker::Caller,
        text: words(text),
        start: None,
    }
}

#[test]
fn a_call_that_has_not_ended_is_nothing_to_act_on() {
    let begun = event("call_initiated", Shape::EventType, "2026-11-24T10:00:00Z");
    assert_eq!(merge(vec![begun]), None);
    assert_eq!(merge(Vec::new()), None);
}

#[test]
fn the_flat_shape_fills_what_the_other_left_open_and_takes_nothing_away() {
    // Given F1 with its numbers and turns, and F2 of the same call with metadata and one plain text,
    let mut ended = event("call_ended", Shape::EventType, "2026-11-24T10:03:00Z");
    ended.status = Some(CallStatus::Completed);
    ended.direction = Some(Direction::Inbound);
    ended.from = Some(PhoneNumber::new("2348012345678").unwrap());
    ended.transcript = vec![turn("good morning"), turn("send me the invoice")];
    let mut flat = event("call.completed", Shape::Flat, "2026-11-24T10:03:01Z");
    flat.status = Some(CallStatus::Completed);
    flat.transcript = vec![turn("Agent: good morning User: send me the invoice")];
    flat.metadata.insert("customer".to_owned(), words("CUS_x1"));
    // when they come in either order,
    for events in [vec![ended.clone(), flat.clone()], vec![flat, ended]] {
        let whole = merge(events).unwrap();
        // then the call is F1's, with F2's metadata.
        assert_eq!(whole.shape, Shape::EventType);
        assert_eq!(whole.transcript.len(), 2);
        assert!(whole.caller().is_some());
        assert!(whole.metadata.contains_key("customer"));
    }
}

#[test]
fn the_later_report_is_believed_and_the_freshest_recording_kept() {
    let mut first = event("call_ended", Shape::EventType, "2026-11-24T10:03:00Z");
    first.status = Some(CallStatus::Completed);
    first.analysis.insert("Amount".to_owned(), words("15000"));
    first.recording = Some("https://recordings.example.com/1?sig=old".to_owned());
    let mut second = first.clone();
    second.received_at = "2026-11-24T11:00:00Z".parse().unwrap();
    second.analysis.insert("Amount".to_owned(), words("50000"));
    second.recording = Some("https://recordings.example.com/1?sig=new".to_owned());
    let whole = merge(vec![second, first]).unwrap();
    assert_eq!(whole.analysis["Amount"].render(), "50000");
    assert!(whole.recording.unwrap().ends_with("new"));
}
