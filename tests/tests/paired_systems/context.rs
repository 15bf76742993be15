//! What the paired systems know is read before a case is decided, and never stops it.

use sandbox::control::Stage as _;
use sandbox::fault::{Fault, Rule};
use sandbox::wire::Method;
use serde_json::json;
use shared::case::Workflow;
use shared::clock::Clock as _;
use shared::ledger::State;

use crate::calls::{call_about, said};
use crate::world::World;

/// A refund that policy lets run by itself, unless the CRM counts the customer among its best.
#[tokio::test]
async fn a_high_value_customer_of_the_crm_is_decided_on_by_a_person() {
    for (stage, expected) in [
        ("customer", State::Succeeded),
        ("evangelist", State::AwaitingApproval),
    ] {
        let world = World::new().await;
        let now = world.clock.now();
        let contacts = json!({ "contacts": [{ "id": "151", "properties": {
            "email": "ada.obi@example.com", "hubspot_owner_id": "77", "lifecyclestage": stage } }] });
        *world.hubspot.lock().model_mut() =
            sandbox::hubspot::Model::new(sandbox::hubspot::Settings::default());
        let filled = world.hubspot.lock().model_mut().fill(contacts, now);
        filled.unwrap();
        let case = call_about(Workflow::RefundRequest, &world);
        let actions = world.call(&case).await;
        assert_eq!(actions[0].state, expected, "{stage}");
    }
}

#[tokio::test]
async fn what_is_known_stands_beside_what_is_decided_on() {
    let world = World::new().await;
    let now = world.clock.now();
    let customer = json!({ "id": "cus_ada", "email": "ada.obi@example.com" });
    let charge = json!({ "id": "ch_1", "customer": "cus_ada", "amount": 1_500_000,
                         "currency": "ngn", "paid": true });
    let at_stripe = json!({ "customers": [customer], "charges": [charge] });
    world
        .stripe
        .lock()
        .model_mut()
        .fill(at_stripe, now)
        .unwrap();
    let in_books = json!({
        "customers": [{ "Id": "58", "SyncToken": "3",
                        "PrimaryEmailAddr": { "Address": "ada.obi@example.com" } }],
        "invoices": [{ "Id": "130", "DocNumber": "1042", "Balance": 362.07,
                       "CurrencyRef": { "value": "NGN" }, "CustomerRef": { "value": "58" } }],
    });
    let filled = world.quickbooks.lock().model_mut().fill(in_books, now);
    filled.unwrap();
    let mut case = call_about(Workflow::DuplicateCharge, &world);
    case.fields.invoice_number = Some(said("1042".to_owned()));
    let actions = world.call(&case).await;
    let known = &actions[0].parameters;
    assert_eq!(known["charged_at_stripe"], json!(true), "{known}");
    let context = &known["context"];
    assert_eq!(context["hubspot"]["found"]["owner"], "ngozi@example.com");
    assert_eq!(context["quickbooks"]["found"]["invoice"]["id"], "130");
    assert_eq!(
        context["quickbooks"]["found"]["invoice"]["balance"]["subunits"],
        36_207
    );
    // Nothing of the customer's own is kept where many functions read.
    assert!(!known.to_string().contains("ada.obi"), "{known}");
}

#[tokio::test]
async fn systems_that_are_down_lower_what_is_known_and_stop_nothing() {
    for fault in [
        Fault::NeverAnswer,
        Fault::ServerError { committed: false },
        Fault::DropAnswer,
    ] {
        let world = World::new().await;
        let rule = || Rule::new(Method::Get, "/**", fault.clone()).times(0);
        world.stripe.lock().faults_mut().add(rule());
        world.hubspot.lock().faults_mut().add(rule());
        world.quickbooks.lock().faults_mut().add(rule());
        let case = call_about(Workflow::RefundRequest, &world);
        let actions = world.call(&case).await;
        assert_eq!(actions[0].state, State::Succeeded, "{fault:?}");
        let context = &actions[0].parameters["context"];
        assert_eq!(context["hubspot"], "no_answer", "{fault:?}: {context}");
        assert_eq!(context["stripe"], "no_answer", "{fault:?}: {context}");
    }
}
