//! A document is to be sent again. Paystack sends invoices and payment links; receipts, statements
//! and tax forms are sent by a person, to the address on record.

use serde_json::json;
use shared::case::DocumentKind;
use shared::ledger::{Action, Reason};

use super::Planner;

impl Planner<'_> {
    pub(super) fn document_resend(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        self.refuse_unwilling()?;
        let by_person = match self
            .case
            .fields
            .document
            .as_ref()
            .map(|document| document.value)
        {
            Some(DocumentKind::Invoice | DocumentKind::PaymentLink) | None => None,
            Some(DocumentKind::Receipt) => Some((
                "receipt",
                "send the receipt to the address on the customer's record, and to no other",
            )),
            Some(DocumentKind::Statement) => Some((
                "statement",
                "send the statement to the address on the customer's record, and to no other",
            )),
            Some(DocumentKind::TaxForm) => Some((
                "tax_form",
                "send the tax form from the billing system, to the address on record",
            )),
        };
        if let Some((code, words)) = by_person {
            let customer = self
                .records
                .customer
                .as_ref()
                .map(|customer| &customer.code);
            let found = json!({ "customer": customer });
            return Ok(self.review_of(Reason::new(code, words), found, None));
        }
        self.refuse_several("payment requests")?;
        if self.records.request.is_none() {
            return Err(Reason::new(
                "document",
                "no payment request was named, and the customer has none that is open",
            ));
        }
        Ok(vec![self.notify_existing()?])
    }
}
