//! Customers. Paystack finds them by e-mail address or code, never by telephone number.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::wire::{self, Metadata, PrivateText};
use super::{Effect, Paystack, PaystackError};
use crate::ids::{CustomerCode, Email, PhoneNumber};

/// A customer on record.
#[derive(Debug, Clone, Deserialize)]
pub struct Customer {
    /// The number that lists filter by.
    #[serde(deserialize_with = "wire::required_u64")]
    pub id: u64,
    /// The code that paths take.
    #[serde(rename = "customer_code")]
    pub code: CustomerCode,
    /// The address on record, where it is one that we would write to.
    #[serde(default, deserialize_with = "wire::optional_email")]
    pub email: Option<Email>,
    /// The first name on record.
    #[serde(default, deserialize_with = "wire::private_text")]
    pub first_name: Option<PrivateText>,
    /// The last name on record.
    #[serde(default, deserialize_with = "wire::private_text")]
    pub last_name: Option<PrivateText>,
    /// The telephone number on record, as the merchant wrote it; see [`Customer::phone_number`].
    #[serde(default, deserialize_with = "wire::private_text")]
    pub phone: Option<PrivateText>,
    /// What is kept beside the record.
    #[serde(default)]
    pub metadata: Metadata,
    /// Cards and accounts that have paid before.
    #[serde(default, deserialize_with = "wire::loose_list")]
    pub authorizations: Vec<Authorization>,
    /// When the record was made.
    #[serde(default, deserialize_with = "wire::optional_time")]
    pub created_at: Option<Timestamp>,
}

impl Customer {
    /// The number on record in E.164. A national number is completed with the calling code that
    /// Paystack's dashboard keeps in the metadata, else with `calling_code` from settings.
    #[must_use]
    pub fn phone_number(&self, calling_code: Option<&str>) -> Option<PhoneNumber> {
        let calling_code = self.metadata.text("calling_code").or(calling_code);
        wire::phone_number(self.phone.as_ref(), calling_code)
    }
}

/// A means of payment that was used once and may be charged again.
#[derive(Debug, Clone, Deserialize)]
pub struct Authorization {
    /// What charges it: a secret, worth money with the key.
    #[serde(rename = "authorization_code", deserialize_with = "wire::secret")]
    pub code: SecretString,
    /// Whether Paystack lets it be charged again.
    #[serde(default, deserialize_with = "wire::flag")]
    pub reusable: bool,
    /// `card`, `bank` and others.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub channel: Option<String>,
}

/// A customer to be made.
#[derive(Debug, Clone)]
pub struct NewCustomer {
    /// The address: Paystack's key of a customer, and not changeable later.
    pub email: Email,
    /// The first name, where it is known.
    pub first_name: Option<PrivateText>,
    /// The last name, where it is known.
    pub last_name: Option<PrivateText>,
    /// The telephone number, where it is known.
    pub phone: Option<PhoneNumber>,
    /// What to keep beside the record: our call, our action key.
    pub metadata: Map<String, Value>,
}

impl Paystack {
    /// The customer with this address, or `None` where Paystack definitely has none.
    pub async fn customer_by_email(
        &self,
        email: &Email,
    ) -> Result<Option<Customer>, PaystackError> {
        let request = self
            .get("/customer/{email_or_code}")
            .parameter(email.expose());
        let found: Option<Customer> = self.find(request).await?;
        if let Some(customer) = &found {
            same_address(customer, email, Effect::Read)?;
        }
        Ok(found)
    }

    /// The customer with this code, or `None` where Paystack definitely has none.
    pub async fn customer_by_code(
        &self,
        code: &CustomerCode,
    ) -> Result<Option<Customer>, PaystackError> {
        let request = self
            .get("/customer/{email_or_code}")
            .parameter(code.as_str());
        let found: Option<Customer> = self.find(request).await?;
        if let Some(customer) = &found {
            same_code(customer, code, Effect::Read)?;
        }
        Ok(found)
    }

    /// Makes a customer. Paystack does not say what happens when the address is taken: look first,
    /// and look again after any error. The e-mail address is the anchor.
    pub async fn create_customer(&self, new: &NewCustomer) -> Result<Customer, PaystackError> {
        let mut body = Map::new();
        body.insert("email".to_owned(), json!(new.email.expose()));
        for (name, text) in [
            ("first_name", &new.first_name),
            ("last_name", &new.last_name),
        ] {
            if let Some(text) = text {
                body.insert(name.to_owned(), json!(text.expose()));
            }
        }
        if let Some(phone) = &new.phone {
            body.insert("phone".to_owned(), json!(phone.expose()));
        }
        if !new.metadata.is_empty() {
            body.insert("metadata".to_owned(), Value::Object(new.metadata.clone()));
        }
        let customer = self
            .fetch(self.post("/customer").body(Value::Object(body)))
            .await?;
        same_address(&customer, &new.email, Effect::Write)?;
        Ok(customer)
    }

    /// Adds to a customer's metadata, keeping what is there: whether Paystack merges or replaces is
    /// not documented, so the whole object is read and written. Setting the same again changes
    /// nothing; two writers at once can lose one's addition, so hold the customer's lock.
    ///
    /// `None` where Paystack definitely has no such customer.
    pub async fn add_customer_metadata(
        &self,
        code: &CustomerCode,
        additions: &Map<String, Value>,
    ) -> Result<Option<Customer>, PaystackError> {
        let Some(current) = self.customer_by_code(code).await? else {
            return Ok(None);
        };
        let mut metadata = match current.metadata {
            Metadata::Absent => Map::new(),
            Metadata::Object(map) => map,
            Metadata::Other => return Err(PaystackError::MetadataNotAnObject),
        };
        metadata.extend(additions.clone());
        let request = self.put("/customer/{code}").parameter(code.as_str());
        let updated = self
            .fetch(request.body(json!({ "metadata": metadata })))
            .await?;
        same_code(&updated, code, Effect::Write)?;
        Ok(Some(updated))
    }
}

fn same_address(customer: &Customer, asked: &Email, effect: Effect) -> Result<(), PaystackError> {
    match &customer.email {
        Some(email) if email.normalised() == asked.normalised() => Ok(()),
        Some(_) | None => Err(PaystackError::Mismatch {
            effect,
            what: "customer's address",
        }),
    }
}

fn same_code(
    customer: &Customer,
    asked: &CustomerCode,
    effect: Effect,
) -> Result<(), PaystackError> {
    if customer.code == *asked {
        Ok(())
    } else {
        Err(PaystackError::Mismatch {
            effect,
            what: "customer's code",
        })
    }
}
