use super::{ended, event, sample};
use crate::call::{CallEvent, FactsHash, facts_hash};

fn flat(fields: &str) -> CallEvent {
    event(&format!(
        r#"{{"call_id":"call_a1","status":"completed",{fields}}}"#
    ))
}

const TALK: &str =
    r#""summary":"Wants NGN 5,000 back.","transcript":"Agent: Hello\nUser: Five thousand, please""#;

#[test]
fn the_same_call_in_another_shape_says_nothing_new() {
    let long = facts_hash(&event(sample!("payment-request")));
    let short = facts_hash(&event(sample!("payment-request-flat")));
    assert!(long.covers(&short), "{long}\n{short}");
    // The flat shape names no numbers, so what it leaves open the other one fills.
    assert!(!short.covers(&long));
    assert_eq!(short.merge(&long), long);
    assert_eq!(long.merge(&short), long);
}

#[test]
fn a_fresh_link_or_a_later_delivery_changes_no_fact() {
    let first = event(sample!("payment-request"));
    let second = event(sample!("payment-request-fresh-link"));
    assert_ne!(first.recording, second.recording);
    assert_eq!(facts_hash(&first), facts_hash(&second));
    let later = CallEvent {
        received_at: jiff::Timestamp::MAX,
        name: "x".into(),
        agent: None,
        ..first.clone()
    };
    assert_eq!(facts_hash(&first), facts_hash(&later));
}

#[test]
fn spelling_order_and_empty_answers_change_no_fact() {
    let one = event(&ended(&format!(
        r#"{TALK},"post_call_analysis":{{"Customer name":"Ada Obi","Amount":5000,"Consent":true}}"#
    )));
    let other = flat(
        r#""summary":" wants  ngn 5,000 BACK","transcript":[{"role":"assistant","content":"hello."},{"role":"user","content":"five thousand please"}],
        "extracted_data":{"consent":"True","amount":"5000.00","customer_name":"ADA OBI","Due date":"na","Note":""}"#,
    );
    assert_eq!(facts_hash(&one), facts_hash(&other));
}

#[test]
fn each_claim_about_money_is_a_fact() {
    let base = facts_hash(&flat(&format!(
        r#"{TALK},"extracted_data":{{"Amount":"5000"}},"metadata":{{"ref":"T1"}}"#
    )));
    for changed in [
        format!(r#"{TALK},"extracted_data":{{"Amount":"50000"}},"metadata":{{"ref":"T1"}}"#),
        format!(r#"{TALK},"extracted_data":{{"Amount":"5000.5"}},"metadata":{{"ref":"T1"}}"#),
        format!(r#"{TALK},"extracted_data":{{"Refund":"5000"}},"metadata":{{"ref":"T1"}}"#),
        format!(r#"{TALK},"extracted_data":{{"Amount":"5000"}},"metadata":{{"ref":"T2"}}"#),
        TALK.replace("5,000", "5,001")
            + r#","extracted_data":{"Amount":"5000"},"metadata":{"ref":"T1"}"#,
        TALK.replace("Five", "Nine")
            + r#","extracted_data":{"Amount":"5000"},"metadata":{"ref":"T1"}"#,
    ] {
        let hash = facts_hash(&flat(&changed));
        assert_ne!(hash, base, "{changed}");
        assert!(!base.covers(&hash), "{changed}");
    }
}

#[test]
fn text_moved_between_two_fields_is_another_fact() {
    let one = facts_hash(&flat(r#""extracted_data":{"a":"1=2","b":"3"}"#));
    let other = facts_hash(&flat(r#""extracted_data":{"a":"1","2b":"3"}"#));
    assert_ne!(one, other);
    let summary = facts_hash(&flat(r#""summary":"x""#));
    let words = facts_hash(&flat(r#""transcript":"x""#));
    assert_ne!(summary, words);
    assert!(!summary.covers(&words));
}

#[test]
fn an_event_without_facts_is_covered_by_every_other() {
    let nothing = facts_hash(&flat(r#""extracted_data":{"Amount":"na"},"duration":5"#));
    assert_eq!(nothing, FactsHash::default());
    assert!(facts_hash(&event(sample!("payment-request"))).covers(&nothing));
    assert!(nothing.covers(&nothing));
}

#[test]
fn a_hash_is_read_as_it_was_written_and_tells_no_telephone_number() {
    let hash = facts_hash(&event(sample!("payment-request")));
    let text = hash.to_string();
    assert_eq!(text.parse(), Ok(hash.clone()));
    assert_eq!(
        serde_json::from_str::<FactsHash>(&serde_json::to_string(&hash).unwrap()).unwrap(),
        hash
    );
    assert!(text.ends_with(":fit"), "{text}");
    let other_number = sample!("payment-request").replace("2348031234567", "2348031234568");
    assert_eq!(facts_hash(&event(&other_number)).to_string(), text);
    for wrong in ["", "1", "2::::: ", "1:::::x", "1:00::::", "1::::::"] {
        assert!(wrong.parse::<FactsHash>().is_err(), "{wrong}");
    }
}

#[test]
fn two_calls_that_say_the_same_have_different_hashes() {
    let one = facts_hash(&flat(r#""summary":"x""#));
    let other = facts_hash(&event(
        r#"{"call_id":"call_b2","status":"completed","summary":"x"}"#,
    ));
    assert_ne!(one, other);
}
