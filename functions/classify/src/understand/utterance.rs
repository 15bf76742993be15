//! What one utterance asks for: it is heard whole, and where it seems to ask for nothing, sentence
//! by sentence, since names and account numbers beside a request drown it.
//!
//! The trainer and the model share this file too.

use shared::case::Workflow;

use super::turns::{lower, sentences};

/// A sentence that leads by less than this does not speak for the utterance.
const SPEAKS: f32 = 1.5;

/// The workflow of `text` and by how much it leads, where `best` says both of any text.
pub fn decide(text: &str, best: impl Fn(&str) -> (Workflow, f32)) -> (Workflow, f32) {
    let whole = best(text);
    if whole.0 != Workflow::Other {
        return whole;
    }
    let lower = lower(text);
    let parts = sentences(&lower);
    if parts.len() < 2 {
        return whole;
    }
    parts
        .into_iter()
        .map(best)
        .filter(|(workflow, lead)| *workflow != Workflow::Other && *lead >= SPEAKS)
        .max_by(|one, other| one.1.total_cmp(&other.1))
        .unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best(text: &str) -> (Workflow, f32) {
        match (text.contains("stole"), text.len() < 24) {
            (true, true) => (Workflow::DisputedCharge, 2.0),
            (true, false) => (Workflow::Other, 0.5),
            (false, _) => (Workflow::Other, 4.0),
        }
    }

    #[test]
    fn a_request_among_names_and_numbers_is_heard() {
        let (workflow, _) = decide(
            "Hello. They stole my money! It is Jane Doe, 85731890.",
            best,
        );
        assert_eq!(workflow, Workflow::DisputedCharge);
        assert_eq!(decide("Jane Doe. 85731890.", best), (Workflow::Other, 4.0));
    }
}
