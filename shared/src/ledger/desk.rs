//! What people do beside deciding: look at a case, give it to somebody, ask for more, search.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::alerts::told_of_owner;
use super::audit::AuditNote;
use super::commit::{Change, Ledger, LedgerError, action_item};
use super::decide::{DecisionError, binding};
use super::private::{private_writes, read_private};
use super::record::{Action, ActionId, partition};
use super::schedule::sortable;
use super::table::{Entry, Index, Item, Key, TableError, Write};
use crate::ids::CallId;

/// The name of the private record with what was read in other systems when the call was planned.
pub const RECORDS: &str = "records";

/// How many calls a search gives.
const MOST_FOUND: usize = 50;

/// Where the trail of refused tries of one day is kept: a trail like a call's.
const DOOR: &str = "desk.door.";

/// What somebody asks before they decide, or why they declined, in their words: private to the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// Who says it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// About which action.
    pub about: ActionId,
    /// What.
    pub words: String,
}

impl Ledger {
    /// Writes into the trail of `call` that something happened which changed nothing.
    ///
    /// # Errors
    /// [`TableError`] where it cannot be written.
    pub async fn note(&self, call: &CallId, note: AuditNote) -> Result<(), TableError> {
        let mut change = Change::default();
        change.note(note);
        self.commit(call, change).await
    }

    /// Writes into the trail of today's refused tries. It is kept like the trail of a call and
    /// verified like one.
    ///
    /// # Errors
    /// [`TableError`] where it cannot be written.
    pub async fn note_refusal(&self, note: AuditNote) -> Result<(), TableError> {
        let door = door(self.now());
        match door {
            Some(door) => self.note(&door, note).await,
            None => Ok(()),
        }
    }

    /// Gives an action that waits to another owner, who is told where it has its place in other
    /// systems. What was approved stays approved.
    ///
    /// # Errors
    /// [`DecisionError`] where it no longer waits, or is not what was shown.
    pub async fn assign(
        &self,
        call: &CallId,
        id: &ActionId,
        shown: &str,
        by: &str,
        owner: &str,
    ) -> Result<(), DecisionError> {
        loop {
            let (action, revision) = self.waiting(call, id, shown).await?;
            let mut next = action.clone();
            owner.clone_into(&mut next.owner);
            next.updated_at = self.now();
            let mut change = Change::default();
            change.write(Write::replace(
                action_item(&next).map_err(LedgerError::from)?,
                revision,
            ));
            let notices = self.notices(call).await.map_err(LedgerError::from)?;
            let notices: Vec<Action> = notices.into_iter().map(|(notice, _)| notice).collect();
            for notice in told_of_owner(&notices, &next, by, next.updated_at) {
                change.create_notice(&notice).map_err(LedgerError::from)?;
            }
            change.note(AuditNote {
                what: "assigned".to_owned(),
                action: Some(id.clone()),
                from: Some(action.state),
                to: Some(next.state),
                reason: Some(owner.to_owned()),
                actor: by.to_owned(),
                ..AuditNote::default()
            });
            match self.commit(call, change).await {
                Err(TableError::ConditionFailed { .. }) => {}
                outcome => return Ok(outcome.map_err(LedgerError::from)?),
            }
        }
    }

    /// Keeps a question about an action that waits. It stays as it is.
    ///
    /// # Errors
    /// [`DecisionError`] where it no longer waits, or is not what was shown.
    pub async fn ask(
        &self,
        call: &CallId,
        id: &ActionId,
        shown: &str,
        by: &str,
        words: &str,
    ) -> Result<(), DecisionError> {
        let (action, _) = self.waiting(call, id, shown).await?;
        let mut change = Change::default();
        for write in self.remark(call, id, by, words).await? {
            change.write(write);
        }
        change.note(AuditNote {
            what: "asked for more".to_owned(),
            action: Some(id.clone()),
            from: Some(action.state),
            to: Some(action.state),
            actor: by.to_owned(),
            ..AuditNote::default()
        });
        Ok(self.commit(call, change).await.map_err(LedgerError::from)?)
    }

