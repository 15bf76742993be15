//! What is done in `QuickBooks`: an invoice mailed again, a postal address corrected; each once, for
//! the customer on Paystack's record, and decided by policy.

use std::sync::Arc;
use std::time::Duration;

use execute::paired::QuickBooks;
use jiff::SignedDuration;
use sandbox::control::Stage as _;
use sandbox::fault::{Fault, Rule};
use sandbox::quickbooks::Effect;
use sandbox::wire::{Method, Request};
use serde_json::{Value, json};
use shared::case::{Case, DocumentKind, Source, Workflow};
use shared::clock::Clock as _;
use shared::ledger::faults::FaultyTransport;
use shared::ledger::{Action, Anchor, State};
use shared::redact::Kind;

use super::scenarios::books;
use super::world::{World, ada, code, said};

/// The merchant's company in `QuickBooks`.
const REALM: &str = "9341452";

/// Where invoice 130 is mailed, and customers are changed.
const SEND: &str = "/v3/company/9341452/invoice/130/send";
const CUSTOMER: &str = "/v3/company/9341452/customer";

/// `QuickBooks` does not work.
const DOWN: Fault = Fault::ServerError { committed: false };

impl World {
    /// The merchant keeps books in `QuickBooks`, with these records.
    pub(crate) fn keep_books(&mut self, records: Value) {
        let wire = FaultyTransport::new(
            Arc::new(self.books.clone()),
            Arc::new(self.paystack.clone()),
            self.faults.clone(),
        );
        let books = QuickBooks::new(Arc::new(wire), REALM.to_owned(), Duration::from_secs(15));
        self.executor.paired.quickbooks = Some(books);
        self.change_books(records);
    }

    /// Somebody adds records in `QuickBooks`.
    pub(crate) fn change_books(&self, records: Value) {
        let now = self.clock.now();
        let mut books = self.books.vendor.lock().unwrap();
        books.model_mut().fill(records, now).unwrap();
    }

    /// Somebody else writes to `QuickBooks`.
    pub(crate) fn write_into_books(&self, path: &str, body: &Value) {
        let path = format!("/v3/company/{REALM}/{path}");
        let request = Request::new(Method::Post, &path)
            .bearer(self.books.key)
            .json(body);
        let now = self.clock.now();
        self.books.vendor.lock().unwrap().handle(&request, now);
    }

    /// The customers and invoices in `QuickBooks`.
    pub(crate) fn in_books(&self) -> Value {
        self.books.vendor.lock().unwrap().model().shown()
    }

    /// What was done in `QuickBooks`.
    pub(crate) fn done_in_books(&self) -> Vec<Effect> {
        let books = self.books.vendor.lock().unwrap();
        books.log().effects().cloned().collect()
    }

    /// Every write that arrived at `QuickBooks`: method and path.
    pub(crate) fn writes_in_books(&self) -> Vec<(Method, String)> {
        let books = self.books.vendor.lock().unwrap();
        let entries = books.log().entries().iter();
        let writes = entries.filter(|it| it.method == Method::Post);
        writes.map(|it| (it.method, it.path.clone())).collect()
    }

    /// The `requestid` of every write that arrived at `QuickBooks`.
    pub(crate) fn request_ids(&self) -> Vec<String> {
        let books = self.books.vendor.lock().unwrap();
        let writes = books.log().entries().iter();
        writes
            .filter(|it| it.method == Method::Post)
            .filter_map(|it| {
                let query = it.query.iter().find(|(name, _)| name == "requestid");
                query.map(|(_, id)| id.clone())
            })
            .collect()
    }

    /// Something goes wrong at `QuickBooks`.
    pub(crate) fn fault_in_books(&self, rule: Rule) {
        self.books.vendor.lock().unwrap().faults_mut().add(rule);
    }

    /// `QuickBooks` is well again.
    pub(crate) fn mend_books(&self) {
        self.books.vendor.lock().unwrap().faults_mut().clear();
    }
}

