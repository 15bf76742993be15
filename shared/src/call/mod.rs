//! A DialNexa call: the shapes it arrives in, its signature, its transcript, and the redacted
//! event that is all the rest of the system ever sees.

mod event;
mod facts;
mod scrub;
mod signature;
mod transcript;
mod wire;

pub use event::{CallEvent, CallStatus, Direction, Shape, TurnRecord};
pub use facts::{FactsHash, facts_hash};
pub use scrub::{scrub, scrub_json};
pub use signature::{SignatureError, SigningSecrets, verify};
pub use transcript::{RawTurn, parse_transcript};
pub use wire::{Delivery, RawCall, WireError, read};
