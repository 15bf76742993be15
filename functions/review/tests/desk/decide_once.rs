//! Exactly what was seen, exactly once, by as many people as it takes.

use std::sync::Arc;

use futures::future::join_all;
use shared::ledger::{State, binding};

use crate::slack_clicks::click;
use crate::world::{KOFI, NGOZI, TEAM, World};

#[tokio::test]
async fn a_decision_on_what_has_changed_since_is_refused_and_shown_anew() {
    let world = World::new();
    let action = world.refund("call_a1", 1).await;
    let shown = binding(&action);
    for altered in ["", "0000", &shown[1..]] {
        let answer = world.decide(NGOZI, &action, altered, "approve").await;
        assert_eq!(answer.status, 409, "{altered}");
    }
    world
        .change(&action, |next| next.amount.as_mut().unwrap().subunits += 1)
        .await;
    let answer = world.decide(NGOZI, &action, &shown, "approve").await;
    assert_eq!(answer.status, 409);
    assert!(
        answer.body.contains("it has changed since it was shown"),
        "{}",
        answer.body
    );
    assert!(answer.body.contains("NGN 50,000.01"));
    let now = world.now_is(&action).await;
    assert_eq!(
        (now.state, now.approvals.len()),
        (State::AwaitingApproval, 0)
    );
    let expected = ("changed_since_shown".to_owned(), NGOZI.to_owned());
    assert_eq!(world.refused(&action.call).await, vec![expected; 4]);
}

#[tokio::test]
async fn two_people_approve_above_the_second_limit_and_never_one_twice() {
    let world = World::new();
    let action = world.refund("call_a1", 2).await;
    let shown = binding(&action);
    assert_eq!(
        world.decide(NGOZI, &action, &shown, "approve").await.status,
        303
    );
    assert_eq!(world.now_is(&action).await.state, State::AwaitingApproval);
    assert_eq!(world.sent_to_execute(), 0);
    let again = world.decide(NGOZI, &action, &shown, "approve").await;
    assert_eq!(again.status, 409);
    assert!(again.body.contains("a second person has to"));
    assert_eq!(
        world.decide(KOFI, &action, &shown, "approve").await.status,
        303
    );
    assert_eq!(world.now_is(&action).await.state, State::Approved);
    assert_eq!(world.sent_to_execute(), 1);
}

