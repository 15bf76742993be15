//! What our own agent's turns say of a call's matter.

use shared::case::Workflow;
use shared::redact::Speaker;

use super::concepts::{
    ACCOUNT, ADDRESS, BALANCE, BILL, CHARGE, CHARGEBACK, DISPUTE, DOCUMENT, DUE, FEE, Ideas, MONEY,
    OWE, PAY, REFUND, RENEW, REQUEST, SUBSCRIPTION, TRANSFER,
};
use super::features::ideas as ideas_of;
use super::model::{confidence as calibrated, score};
use super::turns::{lower, sentences};

/// An agent's sentence surer than this names the matter where the caller did not.
const NAMED: u16 = 850;
/// The first turns, in which an agent greets and lists what they can do.
const GREETING: usize = 2;

/// What our own agent named where the caller only described it ("so you need proof of payment"),
/// how surely, and in which turn. The greeting names everything, and is left out.
pub(super) fn named_by_agent(turns: &[(Speaker, &str)]) -> Option<(Workflow, u16, usize)> {
    let mut best: Option<(Workflow, u16, usize)> = None;
    for (turn, (speaker, text)) in turns.iter().enumerate().skip(GREETING) {
        if *speaker != Speaker::Agent {
            continue;
        }
        for sentence in sentences(&lower(text)) {
            // Most of what an agent says is courtesy, and need not be scored.
            if !speaks_of_something(ideas_of(sentence)) {
                continue;
            }
            let (workflow, margin) = score(sentence).best();
            let confidence = calibrated(workflow, margin).thousandths();
            if workflow != Workflow::Other
                && confidence >= NAMED
                && best.is_none_or(|(_, surest, _)| confidence > surest)
            {
                best = Some((workflow, confidence, turn));
            }
        }
    }
    best
}

/// The turn in which our own agent opened a call about money owed.
pub(super) fn opened_about_debt(turns: &[(Speaker, &str)]) -> Option<usize> {
    turns.iter().take(8).position(|(speaker, text)| {
        *speaker == Speaker::Agent
            && sentences(text).into_iter().any(|sentence| {
                let ideas = ideas_of(sentence);
                let words = sentence.to_ascii_lowercase();
                ideas & OWE != 0
                    && ideas & (PAY | BALANCE | DUE | FEE | ACCOUNT | BILL | DOCUMENT | MONEY) != 0
                    && [
                        "calling",
                        "call is",
                        "regard",
                        "about",
                        "remind",
                        "contacting",
                        "reaching",
                    ]
                    .iter()
                    .any(|cue| words.contains(cue))
            })
    })
}

/// Whether a sentence names any matter of ours.
pub(super) fn speaks_of_something(ideas: Ideas) -> bool {
    ideas
        & (REFUND
            | CHARGE
            | CHARGEBACK
            | DISPUTE
            | DOCUMENT
            | RENEW
            | SUBSCRIPTION
            | REQUEST
            | TRANSFER
            | ADDRESS
            | ACCOUNT
            | OWE)
        != 0
}
