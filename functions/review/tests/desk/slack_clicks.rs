//! Buttons in Slack: signed by Slack just now, pressed by an approver, and decided once.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use review::{Answer, Request};
use serde_json::json;
use sha2::Sha256;
use shared::ledger::{Action, State, binding};
use shared::vendors::slack::ButtonToken;

use crate::world::{KOFI, NGOZI, SLACK_SECRET, TEAM, World};

pub fn click(world: &World, action: &Action, shown: &str, user: &str, team: &str) -> Request {
    let token = ButtonToken {
        call: action.call.clone(),
        action: action.id.to_string(),
        binding: shown.to_owned(),
    };
    let payload = json!({
        "type": "block_actions", "user": { "id": user }, "team": { "id": team },
        "actions": [{ "action_id": ButtonToken::APPROVE, "value": token.write() }],
        "response_url": "https://hooks.slack.com/actions/T0SANDBOX/1/abc",
    });
    let request =
        Request::new("POST", "/slack/interactions").with_form(&[("payload", &payload.to_string())]);
    signed(request, world.now().as_second())
}

fn signed(mut request: Request, at: i64) -> Request {
    let mut mac = Hmac::<Sha256>::new_from_slice(SLACK_SECRET.as_bytes()).unwrap();
    mac.update(format!("v0:{at}:").as_bytes());
    mac.update(&request.body);
    let signature = format!("v0={}", hex::encode(mac.finalize().into_bytes()));
    request
        .headers
        .insert("x-slack-signature".to_owned(), signature);
    request
        .headers
        .insert("x-slack-request-timestamp".to_owned(), at.to_string());
    request
}

async fn press(world: &World, request: &Request) -> Answer {
    world.answer(request).await
}

#[tokio::test]
async fn an_approvers_click_decides_once_and_a_replay_of_it_nothing() {
    let world = World::new();
    let action = world.refund("call_a1", 2).await;
    let request = click(&world, &action, &binding(&action), "U0NGOZI", TEAM);
    assert_eq!(press(&world, &request).await.status, 200);
    assert_eq!(world.now_is(&action).await.approvals[0].by, NGOZI);
    // The same request again: the same person, who counts once; in the browser as well.
    assert_eq!(press(&world, &request).await.status, 200);
    assert_eq!(
        world
            .decide(NGOZI, &action, &binding(&action), "approve")
            .await
            .status,
        409
    );
    let now = world.now_is(&action).await;
    assert_eq!(
        (now.state, now.approvals.len()),
        (State::AwaitingApproval, 1)
    );
    let same = ("same_person".to_owned(), NGOZI.to_owned());
    assert_eq!(world.refused(&action.call).await, vec![same; 2]);
    // The second person, then nobody any more.
    let second = click(&world, &action, &binding(&action), "U0KOFI", TEAM);
    assert_eq!(press(&world, &second).await.status, 200);
    assert_eq!(world.now_is(&action).await.state, State::Approved);
    assert_eq!(press(&world, &second).await.status, 200);
    assert_eq!(world.sent_to_execute(), 1);
    let said = world.said.0.lock().unwrap().clone();
    assert_eq!(
        said,
        [
            "Nothing was done: you have approved it already; a second person has to.",
            "Nothing was done: it no longer waits for a decision: it is approved.",
        ]
    );
    let settled = ("already_settled".to_owned(), KOFI.to_owned());
    assert_eq!(world.refused(&action.call).await.last(), Some(&settled));
}

#[tokio::test]
async fn an_old_or_forged_request_is_not_slacks() {
    let world = World::new();
    let action = world.refund("call_a1", 1).await;
    let request = click(&world, &action, &binding(&action), "U0NGOZI", TEAM);
    let mut forged = request.clone();
    forged.body.push(b' ');
    let mut unsigned = request.clone();
    unsigned.headers.clear();
    for request in [&forged, &unsigned] {
        assert_eq!(press(&world, request).await.status, 401);
    }
    // Kept for six minutes, and sent then.
    world.clock.advance(SignedDuration::from_mins(6));
    assert_eq!(press(&world, &request).await.status, 401);
    assert_eq!(world.now_is(&action).await.approvals, []);
    assert_eq!(
        world.refused_at_the_door().await,
        [
            "slack_signature_refused",
            "slack_not_signed",
            "slack_old_timestamp"
        ]
    );
}

#[tokio::test]
async fn a_wrong_team_or_member_decides_nothing() {
    let world = World::new();
    let action = world.refund("call_a1", 1).await;
    let shown = binding(&action);
    for (user, team, code, by) in [
        (
            "U0NGOZI",
            "T0OTHER",
            "slack_wrong_team",
            "slack:T0OTHER/U0NGOZI",
        ),
        (
            "U0NOBODY",
            TEAM,
            "slack_not_an_approver",
            "slack:T0SANDBOX/U0NOBODY",
        ),
        // In the list of members, and not among the approvers.
        (
            "U0EVE",
            TEAM,
            "slack_not_an_approver",
            "slack:T0SANDBOX/U0EVE",
        ),
    ] {
        let request = click(&world, &action, &shown, user, team);
        assert_eq!(press(&world, &request).await.status, 200);
        let refused = (code.to_owned(), by.to_owned());
        assert_eq!(world.refused(&action.call).await.last(), Some(&refused));
    }
    let stale = click(&world, &action, "0000", "U0NGOZI", TEAM);
    assert_eq!(press(&world, &stale).await.status, 200);
    // Each hears why, and nobody else does.
    let said = std::mem::take(&mut *world.said.0.lock().unwrap());
    assert_eq!(
        said,
        [
            "Nobody decides from this workspace. Nothing was done.",
            "You are not among those who may decide. Nothing was done.",
            "You are not among those who may decide. Nothing was done.",
            "Nothing was done: it has changed since it was shown; look again before deciding.",
        ]
    );
    let changed = ("changed_since_shown".to_owned(), NGOZI.to_owned());
    assert_eq!(world.refused(&action.call).await.last(), Some(&changed));
    assert_eq!(world.now_is(&action).await.state, State::AwaitingApproval);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_clicks_at_once_are_one_decision() {
    let world = std::sync::Arc::new(World::new());
    let action = world.refund("call_a1", 1).await;
    let shown = binding(&action);
    let clicks = ["U0NGOZI", "U0KOFI"].map(|user| {
        let (world, request) = (world.clone(), click(&world, &action, &shown, user, TEAM));
        tokio::spawn(async move { press(&world, &request).await.status })
    });
    for click in clicks {
        assert_eq!(click.await.unwrap(), 200);
    }
    let now = world.now_is(&action).await;
    assert_eq!((now.state, now.approvals.len()), (State::Approved, 1));
    assert_eq!(world.sent_to_execute(), 1);
}
