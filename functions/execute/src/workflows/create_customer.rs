//! A customer record is to be opened: only where Paystack has none, and only for a caller who is
//! known well enough.

use shared::ledger::{Action, ActionId, Anchor, Reason};

use super::planner::{Planner, short_hash};
use crate::policy::Deed;

impl Planner<'_> {
    pub(super) fn new_customer(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        self.refuse_unwilling()?;
        if self.records.customer.is_some() {
            return Err(Reason::new(
                "customer_exists",
                "the customer is on record already",
            ));
        }
        Ok(vec![self.create_customer()?])
    }

    pub(super) fn create_customer(&self) -> Result<Action, Reason> {
        let email = self.case.fields.email.as_ref().ok_or_else(|| {
            Reason::new(
                "no_email",
                "the call gives no e-mail address for the customer",
            )
        })?;
        let target = short_hash(&email.value.normalised());
        let id = ActionId::action(Deed::CreateCustomer.as_str(), &target);
        let mut action = self.action(id, Anchor::ByState, format!("customer-{target}"), None);
        self.decide(&mut action, Deed::CreateCustomer, None);
        Ok(action)
    }
}
