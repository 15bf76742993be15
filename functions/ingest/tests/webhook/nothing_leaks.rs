//! No card number and no secret stands in an answer, a message or a metric, whatever was posted.

use crate::sample;
use crate::world::{SECRET, World, sign};
use proptest::prelude::*;
use serde_json::{Value, json};

const CARD: &str = "4084084084084081";

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

/// Everything that left the function.
async fn everything(world: &World, body: &[u8], signature: Option<(&str, &str)>) -> String {
    let response = world
        .ingest
        .handle(crate::world::request(body, signature), "lambda-request")
        .await;
    let queued = format!("{:?}", world.queue.messages());
    let decoded = world
        .queue
        .decoded::<shared::queue::CallsMessage>()
        .unwrap();
    let mut said = vec![
        serde_json::to_string(&response).unwrap(),
        queued,
        format!("{decoded:?}"),
    ];
    said.extend(world.metrics.written());
    said.join("\n")
}

fn shows_card(text: &str) -> bool {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    (0..=CARD.len() - 6).any(|start| digits.contains(&CARD[start..start + 6]))
}

#[test]
fn the_demo_call_leaves_without_a_digit_of_the_card() {
    for body in [
        sample!("payment-request"),
        sample!("payment-request-flat"),
        sample!("session-transcript-ready"),
        sample!("unknown-shape"),
    ] {
        let world = World::new();
        let signature = sign(SECRET, body);
        let said = run(everything(
            &world,
            body,
            Some(("x-dialnexa-signature", &signature)),
        ));
        assert!(!shows_card(&said), "{said}");
        assert!(!said.contains(SECRET) && !said.contains(&signature));
        for spoken in [
            "four zero eight four",
            "eight four zero eight",
            "four zero eight one",
        ] {
            assert!(!said.contains(spoken), "{spoken}");
        }
    }
}

/// Where in a body a caller's words can stand.
fn body_with(text: &str, place: usize) -> Value {
    let field = [
        "summary",
        "transcript",
        "type",
        "hangup_reason",
        "disposition",
    ];
    let mut call = json!({ "id": "call_a1", "status": "completed" });
    match place % 8 {
        5 => call["post_call_analysis"] = json!({ "Notes": text }),
        6 => call["metadata"] = json!({ "deep": { "er": [text] } }),
        7 => call["transcript"] = json!([{ "role": "user", "content": text }]),
        place => call[field[place]] = json!(text),
    }
    json!({ "event_type": "call_ended", "payload": { "call": call } })
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer_and_never_a_panic(
        body in proptest::collection::vec(any::<u8>(), 0..300),
        header in proptest::option::of("[ -~]{0,80}"),
        signed in any::<bool>(),
    ) {
        let world = World::new();
        let good = sign(SECRET, &body);
        let value = if signed { Some(good) } else { header };
        let signature = value.as_deref().map(|value| ("x-nexa-signature", value));
        let (status, _) = run(world.post(&body, signature));
        prop_assert!([200, 202, 400, 401].contains(&status), "{status}");
        prop_assert!(signed || status == 401 || status == 200);
    }

    #[test]
    fn a_card_number_in_any_place_and_spelling_stays_outside(
        place in 0_usize..8,
        separator in prop_oneof![Just(""), Just(" "), Just("-"), Just(".")],
        before in "[a-z ,.]{0,20}",
        after in "[a-z ,.]{0,20}",
        signed in any::<bool>(),
    ) {
        let number = CARD.as_bytes().chunks(4).map(|four| std::str::from_utf8(four).unwrap()).collect::<Vec<_>>().join(separator);
        let body = body_with(&format!("{before} my card number is {number} {after}"), place).to_string();
        let world = World::new();
        let signature = sign(if signed { SECRET } else { "whsec_guess" }, body.as_bytes());
        let said = run(everything(&world, body.as_bytes(), Some(("x-dialnexa-signature", &signature))));
        prop_assert!(!shows_card(&said), "{body} left as {said}");
        prop_assert!(!said.contains(SECRET) && !said.contains(&signature));
    }
}

#[tokio::test]
async fn a_card_that_comes_where_no_redactor_looks_raises_the_alarm_and_the_call_goes_on() {
    let world = World::new();
    let quiet = sample!("payment-request");
    world.post_signed(quiet).await;
    let said = || world.metrics.written().join("\n");
    assert!(!said().contains("PanLikeSeen"), "{}", said());
    // A card of fifteen digits where a telephone number is expected, which is kept to act on.
    let body = String::from_utf8(quiet.to_vec()).unwrap();
    let body = body.replace("2348031234567", "378282246310005");
    assert_eq!(world.post_signed(body.as_bytes()).await.0, 202);
    let said = said();
    assert_eq!(said.matches("\"PanLikeSeen\":1").count(), 1, "{said}");
    // An alarm without dimensions watches the sum of all functions.
    assert!(
        said.contains(r#""Dimensions":[["Function","Where"],[]]"#),
        "{said}"
    );
    assert!(said.contains(r#""Kind":"card_number""#), "{said}");
    assert!(!said.contains("378282246310005"));
}
