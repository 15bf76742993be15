//! Clicks on an alert's buttons in Slack.

mod payload;
mod signature;

pub use payload::Click;
pub use signature::verify;
