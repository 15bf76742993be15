//! What policy says of one action.

use serde::Serialize;
use shared::ledger::Reason;

/// What policy says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// It may run by itself, or has the approvals that it needs.
    Run {
        /// The policies that allow it.
        policies: Vec<String>,
    },
    /// So many people have to approve it first.
    AskPerson {
        /// Why.
        reason: Reason,
        /// How many.
        approvals_needed: u32,
    },
    /// It may not run even with a person's approval.
    Forbid {
        /// Why.
        reason: Reason,
    },
}

impl Decision {
    /// The ids of the policies that decided; empty where no policy said anything, which is a no.
    #[must_use]
    pub fn policies(&self) -> &[String] {
        match self {
            Self::Run { policies } => policies,
            Self::AskPerson { reason, .. } | Self::Forbid { reason } => &reason.policies,
        }
    }
}
