//! Refunds. Paystack takes two equal ones, so each carries a key of ours in its merchant's note, and
//! is looked for by the transaction's *number*: a list by reference is always empty.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::wire::{self, PrivateText, TransactionRef, status};
use super::{Effect, Paystack, PaystackError};
use crate::money::{Currency, Money};

status! {
    /// Where a refund stands.
    RefundStatus {
        /// Accepted.
        Pending = "pending",
        /// With the bank.
        Processing = "processing",
        /// Paid out.
        Processed = "processed",
        /// Not paid out; the money is back on the balance.
        Failed = "failed",
        /// Waiting for the customer's account, which a person enters.
        NeedsAttention = "needs-attention",
    }
}

/// A refund on record.
#[derive(Debug, Clone, Deserialize)]
pub struct Refund {
    /// The number.
    #[serde(deserialize_with = "wire::required_u64")]
    pub id: u64,
    /// What is being given back.
    #[serde(default)]
    pub transaction: TransactionRef,
    /// Where it stands.
    #[serde(default)]
    pub status: RefundStatus,
    /// How much, in subunits; see [`Refund::money`].
    #[serde(default, deserialize_with = "wire::optional_i64")]
    pub amount: Option<i64>,
    /// The currency, where it is one that we know.
    #[serde(default, deserialize_with = "wire::parsed")]
    pub currency: Option<Currency>,
    /// What the merchant wrote: our action key among it.
    #[serde(default, deserialize_with = "wire::private_text")]
    pub merchant_note: Option<PrivateText>,
    /// What the customer was told.
    #[serde(default, deserialize_with = "wire::private_text")]
    pub customer_note: Option<PrivateText>,
    /// When it was asked for.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub created_at: Option<Timestamp>,
    /// When it should arrive.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub expected_at: Option<Timestamp>,
}

impl Refund {
    /// How much, with its currency.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        wire::money(self.amount, self.currency)
    }

    /// Whether it counts against what can still be given back: everything but a failed one, an
    /// unknown status included.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.status != RefundStatus::Failed
    }
}

/// A refund to be asked for.
#[derive(Debug, Clone)]
pub struct NewRefund {
    /// The transaction's number.
    pub transaction: u64,
    /// How much: always said, since without it Paystack gives everything back.
    pub amount: Money,
    /// What the merchant reads: our action key, a short summary, the link of our call page.
    pub merchant_note: String,
    /// What the customer reads, where anything.
    pub customer_note: Option<String>,
}

/// Where a refund that needs attention is to go; a person enters it, nobody stores it.
#[derive(Debug, Clone)]
pub struct RefundAccount {
    /// The currency of the payment.
    pub currency: Currency,
    /// The account's number.
    pub account_number: SecretString,
    /// Paystack's number of the bank.
    pub bank_id: u64,
}

impl Paystack {
    /// Asks for a refund. The anchor is the key in its merchant's note, found by
    /// [`Paystack::refunds_of`].
    pub async fn create_refund(&self, new: &NewRefund) -> Result<Refund, PaystackError> {
        let mut body = Map::new();
        // The specification wants text here; Paystack takes the number as text.
        body.insert("transaction".to_owned(), json!(new.transaction.to_string()));
        body.insert("amount".to_owned(), json!(new.amount.subunits));
        body.insert("currency".to_owned(), json!(new.amount.currency));
        body.insert("merchant_note".to_owned(), json!(new.merchant_note));
        if let Some(note) = &new.customer_note {
            body.insert("customer_note".to_owned(), json!(note));
        }
        let refund: Refund = self
            .fetch(self.post("/refund").body(Value::Object(body)))
            .await?;
        let effect = Effect::Write;
        if refund.transaction.id != Some(new.transaction) {
            return Err(PaystackError::Mismatch {
                effect,
                what: "refund's transaction",
            });
        }
        if refund.money() != Some(new.amount) {
            return Err(PaystackError::Mismatch {
                effect,
                what: "refund's amount",
            });
        }
        Ok(refund)
    }

    /// Every refund of a transaction, by its *number*. A row that does not say which transaction it
    /// belongs to makes the whole list unreadable: it could be ours.
    pub async fn refunds_of(&self, transaction: u64) -> Result<Vec<Refund>, PaystackError> {
        let mut asked = transaction.to_string();
        if crate::mutant!("mutant-look-up-by-reference")
            && let Some(found) = self.transaction(transaction).await?
        {
            asked = found.reference.map_or(asked, |it| it.to_string());
        }
        let request = self.get("/refund").query("transaction", asked);
        let mut rows = self.list(request, |row: &Refund| row.id).await?;
        if rows.iter().any(|row| row.transaction.id.is_none()) {
            let what = "refund's transaction";
            return Err(PaystackError::Mismatch {
                effect: Effect::Read,
                what,
            });
        }
        rows.retain(|row| row.transaction.id == Some(transaction));
        Ok(rows)
    }

    /// The refund of a number, or `None` where Paystack definitely has none.
    pub async fn refund(&self, id: u64) -> Result<Option<Refund>, PaystackError> {
        let request = self.get("/refund/{id}").parameter(&id.to_string());
        let found: Option<Refund> = self.find(request).await?;
        found
            .map(|found| same_refund(found, id, Effect::Read))
            .transpose()
    }

    /// Gives a refund that needs attention the customer's account. The anchor is its own state: it
    /// no longer needs attention, and a second try is refused.
    pub async fn retry_refund(
        &self,
        id: u64,
        account: &RefundAccount,
    ) -> Result<Refund, PaystackError> {
        let body = json!({ "refund_account_details": {
            "currency": account.currency,
            "account_number": account.account_number.expose_secret(),
            "bank_id": account.bank_id.to_string(),
        }});
        let request = self
            .post("/refund/retry_with_customer_details/{id}")
            .parameter(&id.to_string());
        same_refund(self.fetch(request.body(body)).await?, id, Effect::Write)
    }
}

fn same_refund(refund: Refund, id: u64, effect: Effect) -> Result<Refund, PaystackError> {
    if refund.id == id {
        Ok(refund)
    } else {
        Err(PaystackError::Mismatch {
            effect,
            what: "refund's number",
        })
    }
}
