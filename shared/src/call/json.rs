//! JSON from outside, read once, borrowed where it can be, and bounded.
//!
//! A reader of its own, for three things that `serde_json::Value` does not give: it borrows text
//! from the body, it keeps the order of an object's entries, and it notices a key that is there
//! twice, which two readers of one body would read differently.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::WireError;

/// How deep a body may nest. DialNexa's nest four deep, a transcript within one two.
const MAX_DEPTH: usize = 32;

/// How many values a body may hold: ten hours of talk, and a bound on what we make of them.
const MAX_VALUES: usize = 50_000;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'body> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it would be written.
    Number(Number),
    /// A string.
    Text(Cow<'body, str>),
    /// An array.
    List(Vec<Json<'body>>),
    /// An object, its entries in the order in which they came.
    Map(Entries<'body>),
}

/// The entries of an object.
pub type Entries<'body> = Vec<(Cow<'body, str>, Json<'body>)>;

/// A JSON number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// A whole number from zero up.
    Unsigned(u64),
    /// A whole number below zero.
    Signed(i64),
    /// Any other.
    Float(f64),
}

impl fmt::Display for Number {
    /// Never in scientific notation, so that a long number shows all its digits to the redactor.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned(number) => number.fmt(formatter),
            Self::Signed(number) => number.fmt(formatter),
            Self::Float(number) => number.fmt(formatter),
        }
    }
}

impl<'body> Json<'body> {
    /// The value under `key`, of an object that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json<'body>> {
        let Self::Map(entries) = self else {
            return None;
        };
        entries
            .iter()
            .find_map(|(name, value)| (name == key).then_some(value))
    }

    /// The text, of a string.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The text of a string, number or truth value: an id comes as either.
    #[must_use]
    pub fn scalar(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Bool(true) => Some(Cow::Borrowed("true")),
            Self::Bool(false) => Some(Cow::Borrowed("false")),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }
}

/// A body that was read.
#[derive(Debug)]
pub(super) struct Parsed<'body> {
    /// What it holds.
    pub(super) value: Json<'body>,
    /// Whether an object in it has a key twice.
    pub(super) ambiguous: bool,
}

/// Reads a whole body.
pub(super) fn parse(body: &[u8]) -> Result<Parsed<'_>, WireError> {
    let state = State::default();
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = Seed {
        state: &state,
        depth: 0,
    }
    .deserialize(&mut deserializer)
    .and_then(|value| deserializer.end().map(|()| value));
    match (value, state.too_complex.get()) {
        (Ok(value), _) => Ok(Parsed {
            value,
            ambiguous: state.ambiguous.get(),
        }),
        (Err(_), true) => Err(WireError::TooComplex),
        // Its message may quote the body; where it stands cannot.
        (Err(error), false) => Err(WireError::Malformed {
            line: error.line(),
            column: error.column(),
        }),
    }
}

#[derive(Default)]
struct State {
    values: Cell<usize>,
    too_complex: Cell<bool>,
    ambiguous: Cell<bool>,
}

impl State {
    /// Counts one more value at `depth`.
    fn count<E: de::Error>(&self, depth: usize) -> Result<(), E> {
        self.values.set(self.values.get() + 1);
        if depth > MAX_DEPTH || self.values.get() > MAX_VALUES {
            self.too_complex.set(true);
            return Err(E::custom("too complex"));
        }
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct Seed<'state> {
    state: &'state State,
    depth: usize,
}

impl<'body> DeserializeSeed<'body> for Seed<'_> {
    type Value = Json<'body>;

    fn deserialize<D: Deserializer<'body>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.state.count(self.depth)?;
        deserializer.deserialize_any(self)
    }
}

impl<'body> Visitor<'body> for Seed<'_> {
    type Value = Json<'body>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Json::Number(Number::Unsigned(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Json::Number(Number::Signed(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Json::Number(Number::Float(value)))
    }

    fn visit_borrowed_str<E>(self, value: &'body str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'body>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let within = Self {
            depth: self.depth + 1,
            ..self
        };
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(within)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'body>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let within = Self {
            depth: self.depth + 1,
            ..self
        };
        let mut entries = Vec::new();
        while let Some(key) = items.next_key_seed(Key)? {
            entries.push((key, items.next_value_seed(within)?));
        }
        if has_key_twice(&entries) {
            self.state.ambiguous.set(true);
        }
        Ok(Json::Map(entries))
    }
}

