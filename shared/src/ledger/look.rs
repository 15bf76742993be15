//! What is done about an answer that is missing: look, wait, look again.
//!
//! ```text
//!  sent ──── time-out ──── Q ──┬──── Q ──┬▶ claimed again
//!    request gone by then      │         second look-up that counts: absent
//!                              first look-up that counts: absent
//! ```
//!
//! Look-ups before the first that counts may find the effect; that they do not says nothing. All
//! these times are the look-up's *start*: what it read may be as old as that.

use jiff::{SignedDuration, Timestamp};

use super::commit::LedgerError;
use super::drive::{Driver, Held, Next, is_late};
use super::effect::{Effect, Failure, Progress, Sighting};
use super::record::{Action, Anchor, Reason, Receipt};
use super::state::Step;
use crate::clock::later;
use crate::error::Class;

/// At most this many sends without a person: the first, and one after two empty look-ups.
const AUTOMATIC_SENDS: u32 = 2;

/// After this many look-ups that failed a person has to find out.
const LOOK_UP_LIMIT: u32 = 24;

impl Driver {
    /// The answer is missing. Without an anchor only a person can find out.
    pub(super) async fn lose_sight(
        &self,
        held: Held,
        effect: &dyn Effect,
        reason: Reason,
    ) -> Result<Next, LedgerError> {
        if held.action.anchor == Anchor::None {
            return self
                .finish(held, Step::HandOver, Some(reason), effect)
                .await;
        }
        let held = self
            .step(
                held,
                Step::LoseSight,
                |action| {
                    action.lease = None;
                    action.not_before = None;
                    action.reason = Some(reason);
                },
                Vec::new(),
                effect,
            )
            .await?;
        Ok(Next::On(held))
    }

    /// Looks whether it was done. Only two complete look-ups, Q apart, the first no sooner than
    /// the time-out plus Q after `sent`, count as "not done".
    pub(super) async fn look(&self, held: Held, effect: &dyn Effect) -> Result<Next, LedgerError> {
        if crate::mutant!("mutant-resend-without-look-up") {
            return self.claim_and_act(held, true, effect).await;
        }
        let asked = self.ledger.now();
        let sighting = effect.look_up(&held.action).await;
        let now = self.ledger.now();
        let settle = SignedDuration::from_secs(held.action.settle_seconds);
        let sent_at = held.action.sent_at.unwrap_or(held.action.updated_at);
        let countable = later(later(sent_at, self.pace.time_out), settle);
        match sighting {
            Ok(Sighting::Found(receipt)) => self.succeed(held, receipt, effect).await,
            Ok(Sighting::Absent) if asked < countable => {
                self.look_again(held, countable, None).await
            }
            Ok(Sighting::Absent) => match first_look(&held.action) {
                None => self.look_again(held, later(now, settle), Some(now)).await,
                Some(first) if asked < later(first, settle) => {
                    self.look_again(held, later(first, settle), Some(first))
                        .await
                }
                Some(_) if held.action.sends < AUTOMATIC_SENDS && !is_late(&held.action, now) => {
                    self.claim_and_act(held, true, effect).await
                }
                Some(_) => {
                    let reason = Reason::new(
                        "not_seen",
                        "it was sent, no answer came, and it does not show at the vendor",
                    );
                    self.finish(held, Step::HandOver, Some(reason), effect)
                        .await
                }
            },
            Err(failure)
                if failure.class == Class::Bug || held.action.look_ups >= LOOK_UP_LIMIT =>
            {
                let reason = Reason::new(
                    "cannot_look",
                    "it was sent, no answer came, and the vendor cannot be asked",
                );
                self.finish(held, Step::HandOver, Some(reason), effect)
                    .await
            }
            Err(failure) => {
                let wait = failure
                    .wait
                    .unwrap_or_else(|| backoff(held.action.look_ups));
                let absent_since = held.action.absent_since;
                self.look_again(held, later(now, wait), absent_since).await
            }
        }
    }

    /// Looks for what a person says has happened, and keeps what the vendor shows of it; nothing
    /// where it shows nothing.
    ///
    /// # Errors
    /// [`Failure`] where the vendor cannot be asked or the ledger fails; asking again is safe.
    pub async fn find_receipt(
        &self,
        action: Action,
        revision: u64,
        effect: &dyn Effect,
    ) -> Result<Option<Receipt>, Failure> {
        if action.anchor == Anchor::None {
            return Ok(None);
        }
        let Sighting::Found(receipt) = effect.look_up(&action).await? else {
            return Ok(None);
        };
        let found = receipt.clone();
        let keep = |action: &mut Action| action.receipt = Some(found);
        self.amend(Held { action, revision }, keep, Some("looked up"))
            .await?;
        Ok(Some(receipt))
    }

    async fn look_again(
        &self,
        held: Held,
        at: Timestamp,
        absent_since: Option<Timestamp>,
    ) -> Result<Next, LedgerError> {
        let held = self
            .amend(
                held,
                |action| {
                    action.not_before = Some(at);
                    action.absent_since = absent_since;
                    action.look_ups = action.look_ups.saturating_add(1);
                },
                Some("looked up"),
            )
            .await?;
        Ok(Next::Stop(Progress::Waits(held.action, Some(at))))
    }
}

/// When the first of the look-ups that count found nothing.
fn first_look(action: &Action) -> Option<Timestamp> {
    let enough = crate::mutant!("mutant-one-look-up").then_some(Timestamp::MIN);
    action.absent_since.or(enough)
}

/// 10 s, doubling, at most half an hour.
fn backoff(tries: u32) -> SignedDuration {
    SignedDuration::from_secs(10_i64.saturating_mul(1 << tries.min(10)).min(1800))
}
