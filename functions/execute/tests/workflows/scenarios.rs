//! One call for everything that a workflow can plan, with the people who decide on it: what the tests
//! of faults and of the documentation go through.

use std::sync::LazyLock;

use jiff::SignedDuration;
use serde_json::{Value, json};
use shared::case::{Case, Channel, DocumentKind, PromiseToPay, Workflow};
use shared::config::Settings;
use shared::ids::Email;
use shared::ledger::{Action, Amendment, Decision, State, Verdict, binding};
use shared::money::{Currency, Money};

use super::world::{World, ada, ada_about_payment, said, set, settings};

/// So often somebody comes back to the call at most.
const ROUNDS: usize = 60;

/// How far the clock goes on before that: often at first, while outcomes are looked for, then seldom,
/// until the day of a promise is over.
fn pause(round: usize) -> SignedDuration {
    if round < 24 {
        SignedDuration::from_mins(10)
    } else {
        SignedDuration::from_hours(2)
    }
}

/// A call, what Paystack knows, and what people say.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    pub(crate) case: Case,
    seed: Value,
    /// What `QuickBooks` knows, where the merchant has it.
    books: Option<Value>,
    /// What a person says before they approve a dispute's answer.
    says: Option<&'static str>,
}

/// How a call ended.
pub(crate) struct Ending {
    pub(crate) world: World,
    pub(crate) actions: Vec<Action>,
}

fn naira(subunits: i64) -> Money {
    Money::new(subunits, Currency::Ngn)
}

fn open_request() -> Value {
    json!({ "payment_requests": [
        { "request_code": "PRQ_ada1", "customer": "ada.obi@example.com", "amount": 1_500_000 },
    ]})
}

fn subscription(status: &str) -> Value {
    json!({ "subscriptions": [
        { "subscription_code": "SUB_ada1", "customer": "ada.obi@example.com", "amount": 500_000,
          "status": status,
          "most_recent_invoice": { "invoice_code": "INV_1", "status": "failed", "paid": 0,
                                   "amount": 500_000 } },
    ]})
}

fn dispute(category: &str) -> Value {
    json!({ "disputes": [
        { "transaction": "T-ada-1", "category": category, "due_at": "2026-11-26T02:00:00Z" },
    ]})
}

fn twin() -> Value {
    json!({ "transactions": [
        { "id": 5002, "reference": "T-ada-2", "amount": 1_500_000,
          "customer": "ada.obi@example.com", "created_at": "2026-11-20T09:04:00Z" },
    ]})
}

fn newcomer(workflow: Workflow) -> Case {
    let mut case = ada("call_1", workflow);
    case.fields.email = Some(set(Email::new("chika@example.com").unwrap()));
    case.fields.customer_name = Some(said("Chika Eze".to_owned()));
    case
}

fn request(mut case: Case) -> Case {
    case.fields.amount = Some(said(naira(1_500_000)));
    case.fields.purpose = Some(said("Invoice 1042".to_owned()));
    case.fields.channel = Some(said(Channel::Email));
    case
}

fn with(mut case: Case, change: impl FnOnce(&mut Case)) -> Case {
    change(&mut case);
    case
}

/// Everything that our workflows plan.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let plain = |name, case, seed| Scenario {
        name,
        case,
        seed,
        books: None,
        says: None,
    };
    let mut all = documents_and_requests(&plain);
    all.extend(payments(&plain));
    all.extend(others(&plain));
    all.extend(in_books());
    all
}

/// Ada in `QuickBooks`, with invoice 1042.
pub(crate) fn books() -> Value {
    json!({
        "customers": [{ "Id": "58", "SyncToken": "3",
            "PrimaryEmailAddr": { "Address": "ada.obi@example.com" },
            "BillAddr": { "Line1": "3 Broad Street", "City": "Abuja", "Country": "NG" },
            "MetaData": { "LastUpdatedTime": "2026-03-02T10:00:00-08:00" } }],
        "invoices": [{ "Id": "130", "DocNumber": "1042", "Balance": 362.07,
            "CurrencyRef": { "value": "NGN" }, "CustomerRef": { "value": "58" },
            "DeliveryInfo": { "DeliveryType": "Email",
                              "DeliveryTime": "2026-11-02T10:00:00-08:00" } }],
    })
}