#[tokio::test]
async fn an_approval_then_an_amendment_then_a_second_approval_is_not_enough() {
    let world = World::new();
    let action = world.refund("call_a1", 2).await;
    let shown = binding(&action);
    let answer = world.decide(NGOZI, &action, &shown, "approve").await;
    assert_eq!(answer.status, 303);
    let id = action.id.to_string();
    let amend = async |binding: &str, amount: &str| {
        let fields = [
            ("action", id.as_str()),
            ("binding", binding),
            ("verdict", "amend"),
            ("amount", amount),
        ];
        world
            .post(KOFI, "/calls/call_a1/decision", &fields)
            .await
            .status
    };
    // Only downwards, and only what is an amount.
    for (amount, status) in [
        ("50,000", 409),
        ("60,000", 409),
        ("0", 409),
        ("less", 422),
        ("", 422),
    ] {
        assert_eq!(amend(&shown, amount).await, status, "{amount}");
    }
    assert_eq!(amend(&shown, "49,999.50").await, 303);
    let lowered = world.now_is(&action).await;
    assert_eq!(lowered.amount.unwrap().subunits, 4_999_950);
    // What was shown before is neither approved nor changed any more.
    let stale = world.decide(KOFI, &action, &shown, "approve").await;
    assert_eq!((stale.status, amend(&shown, "100").await), (409, 409));
    let second = world
        .decide(KOFI, &action, &binding(&lowered), "approve")
        .await;
    assert_eq!(second.status, 303);
    let now = world.now_is(&action).await;
    assert_eq!(
        (now.state, now.standing_approvals()),
        (State::AwaitingApproval, 1)
    );
    assert_eq!(world.sent_to_execute(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_approvals_at_once_are_one_decision_and_one_message() {
    let world = Arc::new(World::new());
    let action = world.refund("call_a1", 1).await;
    let shown = binding(&action);
    // Some in the browser, most in Slack: both end in the same conditional write.
    let tries = (0..1_000).map(|number| {
        let (world, action, shown) = (world.clone(), action.clone(), shown.clone());
        let (by, member) = [(NGOZI, "U0NGOZI"), (KOFI, "U0KOFI")][number % 2];
        tokio::spawn(async move {
            if number % 25 == 0 {
                return Some(world.decide(by, &action, &shown, "approve").await.status);
            }
            let click = click(&world, &action, &shown, member, TEAM);
            assert_eq!(world.answer(&click).await.status, 200);
            None
        })
    });
    let answers: Vec<Option<u16>> = join_all(tries)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let of = |status| answers.iter().filter(|it| **it == Some(status)).count();
    assert!(of(303) <= 1 && of(303) + of(409) == 40, "{answers:?}");
    let refused = world.refused(&action.call).await;
    assert_eq!(refused.len(), 999);
    let now = world.now_is(&action).await;
    assert_eq!((now.state, now.approvals.len()), (State::Approved, 1));
    assert_eq!(world.sent_to_execute(), 1);
}

#[tokio::test]
async fn a_decline_needs_a_reason_and_ends_it() {
    let world = World::new();
    let action = world.refund("call_a1", 1).await;
    let (id, shown) = (action.id.to_string(), binding(&action));
    let fields = [
        ("action", id.as_str()),
        ("binding", &shown),
        ("verdict", "decline"),
        ("reason", " "),
    ];
    let answer = world.post(NGOZI, "/calls/call_a1/decision", &fields).await;
    assert_eq!(answer.status, 422);
    assert_eq!(world.now_is(&action).await.state, State::AwaitingApproval);
    assert_eq!(
        world.decide(NGOZI, &action, &shown, "decline").await.status,
        303
    );
    assert_eq!(world.now_is(&action).await.state, State::Declined);
    let said = world.desk.ledger.remarks(&action.call).await.unwrap();
    assert_eq!(
        (said[0].by.as_str(), said[0].words.as_str()),
        (NGOZI, "as agreed")
    );
    assert_eq!(
        world.decide(KOFI, &action, &shown, "approve").await.status,
        409
    );
}

#[tokio::test]
async fn a_case_is_given_to_somebody_and_more_is_asked_without_voiding_an_approval() {
    let world = World::new();
    let action = world.refund("call_a1", 2).await;
    let (id, shown) = (action.id.to_string(), binding(&action));
    assert_eq!(
        world.decide(NGOZI, &action, &shown, "approve").await.status,
        303
    );
    let fields = |verdict: &'static str, name: &'static str, value: &'static str| {
        vec![
            ("action", id.clone()),
            ("binding", shown.clone()),
            ("verdict", verdict.to_owned()),
            (name, value.to_owned()),
        ]
    };
    for fields in [
        fields("assign", "owner", "Kofi@Example.com"),
        fields("ask", "words", "Which order is it?"),
    ] {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let answer = world.post(NGOZI, "/calls/call_a1/decision", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
    }
    let now = world.now_is(&action).await;
    assert_eq!((now.owner.as_str(), now.standing_approvals()), (KOFI, 1));
    let page = world
        .get(KOFI, "/calls/call_a1/case?action=action%23refund%23101%231")
        .await;
    assert!(page.body.contains("Which order is it?"));
    // The words are private to the call: the trail says only that somebody asked.
    let (trail, ..) = world.desk.ledger.audit(&action.call).await.unwrap();
    assert!(
        trail
            .iter()
            .any(|entry| entry.note.what == "asked for more")
    );
    assert!(!format!("{trail:?}").contains("Which order"));
}

#[tokio::test]
async fn it_is_too_late_once_the_time_to_decide_is_over() {
    let world = World::new();
    let action = world.refund("call_a1", 1).await;
    world.clock.advance(jiff::SignedDuration::from_hours(49));
    let answer = world
        .decide(NGOZI, &action, &binding(&action), "approve")
        .await;
    assert_eq!(answer.status, 409);
    assert_eq!(world.now_is(&action).await.state, State::AwaitingApproval);
}
