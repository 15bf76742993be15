//! What the settings say about a deed, as facts: a changed threshold changes the decision with the
//! next start, and no policy has to be written for it.

use std::collections::BTreeMap;

use shared::config::Limits;
use shared::money::Currency;

use super::{Deed, Facts};

/// Paystack sends a card-update link once in 24 hours; a second one would be refused.
const CARD_UPDATE_LINKS_PER_DAY: i64 = 1;

impl Facts {
    /// Fills in what `limits` say about the deed and the currency: amounts, confidence, the refund
    /// window and the cap on how often.
    ///
    /// A currency without a limit has a limit of nothing.
    pub fn set_limits(&mut self, limits: &Limits) {
        let of = |amounts: &BTreeMap<Currency, i64>| {
            self.currency
                .and_then(|currency| amounts.get(&currency).copied())
                .unwrap_or(0)
        };
        self.limit = match self.deed {
            Deed::Refund => of(&limits.refund_subunits),
            Deed::ChargeAuthorization => of(&limits.charge_subunits),
            Deed::DraftPaymentRequest | Deed::FinalisePaymentRequest => {
                of(&limits.payment_request_subunits)
            }
            // No policy lets an amount of these run, or asks how large it is.
            Deed::CreateCustomer
            | Deed::NotifyPaymentRequest
            | Deed::ResolveDispute
            | Deed::SendCardUpdateLink
            | Deed::CorrectBillingDetails
            | Deed::UpdatePaymentRequest
            | Deed::SendDocument
            | Deed::NotePaymentRequest
            | Deed::SendBooksInvoice
            | Deed::CorrectBooksAddress
            | Deed::RecordCall => 0,
        };
        self.second_limit = of(&limits.second_approval_subunits);
        self.confidence_needed = i64::from(limits.confidence_thousandths);
        self.refund_window_days = limits.refund_window_days;
        self.velocity_limit = match self.deed {
            Deed::Refund => limits.refunds_per_customer_per_month,
            Deed::ChargeAuthorization => limits.charges_per_customer_per_month,
            Deed::DraftPaymentRequest | Deed::FinalisePaymentRequest => {
                limits.payment_requests_per_customer_per_day
            }
            Deed::NotifyPaymentRequest => limits.notices_per_day,
            Deed::SendDocument | Deed::SendBooksInvoice => limits.documents_per_customer_per_day,
            Deed::SendCardUpdateLink => CARD_UPDATE_LINKS_PER_DAY,
            Deed::CorrectBillingDetails
            | Deed::UpdatePaymentRequest
            | Deed::CorrectBooksAddress => limits.billing_corrections_per_customer_per_month,
            // A customer is opened once, every answer to a dispute is a person's, and what is only
            // written down may be written down however often people ring.
            Deed::CreateCustomer
            | Deed::ResolveDispute
            | Deed::NotePaymentRequest
            | Deed::RecordCall => i64::MAX,
        };
    }
}
