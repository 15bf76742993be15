//! Weighs what the merchant's analysis and DialNexa's summary say the call was about against what
//! was said on it.

use shared::case::{Confidence, Source, Workflow};
use shared::redact::Speaker;

use super::Heard;
use super::calls::{Decision, decide};
use super::claims::trust;
use super::collect::Collected;
use super::cues::Cues;

/// How sure a workflow is at least that analysis and caller agree on.
const AGREED: u16 = 930;
/// How sure a workflow is at most on which analysis and caller disagree.
const DISPUTED: u16 = 480;
/// A caller's workflow surer than this stands against another claim.
const STANDS: u16 = 600;

/// Decides the workflow of a call.
pub(super) fn weigh(
    heard: &Heard<'_>,
    collected: &Collected,
    disagreements: &mut Vec<String>,
) -> Decision {
    let spoken = decide(heard.turns);
    let said = !heard.turns.is_empty();
    let mut decision = match claimed(heard, collected) {
        None => spoken,
        Some((workflow, source)) => join(workflow, source, spoken, said, disagreements),
    };
    // To have one of two equal charges back is what a caller who was charged twice wants.
    if decision.workflow == Workflow::DuplicateCharge {
        decision
            .also
            .retain(|workflow| *workflow != Workflow::RefundRequest);
    }
    // A high-value caller who cannot pay is the blocker workflow, whatever else it is.
    if collected.vip && cannot_pay(heard.turns) {
        if decision.workflow != Workflow::Other && decision.workflow != Workflow::VipPaymentBlocker
        {
            decision.also.insert(0, decision.workflow);
        }
        decision
            .also
            .retain(|workflow| *workflow != Workflow::VipPaymentBlocker);
        decision.workflow = Workflow::VipPaymentBlocker;
        decision.confidence = decision.confidence.max(Confidence::from_thousandths(900));
    }
    decision
}

/// The workflow that the analysis names, or else the one that the summary tells.
fn claimed(heard: &Heard<'_>, collected: &Collected) -> Option<(Workflow, Source)> {
    if let Some(outcome) = collected.outcomes.iter().min_by_key(|outcome| outcome.1) {
        return Some(*outcome);
    }
    let summary = heard.summary.filter(|summary| !summary.trim().is_empty())?;
    let told = decide(&[(Speaker::Unknown, summary)]);
    (told.confidence.thousandths() >= STANDS || told.workflow == Workflow::Other)
        .then_some((told.workflow, Source::Summary))
}

fn join(
    workflow: Workflow,
    source: Source,
    spoken: Decision,
    said: bool,
    disagreements: &mut Vec<String>,
) -> Decision {
    let claim = trust(source).thousandths();
    if !said {
        return Decision {
            workflow,
            confidence: trust(source),
            also: spoken.also,
            evidence: spoken.evidence,
            is_meant: true,
        };
    }
    if workflow == spoken.workflow {
        let sure = spoken.confidence.thousandths().max(claim).max(AGREED);
        return Decision {
            confidence: Confidence::from_thousandths(sure),
            ..spoken
        };
    }
    let heard_otherwise = spoken.confidence.thousandths() >= STANDS;
    // A summary in general words does not unsay what the caller said.
    if source == Source::Summary && (workflow == Workflow::Other || heard_otherwise) {
        if workflow == Workflow::Other {
            return spoken;
        }
        disagreements.push(disagreement("summary", workflow, spoken.workflow));
        let sure = spoken.confidence.thousandths().min(DISPUTED);
        let mut also = spoken.also;
        if !also.contains(&workflow) {
            also.insert(0, workflow);
        }
        return Decision {
            confidence: Confidence::from_thousandths(sure),
            also,
            ..spoken
        };
    }
    let also_said = spoken.also.contains(&workflow);
    let mut also: Vec<Workflow> = spoken
        .also
        .into_iter()
        .filter(|also| *also != workflow)
        .collect();
    if spoken.workflow != Workflow::Other && spoken.is_meant {
        also.insert(0, spoken.workflow);
    }
    let sure = if heard_otherwise && !also_said {
        disagreements.push(disagreement("analysis", workflow, spoken.workflow));
        claim.min(DISPUTED)
    } else {
        claim
    };
    Decision {
        workflow,
        confidence: Confidence::from_thousandths(sure),
        also,
        evidence: spoken.evidence,
        is_meant: true,
    }
}

fn disagreement(source: &str, claimed: Workflow, heard: Workflow) -> String {
    format!("The {source} says {claimed}, the call itself {heard}.")
}

/// Whether anyone says that a payment or an account is blocked.
fn cannot_pay(turns: &[(Speaker, &str)]) -> bool {
    static CUES: Cues<16> = Cues::new([
        "can't pay",
        "cannot pay",
        "can't make a payment",
        "cannot make a payment",
        "blocked",
        "locked",
        "keeps failing",
        "keeps declining",
        "declined",
        "won't go through",
        "not going through",
        "won't let me pay",
        "frozen",
        "suspended",
        "refuses my card",
        "cannot complete",
    ]);
    turns
        .iter()
        .filter(|(speaker, _)| *speaker != Speaker::Agent)
        .any(|(_, text)| CUES.stand_in(&text.to_ascii_lowercase()))
}
