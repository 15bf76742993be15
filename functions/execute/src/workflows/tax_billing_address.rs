//! A billing address or tax region is wrong: both may be written to the customer's metadata, and
//! to that of the payment request that is open. A tax identifier is never carried; a person enters
//! it in the billing system.

use serde_json::json;
use shared::ledger::{Action, ActionId, Anchor, Reason};
use shared::redact::Kind;

use super::planner::{Planner, short_hash};
use crate::effects::billing_details;
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
        Ok(actions)
    }
}
