//! Nested JSON as a flat list of the values in it, each with the path that led there.

use std::borrow::Cow;
use std::collections::HashMap;

use super::json::Json;

/// A value that holds no others.
pub(super) struct Leaf<'json> {
    /// Where it stood: `call_transfer.destination`, `words.3.text`.
    pub(super) path: Cow<'json, str>,
    /// The nearest name on the path, which tells what the value is: `destination`, `text`.
    pub(super) label: &'json str,
    /// The value as text.
    pub(super) value: Cow<'json, str>,
    /// The path without the places in lists, of a value within one: `words.*.text`.
    series: Option<String>,
}

impl<'json> Leaf<'json> {
    /// A value by itself.
    pub(super) fn new(label: &'json str, value: Cow<'json, str>) -> Self {
        Self {
            path: Cow::Borrowed(label),
            label,
            value,
            series: None,
        }
    }
}

/// Adds the values within `value`, which stands under `name`.
pub(super) fn collect<'json>(
    name: &'json str,
    value: &'json Json<'_>,
    leaves: &mut Vec<Leaf<'json>>,
) {
    walk(
        &Place {
            path: Cow::Borrowed(name),
            label: name,
            series: None,
        },
        value,
        leaves,
    );
}

/// Adds the values within `value`, which stands under `name` at a place of the list `list`.
pub(super) fn collect_within<'json>(
    list: &'json str,
    position: usize,
    name: &'json str,
    value: &'json Json<'_>,
    leaves: &mut Vec<Leaf<'json>>,
) {
    let place = Place {
        path: Cow::Borrowed(list),
        label: list,
        series: None,
    };
    walk(&place.item(position).entry(name), value, leaves);
}

/// The leaves that belong to one series, as their places in `leaves`: those of a list of digits,
/// or of one field in a list of words.
pub(super) fn series(leaves: &[Leaf<'_>]) -> Vec<Vec<usize>> {
    let mut by_series: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, leaf) in leaves.iter().enumerate() {
        if let Some(series) = &leaf.series {
            by_series.entry(series).or_default().push(place);
        }
    }
    by_series
        .into_values()
        .filter(|members| members.len() > 1)
        .collect()
}

struct Place<'json> {
    path: Cow<'json, str>,
    label: &'json str,
    series: Option<String>,
}

impl<'json> Place<'json> {
    fn entry(&self, name: &'json str) -> Self {
        // An object whose keys count its entries is a list in disguise.
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self {
                path: self.step(name),
                ..self.starred()
            };
        }
        Self {
            path: self.step(name),
            label: name,
            series: self
                .series
                .as_ref()
                .map(|series| format!("{series}.{name}")),
        }
    }

    fn item(&self, position: usize) -> Self {
        Self {
            path: self.step(&position.to_string()),
            ..self.starred()
        }
    }

    fn step(&self, name: &str) -> Cow<'json, str> {
        Cow::Owned(format!("{}.{name}", self.path))
    }

    fn starred(&self) -> Self {
        let so_far = self.series.as_deref().unwrap_or(&self.path);
        Self {
            path: Cow::Borrowed(""),
            label: self.label,
            series: Some(format!("{so_far}.*")),
        }
    }
}

fn walk<'json>(place: &Place<'json>, value: &'json Json<'_>, leaves: &mut Vec<Leaf<'json>>) {
    match value {
        Json::Map(entries) => {
            for (name, value) in entries {
                walk(&place.entry(name), value, leaves);
            }
        }
        Json::List(items) => {
            for (position, item) in items.iter().enumerate() {
                walk(&place.item(position), item, leaves);
            }
        }
        scalar => {
            if let Some(value) = scalar.scalar().filter(|text| !text.is_empty()) {
                leaves.push(Leaf {
                    path: place.path.clone(),
                    label: place.label,
                    value,
                    series: place.series.clone(),
                });
            }
        }
    }
}
