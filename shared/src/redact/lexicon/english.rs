//! English as spoken in Nigeria, Ghana, Kenya, South Africa, India, the UK and the US: numbers,
//! fillers, and the small words between a name and its number.

use super::Class::{Digit, Scale, Teen, Ten};
use super::Meaning::{
    And, Correction, Currency, Filler, Is, Link, Month, Plural, Repeat, Unit,
};
use super::{Entry, Languages, Meaning, number};

const fn digit(value: u32) -> Meaning {
    number(value, Digit, Languages::ENGLISH_AND_PIDGIN, false)
}

const fn weak(value: u32) -> Meaning {
    number(value, Digit, Languages::ENGLISH_AND_PIDGIN, true)
}

const fn teen(value: u32) -> Meaning {
    number(value, Teen, Languages::ENGLISH_AND_PIDGIN, false)
}

const fn ten(value: u32) -> Meaning {
    number(value, Ten, Languages::ENGLISH_AND_PIDGIN, false)
}

const fn scale(value: u32) -> Meaning {
    number(value, Scale, Languages::ENGLISH_AND_PIDGIN, false)
}

pub(super) const WORDS: &[Entry] = &[
    // Numbers.
    ("zero", digit(0)), ("nought", digit(0)), ("naught", digit(0)), ("nil", weak(0)),
    ("oh", weak(0)), ("o", weak(0)), ("aught", weak(0)), ("zed", weak(0)), ("zeroo", digit(0)),
    ("one", digit(1)), ("won", weak(1)), ("two", digit(2)), ("to", weak(2)), ("too", weak(2)),
    ("three", digit(3)), ("tree", weak(3)), ("four", digit(4)), ("for", weak(4)), ("fore", weak(4)),
    ("five", digit(5)), ("fife", digit(5)), ("six", digit(6)), ("seven", digit(7)),
    ("eight", digit(8)), ("ate", weak(8)), ("nine", digit(9)), ("niner", digit(9)),
    ("ten", teen(10)), ("eleven", teen(11)), ("twelve", teen(12)), ("thirteen", teen(13)),
    ("fourteen", teen(14)), ("fifteen", teen(15)), ("sixteen", teen(16)), ("seventeen", teen(17)),
    ("eighteen", teen(18)), ("nineteen", teen(19)),
    ("twenty", ten(20)), ("thirty", ten(30)), ("forty", ten(40)), ("fourty", ten(40)),
    ("fifty", ten(50)), ("sixty", ten(60)), ("seventy", ten(70)), ("eighty", ten(80)),
    ("ninety", ten(90)),
    ("hundred", scale(100)), ("thousand", scale(1000)), ("lakh", scale(100_000)),
    ("million", scale(1_000_000)),
    ("double", Repeat(2)), ("dbl", Repeat(2)), ("twice", Unit), ("triple", Repeat(3)),
    ("treble", Repeat(3)), ("thrice", Unit), ("quadruple", Repeat(4)),
    ("zeros", Plural(0)), ("zeroes", Plural(0)), ("noughts", Plural(0)), ("ohs", Plural(0)),
    ("ones", Plural(1)), ("twos", Plural(2)), ("threes", Plural(3)), ("fours", Plural(4)),
    ("fives", Plural(5)), ("sixes", Plural(6)), ("sevens", Plural(7)), ("eights", Plural(8)),
    ("nines", Plural(9)),
    // Fillers and acknowledgements: a number goes on across them.
    ("uh", Filler), ("um", Filler), ("uhm", Filler), ("er", Filler), ("erm", Filler),
    ("em", Filler), ("eh", Filler), ("ehn", Filler), ("ehm", Filler), ("hmm", Filler),
    ("hm", Filler), ("mm", Filler), ("mmm", Filler), ("mhm", Filler), ("mmhm", Filler),
    ("mmhmm", Filler), ("huh", Filler), ("ah", Filler), ("aha", Filler), ("oya", Filler),
    ("okay", Filler), ("ok", Filler), ("kay", Filler), ("alright", Filler), ("all right", Filler),
    ("yes", Filler), ("yeah", Filler), ("yep", Filler), ("yup", Filler), ("ya", Filler),
    ("sure", Filler), ("right", Filler), ("correct", Filler), ("exactly", Filler),
    ("then", Filler), ("so", Filler), ("well", Filler), ("like", Filler), ("you know", Filler),
    ("let me see", Filler), ("lets see", Filler), ("let me check", Filler), ("one second", Filler),
    ("one sec", Filler), ("one moment", Filler), ("just a moment", Filler), ("hold on", Filler),
    ("hang on", Filler), ("a second", Filler), ("go on", Filler), ("go ahead", Filler),
    ("carry on", Filler), ("keep going", Filler), ("continue", Filler), ("please continue", Filler),
    ("got it", Filler), ("got that", Filler), ("i got that", Filler), ("i have that", Filler),
    ("noted", Filler), ("perfect", Filler), ("great", Filler), ("good", Filler), ("nice", Filler),
    ("cool", Filler), ("fine", Filler), ("thank you", Filler), ("thanks", Filler),
    ("please", Filler), ("sir", Filler), ("maam", Filler), ("ma", Filler), ("madam", Filler),
    ("space", Filler), ("dash", Filler), ("hyphen", Filler), ("comma", Filler), ("dot", Filler),
    ("slash", Filler), ("stroke", Filler), ("point", Filler), ("pause", Filler),
    ("next", Filler), ("finally", Filler), ("lastly", Filler), ("and then", Filler), ("followed by", Filler), ("after that", Filler),
    ("next four", Filler), ("next four digits", Filler), ("next three", Filler),
    ("the next four", Filler), ("the rest", Filler), ("rest", Filler), ("listening", Filler),
    ("im listening", Filler), ("i am listening", Filler), ("im with you", Filler),
    ("i see", Filler), ("understood", Filler), ("go", Filler), ("again", Filler),
    ("take your time", Filler), ("no problem", Filler), ("no worries", Filler), ("ready", Filler),
    ("im ready", Filler), ("im writing", Filler), ("following", Filler),
    // Corrections: what comes replaces something before.
    ("sorry", Correction), ("no", Correction), ("nope", Correction), ("i mean", Correction),
    ("i meant", Correction), ("wait", Correction), ("actually", Correction), ("rather", Correction),
    ("correction", Correction), ("scratch that", Correction), ("strike that", Correction),
    ("my mistake", Correction), ("my bad", Correction), ("let me start again", Correction),
    ("let me start over", Correction), ("start again", Correction), ("let me repeat", Correction),
    ("i said", Correction), ("not", Correction), ("make that", Correction), ("oops", Correction),
    ("pardon", Correction), ("excuse me", Correction), ("abeg", Correction), ("cancel that", Correction),
    // Small words between a name and its number.
    ("is", Is), ("are", Is), ("was", Is), ("its", Is), ("thats", Is), ("reads", Is), ("says", Is),
    ("as", Is), ("being", Is), ("equals", Is), ("be", Is), ("heres", Is), ("goes", Is),
    ("were", Is), ("theyre", Is), ("that is", Is), ("it is", Is), ("thiss", Is), ("are as follows", Is),
    ("number", Link), ("numbers", Link), ("num", Link), ("nos", Link), ("no dot", Link),
    ("the", Link), ("my", Link), ("our", Link), ("your", Link), ("her", Link), ("his", Link),
    ("their", Link), ("it", Link), ("this", Link), ("that", Link), ("these", Link), ("those", Link),
    ("of", Link), ("on", Link), ("at", Link), ("in", Link), ("by", Link), ("a", Link), ("an", Link),
    ("with", Link), ("from", Link), ("here", Link), ("there", Link), ("which", Link),
    ("i", Link), ("im", Link), ("ive", Link), ("you", Link), ("me", Link), ("we", Link),
    ("have", Link), ("has", Link), ("would", Link), ("will", Link), ("should", Link),
    ("can", Link), ("could", Link), ("first", Link), ("second", Link), ("third", Link),
    ("last", Link), ("final", Link), ("digits", Link), ("digit", Link), ("back", Link),
    ("front", Link), ("full", Link), ("whole", Link), ("complete", Link), ("called", Link),
    ("provided", Link), ("below", Link), ("above", Link), ("own", Link), ("new", Link),
    ("old", Link), ("correct one", Link), ("see", Link), ("read", Link), ("give", Link),
    ("tell", Link), ("use", Link), ("enter", Link), ("entered", Link), ("type", Link),
    ("typed", Link), ("using", Link), ("given", Link), ("just", Link), ("now", Link),
    ("also", Link), ("nos dot", Link), ("group", Link), ("set", Link), ("block", Link),
    ("part", Link), ("beginning", Link), ("starting", Link), ("starts", Link), ("begins", Link),
    ("printed", Link), ("written", Link), ("shown", Link), ("saying", Link), ("say", Link),
    ("and", And), ("plus", And), ("n", And),
    // Months and days.
    ("january", Month(1)), ("jan", Month(1)), ("february", Month(2)), ("feb", Month(2)),
    ("march", Month(3)), ("april", Month(4)), ("apr", Month(4)), ("may", Month(5)),
    ("june", Month(6)), ("jun", Month(6)), ("july", Month(7)), ("jul", Month(7)),
    ("august", Month(8)), ("aug", Month(8)), ("september", Month(9)),
    ("sep", Month(9)), ("october", Month(10)), ("oct", Month(10)), ("november", Month(11)),
    ("nov", Month(11)), ("december", Month(12)), ("dec", Month(12)),
    ("monday", Month(0)), ("tuesday", Month(0)), ("wednesday", Month(0)), ("thursday", Month(0)),
    ("friday", Month(0)), ("saturday", Month(0)), ("sunday", Month(0)),
    // Money.
    ("naira", Currency), ("kobo", Currency), ("ngn", Currency), ("dollar", Currency),
    ("dollars", Currency), ("usd", Currency), 
    ("bucks", Currency), ("pound", Currency), ("pounds", Currency), ("gbp", Currency),
    ("quid", Currency), ("pence", Currency), ("sterling", Currency), ("euro", Currency),
    ("euros", Currency), ("eur", Currency), ("cedi", Currency), ("cedis", Currency),
    ("ghs", Currency), ("ghc", Currency), ("pesewas", Currency), ("shilling", Currency),
    ("shillings", Currency), ("bob", Currency), ("kes", Currency), ("ksh", Currency),
    ("kshs", Currency), ("rand", Currency), ("zar", Currency), ("rupee", Currency),
    ("rupees", Currency), ("inr", Currency), ("rs", Currency), ("paise", Currency),
    ("francs", Currency), ("cfa", Currency), ("xof", Currency), ("egp", Currency),
    ("rwf", Currency), ("tzs", Currency), ("ugx", Currency), ("grand", Currency),
    // What makes the number before it a quantity.
    ("times", Unit), ("time", Unit), ("days", Unit), ("day", Unit), ("weeks", Unit),
    ("week", Unit), ("months", Unit), ("month", Unit), ("years", Unit), ("year", Unit),
    ("hours", Unit), ("hour", Unit), ("minutes", Unit), ("minute", Unit), ("mins", Unit),
    ("seconds", Unit), ("secs", Unit), ("percent", Unit), ("per", Unit), ("pm", Unit), ("am", Unit),
    ("oclock", Unit), ("people", Unit), ("users", Unit), ("seats", Unit), ("seat", Unit),
    ("customers", Unit), ("staff", Unit), ("employees", Unit), ("items", Unit), ("item", Unit),
    ("units", Unit), ("unit", Unit), ("pieces", Unit), ("copies", Unit), ("licences", Unit),
    ("licenses", Unit), ("invoices", Unit), ("orders", Unit), ("payments", Unit),
    ("transactions", Unit), ("charges", Unit), ("refunds", Unit), ("calls", Unit),
    ("messages", Unit), ("emails", Unit), ("attempts", Unit), ("points", Unit), ("credits", Unit),
    ("kilometres", Unit), ("kilometers", Unit), ("km", Unit), ("miles", Unit), ("kg", Unit),
    ("kilos", Unit), ("grams", Unit), ("litres", Unit), ("metres", Unit), ("meters", Unit),
    ("feet", Unit), ("mb", Unit), ("gb", Unit), ("kb", Unit), ("tokens", Unit), ("rows", Unit),
    ("lines", Unit), ("pages", Unit), ("cards", Unit), ("accounts", Unit), ("boxes", Unit),
    ("bags", Unit), ("tickets", Unit), ("nights", Unit), ("rooms", Unit), ("letters", Unit),
    ("characters", Unit), ("failures", Unit), ("errors", Unit), ("requests", Unit),
    ("subscriptions", Unit), ("branches", Unit), ("stores", Unit), ("shops", Unit),
    ("in total", Unit), ("of them", Unit), ("of us", Unit), ("out of", Unit), ("or so", Unit),
];