/// Ada asks for invoice 1042 again.
fn wants_invoice(call: &str) -> Case {
    let mut case = ada(call, Workflow::DocumentResend);
    case.fields.invoice_number = Some(said("1042".to_owned()));
    case
}

/// Ada has moved.
fn has_moved(call: &str) -> Case {
    let mut case = ada(call, Workflow::TaxBillingAddress);
    case.fields.billing_address = Some(said("14 Marina Road, Lagos".to_owned()));
    case.fields.tax_region = Some(said("Lagos".to_owned()));
    case
}

async fn with_books(records: Value) -> World {
    let mut world = World::new(json!({})).await;
    world.keep_books(records);
    world
}

fn named<'a>(actions: &'a [Action], name: &str) -> &'a Action {
    let found = actions.iter().find(|action| action.id.name == name);
    found.unwrap_or_else(|| panic!("{name}: {actions:?}"))
}

fn sent_to_ada() -> Vec<Effect> {
    vec![Effect::InvoiceSent {
        id: "130".to_owned(),
        to: "ada.obi@example.com".to_owned(),
    }]
}

#[tokio::test]
async fn an_invoice_that_only_quickbooks_has_is_mailed_once_a_day_to_the_address_on_record() {
    let world = with_books(books()).await;
    let actions = world.call(&wants_invoice("call_1")).await;
    let [sent] = actions.as_slice() else {
        panic!("{actions:?}");
    };
    assert_eq!(
        (sent.id.name.as_str(), sent.state, sent.anchor),
        ("send_books_invoice", State::Succeeded, Anchor::ByState)
    );
    assert_eq!(sent.amount.unwrap().to_string(), "NGN 362.07");
    assert_eq!(world.done_in_books(), sent_to_ada());
    assert_eq!(world.effects(), [], "nothing is asked of Paystack");
    assert_eq!(world.request_ids(), std::slice::from_ref(&sent.key));
    // The same again the same day is a person's to decide.
    let again = world.call(&wants_invoice("call_2")).await;
    assert_eq!(
        (again[0].state, code(&again[0])),
        (State::AwaitingApproval, "velocity")
    );
    assert_eq!(world.done_in_books(), sent_to_ada());
}

#[tokio::test]
async fn a_payment_request_that_fits_goes_before_the_books() {
    let mut world = World::new(json!({ "payment_requests": [
        { "request_code": "PRQ_ada1", "customer": "ada.obi@example.com", "amount": 1_500_000 },
    ]}))
    .await;
    world.keep_books(books());
    let actions = world.call(&wants_invoice("call_1")).await;
    assert_eq!(actions[0].id.name, "notify_payment_request");
    assert_eq!(world.done_in_books(), []);
}

#[tokio::test]
async fn nobody_is_mailed_anothers_invoice_whoever_approves() {
    let mut others = books();
    others["invoices"][0]["CustomerRef"]["value"] = json!("59");
    let world = with_books(others).await;
    let case = wants_invoice("call_1");
    let actions = world.call(&case).await;
    assert_eq!(
        (actions[0].id.name.as_str(), code(&actions[0])),
        ("review", "books_invoice_of_another")
    );
    world.approve(&case, &actions[0], "ngozi@example.com").await;
    assert_eq!(world.done_in_books(), []);
}

#[tokio::test]
async fn an_invoice_that_changes_hands_before_it_is_approved_is_not_mailed() {
    let world = with_books(books()).await;
    let mut case = wants_invoice("call_1");
    case.fields.recipient_confirmed = None;
    let waiting = world.call(&case).await;
    assert_eq!(code(&waiting[0]), "recipient_not_confirmed");
    // A second customer of the same address: it is no longer clear whose it is.
    world.change_books(json!({ "customers": [{ "Id": "59", "SyncToken": "0",
        "PrimaryEmailAddr": { "Address": "ada.obi@example.com" } }] }));
    let actions = world.approve(&case, &waiting[0], "ngozi@example.com").await;
    assert_eq!(
        (actions[0].state, code(&actions[0])),
        (State::Rejected, "books_invoice_of_another")
    );
    assert_eq!(world.done_in_books(), []);
}

