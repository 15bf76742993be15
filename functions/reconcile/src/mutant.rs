//! A bug on purpose: how a refund stands is taken from whichever webhook came last.

use shared::ledger::{Failure, Stage};

use crate::event::Concern;
use crate::{Received, Reconciler};

impl Reconciler {
    /// Believes the event's name. Says whether it is about a refund at all.
    pub(crate) async fn believe(&self, received: &Received) -> Result<bool, Failure> {
        let Concern::Refund { id: Some(id), .. } = received.concern() else {
            return Ok(false);
        };
        let stage = match received.event.as_str() {
            "refund.processing" => Stage::Underway,
            "refund.needs-attention" => Stage::NeedsAttention,
            "refund.processed" => Stage::Done,
            "refund.failed" => Stage::Failed,
            _ => Stage::Open,
        };
        let known = self
            .ledger
            .follow_ups_of_record(&id.to_string(), 50)
            .await?;
        for (mut follow_up, revision) in known {
            let was = std::mem::replace(&mut follow_up.stage, stage);
            let notices = follow_up.notices(stage.as_str(), &self.settings.notices);
            self.ledger
                .move_follow_up(&follow_up, revision, was, notices)
                .await?;
        }
        Ok(true)
    }
}
