//! A document is to be sent again. Paystack sends invoices and payment links, `QuickBooks` an invoice
//! that only it has; receipts and statements go by mail to the address on Paystack's record, or are
//! sent by a person; tax forms always are. Policy is asked about each, and each is counted.

use serde_json::json;
use shared::case::DocumentKind;
use shared::config::{System, Told};
use shared::ledger::{Action, ActionId, Anchor, Reason, State};

use super::planner::Planner;
use crate::paired::{InBooks, Invoice, Known};
use crate::policy::Deed;

impl Planner<'_> {
    pub(super) fn document_resend(&self) -> Result<Vec<Action>, Reason> {
        self.refuse_what_is_unclear()?;
        self.refuse_unwilling()?;
        let document = self.case.fields.document.as_ref().map(|it| it.value);
        let by_person = match document {
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
        if let Some((document, (kind, words))) = document.zip(by_person) {
            return Ok(vec![self.send_document(document, kind, words)?]);
        }
        if let Some(invoice) = self.invoice_in_books()? {
            return Ok(vec![self.send_books_invoice(invoice)?]);
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

    /// A receipt or statement goes by mail to the address on Paystack's record, where policy lets it
    /// and the settings name a way; else a person sends it, and approves that they have. Whom it must
    /// not go to at all, nobody is asked to send it to.
    fn send_document(
        &self,
        document: DocumentKind,
        kind: &str,
        words: &str,
    ) -> Result<Action, Reason> {
        let customer = &self.customer()?.code;
        let id = ActionId::action(Deed::SendDocument.as_str(), kind);
        let resource = format!("document-{customer}-{kind}");
        let mut action = self.action(id, Anchor::ByState, resource, None);
        action.parameters = json!({
            "document": kind,
            "customer": customer,
            "transaction": self.records.payment.as_ref().map(|it| it.transaction.id.to_string()),
        });
        let limit = self.settings.limits.documents_per_customer_per_day;
        action.reservations = vec![self.daily("documents", customer.as_str(), limit)];
        self.decide(&mut action, Deed::SendDocument, None);
        let is_known = document != DocumentKind::Receipt || self.records.payment.is_some();
        let is_mailed = is_known && self.goes_by_mail(document);
        match action.state {
            State::Planned if !is_mailed => {
                let allowed = action.reason.take().unwrap_or_default();
                action.reason = Some(Reason {
                    policies: allowed.policies,
                    ..Reason::new(kind, words)
                });
                action.state = State::AwaitingApproval;
            }
            State::AwaitingApproval => {
                if let Some(reason) = &mut action.reason {
                    reason.words = if is_mailed {
                        format!(
                            "{}: once approved, the document is mailed to the address on the \
                             customer's record",
                            reason.words
                        )
                    } else {
                        format!("{}: once that is clear, {words}, and approve", reason.words)
                    };
                }
            }
            // It goes by itself, is declined by policy, or only observed.
            _ => {}
        }
        Ok(action)
    }

    /// The invoice of the number that was named, in `QuickBooks`, where Paystack has no payment
    /// request that fits.
    fn invoice_in_books(&self) -> Result<Option<&Invoice>, Reason> {
        let document = self.case.fields.document.as_ref().map(|it| it.value);
        let is_invoice = matches!(document, Some(DocumentKind::Invoice) | None);
        if !is_invoice
            || self.case.fields.invoice_number.is_none()
            || self.records.request.is_some()
        {
            return Ok(None);
        }
        match &self.records.around.quickbooks {
            Known::Found(InBooks {
                invoice: Some(invoice),
                customer,
            }) => {
                if customer.is_some() && invoice.customer == *customer {
                    return Ok(Some(invoice));
                }
                Err(Reason::new(
                    "books_invoice_of_another",
                    "QuickBooks has the invoice that was named, but not under a customer with the \
                     address on Paystack's record: compare them",
                ))
            }
            Known::NoAnswer if self.records.candidates.is_empty() => Err(Reason::new(
                "books_no_answer",
                "Paystack has no payment request that fits, and QuickBooks, which may have the \
                 invoice, did not answer",
            )),
            Known::Found(_) | Known::Nothing | Known::NoAnswer | Known::NotAsked => Ok(None),
        }
    }

    fn send_books_invoice(&self, invoice: &Invoice) -> Result<Action, Reason> {
        let customer = &self.customer()?.code;
        let id = ActionId::action(Deed::SendBooksInvoice.as_str(), &invoice.id);
        let resource = format!("books-invoice-{}", invoice.id);
        let mut action = self.action(id, Anchor::ByState, resource.clone(), None);
        action.amount = invoice.balance;
        action.parameters = json!({ "customer": customer });
        let limits = &self.settings.limits;
        action.reservations = vec![
            self.daily("notify", &resource, limits.notices_per_day),
            self.daily(
                "documents",
                customer.as_str(),
                limits.documents_per_customer_per_day,
            ),
        ];
        let amount = action.amount;
        self.decide(&mut action, Deed::SendBooksInvoice, amount);
        Ok(action)
    }

    /// Whether the settings send such a document to the customer once it is let go.
    fn goes_by_mail(&self, document: DocumentKind) -> bool {
        let told = Told {
            workflow: self.case.workflow,
            urgency: self.workflow_settings().urgency,
            state: State::Succeeded,
            action: Deed::SendDocument.as_str(),
            is_approved: false,
            document: Some(document),
        };
        let routes = &self.settings.notices;
        routes.routes_of(&told).into_iter().any(|(name, _)| {
            let destination = routes.destinations.get(name);
            destination.is_some_and(|it| it.system == System::Gmail)
        })
    }
}
