//! `review`: the desk. It puts what may not run alone before a person, in the browser and behind
//! the buttons of an alert in Slack, and takes their decision: once, and of exactly what they saw.
//!
//! It holds no key that moves money. A decision is written into the ledger with the message to
//! `execute`, which reads the records again and asks the policies again.

mod desk;
mod facts;
pub mod identity;
mod pages;
mod plots;
mod queue;
mod recording;
mod reports;
mod session;
mod signing;
mod slack;
mod start;
mod story;
mod web;
mod words;

pub use desk::{Desk, SecretIds};
pub use queue::{Filter, PER_PAGE, Queue};
pub use recording::{FindRecording, RecordingError};
pub use reports::{Line, Report};
pub use session::{NoSession, Person, SESSION_COOKIE, SESSION_LASTS, Session};
pub use signing::{Purpose, SigningKeys};
pub use slack::{ResponsePlace, TellMember};
pub use start::start;
pub use web::{Answer, Request};
