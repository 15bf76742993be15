//! Colours with a meaning, the same everywhere; `anstream` drops them where no terminal shows them.

use owo_colors::{OwoColorize, Style};
use shared::ledger::State;

/// What is done or well.
#[must_use]
pub fn good(text: &str) -> String {
    text.style(Style::new().green().bold()).to_string()
}

/// What waits for a person.
#[must_use]
pub fn attention(text: &str) -> String {
    text.style(Style::new().yellow().bold()).to_string()
}

/// What went wrong or was refused.
#[must_use]
pub fn bad(text: &str) -> String {
    text.style(Style::new().red().bold()).to_string()
}

/// What goes on.
#[must_use]
pub fn busy(text: &str) -> String {
    text.style(Style::new().cyan()).to_string()
}

/// What matters less.
#[must_use]
pub fn faint(text: &str) -> String {
    text.style(Style::new().dimmed()).to_string()
}

/// A heading.
#[must_use]
pub fn strong(text: &str) -> String {
    text.style(Style::new().bold()).to_string()
}

/// A state in the colour of its meaning.
#[must_use]
pub fn state(state: State) -> String {
    let name = state.as_str().replace('_', " ");
    match state {
        State::Succeeded => good(&name),
        State::AwaitingApproval | State::NeedsPerson => attention(&name),
        State::Rejected | State::Declined | State::Expired => bad(&name),
        State::Planned
        | State::Approved
        | State::Observed
        | State::Claimed
        | State::Sent
        | State::Deferred
        | State::Unknown => busy(&name),
    }
}