    /// The writes that keep what somebody said about an action, for as long as the call's other
    /// private records; none where those are erased already.
    pub(super) async fn remark(
        &self,
        call: &CallId,
        about: &ActionId,
        by: &str,
        words: &str,
    ) -> Result<Vec<Write>, LedgerError> {
        let kept = self.table.query(&partition(call), "private#").await?;
        let Some(kept) = kept.first() else {
            return Ok(Vec::new());
        };
        let forget_at = kept
            .expires_at
            .and_then(|at| Timestamp::from_second(at).ok());
        let remark = Remark {
            by: by.to_owned(),
            at: self.now(),
            about: about.clone(),
            words: words.to_owned(),
        };
        let token = self.tokens.token();
        let name = format!("remark-{}-{}", sortable(remark.at), token.as_str());
        private_writes(call, &name, &remark, forget_at)
    }

    /// What was said about a call's actions, the oldest first.
    ///
    /// # Errors
    /// [`LedgerError`] where it cannot be read.
    pub async fn remarks(&self, call: &CallId) -> Result<Vec<Remark>, LedgerError> {
        let items = self
            .table
            .query(&partition(call), "private#remark-")
            .await?;
        let now = self.now().as_second();
        items
            .chunk_by(|left, right| record_of(left) == record_of(right))
            .filter_map(|chunks| read_private(chunks, now).transpose())
            .collect()
    }

    /// The calls that an entry of an index leads to, such as a caller's key.
    ///
    /// # Errors
    /// [`TableError`] where the index cannot be read.
    pub async fn calls_by(&self, index: Index, bucket: &str) -> Result<Vec<CallId>, TableError> {
        let places = self
            .table
            .query_index(index, bucket, None, MOST_FOUND)
            .await?;
        let mut calls = Vec::new();
        for place in places.iter().rev() {
            let call = place.key.pk.strip_prefix("call#");
            if let Some(call) = call.and_then(|call| CallId::new(call).ok())
                && !calls.contains(&call)
            {
                calls.push(call);
            }
        }
        Ok(calls)
    }

    async fn waiting(
        &self,
        call: &CallId,
        id: &ActionId,
        shown: &str,
    ) -> Result<(Action, u64), DecisionError> {
        let (action, revision) = self
            .action(call, id)
            .await
            .map_err(LedgerError::from)?
            .ok_or(DecisionError::NotFound)?;
        if !action.state.waits_for_person() {
            return Err(DecisionError::Settled(action.state));
        }
        if binding(&action) != shown {
            return Err(DecisionError::Changed);
        }
        Ok((action, revision))
    }
}

/// The trail of refused tries of the day of `at`, by UTC.
#[must_use]
pub fn door(at: Timestamp) -> Option<CallId> {
    CallId::new(format!("{DOOR}{}", at.strftime("%Y-%m-%d"))).ok()
}

/// The items that lead from the numbers of Paystack's records to the call that is about them.
///
/// # Errors
/// [`TableError::Unreadable`] where one cannot be written as JSON.
pub fn reference_items<'a>(
    call: &CallId,
    references: impl IntoIterator<Item = &'a str>,
    at: Timestamp,
) -> Result<Vec<Item>, TableError> {
    references
        .into_iter()
        .map(|reference| {
            let key = Key::new(partition(call), format!("reference#{reference}"));
            let mut item = Item::new(key, &serde_json::json!({}))?;
            item.entries = vec![Entry {
                index: Index::Paystack,
                bucket: reference.to_owned(),
                sort: sortable(at),
            }];
            Ok(item)
        })
        .collect()
}

/// The name of the private record that a chunk belongs to.
fn record_of(chunk: &Item) -> Option<&str> {
    chunk.key.sk.rsplit_once('#').map(|(record, _)| record)
}
