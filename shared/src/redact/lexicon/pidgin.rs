//! Nigerian Pidgin: numbers as they are spelt by ear, and its small words.

use super::Class::{self, Digit, Scale, Teen, Ten};
use super::Cue::{AccountNumber, CardNumber, OneTimePassword, SecurityCode};
use super::Meaning::{Correction, Filler, Is, Link};
use super::{Cue, Entry, Languages, Meaning, number};

const fn plain(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::PIDGIN, false)
}

/// An everyday word too.
const fn weak(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::PIDGIN, true)
}

const fn cue(cue: Cue) -> Meaning {
    Meaning::Cue(cue)
}

pub(super) const WORDS: &[Entry] = &[
    ("ziro", plain(0, Digit)),
    ("wan", plain(1, Digit)),
    ("tu", weak(2, Digit)),
    ("tri", plain(3, Digit)),
    ("fo", weak(4, Digit)),
    ("faiv", plain(5, Digit)),
    ("fayf", plain(5, Digit)),
    ("siks", plain(6, Digit)),
    ("sevin", plain(7, Digit)),
    ("seven", plain(7, Digit)),
    ("et", weak(8, Digit)),
    ("eit", plain(8, Digit)),
    ("eight", plain(8, Digit)),
    ("nain", plain(9, Digit)),
    ("nayn", plain(9, Digit)),
    ("ten", plain(10, Teen)),
    ("eleven", plain(11, Teen)),
    ("twelv", plain(12, Teen)),
    ("twenti", plain(20, Ten)),
    ("tati", plain(30, Ten)),
    ("tirti", plain(30, Ten)),
    ("foti", plain(40, Ten)),
    ("fifti", plain(50, Ten)),
    ("siksti", plain(60, Ten)),
    ("seventi", plain(70, Ten)),
    ("eti", plain(80, Ten)),
    ("nainti", plain(90, Ten)),
    ("hondred", plain(100, Scale)),
    ("tausand", plain(1000, Scale)),
    ("dey", Link),
    ("na", Is),
    ("abi", Filler),
    ("sef", Filler),
    ("o jare", Filler),
    ("wey", Link),
    ("dem", Link),
    ("una", Link),
    ("oga", Filler),
    ("no be", Correction),
    ("i wan talk", Correction),
    ("kard nomba", cue(CardNumber)),
    ("card nomba", cue(CardNumber)),
    ("nomba", Link),
    ("akant nomba", cue(AccountNumber)),
    ("account nomba", cue(AccountNumber)),
    ("the number wey dey back", cue(SecurityCode)),
    ("number wey dey back", cue(SecurityCode)),
    ("wey dey for back", cue(SecurityCode)),
    ("wey dey back", cue(SecurityCode)),
    ("number for back", cue(SecurityCode)),
    ("numbers for back", cue(SecurityCode)),
    ("number for the back", cue(SecurityCode)),
    ("code for back", cue(SecurityCode)),
    ("wey dey front", cue(CardNumber)),
    ("code wey dem send", cue(OneTimePassword)),
    ("code wey una send", cue(OneTimePassword)),
    ("code wey you send", cue(OneTimePassword)),
];
