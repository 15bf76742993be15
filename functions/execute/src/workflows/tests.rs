use jiff::Timestamp;
use serde_json::json;
use shared::case::{Case, Channel, Confidence, Workflow};
use shared::config::Settings;
use shared::ids::RequestCode;
use shared::ledger::{Action, Anchor, State};
use shared::money::{Currency, Money};
use shared::paystack::{Customer, PaymentRequest};

use super::{REVIEW, Wish, plan_all};
use crate::matching::Records;
use crate::policy::Policy;
use crate::sample::{payment_request, said, settings};

fn now() -> Timestamp {
    "2026-11-24T10:05:00Z".parse().unwrap()
}

fn policy() -> Policy {
    Policy::load(std::path::Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../infra/config"
    )))
    .unwrap()
}

fn planned(case: &Case, records: &Records, settings: &Settings) -> Vec<Action> {
    let wish = Wish {
        case: case.clone(),
        records: records.clone(),
    };
    plan_all(&[wish], settings, &policy(), now())
}

fn names(actions: &[Action]) -> Vec<(&str, State)> {
    actions
        .iter()
        .map(|action| (action.id.name.as_str(), action.state))
        .collect()
}

fn new_customer() -> Records {
    Records {
        is_new_customer: true,
        ..Records::default()
    }
}

fn on_record() -> Records {
    let customer: Customer = serde_json::from_value(json!({
        "id": 7, "customer_code": "CUS_ada1", "email": "ada.obi@example.com",
        "phone": "+2348012345678",
    }))
    .unwrap();
    Records {
        customer: Some(customer),
        ..Records::default()
    }
}

#[test]
fn a_new_customers_payment_request_is_three_actions_each_after_the_other() {
    let actions = planned(&payment_request(), &new_customer(), &settings());
    assert_eq!(
        names(&actions),
        [
            ("create_customer", State::Planned),
            ("draft_payment_request", State::Planned),
            ("finalise_payment_request", State::Planned),
        ]
    );
    assert_eq!(actions[1].after.as_ref(), Some(&actions[0].id));
    assert_eq!(actions[2].after.as_ref(), Some(&actions[1].id));
    assert_eq!(actions[1].anchor, Anchor::ByKey);
    assert_eq!(
        actions[1].amount,
        Some(Money::new(1_500_000, Currency::Ngn))
    );
    // Told once, about the last.
    assert_eq!(
        actions
            .iter()
            .filter(|it| it.parameters["last"] == json!(true))
            .count(),
        1
    );
    assert_eq!(actions[2].parameters["last"], json!(true));
}

#[test]
fn an_action_says_nothing_of_the_caller_and_its_key_not_the_amount() {
    let mut case = payment_request();
    let first = planned(&case, &new_customer(), &settings());
    let written = serde_json::to_string(&first).unwrap().to_lowercase();
    for personal in ["ada", "obi", "8012345678", "invoice 1042"] {
        assert!(
            !written.contains(personal),
            "{personal} stands in {written}"
        );
    }
    case.fields.amount = Some(said(Money::new(99, Currency::Ngn)));
    let second = planned(&case, &new_customer(), &settings());
    assert_eq!(first[1].key, second[1].key);
}

#[test]
fn a_customer_on_record_is_not_opened_again() {
    let actions = planned(&payment_request(), &on_record(), &settings());
    assert_eq!(
        names(&actions),
        [
            ("draft_payment_request", State::Planned),
            ("finalise_payment_request", State::Planned)
        ]
    );
    assert_eq!(actions[0].parameters["customer"], json!("CUS_ada1"));
}

#[test]
fn two_calls_for_one_purpose_take_one_lock() {
    let first = planned(&payment_request(), &new_customer(), &settings());
    let mut again = payment_request();
    again.call = "call_b2".parse().unwrap();
    again.fields.purpose = Some(said("INVOICE 1042".to_owned()));
    let second = planned(&again, &on_record(), &settings());
    assert_eq!(first[1].resource, second[0].resource);
    assert_ne!(first[1].key, second[0].key);
}

