//! Whether two readings of one call contradict each other about money.

use super::{Captured, Case};

impl Case {
    /// The names of the money facts on which `later` contradicts this case. A fact that only one
    /// of them knows is no contradiction.
    #[must_use]
    pub fn contradictions(&self, later: &Self) -> Vec<&'static str> {
        let (ours, theirs) = (&self.fields, &later.fields);
        let checks = [
            (
                "amount",
                differ(ours.amount.as_ref(), theirs.amount.as_ref()),
            ),
            ("email", differ(ours.email.as_ref(), theirs.email.as_ref())),
            (
                "customer",
                differ(ours.customer_code.as_ref(), theirs.customer_code.as_ref()),
            ),
            (
                "payment",
                differ(
                    ours.payment_reference.as_ref(),
                    theirs.payment_reference.as_ref(),
                ),
            ),
            (
                "payment request",
                differ(ours.request_code.as_ref(), theirs.request_code.as_ref()),
            ),
            (
                "subscription",
                differ(ours.subscription.as_ref(), theirs.subscription.as_ref()),
            ),
            (
                "consent",
                differ(ours.consent.as_ref(), theirs.consent.as_ref()),
            ),
            (
                "consent to a charge",
                differ(ours.charge_consent.as_ref(), theirs.charge_consent.as_ref()),
            ),
            ("workflow", self.workflow != later.workflow),
        ];
        checks
            .into_iter()
            .filter_map(|(name, differs)| differs.then_some(name))
            .collect()
    }
}

fn differ<T: PartialEq>(ours: Option<&Captured<T>>, theirs: Option<&Captured<T>>) -> bool {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => ours.value != theirs.value,
        _ => false,
    }
}
