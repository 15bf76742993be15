use serde_json::json;
use shared::case::{Urgency, Workflow};
use shared::config::Settings;
use shared::ids::CallId;
use shared::ledger::{Action, ActionId, Anchor, Reason, Receipt, State};
use shared::money::{Currency, Money};
use shared::vendors::slack::Block;

use super::{Story, message};

fn settings() -> Settings {
    Settings::parse(include_str!("../../../infra/local/settings.toml")).unwrap()
}

fn action(name: &str, state: State) -> Action {
    let at = "2026-11-24T10:05:00Z".parse().unwrap();
    Action {
        call: CallId::new("call_a1").unwrap(),
        id: ActionId::action(name, "new"),
        key: "ll-1".to_owned(),
        state,
        anchor: Anchor::ByState,
        resource: "request-1".to_owned(),
        after: None,
        amount: Some(Money::new(1_500_000, Currency::Ngn)),
        parameters: json!({}),
        workflow: Workflow::PaymentRequest,
        urgency: Urgency::Normal,
        owner: "billing@example.com".to_owned(),
        lease: None,
        sends: 1,
        sent_at: None,
        absent_since: None,
        look_ups: 0,
        not_before: None,
        not_after: "2026-11-25T10:05:00Z".parse().unwrap(),
        settle_seconds: 120,
        reservations: Vec::new(),
        receipt: None,
        reason: None,
        approvals_needed: 1,
        approvals: Vec::new(),
        created_at: at,
        updated_at: at,
    }
}

fn story(about: Action) -> Story {
    Story {
        call: about.call.clone(),
        workflow: about.workflow,
        urgency: about.urgency,
        owner: about.owner.clone(),
        state: about.state,
        about: Some(about),
        case: None,
    }
}

/// A message as one line a block, so that a person can read what another would.
fn lines(story: &Story) -> Vec<String> {
    let message = message(story, &settings(), "https://billing.example.com/");
    message
        .blocks
        .iter()
        .map(|block| match block {
            Block::Header(text) => text.clone(),
            Block::Section(text) => text.to_string(),
            Block::Fields(texts) | Block::Context(texts) => texts
                .iter()
                .map(|text| text.to_string().replace('\n', " "))
                .collect::<Vec<_>>()
                .join(" | "),
            Block::Divider => String::new(),
        })
        .collect()
}

#[test]
fn a_payment_request_that_was_sent_reads_as_done_with_its_record() {
    let mut about = action("finalise_payment_request", State::Succeeded);
    about.receipt = Some(Receipt {
        id: "PRQ_x1".to_owned(),
        second: Some("11".to_owned()),
    });
    assert_eq!(
        lines(&story(about)),
        [
            "Payment request: payment request sent",
            "*Owner* billing@example.com | *Amount* NGN 15,000.00 | *Paystack* \
             <https://dashboard.paystack.com/#/invoices/11|Open the record>",
            "<https://billing.example.com/calls/call_a1|Open the call>",
        ]
    );
}

#[test]
fn what_waits_for_a_person_says_why_who_what_and_by_when() {
    let mut about = action("draft_payment_request", State::AwaitingApproval);
    about.reason = Some(Reason::new(
        "amount",
        "the amount is above what runs by itself",
    ));
    assert_eq!(
        lines(&story(about)),
        [
            "Payment request: needs a decision",
            "The amount is above what runs by itself.",
            "*Owner* billing@example.com | *Amount* NGN 15,000.00 | *Next step* The customer pays \
             by the link in Paystack's e-mail | *Decide by* 25 Nov 2026, 11:05 WAT",
            "<https://billing.example.com/calls/call_a1|Open the call>",
        ]
    );
}

#[test]
fn an_unknown_outcome_never_reads_as_a_failure() {
    let mut about = action("notify_payment_request", State::NeedsPerson);
    about.reason = Some(Reason::new("no_answer", "Paystack did not answer"));
    let lines = lines(&story(about));
    assert_eq!(lines[0], "Payment request: outcome unknown, please look");
    assert!(
        !lines.join(" ").to_lowercase().contains("fail"),
        "{lines:?}"
    );
}
