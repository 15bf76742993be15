//! `ingest`: takes in what DialNexa posts. It checks the signature over the raw bytes, takes out
//! what may not be kept, and answers 2xx once the queue has the rest.
//!
//! It knows DialNexa's signing secrets and one queue, and nothing of what becomes of a call.

mod answer;
mod handler;
mod keys;
mod start;

pub use answer::Answer;
pub use handler::Ingest;
pub use keys::SigningKeys;
pub use start::start;
