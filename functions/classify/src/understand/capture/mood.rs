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
    has(words, &CUES).then_some(true)
}

/// Whether a call back is expected.
pub(super) fn callback(words: &str) -> Option<bool> {
    const REFUSED: [&str; 3] = ["don't call me", "no need to call", "do not call me"];
    const WANTED: [&str; 7] = [
        "call me back",
        "call me",
        "ring me",
        "callback",
        "call back",
        "give me a call",
        "expect your call",
    ];
    if has(words, &REFUSED) {
        Some(false)
    } else {
        has(words, &WANTED).then_some(true)
    }
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
    fn how_a_caller_sounds_is_no_more_than_what_they_say() {
        assert_eq!(tone(" i will go to my lawyer "), Some(Tone::Formal));
        assert_eq!(tone(" this is unacceptable "), Some(Tone::Upset));
        assert_eq!(tone(" okay "), None);
        assert_eq!(callback(" please do not call me "), Some(false));
        assert_eq!(urgency(" as soon as possible "), Some(Urgency::High));
    }
}
