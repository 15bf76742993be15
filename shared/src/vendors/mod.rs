//! The systems around us, each behind a client of its own, and the one HTTP layer they share.

pub mod dialnexa;
pub mod exchange;
pub mod http;
pub mod hubspot;
pub mod slack;
#[cfg(any(test, feature = "suite"))]
pub mod testing;
pub mod token;
pub mod watched;
