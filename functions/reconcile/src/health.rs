//! How things stand, told to `CloudWatch` once a sweep: what the alarms of the template watch.

use jiff::{SignedDuration, Timestamp};
use shared::ledger::{Action, Due, Ledger, State, TableError};
use shared::telemetry::Metrics;

/// How long an outcome may be unknown before somebody is woken.
const UNKNOWN_TOO_LONG: SignedDuration = SignedDuration::from_hours(1);

/// The most reviews of a shard that are counted.
const MOST_REVIEWS: usize = 500;

/// The reason of an action that waits for the merchant's balance.
const INSUFFICIENT_BALANCE: &str = "insufficient_balance";

/// What a sweep saw of what is due.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Health {
    unknown: u64,
    balance_too_low: u64,
}

impl Health {
    /// Takes note of something that was due.
    pub fn see(&mut self, due: &Due, now: Timestamp) {
        let Due::Action(action) = due else { return };
        self.unknown += u64::from(is_unknown_too_long(action, now));
        let waits_for_money = action.state == State::Deferred
            && action
                .reason
                .as_ref()
                .is_some_and(|reason| reason.code == INSUFFICIENT_BALANCE);
        self.balance_too_low += u64::from(waits_for_money);
    }

    /// Tells it, with how the reviews stand.
    ///
    /// # Errors
    /// [`TableError`] where the reviews cannot be read.
    pub async fn tell(self, ledger: &Ledger, metrics: &Metrics) -> Result<(), TableError> {
        let now = ledger.now();
        // From the index, which holds them whole: a sweep a minute must not read them one by one.
        let reviews = ledger.queue_page(None, MOST_REVIEWS).await?.actions;
        let oldest = reviews.iter().map(|review| review.created_at).min();
        let age = oldest.map_or(0, |at| now.duration_since(at).as_mins());
        let late = reviews.iter().filter(|review| review.not_after < now);
        let stuck = reviews
            .iter()
            .filter(|review| is_unknown_too_long(review, now));
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        let unknown = self.unknown.saturating_add(count(stuck.count()));
        metrics.metric("UnknownOverAnHour", unknown, &[]);
        metrics.metric("BalanceTooLow", self.balance_too_low, &[]);
        metrics.metric("OpenReviews", count(reviews.len()), &[]);
        metrics.metric("ReviewsPastDeadline", count(late.count()), &[]);
        metrics.metric(
            "OldestReviewMinutes",
            u64::try_from(age).unwrap_or_default(),
            &[],
        );
        Ok(())
    }
}

/// Whether the action's request left over an hour ago, and nobody knows what came of it.
fn is_unknown_too_long(action: &Action, now: Timestamp) -> bool {
    matches!(action.state, State::Unknown | State::NeedsPerson)
        && action
            .sent_at
            .is_some_and(|sent| now.duration_since(sent) >= UNKNOWN_TOO_LONG)
}
