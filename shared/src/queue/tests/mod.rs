//! What may happen to a message, and to a batch of them.

mod batch;
mod message;
mod sqs;
