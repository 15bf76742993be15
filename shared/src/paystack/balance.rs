//! What the merchant has at Paystack: what refunds come out of, and the cheapest check of a key.

use serde::Deserialize;

use super::wire;
use super::{Effect, Paystack, PaystackError};
use crate::money::{Currency, Money};

#[derive(Deserialize)]
struct Balance {
    #[serde(default, deserialize_with = "wire::parsed")]
    currency: Option<Currency>,
    #[serde(default, deserialize_with = "wire::optional_i64")]
    balance: Option<i64>,
}

impl Paystack {
    /// The balance in each currency that we know.
    pub async fn balances(&self) -> Result<Vec<Money>, PaystackError> {
        let accepted = self.exchange(self.get("/balance")).await?;
        let unreadable = || PaystackError::Unreadable {
            effect: Effect::Read,
            status: accepted.status,
        };
        let rows = accepted.data.as_array().ok_or_else(unreadable)?;
        let mut balances = Vec::with_capacity(rows.len());
        for row in rows {
            let row: Balance = wire::record(row.clone()).ok_or_else(unreadable)?;
            if let Some(currency) = row.currency {
                balances.push(Money::new(row.balance.ok_or_else(unreadable)?, currency));
            }
        }
        Ok(balances)
    }
}
