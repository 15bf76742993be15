//! Masks what is needed to act, where text is rendered for a broad audience.
//!
//! E-mails, phone numbers and names stay in the private record: without them nobody can answer the
//! caller. A channel, a ticket or a note that many people read gets them by their first character.

use super::engine;
use super::redacted::{Redacted, Segment, rendered_marker};

/// What stands for a character that is hidden.
const DOT: char = '•';

/// Renders redacted text with e-mails, phone numbers and the given names masked: `a••@g••.com`.
///
/// Text of the caller's that looks like a marker gets round brackets, so that no reader takes it
/// for one.
#[must_use]
pub fn for_broad_audience(redacted: &Redacted, names: &[&str]) -> String {
    let mut out = String::new();
    for segment in redacted.segments() {
        match segment {
            Segment::Text(text) => out.push_str(&contacts(&without_markers(text), names)),
            Segment::Marker { .. } => {
                let marker = Redacted::from_segments(vec![segment.clone()]);
                out.push_str(&marker.render());
            }
        }
    }
    out
}

fn without_markers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_at_checked(rest.find('[').unwrap_or(rest.len())) {
        out.push_str(before);
        if after.is_empty() {
            break;
        }
        let length = rendered_marker(after).map_or(1, |(length, _)| length);
        let (marker, following) = after.split_at_checked(length).unwrap_or((after, ""));
        if length == 1 {
            out.push('[');
        } else {
            out.push('(');
            out.push_str(marker.trim_matches(['[', ']']));
            out.push(')');
        }
        rest = following;
    }
    out
}

/// Masks e-mails, phone numbers and the given names in a text.
///
/// A phone number is one that is called so, that has a plus sign, or that has ten or more digits
/// and begins with a zero; said in words, it becomes dots.
#[must_use]
pub fn contacts(text: &str, names: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for found in engine::phones(text) {
        out.push_str(&words(text.get(at..found.start).unwrap_or_default(), names));
        let number = text.get(found.start..found.end).unwrap_or_default();
        if found.spoken {
            out.extend([DOT; 4]);
        } else {
            out.push_str(&phone(number));
        }
        at = found.end;
    }
    out.push_str(&words(text.get(at..).unwrap_or_default(), names));
    out
}

/// Masks e-mails and names, word by word.
fn words(text: &str, names: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let space = word.get(bare.len()..).unwrap_or_default();
        let core = bare.trim_matches(|c: char| !c.is_alphanumeric());
        let folded = core.to_lowercase();
        let is_name = || {
            let owner = folded
                .strip_suffix("'s")
                .or(folded.strip_suffix("’s"))
                .unwrap_or(&folded);
            names
                .iter()
                .flat_map(|name| name.split_whitespace())
                .any(|part| part.to_lowercase() == owner)
        };
        if core.contains('@') {
            out.push_str(&bare.replacen(core, &email(core), 1));
        } else if !core.is_empty() && is_name() {
            out.push_str(&bare.replacen(core, &name(core), 1));
        } else {
            out.push_str(bare);
        }
        out.push_str(space);
    }
    out
}

/// Masks an e-mail address: `a••@g••.com`.
#[must_use]
pub fn email(address: &str) -> String {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return name(address);
    };
    match domain.rsplit_once('.') {
        Some((host, end)) => format!("{}@{}.{end}", name(local), name(host)),
        None => format!("{}@{}", name(local), name(domain)),
    }
}

/// Masks a phone number: only its last two digits stay.
#[must_use]
pub fn phone(number: &str) -> String {
    let digits = number.chars().filter(|c| c.is_numeric()).count();
    let mut seen = 0;
    number
        .chars()
        .map(|c| {
            if !c.is_numeric() {
                return c;
            }
            seen += 1;
            if seen + 2 > digits { c } else { DOT }
        })
        .collect()
}

/// Masks a name by character: its first one stays, two dots stand for the rest.
#[must_use]
pub fn name(name: &str) -> String {
    let mut out: String = name.chars().take(1).collect();
    out.push(DOT);
    out.push(DOT);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::{Settings, redact};

    #[test]
    fn contacts_are_masked_and_references_are_not() {
        let table = [
            ("mail ada.obi@gmail.com, please", "mail a••@g••.com, please"),
            ("call +234 803 123 4567.", "call +••• ••• ••• ••67."),
            ("my number is 0803 123 4567", "my number is •••• ••• ••67"),
            ("phone: 415 555 0132", "phone: ••• ••• ••32"),
            (
                "call me on oh eight oh three one two three four five six seven",
                "call me on ••••",
            ),
            (
                "invoice 10023456 of 12,500 naira",
                "invoice 10023456 of 12,500 naira",
            ),
            ("order number 4099260516", "order number 4099260516"),
            ("Ada's receipt for Obi", "A•• receipt for O••"),
            ("Zoë, hello", "Z••, hello"),
        ];
        for (text, masked) in table {
            assert_eq!(contacts(text, &["Ada Obi", "Zoë"]), masked);
        }
    }

    #[test]
    fn masks_go_by_characters() {
        assert_eq!(name("Ọlá"), "Ọ••");
        assert_eq!(email("é@ü.com"), "é••@ü••.com");
        assert_eq!(phone("٠٨٠٣١٢٣٤٥٦٧"), "•••••••••٦٧");
    }

    #[test]
    fn a_marker_stays_and_its_copy_does_not_pass_for_one() {
        let (redacted, _) = redact("[PIN removed] my pin is 4821", &Settings::default());
        assert_eq!(
            for_broad_audience(&redacted, &[]),
            "(PIN removed) my pin is [PIN removed]"
        );
    }
}
