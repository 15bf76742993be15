//! What the tests of the whole have in common.

pub mod in_process;
pub mod openapi;
pub mod sim;
pub mod stack;
