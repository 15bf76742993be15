//! Customers. There is no search by phone, and `PUT` changes no e-mail.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Model;
use super::context::{Context, Reply, stamp, success};
use super::effect::Effect;
use super::page::{PerPage, page};
use super::refusal::Refusal;

/// A customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// The numeric id.
    pub id: u64,
    /// The code, `CUS_…`.
    pub code: String,
    /// The e-mail.
    pub email: String,
    /// The first name.
    pub first_name: Option<String>,
    /// The last name.
    pub last_name: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// What the merchant keeps beside it.
    pub metadata: Option<Map<String, Value>>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Customer {
    /// The customer as other records carry it.
    pub(super) fn brief(&self) -> Value {
        json!({
            "id": self.id,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "email": self.email,
            "customer_code": self.code,
            "phone": self.phone,
            "metadata": self.metadata(),
            "risk_action": "default",
            "international_format_phone": self.phone,
        })
    }

    /// The customer as lists of refunds, disputes and subscriptions carry it: its metadata is a text.
    pub(super) fn brief_with_text(&self) -> Value {
        let mut brief = self.brief();
        if let Some(brief) = brief.as_object_mut() {
            brief.insert("metadata".into(), json!(self.metadata().to_string()));
        }
        brief
    }

    fn metadata(&self) -> Value {
        Value::Object(self.metadata.clone().unwrap_or_default())
    }

    fn full(&self, integration: u64, domain: &str) -> Map<String, Value> {
        let mut full = Map::new();
        full.insert("id".into(), json!(self.id));
        full.insert("customer_code".into(), json!(self.code));
        full.insert("email".into(), json!(self.email));
        full.insert("first_name".into(), json!(self.first_name));
        full.insert("last_name".into(), json!(self.last_name));
        full.insert("phone".into(), json!(self.phone));
        full.insert("metadata".into(), self.metadata());
        full.insert("integration".into(), json!(integration));
        full.insert("domain".into(), json!(domain));
        full.insert("risk_action".into(), json!("default"));
        full.insert("identified".into(), json!(false));
        full.insert("identifications".into(), Value::Null);
        full.insert("createdAt".into(), json!(stamp(self.created_at)));
        full.insert("updatedAt".into(), json!(stamp(self.updated_at)));
        full
    }
}

impl Model {
    pub(super) fn create_customer(&mut self, context: &mut Context<'_>) -> Reply {
        let email = context
            .text("email")?
            .ok_or_else(|| Refusal::missing("Email Address is required"))?;
        if !email.contains('@') || email.contains(char::is_whitespace) {
            return Err(Refusal::invalid("Invalid Email Address Passed"));
        }
        let first_name = context.text("first_name")?;
        let last_name = context.text("last_name")?;
        let phone = context.text("phone")?;
        let metadata = context.object("metadata")?;
        let known = self.customer_by_email(&email).map(|customer| customer.id);
        // Paystack is said to give the customer that it has for an e-mail; nobody states it officially.
        let id = if let Some(id) = known {
            id
        } else {
            let customer = Customer {
                id: self.ids.number(180_000_000),
                code: self.ids.code("CUS_"),
                email,
                first_name,
                last_name,
                phone,
                metadata,
                created_at: context.now,
                updated_at: context.now,
            };
            context.effects.push(Effect::CustomerCreated {
                customer_code: customer.code.clone(),
                email: customer.email.clone(),
            });
            let id = customer.id;
            self.customers.insert(id, customer);
            id
        };
        let Some(customer) = self.customers.get(&id) else {
            return Err(Refusal::unknown_error());
        };
        let mut data = customer.full(self.settings.integration, self.settings.domain());
        for list in ["transactions", "subscriptions", "authorizations"] {
            data.insert(list.into(), json!([]));
        }
        Ok(success("Customer created", &Value::Object(data)))
    }

