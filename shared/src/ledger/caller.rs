//! The caller index: from an e-mail address or telephone number to its calls, without holding
//! either. The entries are keyed hashes; erasing a caller deletes them.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use serde_json::json;
use sha2::Sha256;

use super::record::partition;
use super::schedule::sortable;
use super::table::{Entry, Index, Item, Key, TableError};
use crate::case::Case;
use crate::ids::{Email, PhoneNumber};
use crate::secrets::CallerKey;

/// Makes the index's keys.
#[derive(Clone)]
pub struct CallerIndex(CallerKey);

impl CallerIndex {
    /// An index under `key`.
    #[must_use]
    pub const fn new(key: CallerKey) -> Self {
        Self(key)
    }

    /// The key of an e-mail address.
    #[must_use]
    pub fn email(&self, email: &Email) -> String {
        self.hash("email", &email.normalised())
    }

    /// The key of a telephone number.
    #[must_use]
    pub fn phone(&self, phone: &PhoneNumber) -> String {
        self.hash("phone", phone.expose())
    }

    /// The items that lead from a case's caller to its call.
    ///
    /// # Errors
    /// [`TableError::Unreadable`] where one cannot be written as JSON.
    pub fn items(&self, case: &Case, at: Timestamp) -> Result<Vec<Item>, TableError> {
        let email = case
            .fields
            .email
            .as_ref()
            .map(|email| ("email", self.email(&email.value)));
        let phone = case
            .caller
            .as_ref()
            .map(|phone| ("phone", self.phone(phone)));
        [email, phone]
            .into_iter()
            .flatten()
            .map(|(kind, bucket)| {
                let key = Key::new(partition(&case.call), format!("caller#{kind}"));
                let mut item = Item::new(key, &json!({}))?;
                item.entries = vec![Entry {
                    index: Index::Caller,
                    bucket,
                    sort: sortable(at),
                }];
                Ok(item)
            })
            .collect()
    }

    #[expect(clippy::expect_used, reason = "an HMAC takes a key of any length")]
    fn hash(&self, kind: &str, value: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose().as_bytes())
            .expect("an HMAC takes a key of any length");
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        format!("{kind}#{}", hex::encode(mac.finalize().into_bytes()))
    }
}
