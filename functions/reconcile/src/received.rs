//! A webhook that was taken in: a record of its own, so that it is worked off whatever happens to
//! the process that took it. It holds ids only; how things stand is read from Paystack.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use shared::clock::later;
use shared::ledger::{Item, Key, TableError, Write, due_entry};

use crate::Reconciler;

/// When the sweep looks after a webhook that its receiver did not finish.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_mins(2);

/// How long a webhook that was worked off is known, so that it does nothing when it comes again.
const KNOWN_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The longest between two tries.
const SLOWEST_TRY: SignedDuration = SignedDuration::from_hours(1);

/// A webhook of Paystack's that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// What happened, such as `refund.processed`.
    pub event: String,
    /// The number or code of the record that it happened to.
    pub id: String,
    /// A further code by which the record can be found.
    #[serde(default)]
    pub reference: Option<String>,
    /// When it reached us.
    pub received_at: Timestamp,
    /// When it was worked off.
    #[serde(default)]
    pub done_at: Option<Timestamp>,
    /// How often that was tried in vain.
    #[serde(default)]
    pub tries: u32,
}

impl Received {
    /// Where it lives: one place for each event and record, so that a second delivery finds the
    /// first.
    #[must_use]
    pub fn table_key(&self) -> Key {
        Key::new(format!("paystack#{}#{}", self.event, self.id), "received")
    }

    fn item(&self, due: Option<Timestamp>) -> Result<Item, TableError> {
        let key = self.table_key();
        let mut item = Item::new(key.clone(), self)?;
        item.entries = due.map(|at| due_entry(&key.pk, at)).into_iter().collect();
        item.expires_at = self
            .done_at
            .and_then(|at| at.checked_add(KNOWN_FOR).ok())
            .map(Timestamp::as_second);
        Ok(item)
    }
}

impl Reconciler {
    /// Writes down that a webhook came. Gives it back as the ledger has it: one that came before
    /// may be done already.
    ///
    /// # Errors
    /// [`TableError`] where it is not certain to be written.
    pub async fn receive(&self, received: Received) -> Result<Received, TableError> {
        let due = later(received.received_at, FORGOTTEN_AFTER);
        let first = Write::create(received.item(Some(due))?);
        match self.ledger.table().write(&[first]).await {
            Ok(()) => Ok(received),
            Err(TableError::ConditionFailed { .. }) => {
                let known = self.ledger.table().get(&received.table_key()).await?;
                known.map_or(Ok(received), |item| item.read())
            }
            Err(error) => Err(error),
        }
    }

    /// Writes down how a try at a webhook ended: it is done, or when the sweep tries again.
    ///
    /// # Errors
    /// [`TableError`] where the table fails; the sweep tries again then too.
    pub(crate) async fn settle(
        &self,
        received: &Received,
        is_done: bool,
    ) -> Result<(), TableError> {
        let now = self.ledger.now();
        let Some(item) = self.ledger.table().get(&received.table_key()).await? else {
            return Ok(());
        };
        let mut known: Received = item.read()?;
        let due = if is_done {
            known.done_at = Some(now);
            None
        } else {
            known.tries = known.tries.saturating_add(1);
            let wait = SignedDuration::from_mins(1 << known.tries.min(6)).min(SLOWEST_TRY);
            Some(later(now, wait))
        };
        let write = Write::replace(known.item(due)?, item.revision);
        match self.ledger.table().write(&[write]).await {
            // Another worker settled it.
            Err(TableError::ConditionFailed { .. }) => Ok(()),
            outcome => outcome,
        }
    }
}
