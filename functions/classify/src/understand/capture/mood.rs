//! What a caller wants of us besides the matter: a call back, a credit, a hurry, a manager; and how
//! they sounded, as a fact for whoever rings back.

use shared::case::{Tone, Urgency};

fn has(words: &str, cues: &[&str]) -> bool {
    cues.iter().any(|cue| words.contains(cue))
}

/// Whether a credit is wanted in place of a refund.
pub(super) fn wants_credit(words: &str) -> Option<bool> {
    const CUES: [&str; 7] = [
        "credit instead",
        "store credit",
        "credit note",
        "as a credit",
        "credit my next",
        "credit on my account",
        "credit to my account",
    ];
    wanted(words, &CUES)
}

/// Whether what one of `cues` names is wanted, or refused: "I don't want store credit".
fn wanted(words: &str, cues: &[&str]) -> Option<bool> {
    const REFUSES: [&str; 10] = [
        "don't ",
        "dont ",
        "do not ",
        "not want",
        "not need",
        "no need",
        "no want",
        "rather than",
        "instead of",
        "without ",
    ];
    let refused = |before: &str| {
        let clause = before.rsplit([',', ';', ':']).next().unwrap_or(before);
        let clause = clause.rsplit(" but ").next().unwrap_or(clause);
        let adjacent = [" not", " no", " not a", " not any"]
            .iter()
            .any(|negation| clause.trim_end().ends_with(negation));
        adjacent || has(clause, &REFUSES)
    };
    let mentions: Vec<bool> = cues
        .iter()
        .flat_map(|cue| words.match_indices(cue))
        .filter_map(|(at, _)| words.get(..at))
        .map(refused)
        .collect();
    (!mentions.is_empty()).then(|| mentions.contains(&false))
}

/// Whether a call back is expected.
pub(super) fn callback(words: &str) -> Option<bool> {
    const WANTED: [&str; 7] = [
        "call me back",
        "call me",
        "ring me",
        "callback",
        "call back",
        "give me a call",
        "expect your call",
    ];
    wanted(words, &WANTED)
}

/// How soon a person must look.
pub(super) fn urgency(words: &str) -> Option<Urgency> {
    const CRITICAL: [&str; 5] = [
        "emergency",
        "right this minute",
        "payroll",
        "shut down",
        "critical",
    ];
    const HIGH: [&str; 9] = [
        "urgent",
        "immediately",
        "asap",
        "as soon as possible",
        "right now",
        "right away",
        "today today",
        "now now",
        "very quickly",
    ];
    if has(words, &CRITICAL) {
        Some(Urgency::Critical)
    } else {
        has(words, &HIGH).then_some(Urgency::High)
    }
}

/// How the caller sounded.
pub(super) fn tone(words: &str) -> Option<Tone> {
    const FORMAL: [&str; 11] = [
        "lawyer",
        "legal action",
        " sue ",
        "court",
        "central bank",
        " cbn ",
        "fccpc",
        "consumer protection",
        "ombudsman",
        "regulator",
        "police",
    ];
    const UPSET: [&str; 12] = [
        "angry",
        "frustrat",
        "fed up",
        "ridiculous",
        "unacceptable",
        "nonsense",
        "rude",
        "terrible service",
        "disappoint",
        "worst",
        "rubbish",
        "treated",
    ];
    if has(words, &FORMAL) {
        Some(Tone::Formal)
    } else {
        has(words, &UPSET).then_some(Tone::Upset)
    }
}

/// Whether somebody higher is asked for.
pub(super) fn escalates(words: &str) -> bool {
    has(
        words,
        &[
            "manager",
            "supervisor",
            "escalate",
            "someone senior",
            "your boss",
        ],
    )
}

/// Whether the caller says that they will pay.
pub(super) fn promises_to_pay(words: &str) -> bool {
    const CUES: [&str; 12] = [
        "i will pay",
        "i'll pay",
        "i can pay",
        "i promise",
        "i go pay",
        "will settle",
        "i'll settle",
        "i will transfer",
        "i will send the money",
        "i can settle",
        "i'll transfer",
        "i will clear",
    ];
    has(words, &CUES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_caller_refuses_is_not_wanted() {
        for refused in [
            " i don't want store credit, i want my money back. ",
            " give me my money, not store credit. ",
            " i want a refund instead of a credit note ",
            " i no want store credit o ",
        ] {
            assert_eq!(wants_credit(refused), Some(false), "{refused}");
        }
        for wanted in [
            " store credit is fine ",
            " don't refund it, credit my next invoice. ",
            " not a refund but store credit ",
        ] {
            assert_eq!(wants_credit(wanted), Some(true), "{wanted}");
        }
        assert_eq!(callback(" you don't need to call me back "), Some(false));
        assert_eq!(
            callback(" why did you not call me back, please call me "),
            Some(true)
        );
    }

    #[test]
    fn how_a_caller_sounds_is_no_more_than_what_they_say() {
        assert_eq!(tone(" i will go to my lawyer "), Some(Tone::Formal));
        assert_eq!(tone(" this is unacceptable "), Some(Tone::Upset));
        assert_eq!(tone(" okay "), None);
        assert_eq!(callback(" please do not call me "), Some(false));
        assert_eq!(urgency(" as soon as possible "), Some(Urgency::High));
    }
}
