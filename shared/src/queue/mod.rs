//! The three queues: what a message says, how it fits into one, how it is sent, and how a batch
//! of them is worked off.
//!
//! ```text
//! calls    {"version":1,"event":{…}}  {"version":1,"kept":{…}}  {"version":1,"deflate":"…"}
//! cases    {"version":1,"call":"call_a1"}
//! notices  {"version":1,"call":"call_a1","notice":"…"}
//! ```

mod batch;
mod error;
mod memory;
mod message;
mod outbox;
mod send;

pub use batch::{BatchError, Failure, Incoming, handle_batch};
pub use error::QueueError;
pub use memory::{Extension, MemoryQueue};
pub use message::{CallsMessage, CaseMessage, MAX_MESSAGE_BYTES, Message, NoticeMessage, Outgoing};
pub use outbox::OutboxQueues;
pub use send::{ExtendVisibility, SendMessage, SqsQueue};

#[cfg(test)]
mod tests;
