//! Billing details: address and tax region are added beside what stands there; a tax identifier is
//! never carried.

use sandbox::fault::Fault;
use sandbox::wire::Method;
use serde_json::json;
use shared::case::{Case, Source, Workflow};
use shared::ledger::{Anchor, State};
use shared::redact::Kind;

use super::world::{World, ada, code, said};

fn correction(call: &str) -> Case {
    let mut case = ada(call, Workflow::TaxBillingAddress);
    case.fields.billing_address = Some(said("14 Marina Road, Lagos".to_owned()));
    case.fields.tax_region = Some(said("Lagos".to_owned()));
    case
}

fn open() -> serde_json::Value {
    json!({ "payment_requests": [
        { "request_code": "PRQ_ada1", "customer": "ada.obi@example.com", "amount": 1_500_000,
          "metadata": { "order": "42", "action_key": "ll-first" } },
    ]})
}

#[tokio::test]
async fn both_records_are_corrected_and_keep_what_they_had() {
    let world = World::new(open()).await;
    let case = correction("call_1");
    let actions = world.call(&case).await;
    world.work(&case).await;
    for action in &actions {
        assert_eq!(
            action.state,
            State::Succeeded,
            "{} {:?}",
            action.id,
            action.reason
        );
        assert_eq!(action.anchor, Anchor::ByState);
    }
    let customer = &world.bodies(Method::Put, "/customer/CUS_ada1");
    let request = &world.bodies(Method::Put, "/paymentrequest/PRQ_ada1");
    assert_eq!((customer.len(), request.len()), (1, 1));
    assert_eq!(
        customer[0]["metadata"]["billing_address"],
        json!("14 Marina Road, Lagos")
    );
    assert_eq!(customer[0]["metadata"]["tax_region"], json!("Lagos"));
    // R2: whence it came.
    let page = "https://calls.example.com/calls/call_1";
    assert_eq!(customer[0]["metadata"]["call_page"], json!(page));
    assert_eq!(request[0]["metadata"]["order"], json!("42"));
    assert_eq!(request[0]["metadata"]["action_key"], json!("ll-first"));
    // What the customer is asked to pay stays as it is, and nobody is written to.
    assert_eq!(request[0].get("amount"), None);
    assert_eq!(world.mails(), 0);
}

#[tokio::test]
async fn a_lost_answer_is_found_in_the_record_itself() {
    let world = World::new(json!({})).await;
    world.fault(Method::Put, "/customer/CUS_ada1", Fault::DropAnswer);
    let case = correction("call_1");
    let actions = world.call(&case).await;
    assert_eq!((actions[0].state, actions[0].sends), (State::Succeeded, 1));
    assert_eq!(world.bodies(Method::Put, "/customer/CUS_ada1").len(), 1);
}

#[tokio::test]
async fn r6_a_tax_identifier_is_a_review_and_reaches_no_record() {
    let world = World::new(open()).await;
    let mut case = correction("call_1");
    case.removed.insert(Kind::TaxId);
    let actions = world.call(&case).await;
    assert_eq!((actions.len(), code(&actions[0])), (1, "tax_identifier"));
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn a_caller_known_by_number_only_waits_and_the_action_holds_no_address() {
    let world = World::new(open()).await;
    let mut case = correction("call_1");
    case.fields.email.as_mut().unwrap().source = Source::Analysis;
    let actions = world.call(&case).await;
    assert_eq!(actions[0].state, State::AwaitingApproval);
    let written = serde_json::to_string(&actions).unwrap();
    assert!(!written.contains("Marina"), "{written}");
    assert_eq!(world.effects(), []);
}

#[tokio::test]
async fn without_details_a_person_asks() {
    let world = World::new(open()).await;
    let actions = world
        .call(&ada("call_1", Workflow::TaxBillingAddress))
        .await;
    assert_eq!(code(&actions[0]), "no_details");
}
