//! A case: what a call is about, with which facts, and how sure we are of each.
//!
//! A case holds what the caller *claims*. It decides nothing: `execute` asks Paystack what is
//! true and policy what may be done.

mod compare;
mod fields;
mod shown;
mod workflow;

pub use fields::{
    Captured, Channel, Confidence, Fields, PaymentStatus, PromiseToPay, Source, Tone, Urgency,
};
pub use shown::RecordShown;
pub use workflow::{DocumentKind, UnknownWorkflow, Workflow};

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::call::Direction;
use crate::ids::{CallId, PhoneNumber};
use crate::redact::Kind;

/// What a call asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// The call it came from.
    pub call: CallId,
    /// When the call began, or, where DialNexa did not say, when its event reached us.
    pub at: Timestamp,
    /// Who rang whom; unknown where the delivery does not say (F2).
    pub direction: Option<Direction>,
    /// The caller's number: `from` of an inbound call, `to` of an outbound one.
    pub caller: Option<PhoneNumber>,
    /// What the call is mainly about.
    pub workflow: Workflow,
    /// How sure that is.
    pub confidence: Confidence,
    /// What else the call asks for.
    #[serde(default)]
    pub also: Vec<Workflow>,
    /// The facts, each with its source.
    pub fields: Fields,
    /// Where sources contradict each other, in plain words without anyone's data.
    #[serde(default)]
    pub disagreements: Vec<String>,
    /// The turns of the transcript that decided, the most telling first.
    #[serde(default)]
    pub evidence: Vec<usize>,
    /// What the redactor took out; not empty is the suppression flag.
    #[serde(default)]
    pub removed: BTreeSet<Kind>,
    /// The operational summary: fixed wording, at most 500 characters, no payment details.
    pub summary: String,
}

impl Case {
    /// Whether payment, bank, identity or tax data was said on the call.
    #[must_use]
    pub fn is_suppressed(&self) -> bool {
        !self.removed.is_empty()
    }
}
