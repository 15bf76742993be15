use super::*;

#[test]
fn what_many_read_names_no_record_and_no_amount() {
    for (words, shown) in [
        (
            "several payments may be meant: 5001, T-ada-1, CUS_ada1",
            "several payments may be meant: … … …",
        ),
        (
            "the caller says NGN 1,500.00 twice",
            "the caller says NGN … twice",
        ),
        (
            "due 25 Nov 2026, 03:00 WAT (in 2 days)",
            "due 25 Nov 2026, 03:00 WAT (in 2 days)",
        ),
        ("above 500 or 12345", "above … or …"),
    ] {
        assert_eq!(without_ids(words), shown);
    }
}

#[test]
fn a_value_is_one_line_without_characters_that_turn_text_round() {
    assert_eq!(
        one_line("Ada\r\nBcc: x\u{202e}y\u{0}z\t!"),
        "Ada Bcc: xy z !"
    );
    assert_eq!(one_line(&"é".repeat(2_000)).chars().count(), LONGEST_VALUE);
}

#[test]
fn html_holds_no_markup_of_anybodys() {
    let rendered = Rendered {
        title: "<b>Chargeback</b>".to_owned(),
        is_urgent: false,
        reason: Some("a & b".to_owned()),
        details: vec![("Customer", "<script>alert('x')</script>".to_owned())],
        links: vec![("Open the call", "https://x.example/?a=\"><i>".to_owned())],
        remark: None,
        decided: Vec::new(),
        question: None,
    };
    let html = rendered.as_html("[ref ll-1]");
    for tag in ["<b>", "<script>", "<i>", "\"><"] {
        assert!(!html.contains(tag), "{tag}: {html}");
    }
    assert!(html.ends_with("[ref ll-1]"));
}

mod decisions {
    use serde_json::json;
    use shared::config::Settings;
    use shared::ids::CallId;
    use shared::ledger::{Action, ActionId, Anchor, Approval, State, binding};
    use shared::money::{Currency, Money};
    use shared::vendors::slack::ButtonToken;

    use super::*;

    fn refund(state: State) -> Action {
        let at = "2026-11-24T10:05:00Z".parse().unwrap();
        Action {
            call: CallId::new("call_a1").unwrap(),
            id: ActionId::action("refund", "101"),
            key: "ll-1".to_owned(),
            state,
            anchor: Anchor::ByKey,
            resource: "transaction-101".to_owned(),
            after: None,
            amount: Some(Money::new(4_500_000, Currency::Ngn)),
            parameters: json!({}),
            workflow: Workflow::DuplicateCharge,
            urgency: Urgency::High,
            owner: "finance@example.com".to_owned(),
            lease: None,
            sends: 0,
            sent_at: None,
            absent_since: None,
            look_ups: 0,
            not_before: None,
            not_after: at,
            settle_seconds: 900,
            reservations: Vec::new(),
            receipt: None,
            reason: None,
            approvals_needed: 2,
            approvals: Vec::new(),
            contested: false,
            created_at: at,
            updated_at: at,
        }
    }

    /// The message about `about`, as the finance channel of the local stack gets it.
    fn rendered(about: &Action) -> Rendered {
        let settings = Settings::parse(include_str!("../../../infra/local/settings.toml")).unwrap();
        let story = Story {
            call: about.call.clone(),
            workflow: about.workflow,
            urgency: about.urgency,
            owner: about.owner.clone(),
            state: about.state,
            about: Some(about.clone()),
            case: None,
            recipient: None,
            followed_up: None,
            assigned: None,
        };
        let channel = &settings.notices.destinations["finance_alerts"];
        let template = &settings.notices.templates["alert"];
        render(
            &story,
            channel,
            template,
            &settings,
            "https://calls.example.com",
        )
    }

    #[test]
    fn what_waits_has_buttons_bound_to_exactly_what_the_message_shows() {
        let about = refund(State::AwaitingApproval);
        let question = rendered(&about).question.unwrap();
        assert_eq!(question.token.binding, binding(&about));
        assert_eq!(question.words, "Approve: refund, NGN 45,000.00?");
        assert_eq!(
            ButtonToken::read(&question.token.write()),
            Some(question.token)
        );
        // What a button cannot ask has none: an outcome to be looked up, or what is settled.
        for state in [
            State::NeedsPerson,
            State::Approved,
            State::Declined,
            State::Succeeded,
        ] {
            assert_eq!(rendered(&refund(state)).question, None, "{state:?}");
        }
    }

    #[test]
    fn the_message_says_who_approved_it_as_it_is_and_when() {
        let mut about = refund(State::AwaitingApproval);
        let approval = |by: &str, binding: String| Approval {
            by: by.to_owned(),
            at: "2026-11-24T10:20:00Z".parse().unwrap(),
            binding,
            asked: String::new(),
            reason: String::new(),
        };
        about.approvals = vec![
            approval("ngozi@example.com", binding(&about)),
            approval("kofi@example.com", "of what it was before".to_owned()),
        ];
        assert_eq!(
            rendered(&about).decided,
            ["Approved by ngozi@example.com on 24 Nov 2026, 11:20 WAT"]
        );
    }
}
