//! What is done now and then: where it left off, so that it goes on from there. Two at once do the
//! same twice, which does no harm, and only one moves the mark.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::clock::earlier;
use shared::ledger::{Item, Key, TableError, Write};

use crate::Reconciler;

/// How far a job looks back the first time.
const FIRST_WINDOW: SignedDuration = SignedDuration::from_hours(72);

/// A stretch of time that a job is to look at.
pub struct Window {
    /// From.
    pub from: Timestamp,
    /// To.
    pub to: Timestamp,
    key: Key,
    revision: Option<u64>,
}

#[derive(Serialize, Deserialize)]
struct Mark {
    until: Timestamp,
}

impl Reconciler {
    /// The stretch that job `name` has not looked at, once it is as long as `every`.
    pub(crate) async fn window(
        &self,
        name: &str,
        every: SignedDuration,
    ) -> Result<Option<Window>, TableError> {
        let now = self.ledger.now();
        let key = Key::new(format!("job#{name}"), "mark");
        let item = self.ledger.table().get(&key).await?;
        let from = match &item {
            Some(item) => item.read::<Mark>()?.until,
            None => earlier(now, FIRST_WINDOW),
        };
        Ok((now.duration_since(from) >= every).then_some(Window {
            from,
            to: now,
            key,
            revision: item.map(|item| item.revision),
        }))
    }

    /// Writes down that a stretch was looked at.
    pub(crate) async fn looked_at(&self, window: &Window) -> Result<(), TableError> {
        let item = Item::new(window.key.clone(), &Mark { until: window.to })?;
        let write = match window.revision {
            Some(revision) => Write::replace(item, revision),
            None => Write::create(item),
        };
        match self.ledger.table().write(&[write]).await {
            Err(TableError::ConditionFailed { .. }) => Ok(()),
            outcome => outcome,
        }
    }
}
