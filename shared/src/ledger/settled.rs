//! The day book: one short line for every action that came to its end, under the day it did, for
//! reports. Ids, enums and amounts only.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::commit::Ledger;
use super::record::{Action, ActionId, Family};
use super::state::State;
use super::table::{Condition, Item, Key, TableError, Write};
use crate::case::Workflow;
use crate::ids::CallId;
use crate::money::Money;

/// For how long the day book is kept, in seconds: somewhat more than a year.
const KEEP_SECONDS: i64 = 400 * 24 * 3600;

/// With what a line's place in its day begins.
const SETTLED: &str = "settled#";

/// An action at its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The call.
    pub call: CallId,
    /// The action.
    pub action: ActionId,
    /// The workflow it served.
    pub workflow: Workflow,
    /// How it ended.
    pub state: State,
    /// What was to move, where money does.
    #[serde(default)]
    pub amount: Option<Money>,
    /// Whether a person decided on it.
    pub by_person: bool,
    /// When it was planned.
    pub planned_at: Timestamp,
    /// When it ended.
    pub settled_at: Timestamp,
}

/// The write that enters `action` into the day book, once it has come to its end. Notices are not
/// entered.
pub(super) fn settled_write(action: &Action) -> Result<Option<Write>, TableError> {
    if !action.state.is_final() || action.family() != Family::Action {
        return Ok(None);
    }
    let settled = Settled {
        call: action.call.clone(),
        action: action.id.clone(),
        workflow: action.workflow,
        state: action.state,
        amount: action.amount,
        by_person: !action.approvals.is_empty() || is_declined_by_person(action),
        planned_at: action.created_at,
        settled_at: action.updated_at,
    };
    let day = TimeZone::UTC.to_datetime(action.updated_at).date();
    let key = Key::new(
        day_partition(day),
        format!("{SETTLED}{}#{}", action.call, action.id),
    );
    let mut item = Item::new(key, &settled)?;
    item.expires_at = Some(action.updated_at.as_second().saturating_add(KEEP_SECONDS));
    Ok(Some(Write::Put {
        item,
        condition: Condition::Always,
    }))
}

fn is_declined_by_person(action: &Action) -> bool {
    action
        .reason
        .as_ref()
        .is_some_and(|reason| reason.code == super::decide::DECLINED)
}

fn day_partition(day: Date) -> String {
    format!("day#{day}")
}

impl Ledger {
    /// What came to its end on `day`, by UTC.
    ///
    /// # Errors
    /// [`TableError`] where it cannot be read.
    pub async fn settled_on(&self, day: Date) -> Result<Vec<Settled>, TableError> {
        let items = self.table.query(&day_partition(day), SETTLED).await?;
        items.iter().map(Item::read).collect()
    }
}
