//! Stripe, read only: a restricted key, four lists.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::ids::Email;
use shared::money::{Currency, Money};
use shared::vendors::exchange::{Exchange, ExchangeError, Problem};
use shared::vendors::http::{Method, Transport, WireRequest};

/// Where Stripe's API lives.
pub const BASE_URL: &str = "https://api.stripe.com";

/// The version whose answers we read; Stripe keeps it for us.
const VERSION: &str = "2024-06-20";

/// How many charges are looked at.
const CHARGES: &str = "10";

/// A charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Charge {
    /// Its id.
    pub id: String,
    /// How much, counted as Paystack counts; nothing where Paystack knows no such currency.
    pub amount: Option<Money>,
    /// Whether it was paid.
    pub is_paid: bool,
    /// Whether the customer's bank disputes it.
    pub is_disputed: bool,
}

#[derive(Deserialize)]
struct List<T> {
    data: Vec<T>,
}

#[derive(Deserialize)]
struct Identified {
    id: String,
}

#[derive(Deserialize)]
struct RawCharge {
    id: String,
    amount: i64,
    currency: String,
    paid: bool,
    #[serde(default)]
    disputed: bool,
}

#[derive(Deserialize)]
struct RawSubscription {
    status: String,
}

/// An amount of Stripe's, counted as Paystack counts: Paystack counts everything in hundredths, and
/// Stripe some currencies in wholes (`https://docs.stripe.com/currencies#zero-decimal`).
#[must_use]
pub fn paystack_money(amount: i64, currency: &str) -> Option<Money> {
    let currency: Currency = currency.to_ascii_uppercase().parse().ok()?;
    let subunits = match currency {
        Currency::Xof | Currency::Rwf => amount.checked_mul(100)?,
        Currency::Ngn
        | Currency::Ghs
        | Currency::Zar
        | Currency::Kes
        | Currency::Egp
        | Currency::Usd => amount,
    };
    Some(Money::new(subunits, currency))
}

/// A client of one Stripe account. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Stripe(Exchange);

impl Stripe {
    /// A client whose every exchange may take `timeout`.
    #[must_use]
    pub fn new(transport: Arc<dyn Transport>, timeout: Duration) -> Self {
        Self(Exchange::new(transport, "Stripe", timeout))
    }

    fn get(&self, route: &'static str) -> WireRequest {
        self.0
            .request(Method::Get, route)
            .header("stripe-version", VERSION)
    }

    /// The customer with this address; nothing where there is none or more than one.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn customer(&self, email: &Email) -> Result<Option<String>, ExchangeError> {
        let request = self
            .get("/v1/customers")
            .query("email", email.expose())
            .query("limit", "2");
        let found: List<Identified> = self.0.read(request).await?;
        let mut found = found.data.into_iter();
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(Some(only.id)),
            _ => Ok(None),
        }
    }

    /// The newest charges of a customer.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn charges(&self, customer: &str) -> Result<Vec<Charge>, ExchangeError> {
        let request = self
            .get("/v1/charges")
            .query("customer", customer)
            .query("limit", CHARGES);
        let found: List<RawCharge> = self.0.read(request).await?;
        Ok(found
            .data
            .into_iter()
            .map(|charge| Charge {
                amount: paystack_money(charge.amount, &charge.currency),
                id: charge.id,
                is_paid: charge.paid,
                is_disputed: charge.disputed,
            })
            .collect())
    }

    /// The states of a customer's subscriptions.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn subscriptions(&self, customer: &str) -> Result<Vec<String>, ExchangeError> {
        let request = self
            .get("/v1/subscriptions")
            .query("customer", customer)
            .query("status", "all");
        let found: List<RawSubscription> = self.0.read(request).await?;
        Ok(found.data.into_iter().map(|it| it.status).collect())
    }

    /// How many invoices of a customer are open.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub async fn open_invoices(&self, customer: &str) -> Result<usize, ExchangeError> {
        let request = self
            .get("/v1/invoices")
            .query("customer", customer)
            .query("status", "open");
        let found: List<Identified> = self.0.read(request).await?;
        Ok(found.data.len())
    }

    /// The lists that the key may not read.
    ///
    /// # Errors
    /// [`ExchangeError`] where Stripe cannot be asked, or does not know the key at all.
    pub async fn missing_rights(&self) -> Result<Vec<&'static str>, ExchangeError> {
        let mut missing = Vec::new();
        for (route, right) in [
            ("/v1/customers", "Customers: Read"),
            ("/v1/charges", "Charges: Read"),
            ("/v1/subscriptions", "Subscriptions: Read"),
            ("/v1/invoices", "Invoices: Read"),
        ] {
            let request = self.get(route).query("limit", "1");
            match self.0.read::<Value>(request).await {
                Err(error) if lacks_right(&error) => missing.push(right),
                outcome => {
                    outcome?;
                }
            }
        }
        Ok(missing)
    }
}

