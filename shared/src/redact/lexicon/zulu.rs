//! Zulu, mixed with English as in Johannesburg and Durban.

use super::Class::{self, Digit, Teen};
use super::Cue::{Account, AccountNumber, Card, CardNumber, Identifier, Phone};
use super::Meaning::{Correction, Filler, Is, Link};
use super::{Cue, Entry, Languages, Meaning, number};
use crate::redact::kind::Kind::NationalId;

const fn plain(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::ZULU, false)
}

/// An everyday word too.
const fn weak(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::ZULU, true)
}

const fn cue(cue: Cue) -> Meaning {
    Meaning::Cue(cue)
}

pub(super) const WORDS: &[Entry] = &[
    ("iqanda", plain(0, Digit)),
    ("uziro", plain(0, Digit)),
    ("ziro", plain(0, Digit)),
    ("kunye", plain(1, Digit)),
    ("nye", weak(1, Digit)),
    ("ukunye", plain(1, Digit)),
    ("okunye", plain(1, Digit)),
    ("okubili", plain(2, Digit)),
    ("okuthathu", plain(3, Digit)),
    ("okune", plain(4, Digit)),
    ("okuhlanu", plain(5, Digit)),
    ("kubili", plain(2, Digit)),
    ("isibili", plain(2, Digit)),
    ("bili", weak(2, Digit)),
    ("kuthathu", plain(3, Digit)),
    ("thathu", plain(3, Digit)),
    ("isithathu", plain(3, Digit)),
    ("kune", plain(4, Digit)),
    ("isine", plain(4, Digit)),
    ("ne", weak(4, Digit)),
    ("kuhlanu", plain(5, Digit)),
    ("hlanu", plain(5, Digit)),
    ("isihlanu", plain(5, Digit)),
    ("isithupha", plain(6, Digit)),
    ("isikhombisa", plain(7, Digit)),
    ("isishiyagalombili", plain(8, Digit)),
    ("shiyagalombili", plain(8, Digit)),
    ("isishiyagalolunye", plain(9, Digit)),
    ("shiyagalolunye", plain(9, Digit)),
    ("ishumi", plain(10, Teen)),
    ("yebo", Filler),
    ("kulungile", Filler),
    ("qhubeka", Filler),
    ("ngiyabonga", Filler),
    ("cha", Correction),
    ("uxolo", Correction),
    ("ngixolise", Correction),
    ("ngu", Is),
    ("ithi", Is),
    ("yikhadi", cue(Card)),
    ("ikhadi", cue(Card)),
    ("lami", Link),
    ("yami", Link),
    ("inombolo", Link),
    ("inombolo yekhadi", cue(CardNumber)),
    ("inombolo yekhadi lami", cue(CardNumber)),
    ("inombolo ye khadi", cue(CardNumber)),
    ("inombolo ye akhawunti", cue(AccountNumber)),
    ("inombolo yeakhawunti", cue(AccountNumber)),
    ("inombolo yami ye akhawunti", cue(AccountNumber)),
    ("i akhawunti", cue(Account)),
    ("iakhawunti", cue(Account)),
    ("inombolo yocingo", cue(Phone)),
    ("inombolo kamazisi", cue(Identifier(NationalId, 13, 13))),
    ("umazisi", cue(Identifier(NationalId, 13, 13))),
];
