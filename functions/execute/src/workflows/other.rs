//! A call about none of the workflows: a person reads it, and nothing is done.

use shared::ledger::{Action, Reason};

pub(super) fn plan() -> Result<Vec<Action>, Reason> {
    Err(Reason::new(
        "unclear",
        "it is not clear what the call asks for",
    ))
}
