//! Tries to get in: each refused, and each written down.

use jiff::SignedDuration;
use review::{Purpose, Request, SESSION_COOKIE, SigningKeys};
use shared::ledger::{State, binding};

use crate::world::{KOFI, NGOZI, World};

#[tokio::test]
async fn without_a_cookie_nobody_sees_anything() {
    let world = World::new();
    let action = world.refund("call_a1", 1).await;
    let pages = [
        "/queue",
        "/calls/call_a1",
        "/calls/call_a1/case?action=x",
        "/reports",
        "/reports.csv",
    ];
    for page in pages {
        let answer = world.answer(&Request::new("GET", page)).await;
        assert_eq!(answer.status, 303, "{page}");
        assert!(
            answer.location.unwrap().starts_with("/sign-in?to=%2F"),
            "{page}"
        );
        assert!(!answer.body.contains("NGN"));
    }
    assert_eq!(
        world.refused_at_the_door().await,
        vec!["no_cookie"; pages.len()]
    );
    let request = Request::new("POST", "/calls/call_a1/decision")
        .with_form(&[("action", &action.id.to_string()), ("verdict", "approve")]);
    assert_eq!(world.answer(&request).await.status, 403);
    assert_eq!(world.now_is(&action).await.state, State::AwaitingApproval);
    // A stranger writes into no call's own trail.
    assert_eq!(
        world.refused_at_the_door().await,
        vec!["no_cookie"; pages.len() + 1]
    );
}

#[tokio::test]
async fn a_forged_or_expired_cookie_opens_nothing() {
    let world = World::new();
    let session = world.session(NGOZI, &[]);
    let foreign = SigningKeys {
        current: "another-key-that-is-long-enough!".to_owned().into(),
        previous: None,
    };
    let ours = World::keys().seal(Purpose::Session, &session);
    let (body, tag) = ours.split_once('.').unwrap();
    let unsigned = format!("{body}.{}", "0".repeat(tag.len()));
    let other_purpose = World::keys().seal(Purpose::SignIn, &session);
    let foreign = foreign.seal(Purpose::Session, &session);
    let forged = [foreign.as_str(), &unsigned, &other_purpose, "x"];
    for cookie in forged {
        let request = Request::new("GET", "/queue").with_cookie(SESSION_COOKIE, cookie);
        assert_eq!(world.answer(&request).await.status, 303, "{cookie}");
    }
    assert_eq!(
        world.refused_at_the_door().await,
        vec!["forged_cookie"; forged.len()]
    );
    // The true one counts until its time is over.
    assert_eq!(world.get_in(&session, "/queue").await.status, 200);
    world.clock.advance(SignedDuration::from_mins(61));
    assert_eq!(world.get_in(&session, "/queue").await.status, 303);
    assert_eq!(
        world.refused_at_the_door().await.last().unwrap(),
        "expired_cookie"
    );
}

#[tokio::test]
async fn another_users_form_token_is_not_ones_own() {
    let world = World::new();
    let action = world.refund("call_a1", 1).await;
    let (ngozi, kofi) = (world.session(NGOZI, &[]), world.session(KOFI, &[]));
    let stolen = World::keys().form_token(&kofi.id);
    let (id, shown) = (action.id.to_string(), binding(&action));
    let fields = [
        ("action", id.as_str()),
        ("binding", &shown),
        ("verdict", "approve"),
    ];
    for token in [stolen.as_str(), ""] {
        let answer = world
            .post_in(&ngozi, token, "/calls/call_a1/decision", &fields)
            .await;
        assert_eq!(answer.status, 403);
    }
    assert_eq!(world.now_is(&action).await.state, State::AwaitingApproval);
    let expected = ("form_token".to_owned(), NGOZI.to_owned());
    assert_eq!(world.refused(&action.call).await, vec![expected; 2]);
}

#[tokio::test]
async fn whoever_is_outside_the_groups_sees_nothing_and_a_viewer_decides_nothing() {
    let world = World::new();
    let action = world.refund("call_a1", 1).await;
    let outsider = world.session("mallory@example.com", &["marketing"]);
    assert_eq!(world.get_in(&outsider, "/calls/call_a1").await.status, 403);
    // A viewer sees the case, and has no button.
    let case = format!(
        "/calls/call_a1/case?action={}",
        action.id.to_string().replace('#', "%23")
    );
    let page = world.get("viewer@example.com", &case).await;
    assert_eq!(page.status, 200);
    assert!(!page.body.contains("value=\"approve\""));
    let answer = world
        .decide("viewer@example.com", &action, &binding(&action), "approve")
        .await;
    assert_eq!(answer.status, 403);
    assert_eq!(world.now_is(&action).await.approvals, []);
    let refused = [
        (
            "outside_the_groups".to_owned(),
            "mallory@example.com".to_owned(),
        ),
        (
            "not_an_approver".to_owned(),
            "viewer@example.com".to_owned(),
        ),
    ];
    assert_eq!(world.refused(&action.call).await, refused);
    // Somebody of the approvers' group decides, whether or not they are named one by one.
    let session = world.session("amina@example.com", &["finance-approvers"]);
    let token = World::keys().form_token(&session.id);
    let (id, shown) = (action.id.to_string(), binding(&action));
    let fields = [
        ("action", id.as_str()),
        ("binding", &shown),
        ("verdict", "approve"),
    ];
    let answer = world
        .post_in(&session, &token, "/calls/call_a1/decision", &fields)
        .await;
    assert_eq!(answer.status, 303);
    assert_eq!(world.now_is(&action).await.state, State::Approved);
}

#[tokio::test]
async fn a_sign_in_that_was_not_begun_here_ends_nowhere() {
    let world = World::new();
    for target in ["/sign-in", "/sign-in/callback?code=a&state=b"] {
        // Without a provider there is no way in at all.
        assert_eq!(world.answer(&Request::new("GET", target)).await.status, 503);
    }
}
