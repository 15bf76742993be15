//! Forgetting a caller: what Ledgerline holds of them goes, and what remains elsewhere is named.

use std::collections::BTreeSet;
use std::io::Write;

use serde::Serialize;
use shared::ids::{CallId, Email, PhoneNumber};
use shared::ledger::{Action, CallerIndex, Index, State};

use crate::error::OpsError;
use crate::place::Place;
use crate::progress;
use crate::style;

/// What was found of a caller.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Their calls.
    pub calls: Vec<CallId>,
    /// What remains with vendors: where, and under which id.
    pub remains: BTreeSet<String>,
}

/// Finds a caller by an e-mail address, or by a telephone number in international writing.
///
/// # Errors
/// [`OpsError`] where it is neither, or the ledger cannot be read.
pub async fn find(place: &Place, index: &CallerIndex, caller: &str) -> Result<Found, OpsError> {
    let bucket = if caller.contains('@') {
        index.email(&Email::new(caller)?)
    } else {
        let digits: String = caller.chars().filter(char::is_ascii_digit).collect();
        index.phone(&PhoneNumber::new(&digits)?)
    };
    let calls = place.ledger.calls_by(Index::Caller, &bucket).await?;
    let mut remains = BTreeSet::new();
    for call in &calls {
        remains.insert(format!(
            "DialNexa: the call {call}, its transcript and recording"
        ));
        let actions = place.ledger.actions(call).await?;
        remains.extend(actions.iter().filter_map(|(action, _)| at_paystack(action)));
        let notices = place.ledger.notices(call).await?;
        remains.extend(notices.iter().filter_map(|(notice, _)| told(notice)));
    }
    Ok(Found { calls, remains })
}

/// Erases what was found.
///
/// # Errors
/// [`OpsError`] where the ledger cannot be written; again, it goes on where it stopped.
pub async fn erase(place: &Place, found: &Found) -> Result<usize, OpsError> {
    let mut erased = 0;
    let bar = progress::bar(
        u64::try_from(found.calls.len()).unwrap_or_default(),
        "Erasing",
    );
    for call in &found.calls {
        erased += place.ledger.erase(call).await?;
        bar.inc(1);
    }
    Ok(erased)
}

/// Says what there is, or was.
///
/// # Errors
/// Where the output cannot be written.
pub fn print(found: &Found, erased: Option<usize>, out: &mut dyn Write) -> std::io::Result<()> {
    match (found.calls.len(), erased) {
        (0, _) => return writeln!(out, "Nobody of that address or number is known."),
        (calls, None) => writeln!(
            out,
            "{calls} calls would be erased; give --yes to do it. What money did stays, in ids and \
             amounts."
        )?,
        (calls, Some(items)) => writeln!(
            out,
            "{}",
            style::good(&format!("Erased: {items} items of {calls} calls."))
        )?,
    }
    writeln!(out, "{}", style::strong("Not ours to erase:"))?;
    for what in &found.remains {
        writeln!(out, "  {what}")?;
    }
    writeln!(
        out,
        "{}",
        style::faint(
            "Messages that wait in a dead-letter queue, and deliveries of unknown shape, go by \
             themselves after 14 days and after the time that settings name."
        )
    )
}

fn at_paystack(action: &Action) -> Option<String> {
    let receipt = action.receipt.as_ref()?;
    let has_id = action.state == State::Succeeded && !receipt.id.is_empty();
    has_id.then(|| {
        format!(
            "Paystack: {} {}",
            action.id.name.replace('_', " "),
            receipt.id
        )
    })
}

fn told(notice: &Action) -> Option<String> {
    let receipt = notice.receipt.as_ref()?;
    let id = receipt.second.as_ref().unwrap_or(&receipt.id);
    (!id.is_empty()).then(|| format!("{}: {id}", notice.id.name.replace('_', " ")))
}
