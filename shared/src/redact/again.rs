//! Where a second look has to look: around what the first one cut.

use super::engine::{Find, Piece};
use super::redacted::rendered_marker;

/// So many bytes of a piece that no find changed, at its start and at its end.
type Unchanged = (usize, usize);

/// What the next finds leave of each piece as it is.
pub(super) fn unchanged(pieces: &[Piece<'_>], finds: &[Find]) -> Vec<Unchanged> {
    let mut unchanged: Vec<Unchanged> = pieces
        .iter()
        .map(|piece| (piece.text.len(), piece.text.len()))
        .collect();
    for find in finds {
        if let (Some((start, end)), Some(piece)) =
            (unchanged.get_mut(find.piece), pieces.get(find.piece))
        {
            *start = (*start).min(find.start);
            *end = (*end).min(piece.text.len() - find.end);
        }
    }
    unchanged
}

/// So many bytes around a find may read otherwise for it; a shorter piece is read as a whole.
pub(super) const SURROUNDINGS: usize = 4096;

/// The parts of pieces around what changed in them, and where each begins, if they are less than half
/// of all.
pub(super) fn parts_around<'a>(
    pieces: &[Piece<'a>],
    unchanged: &[Unchanged],
) -> Option<Vec<(Piece<'a>, usize)>> {
    let part = |(piece, &(start, end)): (&Piece<'a>, &Unchanged)| {
        let text = piece.text;
        // A word is read as a whole, but for one that is longer than any secret.
        let from = floor(text, start.saturating_sub(SURROUNDINGS));
        let farthest = floor(text, from.saturating_sub(SURROUNDINGS));
        let from = text
            .get(farthest..from)
            .and_then(|before| before.rfind(char::is_whitespace))
            .map_or(farthest, |length| farthest + length);
        let to = floor(
            text,
            (text.len() - end.min(text.len())).saturating_add(SURROUNDINGS),
        );
        let farthest = floor(text, to.saturating_add(SURROUNDINGS));
        let to = text
            .get(to..farthest)
            .and_then(|after| after.find(char::is_whitespace))
            .map_or(farthest, |length| to + length);
        let from = marker_over(text, from).map_or(from, |(start, _)| start);
        let to = marker_over(text, to).map_or(to, |(_, end)| end);
        let whole = text.len() <= 2 * SURROUNDINGS || from > to;
        let (from, to) = if whole { (0, text.len()) } else { (from, to) };
        let text = text.get(from..to).unwrap_or_default();
        (Piece { text, ..*piece }, from)
    };
    let parts: Vec<_> = pieces.iter().zip(unchanged).map(part).collect();
    let around: usize = parts.iter().map(|part| part.0.text.len()).sum();
    let all: usize = pieces.iter().map(|piece| piece.text.len()).sum();
    (2 * around < all).then_some(parts)
}

/// Where the marker begins and ends in whose middle a place lies.
fn marker_over(text: &str, at: usize) -> Option<(usize, usize)> {
    let before = text.get(floor(text, at.saturating_sub(LONGEST_MARKER))..at)?;
    let start = at - (before.len() - before.rfind('[')?);
    let (length, _) = rendered_marker(text.get(start..)?)?;
    (start + length > at).then_some((start, start + length))
}

/// No marker has so many bytes.
const LONGEST_MARKER: usize = 40;

/// The last boundary of characters up to a place.
pub(super) fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
