//! All that was heard of one call, as one event.

use shared::call::CallEvent;

/// Merges a call's events: each gap is filled by whichever event knows, and where two know, the
/// later one is believed (whether that contradicts what was planned is the ledger's question).
/// Nothing where no event can be acted on yet.
#[must_use]
pub fn merge(mut events: Vec<CallEvent>) -> Option<CallEvent> {
    if !events.iter().any(CallEvent::is_actionable) {
        return None;
    }
    events.sort_by(|one, other| {
        (one.received_at, one.shape, &one.name).cmp(&(other.received_at, other.shape, &other.name))
    });
    let mut events = events.into_iter();
    let mut whole = events.next()?;
    for later in events {
        whole.status = later.status.or(whole.status);
        whole.direction = later.direction.or(whole.direction);
        whole.from = later.from.or(whole.from);
        whole.to = later.to.or(whole.to);
        whole.agent = later.agent.or(whole.agent);
        whole.initiated_at = whole.initiated_at.or(later.initiated_at);
        whole.duration = later.duration.or(whole.duration);
        // The transcript with more turns says who spoke; a plain text is one turn.
        if later.transcript.len() > whole.transcript.len() {
            whole.transcript = later.transcript;
        }
        whole.summary = later.summary.or(whole.summary);
        whole.analysis.extend(later.analysis);
        whole.metadata.extend(later.metadata);
        whole.recording = later.recording.or(whole.recording);
        whole.rest.extend(later.rest);
        whole.removed.extend(later.removed);
        if later.shape <= whole.shape {
            whole.name = later.name;
            whole.shape = later.shape;
        }
    }
    Some(whole)
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
