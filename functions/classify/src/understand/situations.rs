//! What a call tells without naming it: all its turns are heard together, by weights that were
//! learned from calls and not from sentences.

use shared::case::{Confidence, Workflow};
use shared::redact::Speaker;

use super::features::{told_features, turn_features};
use super::model::{CallSums, best, call_confidence};

/// Our own agent says in the first turns why they call; after that they say what they say to all.
const OPENING: usize = 6;

/// What a call tells of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// The workflow, or `other`.
    pub(super) workflow: Workflow,
    /// By how much it leads the next.
    pub(super) lead: f32,
    /// How sure that is, of a workflow.
    pub(super) confidence: Confidence,
}

/// The workflow that the turns tell of.
pub(super) fn told(turns: &[(Speaker, &str)]) -> Told {
    let mut sums = CallSums::default();
    let mut ideas = 0;
    for (turn, (speaker, text)) in turns.iter().enumerate() {
        let by_agent = *speaker == Speaker::Agent;
        if by_agent && turn >= OPENING {
            continue;
        }
        let found = turn_features(text, by_agent, |bucket| sums.add(bucket));
        if !by_agent {
            ideas |= found;
        }
    }
    told_features(ideas, |bucket| sums.add(bucket));
    let (workflow, lead) = best(&sums.scores());
    Told {
        workflow,
        lead,
        confidence: call_confidence(lead),
    }
}

/// The caller's turn that speaks most for `workflow`.
pub(super) fn telling(turns: &[(Speaker, &str)], workflow: Workflow) -> usize {
    let speaks = |text: &str| {
        let mut sums = CallSums::default();
        turn_features(text, false, |bucket| sums.add(bucket));
        sums.lead_of(workflow)
    };
    turns
        .iter()
        .enumerate()
        .filter(|(_, (speaker, _))| *speaker != Speaker::Agent)
        .map(|(turn, (_, text))| (turn, speaks(text)))
        .max_by(|one, other| one.1.total_cmp(&other.1))
        .map_or(0, |(turn, _)| turn)
}
