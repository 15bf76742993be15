//! A billing address or tax region is wrong: both may be written to the customer's metadata, and
//! to that of the payment request that is open; the postal address into `QuickBooks` too, where it
//! has the customer. A tax identifier is never carried; a person enters it in the billing system.

use serde_json::json;
use shared::ledger::{Action, ActionId, Anchor, Reason};
use shared::paystack::Customer;
use shared::redact::Kind;

use super::planner::{Planner, short_hash};
use crate::effects::billing_details;
use crate::paired::Known;
use crate::policy::Deed;

impl Planner<'_> {
    pub(super) fn tax_billing_address(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        if self.case.removed.contains(&Kind::TaxId) {
            return Err(Reason::new(
                "tax_identifier",
                "a tax identifier is to be corrected: ask the customer for it in a safe way, and \
                 enter it in the billing system",
            ));
        }
        let details = billing_details(self.case);
        if details.is_empty() {
            return Err(Reason::new(
                "no_details",
                "the call does not give the address or tax region: ask, and enter it in the \
                 billing system",
            ));
        }
        let customer = self.customer()?;
        // The values are personal: the approval is bound to their hash.
        let hash = short_hash(&serde_json::Value::Object(details.clone()).to_string());
        let names: Vec<&String> = details.keys().collect();
        let id = ActionId::action(Deed::CorrectBillingDetails.as_str(), customer.code.as_str());
        let resource = format!("customer-{}", customer.code);
        let mut correction = self.action(id, Anchor::ByState, resource, None);
        correction.parameters = json!({ "corrects": names, "details": hash });
        let limit = self
            .settings
            .limits
            .billing_corrections_per_customer_per_month;
        correction.reservations =
            vec![self.monthly("billing-corrections", customer.code.as_str(), limit)];
        self.decide(&mut correction, Deed::CorrectBillingDetails, None);
        let mut actions = vec![correction];
        let open = self
            .records
            .request
            .as_ref()
            .filter(|request| request.is_open());
        if let Some(code) = open.and_then(|request| request.code.as_ref()) {
            let id = ActionId::action(Deed::UpdatePaymentRequest.as_str(), code.as_str());
            let after = actions.first().map(|correction| correction.id.clone());
            let mut update = self.action(id, Anchor::ByState, format!("request-{code}"), after);
            update.parameters = json!({ "corrects": names, "details": hash });
            self.decide(&mut update, Deed::UpdatePaymentRequest, None);
            actions.push(update);
        }
        actions.extend(self.correct_books_address(customer, &hash));
        Ok(actions)
    }

    /// The same postal address in `QuickBooks`, where it has the customer, or could not be asked.
    /// It waits for nothing in Paystack.
    fn correct_books_address(&self, customer: &Customer, hash: &str) -> Option<Action> {
        let may_have_them = match &self.records.around.quickbooks {
            Known::Found(books) => books.customer.is_some(),
            Known::NoAnswer => true,
            Known::Nothing | Known::NotAsked => false,
        };
        let address = self.case.fields.billing_address.as_ref();
        let is_said = address.is_some_and(|it| !it.value.trim().is_empty());
        if !may_have_them || !is_said {
            return None;
        }
        let code = customer.code.as_str();
        let id = ActionId::action(Deed::CorrectBooksAddress.as_str(), code);
        let resource = format!("books-customer-{code}");
        let mut action = self.action(id, Anchor::ByState, resource, None);
        action.parameters = json!({ "corrects": ["billing_address"], "details": hash });
        let limit = self
            .settings
            .limits
            .billing_corrections_per_customer_per_month;
        action.reservations = vec![self.monthly("books-corrections", code, limit)];
        self.decide(&mut action, Deed::CorrectBooksAddress, None);
        Some(action)
    }
}
