//! Understanding a call: what it asks for, with which facts, and how sure we are of each.
//!
//! Pure: a call and the merchant's mapping in, a [`Case`] out. It decides nothing about money. What
//! the caller says becomes a claim with its source; what may be done about it is for policy, on
//! the records of the payment platform.

mod agent;
mod calls;
mod capture;
mod claims;
mod collect;
mod commands;
mod concepts;
mod cues;
pub mod extract;
pub mod features;
mod mapping;
pub mod model;
mod rules;
mod situations;
pub mod summary;
mod turns;
pub mod utterance;
mod weigh;

pub use mapping::{Field, Mapping, normalise};

use std::borrow::Cow;

use jiff::Timestamp;
use shared::call::{CallEvent, Direction};
use shared::case::{Case, Confidence, Fields, Source, Workflow};
use shared::redact::Speaker;

use collect::Collected;

/// A call as words, with what came beside them.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// What was said, by whom.
    pub turns: &'a [(Speaker, &'a str)],
    /// DialNexa's summary.
    pub summary: Option<&'a str>,
    /// The merchant's post-call analysis.
    pub analysis: &'a [(&'a str, &'a str)],
    /// What the merchant's own system set when it placed the call.
    pub metadata: &'a [(&'a str, &'a str)],
    /// When the call began.
    pub at: Timestamp,
    /// Who rang whom.
    pub direction: Option<Direction>,
}

/// What a call says, before it is a [`Case`] of a certain call.
#[derive(Debug, Clone)]
pub struct Understanding {
    /// What the call is mainly about.
    pub workflow: Workflow,
    /// How sure that is.
    pub confidence: Confidence,
    /// What else the call asks for.
    pub also: Vec<Workflow>,
    /// The facts.
    pub fields: Fields,
    /// Where sources contradict each other.
    pub disagreements: Vec<String>,
    /// The turns that decided, the most telling first.
    pub evidence: Vec<usize>,
    /// The operational summary.
    pub summary: String,
}

/// Works out what a call asks for.
#[must_use]
pub fn understand(event: &CallEvent, mapping: &Mapping) -> Case {
    let turns: Vec<(Speaker, String)> = event
        .transcript
        .iter()
        .map(|turn| (turn.speaker, turn.text.render()))
        .collect();
    let turns: Vec<(Speaker, &str)> = turns
        .iter()
        .map(|(speaker, text)| (*speaker, text.as_str()))
        .collect();
    let summary = event.summary.as_ref().map(shared::redact::Redacted::render);
    let render = |named: &std::collections::BTreeMap<String, shared::redact::Redacted>| {
        named
            .iter()
            .map(|(name, value)| (name.clone(), value.render()))
            .collect::<Vec<_>>()
    };
    let (analysis, metadata) = (render(&event.analysis), render(&event.metadata));
    let analysis: Vec<(&str, &str)> = analysis
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let metadata: Vec<(&str, &str)> = metadata
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let at = event.initiated_at.unwrap_or(event.received_at);
    let heard = Heard {
        turns: &turns,
        summary: summary.as_deref(),
        analysis: &analysis,
        metadata: &metadata,
        at,
        direction: event.direction,
    };
    let mut understood = read(&heard, mapping);
    if let Some(link) = &event.recording {
        understood.fields.recording_link =
            Some(claims::captured(link.clone(), Source::Network, None));
    }
    // No documented body has one; where a body does, that is where the transcript can be read.
    let told = ["transcript_url", "transcript_link"]
        .into_iter()
        .find_map(|name| event.rest.get(name));
    if let Some(link) = told.filter(|_| understood.fields.transcript_link.is_none()) {
        understood.fields.transcript_link =
            Some(claims::captured(link.render(), Source::Network, None));
    }
    Case {
        call: event.call.clone(),
        at,
        direction: event.direction,
        caller: event.caller().cloned(),
        workflow: understood.workflow,
        confidence: understood.confidence,
        also: understood.also,
        fields: understood.fields,
        disagreements: understood.disagreements,
        evidence: understood.evidence,
        removed: event.removed.clone(),
        summary: understood.summary,
    }
}

/// Works out the workflow of turns alone: what [`read`] does before it looks at anything else.
#[must_use]
pub fn classify_turns(turns: &[(Speaker, &str)]) -> (Workflow, Confidence) {
    let decision = calls::decide(turns);
    (decision.workflow, decision.confidence)
}

/// Works out what the words and claims of a call say.
#[must_use]
pub fn read(heard: &Heard<'_>, mapping: &Mapping) -> Understanding {
    let turns: Vec<(Speaker, Cow<'_, str>)> = heard
        .turns
        .iter()
        .map(|(speaker, text)| (*speaker, commands::without_commands(text)))
        .collect();
    let turns: Vec<(Speaker, &str)> = turns
        .iter()
        .map(|(speaker, text)| (*speaker, text.as_ref()))
        .collect();
    let summary = heard.summary.map(commands::without_commands);
    let heard = &Heard {
        turns: &turns,
        summary: summary.as_deref(),
        ..*heard
    };
    let mut collected = Collected::default();
    claims::collect(heard, mapping, &mut collected);
    let mut disagreements = Vec::new();
    let decision = weigh::weigh(heard, &collected, &mut disagreements);
    capture::collect(
        heard,
        mapping,
        decision.workflow,
        &decision.evidence,
        &mut collected,
    );
    let fields = collected.settle(&mut disagreements);
    let summary = summary::compose(decision.workflow, &decision.also, &fields);
    Understanding {
        workflow: decision.workflow,
        confidence: decision.confidence,
        also: decision.also,
        fields,
        disagreements,
        evidence: decision.evidence,
        summary,
    }
}
