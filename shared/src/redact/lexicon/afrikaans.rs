//! Afrikaans.

use super::Class::{self, Digit, Scale, Teen, Ten};
use super::Cue::{
    Account, AccountNumber, Card, CardNumber, Expiry, Identifier, Password, Phone, Pin, Reference,
    SecurityCode,
};
use super::Meaning::{And, Correction, Filler, Link, Repeat, Unit};
use super::{Cue, Entry, Languages, Meaning, number};
use crate::redact::kind::Kind::NationalId;

const fn plain(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::AFRIKAANS, false)
}

/// An everyday word too.
const fn weak(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::AFRIKAANS, true)
}

const fn cue(cue: Cue) -> Meaning {
    Meaning::Cue(cue)
}

pub(super) const WORDS: &[Entry] = &[
    ("nul", plain(0, Digit)),
    ("een", weak(1, Digit)),
    ("twee", plain(2, Digit)),
    ("drie", plain(3, Digit)),
    ("vier", weak(4, Digit)),
    ("vyf", plain(5, Digit)),
    ("ses", weak(6, Digit)),
    ("sewe", plain(7, Digit)),
    ("agt", plain(8, Digit)),
    ("ag", weak(8, Digit)),
    ("nege", plain(9, Digit)),
    ("tien", plain(10, Teen)),
    ("elf", weak(11, Teen)),
    ("twaalf", plain(12, Teen)),
    ("dertien", plain(13, Teen)),
    ("veertien", plain(14, Teen)),
    ("vyftien", plain(15, Teen)),
    ("sestien", plain(16, Teen)),
    ("sewentien", plain(17, Teen)),
    ("agtien", plain(18, Teen)),
    ("negentien", plain(19, Teen)),
    ("twintig", plain(20, Ten)),
    ("dertig", plain(30, Ten)),
    ("veertig", plain(40, Ten)),
    ("vyftig", plain(50, Ten)),
    ("sestig", plain(60, Ten)),
    ("sewentig", plain(70, Ten)),
    ("tagtig", plain(80, Ten)),
    ("negentig", plain(90, Ten)),
    ("honderd", plain(100, Scale)),
    ("duisend", plain(1000, Scale)),
    ("dubbel", Repeat(2)),
    ("en", And),
    ("ja", Filler),
    ("goed", Filler),
    ("reg", Filler),
    ("gaan voort", Filler),
    ("dankie", Filler),
    ("asseblief", Filler),
    ("dan", Filler),
    ("nee", Correction),
    ("jammer", Correction),
    ("ek bedoel", Correction),
    ("verskoon", Correction),
    ("my kaart", cue(Card)),
    ("kaart", cue(Card)),
    ("kaartnommer", cue(CardNumber)),
    ("kaart nommer", cue(CardNumber)),
    ("die", Link),
    ("nommer", Link),
    ("rekeningnommer", cue(AccountNumber)),
    ("rekening nommer", cue(AccountNumber)),
    ("rekening", cue(Account)),
    ("sekuriteitskode", cue(SecurityCode)),
    ("vervaldatum", cue(Expiry)),
    ("wagwoord", cue(Password)),
    ("geheime nommer", cue(Pin)),
    ("id nommer", cue(Identifier(NationalId, 13, 13))),
    ("identiteitsnommer", cue(Identifier(NationalId, 13, 13))),
    ("telefoonnommer", cue(Phone)),
    ("selnommer", cue(Phone)),
    ("bestelnommer", cue(Reference)),
    ("bestelling", cue(Reference)),
    ("faktuur", cue(Reference)),
    ("faktuurnommer", cue(Reference)),
    ("verwysing", cue(Reference)),
    ("keer", Unit),
    ("dae", Unit),
];