#[test]
fn whatever_is_missing_or_refused_is_a_review_with_its_reason() {
    let without = |change: fn(&mut Case)| {
        let mut case = payment_request();
        change(&mut case);
        let actions = planned(&case, &new_customer(), &settings());
        assert_eq!(names(&actions), [(REVIEW, State::AwaitingApproval)]);
        actions[0].reason.clone().unwrap().code
    };
    assert_eq!(without(|case| case.fields.email = None), "missing_fields");
    assert_eq!(without(|case| case.fields.amount = None), "missing_fields");
    assert_eq!(without(|case| case.fields.purpose = None), "missing_fields");
    assert_eq!(without(|case| case.fields.consent = None), "missing_fields");
    assert_eq!(
        without(|case| case.fields.consent = Some(said(false))),
        "consent_refused"
    );
    assert_eq!(
        without(|case| case.confidence = Confidence::from_thousandths(500)),
        "low_confidence"
    );
    assert_eq!(
        without(|case| {
            case.workflow = Workflow::Other;
            case.confidence = Confidence::from_thousandths(500);
        }),
        "low_confidence"
    );
    assert_eq!(
        without(|case| case.fields.amount = Some(said(Money::new(0, Currency::Ngn)))),
        "no_amount"
    );
}

#[test]
fn what_policy_does_not_allow_waits_for_a_person() {
    let waits = |change: fn(&mut Case)| {
        let mut case = payment_request();
        change(&mut case);
        let actions = planned(&case, &on_record(), &settings());
        // The draft is asked about first; what follows waits for it.
        assert_eq!(
            actions[0].state,
            State::AwaitingApproval,
            "{:?}",
            names(&actions)
        );
        assert_eq!(actions[1].state, State::Planned);
    };
    waits(|case| case.caller = None);
    waits(|case| case.fields.amount = Some(said(Money::new(50_000_001, Currency::Ngn))));
}

#[test]
fn an_unconfirmed_recipient_or_another_channel_stops_what_is_written_to_the_customer() {
    for change in [
        (|case: &mut Case| case.fields.recipient_confirmed = Some(said(false))) as fn(&mut Case),
        |case| case.fields.channel = Some(said(Channel::Whatsapp)),
    ] {
        let mut case = payment_request();
        change(&mut case);
        case.fields.request_code = Some(said(RequestCode::new("PRQ_x1").unwrap()));
        let actions = planned(&case, &with_request("pending", false, false), &settings());
        assert_eq!(
            names(&actions),
            [("notify_payment_request", State::AwaitingApproval)]
        );
    }
}

fn with_request(status: &str, paid: bool, archived: bool) -> Records {
    let request: PaymentRequest = serde_json::from_value(json!({
        "id": 11, "request_code": "PRQ_x1", "status": status, "paid": paid, "archived": archived,
        "amount": 1_500_000, "currency": "NGN",
        "customer": { "id": 7, "customer_code": "CUS_ada1" },
    }))
    .unwrap();
    Records {
        request: Some(request),
        ..on_record()
    }
}

#[test]
fn an_open_request_is_notified_at_most_once_and_one_that_is_not_open_is_a_review() {
    let mut case = payment_request();
    case.fields.request_code = Some(said(RequestCode::new("PRQ_x1").unwrap()));
    let actions = planned(&case, &with_request("pending", false, false), &settings());
    assert_eq!(
        names(&actions),
        [("notify_payment_request", State::Planned)]
    );
    assert_eq!(actions[0].anchor, Anchor::None);
    assert_eq!(actions[0].reservations[0].limit, 1);
    for (status, paid, archived) in [
        ("success", true, false),
        ("pending", true, false),
        ("pending", false, true),
        ("draft", false, false),
    ] {
        let actions = planned(&case, &with_request(status, paid, archived), &settings());
        assert_eq!(names(&actions), [(REVIEW, State::AwaitingApproval)]);
    }
    let gone = Records {
        request_missing: true,
        ..Records::default()
    };
    assert_eq!(
        names(&planned(&case, &gone, &settings())),
        [(REVIEW, State::AwaitingApproval)]
    );
}

#[test]
fn observing_decides_and_does_nothing() {
    let text = include_str!("../../../../infra/config/settings.toml");
    let observe = Settings::parse(text).unwrap();
    for (case, records) in [
        (payment_request(), new_customer()),
        (
            Case {
                workflow: Workflow::Other,
                ..payment_request()
            },
            new_customer(),
        ),
    ] {
        let actions = planned(&case, &records, &observe);
        assert!(
            actions.iter().all(|action| action.state == State::Observed),
            "{:?}",
            names(&actions)
        );
    }
}
