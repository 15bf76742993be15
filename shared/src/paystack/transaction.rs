//! Transactions: what was charged, and charging a card again.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::customer::Authorization;
use super::wire::{self, CustomerRef, Metadata, status};
use super::{Effect, Paystack, PaystackError};
use crate::ids::{Email, TransactionReference};
use crate::money::{Currency, Money};

status! {
    /// Where a transaction stands.
    TransactionStatus {
        /// Paid.
        Success = "success",
        /// Refused.
        Failed = "failed",
        /// Never completed by the customer.
        Abandoned = "abandoned",
        /// The customer is at it.
        Ongoing = "ongoing",
        /// Not decided yet.
        Pending = "pending",
        /// Not decided yet.
        Processing = "processing",
        /// Waiting to be tried.
        Queued = "queued",
        /// Given back.
        Reversed = "reversed",
        /// Paid, and a refund of it, whole or in part, is on its way.
        ReversalPending = "reversal-pending",
    }
}

/// A transaction on record.
#[derive(Debug, Clone, Deserialize)]
pub struct Transaction {
    /// The number that lists of refunds and disputes filter by.
    #[serde(deserialize_with = "wire::required_u64")]
    pub id: u64,
    /// The reference, where it is one that Paystack allows.
    #[serde(default, deserialize_with = "wire::parsed")]
    pub reference: Option<TransactionReference>,
    /// Where it stands.
    #[serde(default)]
    pub status: TransactionStatus,
    /// What was charged, in subunits; see [`Transaction::money`].
    #[serde(default, deserialize_with = "wire::optional_i64")]
    pub amount: Option<i64>,
    /// The currency, where it is one that we know.
    #[serde(default, deserialize_with = "wire::parsed")]
    pub currency: Option<Currency>,
    /// `card`, `bank`, `mobile_money` and others.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub channel: Option<String>,
    /// What the bank said.
    #[serde(default, deserialize_with = "wire::private_text")]
    pub gateway_response: Option<super::PrivateText>,
    /// Who paid.
    #[serde(default)]
    pub customer: CustomerRef,
    /// The means of payment, where it may be charged again.
    #[serde(default, deserialize_with = "wire::loose_object")]
    pub authorization: Option<Authorization>,
    /// What the merchant keeps beside it.
    #[serde(default)]
    pub metadata: Metadata,
    /// When it was paid.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub paid_at: Option<Timestamp>,
    /// When it was begun.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub created_at: Option<Timestamp>,
}

impl Transaction {
    /// What was charged, with its currency.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        wire::money(self.amount, self.currency)
    }
}

/// A card to be charged again.
#[derive(Debug, Clone)]
pub struct ChargeAuthorization {
    /// The address that the authorization belongs to.
    pub email: Email,
    /// How much.
    pub amount: Money,
    /// The authorization's code.
    pub authorization_code: SecretString,
    /// Our own reference: the anchor. Paystack refuses a second charge under it.
    pub reference: TransactionReference,
    /// What to keep beside the transaction: our call, our action key.
    pub metadata: Map<String, Value>,
}

/// What became of a charge. HTTP says 200 whatever the bank said: look at the status.
#[derive(Debug, Clone, Deserialize)]
pub struct Charge {
    /// The transaction's number, where one was made.
    #[serde(default, deserialize_with = "wire::optional_u64")]
    pub id: Option<u64>,
    /// Our reference.
    #[serde(default, deserialize_with = "wire::parsed")]
    pub reference: Option<TransactionReference>,
    /// Where the transaction stands.
    #[serde(default)]
    pub status: TransactionStatus,
    /// Whether the bank wants the customer to confirm; no money moves until then.
    #[serde(default, deserialize_with = "wire::flag")]
    pub paused: bool,
    /// What was charged, in subunits.
    #[serde(default, deserialize_with = "wire::optional_i64")]
    pub amount: Option<i64>,
    /// The currency.
    #[serde(default, deserialize_with = "wire::parsed")]
    pub currency: Option<Currency>,
}

impl Paystack {
    /// The transaction under a reference, asked anew from the bank where it is not decided, or
    /// `None` where Paystack definitely has none.
    pub async fn verify_transaction(
        &self,
        reference: &TransactionReference,
    ) -> Result<Option<Transaction>, PaystackError> {
        let request = self
            .get("/transaction/verify/{reference}")
            .parameter(reference.as_str());
        let found: Option<Transaction> = self.find(request).await?;
        match &found {
            Some(transaction) if transaction.reference.as_ref() != Some(reference) => {
                let what = "transaction's reference";
                Err(PaystackError::Mismatch {
                    effect: Effect::Read,
                    what,
                })
            }
            Some(_) | None => Ok(found),
        }
    }

    /// The transaction of a number, or `None` where Paystack definitely has none.
    pub async fn transaction(&self, id: u64) -> Result<Option<Transaction>, PaystackError> {
        let request = self.get("/transaction/{id}").parameter(&id.to_string());
        let found: Option<Transaction> = self.find(request).await?;
        match &found {
            Some(transaction) if transaction.id != id => {
                let what = "transaction's number";
                Err(PaystackError::Mismatch {
                    effect: Effect::Read,
                    what,
                })
            }
            Some(_) | None => Ok(found),
        }
    }

    /// Every transaction of a customer begun between `from` and `to`. `customer` is the numeric id.
    pub async fn transactions_of(
        &self,
        customer: u64,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<Transaction>, PaystackError> {
        let request = self
            .get("/transaction")
            .query("customer", customer.to_string())
            .query("from", from.to_string())
            .query("to", to.to_string());
        let mut rows = self.list(request, |row: &Transaction| row.id).await?;
        rows.retain(|row| row.customer.may_be(customer));
        Ok(rows)
    }

    /// Charges a card again. The anchor is the reference: after an unknown outcome
    /// [`Paystack::verify_transaction`] tells, and a second try is refused as a duplicate.
    pub async fn charge_authorization(
        &self,
        charge: &ChargeAuthorization,
    ) -> Result<Charge, PaystackError> {
        let body = json!({
            "email": charge.email.expose(),
            "amount": charge.amount.subunits,
            "currency": charge.amount.currency,
            "authorization_code": charge.authorization_code.expose_secret(),
            "reference": charge.reference,
            // Here, unlike everywhere else, metadata is JSON text.
            "metadata": Value::Object(charge.metadata.clone()).to_string(),
        });
        let done: Charge = self
            .fetch(self.post("/transaction/charge_authorization").body(body))
            .await?;
        if done.reference.as_ref() == Some(&charge.reference) {
            Ok(done)
        } else {
            let what = "transaction's reference";
            Err(PaystackError::Mismatch {
                effect: Effect::Write,
                what,
            })
        }
    }
}