fn lacks_right(error: &ExchangeError) -> bool {
    matches!(
        &error.problem,
        Problem::KeyRefused { code } if code == "more_permissions_required"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::vendors::testing::{Scripted, answer, assert_golden, golden};

    use super::*;

    #[tokio::test]
    async fn four_lists_of_one_customer_are_read_under_a_version() {
        let list = |data: Value| answer(200, json!({ "object": "list", "data": data }));
        let transport = Scripted::new([
            list(json!([{ "id": "cus_ada" }])),
            list(json!([])),
            list(json!([])),
            list(json!([])),
        ]);
        let stripe = Stripe::new(transport.clone(), Duration::from_secs(3));
        let email = Email::new("ada.obi@example.com").unwrap();
        let customer = stripe.customer(&email).await.unwrap().unwrap();
        stripe.charges(&customer).await.unwrap();
        stripe.subscriptions(&customer).await.unwrap();
        stripe.open_invoices(&customer).await.unwrap();
        let names = ["customer-by-email", "charges", "subscriptions", "invoices"];
        for (name, asked) in names.iter().zip(transport.asked()) {
            assert_golden(&format!("stripe/{name}"), &golden(&asked));
        }
    }

    #[tokio::test]
    async fn two_customers_of_one_address_are_none() {
        let two = json!({ "data": [{ "id": "cus_1" }, { "id": "cus_2" }] });
        let stripe = Stripe::new(Scripted::new([answer(200, two)]), Duration::from_secs(3));
        let email = Email::new("ada.obi@example.com").unwrap();
        assert_eq!(stripe.customer(&email).await.unwrap(), None);
    }

    #[test]
    fn the_same_francs_are_the_same_at_both() {
        // 200 francs: Paystack says 20,000, Stripe says 200.
        for code in ["xof", "rwf", "XOF"] {
            let money = paystack_money(200, code).unwrap();
            assert_eq!(money.subunits, 20_000, "{code}");
        }
        let naira = paystack_money(1_500_000, "ngn").unwrap();
        assert_eq!(naira, Money::new(1_500_000, Currency::Ngn));
        assert_eq!(paystack_money(1, "jpy"), None);
        assert_eq!(paystack_money(i64::MAX, "xof"), None);
    }

    #[test]
    fn what_we_read_is_in_stripes_own_fixtures() {
        let fixtures = include_str!("../../../../infra/local/sandbox/src/stripe/fixtures.json");
        let fixtures: Value = serde_json::from_str(fixtures).unwrap();
        let charge: RawCharge = serde_json::from_value(fixtures["charge"].clone()).unwrap();
        assert_eq!((charge.amount, charge.currency.as_str()), (100, "usd"));
        for name in ["customer", "invoice"] {
            let _: Identified = serde_json::from_value(fixtures[name].clone()).unwrap();
        }
        let _: RawSubscription = serde_json::from_value(fixtures["subscription"].clone()).unwrap();
    }
}
