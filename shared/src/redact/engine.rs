//! Finds what has to go.

use super::kind::{Confidence, How, Kind};
use super::redacted::LastFour;
use super::{Settings, Speaker};

/// A stretch of text by one speaker.
#[derive(Clone, Copy)]
pub(super) struct Piece<'a> {
    #[expect(dead_code, reason = "the rules that use it follow")]
    pub(super) speaker: Speaker,
    pub(super) text: &'a str,
}

/// Something to cut: a range of bytes in a piece.
#[derive(Debug, Clone, Copy)]
pub(super) struct Find {
    pub(super) piece: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    pub(super) how: How,
    pub(super) confidence: Confidence,
    pub(super) last_four: Option<LastFour>,
}

/// Everything to cut, in order, without overlaps.
pub(super) fn find(_label: Option<&str>, pieces: &[Piece<'_>], settings: Settings) -> Vec<Find> {
    let mut finds = Vec::new();
    for (piece, Piece { text, speaker: _ }) in pieces.iter().enumerate() {
        let mut digits: Vec<(usize, u8)> = Vec::new();
        let mut close = |digits: &mut Vec<(usize, u8)>| {
            let values: Vec<u8> = digits.iter().map(|&(_, value)| value).collect();
            if let (13..=19, Some(&(start, _)), Some(&(last, _))) =
                (digits.len(), digits.first(), digits.last())
                && luhn(&values)
            {
                let four: Option<[u8; 4]> = values.last_chunk().copied();
                finds.push(Find {
                    piece,
                    start,
                    end: last + 1,
                    kind: Kind::CardNumber,
                    how: How::Written,
                    confidence: Confidence::High,
                    last_four: four
                        .filter(|_| settings.keep_last_four)
                        .and_then(LastFour::from_values),
                });
            }
            digits.clear();
        };
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'0'..=b'9' => digits.push((at, byte - b'0')),
                b' ' | b'-' => {}
                _ => close(&mut digits),
            }
        }
        close(&mut digits);
    }
    finds
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(index, &digit)| {
            let doubled = u32::from(digit) << (index % 2);
            if doubled > 9 { doubled - 9 } else { doubled }
        })
        .sum();
    sum.is_multiple_of(10)
}
