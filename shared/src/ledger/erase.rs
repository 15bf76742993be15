//! Forgetting a caller: what is private to a call goes, and what leads from the caller to it. What
//! money did stays, in ids and amounts, and the audit trail stays whole.

use super::audit::AuditNote;
use super::commit::{Change, Ledger};
use super::record::{CallRecord, partition};
use super::table::{Condition, TableError, Write};
use crate::ids::CallId;

/// The most items that one transaction deletes, its other writes left room.
const AT_ONCE: usize = 80;

impl Ledger {
    /// Erases what is private to `call`. Says how many items that were; again, it is none. From then
    /// on nothing that is heard of the call is kept.
    ///
    /// # Errors
    /// [`TableError`] where the table fails; erasing again goes on where it stopped.
    pub async fn erase(&self, call: &CallId) -> Result<usize, TableError> {
        self.mark_erased(call).await?;
        let mut keys = Vec::new();
        for prefix in ["private#", "caller#"] {
            let items = self.table.query(&partition(call), prefix).await?;
            keys.extend(items.into_iter().map(|item| item.key));
        }
        for some in keys.chunks(AT_ONCE) {
            let mut change = Change::default();
            for key in some {
                change.write(Write::Delete {
                    key: key.clone(),
                    condition: Condition::Always,
                });
            }
            change.note(AuditNote {
                what: "erased".to_owned(),
                ..AuditNote::default()
            });
            self.commit(call, change).await?;
        }
        Ok(keys.len())
    }

    pub(super) async fn is_erased(&self, call: &CallId) -> Result<bool, TableError> {
        let record = self.call(call).await?;
        Ok(record.is_some_and(|(record, _)| record.erased_at.is_some()))
    }

    /// First the mark, then the deletion: what is delivered again in between is not kept.
    async fn mark_erased(&self, call: &CallId) -> Result<(), TableError> {
        loop {
            let Some((record, revision)) = self.call(call).await? else {
                return Ok(());
            };
            if record.erased_at.is_some() {
                return Ok(());
            }
            let record = CallRecord {
                erased_at: Some(self.now()),
                ..record
            };
            match self
                .table
                .write(&[Write::replace(record.item()?, revision)])
                .await
            {
                // Somebody moved the call meanwhile: look again.
                Err(TableError::ConditionFailed { .. }) => {}
                outcome => return outcome,
            }
        }
    }
}
