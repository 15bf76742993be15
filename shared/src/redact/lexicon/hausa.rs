//! Hausa.

use super::Class::{self, Digit, Scale, Teen, Ten};
use super::Cue::{Account, AccountNumber, Card, CardNumber, Phone, Pin};
use super::Meaning::{And, Correction, Filler, Is, Link};
use super::{Cue, Entry, Languages, Meaning, number};

const fn plain(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::HAUSA, false)
}

/// An everyday word too.
const fn weak(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::HAUSA, true)
}

const fn cue(cue: Cue) -> Meaning {
    Meaning::Cue(cue)
}

pub(super) const WORDS: &[Entry] = &[
    ("sifili", plain(0, Digit)),
    ("sifiri", plain(0, Digit)),
    ("daya", plain(1, Digit)),
    ("dai", weak(1, Digit)),
    ("biyu", plain(2, Digit)),
    ("uku", plain(3, Digit)),
    ("hudu", plain(4, Digit)),
    ("biyar", plain(5, Digit)),
    ("shida", weak(6, Digit)),
    ("bakwai", plain(7, Digit)),
    ("takwas", plain(8, Digit)),
    ("tara", weak(9, Digit)),
    ("goma", plain(10, Teen)),
    ("ashirin", plain(20, Ten)),
    ("talatin", plain(30, Ten)),
    ("arbain", plain(40, Ten)),
    ("hamsin", plain(50, Ten)),
    ("sittin", plain(60, Ten)),
    ("sabain", plain(70, Ten)),
    ("tamanin", plain(80, Ten)),
    ("casain", plain(90, Ten)),
    ("dari", weak(100, Scale)),
    ("dubu", plain(1000, Scale)),
    ("da", And),
    ("eh", Filler),
    ("to", Filler),
    ("toh", Filler),
    ("na gode", Filler),
    ("ci gaba", Filler),
    ("aa", Correction),
    ("yi hakuri", Correction),
    ("ina nufin", Correction),
    ("ne", Is),
    ("ce", Is),
    ("shine", Is),
    ("itace", Is),
    ("lambar", Link),
    ("lamba", Link),
    ("lambar kati", cue(CardNumber)),
    ("lambar katin", cue(CardNumber)),
    ("lambar katina", cue(CardNumber)),
    ("lambar kati na", cue(CardNumber)),
    ("kati", cue(Card)),
    ("katin", cue(Card)),
    ("lambar asusu", cue(AccountNumber)),
    ("lambar asusun", cue(AccountNumber)),
    ("lambar asusuna", cue(AccountNumber)),
    ("lambar asusu na", cue(AccountNumber)),
    ("asusu", cue(Account)),
    ("lambar sirri", cue(Pin)),
    ("lambar waya", cue(Phone)),
    ("waya", cue(Phone)),
];
