//! Swahili, as spoken in Nairobi and Dar es Salaam.

use super::Class::{self, Digit, Scale, Teen, Ten};
use super::Cue::{
    Account, AccountNumber, Card, CardNumber, Identifier, Password, Phone, Pin, Reference,
    SecurityCode,
};
use super::Meaning::{And, Correction, Currency, Filler, Is, Link, Unit};
use super::{Cue, Entry, Languages, Meaning, number};
use crate::redact::kind::Kind::NationalId;

const fn plain(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::SWAHILI, false)
}

/// An everyday word too.
const fn weak(value: u32, class: Class) -> Meaning {
    number(value, class, Languages::SWAHILI, true)
}

const fn cue(cue: Cue) -> Meaning {
    Meaning::Cue(cue)
}

pub(super) const WORDS: &[Entry] = &[
    ("sifuri", plain(0, Digit)),
    ("zero", plain(0, Digit)),
    ("moja", plain(1, Digit)),
    ("mbili", plain(2, Digit)),
    ("tatu", plain(3, Digit)),
    ("nne", plain(4, Digit)),
    ("tano", plain(5, Digit)),
    ("sita", plain(6, Digit)),
    ("saba", weak(7, Digit)),
    ("nane", plain(8, Digit)),
    ("tisa", plain(9, Digit)),
    ("kumi", plain(10, Teen)),
    ("ishirini", plain(20, Ten)),
    ("thelathini", plain(30, Ten)),
    ("arobaini", plain(40, Ten)),
    ("arubaini", plain(40, Ten)),
    ("hamsini", plain(50, Ten)),
    ("sitini", plain(60, Ten)),
    ("sabini", plain(70, Ten)),
    ("themanini", plain(80, Ten)),
    ("tisini", plain(90, Ten)),
    ("mia", plain(100, Scale)),
    ("elfu", plain(1000, Scale)),
    ("na", And),
    ("ndiyo", Filler),
    ("ndio", Filler),
    ("sawa", Filler),
    ("haya", Filler),
    ("endelea", Filler),
    ("halafu", Filler),
    ("kisha", Filler),
    ("tafadhali", Filler),
    ("asante", Filler),
    ("ehe", Filler),
    ("hapana", Correction),
    ("samahani", Correction),
    ("pole", Correction),
    ("yaani", Correction),
    ("ni", Is),
    ("yangu", Link),
    ("yako", Link),
    ("langu", Link),
    ("ya", Link),
    ("za", Link),
    ("wa", Link),
    ("hii", Link),
    ("nambari", Link),
    ("namba", Link),
    ("kadi", cue(Card)),
    ("nambari ya kadi", cue(CardNumber)),
    ("namba ya kadi", cue(CardNumber)),
    ("nambari ya kadi yangu", cue(CardNumber)),
    ("namba ya kadi yangu", cue(CardNumber)),
    ("nambari za kadi", cue(CardNumber)),
    ("nambari ya siri", cue(Pin)),
    ("namba ya siri", cue(Pin)),
    ("pin yangu", cue(Pin)),
    ("nenosiri", cue(Password)),
    ("neno la siri", cue(Password)),
    ("nywila", cue(Password)),
    ("nambari ya akaunti", cue(AccountNumber)),
    ("namba ya akaunti", cue(AccountNumber)),
    ("akaunti", cue(Account)),
    ("nambari ya usalama", cue(SecurityCode)),
    ("nyuma ya kadi", cue(SecurityCode)),
    ("kadi nyuma", cue(SecurityCode)),
    ("id yangu", cue(Identifier(NationalId, 6, 9))),
    ("kitambulisho", cue(Identifier(NationalId, 6, 9))),
    ("nambari ya kitambulisho", cue(Identifier(NationalId, 6, 9))),
    ("namba ya kitambulisho", cue(Identifier(NationalId, 6, 9))),
    ("nida", cue(Identifier(NationalId, 20, 20))),
    ("simu", cue(Phone)),
    ("nambari ya simu", cue(Phone)),
    ("namba ya simu", cue(Phone)),
    ("agizo", cue(Reference)),
    ("ankara", cue(Reference)),
    ("risiti", cue(Reference)),
    ("kumbukumbu", cue(Reference)),
    ("shilingi", Currency),
    ("mara", Unit),
    ("siku", Unit),
];
