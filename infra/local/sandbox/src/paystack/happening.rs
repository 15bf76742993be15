//! What Paystack's side does by itself: refunds that move on, payers that pay, renewals that come in
//! or fail.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;

use super::Model;
use super::effect::Effect;
use super::payment_requests::RequestStatus;
use super::refunds::RefundStatus;
use crate::vendor::Vendor;

/// Something that Paystack's side does by itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case", deny_unknown_fields)]
pub enum Happening {
    /// A refund goes on.
    RefundMoves {
        /// The numeric id.
        refund: u64,
        /// To what.
        status: RefundStatus,
    },
    /// A payer pays a payment request.
    PaymentRequestPaid {
        /// The id or code.
        request: String,
    },
    /// A subscription's last invoice is paid.
    RenewalPaid {
        /// The id or code.
        subscription: String,
    },
    /// A subscription's card cannot be charged.
    RenewalFails {
        /// The id or code.
        subscription: String,
    },
}

/// The record that something should happen to is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotThere {
    /// No such payment request.
    #[error("no payment request {0}")]
    PaymentRequest(String),
    /// No such refund.
    #[error("no refund {0}")]
    Refund(u64),
    /// No such subscription.
    #[error("no subscription {0}")]
    Subscription(String),
}

impl Model {
    pub(super) fn happen(
        &mut self,
        happening: &Happening,
        now: Timestamp,
    ) -> Result<Vec<Effect>, NotThere> {
        match happening {
            Happening::RefundMoves { refund, status } => {
                if self.refunds.contains_key(refund) {
                    Ok(self.move_refund(*refund, *status, now))
                } else {
                    Err(NotThere::Refund(*refund))
                }
            }
            Happening::PaymentRequestPaid { request } => {
                let unknown = || NotThere::PaymentRequest(request.clone());
                let id = self.payment_request(request).ok_or_else(unknown)?.id;
                let request = self.payment_requests.get_mut(&id).ok_or_else(unknown)?;
                request.status = RequestStatus::Success;
                request.paid_at = Some(now);
                request.updated_at = now;
                let effect = Effect::PaymentRequestPaid {
                    request_code: request.code.clone(),
                };
                self.request_event("paymentrequest.success", id, now);
                Ok(vec![effect])
            }
            Happening::RenewalPaid { subscription } => {
                let unknown = || NotThere::Subscription(subscription.clone());
                let id = self.subscription(subscription).ok_or_else(unknown)?.id;
                let subscription = self.subscriptions.get_mut(&id).ok_or_else(unknown)?;
                subscription.status = "active".into();
                if let Some(invoice) = subscription.most_recent_invoice.as_object_mut() {
                    invoice.insert("status".into(), json!("success"));
                    invoice.insert("paid".into(), json!(1));
                }
                Ok(Vec::new())
            }
            Happening::RenewalFails { subscription } => {
                let unknown = || NotThere::Subscription(subscription.clone());
                let id = self.subscription(subscription).ok_or_else(unknown)?.id;
                let subscription = self.subscriptions.get_mut(&id).ok_or_else(unknown)?;
                subscription.status = "attention".into();
                self.renewal_failed_event(id, now);
                Ok(Vec::new())
            }
        }
    }
}

impl Vendor<Model> {
    /// Lets Paystack's side do something by itself.
    ///
    /// # Errors
    /// [`NotThere`] where the record is not there.
    pub fn happen(&mut self, happening: &Happening, now: Timestamp) -> Result<(), NotThere> {
        self.settle(now);
        let effects = self.model_mut().happen(happening, now)?;
        self.note(now, effects);
        Ok(())
    }
}
