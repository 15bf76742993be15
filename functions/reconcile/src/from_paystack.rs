//! Cases that Paystack starts: a bank's dispute or a failed renewal that no call told us of. They
//! are claimed like a call's, by an id made from Paystack's own, and go the same way from there.

use jiff::SignedDuration;
use sha2::{Digest as _, Sha256};
use shared::case::{Captured, Case, Confidence, Fields, Source, Workflow};
use shared::clock::later;
use shared::ids::{CallId, SubscriptionCode, TransactionReference};
use shared::ledger::{Destination, Failure};
use shared::paystack::{Dispute, SubscriptionStatus};

use crate::Reconciler;

impl Reconciler {
    /// Opens a case for a dispute that nobody rang about, where it is still open.
    pub(crate) async fn open_dispute_case(&self, id: u64) -> Result<(), Failure> {
        let paystack = self.paystack()?;
        let found = paystack
            .dispute(id)
            .await
            .map_err(|error| Failure::from(&error))?;
        let Some(dispute) = found.filter(Dispute::is_open) else {
            return Ok(());
        };
        let payment = match (&dispute.transaction.reference, dispute.transaction.id) {
            (Some(reference), _) => Some(reference.clone()),
            (None, Some(id)) => paystack
                .transaction(id)
                .await
                .map_err(|error| Failure::from(&error))?
                .and_then(|transaction| transaction.reference),
            (None, None) => None,
        };
        let amount = dispute
            .money()
            .map_or_else(String::new, |money| format!(", {money}"));
        let due = dispute.due_at.map_or_else(String::new, |due| {
            let local = due.to_zoned_datetime(self.settings.merchant.time_zone.clone());
            format!(" Answer due {}.", local.strftime("%-d %b %Y, %H:%M %Z"))
        });
        let of = payment.as_ref().map_or_else(String::new, |reference| {
            format!(" about payment {reference}")
        });
        let fields = Fields {
            payment_reference: payment.map(known),
            ..Fields::default()
        };
        let summary = format!("Paystack reports a bank dispute{of}{amount}.{due}");
        self.claim(
            &format!("paystack-dispute-{id}"),
            Workflow::Chargeback,
            fields,
            summary,
        )
        .await
    }

    /// Opens a case for a renewal that failed, where the subscription still waits for a card that
    /// works.
    pub(crate) async fn open_renewal_case(
        &self,
        attempt: &str,
        code: &SubscriptionCode,
    ) -> Result<(), Failure> {
        let found = self
            .paystack()?
            .subscription(code)
            .await
            .map_err(|error| Failure::from(&error))?;
        let Some(subscription) = found.filter(|it| it.status == SubscriptionStatus::Attention)
        else {
            return Ok(());
        };
        let amount = subscription
            .money()
            .map_or_else(String::new, |money| format!(", {money}"));
        let fields = Fields {
            subscription: Some(known(code.clone())),
            ..Fields::default()
        };
        let summary = format!("Paystack could not charge the renewal of {code}{amount}.");
        self.claim(
            &format!("paystack-renewal-{attempt}"),
            Workflow::FailedRenewal,
            fields,
            summary,
        )
        .await
    }

    async fn claim(
        &self,
        id: &str,
        workflow: Workflow,
        fields: Fields,
        summary: String,
    ) -> Result<(), Failure> {
        let call = CallId::new(id).map_err(|_| {
            Failure::new(
                shared::error::Class::Bug,
                "no_id",
                "the record's id makes no id of a case",
            )
        })?;
        let now = self.ledger.now();
        let case = Case {
            call: call.clone(),
            at: now,
            direction: None,
            caller: None,
            workflow,
            confidence: Confidence::CERTAIN,
            also: Vec::new(),
            fields,
            disagreements: Vec::new(),
            evidence: Vec::new(),
            removed: std::collections::BTreeSet::new(),
            summary,
        };
        // The id says it all: the same event again is the same case, whatever it reads now.
        let facts = hex::encode(Sha256::digest(id.as_bytes()));
        let kept = SignedDuration::from_hours(self.settings.limits.private_days * 24);
        let forget_at = later(now, kept);
        self.ledger.claim(&case, &facts, Some(forget_at)).await?;
        self.ledger
            .flush(&call, Destination::Cases, &*self.outbox)
            .await?;
        Ok(())
    }

    /// The refunds of a payment that are ours, by the payment's reference.
    pub(crate) async fn look_at_refunds_of(
        &self,
        payment: &TransactionReference,
    ) -> Result<(), Failure> {
        let paystack = self.paystack()?;
        let found = paystack
            .verify_transaction(payment)
            .await
            .map_err(|error| Failure::from(&error))?;
        let Some(transaction) = found else {
            return Ok(());
        };
        let refunds = paystack
            .refunds_of(transaction.id)
            .await
            .map_err(|error| Failure::from(&error))?;
        for refund in refunds {
            self.look_at_record(&refund.id.to_string()).await?;
        }
        Ok(())
    }
}

fn known<T>(value: T) -> Captured<T> {
    Captured {
        value,
        source: Source::Paystack,
        confidence: Confidence::CERTAIN,
        turn: None,
        corroborated: false,
    }
}
