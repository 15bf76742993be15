//! What the paired systems knew of a case when it was planned, for the person who decides.

use maud::{Markup, html};
use serde_json::{Map, Value};
use shared::ledger::Action;
use shared::money::Money;

use crate::words;

/// The systems, as the context names them and as people do.
const SYSTEMS: [(&str, &str); 3] = [
    ("hubspot", "HubSpot"),
    ("stripe", "Stripe"),
    ("quickbooks", "QuickBooks"),
];

/// What a system said.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    /// It did not answer in time.
    NoAnswer,
    /// It does not know the customer.
    Nothing,
    /// Labels and values.
    Found(Vec<(&'static str, String)>),
}

/// The section about what stands beside the first of `actions` that has any; empty where no system was
/// asked.
#[must_use]
pub fn context<'a>(mut actions: impl Iterator<Item = &'a Action>) -> Markup {
    let known = actions.find_map(|action| action.parameters.get("context")?.as_object());
    let said: Vec<(&str, Said)> = SYSTEMS
        .iter()
        .filter_map(|(key, name)| Some((*name, said(key, known?.get(*key)?)?)))
        .collect();
    html! {
        @if !said.is_empty() {
            section aria-labelledby="context" {
                h2 #context { "What other systems know" }
                @for (system, said) in &said {
                    div.record {
                        h3 { (system) }
                        @match said {
                            Said::NoAnswer => p { "It did not answer when the case was planned." },
                            Said::Nothing => p { "It does not know the customer." },
                            Said::Found(facts) => dl {
                                @for (name, value) in facts {
                                    dt { (name) }
                                    dd { (value) }
                                }
                            },
                        }
                    }
                }
            }
        }
    }
}

/// What a system said; nothing where it was not asked, or in a shape that this build does not know.
fn said(system: &str, value: &Value) -> Option<Said> {
    match value {
        Value::String(word) if word == "no_answer" => Some(Said::NoAnswer),
        Value::String(word) if word == "nothing" => Some(Said::Nothing),
        Value::Object(_) => {
            let found = value.get("found")?.as_object()?;
            Some(Said::Found(match system {
                "stripe" => at_stripe(found),
                "hubspot" => in_crm(found),
                _ => in_books(found),
            }))
        }
        _ => None,
    }
}

fn text(found: &Map<String, Value>, name: &str) -> Option<String> {
    found.get(name)?.as_str().map(str::to_owned)
}

fn money(value: Option<&Value>) -> Option<String> {
    let money: Money = serde_json::from_value(value?.clone()).ok()?;
    Some(money.to_string())
}

fn listed(
    found: &Map<String, Value>,
    name: &str,
    show: impl Fn(&Value) -> Option<String>,
) -> String {
    let items = found.get(name).and_then(Value::as_array);
    let shown: Vec<String> = items.into_iter().flatten().filter_map(show).collect();
    shown.join("; ")
}

/// The facts that are there, in their order.
fn present<const N: usize>(
    facts: [(&'static str, Option<String>); N],
) -> Vec<(&'static str, String)> {
    let known = facts.into_iter();
    known
        .filter_map(|(name, value)| Some((name, value.filter(|value| !value.is_empty())?)))
        .collect()
}

fn at_stripe(found: &Map<String, Value>) -> Vec<(&'static str, String)> {
    let charge = |charge: &Value| {
        let is = |name: &str| charge.get(name) == Some(&Value::Bool(true));
        let amount = money(charge.get("amount")).unwrap_or_else(|| "other currency".to_owned());
        let paid = if is("is_paid") { "paid" } else { "not paid" };
        let disputed = if is("is_disputed") { ", disputed" } else { "" };
        Some(format!("{amount} {paid}{disputed}"))
    };
    let state = |state: &Value| Some(state.as_str()?.replace('_', " "));
    let open = found.get("open_invoices").and_then(Value::as_u64);
    present([
        ("Customer", text(found, "customer")),
        ("Latest charges", Some(listed(found, "charges", charge))),
        ("Subscriptions", Some(listed(found, "subscriptions", state))),
        ("Open invoices", open.map(|open| open.to_string())),
    ])
}

fn in_crm(found: &Map<String, Value>) -> Vec<(&'static str, String)> {
    let is_vip = found.get("is_vip") == Some(&Value::Bool(true));
    present([
        ("Account owner", text(found, "owner")),
        (
            "Stage",
            text(found, "lifecycle").map(|stage| words::capital(&stage)),
        ),
        ("High value", is_vip.then(|| "yes".to_owned())),
        ("Next renewal", text(found, "renewal")),
        ("Contact", text(found, "contact")),
    ])
}

fn in_books(found: &Map<String, Value>) -> Vec<(&'static str, String)> {
    let invoice = found.get("invoice").and_then(Value::as_object);
    present([
        ("Invoice", invoice.and_then(|it| text(it, "id"))),
        (
            "Still owed",
            invoice.and_then(|it| money(it.get("balance"))),
        ),
        ("Last mailed", invoice.and_then(|it| text(it, "sent_at"))),
        ("Customer", text(found, "customer")),
    ])
}