#[tokio::test]
async fn a_lost_answer_is_found_by_when_the_invoice_was_mailed() {
    let world = with_books(books()).await;
    world.fault_in_books(Rule::new(Method::Post, SEND, Fault::DropAnswer));
    let case = wants_invoice("call_1");
    world.call(&case).await;
    let actions = world.wait(&case, 1).await;
    assert_eq!((actions[0].state, actions[0].sends), (State::Succeeded, 1));
    assert_eq!(world.done_in_books(), sent_to_ada());
}

#[tokio::test]
async fn a_payment_link_or_receipt_is_never_looked_for_in_the_books() {
    for kind in [DocumentKind::PaymentLink, DocumentKind::Receipt] {
        let world = with_books(books()).await;
        let mut case = wants_invoice("call_1");
        case.fields.document = Some(said(kind));
        world.call(&case).await;
        assert_eq!(world.done_in_books(), [], "{kind:?}");
    }
}

#[tokio::test]
async fn books_that_do_not_answer_leave_the_invoice_to_a_person() {
    let world = with_books(books()).await;
    world.fault_in_books(Rule::new(Method::Get, "/**", DOWN).times(0));
    let actions = world.call(&wants_invoice("call_1")).await;
    assert_eq!(
        (actions[0].id.name.as_str(), code(&actions[0])),
        ("review", "books_no_answer")
    );
}

#[tokio::test]
async fn an_address_is_corrected_in_both_and_nothing_else_of_the_customer_is_touched() {
    let world = with_books(books()).await;
    let case = has_moved("call_1");
    world.call(&case).await;
    let actions = world.work(&case).await;
    assert_eq!(actions.len(), 2);
    for action in &actions {
        assert_eq!(action.state, State::Succeeded, "{action:?}");
    }
    let customer = &world.in_books()["customers"][0];
    // No old town below the new street; the country stays.
    assert_eq!(
        customer["BillAddr"]["Line1"],
        json!("14 Marina Road, Lagos")
    );
    assert_eq!(customer["BillAddr"]["City"], json!(""));
    assert_eq!(customer["BillAddr"]["Country"], json!("NG"));
    let address = &customer["PrimaryEmailAddr"]["Address"];
    assert_eq!(address, &json!("ada.obi@example.com"));
    assert_eq!(customer["SyncToken"], json!("4"));
    // The tax region is Paystack's note only: tax details in the books are a person's.
    assert!(!customer.to_string().contains("tax"), "{customer}");
    let written = serde_json::to_string(&actions).unwrap();
    assert!(!written.contains("Marina"), "{written}");
    // The same again finds it there.
    let again = world.call(&has_moved("call_2")).await;
    assert_eq!(named(&again, "correct_books_address").sends, 0);
    assert_eq!(world.done_in_books().len(), 1);
}

#[tokio::test]
async fn r6_a_tax_identifier_reaches_no_book() {
    let world = with_books(books()).await;
    let mut case = has_moved("call_1");
    case.removed.insert(Kind::TaxId);
    let actions = world.call(&case).await;
    assert_eq!((actions.len(), code(&actions[0])), (1, "tax_identifier"));
    assert_eq!(world.done_in_books(), []);
}

#[tokio::test]
async fn a_caller_known_by_number_only_has_no_address_changed_before_a_person_says_so() {
    let world = with_books(books()).await;
    let mut case = has_moved("call_1");
    case.fields.email.as_mut().unwrap().source = Source::Analysis;
    let actions = world.call(&case).await;
    let waiting = named(&actions, "correct_books_address").clone();
    assert_eq!(
        (waiting.state, code(&waiting)),
        (State::AwaitingApproval, "verified_caller_needed")
    );
    assert_eq!(world.done_in_books(), []);
    let actions = world.approve(&case, &waiting, "ngozi@example.com").await;
    let done = named(&actions, "correct_books_address");
    assert_eq!(done.state, State::Succeeded, "{:?}", done.reason);
    assert_eq!(world.done_in_books().len(), 1);
}

