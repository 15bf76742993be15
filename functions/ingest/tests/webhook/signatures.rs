//! Who is believed to be DialNexa, and for how long.

use crate::sample;
use crate::world::{SECRET, World, request, sign};
use jiff::SignedDuration;
use shared::secrets::SecretError;

const REFUSED: (i64, &str) = (401, "signature_refused");

fn is((status, code): &(i64, String), expected: (i64, &str)) {
    assert_eq!((*status, code.as_str()), expected);
}

#[tokio::test]
async fn a_signature_is_taken_in_either_header_and_spelling() {
    let body = sample!("payment-request");
    for header in [
        "x-dialnexa-signature",
        "X-DialNexa-Signature",
        "x-nexa-signature",
    ] {
        for prefix in ["", "sha256="] {
            let world = World::new();
            let value = format!("{prefix}{}", sign(SECRET, body));
            is(
                &world.post(body, Some((header, &value))).await,
                (202, "accepted"),
            );
            assert_eq!(world.queued().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_wrong_missing_or_mangled_signature_is_refused_and_queues_nothing() {
    let world = World::new();
    let body = sample!("payment-request");
    let good = sign(SECRET, body);
    let of_another_body = sign(SECRET, sample!("hangup"));
    for value in [
        sign("whsec_guess", body),
        of_another_body,
        good[..63].to_owned(),
        format!("{good}0"),
        format!("{good},{good}"),
        format!("sha1={good}"),
        String::new(),
        "é".repeat(32),
    ] {
        is(
            &world
                .post(body, Some(("x-dialnexa-signature", &value)))
                .await,
            REFUSED,
        );
    }
    is(&world.post(body, None).await, REFUSED);
    is(
        &world.post(body, Some(("x-other-signature", &good))).await,
        REFUSED,
    );
    assert!(world.queued().is_empty());
}

#[tokio::test]
async fn the_old_shape_is_not_believed_without_a_signature_either() {
    let world = World::new();
    for body in [
        sample!("session-transcript-ready"),
        sample!("session-analysis-ready"),
    ] {
        is(&world.post(body, None).await, REFUSED);
    }
}

#[tokio::test]
async fn an_unset_secret_never_means_open() {
    let body = sample!("payment-request");
    for (text, world) in [
        (r#"{"current":"","previous":""}"#, World::without_secret()),
        (r#"{"current":null}"#, World::without_secret()),
        ("{}", World::without_secret()),
        ("", World::without_secret()),
        ("replace me", World::without_secret()),
    ] {
        world.secrets.say(Ok(text.to_owned()));
        for key in ["", text] {
            let signature = sign(key, body);
            let answer = world
                .post(body, Some(("x-dialnexa-signature", &signature)))
                .await;
            is(&answer, (503, "unavailable"));
        }
        is(&world.post(body, None).await, REFUSED);
        assert!(world.queued().is_empty(), "{text}");
    }
}

#[tokio::test]
async fn an_empty_previous_secret_opens_nothing() {
    let world = World::new();
    world.secrets.hold(SECRET, Some(""));
    let body = sample!("payment-request");
    is(
        &world
            .post(body, Some(("x-dialnexa-signature", &sign("", body))))
            .await,
        REFUSED,
    );
}

#[tokio::test]
async fn during_a_rotation_deliveries_under_both_secrets_get_in() {
    let world = World::new();
    world.secrets.hold("whsec_new", Some(SECRET));
    let body = sample!("payment-request");
    for secret in ["whsec_new", SECRET] {
        let signature = sign(secret, body);
        let answer = world
            .post(body, Some(("x-nexa-signature", &signature)))
            .await;
        is(&answer, (202, "accepted"));
    }
}

#[tokio::test]
async fn the_first_delivery_under_a_new_secret_gets_in_at_once() {
    // Given a warm function that knows the old secret,
    let world = World::new();
    is(
        &world.post_signed(sample!("hangup")).await,
        (202, "accepted"),
    );
    // when DialNexa signs with the new one right after it was stored,
    world.secrets.hold("whsec_new", None);
    let body = sample!("payment-request");
    let signature = sign("whsec_new", body);
    // then the delivery gets in, and the next ones without another look.
    is(
        &world
            .post(body, Some(("x-dialnexa-signature", &signature)))
            .await,
        (202, "accepted"),
    );
    let reads = world.secrets.reads();
    is(
        &world
            .post(body, Some(("x-dialnexa-signature", &signature)))
            .await,
        (202, "accepted"),
    );
    is(
        &world
            .post(body, Some(("x-dialnexa-signature", &signature)))
            .await,
        (202, "accepted"),
    );
    assert!(world.secrets.reads() <= reads + 1);
    // And the old one no longer opens anything.
    is(&world.post_signed(body).await, REFUSED);
}

#[tokio::test]
async fn a_flood_of_forgeries_is_no_flood_of_look_ups() {
    let world = World::new();
    let body = sample!("payment-request");
    for _ in 0..200 {
        let forged = sign("whsec_guess", body);
        is(
            &world
                .post(body, Some(("x-dialnexa-signature", &forged)))
                .await,
            REFUSED,
        );
    }
    assert_eq!(world.secrets.reads(), 2, "one to know it, one second look");
    world.clock.advance(SignedDuration::from_secs(31));
    let forged = sign("whsec_guess", body);
    is(
        &world
            .post(body, Some(("x-dialnexa-signature", &forged)))
            .await,
        REFUSED,
    );
    assert_eq!(world.secrets.reads(), 3);
}

#[tokio::test]
async fn a_forgery_while_the_secrets_service_is_down_locks_nobody_out() {
    let world = World::new();
    let body = sample!("payment-request");
    is(&world.post_signed(body).await, (202, "accepted"));
    world.secrets.say(Err(SecretError::Unavailable));
    let forged = sign("whsec_guess", body);
    is(
        &world
            .post(body, Some(("x-dialnexa-signature", &forged)))
            .await,
        REFUSED,
    );
    is(&world.post_signed(body).await, (202, "accepted"));
    world.clock.advance(SignedDuration::from_mins(6));
    is(&world.post_signed(body).await, (202, "accepted"));
}

#[tokio::test]
async fn without_a_secrets_service_dialnexa_is_told_to_come_again() {
    let world = World::without_secret();
    let body = sample!("payment-request");
    for error in [
        SecretError::Unavailable,
        SecretError::Missing,
        SecretError::Denied,
    ] {
        world.secrets.say(Err(error));
        is(&world.post_signed(body).await, (503, "unavailable"));
    }
    world.secrets.hold(SECRET, None);
    is(&world.post_signed(body).await, (202, "accepted"));
}

#[tokio::test]
async fn an_unsigned_greeting_is_answered_and_needs_no_secret() {
    let world = World::without_secret();
    for body in [sample!("verification"), sample!("ping")] {
        is(&world.post(body, None).await, (200, ""));
    }
    assert_eq!(world.secrets.reads(), 0);
    assert!(world.queued().is_empty());
}

#[tokio::test]
async fn a_signed_greeting_is_answered_and_a_badly_signed_one_is_not() {
    let world = World::new();
    for body in [sample!("verification"), sample!("ping")] {
        is(&world.post_signed(body).await, (200, ""));
        let forged = sign("whsec_guess", body);
        is(
            &world
                .post(body, Some(("x-dialnexa-signature", &forged)))
                .await,
            REFUSED,
        );
    }
    assert!(world.queued().is_empty());
}

#[tokio::test]
async fn a_call_dressed_as_a_greeting_is_refused() {
    let world = World::new();
    let hidden: [&[u8]; 3] = [
        br#"{"event_type":"verification","payload":{"call":{"id":"c1","status":"completed"}}}"#,
        br#"{"event":"ping","call_id":"c1","status":"completed"}"#,
        br#"{"event_type":"call_ended","event_type":"verification"}"#,
    ];
    for body in hidden {
        is(&world.post(body, None).await, REFUSED);
    }
    let long = format!(r#"{{"event":"ping","message":"{}"}}"#, "x".repeat(5_000));
    is(&world.post(long.as_bytes(), None).await, REFUSED);
}

#[tokio::test]
async fn the_bytes_that_were_signed_are_the_bytes_that_are_checked() {
    let world = World::new();
    // The same JSON with one space more is another body.
    let spaced = [sample!("payment-request"), b" "].concat();
    let signature = sign(SECRET, sample!("payment-request"));
    is(
        &world
            .post(&spaced, Some(("x-dialnexa-signature", &signature)))
            .await,
        REFUSED,
    );
    // And a body that API Gateway handed on as base64 is checked as it was before.
    let mut encoded = request(b"\xff", None);
    let original: serde_json::Value = serde_json::from_str(include_str!(
        "../../../../events/ingest/call-ended-base64.json"
    ))
    .unwrap();
    encoded.body = original["body"].as_str().map(str::to_owned);
    let raw = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD
            .decode(encoded.body.as_deref().unwrap())
            .unwrap()
    };
    let signature = sign(SECRET, &raw);
    encoded
        .headers
        .insert("x-dialnexa-signature", signature.parse().unwrap());
    is(&world.answer(encoded).await, (202, "accepted"));
}
