//! Ada, whom the merchant's own system names, and what she may ring about.

use serde_json::json;
use shared::call::Direction;
use shared::case::{
    Captured, Case, Channel, Confidence, DocumentKind, Fields, PromiseToPay, Source, Urgency,
    Workflow,
};
use shared::ids::{CallId, Email, PhoneNumber, TransactionReference};
use shared::money::{Currency, Money};

use crate::world::{START, World};

/// A value that two sources agree on.
pub fn said<T>(value: T) -> Captured<T> {
    Captured {
        value,
        source: Source::Analysis,
        confidence: Confidence::from_thousandths(900),
        turn: None,
        corroborated: true,
    }
}

/// Ada about `workflow`, with nothing else said.
pub fn ada(workflow: Workflow) -> Case {
    let email = Email::new("ada.obi@example.com").unwrap();
    Case {
        call: CallId::new(format!("call_{workflow}")).unwrap(),
        at: START.parse().unwrap(),
        direction: Some(Direction::Inbound),
        caller: Some(PhoneNumber::new("2348012345678").unwrap()),
        workflow,
        confidence: Confidence::from_thousandths(950),
        also: Vec::new(),
        fields: Fields {
            customer_name: Some(said("Ada Obi".to_owned())),
            email: Some(Captured {
                source: Source::MerchantSystem,
                ..said(email)
            }),
            consent: Some(said(true)),
            channel: Some(said(Channel::Email)),
            recipient_confirmed: Some(said(true)),
            ..Fields::default()
        },
        disagreements: Vec::new(),
        evidence: Vec::new(),
        removed: std::collections::BTreeSet::new(),
        summary: format!("Caller rings about: {}.", workflow.title().to_lowercase()),
    }
}

pub fn naira(subunits: i64) -> Money {
    Money::new(subunits, Currency::Ngn)
}

/// One call of each workflow, and the records it speaks of.
pub fn call_about(workflow: Workflow, world: &World) -> Case {
    let mut case = ada(workflow);
    let fields = &mut case.fields;
    let payment = || said(TransactionReference::new("T-ada-1").unwrap());
    let open_invoice = json!({ "payment_requests": [
        { "request_code": "PRQ_ada1", "customer": "ada.obi@example.com", "amount": 2_500_000,
          "currency": "NGN", "status": "pending", "due_date": "2026-11-20" },
    ] });
    match workflow {
        Workflow::DisputedCharge => {
            fields.payment_reference = Some(payment());
            fields.dispute_reason = Some(said("never ordered this".to_owned()));
            fields.callback_expected = Some(said(true));
        }
        Workflow::DuplicateCharge => {
            world.seed(json!({ "transactions": [
                { "id": 5002, "reference": "T-ada-2", "amount": 1_500_000,
                  "customer": "ada.obi@example.com", "created_at": "2026-11-20T09:04:00Z" },
            ] }));
            fields.payment_reference = Some(payment());
            fields.amount = Some(said(naira(1_500_000)));
        }
        Workflow::Chargeback => {
            world.seed(json!({ "disputes": [{ "transaction": "T-ada-1", "category": "fraud" }] }));
            fields.payment_reference = Some(payment());
        }
        Workflow::DocumentResend => {
            fields.payment_reference = Some(payment());
            fields.document = Some(said(DocumentKind::Receipt));
        }
        Workflow::FailedRenewal => {
            world.seed(json!({ "subscriptions": [
                { "customer": "ada.obi@example.com", "amount": 300_000, "status": "attention" },
            ] }));
            fields.urgency = Some(said(Urgency::Critical));
        }
        Workflow::RefundRequest => {
            fields.payment_reference = Some(payment());
            fields.amount = Some(said(naira(1_500_000)));
            fields.refund_reason = Some(said("the goods never came".to_owned()));
        }
        Workflow::TaxBillingAddress => {
            fields.tax_region = Some(said("NG-LA".to_owned()));
            fields.billing_address = Some(said("12 Marina Road, Lagos".to_owned()));
        }
        Workflow::CreateCustomer => {
            let email = Email::new("bisi@example.com").unwrap();
            fields.email = Some(Captured {
                source: Source::MerchantSystem,
                ..said(email)
            });
            fields.customer_name = Some(said("Bisi Ade".to_owned()));
        }
        Workflow::PaymentRequest => {
            fields.amount = Some(said(naira(1_500_000)));
            fields.purpose = Some(said("Invoice 1042".to_owned()));
        }
        Workflow::PaymentStatus => fields.payment_reference = Some(payment()),
        Workflow::Collections => {
            world.seed(open_invoice);
            fields.promise_to_pay = Some(said(PromiseToPay {
                amount: Some(naira(1_000_000)),
                by: Some("2026-11-30".parse().unwrap()),
            }));
            fields.callback_expected = Some(said(false));
        }
        Workflow::VipPaymentBlocker => {
            fields.payment_reference = Some(payment());
            fields.callback_expected = Some(said(true));
        }
        Workflow::Other => {}
    }
    case
}

/// The same, where nobody confirmed the recipient: a person decides whatever it asks for.
pub fn call_that_waits(workflow: Workflow, world: &World) -> Case {
    let mut case = call_about(workflow, world);
    case.fields.recipient_confirmed = None;
    case
}
