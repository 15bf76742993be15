//! The desk's pages, drawn on the server: what is escaped and how a field is labelled is decided
//! once, in a function each.

mod call;
mod context;
mod layout;
mod queue;
mod reports;

pub use call::{Notice, Shown, call, case};
pub use layout::{ASSETS, Frame, message};
pub use queue::{Found, queue, search};
pub use reports::reports;
