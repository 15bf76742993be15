//! What waits for a person, and a person's decision, until there is a desk in the browser.

use std::io::Write;

use shared::ids::CallId;
use shared::ledger::{Action, ActionId, Decision, Destination, Verdict, binding};

use crate::error::OpsError;
use crate::inspect::deed;
use crate::place::Place;
use crate::style;

/// The most that a list shows.
const LIMIT: usize = 100;

/// What waits for a person, the most urgent first.
///
/// # Errors
/// [`OpsError`] where the ledger cannot be read.
pub async fn waiting(place: &Place) -> Result<Vec<Action>, OpsError> {
    Ok(place.ledger.reviews(LIMIT).await?)
}

/// Prints the list.
///
/// # Errors
/// Where the output cannot be written.
pub fn print(reviews: &[Action], out: &mut dyn Write) -> std::io::Result<()> {
    if reviews.is_empty() {
        return writeln!(out, "{}", style::good("Nothing waits for a person."));
    }
    for action in reviews {
        writeln!(
            out,
            "{}  {}  {}",
            style::strong(action.call.as_str()),
            action.workflow.title(),
            style::state(action.state),
        )?;
        writeln!(out, "    {}", deed(action))?;
        if let Some(reason) = &action.reason {
            writeln!(out, "    why: {}", reason.words)?;
        }
        let due = action.not_after.strftime("%Y-%m-%d %H:%M UTC");
        writeln!(out, "    owner {}, decide by {due}", action.owner)?;
        writeln!(
            out,
            "    {}",
            style::faint(&format!(
                "ledgerline review approve {} '{}' --binding {}",
                action.call,
                action.id,
                binding(action)
            )),
        )?;
    }
    Ok(())
}

/// A decision as it is given at the command line.
#[derive(Debug, Clone)]
pub struct Given {
    /// The call.
    pub call: CallId,
    /// The action.
    pub action: String,
    /// Who decides.
    pub by: String,
    /// What the list showed.
    pub binding: String,
    /// Why.
    pub reason: String,
}

/// Takes a decision, and sends on what it causes.
///
/// # Errors
/// [`OpsError::Decision`] where it was not taken.
pub async fn decide(place: &Place, given: Given, verdict: Verdict) -> Result<Action, OpsError> {
    let id =
        ActionId::parse(&given.action).ok_or_else(|| OpsError::NoAction(given.action.clone()))?;
    let decision = Decision {
        by: given.by,
        verdict,
        binding: given.binding,
        reason: given.reason,
    };
    let action = place.ledger.decide(&given.call, &id, &decision).await?;
    place
        .ledger
        .flush(&given.call, Destination::Cases, &place.outbox()?)
        .await?;
    Ok(action)
}
