//! A turn's sentences, and what a sentence does: ask, tell of something settled, take back.

use super::cues::Cues;

/// The sentences of a turn; where a recogniser gave no marks, the clauses.
pub(super) fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut from = 0;
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let ends = match byte {
            b'!' | b'?' | b';' | b'\n' => true,
            // A dot inside a number, an address or a code ends nothing.
            b'.' => bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace),
            _ => false,
        };
        if ends {
            push(&mut found, text.get(from..=at).unwrap_or_default());
            from = at + 1;
        }
    }
    push(&mut found, text.get(from..).unwrap_or_default());
    found
}

/// Sentences of more bytes than this are cut at their conjunctions.
pub(super) const LONG: usize = 160;

fn push<'a>(found: &mut Vec<&'a str>, sentence: &'a str) {
    let sentence = sentence.trim();
    if sentence.len() < 2 {
        return;
    }
    if sentence.len() > LONG {
        for cut in [
            " but ",
            " so ",
            " because ",
            " also ",
            " actually ",
            " then ",
            " and ",
        ] {
            if let Some(at) = middle(sentence, cut)
                && let Some((left, right)) = sentence.split_at_checked(at)
            {
                push(found, left);
                push(found, right);
                return;
            }
        }
    }
    found.push(sentence);
}

/// Where `cut` stands in the sentence, not too near to either end.
fn middle(sentence: &str, cut: &str) -> Option<usize> {
    let from = sentence
        .char_indices()
        .map(|(at, _)| at)
        .find(|at| *at >= 40)?;
    let to = sentence.len().checked_sub(30)?;
    let at = from + sentence.get(from..)?.find(cut)?;
    (at < to).then_some(at)
}

/// The text in lower case with plain apostrophes.
pub(super) fn lower(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    if lower.is_ascii() {
        lower
    } else {
        lower.replace('’', "'")
    }
}

/// Whether a sentence asks for something, rather than tells what happened.
pub(super) fn asks(sentence: &str) -> bool {
    static CUES: Cues<33> = Cues::new([
        "i want",
        "i need",
        "i'd like",
        "i would like",
        "can you",
        "could you",
        "please",
        "calling about",
        "calling for",
        "calling to",
        "calling because",
        "can i",
        "could i",
        "may i",
        "how do i",
        "i wan ",
        "abeg",
        "help me",
        "kindly",
        "when will",
        "where is",
        "did you",
        "have you",
        "has my",
        "is my",
        "why",
        "what is",
        "send me",
        "refund me",
        "i am asking",
        "i have to",
        "we need",
        "we want",
    ]);
    CUES.stand_in(sentence)
}

/// Whether a sentence tells of what is settled or another's: it asks for nothing.
pub(super) fn is_aside(sentence: &str) -> bool {
    static CUES: Cues<26> = Cues::new([
        "went fine",
        "was fine",
        "part is fine",
        "that is fine",
        "no complaint",
        "is sorted",
        "was sorted",
        "was resolved",
        "is resolved",
        "all good now",
        "my neighbour",
        "my neighbor",
        "my colleague was",
        "my friend was",
        "my sister was",
        "my brother was",
        "not me,",
        "i'm not saying",
        "i am not saying",
        "right here in front of me",
        "i already have the",
        "i've got the",
        "i have received the",
        "i'm not disputing",
        "i am not disputing",
        "thank god",
    ]);
    CUES.stand_in(sentence)
}

/// Whether a sentence takes a request back.
pub(super) fn takes_back(sentence: &str) -> bool {
    static CUES: Cues<46> = Cues::new([
        "never mind",
        "nevermind",
        "forget about",
        "forget it",
        "forget the",
        "no longer need",
        "no longer want",
        "don't need the",
        "don't need a",
        "don't want a refund",
        "don't want the refund",
        "dont want a refund",
        "do not want a refund",
        "not asking for",
        "i am not asking",
        "don't worry about the",
        "leave the",
        "leave it",
        "no need for",
        "no need to",
        "scrap that",
        "drop the",
        "drop it",
        "cancel that request",
        "cancel my request",
        "cancel the request",
        "cancel the refund",
        "withdraw my",
        "withdraw the",
        "i've found it",
        "i have found it",
        "i found it",
        "i just found",
        "it has just come",
        "it just came in",
        "just came through",
        "not about the refund",
        "not about a refund",
        "isn't about the refund",
        "not here for",
        "not calling about",
        "not calling for",
        "changed my mind about",
        "no wahala about",
        "make una leave",
        "don't bother",
    ]);
    CUES.stand_in(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_is_cut_into_what_it_says() {
        assert_eq!(
            sentences("I paid 15.50. Why twice? mail ada.obi@x.co now"),
            ["I paid 15.50.", "Why twice?", "mail ada.obi@x.co now"]
        );
    }
}
