//! A record of another system as it was read when a call was planned, for the person who decides.
//! It holds names and addresses, and so belongs to the call's private record.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A record, as lines to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordShown {
    /// Whose record it is, such as `Paystack`.
    pub system: String,
    /// What it is, such as `Payment`.
    pub kind: String,
    /// Its id or code there.
    pub id: String,
    /// Where it can be seen there.
    #[serde(default)]
    pub link: Option<String>,
    /// Its facts: a name, and what it is.
    pub facts: Vec<(String, String)>,
    /// When it was read.
    pub read_at: Timestamp,
}