/// Somebody else changes the customer in `QuickBooks`.
fn another_change(world: &World, token: &str, address: &str) {
    world.write_into_books(
        "customer",
        &json!({ "Id": "58", "SyncToken": token, "sparse": true,
                 "BillAddr": { "Line1": address, "Country": "NG" } }),
    );
}

#[tokio::test]
async fn a_stale_token_is_read_and_decided_on_again_under_another_request_id() {
    let world = with_books(books()).await;
    let stale = Fault::Answer {
        status: 400,
        body: json!({ "Fault": { "Error": [{ "code": "5010" }] } }),
        committed: false,
    };
    world.fault_in_books(Rule::new(Method::Post, CUSTOMER, stale));
    let case = has_moved("call_1");
    let actions = world.call(&case).await;
    let deferred = named(&actions, "correct_books_address");
    assert_eq!((deferred.state, deferred.sends), (State::Deferred, 0));
    another_change(&world, "3", "5 Old Road");
    let actions = world.wait(&case, 1).await;
    let done = named(&actions, "correct_books_address");
    assert_eq!(done.state, State::Succeeded, "{:?}", done.reason);
    let ids = world.request_ids();
    assert_eq!(ids, [format!("{}-3", done.key), format!("{}-4", done.key)]);
    assert!(ids.iter().all(|id| id.len() <= 50));
}

#[tokio::test]
async fn an_unanswered_correction_does_not_overwrite_what_somebody_wrote_since() {
    let world = with_books(books()).await;
    world.fault_in_books(Rule::new(Method::Post, CUSTOMER, Fault::DropAnswer));
    // The customer is read for the plan, the check and the request; the look-up after it fails.
    world.fault_in_books(Rule::new(Method::Get, "/**", DOWN).from_match(4).times(0));
    let case = has_moved("call_1");
    let actions = world.call(&case).await;
    assert_eq!(
        named(&actions, "correct_books_address").state,
        State::Unknown
    );
    world.mend_books();
    world.clock.advance(SignedDuration::from_secs(30));
    another_change(&world, "4", "9 Later Street");
    let actions = world.wait(&case, 1).await;
    let asked = named(&actions, "correct_books_address");
    assert_eq!(
        (asked.state, code(asked)),
        (State::AwaitingApproval, "changed_since")
    );
    let customer = &world.in_books()["customers"][0];
    assert_eq!(customer["BillAddr"]["Line1"], json!("9 Later Street"));
    // Whoever approves it in spite of that has it written.
    let asked = asked.clone();
    let actions = world.approve(&case, &asked, "ngozi@example.com").await;
    let done = named(&actions, "correct_books_address");
    assert_eq!(done.state, State::Succeeded, "{:?}", done.reason);
}

#[tokio::test]
async fn books_that_are_down_hold_up_nothing_at_paystack() {
    let mut world = World::new(json!({ "payment_requests": [
        { "request_code": "PRQ_ada1", "customer": "ada.obi@example.com", "amount": 1_500_000 },
    ]}))
    .await;
    world.keep_books(books());
    for method in [Method::Get, Method::Post] {
        world.fault_in_books(Rule::new(method, "/**", DOWN).times(0));
    }
    let case = has_moved("call_1");
    let actions = world.call(&case).await;
    for name in ["correct_billing_details", "update_payment_request"] {
        assert_eq!(named(&actions, name).state, State::Succeeded, "{name}");
    }
    assert_eq!(
        named(&actions, "correct_books_address").state,
        State::Deferred
    );
    world.mend_books();
    let actions = world.wait(&case, 1).await;
    assert_eq!(
        named(&actions, "correct_books_address").state,
        State::Succeeded
    );
    assert_eq!(world.done_in_books().len(), 1);
}
