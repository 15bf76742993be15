//! A sample case and the settings of the local stack, for this crate's tests.

use shared::call::Direction;
use shared::case::{Captured, Case, Channel, Confidence, Fields, Source, Workflow};
use shared::config::Settings;
use shared::ids::{CallId, Email, PhoneNumber};
use shared::money::{Currency, Money};

/// The settings of the local stack.
pub(crate) fn settings() -> Settings {
    Settings::parse(include_str!("../../../infra/local/settings.toml")).unwrap()
}

/// A value that two sources agree on.
pub(crate) fn said<T>(value: T) -> Captured<T> {
    Captured {
        value,
        source: Source::Analysis,
        confidence: Confidence::from_thousandths(900),
        turn: None,
        corroborated: true,
    }
}

/// Ada from Lagos, who asks for a payment request of NGN 15,000 for invoice 1042.
pub(crate) fn payment_request() -> Case {
    Case {
        call: CallId::new("call_a1").unwrap(),
        at: "2026-11-24T10:00:00Z".parse().unwrap(),
        direction: Some(Direction::Inbound),
        caller: Some(PhoneNumber::new("2348012345678").unwrap()),
        workflow: Workflow::PaymentRequest,
        confidence: Confidence::from_thousandths(950),
        also: Vec::new(),
        fields: Fields {
            customer_name: Some(said("Ada Obi".to_owned())),
            email: Some(said(Email::new("ada.obi@example.com").unwrap())),
            amount: Some(said(Money::new(1_500_000, Currency::Ngn))),
            purpose: Some(said("Invoice 1042".to_owned())),
            consent: Some(said(true)),
            channel: Some(said(Channel::Email)),
            recipient_confirmed: Some(said(true)),
            ..Fields::default()
        },
        disagreements: Vec::new(),
        evidence: Vec::new(),
        removed: std::collections::BTreeSet::new(),
        summary: "Caller asks for a payment request.".to_owned(),
    }
}
