//! What waits for a person, and a person's decision or amendment, until there is a desk in the
//! browser.

use std::io::Write;

use serde_json::{Value, json};
use shared::ids::CallId;
use shared::ledger::{
    Action, ActionId, Amendment, Decision, DecisionError, Destination, Verdict, binding,
};
use shared::money::Money;

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
        let open = action.parameters.get("open").and_then(|it| it.as_array());
        for name in open.into_iter().flatten().filter_map(|it| it.as_str()) {
            let said = action.parameters.get(name).and_then(|it| it.as_str());
            writeln!(out, "    {name}: {}", said.unwrap_or_default())?;
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

/// The list as JSON, each with what a decision is bound to.
#[must_use]
pub fn as_json(reviews: &[Action]) -> Value {
    reviews
        .iter()
        .map(|action| json!({ "action": action, "binding": binding(action) }))
        .collect()
}

/// An amendment as it is given at the command line.
#[derive(Debug, Clone)]
pub struct Amended {
    /// The call.
    pub call: CallId,
    /// The action.
    pub action: String,
    /// A smaller amount, in subunits of the action's own currency.
    pub subunits: Option<i64>,
    /// Who amends, what they were shown, and what they say.
    pub amendment: Amendment,
}

/// Amends what waits, and gives back what waits now.
///
/// # Errors
/// [`OpsError::Decision`] where it was not amended.
pub async fn amend(place: &Place, given: Amended) -> Result<Action, OpsError> {
    let id =
        ActionId::parse(&given.action).ok_or_else(|| OpsError::NoAction(given.action.clone()))?;
    let mut amendment = given.amendment;
    if let Some(subunits) = given.subunits {
        let (waiting, _) = place
            .ledger
            .action(&given.call, &id)
            .await?
            .ok_or_else(|| OpsError::NoAction(given.action.clone()))?;
        let shown = waiting.amount.ok_or(DecisionError::NotLess)?;
        amendment.amount = Some(Money::new(subunits, shown.currency));
    }
    Ok(place.ledger.amend(&given.call, &id, &amendment).await?)
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
