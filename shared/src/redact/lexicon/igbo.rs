//! Igbo.

use super::Class::{self, Digit, Teen};
use super::Cue::{Account, AccountNumber, CardNumber, Phone, Pin};
use super::Meaning::{Correction, Filler, Is, Link};
use super::{Cue, Entry, Languages, Meaning, number};

const fn plain(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::IGBO, false)
}

/// An everyday word too.
const fn weak(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::IGBO, true)
}

const fn cue(cue: Cue) -> Meaning {
    Meaning::Cue(cue)
}

pub(super) const WORDS: &[Entry] = &[
    ("efu", weak(0, Digit)),
    ("adigh", plain(0, Digit)),
    ("otu", plain(1, Digit)),
    ("abuo", plain(2, Digit)),
    ("ato", weak(3, Digit)),
    ("ano", weak(4, Digit)),
    ("ise", weak(5, Digit)),
    ("isii", plain(6, Digit)),
    ("asaa", plain(7, Digit)),
    ("asato", plain(8, Digit)),
    ("itoolu", plain(9, Digit)),
    ("iteghete", plain(9, Digit)),
    ("iri", weak(10, Teen)),
    ("ee", Filler),
    ("ngwa", Filler),
    ("biko", Filler),
    ("daalu", Filler),
    ("mba", Correction),
    ("ndo", Correction),
    ("gbaghara m", Correction),
    ("bu", Is),
    ("nke", Link),
    ("nomba", Link),
    ("nomba kaadi m", cue(CardNumber)),
    ("nomba kaadi", cue(CardNumber)),
    ("nomba akauntu m", cue(AccountNumber)),
    ("nomba akauntu", cue(AccountNumber)),
    ("akauntu", cue(Account)),
    ("nomba nzuzo", cue(Pin)),
    ("ekwenti", cue(Phone)),
];