/// Few entries are compared with each other, many are looked up: neither grows with the square.
fn has_key_twice(entries: &[(Cow<'_, str>, Json<'_>)]) -> bool {
    if entries.len() <= 16 {
        let mut keys = entries.iter().map(|(key, _)| key);
        while let Some(key) = keys.next() {
            if keys.clone().any(|other| other == key) {
                return true;
            }
        }
        return false;
    }
    let mut seen = HashSet::with_capacity(entries.len());
    !entries.iter().all(|(key, _)| seen.insert(key))
}

/// An object's key.
struct Key;

impl<'body> DeserializeSeed<'body> for Key {
    type Value = Cow<'body, str>;

    fn deserialize<D: Deserializer<'body>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'body> Visitor<'body> for Key {
    type Value = Cow<'body, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a key")
    }

    fn visit_borrowed_str<E>(self, value: &'body str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Json<'_> {
        parse(text.as_bytes()).unwrap().value
    }

    #[test]
    fn text_is_borrowed_from_the_body_where_it_has_no_escapes() {
        let Json::Map(entries) = value(r#"{"plain":"a","esc\u0061ped":"b\n"}"#) else {
            panic!()
        };
        assert!(matches!(
            &entries[0],
            (Cow::Borrowed("plain"), Json::Text(Cow::Borrowed("a")))
        ));
        assert!(
            matches!(&entries[1], (Cow::Owned(key), Json::Text(Cow::Owned(text)))
            if key == "escaped" && text == "b\n")
        );
    }

    #[test]
    fn a_long_number_shows_every_digit() {
        assert_eq!(
            value("4242424242424242").scalar().unwrap(),
            "4242424242424242"
        );
        assert_eq!(
            value("4242424242424242.0").scalar().unwrap(),
            "4242424242424242"
        );
        assert_eq!(
            value("4.242424242424242e15").scalar().unwrap(),
            "4242424242424242"
        );
        assert!(
            !value("42424242424242424242424")
                .scalar()
                .unwrap()
                .contains('e')
        );
        assert_eq!(value("-12").scalar().unwrap(), "-12");
        assert_eq!(value("12.5").scalar().unwrap(), "12.5");
    }

    #[test]
    fn a_key_that_is_there_twice_is_noticed_at_any_depth_and_size() {
        assert!(parse(br#"{"a":[{"b":1,"c":2,"b":3}]}"#).unwrap().ambiguous);
        assert!(parse(br#"{"a":1,"\u0061":2}"#).unwrap().ambiguous);
        assert!(!parse(br#"{"a":{"a":1},"b":{"a":1}}"#).unwrap().ambiguous);
        let many: Vec<String> = (0..100).map(|key| format!("\"k{key}\":0")).collect();
        let distinct = format!("{{{}}}", many.join(","));
        assert!(!parse(distinct.as_bytes()).unwrap().ambiguous);
        let twice = format!("{{{},\"k7\":0}}", many.join(","));
        assert!(parse(twice.as_bytes()).unwrap().ambiguous);
    }

    #[test]
    fn a_body_that_would_grow_without_bound_is_refused() {
        let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
        assert_eq!(parse(deep.as_bytes()).unwrap_err(), WireError::TooComplex);
        let deeper = "[".repeat(1_000_000);
        assert_eq!(parse(deeper.as_bytes()).unwrap_err(), WireError::TooComplex);
        let wide = format!("[{}1]", "1,".repeat(MAX_VALUES));
        assert_eq!(parse(wide.as_bytes()).unwrap_err(), WireError::TooComplex);
    }

    #[test]
    fn an_error_says_where_and_never_what() {
        let error = parse(b"{\"summary\":\n \"my card is 4242\" oops}").unwrap_err();
        assert_eq!(
            error,
            WireError::Malformed {
                line: 2,
                column: 20
            }
        );
        assert!(!format!("{error} {error:?}").contains("4242"));
        for broken in [
            "",
            " ",
            "{",
            "{}x",
            "nul",
            "\"\\ud800\"",
            "[1,]",
            "\u{feff}{}",
        ] {
            assert!(
                matches!(parse(broken.as_bytes()), Err(WireError::Malformed { .. })),
                "{broken}"
            );
        }
        assert!(matches!(
            parse(b"\"\xff\""),
            Err(WireError::Malformed { .. })
        ));
    }
}
