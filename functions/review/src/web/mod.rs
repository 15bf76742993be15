//! HTTP as API Gateway hands it on: requests read once, answers with the headers that every page
//! needs.

mod answer;
mod request;

pub use answer::{Answer, Cookie};
pub use request::Request;
