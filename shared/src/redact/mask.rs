//! Masks what is needed to act, where text is rendered for a broad audience.
//!
//! E-mails, phone numbers and names stay in the private record: without them nobody can answer the
//! caller. A channel, a ticket or a note that many people read gets them by their first character.

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
#[must_use]
pub fn contacts(text: &str, names: &[&str]) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        let space = word.get(bare.len()..).unwrap_or_default();
        let core = bare.trim_matches(|c: char| !c.is_alphanumeric() && c != '+');
        if core.contains('@') && !core.is_empty() {
            out.push_str(&bare.replacen(core, &email(core), 1));
        } else if names.iter().any(|name| name.eq_ignore_ascii_case(core)) {
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
