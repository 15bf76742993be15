//! Words that spell a letter over the phone: "alpha bravo", as radio operators do.

use super::Entry;
use super::Meaning::Spelled;

pub(super) const WORDS: &[Entry] = &[
    ("alpha", Spelled),
    ("alfa", Spelled),
    ("bravo", Spelled),
    ("charlie", Spelled),
    ("delta", Spelled),
    ("echo", Spelled),
    ("foxtrot", Spelled),
    ("golf", Spelled),
    ("hotel", Spelled),
    ("india", Spelled),
    ("juliet", Spelled),
    ("juliett", Spelled),
    ("kilo", Spelled),
    ("lima", Spelled),
    ("mike", Spelled),
    ("oscar", Spelled),
    ("papa", Spelled),
    ("quebec", Spelled),
    ("romeo", Spelled),
    ("sierra", Spelled),
    ("tango", Spelled),
    ("uniform", Spelled),
    ("victor", Spelled),
    ("whiskey", Spelled),
    ("whisky", Spelled),
    ("xray", Spelled),
    ("x ray", Spelled),
    ("yankee", Spelled),
    ("zulu", Spelled),
];
