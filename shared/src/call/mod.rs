//! A DialNexa call: the shapes it arrives in, its signature, its transcript, and the redacted
//! event that is all the rest of the system ever sees.

mod event;
mod facts;
mod json;
mod leaves;
mod scrub;
mod signature;
mod transcript;
mod values;
mod wire;

pub use event::{CallEvent, CallStatus, Direction, Shape, TurnRecord};
pub use facts::{FactsHash, InvalidFactsHash, facts_hash};
pub use json::{Entries, Json, Number};
pub use scrub::{Kept, RedactedFields, keep, scrub, scrub_json};
pub use signature::{SIGNATURE_HEADERS, SignatureError, verify};
pub use transcript::{RawTurn, parse_transcript};
pub use wire::{
    Delivery, RawCall, UnknownReason, Unrecognised, WireError, is_greeting, mend, read,
};

#[cfg(test)]
mod tests;
