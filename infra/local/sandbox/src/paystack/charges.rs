//! Charging a card again: the one payment that the merchant begins, and the one with a key.

use serde_json::{Value, json};

use super::Model;
use super::context::{Context, Reply, stamp, success};
use super::effect::Effect;
use super::refusal::Refusal;
use super::transactions::Transaction;

impl Model {
    pub(super) fn charge_authorization(&mut self, context: &mut Context<'_>) -> Reply {
        let email = context.required_text("email")?;
        let amount = context
            .amount("amount")?
            .ok_or_else(|| Refusal::missing("\"amount\" is required"))?;
        let code = context.required_text("authorization_code")?;
        let currency = context.text("currency")?.unwrap_or_else(|| "NGN".into());
        let metadata = context.field("metadata").cloned();
        self.require_currency(&currency)?;
        let reference = match context.text("reference")? {
            Some(reference) => reference,
            None => self.ids.code("T"),
        };
        if self.transaction_by_reference(&reference).is_some() {
            return Err(Refusal::full(
                400,
                "Duplicate Transaction Reference",
                "validation_error",
                "duplicate_reference",
                "Ensure that the reference is unique to every transaction",
            ));
        }
        let charged: Vec<&Transaction> = self
            .transactions
            .values()
            .filter(|transaction| transaction.authorization.authorization_code == code)
            .collect();
        if charged.is_empty() {
            return Err(Refusal::plain(400, "Authorization code is invalid"));
        }
        let belongs = |customer| self.customer_email(customer).eq_ignore_ascii_case(&email);
        let charged = charged
            .into_iter()
            .find(|one| one.authorization.reusable && belongs(one.customer))
            .ok_or_else(|| {
                let message = "Email does not match Authorization code. Authorization may be \
                               inactive or belong to a different email. Please confirm.";
                Refusal::plain(400, message)
            })?;
        let (customer, authorization) = (charged.customer, charged.authorization.clone());
        let transaction = Transaction {
            id: self.ids.number(5_000_000_000),
            reference: reference.clone(),
            amount,
            currency: currency.clone(),
            status: "success".into(),
            channel: "card".into(),
            customer,
            authorization,
            metadata: read_metadata(metadata.clone()),
            gateway_response: "Approved".into(),
            plan: None,
            fees: amount / 100,
            paid_at: Some(context.now),
            created_at: context.now,
        };
        context.effects.push(Effect::CardCharged {
            transaction_reference: reference,
            amount,
            currency,
        });
        self.move_balance(&transaction.currency, amount);
        let mut data = self.transaction_parts(&transaction);
        data.insert("plan".into(), Value::Null);
        data.insert("transaction_date".into(), json!(stamp(context.now)));
        data.insert("metadata".into(), metadata.unwrap_or_else(|| json!("")));
        self.transactions.insert(transaction.id, transaction);
        Ok(success("Charge attempted", &Value::Object(data)))
    }
}

/// Metadata is a JSON text here, unlike everywhere else; an object is taken too.
fn read_metadata(metadata: Option<Value>) -> Value {
    match metadata {
        None => json!(""),
        Some(Value::String(text)) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
        Some(other) => other,
    }
}
