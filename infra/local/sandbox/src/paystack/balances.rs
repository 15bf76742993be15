//! The merchant's balance, out of which refunds and lost disputes are paid.

use serde_json::{Value, json};

use super::Model;
use super::context::success;
use crate::wire::Response;

impl Model {
    pub(super) fn fetch_balance(&self) -> Response {
        let rows: Vec<Value> = self
            .balances
            .iter()
            .map(|(currency, balance)| json!({ "currency": currency, "balance": balance }))
            .collect();
        success("Balances retrieved", &Value::Array(rows))
    }

    /// The balance in a currency, in subunits.
    #[must_use]
    pub fn balance(&self, currency: &str) -> i64 {
        self.balances.get(currency).copied().unwrap_or_default()
    }

    pub(super) fn move_balance(&mut self, currency: &str, by: i64) {
        let balance = self.balances.entry(currency.to_owned()).or_default();
        *balance = balance.saturating_add(by);
    }
}
