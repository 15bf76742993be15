//! What Slack sends when somebody presses a button.

use serde::Deserialize;
use shared::ids::CallId;
use shared::ledger::{ActionId, Verdict};
use shared::vendors::slack::ButtonToken;

use super::feedback::ResponsePlace;

/// A press of one button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Click {
    /// The member who pressed it.
    pub user: String,
    /// The workspace.
    pub team: String,
    /// What was pressed, where it is a button of ours that asks for a decision.
    pub press: Option<Press>,
    /// Where whoever pressed it can be answered.
    pub answered_at: Option<ResponsePlace>,
}

/// A decision as a button carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Press {
    /// What was decided.
    pub verdict: Verdict,
    /// About which call.
    pub call: CallId,
    /// About which action.
    pub action: ActionId,
    /// The binding of what the message showed.
    pub binding: String,
}

#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "type")]
    kind: String,
    user: Id,
    #[serde(default)]
    team: Option<Id>,
    #[serde(default)]
    actions: Vec<Button>,
    #[serde(default)]
    response_url: String,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct Button {
    action_id: String,
    #[serde(default)]
    value: String,
}

impl Click {
    /// Reads the form field `payload`; nothing where it is no press of a button.
    #[must_use]
    pub fn read(payload: &str) -> Option<Self> {
        let payload: Payload = serde_json::from_str(payload).ok()?;
        if payload.kind != "block_actions" {
            return None;
        }
        Some(Self {
            user: payload.user.id,
            team: payload.team.map(|team| team.id).unwrap_or_default(),
            press: payload.actions.first().and_then(press),
            answered_at: ResponsePlace::read(&payload.response_url),
        })
    }
}

fn press(button: &Button) -> Option<Press> {
    let verdict = match button.action_id.as_str() {
        ButtonToken::APPROVE => Verdict::Approve,
        ButtonToken::DECLINE => Verdict::Decline,
        _ => return None,
    };
    let ButtonToken {
        call,
        action,
        binding,
    } = ButtonToken::read(&button.value)?;
    Some(Press {
        verdict,
        call,
        action: ActionId::parse(&action)?,
        binding,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn payload(action_id: &str, value: &str) -> String {
        json!({
            "type": "block_actions",
            "user": { "id": "U0NGOZI", "username": "ngozi" },
            "team": { "id": "T0SANDBOX", "domain": "x" },
            "container": { "channel_id": "C0FINANCE", "message_ts": "1.2" },
            "actions": [{ "type": "button", "action_id": action_id, "value": value }],
        })
        .to_string()
    }

    #[test]
    fn a_press_carries_what_the_message_showed() {
        let token = ButtonToken {
            call: CallId::new("call_a1").unwrap(),
            action: "action#refund#1#1".to_owned(),
            binding: "ab12".to_owned(),
        };
        let click = Click::read(&payload(ButtonToken::APPROVE, &token.write())).unwrap();
        assert_eq!(
            (click.user.as_str(), click.team.as_str()),
            ("U0NGOZI", "T0SANDBOX")
        );
        let press = click.press.unwrap();
        assert_eq!(press.verdict, Verdict::Approve);
        assert_eq!(press.action, ActionId::action("refund", "1"));
        assert_eq!(press.binding, "ab12");
    }

    #[test]
    fn what_is_no_token_of_ours_is_no_press() {
        for value in ["", "approve", "v1.", "v1.bm9uZQ", "v2.AA"] {
            let click = Click::read(&payload(ButtonToken::APPROVE, value)).unwrap();
            assert_eq!(click.press, None, "{value}");
        }
        assert_eq!(Click::read(&payload("open_call", "x")).unwrap().press, None);
        assert_eq!(Click::read("{}"), None);
        assert_eq!(
            Click::read(r#"{"type":"view_submission","user":{"id":"U"}}"#),
            None
        );
    }
}
