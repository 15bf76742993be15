//! What Paystack's records said when a call was planned, for the person who decides: the desk shows
//! it beside what the caller said, and holds no key of Paystack's for it.

use jiff::Timestamp;
use shared::case::RecordShown;
use shared::money::Money;
use shared::paystack::{
    Customer, Dispute, PaymentRequest, PrivateText, Refund, Subscription, Transaction,
};

use crate::matching::Records;

/// Where Paystack shows its records to the merchant.
const DASHBOARD: &str = "https://dashboard.paystack.com/#";

/// The records, the one that the call is about first.
#[must_use]
pub fn shown(records: &Records, now: Timestamp) -> Vec<RecordShown> {
    let mut shown = Vec::new();
    if let Some(payment) = &records.payment {
        shown.push(transaction("Payment", &payment.transaction, now));
        shown.extend(payment.refunds.iter().map(|it| refund(it, now)));
        shown.extend(payment.disputes.iter().map(|it| dispute(it, now)));
    }
    if let Some(earlier) = &records.earlier {
        shown.push(transaction("Earlier payment", earlier, now));
    }
    shown.extend(records.request.iter().map(|it| payment_request(it, now)));
    shown.extend(records.subscription.iter().map(|it| subscription(it, now)));
    shown.extend(records.customer.iter().map(|it| customer(it, now)));
    shown
}

/// The numbers and codes by which somebody may look for the call.
#[must_use]
pub fn references(records: &Records) -> Vec<String> {
    let payment = records.payment.as_ref().map(|payment| &payment.transaction);
    let mut references: Vec<String> = payment
        .into_iter()
        .chain(&records.earlier)
        .flat_map(|it| {
            let reference = it.reference.as_ref().map(ToString::to_string);
            [Some(it.id.to_string()), reference]
        })
        .chain([
            records
                .request
                .as_ref()
                .and_then(|it| it.code.as_ref())
                .map(ToString::to_string),
            records
                .subscription
                .as_ref()
                .and_then(|it| it.code.as_ref())
                .map(ToString::to_string),
            records.customer.as_ref().map(|it| it.code.to_string()),
        ])
        .flatten()
        .collect();
    references.sort();
    references.dedup();
    references
}

/// The facts that are there, in their order.
struct Facts(Vec<(String, String)>);

impl Facts {
    fn with(mut self, name: &str, value: Option<String>) -> Self {
        if let Some(value) = value {
            self.0.push((name.to_owned(), value));
        }
        self
    }

    fn record(self, kind: &str, id: String, page: &str, now: Timestamp) -> RecordShown {
        RecordShown {
            system: "Paystack".to_owned(),
            kind: kind.to_owned(),
            link: Some(format!("{DASHBOARD}/{page}/{id}")),
            id,
            facts: self.0,
            read_at: now,
        }
    }
}

fn facts() -> Facts {
    Facts(Vec::new())
}

fn transaction(kind: &str, it: &Transaction, now: Timestamp) -> RecordShown {
    facts()
        .with("Amount", it.money().map(money))
        .with("Status", Some(words(it.status.as_str())))
        .with("Reference", it.reference.as_ref().map(ToString::to_string))
        .with("Paid", it.paid_at.map(day))
        .with("Channel", it.channel.clone())
        .with("Bank says", it.gateway_response.as_ref().map(text))
        .record(kind, it.id.to_string(), "transactions", now)
}

fn refund(it: &Refund, now: Timestamp) -> RecordShown {
    let amount = it.amount.zip(it.currency);
    facts()
        .with(
            "Amount",
            amount.map(|(subunits, currency)| money(Money::new(subunits, currency))),
        )
        .with("Status", Some(words(it.status.as_str())))
        .with("Asked for", it.created_at.map(day))
        .record("Refund", it.id.to_string(), "refunds", now)
}

fn dispute(it: &Dispute, now: Timestamp) -> RecordShown {
    facts()
        .with("Status", Some(words(it.status.as_str())))
        .with("Kind", it.category.clone())
        .with("Answer by", it.due_at.map(day))
        .with("Resolution", it.resolution.clone())
        .record("Dispute", it.id.to_string(), "disputes", now)
}

fn payment_request(it: &PaymentRequest, now: Timestamp) -> RecordShown {
    facts()
        .with("Code", it.code.as_ref().map(ToString::to_string))
        .with("Amount", it.money().map(money))
        .with("Status", Some(words(it.status.as_str())))
        .with("Paid", Some(if it.paid { "yes" } else { "no" }.to_owned()))
        .with("Due", it.due_date.map(|due| due.to_string()))
        .with("For", it.description.as_ref().map(text))
        .with("Made", it.created_at.map(day))
        .record("Payment request", it.id.to_string(), "invoices", now)
}

fn subscription(it: &Subscription, now: Timestamp) -> RecordShown {
    facts()
        .with("Code", it.code.as_ref().map(ToString::to_string))
        .with("Status", Some(words(it.status.as_str())))
        .with("Charged next", it.next_payment_date.map(day))
        .record("Subscription", it.id.to_string(), "subscriptions", now)
}

fn customer(it: &Customer, now: Timestamp) -> RecordShown {
    let name = [&it.first_name, &it.last_name]
        .into_iter()
        .flatten()
        .map(PrivateText::expose)
        .collect::<Vec<_>>()
        .join(" ");
    facts()
        .with("Name", Some(name).filter(|name| !name.is_empty()))
        .with(
            "E-mail",
            it.email.as_ref().map(|email| email.expose().to_owned()),
        )
        .with("Telephone", it.phone.as_ref().map(text))
        .with("Since", it.created_at.map(day))
        .record("Customer", it.code.to_string(), "customers", now)
}

fn money(money: Money) -> String {
    money.to_string()
}

fn text(text: &PrivateText) -> String {
    text.expose().to_owned()
}

fn day(at: Timestamp) -> String {
    at.strftime("%-d %b %Y, %H:%M UTC").to_string()
}

/// A vendor's state as words: `needs-attention` is "needs attention".
fn words(state: &str) -> String {
    state.replace(['-', '_'], " ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_customer_and_a_request_are_shown_as_they_stand_and_found_by_their_codes() {
        let records = Records {
            customer: serde_json::from_value(json!({
                "id": 7, "customer_code": "CUS_a1", "first_name": "Ada", "last_name": "Obi",
                "email": "ada.obi@example.com", "phone": "+2348012345678",
            }))
            .ok(),
            request: serde_json::from_value(json!({
                "id": 11, "request_code": "PRQ_x1", "status": "pending", "amount": 1_500_000,
                "currency": "NGN", "paid": false,
            }))
            .ok(),
            ..Records::default()
        };
        let now = "2026-11-24T10:00:00Z".parse().unwrap();
        let shown = shown(&records, now);
        let [request, customer] = shown.as_slice() else {
            panic!("{shown:?}");
        };
        assert_eq!(request.kind, "Payment request");
        assert!(
            request
                .facts
                .contains(&("Amount".to_owned(), "NGN 15,000.00".to_owned()))
        );
        assert!(
            request
                .facts
                .contains(&("Status".to_owned(), "pending".to_owned()))
        );
        assert_eq!(
            request.link.as_deref(),
            Some("https://dashboard.paystack.com/#/invoices/11")
        );
        assert!(
            customer
                .facts
                .contains(&("Name".to_owned(), "Ada Obi".to_owned()))
        );
        assert_eq!(references(&records), ["CUS_a1", "PRQ_x1"]);
    }
}