    pub(super) fn fetch_customer(&self, email_or_code: &str) -> Reply {
        let customer = self
            .customer_by_email(email_or_code)
            .or_else(|| self.customer_by_code(email_or_code))
            .ok_or_else(unknown_customer)?;
        let mut data = customer.full(self.settings.integration, self.settings.domain());
        let own = |id: &u64| *id == customer.id;
        let transactions: Vec<_> = self
            .transactions
            .values()
            .filter(|transaction| own(&transaction.customer))
            .collect();
        let authorizations: Vec<_> = transactions
            .iter()
            .map(|transaction| transaction.authorization.json(&transaction.channel))
            .collect();
        let subscriptions: Vec<_> = self
            .subscriptions
            .values()
            .filter(|subscription| own(&subscription.customer))
            .map(|subscription| self.subscription_row(subscription))
            .collect();
        let mut totals = std::collections::BTreeMap::<&str, i64>::new();
        for transaction in &transactions {
            *totals.entry(&transaction.currency).or_default() += transaction.amount;
        }
        let totals: Vec<_> = totals
            .into_iter()
            .map(|(currency, amount)| json!({ "currency": currency, "amount": amount }))
            .collect();
        data.insert("total_transactions".into(), json!(transactions.len()));
        data.insert("total_transaction_value".into(), json!(totals));
        let transactions: Vec<_> = transactions
            .iter()
            .map(|transaction| self.transaction_row(transaction))
            .collect();
        data.insert("transactions".into(), json!(transactions));
        data.insert("subscriptions".into(), json!(subscriptions));
        data.insert("authorizations".into(), json!(authorizations));
        data.insert("dedicated_account".into(), Value::Null);
        data.insert("dedicated_accounts".into(), json!([]));
        data.insert("created_at".into(), json!(stamp(customer.created_at)));
        data.insert("updated_at".into(), json!(stamp(customer.updated_at)));
        Ok(success("Customer retrieved", &Value::Object(data)))
    }

    pub(super) fn update_customer(&mut self, code: &str, context: &mut Context<'_>) -> Reply {
        let first_name = context.text("first_name")?;
        let last_name = context.text("last_name")?;
        let phone = context.text("phone")?;
        let metadata = context.object("metadata")?;
        let merge = self.settings.merge_metadata;
        let (integration, domain) = (self.settings.integration, self.settings.domain());
        let customer = self
            .customers
            .values_mut()
            .find(|customer| customer.code == code)
            .ok_or_else(unknown_customer)?;
        customer.first_name = first_name.or_else(|| customer.first_name.take());
        customer.last_name = last_name.or_else(|| customer.last_name.take());
        customer.phone = phone.or_else(|| customer.phone.take());
        if let Some(metadata) = metadata {
            match &mut customer.metadata {
                Some(kept) if merge => kept.extend(metadata),
                kept => *kept = Some(metadata),
            }
        }
        customer.updated_at = context.now;
        context.effects.push(Effect::CustomerUpdated {
            customer_code: customer.code.clone(),
        });
        Ok(success(
            "Customer updated",
            &Value::Object(customer.full(integration, domain)),
        ))
    }

    pub(super) fn list_customers(&self, context: &Context<'_>) -> Reply {
        let mut rows = Vec::new();
        for customer in self.customers.values().rev() {
            if context.listed(customer.created_at) && context.in_window(customer.created_at)? {
                let row = customer.full(self.settings.integration, self.settings.domain());
                rows.push(Value::Object(row));
            }
        }
        Ok(page(
            "Customers retrieved",
            rows,
            context,
            PerPage::Number,
            &[],
        ))
    }

    /// The customer of that e-mail, whatever its case.
    #[must_use]
    pub fn customer_by_email(&self, email: &str) -> Option<&Customer> {
        self.customers
            .values()
            .find(|customer| customer.email.eq_ignore_ascii_case(email))
    }

    /// The customer of that code.
    #[must_use]
    pub fn customer_by_code(&self, code: &str) -> Option<&Customer> {
        self.customers
            .values()
            .find(|customer| customer.code == code)
    }

    /// All customers, oldest first.
    #[must_use]
    pub fn customers(&self) -> impl DoubleEndedIterator<Item = &Customer> {
        self.customers.values()
    }

    /// The customer that a body names by code or by id.
    pub(super) fn customer_by_code_or_id(&self, text: &str) -> Option<&Customer> {
        self.customer_by_code(text)
            .or_else(|| self.customers.get(&text.parse().ok()?))
    }

    pub(super) fn customer_brief(&self, id: u64) -> Value {
        self.customers.get(&id).map_or(Value::Null, Customer::brief)
    }

    pub(super) fn customer_brief_with_text(&self, id: u64) -> Value {
        self.customers
            .get(&id)
            .map_or(Value::Null, Customer::brief_with_text)
    }

    pub(super) fn customer_email(&self, id: u64) -> String {
        self.customers
            .get(&id)
            .map(|customer| customer.email.clone())
            .unwrap_or_default()
    }
}

fn unknown_customer() -> Refusal {
    Refusal::plain(404, "Customer email is invalid for your live domain.")
}
