//! Puts a call's own messages back on their queues: what moves it on when everything else was mended.
//! Harmless at any time: a message is a pointer, and its reader finds in the ledger what is left to do.

use std::io::Write;

use serde::Serialize;
use shared::ids::CallId;
use shared::ledger::{ActionId, Destination, OutboxRecord, Post as _};

use crate::error::OpsError;
use crate::place::Place;
use crate::style;

/// What was put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Replayed {
    /// The call.
    pub call: String,
    /// Whether nothing was sent, and this only says what would be.
    pub is_dry: bool,
    /// How many of its actions are not at their end; their message went to `cases` in any case.
    pub open_actions: usize,
    /// Its notices that were not delivered: each has a message of its own on `notices`.
    pub notices: Vec<String>,
}

/// Puts the messages of `call` back, or only says which.
///
/// # Errors
/// [`OpsError::NoCall`] where the ledger does not know it, [`OpsError`] where ledger or queue fail.
pub async fn replay(place: &Place, call: &CallId, is_dry: bool) -> Result<Replayed, OpsError> {
    let ledger = &place.ledger;
    if ledger.call(call).await?.is_none() {
        return Err(OpsError::NoCall(call.to_string()));
    }
    let actions = ledger.actions(call).await?;
    let notices: Vec<ActionId> = ledger
        .notices(call)
        .await?
        .into_iter()
        .filter(|(notice, _)| !notice.state.is_final() && !notice.state.waits_for_person())
        .map(|(notice, _)| notice.id)
        .collect();
    if !is_dry {
        let outbox = place.outbox()?;
        let message = |destination, notice| OutboxRecord {
            call: call.clone(),
            number: 0,
            destination,
            notice,
            created_at: ledger.now(),
            sent_at: None,
        };
        outbox.post(&message(Destination::Cases, None)).await?;
        for notice in &notices {
            outbox
                .post(&message(Destination::Notices, Some(notice.clone())))
                .await?;
        }
    }
    Ok(Replayed {
        call: call.to_string(),
        is_dry,
        open_actions: actions
            .iter()
            .filter(|(action, _)| !action.state.is_final())
            .count(),
        notices: notices.iter().map(ToString::to_string).collect(),
    })
}

/// Says what was put back.
///
/// # Errors
/// Where the output cannot be written.
pub fn print(replayed: &Replayed, out: &mut dyn Write) -> std::io::Result<()> {
    let told = if replayed.is_dry { "would go" } else { "went" };
    writeln!(
        out,
        "{}: its message {told} to cases ({} actions are not at their end){}",
        style::strong(&replayed.call),
        replayed.open_actions,
        match replayed.notices.len() {
            0 => String::new(),
            count => format!(", and {count} to notices"),
        }
    )?;
    for notice in &replayed.notices {
        writeln!(out, "  {}", style::faint(notice))?;
    }
    Ok(())
}