/// What is done in `QuickBooks`.
fn in_books() -> Vec<Scenario> {
    let with_books = |name, case| Scenario {
        name,
        case,
        seed: json!({}),
        books: Some(books()),
        says: None,
    };
    vec![
        with_books(
            "an invoice that only QuickBooks has",
            with(ada("call_1", Workflow::DocumentResend), |case| {
                case.fields.invoice_number = Some(said("1042".to_owned()));
            }),
        ),
        with_books(
            "a postal address in QuickBooks",
            with(ada("call_1", Workflow::TaxBillingAddress), |case| {
                case.fields.billing_address = Some(said("14 Marina Road, Lagos".to_owned()));
            }),
        ),
    ]
}

type Plain<'a> = &'a dyn Fn(&'static str, Case, Value) -> Scenario;

fn documents_and_requests(plain: Plain<'_>) -> Vec<Scenario> {
    vec![
        plain(
            "a payment request of a newcomer",
            request(newcomer(Workflow::PaymentRequest)),
            json!({}),
        ),
        plain(
            "a payment request of a customer",
            request(ada("call_1", Workflow::PaymentRequest)),
            json!({}),
        ),
        plain(
            "a payment request that exists",
            with(ada("call_1", Workflow::PaymentRequest), |case| {
                case.fields.request_code = Some(said("PRQ_ada1".parse().unwrap()));
                *case = request(case.clone());
            }),
            open_request(),
        ),
        plain(
            "a new customer",
            newcomer(Workflow::CreateCustomer),
            json!({}),
        ),
        plain(
            "an invoice again",
            ada("call_1", Workflow::DocumentResend),
            open_request(),
        ),
        plain(
            "a receipt again",
            with(
                ada_about_payment("call_1", Workflow::DocumentResend),
                |case| {
                    case.fields.document = Some(said(DocumentKind::Receipt));
                },
            ),
            json!({}),
        ),
        plain(
            "a statement again",
            with(ada("call_1", Workflow::DocumentResend), |case| {
                case.fields.document = Some(said(DocumentKind::Statement));
            }),
            json!({}),
        ),
    ]
}

fn payments(plain: Plain<'_>) -> Vec<Scenario> {
    let answered = |name, category, says| Scenario {
        name,
        case: ada_about_payment("call_1", Workflow::Chargeback),
        seed: dispute(category),
        books: None,
        says,
    };
    vec![
        plain(
            "a refund",
            ada_about_payment("call_1", Workflow::RefundRequest),
            json!({}),
        ),
        plain(
            "a refund of what nobody named",
            ada("call_1", Workflow::RefundRequest),
            json!({}),
        ),
        plain(
            "a disputed charge",
            ada_about_payment("call_1", Workflow::DisputedCharge),
            json!({}),
        ),
        plain(
            "a double charge",
            ada_about_payment("call_1", Workflow::DuplicateCharge),
            twin(),
        ),
        answered("a claim that is accepted", "chargeback", None),
        answered(
            "a claim of fraud that is declined",
            "fraud",
            Some("Handed over on 21 November."),
        ),
        plain(
            "where a payment stands",
            ada_about_payment("call_1", Workflow::PaymentStatus),
            json!({}),
        ),
        plain(
            "a VIP who cannot pay",
            ada_about_payment("call_1", Workflow::VipPaymentBlocker),
            json!({}),
        ),
    ]
}

fn others(plain: Plain<'_>) -> Vec<Scenario> {
    vec![
        plain(
            "a link to change the card",
            ada("call_1", Workflow::FailedRenewal),
            subscription("attention"),
        ),
        plain(
            "a charge of the saved card",
            with(ada("call_1", Workflow::FailedRenewal), |case| {
                case.fields.charge_consent = Some(said(true));
            }),
            subscription("attention"),
        ),
        plain(
            "a payment request for a missed renewal",
            with(ada("call_1", Workflow::FailedRenewal), |case| {
                case.fields.subscription = Some(said("SUB_ada1".parse().unwrap()));
                case.fields.document = Some(said(DocumentKind::PaymentLink));
            }),
            subscription("attention"),
        ),
        plain(
            "a billing address",
            with(ada("call_1", Workflow::TaxBillingAddress), |case| {
                case.fields.billing_address = Some(said("14 Marina Road, Lagos".to_owned()));
            }),
            open_request(),
        ),
        plain(
            "a promise to pay",
            with(ada("call_1", Workflow::Collections), |case| {
                case.fields.promise_to_pay = Some(said(PromiseToPay {
                    amount: Some(naira(500_000)),
                    by: Some("2026-11-25".parse().unwrap()),
                }));
            }),
            open_request(),
        ),
        plain("something else", ada("call_1", Workflow::Other), json!({})),
        plain(
            "two wishes",
            with(
                ada_about_payment("call_1", Workflow::RefundRequest),
                |case| case.also = vec![Workflow::DocumentResend],
            ),
            open_request(),
        ),
    ]
}

/// The settings of the local stack, with a saved card that may be charged.
static GENEROUS: LazyLock<Settings> = LazyLock::new(|| {
    let mut settings = settings();
    let limits = &mut settings.limits;
    limits.charge_subunits.insert(Currency::Ngn, 500_000);
    settings
});

impl Scenario {
    /// Plays the call to its end: workers that die are replaced, people say yes to what waits for
    /// their approval, and leave alone what nobody knows the outcome of.
    pub(crate) async fn play(&self, prepare: impl FnOnce(&World)) -> Ending {
        let mut world = World::with(self.seed.clone(), GENEROUS.clone()).await;
        if let Some(books) = &self.books {
            world.keep_books(books.clone());
        }
        prepare(&world);
        let mut actions = Vec::new();
        for round in 0..ROUNDS {
            // A delivery that failed is delivered again; one that did not is a no-op.
            let _ = world.executor.ledger.claim(&self.case, "facts", None).await;
            let _ = world.executor.work(&self.case.call).await;
            if world.faults.is_dead() {
                world.faults.heal();
                continue;
            }
            let read = world.executor.ledger.actions(&self.case.call).await;
            let read: Vec<Action> = read
                .map(|found| found.into_iter().map(|(action, _)| action).collect())
                .unwrap_or_default();
            for action in &read {
                self.decide(&world, action).await;
            }
            let rests = |action: &Action| match action.state {
                State::NeedsPerson => true,
                // What waits for an action that nobody knows the outcome of waits with it.
                State::Planned => read.iter().any(|it| it.state == State::NeedsPerson),
                state => state.is_final(),
            };
            if !read.is_empty() && read.iter().all(rests) && read == actions {
                break;
            }
            actions = read;
            world.clock.advance(pause(round));
        }
        Ending { world, actions }
    }

    async fn decide(&self, world: &World, action: &Action) {
        if action.state != State::AwaitingApproval {
            return;
        }
        let ledger = &world.executor.ledger;
        let (call, id) = (&action.call, &action.id);
        let is_said = action.parameters["resolution"] == json!("declined");
        if let Some(statement) = self
            .says
            .filter(|_| id.name == "answer_dispute" && !is_said)
        {
            let says = [("resolution", "declined"), ("statement", statement)];
            let amendment = Amendment {
                by: "ngozi@example.com".to_owned(),
                binding: binding(action),
                amount: None,
                answers: says
                    .map(|(name, said)| (name.to_owned(), said.to_owned()))
                    .into(),
            };
            let _ = ledger.amend(call, id, &amendment).await;
            return;
        }
        let decision = Decision {
            by: "ngozi@example.com".to_owned(),
            verdict: Verdict::Approve,
            binding: binding(action),
            reason: "looked at it".to_owned(),
        };
        let _ = ledger.decide(call, id, &decision).await;
    }
}
