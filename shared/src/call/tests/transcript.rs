use proptest::prelude::*;

use super::{raw, sample};
use crate::call::{Json, RawTurn, json, parse_transcript};
use crate::redact::Speaker;

/// The turns of a transcript that is given as JSON.
fn turns(transcript: &str) -> Vec<(Speaker, String)> {
    let parsed = json::parse(transcript.as_bytes()).unwrap().value;
    parse_transcript(&parsed).into_iter().map(said).collect()
}

fn said(turn: RawTurn<'_>) -> (Speaker, String) {
    (turn.speaker, turn.content.into_owned())
}

/// The turns of a transcript that is plain text.
fn plain(text: &str) -> Vec<(Speaker, String)> {
    parse_transcript(&Json::Text(text.into()))
        .into_iter()
        .map(said)
        .collect()
}

fn agent(text: &str) -> (Speaker, String) {
    (Speaker::Agent, text.to_owned())
}

fn caller(text: &str) -> (Speaker, String) {
    (Speaker::Caller, text.to_owned())
}

fn unknown(text: &str) -> (Speaker, String) {
    (Speaker::Unknown, text.to_owned())
}

#[test]
fn one_conversation_in_every_form_gives_the_same_turns() {
    let expected = vec![agent("Hello"), caller("I was charged twice")];
    for form in [
        r#""[{\"role\":\"assistant\",\"content\":\"Hello\",\"start\":0.1,\"end\":1.2},{\"role\":\"user\",\"content\":\"I was charged twice\"}]""#,
        r#""Agent: Hello\nUser: I was charged twice""#,
        r#""Agent: Hello\r\nCustomer: I was charged twice\r\n""#,
        r#""Agent: Hello User: I was charged twice""#,
        r#""Agent: Hello Customer: I was charged twice""#,
        r#""assistant: Hello\ncaller:I was charged twice""#,
        r#"[{"role":"assistant","content":"Hello"},{"role":"user","content":"I was charged twice"}]"#,
        r#"[{"speaker":"Agent","text":"Hello","time":0.1},{"speaker":"Customer","text":"I was charged twice"}]"#,
        r#"[{"from":"bot","message":"Hello","timestamp":"09:00"},{"from":"human","message":"I was charged twice"}]"#,
        r#"["Agent: Hello","User: I was charged twice"]"#,
        r#"{"Agent":"Hello","User":"I was charged twice"}"#,
        r#"{"Agent":["Hello"],"User":["I was charged twice"]}"#,
        r#"{"transcript":[{"role":"agent","content":"Hello"},{"role":"user","content":"I was charged twice"}]}"#,
        r#""{\"Agent\":\"Hello\",\"User\":\"I was charged twice\"}""#,
    ] {
        assert_eq!(turns(form), expected, "{form}");
    }
}

#[test]
fn what_cannot_be_split_is_one_turn_of_an_unknown_speaker() {
    assert_eq!(plain("just some words"), [unknown("just some words")]);
    assert_eq!(plain("[inaudible] yes"), [unknown("[inaudible] yes")]);
    assert_eq!(
        plain("[{\"role\":\"user\""),
        [unknown("[{\"role\":\"user\"")]
    );
    assert_eq!(
        plain(r#"[{"content":"a","content":"b"}]"#),
        [unknown(r#"[{"content":"a","content":"b"}]"#)]
    );
    assert_eq!(
        plain("Call log. Agent: Hi"),
        [unknown("Call log."), agent("Hi")]
    );
}

#[test]
fn nothing_is_no_turn() {
    for empty in [
        "\"\"",
        "\" \\n \"",
        "[]",
        "{}",
        "null",
        "\"[]\"",
        r#"[{"role":"user","content":""}]"#,
    ] {
        assert_eq!(turns(empty), [], "{empty}");
    }
}

#[test]
fn a_speakers_name_within_a_sentence_starts_no_turn() {
    for sentence in [
        "I told your agent: no",
        "Your user-Agent: x is old",
        "The agent said 10:30 and the customer agreed",
        "Travel Agent:none",
        "ratio 3:4",
    ] {
        let text = format!("User: {sentence}");
        assert_eq!(plain(&text), [caller(sentence)], "{sentence}");
    }
}

#[test]
fn a_speaker_we_cannot_place_stays_with_what_was_said() {
    let supervisor = r#"[{"role":"supervisor","content":"Taking over"},{"content":"Who?"}]"#;
    assert_eq!(
        turns(supervisor),
        [unknown("supervisor: Taking over"), unknown("Who?")]
    );
    assert_eq!(
        plain("Speaker 1: Hi\nSpeaker 2: Hello"),
        [unknown("Hi"), unknown("Hello")]
    );
}

#[test]
fn digits_that_were_keyed_in_are_text() {
    assert_eq!(
        turns(r#"[{"role":"user","content":1234},5]"#),
        [caller("1234"), unknown("5")]
    );
}

#[test]
fn times_are_read_where_they_are_seconds_of_the_call() {
    let parsed = json::parse(br#"[{"content":"a","start":1.5,"end":2},{"content":"b","time":3},{"content":"c","timestamp":1795511752}]"#)
        .unwrap()
        .value;
    let starts: Vec<_> = parse_transcript(&parsed)
        .into_iter()
        .map(|turn| turn.start)
        .collect();
    assert_eq!(starts, [Some(1.5), Some(3.0), None]);
}

#[test]
fn the_samples_have_the_turns_that_were_spoken() {
    let long = raw(sample!("payment-request"));
    let flat = raw(sample!("payment-request-flat"));
    let one_line = raw(sample!("session-transcript-ready"));
    let of = |raw: &crate::call::RawCall<'_>| -> Vec<_> {
        parse_transcript(raw.field("transcript").unwrap())
            .into_iter()
            .map(said)
            .collect()
    };
    assert_eq!(of(&long).len(), 19);
    assert_eq!(of(&long), of(&flat));
    assert_eq!(of(&long), of(&one_line));
}

#[test]
fn a_hostile_transcript_is_read_in_linear_time() {
    let started = std::time::Instant::now();
    for unit in ["agent:", "Agent: ", " x agent:", "User 1: ", "\nAgent:"] {
        let text = format!("{}{}", " ".repeat(200_000), unit.repeat(200_000));
        let _ = plain(&text);
    }
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

fn words(text: &str) -> Vec<&str> {
    text.split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether all of `needles` stand in `hay` in this order.
fn in_order(needles: &[&str], hay: &[&str]) -> bool {
    let mut hay = hay.iter();
    needles.iter().all(|needle| hay.any(|word| word == needle))
}

proptest! {
    #[test]
    fn no_word_of_a_plain_transcript_is_lost(
        parts in proptest::collection::vec(
            prop_oneof!["[a-z0-9é]{1,8}", "(Agent|user|Customer|AI): ?", "[\\n :.,-]{1,3}"], 0..40)
    ) {
        let text = parts.concat();
        let kept = plain(&text).into_iter().map(|(_, said)| said).collect::<Vec<_>>().join("\n");
        let is_label = |word: &&str| {
            let word = word.trim_end_matches(|digit: char| digit.is_ascii_digit()).to_lowercase();
            ["agent", "user", "customer", "ai"].iter().any(|label| word.ends_with(label))
        };
        let spoken: Vec<&str> = words(&text).into_iter().filter(|word| !is_label(word)).collect();
        prop_assert!(in_order(&spoken, &words(&kept)), "{text:?} became {kept:?}");
    }

    #[test]
    fn any_text_is_read_without_panic(text in ".{0,200}") {
        let _ = plain(&text);
    }
}
