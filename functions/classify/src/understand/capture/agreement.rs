//! What the caller agreed to: to be written to, and that the address read back is the right one.
//! An answer counts with the question before it, so that "yes" alone says nothing.

use shared::case::Source;
use shared::redact::Speaker;

use super::super::Heard;
use super::super::claims::captured;
use super::super::collect::Collected;
use super::super::extract::{Text, email};

/// What an agent's turn asks of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Question {
    consent: bool,
    recipient: bool,
}

/// Adds consent and the confirmation of the recipient.
pub(super) fn collect(heard: &Heard<'_>, collected: &mut Collected) {
    let mut asked = Question {
        consent: false,
        recipient: false,
    };
    let mut consent = None;
    let mut recipient = None;
    for (turn, (speaker, text)) in heard.turns.iter().enumerate() {
        let words = format!(
            " {} ",
            text.to_ascii_lowercase()
                .replace('’', "'")
                .replace([',', '.', '!'], " ")
        );
        if *speaker == Speaker::Agent {
            asked = question(text, &words);
            continue;
        }
        if let Some(own) = own_words(&words) {
            consent = Some((own, turn));
        } else if asked.consent
            && let Some(answer) = answer(&words)
        {
            consent = Some((answer, turn));
        }
        if asked.recipient
            && let Some(answer) = answer(&words)
        {
            recipient = Some((answer, turn));
        }
        asked = Question {
            consent: false,
            recipient: false,
        };
    }
    collected
        .consent
        .extend(consent.map(|(value, turn)| captured(value, Source::Caller, Some(turn))));
    collected
        .recipient_confirmed
        .extend(recipient.map(|(value, turn)| captured(value, Source::Caller, Some(turn))));
}

/// What the agent asks in a turn.
fn question(text: &str, words: &str) -> Question {
    let has = |cues: &[&str]| cues.iter().any(|cue| words.contains(cue));
    let asks = text.contains('?')
        || has(&[
            " may i ",
            " can i ",
            " can we ",
            " shall i ",
            " is it okay",
            " is it ok ",
            " do you agree",
            " is that correct",
            " is that right",
            " do you consent",
            " would you like me to ",
        ]);
    let writes = has(&[
        " send",
        " email",
        " e-mail",
        " mail ",
        " whatsapp",
        " text you",
        " sms",
        " contact you",
        " write to you",
        " consent",
        " agree",
    ]);
    let reads_back = !email::emails(&Text::new(text)).is_empty()
        || has(&[
            " email address",
            " your email",
            " that address",
            " the address",
        ]);
    let confirms = has(&[
        " correct",
        " right",
        " confirm",
        " did i get",
        " is that",
        " have i got",
    ]);
    Question {
        consent: asks && writes,
        recipient: asks && reads_back && confirms,
    }
}

/// What a caller says unasked about being written to.
fn own_words(words: &str) -> Option<bool> {
    let has = |cues: &[&str]| cues.iter().any(|cue| words.contains(cue));
    if has(&[
        " don't email",
        " do not email",
        " don't send me",
        " do not send me",
        " don't contact me",
        " no emails",
        " i do not consent",
        " i don't consent",
        " i don't agree",
    ]) {
        return Some(false);
    }
    has(&[
        " i consent",
        " i agree",
        " you have my consent",
        " you have my permission",
        " you can email",
        " you can send it",
        " you may send",
        " you may email",
        " feel free to email",
        " i give my consent",
        " go ahead and send",
        " please send it",
        " please email it",
        " send it to my email",
    ])
    .then_some(true)
}

/// Yes, no, or neither.
fn answer(words: &str) -> Option<bool> {
    let has = |cues: &[&str]| cues.iter().any(|cue| words.contains(cue));
    if has(&[
        " no ",
        " nope ",
        " don't ",
        " do not ",
        " not correct",
        " wrong ",
        " isn't ",
        " incorrect",
        " nah ",
        " mba ",
    ]) {
        return has(&[" no problem", " no wahala"])
            .then_some(true)
            .or(Some(false));
    }
    has(&[
        " yes",
        " yeah",
        " yep",
        " yah ",
        " sure",
        " correct",
        " okay",
        " ok ",
        " right ",
        " exactly",
        " go ahead",
        " fine",
        " please do",
        " of course",
        " that's it",
        " na so",
        " absolutely",
        " perfect",
        " you may",
        " you can",
        " confirmed",
        " ehen",
        " e correct",
    ])
    .then_some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yes_alone_agrees_to_nothing() {
        assert_eq!(answer(" yes please "), Some(true));
        assert_eq!(answer(" no it is wrong "), Some(false));
        assert_eq!(answer(" hmm "), None);
        assert!(!question("How are you?", " how are you? ").consent);
        assert!(question("May I send it by email?", " may i send it by email? ").consent);
    }
}
