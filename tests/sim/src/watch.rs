//! What must hold of every single write: it is too late to see it at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::ledger::{FollowUp, Item, Key};

/// Follows which actions have a request under way, and who holds them.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    under_way: BTreeMap<String, Key>,
    /// Those of which a worker was made to believe that their lease had run out.
    excused: BTreeSet<Key>,
    clash: Option<String>,
}

/// Whether an item is an action's or a notice's.
pub(crate) fn is_action(key: &Key) -> bool {
    key.sk.starts_with("action#") || key.sk.starts_with("notice#")
}

/// Whether an item is something that is still owed.
pub(crate) fn is_follow_up(key: &Key) -> bool {
    key.sk.starts_with("follow#")
}

/// Whether an item is put whatever is there: a private record and an entry of the day book, each the
/// same whoever writes it.
fn is_replaced_unread(key: &Key) -> bool {
    key.sk.starts_with("private#") || key.pk.starts_with("day#")
}

impl Watch {
    /// What should not have been possible, the last of it.
    pub(crate) fn clash(&self) -> Option<String> {
        self.clash.clone()
    }

    /// Does not hold an early end of a lease against the action's workers.
    pub(crate) fn excuse(&mut self, key: &Key) {
        self.excused.insert(key.clone());
    }

    /// Follows what was written at `now` in place of `before`, by clocks that are wrong by `skew`
    /// at most.
    pub(crate) fn follow(
        &mut self,
        before: Option<&Item>,
        item: &Item,
        now: Timestamp,
        skew: Duration,
    ) {
        self.nothing_is_overwritten(before, item);
        if is_follow_up(&item.key) {
            self.never_backwards(before, item);
        } else if is_action(&item.key) {
            self.one_at_a_time(before, item, now, skew);
        }
    }

    /// Whoever replaces an item has read it as it stands: what others wrote meanwhile is not lost.
    fn nothing_is_overwritten(&mut self, before: Option<&Item>, item: &Item) {
        let is_repeat = before.is_some_and(|it| it.written_by == item.written_by);
        let next = before.map_or(1, |it| it.revision.saturating_add(1));
        if !is_replaced_unread(&item.key) && !is_repeat && item.revision != next {
            self.clash = Some(format!(
                "{} of {} was written by somebody who had not read what stands there",
                item.key.sk, item.key.pk
            ));
        }
    }

    /// One worker at a time for an action, and one action under way for a record.
    fn one_at_a_time(
        &mut self,
        before: Option<&Item>,
        item: &Item,
        now: Timestamp,
        skew: Duration,
    ) {
        self.one_request_per_record(item);
        let apart = SignedDuration::try_from(skew * 2).unwrap_or_default();
        if !self.excused.contains(&item.key)
            && let Some((before, until)) = before.and_then(claimed)
            && let Some((after, _)) = claimed(item)
            && before != after
            && until.duration_since(now) > apart
        {
            self.clash = Some(format!(
                "{} of {} was taken from a worker whose lease still ran",
                item.key.sk, item.key.pk
            ));
        }
    }

    /// What Paystack said later stands, whatever is said after it.
    fn never_backwards(&mut self, before: Option<&Item>, item: &Item) {
        let stage = |item: &Item| item.read::<FollowUp>().ok().map(|it| it.stage);
        let Some((was, is)) = before.and_then(stage).zip(stage(item)) else {
            return;
        };
        if is < was || (was.is_closed() && is != was) {
            self.clash = Some(format!(
                "{} of {} went from {} to {}",
                item.key.sk,
                item.key.pk,
                was.as_str(),
                is.as_str()
            ));
        }
    }

    /// Two requests under way about one record are one too many.
    fn one_request_per_record(&mut self, item: &Item) {
        let Some((state, resource)) = text(item, "state").zip(text(item, "resource")) else {
            return;
        };
        let is_under_way = matches!(state, "sent" | "unknown");
        let other = self.under_way.get(resource);
        if !is_under_way {
            if other == Some(&item.key) {
                self.under_way.remove(resource);
            }
        } else if other.is_none() {
            self.under_way.insert(resource.to_owned(), item.key.clone());
        } else if other != Some(&item.key) {
            self.clash = Some(format!(
                "two requests under way about {resource}: {other:?} and {:?}",
                item.key
            ));
        }
    }
}

fn text<'a>(item: &'a Item, name: &str) -> Option<&'a str> {
    item.body.get(name).and_then(Value::as_str)
}

/// The token and the end of the lease of an action that is claimed.
fn claimed(item: &Item) -> Option<(&str, Timestamp)> {
    if text(item, "state") != Some("claimed") {
        return None;
    }
    let lease = item.body.get("lease")?;
    let until = lease.get("until")?.as_str()?.parse().ok()?;
    Some((lease.get("token")?.as_str()?, until))
}
