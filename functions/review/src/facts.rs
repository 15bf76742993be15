//! What was understood of a call, fact by fact.

use serde::Deserialize;
use serde_json::Value;
use shared::case::{Case, Confidence, Source};
use shared::money::Money;

/// A fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub name: String,
    /// What was understood.
    pub value: String,
    /// From where.
    pub source: Source,
    /// How surely.
    pub confidence: Confidence,
    /// In which turn of the transcript it was said.
    pub turn: Option<usize>,
    /// Whether a second source says the same.
    pub corroborated: bool,
}

#[derive(Deserialize)]
struct Written {
    value: Value,
    source: Source,
    confidence: Confidence,
    #[serde(default)]
    turn: Option<usize>,
    #[serde(default)]
    corroborated: bool,
}

/// The facts of a case, in the order of its record. Links are left out: they are other systems' to
/// show, and one of them opens the recording to whoever holds it.
#[must_use]
pub fn facts(case: &Case) -> Vec<Fact> {
    let Ok(Value::Object(fields)) = serde_json::to_value(&case.fields) else {
        return Vec::new();
    };
    fields
        .into_iter()
        .filter(|(name, _)| !name.ends_with("_link"))
        .filter_map(|(name, written)| {
            let written: Written = serde_json::from_value(written).ok()?;
            Some(Fact {
                name: crate::words::capital(&name.replace('_', " ")),
                value: value(&written.value),
                source: written.source,
                confidence: written.confidence,
                turn: written.turn,
                corroborated: written.corroborated,
            })
        })
        .collect()
}

fn value(written: &Value) -> String {
    if let Ok(money) = serde_json::from_value::<Money>(written.clone()) {
        return money.to_string();
    }
    match written {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Object(parts) => parts
            .iter()
            .filter(|(_, part)| !part.is_null())
            .map(|(name, part)| format!("{} {}", name.replace('_', " "), value(part)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Array(parts) => parts.iter().map(value).collect::<Vec<_>>().join(", "),
        Value::Null => "–".to_owned(),
    }
}
