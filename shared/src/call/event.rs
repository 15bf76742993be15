//! The redacted event of a call, in one shape whatever DialNexa sent.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{CallId, PhoneNumber};
use crate::redact::{Kind, Redacted, Speaker};

/// Which of DialNexa's body shapes a delivery came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// `event_type` and `payload.call`: workspace and agent webhooks.
    EventType,
    /// `call_id` at the top: webhooks registered by DialNexa's API.
    Flat,
    /// `event` and `session_id`: the old webhooks.
    Session,
}

/// Who rang whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// The customer rang the merchant.
    Inbound,
    /// The merchant's agent rang the customer.
    Outbound,
}

/// The state of a call. DialNexa's list is open, so an unknown one keeps its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum CallStatus {
    /// The call took place and ended.
    Completed,
    /// It never connected.
    Hangup,
    /// It was begun.
    Initiated,
    /// Any other state, as DialNexa names it.
    Unknown(String),
}

impl From<String> for CallStatus {
    fn from(text: String) -> Self {
        match text.as_str() {
            "completed" => Self::Completed,
            "hangup" => Self::Hangup,
            "initiated" => Self::Initiated,
            _ => Self::Unknown(text),
        }
    }
}

impl From<CallStatus> for String {
    fn from(status: CallStatus) -> Self {
        match status {
            CallStatus::Completed => "completed".to_owned(),
            CallStatus::Hangup => "hangup".to_owned(),
            CallStatus::Initiated => "initiated".to_owned(),
            CallStatus::Unknown(text) => text,
        }
    }
}

/// One turn of a transcript, redacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnRecord {
    /// Who spoke.
    pub speaker: Speaker,
    /// What was said, with card and bank data taken out.
    pub text: Redacted,
    /// Seconds from the start of the call, where DialNexa said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<f64>,
}

/// What DialNexa told us about a call, redacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CallEvent {
    /// The call.
    pub call: CallId,
    /// The event's name; the flat shape has none and says `call.<status>`.
    pub name: String,
    /// The shape it came in.
    pub shape: Shape,
    /// When it reached us.
    pub received_at: Timestamp,
    /// The call's state, where the event says.
    pub status: Option<CallStatus>,
    /// Who rang whom.
    pub direction: Option<Direction>,
    /// The number that rang.
    pub from: Option<PhoneNumber>,
    /// The number that was rung.
    pub to: Option<PhoneNumber>,
    /// The agent that spoke.
    pub agent: Option<String>,
    /// When the call began.
    pub initiated_at: Option<Timestamp>,
    /// How long it lasted, in DialNexa's own unit (seconds for F1; not stated for F2).
    pub duration: Option<f64>,
    /// What was said.
    #[serde(default)]
    pub transcript: Vec<TurnRecord>,
    /// DialNexa's summary.
    pub summary: Option<Redacted>,
    /// The merchant's post-call analysis by field name: a model's guesses.
    #[serde(default)]
    pub analysis: BTreeMap<String, Redacted>,
    /// What the merchant's own system set when it placed the call (F2 only).
    #[serde(default)]
    pub metadata: BTreeMap<String, Redacted>,
    /// Where the recording can be heard until the link expires: a bearer secret.
    pub recording: Option<String>,
    /// Every other field that was sent, redacted, so that nothing is lost.
    #[serde(default)]
    pub rest: BTreeMap<String, Redacted>,
    /// What was taken out, anywhere in the event.
    #[serde(default)]
    pub removed: BTreeSet<Kind>,
}

impl CallEvent {
    /// Whether it says enough to act on: a completed call with content.
    ///
    /// F1 and F2 say `completed`; F3 sends its transcript and analysis as events of their own.
    #[must_use]
    pub fn is_actionable(&self) -> bool {
        let has_content =
            !self.transcript.is_empty() || self.summary.is_some() || !self.analysis.is_empty();
        let ended = match self.shape {
            Shape::EventType => {
                self.name == "call_ended" && self.status == Some(CallStatus::Completed)
            }
            Shape::Flat => self.status == Some(CallStatus::Completed),
            Shape::Session => {
                matches!(
                    self.name.as_str(),
                    "call.transcript_ready" | "call.analysis_ready"
                )
            }
        };
        ended && has_content
    }

    /// The customer's number: who rang an inbound call, who was rung on an outbound one.
    #[must_use]
    pub fn caller(&self) -> Option<&PhoneNumber> {
        match self.direction? {
            Direction::Inbound => self.from.as_ref(),
            Direction::Outbound => self.to.as_ref(),
        }
    }
}
