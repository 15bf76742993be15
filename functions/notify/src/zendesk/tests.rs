//! What is asked of Zendesk, compared with golden files, and how its answers are read.

use shared::error::Class;
use shared::ids::Email;
use shared::vendors::exchange::Problem;
use shared::vendors::testing::{Scripted, answer, assert_golden, golden};

use super::*;

fn client(transport: Arc<Scripted>) -> Zendesk {
    Zendesk::new(transport, Duration::from_secs(8))
}

fn new_ticket(requester: Option<&Recipient>) -> NewTicket<'_> {
    NewTicket {
        subject: "Duplicate charge: needs a decision",
        body: "Two charges of NGN 15,000.00.\n[ref ll-0123456789abcdef0123]",
        public: requester.is_some(),
        requester,
        urgency: Urgency::Critical,
        tags: vec!["ledgerline".to_owned(), "duplicate_charge".to_owned()],
        external_id: "call:call_a1",
        due: Some("2026-11-25T10:00:00Z".parse().unwrap()),
    }
}

fn ada() -> Recipient {
    Recipient {
        email: Email::new("ada.obi@example.com").unwrap(),
        name: Some("Ada Obi".to_owned()),
        payments: Vec::new(),
    }
}

#[tokio::test]
async fn a_ticket_is_made_under_an_idempotency_key_and_is_private_by_default() {
    let made = || {
        answer(
            201,
            json!({ "ticket": { "id": 35_436, "external_id": "call:call_a1" } }),
        )
    };
    let transport = Scripted::new([made(), made(), made()]);
    let zendesk = client(transport.clone());
    let key = "ll-0123456789abcdef0123";
    assert_eq!(
        zendesk.create(&new_ticket(None), key).await.unwrap(),
        35_436
    );
    let ada = ada();
    zendesk.create(&new_ticket(Some(&ada)), key).await.unwrap();
    let asked = transport.asked();
    assert_golden("zendesk/ticket-create", &golden(&asked[0]));
    assert_golden("zendesk/ticket-create-public", &golden(&asked[1]));
    // The subject is cut, never the text.
    let subject = "é".repeat(400);
    let long = NewTicket {
        subject: &subject,
        ..new_ticket(None)
    };
    zendesk.create(&long, key).await.unwrap();
    let body = transport.asked()[2].body.clone().unwrap();
    let sent = body["ticket"]["subject"].as_str().unwrap();
    assert_eq!(sent.chars().count(), LONGEST_SUBJECT);
}

#[tokio::test]
async fn our_ticket_is_the_oldest_of_just_our_external_id() {
    let found = json!({ "tickets": [
        { "id": 9, "external_id": "call:call_a1" },
        { "id": 7, "external_id": "call:call_a1" },
        { "id": 3, "external_id": "call:call_a10" },
        { "id": 1, "external_id": null },
    ] });
    let transport = Scripted::new([answer(200, found), answer(200, json!({ "tickets": [] }))]);
    let zendesk = client(transport.clone());
    assert_eq!(zendesk.find("call:call_a1").await.unwrap(), Some(7));
    assert_eq!(zendesk.find("call:call_a1").await.unwrap(), None);
    assert_golden(
        "zendesk/tickets-by-external-id",
        &golden(&transport.asked()[0]),
    );
}

#[tokio::test]
async fn a_comment_is_private_and_found_by_its_mark_on_a_later_page() {
    let page = |id: u64, body: &str, next: Option<&str>| {
        answer(
            200,
            json!({ "comments": [{ "id": id, "body": body }],
                    "meta": { "has_more": next.is_some(), "after_cursor": next } }),
        )
    };
    let transport = Scripted::new([
        answer(200, json!({ "ticket": { "id": 7 } })),
        page(1, "[ref ll-10]", Some("xyz")),
        page(2, "Refunded.\n[ref ll-1]", None),
    ]);
    let zendesk = client(transport.clone());
    zendesk.comment(7, "Refunded.\n[ref ll-1]").await.unwrap();
    let found = zendesk.find_comment(7, "[ref ll-1]").await.unwrap();
    assert_eq!(found, Some(2));
    let asked = transport.asked();
    assert_golden("zendesk/ticket-comment", &golden(&asked[0]));
    assert_golden("zendesk/comments", &golden(&asked[1]));
    assert_golden("zendesk/comments-next", &golden(&asked[2]));
}

#[tokio::test]
async fn more_comments_than_are_read_are_not_taken_for_none() {
    let page = |cursor: Value| {
        answer(
            200,
            json!({ "comments": [], "meta": { "has_more": true, "after_cursor": cursor } }),
        )
    };
    let endless = client(Scripted::new((0..MOST_PAGES).map(|_| page(json!("x")))));
    let without_cursor = client(Scripted::new([page(Value::Null)]));
    for zendesk in [endless, without_cursor] {
        let error = zendesk.find_comment(7, "[ref ll-1]").await.unwrap_err();
        assert!(matches!(error.problem, Problem::Incomplete), "{error}");
        assert_eq!(error.class(), Class::RetryLater);
    }
    // A ticket that is gone has none.
    let gone = client(Scripted::new([answer(
        404,
        json!({ "error": "RecordNotFound" }),
    )]));
    assert_eq!(gone.find_comment(7, "[ref ll-1]").await.unwrap(), None);
}

#[tokio::test]
async fn a_create_without_an_answer_or_in_flight_may_have_made_a_ticket() {
    for (status, expected) in [
        (409, Class::OutcomeUnknown),
        (503, Class::OutcomeUnknown),
        (429, Class::RetryLater),
        (422, Class::Rejected),
    ] {
        let zendesk = client(Scripted::new([answer(status, json!({}))]));
        let error = zendesk.create(&new_ticket(None), "k").await.unwrap_err();
        assert_eq!(error.class(), expected, "{status}");
    }
}
