//! Whom a matched call's customer is reached as, and what may be written to them: from Paystack's
//! records, kept with what is private to the call, so that erasing the caller takes it away.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::commit::{Change, Ledger, LedgerError};
use super::private::private_writes;
use crate::ids::{CallId, Email};
use crate::money::Money;

/// The private record's name.
const RECIPIENT: &str = "recipient";

/// The customer on Paystack's record, where the caller is known to be them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// The address on record.
    pub email: Email,
    /// The name on record.
    pub name: Option<String>,
    /// The payments that a receipt or statement is about, the newest first.
    #[serde(default)]
    pub payments: Vec<Paid>,
}

/// A payment that arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paid {
    /// Paystack's reference of it.
    pub reference: String,
    /// How much.
    pub amount: Money,
    /// When.
    pub at: Option<Timestamp>,
}

impl Change {
    /// Puts the recipient of a call's messages in place.
    ///
    /// # Errors
    /// [`LedgerError`] where it cannot be written as JSON.
    pub fn set_recipient(
        &mut self,
        call: &CallId,
        recipient: &Recipient,
        forget_at: Option<Timestamp>,
    ) -> Result<&mut Self, LedgerError> {
        for write in private_writes(call, RECIPIENT, recipient, forget_at)? {
            self.write(write);
        }
        Ok(self)
    }
}

impl Ledger {
    /// The customer on Paystack's record, where the caller is known to be them and was not erased.
    ///
    /// # Errors
    /// [`LedgerError`] where the table cannot be read.
    pub async fn recipient(&self, call: &CallId) -> Result<Option<Recipient>, LedgerError> {
        self.private(call, RECIPIENT).await
    }
}
