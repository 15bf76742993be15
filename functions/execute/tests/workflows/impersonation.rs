//! A call can name anybody's reference. None of these attempts moves money, changes a record or
//! writes to anybody.

use serde_json::json;
use shared::call::Direction;
use shared::case::{Case, Source, Workflow};
use shared::ids::TransactionReference;
use shared::ids::{CustomerCode, Email, PhoneNumber, RequestCode, SubscriptionCode};
use shared::ledger::State;

use super::world::{World, ada, reference, said, set};

/// One way to pass oneself off as Ada.
type Attempt = (&'static str, fn(&mut Case));

fn email(text: &str) -> Email {
    Email::new(text).unwrap()
}

fn phone(text: &str) -> PhoneNumber {
    PhoneNumber::new(text).unwrap()
}

const STRANGER: &str = "2347000000001";
const BOLA: &str = "2348099999999";
const ADA: &str = "2348012345678";

/// Attempts from a line that is not Ada's, or with a story that does not hold together.
const STRANGERS: [Attempt; 11] = [
    (
        "somebody else's record, the caller's own address and line",
        |case| {
            case.fields.email = Some(said(email("bola@example.com")));
            case.caller = Some(phone(BOLA));
        },
    ),
    ("verified as Bola, about Ada's record", |case| {
        case.fields.email = Some(set(email("bola@example.com")));
        case.caller = Some(phone(BOLA));
    }),
    ("verified as Bola by code, about Ada's record", |case| {
        case.fields.email = None;
        case.fields.customer_code = Some(set(CustomerCode::new("CUS_bola1").unwrap()));
        case.caller = Some(phone(BOLA));
    }),
    ("Ada's address said from a stranger's line", |case| {
        case.fields.email = Some(said(email("ada.obi@example.com")));
        case.caller = Some(phone(STRANGER));
    }),
    ("no address, a stranger's line", |case| {
        case.fields.email = None;
        case.caller = Some(phone(STRANGER));
    }),
    ("Ada's address, line withheld", |case| {
        case.fields.email = Some(said(email("ada.obi@example.com")));
        case.caller = None;
    }),
    ("a look-alike address from Ada's own line", |case| {
        case.fields.email = Some(said(email("ada.obl@example.com")));
        case.caller = Some(phone(ADA));
    }),
    ("a tagged address from Ada's own line", |case| {
        case.fields.email = Some(said(email("ada.obi+new@example.com")));
        case.caller = Some(phone(ADA));
    }),
    ("a look-alike domain from Ada's own line", |case| {
        case.fields.email = Some(said(email("ada.obi@examp1e.com")));
        case.caller = Some(phone(ADA));
    }),
    ("Bola's address from a spoofed line of Ada's", |case| {
        case.fields.email = Some(said(email("bola@example.com")));
        case.caller = Some(phone(ADA));
    }),
    ("Ada's code said, with Bola's address", |case| {
        case.fields.email = Some(said(email("bola@example.com")));
        case.fields.customer_code = Some(said(CustomerCode::new("CUS_ada1").unwrap()));
        case.caller = Some(phone(STRANGER));
    }),
];

/// Attempts that a number, or whom the merchant rang, makes look like Ada.
const LOOKS_LIKE_ADA: [Attempt; 5] = [
    ("a spoofed number and nothing else", |case| {
        case.fields.email = None;
        case.caller = Some(phone(ADA));
    }),
    ("a spoofed number and Ada's address", |case| {
        case.fields.email = Some(said(email("ada.obi@example.com")));
        case.caller = Some(phone(ADA));
    }),
    ("a number that changed its owner", |case| {
        case.fields.email = None;
        case.fields.customer_name = Some(said("Chidi Eze".to_owned()));
        case.caller = Some(phone(ADA));
    }),
    ("an outbound call that somebody else picked up", |case| {
        case.fields.email = Some(set(email("ada.obi@example.com")));
        case.direction = Some(Direction::Outbound);
        case.caller = Some(phone(ADA));
    }),
    ("Ada's code said from a spoofed number", |case| {
        case.fields.email = None;
        case.fields.customer_code = Some(said(CustomerCode::new("CUS_ada1").unwrap()));
        case.caller = Some(phone(ADA));
    }),
];

/// What they are after: each names Ada's record.
fn wishes() -> Vec<Case> {
    let mut wishes = Vec::new();
    for workflow in [
        Workflow::RefundRequest,
        Workflow::DisputedCharge,
        Workflow::DuplicateCharge,
        Workflow::Chargeback,
    ] {
        let mut case = ada("call_1", workflow);
        case.fields.payment_reference = Some(said(reference("T-ada-1")));
        wishes.push(case);
    }
    let mut correction = ada("call_1", Workflow::TaxBillingAddress);
    correction.fields.billing_address = Some(said("1 Thief Street".to_owned()));
    correction.fields.request_code = Some(said(RequestCode::new("PRQ_ada1").unwrap()));
    wishes.push(correction);
    wishes
}

/// What goes to Ada's own address only: a stranger has it sent to nobody.
fn mails() -> Vec<Case> {
    let mut resend = ada("call_1", Workflow::DocumentResend);
    resend.fields.request_code = Some(said(RequestCode::new("PRQ_ada1").unwrap()));
    let mut renewal = ada("call_1", Workflow::FailedRenewal);
    renewal.fields.subscription = Some(said(SubscriptionCode::new("SUB_ada1").unwrap()));
    vec![resend, renewal]
}

async fn world() -> World {
    World::new(json!({
        "transactions": [
            { "id": 5002, "reference": "T-ada-2", "amount": 1_500_000,
              "customer": "ada.obi@example.com", "created_at": "2026-11-20T09:04:00Z" },
        ],
        "payment_requests": [
            { "request_code": "PRQ_ada1", "customer": "ada.obi@example.com", "amount": 90_000 },
        ],
        "subscriptions": [
            { "subscription_code": "SUB_ada1", "customer": "ada.obi@example.com",
              "amount": 500_000, "status": "attention" },
        ],
    }))
    .await
}

/// Plays every attempt at every wish, each in a world of its own; how many there were.
async fn nothing_moves(attempts: &[Attempt], wishes: &[Case]) -> usize {
    let mut played = 0;
    for (name, attempt) in attempts {
        for wish in wishes {
            let world = world().await;
            let mut case = wish.clone();
            attempt(&mut case);
            let actions = world.call(&case).await;
            let context = format!("{name}: {}", case.workflow);
            assert_eq!(world.effects(), [], "{context}");
            // It is put before a person, or ends: nothing is left to run by itself.
            for action in &actions {
                let rests = matches!(
                    action.state,
                    State::AwaitingApproval | State::Declined | State::Rejected | State::Planned
                );
                assert!(rests, "{context}: {} is {:?}", action.id, action.state);
            }
            assert_eq!(actions[0].state, State::AwaitingApproval, "{context}");
            played += 1;
        }
    }
    played
}

#[tokio::test]
async fn a_stranger_moves_nothing_and_has_nothing_sent() {
    let mut after = wishes();
    after.extend(mails());
    assert!(nothing_moves(&STRANGERS, &after).await >= 30);
}

#[tokio::test]
async fn whoever_only_looks_like_the_customer_moves_nothing() {
    assert!(nothing_moves(&LOOKS_LIKE_ADA, &wishes()).await >= 25);
}

#[tokio::test]
async fn both_sides_of_a_contradiction_are_shown_by_their_codes() {
    let world = world().await;
    let mut case = ada("call_1", Workflow::RefundRequest);
    case.fields.payment_reference = Some(said(reference("T-ada-1")));
    case.fields.email = Some(set(email("bola@example.com")));
    let actions = world.call(&case).await;
    let reason = actions[0].reason.as_ref().unwrap();
    assert_eq!(reason.code, "two_customers");
    assert!(reason.words.contains("CUS_ada1") && reason.words.contains("CUS_bola1"));
    assert!(!reason.words.contains('@'));
}

#[test]
fn a_reference_that_would_walk_to_another_path_is_none() {
    for text in [
        "../customer/CUS_ada1",
        "T-ada-1/../T-bola-1",
        "T-ada-1?amount=1",
        "T-ada-1#x",
        "T ada",
        "%2e%2e%2f",
        "..",
        "",
        "T-ada-1\n",
        "Т-ada-1",
    ] {
        assert!(TransactionReference::new(text).is_err(), "{text:?}");
    }
}

#[tokio::test]
async fn a_guess_of_the_agents_verifies_nobody() {
    for source in [Source::Analysis, Source::Agent] {
        let world = world().await;
        let mut case = ada("call_1", Workflow::RefundRequest);
        case.fields.payment_reference = Some(said(reference("T-ada-1")));
        case.fields.email.as_mut().unwrap().source = source;
        world.call(&case).await;
        assert_eq!(world.refunds(), []);
    }
}
