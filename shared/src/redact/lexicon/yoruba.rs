//! Yoruba, with and without tone marks.

use super::Class::{self, Digit, Teen, Ten};
use super::Cue::{Account, AccountNumber, Card, CardNumber, Phone, Pin};
use super::Meaning::{Correction, Filler, Is, Link};
use super::{Cue, Entry, Languages, Meaning, number};

const fn plain(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::YORUBA, false)
}

/// An everyday word too.
const fn weak(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::YORUBA, true)
}

const fn cue(cue: Cue) -> Meaning {
    Meaning::Cue(cue)
}

pub(super) const WORDS: &[Entry] = &[
    ("odo", weak(0, Digit)),
    ("okan", plain(1, Digit)),
    ("ookan", plain(1, Digit)),
    ("eni", weak(1, Digit)),
    ("kan", weak(1, Digit)),
    ("eji", weak(2, Digit)),
    ("meji", plain(2, Digit)),
    ("eta", weak(3, Digit)),
    ("meta", weak(3, Digit)),
    ("erin", weak(4, Digit)),
    ("merin", plain(4, Digit)),
    ("arun", weak(5, Digit)),
    ("aarun", weak(5, Digit)),
    ("marun", plain(5, Digit)),
    ("eerin", weak(4, Digit)),
    ("eeji", weak(2, Digit)),
    ("eeta", weak(3, Digit)),
    ("eefa", weak(6, Digit)),
    ("eeje", weak(7, Digit)),
    ("eejo", weak(8, Digit)),
    ("eesan", weak(9, Digit)),
    ("efa", weak(6, Digit)),
    ("mefa", plain(6, Digit)),
    ("eje", weak(7, Digit)),
    ("meje", plain(7, Digit)),
    ("ejo", weak(8, Digit)),
    ("mejo", plain(8, Digit)),
    ("esan", weak(9, Digit)),
    ("mesan", plain(9, Digit)),
    ("ewa", weak(10, Teen)),
    ("mewa", plain(10, Teen)),
    ("mokanla", plain(11, Teen)),
    ("okanla", plain(11, Teen)),
    ("mejila", plain(12, Teen)),
    ("ejila", plain(12, Teen)),
    ("ogun", weak(20, Ten)),
    ("ogbon", weak(20, Ten)),
    ("jowo", Filler),
    ("beeni", Filler),
    ("be ni", Filler),
    ("ehen", Filler),
    ("oya", Filler),
    ("rara", Correction),
    ("e ma binu", Correction),
    ("ema binu", Correction),
    ("ni", Is),
    ("mi", Link),
    ("nomba", Link),
    ("kaadi", cue(Card)),
    ("nomba kaadi", cue(CardNumber)),
    ("nomba kaadi mi", cue(CardNumber)),
    ("nomba card mi", cue(CardNumber)),
    ("nomba akanti", cue(AccountNumber)),
    ("nomba akanti mi", cue(AccountNumber)),
    ("nomba account mi", cue(AccountNumber)),
    ("akanti", cue(Account)),
    ("nomba asiri", cue(Pin)),
    ("foonu", cue(Phone)),
    ("nomba foonu", cue(Phone)),
];
