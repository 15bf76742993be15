//! What Paystack holds before anybody calls.

use std::time::Duration;

use sandbox::control::Stage as _;
use serde_json::json;
use shared::clock::Clock as _;

use crate::world::World;

/// The payment request that callers ask about again.
pub(super) const KNOWN_REQUEST: &str = "PRQ_known1";

/// The subscription that did not renew.
pub(super) const KNOWN_SUBSCRIPTION: &str = "SUB_known1";

/// A payment that callers want back, which policy lets go by itself.
pub(super) const SMALL: &str = "T-known-small";

/// The same again a minute later: a charge too many.
pub(super) const TWIN: &str = "T-known-twin";

/// One so large that a person has to approve.
pub(super) const LARGE: &str = "T-known-large";

/// One so large that two people have to.
pub(super) const VERY_LARGE: &str = "T-known-very-large";

/// What a payment was, in whole units.
pub(super) fn paid(reference: &str) -> i64 {
    match reference {
        LARGE => 30_000,
        VERY_LARGE => 1_500_000,
        _ => 20_000,
    }
}

/// What differs from day to day at Paystack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Account {
    /// What the merchant can give back before a top-up, in subunits; without it more than enough.
    pub(super) balance: Option<i64>,
    /// How long a refund takes for each of its steps.
    pub(super) refund_step: Duration,
    /// The last digits of the card that was paid with, which decide how its refunds end.
    pub(super) card: &'static str,
}

/// Puts the records there.
pub(super) fn put(world: &World, account: Account) -> Result<(), String> {
    let Account {
        balance,
        refund_step,
        card,
    } = account;
    let payment = |id: u64, reference: &str, at: &str| {
        json!({
            "id": id, "reference": reference, "amount": paid(reference) * 100,
            "customer": "kwame.mensah@example.com", "created_at": at,
            "authorization": { "last4": card },
        })
    };
    let mut seed = json!({
        "customers": [
            { "email": "kwame.mensah@example.com", "phone": "+233244567890",
              "first_name": "Kwame", "last_name": "Mensah", "customer_code": "CUS_kwame1" },
        ],
        "payment_requests": [
            { "request_code": KNOWN_REQUEST, "customer": "kwame.mensah@example.com",
              "amount": 85_000, "currency": "NGN", "status": "pending" },
        ],
        "transactions": [
            payment(5001, SMALL, "2026-11-20T09:00:00Z"),
            payment(5002, LARGE, "2026-11-18T09:00:00Z"),
            payment(5003, VERY_LARGE, "2026-11-16T09:00:00Z"),
            payment(5004, TWIN, "2026-11-20T09:01:00Z"),
        ],
        "subscriptions": [
            { "subscription_code": KNOWN_SUBSCRIPTION, "customer": "kwame.mensah@example.com",
              "amount": 90_000, "status": "attention" },
        ],
    });
    if let (Some(balance), Some(seed)) = (balance, seed.as_object_mut()) {
        seed.insert("balances".to_owned(), json!({ "NGN": balance }));
    }
    let seed = serde_json::from_value(seed).map_err(|error| error.to_string())?;
    let now = world.clock.now();
    let mut paystack = world.paystack.lock();
    let settings = paystack.model_mut().settings_mut();
    settings.refund_step_ms = u64::try_from(refund_step.as_millis()).unwrap_or(u64::MAX);
    paystack
        .model_mut()
        .seed(seed, now)
        .map_err(|error| error.to_string())?;
    let contacts = json!({ "contacts": [
        { "id": "151", "properties": { "email": "kwame.mensah@example.com" } },
    ] });
    let mut hubspot = world.hubspot.lock();
    hubspot.model_mut().fill(contacts, now).map(|_| ())
}
