//! Clicks on an alert's buttons in Slack.

mod feedback;
mod payload;
mod signature;

pub use feedback::{HOOKS_URL, Hooks, ResponsePlace, TellMember};
pub use payload::Click;
pub use signature::verify;
